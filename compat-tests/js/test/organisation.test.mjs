// What larger organisations ask for, through the official TypeScript client: permission schemes, moderated channels, groups of one's own, guests.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';

import {Ear, person, refused, until} from '../support.mjs';

/** @type {any} */ let admin;
/** @type {any} */ let anna;
/** @type {any} */ let ben;
/** @type {any} */ let team;
/** @type {any} */ let channel;
/** @type {Record<string, Ear>} */ const ears = {};

after(() => Object.values(ears).forEach((ear) => ear.close()));

const told = (/** @type {Ear} */ ear, /** @type {string} */ event, /** @type {string} */ key, /** @type {(value: any) => boolean} */ fits = () => true) =>
    until(() => ear.heard(event).map((e) => JSON.parse(e.data[key])).find(fits), event);

test('clients are told what works', async () => {
    admin = await person('head');
    anna = await person('anneli');
    ben = await person('benno');
    team = await anna.api.createTeam({name: 'office', display_name: 'Office', type: 'O'});
    channel = await anna.api.createChannel({team_id: team.id, name: 'hall', display_name: 'Hall', type: 'O'});
    await anna.api.addToTeam(team.id, ben.me.id);
    await anna.api.addToChannel(ben.me.id, channel.id);
    ears.anna = await new Ear(anna.token).ready();
    ears.ben = await new Ear(ben.token).ready();
    const config = await anna.api.getClientConfig();
    const license = await anna.api.getClientLicenseOld();
    assert.equal(config.EnableCustomGroups, 'true');
    assert.equal(license.CustomPermissionsSchemes, 'true');
    assert.match(admin.me.roles, /system_admin/);
});

test('a team has a permission scheme of its own', async () => {
    const scheme = await admin.api.createScheme(/** @type {any} */ ({display_name: 'Quiet', description: '', scope: 'team'}));
    const role = await admin.api.getRoleByName(scheme.default_team_user_role);
    const permissions = role.permissions.filter((/** @type {string} */ p) => p !== 'create_public_channel');
    await admin.api.patchRole(role.id, {permissions});
    await admin.api.updateTeamScheme(team.id, scheme.id);
    const changed = await told(ears.ben, 'update_team_scheme', 'team');
    assert.equal(changed.scheme_id, scheme.id);
    const member = await ben.api.getTeamMember(team.id, ben.me.id);
    assert.equal(member.roles, scheme.default_team_user_role);
    const [known] = await ben.api.getRolesByNames([member.roles]);
    assert.ok(!known.permissions.includes('create_public_channel'));
    await refused(ben.api.createChannel({team_id: team.id, name: 'no', display_name: 'No', type: 'O'}), 403, 'api.context.permissions.app_error');
    assert.deepEqual((await admin.api.getSchemeTeams(scheme.id)).map((/** @type {any} */ t) => t.id), [team.id]);
    await admin.api.updateTeamScheme(team.id, '');
    assert.equal((await ben.api.getTeamMember(team.id, ben.me.id)).roles, 'team_user');
    await admin.api.deleteScheme(scheme.id);
});

test('a channel is made read-only for its members', async () => {
    const patch = [{name: 'create_post', roles: {members: false, guests: false}}];
    const moderations = await admin.api.patchChannelModerations(channel.id, /** @type {any} */ (patch));
    const posts = moderations.find((/** @type {any} */ m) => m.name === 'create_post');
    assert.deepEqual(posts.roles.members, {value: false, enabled: true});
    await until(() => ears.ben.heard('channel_scheme_updated').length, 'channel_scheme_updated');
    const mine = await told(ears.ben, 'channel_member_updated', 'channelMember', (m) => m.channel_id === channel.id);
    const [role] = await ben.api.getRolesByNames([mine.roles]);
    assert.ok(role.permissions.includes('read_channel') && !role.permissions.includes('create_post'));
    await refused(ben.api.createPost({channel_id: channel.id, message: 'no'}), 403, 'api.context.permissions.app_error');
    await anna.api.createPost({channel_id: channel.id, message: 'read this'});
    await admin.api.patchChannelModerations(channel.id, /** @type {any} */ ([{name: 'create_post', roles: {members: true, guests: true}}]));
    await ben.api.createPost({channel_id: channel.id, message: 'yes'});
});

