// A certified OpenID provider on loopback, with people whose groups can be changed, and keys that can be replaced.
import { createECDH, createHash } from 'node:crypto';
import { Provider } from 'oidc-provider';
import { BASE, CLIENT, OPEN, SECRET } from './support.mjs';

// The client that both servers under test are.
const REGISTERED = {
  client_id: CLIENT,
  client_secret: SECRET,
  id_token_signed_response_alg: 'ES256',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [BASE, OPEN].map((base) => `${base}/signup/openid/complete`),
};

// A key to sign with. The same name gives the same one: all files of tests are people of one provider, whose keys are known.
export function key(kid) {
  const curve = createECDH('prime256v1');
  const d = createHash('sha256').update(kid).digest();
  curve.setPrivateKey(d);
  const point = curve.getPublicKey();
  const part = (bytes) => bytes.toString('base64url');
  return { kty: 'EC', crv: 'P-256', x: part(point.subarray(1, 33)), y: part(point.subarray(33)), d: part(d), kid, alg: 'ES256', use: 'sig' };
}

export class OpenIdProvider {
  people = new Map();

  constructor() {
    this.port = Number(process.env.SSO_PORT);
    this.issuer = `http://127.0.0.1:${this.port}`;
  }

  // Somebody of that name, in these groups; answers their id here.
  person(name, groups, more = {}) {
    const said = { email: `${name}@campus.example`, email_verified: true, given_name: name, family_name: 'Müller', preferred_username: name };
    this.people.set(`id-${name}`, { ...said, groups, ...more });
    return `id-${name}`;
  }

  // From our address to the provider, through its forms, and back; the last answer is ours.
  async journey(browser, path, id, base = BASE) {
    const sent = await browser.open(`${base}${path}`);
    if (sent.status !== 302) throw new Error(`nobody is sent away: ${sent.status} ${sent.text}`);
    const back = await this.signIn(browser, sent.location, id);
    if (!back.startsWith(`${base}/signup/openid/complete`)) throw new Error(`sent to ${back}`);
    return browser.open(back);
  }

  // Starts, or starts anew with other keys.
  async start(...keys) {
    await this.stop();
    const provider = new Provider(this.issuer, {
      clients: [REGISTERED],
      jwks: { keys },
      pkce: { required: () => true },
      cookies: { keys: ['for tests'] },
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      claims: {
        openid: ['sub'],
        email: ['email', 'email_verified'],
        profile: ['name', 'given_name', 'family_name', 'preferred_username', 'groups'],
      },
      findAccount: (_, id) => {
        const person = this.people.get(id);
        return person && { accountId: id, claims: () => ({ sub: id, ...person }) };
      },
      ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, RefreshToken: 600, Grant: 600, Interaction: 600, Session: 600 },
    });
    await new Promise((started) => { this.server = provider.listen(this.port, '127.0.0.1', started); });
  }

  async stop() {
    if (!this.server) return;
    this.server.closeAllConnections();
    await new Promise((stopped) => this.server.close(stopped));
    this.server = undefined;
  }

  // Goes through its forms as a person of that id, from the address that they were sent to until it sends them away.
  async signIn(browser, address, id) {
    let at = await browser.open(address);
    for (let step = 0; step < 12; step += 1) {
      if (at.location && !at.location.startsWith(this.issuer)) return at.location;
      if (at.location) {
        at = await browser.open(at.location);
      } else {
        const action = /action="([^"]+)"/.exec(at.text)?.[1];
        const prompt = /name="prompt" value="([^"]+)"/.exec(at.text)?.[1];
        if (!action) throw new Error(`no form at ${at.url}: ${at.status} ${at.text.slice(0, 400)}`);
        const form = prompt === 'login' ? { prompt, login: id, password: 'any' } : { prompt };
        at = await browser.open(new URL(action, at.url).href, { form });
      }
    }
    throw new Error('the provider sends people in circles');
  }
}
