// A provider that says what it is told to: its documents are right, its tokens as the test makes them.
import http from 'node:http';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';

export class Liar {
  constructor(port, clientId, clientSecret) {
    Object.assign(this, { port, clientId, clientSecret, issuer: `http://127.0.0.1:${port}` });
  }

  async start() {
    this.good = await generateKeyPair('RS256', { extractable: true });
    this.other = await generateKeyPair('RS256', { extractable: true });
    const key = { ...(await exportJWK(this.good.publicKey)), kid: 'good', alg: 'RS256', use: 'sig' };
    const answers = {
      '/.well-known/openid-configuration': () => ({
        issuer: this.issuer,
        authorization_endpoint: `${this.issuer}/authorize`,
        token_endpoint: `${this.issuer}/token`,
        jwks_uri: `${this.issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
      }),
      '/keys': () => ({ keys: [key] }),
      '/token': async () => ({ access_token: 'a', token_type: 'Bearer', expires_in: 60, id_token: await this.token() }),
    };
    // GitLab, which is no OpenID provider to those who do not ask it to be one.
    answers['/gitlab/token'] = () => ({ access_token: 'g', token_type: 'bearer' });
    answers['/gitlab/user'] = () => this.profile;
    this.server = http.createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      this.asked = request.method === 'POST' ? new URLSearchParams(body) : this.asked;
      const answer = answers[new URL(request.url, this.issuer).pathname];
      response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ? await answer() : {}));
    });
    await new Promise((started) => this.server.listen(this.port, '127.0.0.1', started));
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }

  // What a token says when nothing is wrong with it.
  claims(nonce, person) {
    const now = Math.floor(Date.now() / 1000);
    return { iss: this.issuer, aud: this.clientId, iat: now, exp: now + 300, nonce, email_verified: true, ...person };
  }

  async sign(claims, { key = this.good.privateKey, header = { alg: 'RS256', kid: 'good' } } = {}) {
    return new SignJWT(claims).setProtectedHeader(header).sign(key);
  }

  unsigned(claims) {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none', kid: 'good' })}.${part(claims)}.`;
  }
}
