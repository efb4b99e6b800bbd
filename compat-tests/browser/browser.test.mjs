// Headless Chromium on Kollegium: the landing page, and two people in several tabs on a page made with the official client.
import assert from 'node:assert/strict';
import {mkdir} from 'node:fs/promises';
import {after, before, test} from 'node:test';
import {chromium} from 'playwright-core';

const {KOLLEGIUM_BASE: base, KOLLEGIUM_LANDING: landing, KOLLEGIUM_CONTROL: control, KOLLEGIUM_BROWSER: executablePath} = process.env;
assert.ok(base && landing && control && executablePath, 'these tests are started by compat-tests/run.py');
const password = 'Secret-pass-1!';
const SECONDS = 1000;

let browser;
let anna;
let ben;
let second;
/** What a page did that it should not have: errors, refusals, calls to other hosts. */
const faults = [];
/** While a server is down its pages may complain. */
let down = false;

before(async () => {
    browser = await chromium.launch({executablePath, headless: true, timeout: 60 * SECONDS, args: ['--no-sandbox', '--disable-gpu', '--disable-quic',
        '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']});
});

after(() => browser?.close());

/** A tab that is watched. */
async function tab(context, url) {
    const page = await context.newPage();
    page.setDefaultTimeout(20 * SECONDS);
    page.on('pageerror', (error) => faults.push(`error in the page: ${error}`));
    page.on('console', (message) => message.type() === 'error' && !down && faults.push(`console: ${message.text()}`));
    page.on('response', (r) => r.status() >= 400 && faults.push(`${r.request().method()} ${r.url()} -> ${r.status()}`));
    page.on('request', (r) => !r.url().startsWith(base) && !r.url().startsWith(landing) && !r.url().startsWith('data:') &&
        faults.push(`asks another host: ${r.url()}`));
    const answer = await page.goto(url);
    assert.equal(answer.status(), 200);
    return page;
}

/** A test that leaves a picture of each tab in compat-tests/out when it fails, and fails on what the pages did wrong. */
function scene(name, act) {
    test(name, {timeout: 120 * SECONDS}, async () => {
        try {
            await act();
            assert.deepEqual(faults.splice(0), []);
        } catch (error) {
            const out = new URL('../out/', import.meta.url).pathname;
            await mkdir(out, {recursive: true});
            const pages = browser?.contexts().flatMap((c) => c.pages()) ?? [];
            await Promise.all(pages.map((page, i) => page.screenshot({path: `${out}browser-${i}.png`}).catch(() => {})));
            throw error;
        } finally {
            down = false;
        }
    });
}

const text = (page, id) => page.locator(`#${id}`).textContent();
const lines = (page) => page.locator('#posts li').allTextContents();

async function shows(page, id, wanted) {
    await page.waitForFunction(([i, w]) => document.getElementById(i).textContent === w, [id, wanted]);
}

/** Waits until the page lists exactly these messages, in this order. */
async function lists(page, wanted) {
    await page.waitForFunction((n) => document.querySelectorAll('#posts li').length >= n, wanted.length)
        .catch(async () => assert.deepEqual(await lines(page), wanted));
    assert.deepEqual(await lines(page), wanted);
}

async function fill(page, form, fields) {
    for (const [name, value] of Object.entries(fields)) {
        await page.fill(`#${form} [name=${name}]`, value);
    }
    await page.click(`#${form} button`);
}

const said = [];
async function say(page, message) {
    await fill(page, 'say', {message});
    said.push(message);
    await page.waitForFunction((m) => [...document.querySelectorAll('#posts li')].some((l) => l.textContent === m), message);
}

async function server(act) {
    down = true;
    const answer = await fetch(`${control}/${act}`, {method: 'POST', signal: AbortSignal.timeout(90 * SECONDS)});
    assert.equal(answer.status, 200, await answer.text());
}

