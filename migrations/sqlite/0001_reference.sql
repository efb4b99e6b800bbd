-- The reference schema (see ../postgres/0001_reference.sql) for SQLite: the same tables, columns
-- and index names.
--
-- Types: varchar and text are text, without a length, which the model checks; jsonb is JSON as
-- text; integers of every width are integer; an enum is text with a CHECK.
-- Unique constraints are unique indexes here, because SQLite cannot name the index of a constraint.
-- Small rows that are only found by a key of several columns, or hang on another table's row, are
-- stored in the key itself (WITHOUT ROWID).
-- Left out, each with a comment at its table: full-text indexes, for which the search has its own
-- tables, and materialised views. db_migrations is left out too: no other server reads this file.

------------------------------------------------------------------------
-- People and sessions
------------------------------------------------------------------------

-- Accounts of people and bots.
CREATE TABLE users (
    id                 text    NOT NULL PRIMARY KEY,
    createat           integer,
    updateat           integer,
    deleteat           integer,
    username           text,
    password           text,
    authdata           text,
    authservice        text,
    email              text,
    emailverified      boolean,
    nickname           text,
    firstname          text,
    lastname           text,
    roles              text,
    allowmarketing     boolean,
    props              text,
    notifyprops        text,
    lastpasswordupdate integer,
    lastpictureupdate  integer,
    failedattempts     integer,
    locale             text,
    mfaactive          boolean,
    mfasecret          text,
    position           text,
    timezone           text,
    remoteid           text,
    lastlogin          integer NOT NULL DEFAULT 0,
    mfausedtimestamps  text
);
CREATE UNIQUE INDEX users_authdata_key ON users (authdata);
CREATE UNIQUE INDEX users_email_key ON users (email);
CREATE UNIQUE INDEX users_username_key ON users (username);
CREATE INDEX idx_users_create_at ON users (createat);
CREATE INDEX idx_users_delete_at ON users (deleteat);
CREATE INDEX idx_users_email_lower_textpattern ON users (lower(email));
CREATE INDEX idx_users_firstname_lower_textpattern ON users (lower(firstname));
CREATE INDEX idx_users_id_locale ON users (id, locale);
CREATE INDEX idx_users_lastname_lower_textpattern ON users (lower(lastname));
CREATE INDEX idx_users_nickname_lower_textpattern ON users (lower(nickname));
CREATE INDEX idx_users_update_at ON users (updateat);
CREATE INDEX idx_users_username_lower_textpattern ON users (lower(username));
-- idx_users_all_no_full_name_txt: full-text, PostgreSQL only
-- idx_users_all_txt: full-text, PostgreSQL only
-- idx_users_names_no_full_name_txt: full-text, PostgreSQL only
-- idx_users_names_txt: full-text, PostgreSQL only

-- What a bot has beyond its row in users.
CREATE TABLE bots (
    userid         text    NOT NULL PRIMARY KEY,
    description    text,
    ownerid        text,
    createat       integer,
    updateat       integer,
    deleteat       integer,
    lasticonupdate integer
);

-- Presence: online, away, do not disturb, offline.
CREATE TABLE status (
    userid         text    NOT NULL PRIMARY KEY,
    status         text,
    manual         boolean,
    lastactivityat integer,
    dndendtime     integer,  -- seconds since 1970
    prevstatus     text
) WITHOUT ROWID;
CREATE INDEX idx_status_status_dndendtime ON status (status, dndendtime);

-- A user's settings, by category and name.
CREATE TABLE preferences (
    userid   text NOT NULL,
    category text NOT NULL,
    name     text NOT NULL,
    value    text,
    PRIMARY KEY (userid, category, name)
) WITHOUT ROWID;
CREATE INDEX idx_preferences_category ON preferences (category);
CREATE INDEX idx_preferences_name ON preferences (name);

-- Logged-in clients; personal access tokens have one each too.
CREATE TABLE sessions (
    id             text    NOT NULL PRIMARY KEY,
    token          text,
    createat       integer,
    expiresat      integer,
    lastactivityat integer,
    userid         text,
    deviceid       text,
    roles          text,
    isoauth        boolean,
    props          text,
    expirednotify  boolean
);
CREATE INDEX idx_sessions_create_at ON sessions (createat);
CREATE INDEX idx_sessions_expires_at ON sessions (expiresat);
CREATE INDEX idx_sessions_last_activity_at ON sessions (lastactivityat);
CREATE INDEX idx_sessions_token ON sessions (token);
CREATE INDEX idx_sessions_user_id ON sessions (userid);

-- Personal access tokens.
CREATE TABLE useraccesstokens (
    id          text    NOT NULL PRIMARY KEY,
    token       text,
    userid      text,
    description text,
    isactive    boolean
);
CREATE UNIQUE INDEX useraccesstokens_token_key ON useraccesstokens (token);
CREATE INDEX idx_user_access_tokens_user_id ON useraccesstokens (userid);

-- One-time tokens: password recovery, e-mail verification, invitations.
CREATE TABLE tokens (
    token    text    NOT NULL PRIMARY KEY,
    createat integer,
    type     text,
    extra    text
);

-- One-time tokens that hand a browser login over to the desktop app.
CREATE TABLE desktoptokens (
    token    text    NOT NULL PRIMARY KEY,
    createat integer NOT NULL,
    userid   text    NOT NULL
) WITHOUT ROWID;
CREATE INDEX idx_desktoptokens_token_createat ON desktoptokens (token, createat);

