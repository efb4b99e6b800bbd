// mattermost-redux is the web app's own state layer.  Its start-up actions must leave a filled store, no error in it,
// and no request that failed: a web client's ordinary day.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';

import bookmarkActions from 'mattermost-redux/actions/channel_bookmarks';
import categoryActions from 'mattermost-redux/actions/channel_categories';
import channelActions from 'mattermost-redux/actions/channels';
import emojiActions from 'mattermost-redux/actions/emojis';
import generalActions from 'mattermost-redux/actions/general';
import integrationActions from 'mattermost-redux/actions/integrations';
import postActions from 'mattermost-redux/actions/posts';
import preferenceActions from 'mattermost-redux/actions/preferences';
import scheduledActions from 'mattermost-redux/actions/scheduled_posts';
import teamActions from 'mattermost-redux/actions/teams';
import threadActions from 'mattermost-redux/actions/threads';
import userActions from 'mattermost-redux/actions/users';
import reduxClient from 'mattermost-redux/client';
import preferenceSelectors from 'mattermost-redux/selectors/entities/preferences';
import scheduledSelectors from 'mattermost-redux/selectors/entities/scheduled_posts';
import storeModule from 'mattermost-redux/store';

import {Ear, base, password, person, until} from '../support.mjs';

const {Client4} = reduxClient;
const configureStore = /** @type {any} */ (storeModule).default;

/** What failed since the last clean(): actions, and any request of this process. @type {string[]} */
const failed = [];
const plainFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
    const answer = await plainFetch(input, init);
    if (!answer.ok) {
        failed.push(`${init?.method ?? 'get'} ${String(input).replace(base, '')} -> ${answer.status}`);
    }
    return answer;
};

// The library sets its timers on a browser's window; here they must not outlive the tests, nor the page that set them.
/** @type {NodeJS.Timeout[]} */ const timers = [];
const kept = (/** @type {NodeJS.Timeout} */ timer) => (timers.push(timer), timer.unref());
/** @type {any} */ (globalThis).window = Object.assign(new EventTarget(), {
    setInterval: (/** @type {[() => void, number]} */ ...args) => kept(setInterval(...args)),
    setTimeout: (/** @type {[() => void, number]} */ ...args) => kept(setTimeout(...args)),
});

/** Logs out as the web app does: the page is loaded anew, and its timers are gone. */
async function logOut() {
    timers.splice(0).forEach(clearTimeout);
    await dispatch(userActions.logout(), 'logout');
    timers.splice(0).forEach(clearTimeout);
}

/** @type {any} */ let anna;
/** @type {any} */ let ben;
/** @type {any} */ let team;
/** @type {any} */ let channel;
/** @type {any} */ let store;
/** @type {Ear} */ let ear;

after(() => ear?.close());

const state = () => store.getState();
const entities = () => state().entities;

/** Dispatches an action; one that ends in an error is kept for clean(), which tells of all at once. */
async function dispatch(/** @type {any} */ action, /** @type {string} */ name) {
    const {error} = await store.dispatch(action) ?? {};
    if (error) {
        failed.push(`${name}: ${error.server_error_id ?? ''} ${error.message ?? error}`);
    }
}

/** Asserts that nothing has gone wrong up to here, visibly or not. */
function clean() {
    assert.deepEqual(failed.splice(0), [], 'requests and actions that failed');
    assert.deepEqual(state().errors, [], 'errors in the store');
    const requests = Object.entries(state().requests).flatMap(([kind, all]) =>
        Object.entries(/** @type {any} */ (all)).filter(([, r]) => r?.status === 'failure').map(([name]) => `${kind}.${name}`));
    assert.deepEqual(requests, [], 'requests in the store that failed');
}

/** What the web app does from the log-in page until a channel is on the screen. */
async function startApp(/** @type {string} */ username) {
    Client4.setUrl(base);
    await Client4.login(username, password);
    store = configureStore({});
    await dispatch(userActions.loadMe(), 'loadMe');
    await dispatch(channelActions.fetchAllMyTeamsChannels(), 'fetchAllMyTeamsChannels');
    await dispatch(channelActions.fetchAllMyChannelMembers(), 'fetchAllMyChannelMembers');
    await openTeam();
    await openChannel();
    await until(() => [...entities().roles.pending].length === 0 && entities().roles.roles.channel_user, 'roles');
}

