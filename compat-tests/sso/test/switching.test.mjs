// Accounts that there are, and providers: tied by their owners, moved by administrators. Everybody may be here.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Browser } from '../browser.mjs';
import { Liar } from '../liar.mjs';
import { OpenIdProvider, key } from '../provider.mjs';
import { CLIENT, OPEN, SECRET, administrator, api } from '../support.mjs';

const provider = new OpenIdProvider();
const liar = new Liar(Number(process.env.LIAR_PORT), CLIENT, SECRET);
const person = (...facts) => provider.person(...facts);
const journey = (browser, path, id) => provider.journey(browser, path, id, OPEN);
const ask = (method, path, more = {}) => api(method, path, { ...more, base: OPEN });

function kollegium(...args) {
  const [program, ...place] = JSON.parse(process.env.KOLLEGIUM_COMMAND);
  return execFileSync(program, [...args, ...place], { encoding: 'utf8' });
}

// Somebody comes by the GitLab button with that profile.
async function byGitLab(profile, path = '/oauth/gitlab/login') {
  const browser = new Browser();
  const sent = new URL((await browser.open(`${OPEN}${path}`)).location);
  liar.profile = profile;
  const back = await browser.open(`${OPEN}/signup/gitlab/complete?code=c&state=${sent.searchParams.get('state')}`);
  return { status: back.status, text: back.text, sent, token: browser.cookie(OPEN, 'MMAUTHTOKEN') };
}

const account = async (name) => (await ask('GET', `/users/username/${name}`, { token: await administrator(OPEN) })).body;

before(async () => {
  await administrator(OPEN);
  await provider.start(key('first'));
  await liar.start();
});

after(async () => {
  await provider.stop();
  liar.stop();
});

test("GitLab's own profiles are read as they are", async () => {
  const gina = await byGitLab({ id: 42, username: 'gina', email: 'Gina@campus.example', name: 'Gina van Dijk' });
  assert.equal(gina.status, 307, gina.text);
  assert.equal(gina.sent.pathname, '/gitlab/authorize');
  const me = (await ask('GET', '/users/me', { token: gina.token })).body;
  assert.deepEqual([me.username, me.first_name, me.last_name, me.email], ['gina', 'Gina', 'van Dijk', 'gina@campus.example']);
  assert.equal(liar.asked.get('code_verifier').length, 64);
  // The same number is the same person, whatever their name.
  const again = await byGitLab({ id: 42, username: 'regina', email: 'regina@campus.example', name: 'Regina van Dijk' });
  assert.equal((await ask('GET', '/users/me', { token: again.token })).body.id, me.id);
  assert.equal((await byGitLab({ id: 43, username: 'eve', email: 'regina@campus.example' })).status, 400);
  // Two whose names begin alike are two.
  const second = await byGitLab({ id: 44, username: 'gina', email: 'gina@elsewhere.example' });
  assert.equal((await ask('GET', '/users/me', { token: second.token })).body.username, 'gina2');
  assert.equal((await byGitLab({ id: 0, username: 'eve', email: 'eve@campus.example' })).status, 400);
});

test('an account with a password can be tied to the provider, and back', async () => {
  const zoe = { email: 'zoe@campus.example', username: 'zoe', password: 'Zoe-Passwort-1' };
  await ask('POST', '/users', { json: zoe, token: await administrator(OPEN) });
  const id = person('zoe', ['staff']);
  // Its address is taken: nobody gets in by the address alone.
  assert.equal((await journey(new Browser(), '/oauth/openid/login', id)).status, 400);

  const browser = new Browser();
  const wish = { current_service: 'email', new_service: 'openid', email: zoe.email };
  const at = `${OPEN}/api/v4/users/login/switch`;
  assert.equal((await browser.open(at, { json: { ...wish, password: 'wrong' } })).status, 401);
  const going = await browser.open(at, { json: { ...wish, password: zoe.password } });
  assert.equal(going.status, 200, going.text);
  const back = await provider.signIn(browser, JSON.parse(going.text).follow_link, id);
  assert.equal((await browser.open(back)).location, `${OPEN}/login?extra=signin_change`);
  assert.equal((await journey(browser, '/oauth/openid/login', id)).status, 307);
  const token = browser.cookie(OPEN, 'MMAUTHTOKEN');
  assert.equal((await ask('GET', '/users/me', { token })).body.username, 'zoe');
  assert.equal((await ask('POST', '/users/login', { json: { login_id: 'zoe', password: zoe.password } })).status, 401);

  const returning = { current_service: 'openid', new_service: 'email', email: zoe.email, new_password: 'Zoe-Passwort-2' };
  assert.equal((await ask('POST', '/users/login/switch', { token, json: returning })).status, 200);
  assert.equal((await ask('POST', '/users/login', { json: { login_id: 'zoe', password: 'Zoe-Passwort-2' } })).status, 200);
});

test('accounts are moved to a provider by their addresses, which it must have verified', async () => {
  const token = await administrator(OPEN);
  for (const name of ['amy', 'bob']) {
    const json = { email: `${name}@campus.example`, username: name, password: 'Some-Passwort-1' };
    assert.equal((await ask('POST', '/users', { token, json })).status, 201);
  }
  const session = (await ask('POST', '/users/login', { json: { login_id: 'amy', password: 'Some-Passwort-1' } })).headers.get('token');
  const tried = kollegium('auth', 'migrate', '--from', 'email', '--to', 'openid', '--by', 'mail', '--dry-run');
  assert.match(tried, /@amy: whoever has that address there first/);
  assert.match(tried, /@root stays/);
  assert.match(tried, /would move/);
  assert.equal((await ask('GET', '/users/me', { token: session })).status, 200);
  kollegium('auth', 'migrate', '--from', 'email', '--to', 'openid', '--by', 'mail');
  assert.equal((await ask('GET', '/users/me', { token: session })).status, 401);
  assert.equal((await ask('POST', '/users/login', { json: { login_id: 'amy', password: 'Some-Passwort-1' } })).status, 401);

  const amy = await account('amy');
  const unverified = person('amy', [], { email_verified: false });
  assert.equal((await journey(new Browser(), '/oauth/openid/login', unverified)).status, 403);
  const unsaid = person('amy', [], { email_verified: undefined });
  assert.equal((await journey(new Browser(), '/oauth/openid/login', unsaid)).status, 400);
  const browser = new Browser();
  await journey(browser, '/oauth/openid/login', person('amy', []));
  const me = await ask('GET', '/users/me', { token: browser.cookie(OPEN, 'MMAUTHTOKEN') });
  assert.deepEqual([me.body.id, me.body.auth_service], [amy.id, 'openid']);
  // Once it is somebody's, nobody else gets it by the address.
  provider.people.set('another', { ...provider.people.get('id-amy') });
  assert.equal((await journey(new Browser(), '/oauth/openid/login', 'another')).status, 400);
});
