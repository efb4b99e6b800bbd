// A provider that lies, and people who play tricks: nobody gets in by an answer that does not hold.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from '../browser.mjs';
import { Liar } from '../liar.mjs';
import { BASE, CLIENT, SECRET, administrator, api } from '../support.mjs';

const liar = new Liar(Number(process.env.LIAR_PORT), CLIENT, SECRET);
let count = 0;

function somebody(more = {}) {
  count += 1;
  return { sub: `liar-${count}`, email: `liar-${count}@campus.example`, groups: ['staff'], ...more };
}

async function leave(browser) {
  const sent = await browser.open(`${BASE}/oauth/google/login`);
  assert.equal(sent.status, 302, sent.text);
  const asked = new URL(sent.location).searchParams;
  assert.equal(asked.get('code_challenge_method'), 'S256');
  return { state: asked.get('state'), nonce: asked.get('nonce') };
}

const complete = (browser, state, code = 'c') => browser.open(`${BASE}/signup/google/complete?code=${code}&state=${state}`);

// A log-in with a token of the test's making.
async function tell(make) {
  const browser = new Browser();
  const { state, nonce } = await leave(browser);
  liar.token = () => make(nonce);
  const answer = await complete(browser, state);
  return { ...answer, token: browser.cookie(BASE, 'MMAUTHTOKEN') };
}

before(async () => {
  await administrator();
  await liar.start();
});

after(() => liar.stop());

test('an honest token lets in, so that the others are refused for their own faults', async () => {
  const arrived = await tell((nonce) => liar.sign(liar.claims(nonce, somebody())));
  assert.equal(arrived.status, 307, arrived.text);
  assert.ok(arrived.token);
});

const minute = 60;
const now = () => Math.floor(Date.now() / 1000);
const FORGED = {
  'the issuer is another': (nonce) => liar.sign({ ...liar.claims(nonce, somebody()), iss: 'http://127.0.0.1:1' }),
  'it is for another client': (nonce) => liar.sign({ ...liar.claims(nonce, somebody()), aud: 'another' }),
  'it is for another client as well': (nonce) => liar.sign({ ...liar.claims(nonce, somebody()), aud: [CLIENT, 'another'] }),
  'the nonce is another': () => liar.sign(liar.claims('another', somebody())),
  'there is no nonce': () => liar.sign(liar.claims(undefined, somebody())),
  'the key is another': (nonce) => liar.sign(liar.claims(nonce, somebody()), { key: liar.other.privateKey }),
  'the key is not known': (nonce) =>
    liar.sign(liar.claims(nonce, somebody()), { key: liar.other.privateKey, header: { alg: 'RS256', kid: 'unknown' } }),
  'it is not signed': (nonce) => liar.unsigned(liar.claims(nonce, somebody())),
  'it is signed with the secret that clients know': (nonce) =>
    liar.sign(liar.claims(nonce, somebody()), { key: new TextEncoder().encode(SECRET), header: { alg: 'HS256' } }),
  'it has expired': (nonce) => liar.sign({ ...liar.claims(nonce, somebody()), iat: now() - 10 * minute, exp: now() - 5 * minute }),
  'it is from the future': (nonce) => liar.sign({ ...liar.claims(nonce, somebody()), iat: now() + 10 * minute, exp: now() + 20 * minute }),
  'the address is not verified': (nonce) => liar.sign(liar.claims(nonce, somebody({ email_verified: false }))),
  'the address is that of another account': (nonce) => liar.sign(liar.claims(nonce, somebody({ email: 'root@campus.example' }))),
  'nobody is named': (nonce) => liar.sign(liar.claims(nonce, somebody({ sub: undefined }))),
  'there is no address': (nonce) => liar.sign(liar.claims(nonce, somebody({ email: '' }))),
  'it is no token': () => 'abc.def.ghi',
};

for (const [what, make] of Object.entries(FORGED)) {
  test(`refused: ${what}`, async () => {
    const arrived = await tell(make);
    assert.ok(arrived.status >= 400 && arrived.status < 500 || arrived.status === 502, `${arrived.status} ${arrived.text}`);
    assert.equal(arrived.token, undefined);
    const users = await api('POST', '/users/search', { token: await administrator(), json: { term: `liar-${count}`, allow_inactive: true } });
    assert.deepEqual(users.body, []);
  });
}

test('a little wrong is no clock', async () => {
  const late = (nonce) => liar.sign({ ...liar.claims(nonce, somebody()), iat: now() - 5 * minute, exp: now() - 20 });
  assert.equal((await tell(late)).status, 307);
  const early = (nonce) => liar.sign({ ...liar.claims(nonce, somebody()), iat: now() + 20 });
  assert.equal((await tell(early)).status, 307);
});

test('a way back is gone once', async () => {
  const browser = new Browser();
  const { state, nonce } = await leave(browser);
  const who = somebody();
  liar.token = () => liar.sign(liar.claims(nonce, who));
  assert.equal((await complete(browser, state)).status, 307);
  assert.equal((await complete(browser, state)).status, 400);
  assert.equal((await complete(browser, 'invented'.repeat(8))).status, 400);
  assert.equal((await complete(browser, '')).status, 400);
});

test('nobody is logged in with the way back of another', async () => {
  const [mine, victim] = [new Browser(), new Browser()];
  const { state, nonce } = await leave(mine);
  await leave(victim);
  liar.token = () => liar.sign(liar.claims(nonce, somebody()));
  assert.equal((await complete(victim, state)).status, 400);
  assert.equal(victim.cookie(BASE, 'MMAUTHTOKEN'), undefined);
  // Nor by way of another provider.
  const { state: next } = await leave(mine);
  assert.equal((await mine.open(`${BASE}/signup/openid/complete?code=c&state=${next}`)).status, 400);
});