async function openTeam() {
    store.dispatch(teamActions.selectTeam(team.id));
    await dispatch(channelActions.fetchChannelsAndMembers(team.id), 'fetchChannelsAndMembers');
    await dispatch(categoryActions.fetchMyCategories(team.id), 'fetchMyCategories');
    await dispatch(teamActions.getMyTeamUnreads(preferenceSelectors.isCollapsedThreadsEnabled(state())), 'getMyTeamUnreads');
    await dispatch(teamActions.getTeamStats(team.id), 'getTeamStats');
    await dispatch(teamActions.getInProductNotices(team.id, 'web', '11.6.0'), 'getInProductNotices');
    await dispatch(integrationActions.getAutocompleteCommands(team.id), 'getAutocompleteCommands');
    await dispatch(userActions.getProfilesInTeam(team.id, 0), 'getProfilesInTeam');
    if (preferenceSelectors.isCollapsedThreadsEnabled(state())) {
        await dispatch(threadActions.getThreadCounts(entities().users.currentUserId, team.id), 'getThreadCounts');
        await dispatch(threadActions.getThreadsForCurrentTeam(), 'getThreadsForCurrentTeam');
    }
    if (scheduledSelectors.isScheduledPostsEnabled(state())) {
        await dispatch(scheduledActions.fetchTeamScheduledPosts(team.id, true), 'fetchTeamScheduledPosts');
    }
}

async function openChannel() {
    const {config, license} = entities().general;
    store.dispatch(channelActions.selectChannel(channel.id));
    await dispatch(postActions.getPostsUnread(channel.id), 'getPostsUnread');
    await dispatch(channelActions.getChannelStats(channel.id), 'getChannelStats');
    await dispatch(channelActions.getMyChannelMember(channel.id), 'getMyChannelMember');
    await dispatch(userActions.getProfilesInChannel(channel.id, 0), 'getProfilesInChannel');
    await dispatch(userActions.getStatusesByIds([anna.me.id, ben.me.id]), 'getStatusesByIds');
    await dispatch(channelActions.getChannelTimezones(channel.id), 'getChannelTimezones');
    await dispatch(channelActions.markChannelAsViewedOnServer(channel.id), 'markChannelAsViewedOnServer');
    if (config.EnableCustomEmoji === 'true') {
        await dispatch(emojiActions.getCustomEmojis(0, 30), 'getCustomEmojis');
    }
    if (config.FeatureFlagChannelBookmarks === 'true' && license.IsLicensed === 'true') {
        await dispatch(bookmarkActions.fetchChannelBookmarks(channel.id), 'fetchChannelBookmarks');
    }
}

test('a team in which something was said', async () => {
    anna = await person('anna');
    ben = await person('ben');
    team = await anna.api.createTeam({name: 'staff', display_name: 'Staff room', type: 'O'});
    channel = await anna.api.createChannel({team_id: team.id, name: 'planning', display_name: 'Planning', type: 'O'});
    await anna.api.addToTeam(team.id, ben.me.id);
    await anna.api.addToChannel(ben.me.id, channel.id);
    for (const message of ['first', 'second', 'for @ben']) {
        await anna.api.createPost({channel_id: channel.id, message});
    }
});

