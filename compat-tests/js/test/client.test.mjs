// The official TypeScript client's Client4 and WebSocketClient: sign up, team, channel, post, hear, lose the connection, lose the server.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';

import {Ear, base, pause, password, person, refused, server, stranger, until} from '../support.mjs';

/** @type {any} */ let anna;
/** @type {any} */ let ben;
/** @type {any} */ let cora;
/** @type {any} */ let team;
/** @type {any} */ let channel;
/** @type {Record<string, Ear>} */ const ears = {};

after(() => Object.values(ears).forEach((ear) => ear.close()));

const say = (/** @type {any} */ who, /** @type {string} */ message, more = {}) =>
    who.api.createPost({channel_id: channel.id, message, pending_post_id: `${who.me.id}:${message}`, ...more});

test('a stranger is told what the sign-in page needs', async () => {
    const api = stranger();
    const ping = await api.ping(false, '');
    assert.equal(ping.status, 'OK');
    const config = await api.getClientConfig();
    assert.match(config.Version, /^11\.6\./);
    assert.equal(config.EnableOpenServer, 'true');
    assert.equal(config.SiteURL, base);
    const license = await api.getClientLicenseOld();
    assert.equal(license.IsLicensed, 'true');
    assert.match(api.getServerVersion(), /^11\.6\.0\./, 'X-Version-Id');
    await refused(api.getMe(), 401, 'api.context.session_expired.app_error');
});

test('the first to sign up is system admin, the others are not', async () => {
    anna = await person('anna');
    ben = await person('ben');
    cora = await person('cora');
    assert.deepEqual(anna.me.roles.split(' ').sort(), ['system_admin', 'system_user']);
    assert.equal(ben.me.roles, 'system_user');
    assert.equal(ben.me.password, undefined);
});

test('wrong passwords and taken names are refused with the ids that clients know', async () => {
    await refused(stranger().login('anna', 'Wrong-pass-1!'), 401, 'api.user.login.invalid_credentials_email_username');
    await refused(stranger().createUser(/** @type {any} */ ({username: 'anna', email: 'other@example.com', password}), '', ''),
        400, 'app.user.save.username_exists.app_error');
});

test('a team comes with its two channels', async () => {
    team = await anna.api.createTeam({name: 'staff', display_name: 'Staff room', type: 'O'});
    assert.deepEqual((await anna.api.getMyTeams()).map((t) => t.id), [team.id]);
    const names = (await anna.api.getMyChannels(team.id)).map((c) => c.name).sort();
    assert.deepEqual(names, ['off-topic', 'town-square']);
});

test('people join the team, two of them the channel', async () => {
    channel = await anna.api.createChannel({team_id: team.id, name: 'planning', display_name: 'Planning', type: 'O'});
    for (const who of [ben, cora]) {
        await anna.api.addToTeam(team.id, who.me.id);
    }
    ears.anna = await new Ear(anna.token).ready();
    ears.ben = await new Ear(ben.token).ready();
    ears.cora = await new Ear(cora.token).ready();
    await anna.api.addToChannel(ben.me.id, channel.id);
    const added = await until(() => ears.ben.heard('user_added').find((e) => e.broadcast.user_id === ben.me.id), 'ben hears that he was added');
    assert.equal(added.data.user_id, ben.me.id);
    assert.equal(added.broadcast.channel_id, channel.id);
});

test('a post is heard by the channel and by nobody else', async () => {
    const post = await say(anna, 'Good morning @ben');
    const atBen = await ears.ben.hears(post.id);
    const atAnna = await ears.anna.hears(post.id);
    assert.equal(atBen.broadcast.channel_id, channel.id);
    assert.equal(atBen.data.channel_name, 'planning');
    assert.equal(atBen.data.channel_display_name, 'Planning');
    assert.equal(atBen.data.channel_type, 'O');
    assert.equal(atBen.data.sender_name, '@anna');
    assert.equal(atBen.data.team_id, team.id);
    assert.deepEqual(JSON.parse(atBen.data.mentions), [ben.me.id]);
    assert.equal(atAnna.data.mentions, undefined, 'a mention is told to the mentioned alone');
    const told = JSON.parse(atBen.data.post);
    assert.equal(told.pending_post_id, post.pending_post_id);
    assert.deepEqual(told, post);
    await pause(500);
    assert.equal(ears.cora.posts().some((p) => p.channel_id === channel.id), false);
});

