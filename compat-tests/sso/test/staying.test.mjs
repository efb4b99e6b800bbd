// Whoever leaves staff is out: at the next log-in, and while they use the server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from '../browser.mjs';
import { OpenIdProvider, key } from '../provider.mjs';
import { BASE, administrator, api } from '../support.mjs';

const provider = new OpenIdProvider();
const person = (...facts) => provider.person(...facts);
const journey = (...way) => provider.journey(...way);

// Somebody who is in, with a session.
async function inside(name) {
  const [id, browser] = [person(name, ['staff']), new Browser()];
  await journey(browser, '/oauth/openid/login', id);
  const token = browser.cookie(BASE, 'MMAUTHTOKEN');
  assert.equal((await api('GET', '/users/me', { token })).status, 200);
  return { id, token };
}

const account = async (name) => (await api('GET', `/users/username/${name}`, { token: await administrator() })).body;

before(async () => {
  await administrator();
  await provider.start(key('first'));
});

after(() => provider.stop());

test('who leaves staff is out at the next log-in, with all sessions, and is back with the group', async () => {
  const { id: lea, token } = await inside('lea');
  provider.people.get(lea).groups = ['alumni'];
  assert.equal((await journey(new Browser(), '/oauth/openid/login', lea)).status, 401);
  assert.equal((await api('GET', '/users/me', { token })).status, 401);
  assert.notEqual((await account('lea')).delete_at, 0);
  Object.assign(provider.people.get(lea), { groups: ['staff'], family_name: 'Lind' });
  assert.equal((await journey(new Browser(), '/oauth/openid/login', lea)).status, 307);
  const back = await account('lea');
  assert.deepEqual([back.delete_at, back.last_name], [0, 'Lind']);
});

test('who leaves staff is out while they use the server, and is told so', async () => {
  const { id, token } = await inside('lou');
  for (let i = 0; i < 3; i += 1) assert.equal((await api('GET', '/users/me', { token })).status, 200);
  // Many at once ask the provider one after the other, or not at all.
  const many = await Promise.all(Array.from({ length: 8 }, () => api('GET', '/users/me', { token })));
  assert.deepEqual(new Set(many.map((answer) => answer.status)), new Set([200]));
  provider.people.get(id).groups = ['student'];
  assert.equal((await api('GET', '/users/me', { token })).status, 401);
  assert.notEqual((await account('lou')).delete_at, 0);
  const why = await api('GET', '/admission/explain?login=lou', { token: await administrator() });
  assert.equal(why.body.admitted, false);
  assert.equal(why.body.decision.steps.at(-1).rule, 'KollegiumSettings.StaffClaim');
});

test('whom the provider has no more is out, and back with a log-in there', async () => {
  const { id, token } = await inside('max');
  const kept = provider.people.get(id);
  provider.people.delete(id);
  assert.equal((await api('GET', '/users/me', { token })).status, 401);
  provider.people.set(id, kept);
  assert.equal((await api('GET', '/users/me', { token })).status, 401);
  assert.equal((await journey(new Browser(), '/oauth/openid/login', id)).status, 307);
  assert.equal((await account('max')).delete_at, 0);
});

test('a provider that is away turns nobody out', async () => {
  const { token } = await inside('nan');
  await provider.stop();
  assert.equal((await api('GET', '/users/me', { token })).status, 200);
  const why = await api('GET', '/admission/explain?login=nan', { token: await administrator() });
  assert.equal(why.body.admitted, null);
  assert.match(why.body.summary.join(' '), /It cannot be said now/);
  await provider.start(key('first'));
});

test('nobody leaves the rule by taking a password', async () => {
  const { token } = await inside('pia');
  const json = { current_service: 'openid', new_service: 'email', email: 'pia@campus.example', new_password: 'Pia-Passwort-1' };
  assert.equal((await api('POST', '/users/login/switch', { token, json })).status, 403);
});