test("a member's web app starts: a filled store and no error", async () => {
    await startApp('ben');
    clean();
    const {general, users, teams, channels, preferences, roles, channelCategories, posts, limits} = entities();
    assert.match(general.config.Version, /^11\.6\./);
    assert.ok(Object.keys(general.config).length > 100, 'the config of a signed-in person');
    assert.equal(general.license.IsLicensed, 'true');
    assert.equal(users.currentUserId, ben.me.id);
    assert.equal(users.profiles[ben.me.id].email, 'ben@example.com');
    assert.equal(users.profiles[anna.me.id].username, 'anna');
    assert.ok(['online', 'away', 'offline'].includes(users.statuses[anna.me.id]));
    assert.deepEqual(Object.keys(teams.teams), [team.id]);
    assert.equal(teams.myMembers[team.id].user_id, ben.me.id);
    assert.equal(teams.stats[team.id].total_member_count, 2);
    const names = [...channels.channelsInTeam[team.id]].map((id) => channels.channels[id].name).sort();
    assert.deepEqual(names, ['off-topic', 'planning', 'town-square']);
    for (const id of channels.channelsInTeam[team.id]) {
        assert.equal(channels.myMembers[id].channel_id, id);
    }
    assert.equal(channels.stats[channel.id].member_count, 2);
    assert.ok(Object.values(preferences.myPreferences).some((/** @type {any} */ p) => p.category === 'tutorial_step'));
    for (const name of ['system_user', 'team_user', 'channel_user']) {
        assert.ok(roles.roles[name].permissions.length > 0, name);
    }
    const order = channelCategories.orderByTeam[team.id];
    assert.deepEqual(order.map((/** @type {string} */ id) => channelCategories.byId[id].type), ['favorites', 'channels', 'direct_messages']);
    assert.ok(channelCategories.byId[order[1]].channel_ids.includes(channel.id));
    const said = posts.postsInChannel[channel.id][0].order.map((/** @type {string} */ id) => posts.posts[id].message);
    assert.deepEqual(said.slice(0, 3), ['for @ben', 'second', 'first']);
    assert.equal(limits.serverLimits.maxUsersLimit, 0, 'no cap on people');
});

test('a day in the app: write, hear, read, choose', async () => {
    ear = await new Ear(Client4.getToken()).ready();
    // The app turns what it hears into new posts; its own come back that way as well and must not appear twice.
    ear.client.addMessageListener((message) => {
        if (message.event === 'posted') {
            store.dispatch(postActions.receivedNewPost(JSON.parse(/** @type {any} */ (message.data).post), true));
        }
    });
    const pending = `${ben.me.id}:1`;
    await dispatch(postActions.createPost(/** @type {any} */ ({channel_id: channel.id, user_id: ben.me.id, message: 'from the app',
        pending_post_id: pending, root_id: '', props: {}, metadata: {}})), 'createPost');
    await anna.api.createPost({channel_id: channel.id, message: 'and back'});
    const newest = () => entities().posts.postsInChannel[channel.id].find((/** @type {any} */ b) => b.recent).order
        .map((/** @type {string} */ id) => entities().posts.posts[id].message).slice(0, 3);
    await until(() => newest()[0] === 'and back' && newest()[1] === 'from the app', 'both posts in the store');
    assert.deepEqual(newest(), ['and back', 'from the app', 'for @ben']);
    assert.equal(entities().posts.posts[pending], undefined, 'the pending copy gave way to the real one');

    await dispatch(postActions.getPosts(channel.id), 'getPosts');
    await dispatch(channelActions.readMultipleChannels([channel.id]), 'readMultipleChannels');
    const choice = {user_id: ben.me.id, category: 'display_settings', name: 'use_military_time', value: 'true'};
    await dispatch(preferenceActions.savePreferences(ben.me.id, [choice]), 'savePreferences');
    await until(async () => {
        await dispatch(preferenceActions.getMyPreferences(), 'getMyPreferences');          // what the server keeps, not what was hoped
        return entities().preferences.myPreferences['display_settings--use_military_time']?.value === 'true';
    }, 'the choice is saved');
    await dispatch(userActions.getMissingProfilesByIds([anna.me.id]), 'getMissingProfilesByIds');
    await dispatch(userActions.autocompleteUsers('an', team.id, channel.id), 'autocompleteUsers');
    await dispatch(userActions.getKnownUsers(), 'getKnownUsers');
    await dispatch(channelActions.createDirectChannel(ben.me.id, anna.me.id), 'createDirectChannel');
    clean();
});

test('logging out empties the store', async () => {
    ear.close();
    await logOut();
    assert.equal(entities().users.currentUserId, '');
    assert.deepEqual(entities().teams.myMembers, {});
    assert.deepEqual(failed.splice(0), []);
});

test("an admin's web app starts just as well", async () => {
    await startApp('anna');
    await dispatch(generalActions.getFirstAdminSetupComplete(), 'getFirstAdminSetupComplete');
    await dispatch(channelActions.getChannelMembers(channel.id), 'getChannelMembers');
    clean();
    assert.ok(entities().roles.roles.system_admin.permissions.includes('manage_system'));
    // Its pollers (statuses, profiles) would keep this process alive.
    await logOut();
});
