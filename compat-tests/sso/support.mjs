// What both files of tests need to know of the server under test.
import assert from 'node:assert/strict';

// The server where only staff may be, and the one where everybody may whom a provider names.
export const { KOLLEGIUM_BASE: BASE, KOLLEGIUM_OPEN: OPEN } = process.env;
assert.ok(BASE && OPEN, 'these tests are started by compat-tests/run.py');
export const CLIENT = 'kollegium';
export const SECRET = 'a secret of at least thirty-two letters';

export async function api(method, path, { token, json, headers = {}, base = BASE } = {}) {
  const answer = await fetch(`${base}/api/v4${path}`, {
    method,
    body: json && JSON.stringify(json),
    headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) },
  });
  const text = await answer.text();
  return { status: answer.status, body: text && JSON.parse(text), headers: answer.headers };
}

const administrators = {};

// The token of the first to sign up at a server, who administers it.
export function administrator(base = BASE) {
  administrators[base] ??= (async () => {
    const person = { email: 'root@campus.example', username: 'root', password: 'Root-Passwort-1' };
    await api('POST', '/users', { json: person, base });
    const answer = await api('POST', '/users/login', { json: { login_id: 'root', password: person.password }, base });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.headers.get('token');
  })();
  return administrators[base];
}
