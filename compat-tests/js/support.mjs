// What the tests share: people with a client each, and ears that hear the WebSocket through the official client.
import assert from 'node:assert/strict';
import client from '@mattermost/client';
import {WebSocket} from 'ws';

const {Client4, WebSocketClient} = client;

// The official WebSocket client is written for browsers: it reads WebSocket.OPEN and makes CloseEvents.
Object.assign(globalThis, {WebSocket});
globalThis.CloseEvent ??= /** @type {any} */ (class extends Event {
    constructor(type, {code = 0, reason = '', wasClean = false} = {}) {
        super(type);
        Object.assign(this, {code, reason, wasClean});
    }
});

/** @param {string} name */
function need(name) {
    const value = process.env[name];
    assert.ok(value, `${name} is not set: these tests are started by compat-tests/run.py`);
    return value;
}

export const base = need('KOLLEGIUM_BASE');
export const password = 'Secret-pass-1!';

/** Restarts the server: 'restart' (SIGTERM), 'kill' (SIGKILL), 'stop' or 'start'; returns once it answers again. */
export async function server(/** @type {string} */ act) {
    const answer = await fetch(`${need('KOLLEGIUM_CONTROL')}/${act}`, {method: 'POST', signal: AbortSignal.timeout(90_000)});
    assert.equal(answer.status, 200, `${act}: ${await answer.text()}`);
}

/** A client of its own, nobody yet. */
export function stranger() {
    const api = new Client4();
    api.setUrl(base);
    return api;
}

/** Signs a person up through the official client and logs in. */
export async function person(/** @type {string} */ username) {
    const api = stranger();
    const made = await api.createUser(/** @type {any} */ ({username, email: `${username}@example.com`, password}), '', '');
    const me = await api.login(username, password);
    assert.equal(me.id, made.id);
    return {api, me, token: api.getToken()};
}

/** Waits until `check` gives something true, which is returned. */
export async function until(/** @type {() => any} */ check, /** @type {string} */ what, seconds = 15) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
        const value = await check();
        if (value) {
            return value;
        }
        assert.ok(Date.now() < end, `not within ${seconds} s: ${what}`);
        await new Promise((done) => setTimeout(done, 20));
    }
}

export const pause = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

/** Asserts that a call of the official client is refused with this status and error id. */
export async function refused(/** @type {Promise<any>} */ call, /** @type {number} */ status, /** @type {string} */ id) {
    const error = await call.then(() => assert.fail(`was not refused with ${id}`), (e) => e);
    assert.equal(error.server_error_id, id);
    assert.equal(error.status_code, status);
}

/**
 * A listener on the official WebSocketClient.  Signed in by a header at the upgrade, like a browser by its cookie (and so resumable),
 * or with challenge: true by the first message, like a bot.
 */
export class Ear {
    /** @type {any[]} */
    events = [];
    /** How often the server could not resume, so that the app has to fetch what it missed. */
    missed = 0;
    reconnects = 0;

    constructor(/** @type {string} */ token, {challenge = false, retry = 2000} = {}) {
        const headers = challenge ? undefined : {Authorization: `Bearer ${token}`};
        this.client = new WebSocketClient({
            newWebSocketFn: (/** @type {string} */ url) => /** @type {any} */ (new WebSocket(url, {headers})),
            minWebSocketRetryTime: retry,
            reconnectJitterRange: 0,
            maxWebSocketFails: 1000,
        });
        this.client.addMessageListener((message) => this.events.push(message));
        this.client.addMissedMessageListener(() => this.missed++);
        this.client.addReconnectListener(() => this.reconnects++);
        this.client.initialize(`${base.replace('http', 'ws')}/api/v4/websocket`, challenge ? token : undefined);
    }

    async ready() {
        await until(() => this.heard('hello').length, 'hello');
        return this;
    }

    heard(/** @type {string} */ event) {
        return this.events.filter((e) => e.event === event);
    }

    /** The posts heard, in order of arrival: every copy that came. */
    posts() {
        return this.heard('posted').map((e) => JSON.parse(e.data.post));
    }

    /** The `posted` event of a post, once it came. */
    async hears(/** @type {string} */ postId, seconds = 15) {
        return until(() => this.heard('posted').find((e) => JSON.parse(e.data.post).id === postId), `posted ${postId}`, seconds);
    }

    /** Asserts that of these posts each was heard exactly once, in this order. */
    heardOnce(/** @type {{id: string, message: string}[]} */ posts) {
        const ids = new Set(posts.map((p) => p.id));
        assert.deepEqual(this.posts().filter((p) => ids.has(p.id)).map((p) => p.message), posts.map((p) => p.message));
    }

    /** Asks the server for something, as the official client does; the reply. */
    ask(/** @type {string} */ action, /** @type {any} */ data) {
        return new Promise((done, fail) => {
            setTimeout(() => fail(new Error(`no reply to ${action}`)), 10_000).unref();
            this.client.sendMessage(action, data, done);
        });
    }

    /** Cuts the connection without a closing handshake, as a train in a tunnel does. */
    drop() {
        /** @type {any} */ (this.client).conn.terminate();
    }

    close() {
        const {conn} = /** @type {any} */ (this.client);
        this.client.close();
        // One that is just being opened is not closed by that, and would come back for ever.
        if (conn) {
            conn.onclose = null;
            conn.onerror = () => {};
            conn.terminate();
        }
    }
}