-- Who did what, from which address.
CREATE TABLE audits (
    id        text    NOT NULL PRIMARY KEY,
    createat  integer,
    userid    text,
    action    text,
    extrainfo text,
    ipaddress text,
    sessionid text
);
CREATE INDEX idx_audits_user_id ON audits (userid);

-- Versions of the custom terms of service.
CREATE TABLE termsofservice (
    id       text    NOT NULL PRIMARY KEY,
    createat integer,
    userid   text,
    text     text
);

-- Which version of the terms a user has accepted.
CREATE TABLE usertermsofservice (
    userid           text    NOT NULL PRIMARY KEY,
    termsofserviceid text,
    createat         integer
) WITHOUT ROWID;

------------------------------------------------------------------------
-- Roles and schemes
------------------------------------------------------------------------

-- Roles and their permissions, separated by spaces.
CREATE TABLE roles (
    id            text    NOT NULL PRIMARY KEY,
    name          text,
    displayname   text,
    description   text,
    createat      integer,
    updateat      integer,
    deleteat      integer,
    permissions   text,
    schememanaged boolean,
    builtin       boolean,
    schemeid      text
);
CREATE UNIQUE INDEX roles_name_key ON roles (name);
CREATE INDEX idx_roles_scheme_id ON roles (schemeid);

-- Permission schemes: the roles a team or channel gives its members.
CREATE TABLE schemes (
    id                        text    NOT NULL PRIMARY KEY,
    name                      text,
    displayname               text,
    description               text,
    createat                  integer,
    updateat                  integer,
    deleteat                  integer,
    scope                     text,
    defaultteamadminrole      text,
    defaultteamuserrole       text,
    defaultchanneladminrole   text,
    defaultchanneluserrole    text,
    defaultteamguestrole      text,
    defaultchannelguestrole   text,
    defaultplaybookadminrole  text    DEFAULT '',
    defaultplaybookmemberrole text    DEFAULT '',
    defaultrunadminrole       text    DEFAULT '',
    defaultrunmemberrole      text    DEFAULT ''
);
CREATE UNIQUE INDEX schemes_name_key ON schemes (name);
CREATE INDEX idx_schemes_channel_admin_role ON schemes (defaultchanneladminrole);
CREATE INDEX idx_schemes_channel_guest_role ON schemes (defaultchannelguestrole);
CREATE INDEX idx_schemes_channel_user_role ON schemes (defaultchanneluserrole);

------------------------------------------------------------------------
-- Teams
------------------------------------------------------------------------

