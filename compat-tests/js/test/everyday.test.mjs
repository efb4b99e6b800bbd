// What official clients show only where it works, through the official TypeScript client: bookmarks, messages sent later, acknowledgements,
// reminders.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';

import {Ear, pause, person, refused, server, until} from '../support.mjs';

/** @type {any} */ let anna;
/** @type {any} */ let ben;
/** @type {any} */ let team;
/** @type {any} */ let channel;
/** @type {Record<string, Ear>} */ const ears = {};

after(() => Object.values(ears).forEach((ear) => ear.close()));

const told = (/** @type {Ear} */ ear, /** @type {string} */ event, /** @type {string} */ key) =>
    until(() => ear.heard(event).map((e) => JSON.parse(e.data[key]))[0], event);

test('two people in a channel are told what works', async () => {
    anna = await person('anna');
    ben = await person('ben');
    team = await anna.api.createTeam({name: 'lab', display_name: 'Lab', type: 'O'});
    channel = await anna.api.createChannel({team_id: team.id, name: 'bench', display_name: 'Bench', type: 'P'});
    await anna.api.addToTeam(team.id, ben.me.id);
    await anna.api.addToChannel(ben.me.id, channel.id);
    ears.anna = await new Ear(anna.token).ready();
    ears.ben = await new Ear(ben.token).ready();
    const config = await anna.api.getClientConfig();
    const license = await anna.api.getClientLicenseOld();
    assert.equal(license.IsLicensed, 'true');
    const flags = ['FeatureFlagChannelBookmarks', 'ScheduledPosts', 'PostPriority', 'PostAcknowledgements', 'AllowPersistentNotifications'];
    for (const flag of flags) {
        assert.equal(config[flag], 'true', flag);
    }
});

test('bookmarks are added, changed, sorted and removed', async () => {
    const link = (/** @type {string} */ name) => ({type: 'link', display_name: name, link_url: 'https://example.org/rules', image_url: '', emoji: ''});
    const own = ears.anna.heard('hello')[0].data.connection_id;
    const first = await anna.api.createChannelBookmark(channel.id, link('Rules'), own);
    const second = await anna.api.createChannelBookmark(channel.id, link('Plan'), own);
    assert.deepEqual(await told(ears.ben, 'channel_bookmark_created', 'bookmark'), first);
    assert.equal(ears.anna.heard('channel_bookmark_created').length, 0, 'the connection that asked knows already');
    const changed = await ben.api.updateChannelBookmark(channel.id, first.id, {display_name: 'House rules'}, '');
    assert.equal(changed.updated.original_id, first.id);
    assert.equal(changed.deleted?.id, first.id);
    assert.deepEqual(await told(ears.anna, 'channel_bookmark_updated', 'bookmarks'), changed);
    const sorted = await ben.api.updateChannelBookmarkSortOrder(channel.id, second.id, 0, '');
    assert.deepEqual(sorted.map((b) => b.display_name), ['Plan', 'House rules']);
    await anna.api.deleteChannelBookmark(channel.id, second.id, '');
    assert.deepEqual((await ben.api.getChannelBookmarks(channel.id)).map((b) => b.id), [changed.updated.id]);
    const since = await ben.api.getChannelBookmarks(channel.id, first.create_at);
    assert.deepEqual(since.filter((b) => b.delete_at > 0).map((b) => b.id).sort(), [first.id, second.id].sort());
});

test('a message is scheduled, changed, sent at its time, and gone from the list', async () => {
    const at = Date.now() + 3_600_000;
    const {data: made} = await anna.api.createScheduledPost({channel_id: channel.id, message: 'later', scheduled_at: at}, '');
    assert.deepEqual(await told(ears.anna, 'scheduled_post_created', 'scheduledPost'), made);
    const {data: listed} = await anna.api.getScheduledPosts(team.id, true);
    assert.deepEqual([listed[team.id], listed.directChannels], [[made], []]);
    const soon = {...made, message: `sooner, @${ben.me.username}`, scheduled_at: Date.now() + 1500};
    const {data: changed} = await anna.api.updateScheduledPost(soon, '');
    assert.equal(changed.message, soon.message);
    const posted = await until(() => ears.ben.heard('posted').find((e) => JSON.parse(e.data.post).message === soon.message), 'posted');
    assert.deepEqual(JSON.parse(posted.data.mentions), [ben.me.id]);
    await told(ears.anna, 'scheduled_post_deleted', 'scheduledPost');
    assert.deepEqual((await anna.api.getScheduledPosts(team.id, false)).data, {[team.id]: []});
    const {data: other} = await anna.api.createScheduledPost({channel_id: channel.id, message: 'never', scheduled_at: at}, '');
    await refused(ben.api.deleteScheduledPost(ben.me.id, other.id, ''), 403, 'app.delete_scheduled_post.delete_permission.error');
    await anna.api.deleteScheduledPost(anna.me.id, other.id, '');
});

