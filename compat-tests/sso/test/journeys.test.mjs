// Staff of a university come in by its OpenID provider: in a browser, the mobile app and the desktop app.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { Browser } from '../browser.mjs';
import { OpenIdProvider, key } from '../provider.mjs';
import { BASE, administrator, api } from '../support.mjs';

const provider = new OpenIdProvider();
const person = (...facts) => provider.person(...facts);
const journey = (...way) => provider.journey(...way);

before(async () => {
  await administrator();
  await provider.start(key('first'));
});

after(() => provider.stop());

test('staff get in, in the browser, and have an account from then on', async () => {
  const ann = person('ann', ['staff', 'chess']);
  const browser = new Browser();
  const arrived = await journey(browser, '/oauth/openid/login?redirect_to=/team/channels/town-square', ann);
  assert.equal(arrived.status, 307, arrived.text);
  assert.equal(arrived.location, `${BASE}/team/channels/town-square`);
  const token = browser.cookie(BASE, 'MMAUTHTOKEN');
  assert.ok(browser.cookie(BASE, 'MMCSRF') && browser.cookie(BASE, 'MMUSERID'));
  const me = await api('GET', '/users/me', { token });
  assert.equal(me.status, 200);
  assert.deepEqual([me.body.username, me.body.first_name, me.body.last_name, me.body.email], ['ann', 'ann', 'Müller', 'ann@campus.example']);
  assert.deepEqual([me.body.auth_service, me.body.roles], ['openid', 'system_user']);

  // The second time it is the same account, and what the provider has changed of it.
  provider.people.get(ann).family_name = 'Meier';
  const again = new Browser();
  await journey(again, '/oauth/openid/login', ann);
  const mine = await api('GET', '/users/me', { token: again.cookie(BASE, 'MMAUTHTOKEN') });
  assert.deepEqual([mine.body.id, mine.body.last_name], [me.body.id, 'Meier']);
});

test('students stay out and read why; nobody of that name is made', async () => {
  const sam = person('sam', ['student']);
  const browser = new Browser();
  const arrived = await journey(browser, '/oauth/openid/login', sam);
  assert.equal(arrived.status, 401);
  assert.match(arrived.text, /only staff; ask the office/);
  assert.equal(browser.cookie(BASE, 'MMAUTHTOKEN'), undefined);
  assert.equal((await api('GET', '/users/username/sam', { token: await administrator() })).status, 404);
});

test('the mobile app gets its session by a page that opens it', async () => {
  const mia = person('mia', ['staff']);
  const page = await journey(new Browser(), '/oauth/openid/mobile_login?redirect_to=mmauth%3A%2F%2Fcallback', mia);
  assert.equal(page.status, 200);
  const [, address] = /href="([^"]+)"/.exec(page.text);
  const opened = new URL(address.replaceAll('&amp;', '&'));
  assert.equal(opened.protocol, 'mmauth:');
  assert.equal(opened.searchParams.get('srv'), BASE);
  const token = opened.searchParams.get('MMAUTHTOKEN');
  assert.equal((await api('GET', '/users/me', { token })).body.username, 'mia');
  assert.match(page.text, /http-equiv="refresh" content="2; url=mmauth:/);
});

test('the desktop app logs in with what the browser hands over, once', async () => {
  const dan = person('dan', ['staff']);
  const browser = new Browser();
  const arrived = await journey(browser, '/oauth/openid/login?desktop_token=abc&redirect_to=/team', dan);
  const handed = new URL(arrived.location);
  assert.equal(handed.pathname, '/login/desktop');
  assert.equal(handed.searchParams.get('client_token'), 'abc');
  assert.equal(handed.searchParams.get('redirect_to'), '/team');
  assert.equal(browser.cookie(BASE, 'MMAUTHTOKEN'), undefined);
  const token = handed.searchParams.get('server_token');
  const use = () => api('POST', '/users/login/desktop_token', { json: { token, deviceId: '' } });
  const first = await use();
  assert.deepEqual([first.status, first.body.username], [200, 'dan']);
  assert.equal((await use()).status, 401);
});

test('nobody is sent to other sites or apps', async () => {
  for (const to of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
    const refused = await new Browser().open(`${BASE}/oauth/openid/login?redirect_to=${encodeURIComponent(to)}`);
    assert.equal(refused.status, 400, to);
    assert.equal(refused.location, null);
  }
  const refused = await new Browser().open(`${BASE}/oauth/openid/mobile_login?redirect_to=evil%3A%2F%2Fcallback`);
  assert.equal(refused.status, 400);
  assert.equal((await new Browser().open(`${BASE}/oauth/gitlab/login`)).status, 501);
  assert.equal((await new Browser().open(`${BASE}/oauth/nobody/login`)).status, 501);
});

test('who says no at the provider reads so', async () => {
  const browser = new Browser();
  const sent = await browser.open(`${BASE}/oauth/openid/login`);
  const state = new URL(sent.location).searchParams.get('state');
  const back = await browser.open(`${BASE}/signup/openid/complete?error=access_denied&state=${state}`);
  assert.equal(back.location, `${BASE}/error?type=oauth_access_denied&service=openid`);
});

test('a link that invites leads into the team', async () => {
  const token = await administrator();
  const team = await api('POST', '/teams', { token, json: { name: 'lab', display_name: 'Lab', type: 'O' } });
  const ivy = person('ivy', ['staff']);
  const browser = new Browser();
  await journey(browser, `/oauth/openid/signup?id=${team.body.invite_id}`, ivy);
  const teams = await api('GET', '/users/me/teams', { token: browser.cookie(BASE, 'MMAUTHTOKEN') });
  assert.deepEqual(teams.body.map((t) => t.name), ['lab']);
});

// In Chromium, by the provider's own forms, until it sends the page away.
async function inChromium(path, id, act) {
  const browser = await chromium.launch({ executablePath: process.env.KOLLEGIUM_BROWSER, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
  try {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(`${BASE}${path}`);
    await page.fill('[name=login]', id);
    await page.fill('[name=password]', 'any');
    await page.click('[type=submit]');
    await page.waitForSelector('[name=prompt][value=consent]', { state: 'attached' });
    await page.click('[type=submit]');
    await page.waitForURL((url) => url.href.startsWith(BASE));
    await act(page);
  } finally {
    await browser.close();
  }
}

test('in Chromium staff come in, and its page is theirs', async () => {
  await inChromium('/oauth/openid/login?redirect_to=/team/channels/x', person('cleo', ['staff']), async (page) => {
    assert.equal(new URL(page.url()).pathname, '/team/channels/x');
    const me = await page.request.get(`${BASE}/api/v4/users/me`);
    assert.equal((await me.json()).username, 'cleo');
    const seen = await page.evaluate(() => document.cookie);
    assert.ok(seen.includes('MMUSERID=') && seen.includes('MMCSRF=') && !seen.includes('MMAUTHTOKEN'), seen);
  });
});

test('in Chromium students read why they stay out', async () => {
  await inChromium('/oauth/openid/login', person('stu', ['student']), async (page) => {
    assert.match(await page.textContent('body'), /only staff; ask the office/);
    assert.equal(await page.getAttribute('a', 'href'), '/login');
    assert.equal((await page.request.get(`${BASE}/api/v4/users/me`)).status(), 401);
  });
});