test('a group is made, mentioned, and left', async () => {
    const group = await anna.api.createGroupWithUserIds({
        name: 'crew', display_name: 'Crew', source: 'custom', allow_reference: true, user_ids: [anna.me.id, ben.me.id],
    });
    assert.equal(group.member_count, 2);
    assert.deepEqual(await told(ears.ben, 'received_group', 'group'), group);
    const listed = await ben.api.getGroups(/** @type {any} */ ({filter_allow_reference: true, page: 0, per_page: 60, include_member_count: true, q: 'cre'}));
    assert.deepEqual(listed.map((/** @type {any} */ g) => [g.id, g.member_count]), [[group.id, 2]]);
    const post = await anna.api.createPost({channel_id: channel.id, message: '@crew please look'});
    const posted = await ears.ben.hears(post.id);
    assert.deepEqual(JSON.parse(posted.data.mentions), [ben.me.id]);
    const page = await ben.api.getProfilesInGroup(group.id, 0, 60);
    assert.deepEqual(page.map((/** @type {any} */ u) => u.username), ['anneli', 'benno']);
    await anna.api.removeUsersFromGroup(group.id, [ben.me.id]);
    await until(() => ears.ben.heard('group_member_deleted').length, 'group_member_deleted');
    await anna.api.addUsersToGroup(group.id, [ben.me.id]);
    assert.equal((await told(ears.ben, 'group_member_add', 'group_member')).group_id, group.id);
    assert.deepEqual((await ben.api.getGroupsByUserId(ben.me.id)).map((/** @type {any} */ g) => g.id), [group.id]);
    assert.equal((await anna.api.patchGroup(group.id, /** @type {any} */ ({display_name: 'The crew'}))).display_name, 'The crew');
    assert.ok((await anna.api.archiveGroup(group.id)).delete_at > 0);
    assert.equal((await anna.api.restoreGroup(group.id)).delete_at, 0);
    const counts = await ben.api.getChannelMemberCountsByGroup(channel.id, true);
    assert.equal(counts.find((/** @type {any} */ c) => c.group_id === group.id)?.channel_member_count, 2);
});

test('a guest sees whom and what they share', async () => {
    await admin.api.patchConfig(/** @type {any} */ ({GuestAccountsSettings: {Enable: true}}));
    const gil = await person('gilbert');
    const hall = await anna.api.createChannel({team_id: team.id, name: 'lobby', display_name: 'Lobby', type: 'O'});
    await admin.api.demoteUserToGuest(gil.me.id);
    await gil.api.login('gilbert', 'Secret-pass-1!');
    await admin.api.addToTeam(team.id, gil.me.id);
    await admin.api.addToChannel(gil.me.id, hall.id);
    assert.equal((await gil.api.getMe()).roles, 'system_guest');
    ears.gil = await new Ear(gil.api.getToken()).ready();
    const mine = await gil.api.getMyChannels(team.id);
    assert.deepEqual(mine.map((/** @type {any} */ c) => c.name), ['lobby']);
    assert.deepEqual(await gil.api.searchUsers('benno', {}), []);
    assert.deepEqual((await gil.api.searchUsers('anneli', {})).map((/** @type {any} */ u) => u.id), [anna.me.id]);
    await refused(gil.api.getUser(ben.me.id), 403, 'api.context.permissions.app_error');
    await refused(gil.api.addToChannel(gil.me.id, channel.id), 403, 'api.context.permissions.app_error');
    await refused(gil.api.createChannel({team_id: team.id, name: 'own', display_name: 'Own', type: 'O'}), 403, 'api.context.permissions.app_error');
    const [crew] = await gil.api.getGroups(/** @type {any} */ ({q: 'cre', filter_allow_reference: true, page: 0, per_page: 60, include_member_count: true}));
    assert.equal(crew.member_count, 1);
    const page = await gil.api.getProfilesInGroup(crew.id, 0, 60);
    assert.deepEqual(page.map((/** @type {any} */ u) => u.username), ['anneli']);
    const post = await gil.api.createPost({channel_id: hall.id, message: '@crew hello'});
    const posted = await ears.anna.hears(post.id);
    assert.equal(posted.data.mentions, undefined);
    await anna.api.createPost({channel_id: channel.id, message: 'not for guests'});
    const seen = await anna.api.createPost({channel_id: hall.id, message: 'for all here'});
    await ears.gil.hears(seen.id);
    assert.ok(ears.gil.heard('posted').every((e) => JSON.parse(e.data.post).channel_id === hall.id));
    await admin.api.promoteGuestToUser(gil.me.id);
    await gil.api.login('gilbert', 'Secret-pass-1!');
    assert.equal((await gil.api.getMe()).roles, 'system_user');
    assert.deepEqual((await gil.api.searchUsers('benno', {})).map((/** @type {any} */ u) => u.id), [ben.me.id]);
});