test('what was said can be read, page by page', async () => {
    const said = [];
    for (let i = 1; i <= 5; i++) {
        said.push(await say(ben, `number ${i}`));
    }
    const newest = said.map((p) => p.id).reverse();
    const first = await anna.api.getPosts(channel.id, 0, 2);
    const second = await anna.api.getPosts(channel.id, 1, 2);
    assert.deepEqual([...first.order, ...second.order], newest.slice(0, 4));
    assert.equal(first.posts[newest[0]].message, 'number 5');
    assert.equal(first.posts[newest[0]].pending_post_id, '');
    await refused(cora.api.createPost({channel_id: channel.id, message: 'from outside'}), 403, 'api.context.permissions.app_error');
});

test('edits and deletions are heard', async () => {
    const post = await say(anna, 'a slip of the pen');
    const edited = await anna.api.patchPost({id: post.id, message: 'mended'});
    assert.ok(edited.edit_at > 0);
    const event = await until(() => ears.ben.heard('post_edited').find((e) => JSON.parse(e.data.post).id === post.id), 'post_edited');
    assert.equal(JSON.parse(event.data.post).message, 'mended');
    await anna.api.deletePost(post.id);
    await until(() => ears.ben.heard('post_deleted').find((e) => JSON.parse(e.data.post).id === post.id), 'post_deleted');
    assert.equal((await ben.api.getPosts(channel.id)).posts[post.id], undefined);
});

test('typing is told to the others, pings are answered', async () => {
    const reply = await ears.anna.ask('user_typing', {channel_id: channel.id, parent_id: ''});
    assert.equal(reply.status, 'OK');
    const typing = await until(() => ears.ben.heard('typing')[0], 'typing');
    assert.equal(typing.data.user_id, anna.me.id);
    assert.equal(ears.anna.heard('typing').length, 0);
    const pong = await ears.ben.ask('ping', undefined);
    assert.equal(pong.data.text, 'pong');
});

test('a bot that signs in by its first message hears too', async () => {
    ears.bot = await new Ear(ben.token, {challenge: true}).ready();
    const post = await say(anna, 'can the bot hear this?');
    await ears.bot.hears(post.id);
    ears.bot.heardOnce([post]);
});

test('a dropped connection resumes: what was said meanwhile is heard once each, in order', async () => {
    for (let round = 1; round <= 3; round++) {
        const {reconnects} = ears.ben;
        const id = /** @type {any} */ (ears.ben.client).connectionId;
        ears.ben.drop();
        const said = [];
        for (let i = 1; i <= 20; i++) {
            said.push(await say(anna, `round ${round}, in the tunnel ${i}`));
        }
        assert.equal(ears.ben.reconnects, reconnects, 'the twenty were said before the connection came back');
        await until(() => ears.ben.reconnects > reconnects, 'reconnect');
        said.push(await say(anna, `round ${round}, out again`));
        await ears.ben.hears(said[20].id);
        await pause(300);
        ears.ben.heardOnce(said);
        assert.equal(ears.ben.missed, 0, 'the connection was resumed, nothing had to be fetched again');
        assert.equal(/** @type {any} */ (ears.ben.client).connectionId, id);
    }
    assert.deepEqual(ears.ben.events.map((e) => e.seq), ears.ben.events.map((_, i) => i), 'numbers without a gap');
});

for (const [act, how] of [['restart', 'SIGTERM'], ['kill', 'SIGKILL']]) {
    test(`after ${how} the apps come back by themselves and have each message once`, async () => {
        const known = new Map(ears.ben.posts().map((p) => [p.id, p]));
        const last = Math.max(...[...known.values()].map((p) => p.create_at));
        const before = await anna.api.getPosts(channel.id, 0, 200);
        const {missed} = ears.ben;
        await server(act);
        const post = await say(anna, `the first after ${how}`);
        await until(() => ears.ben.missed > missed, 'a new hello', 30);
        const later = await say(anna, `heard again after ${how}`);
        await ears.ben.hears(later.id);
        // What the app does on a new hello: it fetches what changed since the last post it has.
        const since = await ben.api.getPostsSince(channel.id, last);
        assert.ok(since.posts[post.id] && since.posts[later.id]);
        const now = await anna.api.getPosts(channel.id, 0, 200);
        assert.deepEqual(now.order, [later.id, post.id, ...before.order], 'all is there, once, in order');
        ears.ben.heardOnce([later]);
    });
}

test('after logging out nothing is allowed any more', async () => {
    const {api, token} = cora;
    await api.logout();
    api.setToken(token);
    await refused(api.getMe(), 401, 'api.context.session_expired.app_error');
    const count = ears.cora.posts().length;
    const square = (await anna.api.getMyChannels(team.id)).find((c) => c.name === 'town-square');
    const post = await anna.api.createPost({channel_id: square.id, message: 'is Cora still there?'});
    await ears.anna.hears(post.id);
    await pause(300);
    assert.equal(ears.cora.posts().length, count, 'her socket is silent');
});