test('an urgent message is acknowledged, and that is taken back', async () => {
    const priority = {priority: 'urgent', requested_ack: true};
    const post = await anna.api.createPost({channel_id: channel.id, message: `@${ben.me.username} now`, metadata: {priority}});
    assert.equal(post.metadata.priority.requested_ack, true);
    const members = await ben.api.getMyChannelMembers(team.id);
    assert.equal(members.find((/** @type {any} */ m) => m.channel_id === channel.id).urgent_mention_count, 1);
    const acknowledged = await ben.api.acknowledgePost(post.id, ben.me.id);
    assert.deepEqual(await told(ears.anna, 'post_acknowledgement_added', 'acknowledgement'), acknowledged);
    const page = await anna.api.getPosts(channel.id, 0, 5);
    assert.deepEqual(page.posts[post.id].metadata.acknowledgements, [acknowledged]);
    await ben.api.unacknowledgePost(post.id, ben.me.id);
    await told(ears.anna, 'post_acknowledgement_removed', 'acknowledgement');
});

test('a reminder comes from the server\'s bot', async () => {
    const post = await ben.api.createPost({channel_id: channel.id, message: 'do not forget'});
    await anna.api.addPostReminder(anna.me.id, post.id, Math.floor(Date.now() / 1000) + 1);
    await until(() => ears.anna.heard('ephemeral_message').find((e) => JSON.parse(e.data.post).props.type === 'reminder'), 'the confirmation');
    const reminder = await until(() => ears.anna.posts().find((p) => p.type === 'reminder'), 'the reminder');
    assert.deepEqual([reminder.props.post_id, reminder.props.username], [post.id, ben.me.username]);
});

test('an earlier version of a message is restored', async () => {
    const post = await anna.api.createPost({channel_id: channel.id, message: 'first'});
    await anna.api.patchPost({id: post.id, message: 'second'});
    const [version] = await anna.api.getPostEditHistory(post.id);
    assert.equal(version.message, 'first');
    const {data: restored} = await anna.api.restorePostVersion(post.id, version.id, '');
    assert.equal(restored.message, 'first');
    assert.equal((await ben.api.getPost(post.id)).message, 'first');
});

test('what is due while the server dies is sent all the same, and once', async () => {
    const due = Date.now() + 2500;
    const messages = Array.from({length: 40}, (_, i) => `after all ${i}`);
    await Promise.all(messages.map((message) => anna.api.createScheduledPost({channel_id: channel.id, message, scheduled_at: due}, '')));
    const post = await ben.api.createPost({channel_id: channel.id, message: 'remember'});
    await anna.api.addPostReminder(anna.me.id, post.id, Math.ceil(due / 1000));
    await pause(due - Date.now() + 60);
    await server('kill');
    const sent = await until(async () => {
        const {posts} = await ben.api.getPosts(channel.id, 0, 100);
        const found = Object.values(posts).map((p) => p.message).filter((m) => m.startsWith('after all'));
        return found.length >= messages.length && found;
    }, 'all are sent', 90);
    await pause(2000);
    const {posts} = await ben.api.getPosts(channel.id, 0, 100);
    assert.deepEqual(Object.values(posts).map((p) => p.message).filter((m) => m.startsWith('after all')).sort(), [...messages].sort());
    assert.equal(sent.length, messages.length);
    const [bot] = await anna.api.getProfilesByUsernames(['system-bot']);
    const direct = await anna.api.createDirectChannel([anna.me.id, bot.id]);
    const reminders = await until(async () => {
        const page = await anna.api.getPosts(direct.id, 0, 60);
        const found = Object.values(page.posts).filter((p) => p.props.post_id === post.id);
        return found.length > 0 && found;
    }, 'the reminder', 90);
    assert.equal(reminders.length, 1);
});