scene('the landing page says what this is, that it runs, and how to get a client', async () => {
    const page = await tab(await browser.newContext(), `${landing}/`);
    assert.match(await page.title(), /Kollegium/);
    const words = await page.locator('body').innerText();
    assert.match(words, /Kollegium/);
    assert.match(words, /\brun(s|ning)\b/i);
    assert.match(words, /kollegium client install/);
    await page.close();
});

scene('every page route answers with the client, unknown files and calls do not', async () => {
    for (const path of ['/', '/login', '/staff/channels/town-square', '/admin_console/about']) {
        const answer = await fetch(base + path);
        assert.equal(answer.status, 200, path);
        assert.match(answer.headers.get('content-type'), /^text\/html/);
        assert.match(answer.headers.get('content-security-policy'), /script-src 'self'/);
        assert.match(await answer.text(), /\/static\/main\.js/);
    }
    const script = await fetch(`${base}/static/main.js`);
    assert.equal(script.status, 200);
    assert.match(script.headers.get('content-type'), /javascript/);
    assert.match(script.headers.get('cache-control') ?? '', /max-age=31556926/);
    assert.equal((await fetch(`${base}/static/nothing.js`)).status, 404);
    const call = await fetch(`${base}/api/v4/nothing`);
    assert.equal(call.status, 404);
    assert.equal((await call.json()).id, 'api.context.404.app_error');
});

scene('one signs up and makes a team', async () => {
    anna = await tab(await browser.newContext(), `${base}/`);
    await fill(anna, 'enter', {username: 'anna', password});
    await shows(anna, 'me', 'anna');
    await shows(anna, 'socket', 'open');
    await fill(anna, 'join', {team: 'staff'});
    await shows(anna, 'channel', 'Town Square');
    await say(anna, 'Is anybody here?');
});

scene('another joins in a browser of their own and sees what was said', async () => {
    ben = await tab(await browser.newContext(), `${base}/`);
    await fill(ben, 'enter', {username: 'ben', password});
    await shows(ben, 'socket', 'open');
    await fill(ben, 'join', {team: 'staff'});
    await shows(ben, 'channel', 'Town Square');
    await lists(ben, said);
    await say(ben, 'Now I am');
    await lists(anna, said);
});

scene('a second tab is signed in already, and all tabs hear everything once', async () => {
    second = await tab(anna.context(), `${base}/staff/channels/town-square`);
    await shows(second, 'me', 'anna');
    await shows(second, 'socket', 'open');
    await lists(second, said);
    await say(ben, 'to both of your tabs');
    await say(second, 'from the second');
    await say(anna, 'from the first');
    for (const page of [anna, second, ben]) {
        await lists(page, said);
    }
    const heard = await second.evaluate(() => window.heard);
    assert.deepEqual(heard, ['to both of your tabs', 'from the second', 'from the first']);
});

scene('a lost socket resumes by itself', async () => {
    const missed = await text(anna, 'missed');
    await anna.evaluate(() => {
        window.heard.length = 0;
        window.socket.conn.close();
    });
    await shows(anna, 'socket', 'closed');
    await say(ben, 'while you were away');
    await say(ben, 'and once more');
    await shows(anna, 'socket', 'open');
    await say(ben, 'welcome back');
    await lists(anna, said);
    assert.deepEqual(await anna.evaluate(() => window.heard), ['while you were away', 'and once more', 'welcome back']);
    assert.equal(await text(anna, 'missed'), missed, 'nothing had to be fetched');
});

for (const act of ['restart', 'kill']) {
    scene(`after ${act} the tabs come back by themselves, with everything once`, async () => {
        const tabs = [anna, second, ben];
        const before = await Promise.all(tabs.map(async (page) => Number(await text(page, 'missed'))));
        await server(act);
        await Promise.all(tabs.map((page, i) => shows(page, 'missed', String(before[i] + 1))));
        await say(ben, `after ${act}`);
        for (const page of tabs) {
            await lists(page, said);
        }
        await second.reload();
        await shows(second, 'socket', 'open');
        await lists(second, said);
    });
}