-- Teams.
CREATE TABLE teams (
    id                  text    NOT NULL PRIMARY KEY,
    createat            integer,
    updateat            integer,
    deleteat            integer,
    displayname         text,
    name                text,
    description         text,
    email               text,
    type                text    CHECK (type IN ('I', 'O')),
    companyname         text,
    alloweddomains      text,
    inviteid            text,
    schemeid            text,
    allowopeninvite     boolean,
    lastteamiconupdate  integer,
    groupconstrained    boolean,
    cloudlimitsarchived boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX teams_name_key ON teams (name);
CREATE INDEX idx_teams_create_at ON teams (createat);
CREATE INDEX idx_teams_delete_at ON teams (deleteat);
CREATE INDEX idx_teams_invite_id ON teams (inviteid);
CREATE INDEX idx_teams_scheme_id ON teams (schemeid);
CREATE INDEX idx_teams_update_at ON teams (updateat);

-- Who is, or was, in which team.
CREATE TABLE teammembers (
    teamid      text    NOT NULL,
    userid      text    NOT NULL,
    roles       text,
    deleteat    integer,
    schemeuser  boolean,
    schemeadmin boolean,
    schemeguest boolean,
    createat    integer DEFAULT 0,
    PRIMARY KEY (teamid, userid)
) WITHOUT ROWID;
CREATE INDEX idx_teammembers_createat ON teammembers (createat);
CREATE INDEX idx_teammembers_delete_at ON teammembers (deleteat);
CREATE INDEX idx_teammembers_user_id ON teammembers (userid);

------------------------------------------------------------------------
-- Channels
------------------------------------------------------------------------

-- Channels of every kind, direct and group messages included.
CREATE TABLE channels (
    id                  text    NOT NULL PRIMARY KEY,
    createat            integer,
    updateat            integer,
    deleteat            integer,
    teamid              text,
    type                text    CHECK (type IN ('P', 'G', 'O', 'D')),
    displayname         text,
    name                text,
    header              text,
    purpose             text,
    lastpostat          integer,
    totalmsgcount       integer,
    extraupdateat       integer,
    creatorid           text,
    schemeid            text,
    groupconstrained    boolean,
    shared              boolean,
    totalmsgcountroot   integer,
    lastrootpostat      integer DEFAULT '0',
    bannerinfo          text,
    defaultcategoryname text    NOT NULL DEFAULT '',
    autotranslation     boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX channels_name_teamid_key ON channels (name, teamid);
CREATE INDEX idx_channels_autotranslation_enabled ON channels (id) WHERE autotranslation = TRUE;
CREATE INDEX idx_channels_create_at ON channels (createat);
CREATE INDEX idx_channels_delete_at ON channels (deleteat);
CREATE INDEX idx_channels_displayname_lower ON channels (lower(displayname));
CREATE INDEX idx_channels_name_lower ON channels (lower(name));
CREATE INDEX idx_channels_scheme_id ON channels (schemeid);
CREATE INDEX idx_channels_team_id_display_name ON channels (teamid, displayname);
CREATE INDEX idx_channels_team_id_type ON channels (teamid, type);
CREATE INDEX idx_channels_update_at ON channels (updateat);
-- idx_channel_search_txt: full-text, PostgreSQL only

-- Copy of the public channels' searchable columns.
CREATE TABLE publicchannels (
    id          text    NOT NULL PRIMARY KEY,
    deleteat    integer,
    teamid      text,
    displayname text,
    name        text,
    header      text,
    purpose     text
);
CREATE UNIQUE INDEX publicchannels_name_teamid_key ON publicchannels (name, teamid);
CREATE INDEX idx_publicchannels_delete_at ON publicchannels (deleteat);
CREATE INDEX idx_publicchannels_displayname_lower ON publicchannels (lower(displayname));
CREATE INDEX idx_publicchannels_name_lower ON publicchannels (lower(name));
CREATE INDEX idx_publicchannels_team_id ON publicchannels (teamid);
-- idx_publicchannels_search_txt: full-text, PostgreSQL only

-- Who is in which channel, with read position and counters.
CREATE TABLE channelmembers (
    channelid               text    NOT NULL,
    userid                  text    NOT NULL,
    roles                   text,
    lastviewedat            integer,
    msgcount                integer,
    mentioncount            integer,
    notifyprops             text,
    lastupdateat            integer,
    schemeuser              boolean,
    schemeadmin             boolean,
    schemeguest             boolean,
    mentioncountroot        integer,
    msgcountroot            integer,
    urgentmentioncount      integer,
    autotranslation         boolean NOT NULL DEFAULT false,
    autotranslationdisabled boolean NOT NULL DEFAULT false,
    PRIMARY KEY (channelid, userid)
) WITHOUT ROWID;
CREATE INDEX idx_channelmembers_autotranslation_enabled
    ON channelmembers (channelid) WHERE autotranslation = TRUE;
CREATE INDEX idx_channelmembers_channel_id_scheme_guest_user_id
    ON channelmembers (channelid, schemeguest, userid);
CREATE INDEX idx_channelmembers_user_id_channel_id_last_viewed_at
    ON channelmembers (userid, channelid, lastviewedat);

-- When a user joined and left a channel.
CREATE TABLE channelmemberhistory (
    channelid text    NOT NULL,
    userid    text    NOT NULL,
    jointime  integer NOT NULL,
    leavetime integer,
    PRIMARY KEY (channelid, userid, jointime)
) WITHOUT ROWID;

-- Links and files pinned to the top of a channel.
CREATE TABLE channelbookmarks (
    id          text    NOT NULL PRIMARY KEY,
    ownerid     text    NOT NULL,
    channelid   text    NOT NULL,
    fileinfoid  text    DEFAULT NULL,
    createat    integer DEFAULT 0,
    updateat    integer DEFAULT 0,
    deleteat    integer DEFAULT 0,
    displayname text    DEFAULT '',
    sortorder   integer DEFAULT 0,
    linkurl     text,
    imageurl    text,
    emoji       text    DEFAULT NULL,
    type        text    DEFAULT 'link' CHECK (type IN ('link', 'file')),
    originalid  text    DEFAULT NULL,
    parentid    text    DEFAULT NULL
);
CREATE INDEX idx_channelbookmarks_channelid ON channelbookmarks (channelid);
CREATE INDEX idx_channelbookmarks_delete_at ON channelbookmarks (deleteat);
CREATE INDEX idx_channelbookmarks_update_at ON channelbookmarks (updateat);

-- Categories of a user's channel sidebar.
CREATE TABLE sidebarcategories (
    id          text    NOT NULL PRIMARY KEY,
    userid      text,
    teamid      text,
    sortorder   integer,
    sorting     text,
    type        text,
    displayname text,
    muted       boolean,
    collapsed   boolean
);
CREATE INDEX idx_sidebarcategories_userid_teamid ON sidebarcategories (userid, teamid);

-- Channels sorted into a sidebar category.
CREATE TABLE sidebarchannels (
    channelid  text    NOT NULL,
    userid     text    NOT NULL,
    categoryid text    NOT NULL,
    sortorder  integer,
    PRIMARY KEY (channelid, userid, categoryid)
) WITHOUT ROWID;
CREATE INDEX idx_sidebarchannels_categoryid ON sidebarchannels (categoryid);

------------------------------------------------------------------------
-- Posts
------------------------------------------------------------------------

-- Messages; earlier texts of edited ones too (originalid).
-- seq is a rowid that survives VACUUM, for the full-text index to refer to.
CREATE TABLE posts (
    seq          integer PRIMARY KEY,
    id           text    NOT NULL,
    createat     integer,
    updateat     integer,
    deleteat     integer,
    userid       text,
    channelid    text,
    rootid       text,
    originalid   text,
    message      text,
    type         text,
    props        text,
    hashtags     text,
    filenames    text,
    fileids      text,
    hasreactions boolean,
    editat       integer,
    ispinned     boolean,
    remoteid     text
);
CREATE UNIQUE INDEX posts_pkey ON posts (id);
CREATE INDEX idx_posts_channel_id_delete_at_create_at ON posts (channelid, deleteat, createat);
CREATE INDEX idx_posts_channel_id_update_at ON posts (channelid, updateat);
CREATE INDEX idx_posts_create_at ON posts (createat);
CREATE INDEX idx_posts_create_at_id ON posts (createat, id);
CREATE INDEX idx_posts_delete_at ON posts (deleteat);
CREATE INDEX idx_posts_is_pinned ON posts (ispinned);
CREATE INDEX idx_posts_original_id ON posts (originalid);
CREATE INDEX idx_posts_root_id_delete_at ON posts (rootid, deleteat);
CREATE INDEX idx_posts_update_at ON posts (updateat);
CREATE INDEX idx_posts_user_id ON posts (userid);
-- idx_posts_hashtags_txt: full-text, PostgreSQL only
-- idx_posts_message_txt: full-text, PostgreSQL only

-- poststats and idx_poststats_userid: materialised view, PostgreSQL only

-- Priority of a post and what its author asks of the readers.
CREATE TABLE postspriority (
    postid                  text    NOT NULL PRIMARY KEY,
    channelid               text    NOT NULL,
    priority                text    NOT NULL,
    requestedack            boolean,
    persistentnotifications boolean
) WITHOUT ROWID;

-- Who has acknowledged a post.
CREATE TABLE postacknowledgements (
    postid         text    NOT NULL,
    userid         text    NOT NULL,
    acknowledgedat integer,
    remoteid       text    DEFAULT '',
    channelid      text    DEFAULT '',
    PRIMARY KEY (postid, userid)
) WITHOUT ROWID;

-- When to remind a user of a post.
CREATE TABLE postreminders (
    postid     text    NOT NULL,
    userid     text    NOT NULL,
    targettime integer,  -- seconds since 1970
    PRIMARY KEY (postid, userid)
) WITHOUT ROWID;
CREATE INDEX idx_postreminders_targettime ON postreminders (targettime);

-- Urgent posts that are announced again until answered.
CREATE TABLE persistentnotifications (
    postid     text    NOT NULL PRIMARY KEY,
    createat   integer,
    lastsentat integer,
    deleteat   integer,
    sentcount  integer
) WITHOUT ROWID;

-- Emoji reactions; removed ones stay with deleteat set.
CREATE TABLE reactions (
    userid    text    NOT NULL,
    postid    text    NOT NULL,
    emojiname text    NOT NULL,
    createat  integer,
    updateat  integer,
    deleteat  integer,
    remoteid  text,
    channelid text    NOT NULL DEFAULT '',
    PRIMARY KEY (postid, userid, emojiname)
) WITHOUT ROWID;
CREATE INDEX idx_reactions_channel_id ON reactions (channelid);

-- Reply count and participants of a root post.
CREATE TABLE threads (
    postid         text    NOT NULL PRIMARY KEY,
    replycount     integer,
    lastreplyat    integer,
    participants   text,
    channelid      text,
    threaddeleteat integer,
    threadteamid   text
);
CREATE INDEX idx_threads_channel_id_last_reply_at ON threads (channelid, lastreplyat);

-- Who follows a thread, with read position and mentions.
CREATE TABLE threadmemberships (
    postid         text    NOT NULL,
    userid         text    NOT NULL,
    following      boolean,
    lastviewed     integer,
    lastupdated    integer,
    unreadmentions integer,
    PRIMARY KEY (postid, userid)
) WITHOUT ROWID;
CREATE INDEX idx_thread_memberships_last_update_at ON threadmemberships (lastupdated);
CREATE INDEX idx_thread_memberships_last_view_at ON threadmemberships (lastviewed);
CREATE INDEX idx_thread_memberships_user_id ON threadmemberships (userid);

-- Unsent messages.
CREATE TABLE drafts (
    createat  integer,
    updateat  integer,
    deleteat  integer,
    userid    text    NOT NULL,
    channelid text    NOT NULL,
    rootid    text    NOT NULL DEFAULT '',
    message   text,
    props     text,
    fileids   text,
    priority  text,
    type      text,
    PRIMARY KEY (userid, channelid, rootid)
);

-- Messages to be sent later.
CREATE TABLE scheduledposts (
    id          text    NOT NULL PRIMARY KEY,
    createat    integer,
    updateat    integer,
    userid      text    NOT NULL,
    channelid   text    NOT NULL,
    rootid      text,
    message     text,
    props       text,
    fileids     text,
    priority    text,
    scheduledat integer NOT NULL,
    processedat integer,
    errorcode   text,
    type        text
);
CREATE INDEX idx_scheduledposts_userid_channel_id_scheduled_at
    ON scheduledposts (userid, channelid, scheduledat);

-- Content of posts that vanish after reading.
CREATE TABLE temporaryposts (
    postid   text    NOT NULL PRIMARY KEY,
    type     text    NOT NULL,
    expireat integer NOT NULL,
    message  text,
    fileids  text
);
CREATE INDEX idx_temporary_posts_expire_at ON temporaryposts (expireat);

-- Until when a reader sees a post that vanishes after reading.
CREATE TABLE readreceipts (
    postid   text    NOT NULL,
    userid   text    NOT NULL,
    expireat integer NOT NULL,
    PRIMARY KEY (postid, userid)
) WITHOUT ROWID;
CREATE INDEX idx_read_receipts_post_id ON readreceipts (postid);
CREATE INDEX idx_read_receipts_user_id_post_id_expire_at ON readreceipts (userid, postid, expireat);

-- Machine translations of posts.
CREATE TABLE translations (
    objectid   text    NOT NULL,
    dstlang    text    NOT NULL,
    objecttype text    NOT NULL,
    providerid text    NOT NULL,
    normhash   text    NOT NULL,
    text       text    NOT NULL,
    confidence real,
    meta       text,
    updateat   integer NOT NULL,
    state      text    NOT NULL,
    channelid  text,
    PRIMARY KEY (objectid, objecttype, dstlang)
);
CREATE INDEX idx_translations_channel_updateat
    ON translations (channelid, objecttype, updateat DESC, dstlang);
CREATE INDEX idx_translations_state ON translations (state) WHERE state = 'processing';

-- Generated summaries of several channels.
CREATE TABLE recaps (
    id                text    NOT NULL PRIMARY KEY,
    userid            text    NOT NULL,
    title             text    NOT NULL,
    createat          integer NOT NULL,
    updateat          integer NOT NULL,
    deleteat          integer NOT NULL,
    totalmessagecount integer NOT NULL,
    status            text    NOT NULL,
    readat            integer NOT NULL DEFAULT 0,
    botid             text    NOT NULL DEFAULT ''
);
CREATE INDEX idx_recaps_bot_id ON recaps (botid);
CREATE INDEX idx_recaps_create_at ON recaps (createat);
CREATE INDEX idx_recaps_user_id ON recaps (userid);
CREATE INDEX idx_recaps_user_id_delete_at ON recaps (userid, deleteat);
CREATE INDEX idx_recaps_user_id_read_at ON recaps (userid, readat);

-- A summary's part on one channel.
CREATE TABLE recapchannels (
    id            text    NOT NULL PRIMARY KEY,
    recapid       text    NOT NULL,
    channelid     text    NOT NULL,
    channelname   text    NOT NULL,
    highlights    text,
    actionitems   text,
    sourcepostids text,
    createat      integer NOT NULL,
    CONSTRAINT recapchannels_recapid_fkey
        FOREIGN KEY (recapid) REFERENCES recaps (id) ON DELETE CASCADE
);
CREATE INDEX idx_recap_channels_channel_id ON recapchannels (channelid);
CREATE INDEX idx_recap_channels_recap_id ON recapchannels (recapid);

-- A user's last searches.
CREATE TABLE recentsearches (
    userid        text    NOT NULL,
    searchpointer integer NOT NULL,
    query         text,
    createat      integer NOT NULL,
    PRIMARY KEY (userid, searchpointer)
);

------------------------------------------------------------------------
-- Files, emoji, link previews
------------------------------------------------------------------------

-- Uploaded files; the bytes are in the file store.
CREATE TABLE fileinfo (
    id              text    NOT NULL PRIMARY KEY,
    creatorid       text,
    postid          text,
    createat        integer,
    updateat        integer,
    deleteat        integer,
    path            text,
    thumbnailpath   text,
    previewpath     text,
    name            text,
    extension       text,
    size            integer,
    mimetype        text,
    width           integer,
    height          integer,
    haspreviewimage boolean,
    minipreview     blob,
    content         text,
    remoteid        text,
    archived        boolean NOT NULL DEFAULT false,
    channelid       text
);
CREATE INDEX idx_fileinfo_channel_id_create_at ON fileinfo (channelid, createat);
CREATE INDEX idx_fileinfo_create_at ON fileinfo (createat);
CREATE INDEX idx_fileinfo_delete_at ON fileinfo (deleteat);
CREATE INDEX idx_fileinfo_extension_at ON fileinfo (extension);
CREATE INDEX idx_fileinfo_postid_at ON fileinfo (postid);
CREATE INDEX idx_fileinfo_update_at ON fileinfo (updateat);
-- idx_fileinfo_content_txt: full-text, PostgreSQL only
-- idx_fileinfo_name_splitted: full-text, PostgreSQL only
-- idx_fileinfo_name_txt: full-text, PostgreSQL only

-- Resumable uploads under way.
CREATE TABLE uploadsessions (
    id         text    NOT NULL PRIMARY KEY,
    type       text    CHECK (type IN ('attachment', 'import')),
    createat   integer,
    userid     text,
    channelid  text,
    filename   text,
    path       text,
    filesize   integer,
    fileoffset integer,
    remoteid   text,
    reqfileid  text
);
CREATE INDEX idx_uploadsessions_create_at ON uploadsessions (createat);
CREATE INDEX idx_uploadsessions_type ON uploadsessions (type);
CREATE INDEX idx_uploadsessions_user_id ON uploadsessions (userid);

-- Custom emoji.
CREATE TABLE emoji (
    id        text    NOT NULL PRIMARY KEY,
    createat  integer,
    updateat  integer,
    deleteat  integer,
    creatorid text,
    name      text
);
CREATE UNIQUE INDEX emoji_name_deleteat_key ON emoji (name, deleteat);
CREATE INDEX idx_emoji_create_at ON emoji (createat);
CREATE INDEX idx_emoji_delete_at ON emoji (deleteat);
CREATE INDEX idx_emoji_update_at ON emoji (updateat);

-- Cached previews of linked pages.
CREATE TABLE linkmetadata (
    hash      integer NOT NULL PRIMARY KEY,
    url       text,
    timestamp integer,
    type      text,
    data      text
);
CREATE INDEX idx_link_metadata_url_timestamp ON linkmetadata (url, timestamp);

------------------------------------------------------------------------
-- Integrations
------------------------------------------------------------------------

-- Incoming webhooks.
CREATE TABLE incomingwebhooks (
    id            text    NOT NULL PRIMARY KEY,
    createat      integer,
    updateat      integer,
    deleteat      integer,
    userid        text,
    channelid     text,
    teamid        text,
    displayname   text,
    description   text,
    username      text,
    iconurl       text,
    channellocked boolean
);
CREATE INDEX idx_incoming_webhook_create_at ON incomingwebhooks (createat);
CREATE INDEX idx_incoming_webhook_delete_at ON incomingwebhooks (deleteat);
CREATE INDEX idx_incoming_webhook_team_id ON incomingwebhooks (teamid);
CREATE INDEX idx_incoming_webhook_update_at ON incomingwebhooks (updateat);
CREATE INDEX idx_incoming_webhook_user_id ON incomingwebhooks (userid);

-- Outgoing webhooks.
CREATE TABLE outgoingwebhooks (
    id           text    NOT NULL PRIMARY KEY,
    token        text,
    createat     integer,
    updateat     integer,
    deleteat     integer,
    creatorid    text,
    channelid    text,
    teamid       text,
    triggerwords text,
    callbackurls text,
    displayname  text,
    contenttype  text,
    triggerwhen  integer,
    username     text,
    iconurl      text,
    description  text
);
CREATE INDEX idx_outgoing_webhook_create_at ON outgoingwebhooks (createat);
CREATE INDEX idx_outgoing_webhook_delete_at ON outgoingwebhooks (deleteat);
CREATE INDEX idx_outgoing_webhook_team_id ON outgoingwebhooks (teamid);
CREATE INDEX idx_outgoing_webhook_update_at ON outgoingwebhooks (updateat);

-- Custom slash commands.
CREATE TABLE commands (
    id               text    NOT NULL PRIMARY KEY,
    token            text,
    createat         integer,
    updateat         integer,
    deleteat         integer,
    creatorid        text,
    teamid           text,
    trigger          text,
    method           text,
    username         text,
    iconurl          text,
    autocomplete     boolean,
    autocompletedesc text,
    autocompletehint text,
    displayname      text,
    description      text,
    url              text,
    pluginid         text
);
CREATE INDEX idx_command_create_at ON commands (createat);
CREATE INDEX idx_command_delete_at ON commands (deleteat);
CREATE INDEX idx_command_team_id ON commands (teamid);
CREATE INDEX idx_command_update_at ON commands (updateat);

-- Addresses for a slash command's late answers.
CREATE TABLE commandwebhooks (
    id        text    NOT NULL PRIMARY KEY,
    createat  integer,
    commandid text,
    userid    text,
    channelid text,
    rootid    text,
    usecount  integer
);
CREATE INDEX idx_command_webhook_create_at ON commandwebhooks (createat);

-- Applications that log users in through this server.
CREATE TABLE oauthapps (
    id                      text    NOT NULL PRIMARY KEY,
    creatorid               text,
    createat                integer,
    updateat                integer,
    clientsecret            text,
    name                    text,
    description             text,
    callbackurls            text,
    homepage                text,
    istrusted               boolean,
    iconurl                 text,
    mattermostappid         text    NOT NULL DEFAULT '',
    isdynamicallyregistered boolean DEFAULT false
);
CREATE INDEX idx_oauthapps_creator_id ON oauthapps (creatorid);

-- Authorisation codes not exchanged yet.
CREATE TABLE oauthauthdata (
    clientid            text,
    userid              text,
    code                text    NOT NULL PRIMARY KEY,
    expiresin           integer,  -- seconds from createat
    createat            integer,
    redirecturi         text,
    state               text,
    scope               text,
    codechallenge       text    DEFAULT '',
    codechallengemethod text    DEFAULT '',
    resource            text    DEFAULT ''
);

-- Access and refresh tokens of applications.
CREATE TABLE oauthaccessdata (
    token        text    NOT NULL PRIMARY KEY,
    refreshtoken text,
    redirecturi  text,
    clientid     text,
    userid       text,
    expiresat    integer,
    scope        text,
    audience     text    DEFAULT ''
);
CREATE UNIQUE INDEX oauthaccessdata_clientid_userid_key ON oauthaccessdata (clientid, userid);
CREATE INDEX idx_oauthaccessdata_refresh_token ON oauthaccessdata (refreshtoken);
CREATE INDEX idx_oauthaccessdata_user_id ON oauthaccessdata (userid);

-- Credentials for calls to other services.
CREATE TABLE outgoingoauthconnections (
    id                  text    NOT NULL PRIMARY KEY,
    name                text,
    creatorid           text,
    createat            integer,
    updateat            integer,
    clientid            text,
    clientsecret        text,
    credentialsusername text,
    credentialspassword text,
    oauthtokenurl       text,
    granttype           text    DEFAULT 'client_credentials' CHECK (granttype IN ('client_credentials', 'password')),
    audiences           text
);
CREATE INDEX idx_outgoingoauthconnections_name ON outgoingoauthconnections (name);

-- What plugins have stored.
CREATE TABLE pluginkeyvaluestore (
    pluginid text    NOT NULL,
    pkey     text    NOT NULL,
    pvalue   blob,
    expireat integer,
    PRIMARY KEY (pluginid, pkey)
);

------------------------------------------------------------------------
-- Groups
------------------------------------------------------------------------

-- Groups of users, custom or from a directory.
CREATE TABLE usergroups (
    id             text    NOT NULL PRIMARY KEY,
    name           text,
    displayname    text,
    description    text,
    source         text,
    remoteid       text,
    createat       integer,
    updateat       integer,
    deleteat       integer,
    allowreference boolean
);
CREATE UNIQUE INDEX usergroups_name_key ON usergroups (name);
CREATE UNIQUE INDEX usergroups_source_remoteid_key ON usergroups (source, remoteid);
CREATE INDEX idx_usergroups_delete_at ON usergroups (deleteat);
CREATE INDEX idx_usergroups_displayname ON usergroups (displayname);
CREATE INDEX idx_usergroups_remote_id ON usergroups (remoteid);

-- Who is in which group.
CREATE TABLE groupmembers (
    groupid  text    NOT NULL,
    userid   text    NOT NULL,
    createat integer,
    deleteat integer,
    PRIMARY KEY (groupid, userid)
) WITHOUT ROWID;
CREATE INDEX idx_groupmembers_create_at ON groupmembers (createat);

-- Teams that a group's members belong to.
CREATE TABLE groupteams (
    groupid     text    NOT NULL,
    autoadd     boolean,
    schemeadmin boolean,
    createat    integer,
    deleteat    integer,
    updateat    integer,
    teamid      text    NOT NULL,
    PRIMARY KEY (groupid, teamid)
) WITHOUT ROWID;
CREATE INDEX idx_groupteams_schemeadmin ON groupteams (schemeadmin);
CREATE INDEX idx_groupteams_teamid ON groupteams (teamid);

-- Channels that a group's members belong to.
CREATE TABLE groupchannels (
    groupid     text    NOT NULL,
    autoadd     boolean,
    schemeadmin boolean,
    createat    integer,
    deleteat    integer,
    updateat    integer,
    channelid   text    NOT NULL,
    PRIMARY KEY (groupid, channelid)
) WITHOUT ROWID;
CREATE INDEX idx_groupchannels_channelid ON groupchannels (channelid);
CREATE INDEX idx_groupchannels_schemeadmin ON groupchannels (schemeadmin);

------------------------------------------------------------------------
-- Properties and access control
------------------------------------------------------------------------

-- Owners of property fields, such as the profile attributes.
CREATE TABLE propertygroups (
    id   text NOT NULL PRIMARY KEY,
    name text NOT NULL
);
CREATE UNIQUE INDEX propertygroups_name_key ON propertygroups (name);

-- Definitions of custom attributes.
CREATE TABLE propertyfields (
    id         text    NOT NULL PRIMARY KEY,
    groupid    text    NOT NULL,
    name       text    NOT NULL,
    type       text    CHECK (type IN ('text', 'select', 'multiselect', 'date', 'user', 'multiuser')),
    attrs      text,
    targetid   text,
    targettype text,
    createat   integer NOT NULL,
    updateat   integer NOT NULL,
    deleteat   integer NOT NULL
);
CREATE INDEX idx_propertyfields_create_at_id ON propertyfields (createat, id);
CREATE UNIQUE INDEX idx_propertyfields_unique ON propertyfields (groupid, targetid, name) WHERE deleteat = 0;

-- Values of custom attributes.
CREATE TABLE propertyvalues (
    id         text    NOT NULL PRIMARY KEY,
    targetid   text    NOT NULL,
    targettype text    NOT NULL,
    groupid    text    NOT NULL,
    fieldid    text    NOT NULL,
    value      text    NOT NULL,
    createat   integer NOT NULL,
    updateat   integer NOT NULL,
    deleteat   integer NOT NULL
);
CREATE INDEX idx_propertyvalues_create_at_id ON propertyvalues (createat, id);
CREATE INDEX idx_propertyvalues_targetid_groupid ON propertyvalues (targetid, groupid);
CREATE UNIQUE INDEX idx_propertyvalues_unique
    ON propertyvalues (groupid, targetid, fieldid) WHERE deleteat = 0;

-- Attribute-based access rules in force.
CREATE TABLE accesscontrolpolicies (
    id       text    NOT NULL PRIMARY KEY,
    name     text    NOT NULL,
    type     text    NOT NULL,
    active   boolean NOT NULL,
    createat integer NOT NULL,
    revision integer NOT NULL,
    version  text    NOT NULL,
    data     text,
    props    text
);
CREATE UNIQUE INDEX idx_accesscontrolpolicies_name_type
    ON accesscontrolpolicies (name, type) WHERE type = 'parent';

-- Earlier revisions of access rules.
CREATE TABLE accesscontrolpolicyhistory (
    id       text    NOT NULL,
    name     text    NOT NULL,
    type     text    NOT NULL,
    createat integer NOT NULL,
    revision integer NOT NULL,
    version  text    NOT NULL,
    data     text,
    props    text,
    PRIMARY KEY (id, revision)
);

------------------------------------------------------------------------
-- Retention, compliance, moderation
------------------------------------------------------------------------

-- Retention periods other than the server's own.
CREATE TABLE retentionpolicies (
    id           text    NOT NULL PRIMARY KEY,
    displayname  text,
    postduration integer  -- days
);
CREATE INDEX idx_retentionpolicies_displayname ON retentionpolicies (displayname);

-- Channels under a retention policy.
CREATE TABLE retentionpolicieschannels (
    policyid  text,
    channelid text NOT NULL PRIMARY KEY,
    CONSTRAINT fk_retentionpolicieschannels_retentionpolicies
        FOREIGN KEY (policyid) REFERENCES retentionpolicies (id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX idx_retentionpolicieschannels_policyid ON retentionpolicieschannels (policyid);

-- Teams under a retention policy.
CREATE TABLE retentionpoliciesteams (
    policyid text,
    teamid   text NOT NULL PRIMARY KEY,
    CONSTRAINT fk_retentionpoliciesteams_retentionpolicies
        FOREIGN KEY (policyid) REFERENCES retentionpolicies (id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX idx_retentionpoliciesteams_policyid ON retentionpoliciesteams (policyid);

-- Rows that a retention run has yet to delete elsewhere.
CREATE TABLE retentionidsfordeletion (
    id        text NOT NULL PRIMARY KEY,
    tablename text,
    ids       text
);
CREATE INDEX idx_retentionidsfordeletion_tablename ON retentionidsfordeletion (tablename);

-- Compliance exports that were asked for.
CREATE TABLE compliances (
    id       text    NOT NULL PRIMARY KEY,
    createat integer,
    userid   text,
    status   text,
    count    integer,
    "desc"   text,
    type     text,
    startat  integer,
    endat    integer,
    keywords text,
    emails   text
);

-- Whether posts can be flagged in a team.
CREATE TABLE contentflaggingteamsettings (
    teamid  text    NOT NULL PRIMARY KEY,
    enabled boolean
) WITHOUT ROWID;

-- Reviewers of flagged posts in every team.
CREATE TABLE contentflaggingcommonreviewers (
    userid text NOT NULL PRIMARY KEY
) WITHOUT ROWID;

-- Reviewers of flagged posts in one team.
CREATE TABLE contentflaggingteamreviewers (
    teamid text NOT NULL,
    userid text NOT NULL,
    PRIMARY KEY (teamid, userid)
) WITHOUT ROWID;
CREATE INDEX idx_contentflaggingteamreviewers_userid ON contentflaggingteamreviewers (userid);

------------------------------------------------------------------------
-- Shared channels
------------------------------------------------------------------------

-- Other servers this one is connected to.
CREATE TABLE remoteclusters (
    remoteid             text    NOT NULL,
    remoteteamid         text,
    name                 text    NOT NULL,
    displayname          text,
    siteurl              text,
    createat             integer,
    lastpingat           integer,
    token                text,
    remotetoken          text,
    topics               text,
    creatorid            text,
    pluginid             text    NOT NULL DEFAULT '',
    options              integer NOT NULL DEFAULT 0,
    defaultteamid        text    DEFAULT '',
    deleteat             integer DEFAULT 0,
    lastglobalusersyncat integer DEFAULT 0,
    PRIMARY KEY (remoteid, name)
);

-- Channels shared with other servers.
CREATE TABLE sharedchannels (
    channelid        text    NOT NULL PRIMARY KEY,
    teamid           text,
    home             boolean,
    readonly         boolean,
    sharename        text,
    sharedisplayname text,
    sharepurpose     text,
    shareheader      text,
    creatorid        text,
    createat         integer,
    updateat         integer,
    remoteid         text
);
CREATE UNIQUE INDEX sharedchannels_sharename_teamid_key ON sharedchannels (sharename, teamid);

-- Which server a channel is shared with, and how far it is in step.
CREATE TABLE sharedchannelremotes (
    id                text    NOT NULL,
    channelid         text    NOT NULL,
    creatorid         text,
    createat          integer,
    updateat          integer,
    isinviteaccepted  boolean,
    isinviteconfirmed boolean,
    remoteid          text,
    lastpostupdateat  integer,
    lastpostid        text,
    lastpostcreateat  integer NOT NULL DEFAULT 0,
    lastpostcreateid  text,
    deleteat          integer DEFAULT 0,
    lastmemberssyncat integer DEFAULT 0,
    PRIMARY KEY (id, channelid)
);
CREATE UNIQUE INDEX sharedchannelremotes_channelid_remoteid_key ON sharedchannelremotes (channelid, remoteid);

-- Users known to another server.
CREATE TABLE sharedchannelusers (
    id                   text    NOT NULL PRIMARY KEY,
    userid               text,
    remoteid             text,
    createat             integer,
    lastsyncat           integer,
    channelid            text,
    lastmembershipsyncat integer DEFAULT 0
);
CREATE UNIQUE INDEX sharedchannelusers_userid_channelid_remoteid_key
    ON sharedchannelusers (userid, channelid, remoteid);
CREATE INDEX idx_sharedchannelusers_remote_id ON sharedchannelusers (remoteid);

-- Files known to another server.
CREATE TABLE sharedchannelattachments (
    id         text    NOT NULL PRIMARY KEY,
    fileid     text,
    remoteid   text,
    createat   integer,
    lastsyncat integer
);
CREATE UNIQUE INDEX sharedchannelattachments_fileid_remoteid_key
    ON sharedchannelattachments (fileid, remoteid);

------------------------------------------------------------------------
-- The server itself
------------------------------------------------------------------------

-- Named values of this installation.
CREATE TABLE systems (
    name  text NOT NULL PRIMARY KEY,
    value text
);

-- Background jobs, waiting, running and finished.
CREATE TABLE jobs (
    id             text    NOT NULL PRIMARY KEY,
    type           text,
    priority       integer,
    createat       integer,
    startat        integer,
    lastactivityat integer,
    status         text,
    progress       integer,
    data           text
);
CREATE INDEX idx_jobs_status_type ON jobs (status, type);
CREATE INDEX idx_jobs_type ON jobs (type);

-- Licence files that were uploaded.
CREATE TABLE licenses (
    id       text    NOT NULL PRIMARY KEY,
    createat integer,
    bytes    text
);

-- Nodes of the cluster that are alive.
CREATE TABLE clusterdiscovery (
    id          text    NOT NULL PRIMARY KEY,
    type        text,
    clustername text,
    hostname    text,
    gossipport  integer,
    port        integer,
    createat    integer,
    lastpingat  integer
);

-- Features that users have asked the administrator for.
CREATE TABLE notifyadmin (
    userid          text    NOT NULL,
    createat        integer,
    requiredplan    text    NOT NULL,
    requiredfeature text    NOT NULL,
    trial           boolean NOT NULL,
    sentat          integer,
    PRIMARY KEY (userid, requiredfeature, requiredplan)
) WITHOUT ROWID;

-- Product notices a user has seen.
CREATE TABLE productnoticeviewstate (
    userid    text    NOT NULL,
    noticeid  text    NOT NULL,
    viewed    integer,
    timestamp integer,  -- seconds since 1970
    PRIMARY KEY (userid, noticeid)
) WITHOUT ROWID;
CREATE INDEX idx_notice_views_notice_id ON productnoticeviewstate (noticeid);
CREATE INDEX idx_notice_views_timestamp ON productnoticeviewstate (timestamp);
