-- The schema of a Mattermost 11.6 database, for a new installation on PostgreSQL.
--
-- Names, types, lengths, defaults, keys and indexes are exactly the reference server's, so that
-- either server can work on the database: an existing one is adopted as it is, and one made here
-- can be handed over. Nothing in this file may change; what Kollegium adds for itself is in
-- the later files and has the prefix kollegium_.
--
-- Not here: the reference server's materialised views posts_by_team_day, bot_posts_by_team_day,
-- file_stats and attributeview, from which its statistics and access rules read. A database made
-- here lacks them when it is handed over.
--
-- Times are milliseconds since 1970 unless a comment says otherwise, ids are 26 characters.
-- Keys and unique constraints have PostgreSQL's default names (<table>_pkey, <table>_<column>_key);
-- the reference server recognises violations by them.

CREATE TYPE channel_bookmark_type              AS ENUM ('link', 'file');
CREATE TYPE channel_type                       AS ENUM ('P', 'G', 'O', 'D');
CREATE TYPE outgoingoauthconnections_granttype AS ENUM ('client_credentials', 'password');
CREATE TYPE property_field_type                AS ENUM ('text', 'select', 'multiselect', 'date', 'user', 'multiuser');
CREATE TYPE team_type                          AS ENUM ('I', 'O');
CREATE TYPE upload_session_type                AS ENUM ('attachment', 'import');

------------------------------------------------------------------------
-- People and sessions
------------------------------------------------------------------------

-- Accounts of people and bots.
CREATE TABLE users (
    id                 varchar(26)  PRIMARY KEY,
    createat           bigint,
    updateat           bigint,
    deleteat           bigint,
    username           varchar(64)  UNIQUE,
    password           varchar(128),
    authdata           varchar(128) UNIQUE,
    authservice        varchar(32),
    email              varchar(128) UNIQUE,
    emailverified      boolean,
    nickname           varchar(64),
    firstname          varchar(64),
    lastname           varchar(64),
    roles              varchar(256),
    allowmarketing     boolean,
    props              jsonb,
    notifyprops        jsonb,
    lastpasswordupdate bigint,
    lastpictureupdate  bigint,
    failedattempts     integer,
    locale             varchar(5),
    mfaactive          boolean,
    mfasecret          varchar(128),
    position           varchar(128),
    timezone           jsonb,
    remoteid           varchar(26),
    lastlogin          bigint       NOT NULL DEFAULT 0,
    mfausedtimestamps  jsonb
);
CREATE INDEX idx_users_all_no_full_name_txt
    ON users USING gin (to_tsvector('english', username || ' ' || nickname || ' ' || email));
CREATE INDEX idx_users_all_txt
    ON users
    USING gin (to_tsvector('english', username || ' ' || firstname || ' ' || lastname || ' ' || nickname || ' ' || email));
CREATE INDEX idx_users_create_at ON users (createat);
CREATE INDEX idx_users_delete_at ON users (deleteat);
CREATE INDEX idx_users_email_lower_textpattern ON users (lower(email) text_pattern_ops);
CREATE INDEX idx_users_firstname_lower_textpattern ON users (lower(firstname) text_pattern_ops);
CREATE INDEX idx_users_id_locale ON users (id, locale);
CREATE INDEX idx_users_lastname_lower_textpattern ON users (lower(lastname) text_pattern_ops);
CREATE INDEX idx_users_names_no_full_name_txt
    ON users USING gin (to_tsvector('english', username || ' ' || nickname));
CREATE INDEX idx_users_names_txt
    ON users
    USING gin (to_tsvector('english', username || ' ' || firstname || ' ' || lastname || ' ' || nickname));
CREATE INDEX idx_users_nickname_lower_textpattern ON users (lower(nickname) text_pattern_ops);
CREATE INDEX idx_users_update_at ON users (updateat);
CREATE INDEX idx_users_username_lower_textpattern ON users (lower(username) text_pattern_ops);

-- What a bot has beyond its row in users.
CREATE TABLE bots (
    userid         varchar(26)   PRIMARY KEY,
    description    varchar(1024),
    ownerid        varchar(190),
    createat       bigint,
    updateat       bigint,
    deleteat       bigint,
    lasticonupdate bigint
);

-- Presence: online, away, do not disturb, offline.
CREATE TABLE status (
    userid         varchar(26) PRIMARY KEY,
    status         varchar(32),
    manual         boolean,
    lastactivityat bigint,
    dndendtime     bigint,  -- seconds since 1970
    prevstatus     varchar(32)
);
CREATE INDEX idx_status_status_dndendtime ON status (status, dndendtime);

-- A user's settings, by category and name.
CREATE TABLE preferences (
    userid   varchar(26) NOT NULL,
    category varchar(32) NOT NULL,
    name     varchar(32) NOT NULL,
    value    text,
    PRIMARY KEY (userid, category, name)
);
CREATE INDEX idx_preferences_category ON preferences (category);
CREATE INDEX idx_preferences_name ON preferences (name);

-- Logged-in clients; personal access tokens have one each too.
CREATE TABLE sessions (
    id             varchar(26)  PRIMARY KEY,
    token          varchar(26),
    createat       bigint,
    expiresat      bigint,
    lastactivityat bigint,
    userid         varchar(26),
    deviceid       varchar(512),
    roles          varchar(256),
    isoauth        boolean,
    props          jsonb,
    expirednotify  boolean
);
CREATE INDEX idx_sessions_create_at ON sessions (createat);
CREATE INDEX idx_sessions_expires_at ON sessions (expiresat);
CREATE INDEX idx_sessions_last_activity_at ON sessions (lastactivityat);
CREATE INDEX idx_sessions_token ON sessions (token);
CREATE INDEX idx_sessions_user_id ON sessions (userid);

-- Personal access tokens.
CREATE TABLE useraccesstokens (
    id          varchar(26)  PRIMARY KEY,
    token       varchar(26)  UNIQUE,
    userid      varchar(26),
    description varchar(512),
    isactive    boolean
);
CREATE INDEX idx_user_access_tokens_user_id ON useraccesstokens (userid);

-- One-time tokens: password recovery, e-mail verification, invitations.
CREATE TABLE tokens (
    token    varchar(64)   PRIMARY KEY,
    createat bigint,
    type     varchar(64),
    extra    varchar(2048)
);

-- One-time tokens that hand a browser login over to the desktop app.
CREATE TABLE desktoptokens (
    token    varchar(64) PRIMARY KEY,
    createat bigint      NOT NULL,
    userid   varchar(26) NOT NULL
);
CREATE INDEX idx_desktoptokens_token_createat ON desktoptokens (token, createat);

-- Who did what, from which address.
CREATE TABLE audits (
    id        varchar(26)   PRIMARY KEY,
    createat  bigint,
    userid    varchar(26),
    action    varchar(512),
    extrainfo varchar(1024),
    ipaddress varchar(64),
    sessionid varchar(26)
);
CREATE INDEX idx_audits_user_id ON audits (userid);

-- Versions of the custom terms of service.
CREATE TABLE termsofservice (
    id       varchar(26)    PRIMARY KEY,
    createat bigint,
    userid   varchar(26),
    text     varchar(65535)
);

-- Which version of the terms a user has accepted.
CREATE TABLE usertermsofservice (
    userid           varchar(26) PRIMARY KEY,
    termsofserviceid varchar(26),
    createat         bigint
);

------------------------------------------------------------------------
-- Roles and schemes
------------------------------------------------------------------------

-- Roles and their permissions, separated by spaces.
CREATE TABLE roles (
    id            varchar(26)   PRIMARY KEY,
    name          varchar(64)   UNIQUE,
    displayname   varchar(128),
    description   varchar(1024),
    createat      bigint,
    updateat      bigint,
    deleteat      bigint,
    permissions   text,
    schememanaged boolean,
    builtin       boolean,
    schemeid      varchar(26)
);
CREATE INDEX idx_roles_scheme_id ON roles (schemeid);

-- Permission schemes: the roles a team or channel gives its members.
CREATE TABLE schemes (
    id                        varchar(26)   PRIMARY KEY,
    name                      varchar(64)   UNIQUE,
    displayname               varchar(128),
    description               varchar(1024),
    createat                  bigint,
    updateat                  bigint,
    deleteat                  bigint,
    scope                     varchar(32),
    defaultteamadminrole      varchar(64),
    defaultteamuserrole       varchar(64),
    defaultchanneladminrole   varchar(64),
    defaultchanneluserrole    varchar(64),
    defaultteamguestrole      varchar(64),
    defaultchannelguestrole   varchar(64),
    defaultplaybookadminrole  varchar(64)   DEFAULT '',
    defaultplaybookmemberrole varchar(64)   DEFAULT '',
    defaultrunadminrole       varchar(64)   DEFAULT '',
    defaultrunmemberrole      varchar(64)   DEFAULT ''
);
CREATE INDEX idx_schemes_channel_admin_role ON schemes (defaultchanneladminrole);
CREATE INDEX idx_schemes_channel_guest_role ON schemes (defaultchannelguestrole);
CREATE INDEX idx_schemes_channel_user_role ON schemes (defaultchanneluserrole);

------------------------------------------------------------------------
-- Teams
------------------------------------------------------------------------

-- Teams.
CREATE TABLE teams (
    id                  varchar(26)   PRIMARY KEY,
    createat            bigint,
    updateat            bigint,
    deleteat            bigint,
    displayname         varchar(64),
    name                varchar(64)   UNIQUE,
    description         varchar(255),
    email               varchar(128),
    type                team_type,
    companyname         varchar(64),
    alloweddomains      varchar(1000),
    inviteid            varchar(32),
    schemeid            varchar(26),
    allowopeninvite     boolean,
    lastteamiconupdate  bigint,
    groupconstrained    boolean,
    cloudlimitsarchived boolean       NOT NULL DEFAULT false
);
CREATE INDEX idx_teams_create_at ON teams (createat);
CREATE INDEX idx_teams_delete_at ON teams (deleteat);
CREATE INDEX idx_teams_invite_id ON teams (inviteid);
CREATE INDEX idx_teams_scheme_id ON teams (schemeid);
CREATE INDEX idx_teams_update_at ON teams (updateat);

-- Who is, or was, in which team.
CREATE TABLE teammembers (
    teamid      varchar(26)  NOT NULL,
    userid      varchar(26)  NOT NULL,
    roles       varchar(256),
    deleteat    bigint,
    schemeuser  boolean,
    schemeadmin boolean,
    schemeguest boolean,
    createat    bigint       DEFAULT 0,
    PRIMARY KEY (teamid, userid)
);
CREATE INDEX idx_teammembers_createat ON teammembers (createat);
CREATE INDEX idx_teammembers_delete_at ON teammembers (deleteat);
CREATE INDEX idx_teammembers_user_id ON teammembers (userid);

------------------------------------------------------------------------
-- Channels
------------------------------------------------------------------------

-- Channels of every kind, direct and group messages included.
CREATE TABLE channels (
    id                  varchar(26)   PRIMARY KEY,
    createat            bigint,
    updateat            bigint,
    deleteat            bigint,
    teamid              varchar(26),
    type                channel_type,
    displayname         varchar(64),
    name                varchar(64),
    header              varchar(1024),
    purpose             varchar(250),
    lastpostat          bigint,
    totalmsgcount       bigint,
    extraupdateat       bigint,
    creatorid           varchar(26),
    schemeid            varchar(26),
    groupconstrained    boolean,
    shared              boolean,
    totalmsgcountroot   bigint,
    lastrootpostat      bigint        DEFAULT '0',
    bannerinfo          jsonb,
    defaultcategoryname varchar(64)   NOT NULL DEFAULT '',
    autotranslation     boolean       NOT NULL DEFAULT false,
    UNIQUE (name, teamid)
);
CREATE INDEX idx_channel_search_txt
    ON channels USING gin (to_tsvector('english', name || ' ' || displayname || ' ' || purpose));
CREATE INDEX idx_channels_autotranslation_enabled ON channels (id) WHERE autotranslation = TRUE;
CREATE INDEX idx_channels_create_at ON channels (createat);
CREATE INDEX idx_channels_delete_at ON channels (deleteat);
CREATE INDEX idx_channels_displayname_lower ON channels (lower(displayname));
CREATE INDEX idx_channels_name_lower ON channels (lower(name));
CREATE INDEX idx_channels_scheme_id ON channels (schemeid);
CREATE INDEX idx_channels_team_id_display_name ON channels (teamid, displayname);
CREATE INDEX idx_channels_team_id_type ON channels (teamid, type);
CREATE INDEX idx_channels_update_at ON channels (updateat);

-- Copy of the public channels' searchable columns.
CREATE TABLE publicchannels (
    id          varchar(26)   PRIMARY KEY,
    deleteat    bigint,
    teamid      varchar(26),
    displayname varchar(64),
    name        varchar(64),
    header      varchar(1024),
    purpose     varchar(250),
    UNIQUE (name, teamid)
);
CREATE INDEX idx_publicchannels_delete_at ON publicchannels (deleteat);
CREATE INDEX idx_publicchannels_displayname_lower ON publicchannels (lower(displayname));
CREATE INDEX idx_publicchannels_name_lower ON publicchannels (lower(name));
CREATE INDEX idx_publicchannels_search_txt
    ON publicchannels USING gin (to_tsvector('english', name || ' ' || displayname || ' ' || purpose));
CREATE INDEX idx_publicchannels_team_id ON publicchannels (teamid);

-- Who is in which channel, with read position and counters.
CREATE TABLE channelmembers (
    channelid               varchar(26)  NOT NULL,
    userid                  varchar(26)  NOT NULL,
    roles                   varchar(256),
    lastviewedat            bigint,
    msgcount                bigint,
    mentioncount            bigint,
    notifyprops             jsonb,
    lastupdateat            bigint,
    schemeuser              boolean,
    schemeadmin             boolean,
    schemeguest             boolean,
    mentioncountroot        bigint,
    msgcountroot            bigint,
    urgentmentioncount      bigint,
    autotranslation         boolean      NOT NULL DEFAULT false,
    autotranslationdisabled boolean      NOT NULL DEFAULT false,
    PRIMARY KEY (channelid, userid)
);
CREATE INDEX idx_channelmembers_autotranslation_enabled
    ON channelmembers (channelid) WHERE autotranslation = TRUE;
CREATE INDEX idx_channelmembers_channel_id_scheme_guest_user_id
    ON channelmembers (channelid, schemeguest, userid);
CREATE INDEX idx_channelmembers_user_id_channel_id_last_viewed_at
    ON channelmembers (userid, channelid, lastviewedat);

-- When a user joined and left a channel.
CREATE TABLE channelmemberhistory (
    channelid varchar(26) NOT NULL,
    userid    varchar(26) NOT NULL,
    jointime  bigint      NOT NULL,
    leavetime bigint,
    PRIMARY KEY (channelid, userid, jointime)
);

-- Links and files pinned to the top of a channel.
CREATE TABLE channelbookmarks (
    id          varchar(26)           PRIMARY KEY,
    ownerid     varchar(26)           NOT NULL,
    channelid   varchar(26)           NOT NULL,
    fileinfoid  varchar(26)           DEFAULT NULL,
    createat    bigint                DEFAULT 0,
    updateat    bigint                DEFAULT 0,
    deleteat    bigint                DEFAULT 0,
    displayname text                  DEFAULT '',
    sortorder   integer               DEFAULT 0,
    linkurl     text,
    imageurl    text,
    emoji       varchar(64)           DEFAULT NULL,
    type        channel_bookmark_type DEFAULT 'link',
    originalid  varchar(26)           DEFAULT NULL,
    parentid    varchar(26)           DEFAULT NULL
);
CREATE INDEX idx_channelbookmarks_channelid ON channelbookmarks (channelid);
CREATE INDEX idx_channelbookmarks_delete_at ON channelbookmarks (deleteat);
CREATE INDEX idx_channelbookmarks_update_at ON channelbookmarks (updateat);

-- Categories of a user's channel sidebar.
CREATE TABLE sidebarcategories (
    id          varchar(128) PRIMARY KEY,
    userid      varchar(26),
    teamid      varchar(26),
    sortorder   bigint,
    sorting     varchar(64),
    type        varchar(64),
    displayname varchar(64),
    muted       boolean,
    collapsed   boolean
);
CREATE INDEX idx_sidebarcategories_userid_teamid ON sidebarcategories (userid, teamid);

-- Channels sorted into a sidebar category.
CREATE TABLE sidebarchannels (
    channelid  varchar(26)  NOT NULL,
    userid     varchar(26)  NOT NULL,
    categoryid varchar(128) NOT NULL,
    sortorder  bigint,
    PRIMARY KEY (channelid, userid, categoryid)
);
CREATE INDEX idx_sidebarchannels_categoryid ON sidebarchannels (categoryid);

------------------------------------------------------------------------
-- Posts
------------------------------------------------------------------------

-- Messages; earlier texts of edited ones too (originalid).
CREATE TABLE posts (
    id           varchar(26)    PRIMARY KEY,
    createat     bigint,
    updateat     bigint,
    deleteat     bigint,
    userid       varchar(26),
    channelid    varchar(26),
    rootid       varchar(26),
    originalid   varchar(26),
    message      varchar(65535),
    type         varchar(26),
    props        jsonb,
    hashtags     varchar(1000),
    filenames    varchar(4000),
    fileids      varchar(300),
    hasreactions boolean,
    editat       bigint,
    ispinned     boolean,
    remoteid     varchar(26)
);
CREATE INDEX idx_posts_channel_id_delete_at_create_at ON posts (channelid, deleteat, createat);
CREATE INDEX idx_posts_channel_id_update_at ON posts (channelid, updateat);
CREATE INDEX idx_posts_create_at ON posts (createat);
CREATE INDEX idx_posts_create_at_id ON posts (createat, id);
CREATE INDEX idx_posts_delete_at ON posts (deleteat);
CREATE INDEX idx_posts_hashtags_txt ON posts USING gin (to_tsvector('english', hashtags));
CREATE INDEX idx_posts_is_pinned ON posts (ispinned);
CREATE INDEX idx_posts_message_txt ON posts USING gin (to_tsvector('english', message));
CREATE INDEX idx_posts_original_id ON posts (originalid);
CREATE INDEX idx_posts_root_id_delete_at ON posts (rootid, deleteat);
CREATE INDEX idx_posts_update_at ON posts (updateat);
CREATE INDEX idx_posts_user_id ON posts (userid);

-- Posts by author and day, for the reference server's user report; Kollegium does not read it.
CREATE MATERIALIZED VIEW poststats AS
SELECT userid,
       to_timestamp(createat / 1000)::date AS day,
       count(*)                            AS numposts,
       max(createat)                       AS lastpostdate
  FROM posts
 GROUP BY userid, day;
CREATE INDEX idx_poststats_userid ON poststats (userid);

-- Priority of a post and what its author asks of the readers.
CREATE TABLE postspriority (
    postid                  varchar(26) PRIMARY KEY,
    channelid               varchar(26) NOT NULL,
    priority                varchar(32) NOT NULL,
    requestedack            boolean,
    persistentnotifications boolean
);

-- Who has acknowledged a post.
CREATE TABLE postacknowledgements (
    postid         varchar(26) NOT NULL,
    userid         varchar(26) NOT NULL,
    acknowledgedat bigint,
    remoteid       varchar(26) DEFAULT '',
    channelid      varchar(26) DEFAULT '',
    PRIMARY KEY (postid, userid)
);

-- When to remind a user of a post.
CREATE TABLE postreminders (
    postid     varchar(26) NOT NULL,
    userid     varchar(26) NOT NULL,
    targettime bigint,  -- seconds since 1970
    PRIMARY KEY (postid, userid)
);
CREATE INDEX idx_postreminders_targettime ON postreminders (targettime);

-- Urgent posts that are announced again until answered.
CREATE TABLE persistentnotifications (
    postid     varchar(26) PRIMARY KEY,
    createat   bigint,
    lastsentat bigint,
    deleteat   bigint,
    sentcount  smallint
);

-- Emoji reactions; removed ones stay with deleteat set.
CREATE TABLE reactions (
    userid    varchar(26) NOT NULL,
    postid    varchar(26) NOT NULL,
    emojiname varchar(64) NOT NULL,
    createat  bigint,
    updateat  bigint,
    deleteat  bigint,
    remoteid  varchar(26),
    channelid varchar(26) NOT NULL DEFAULT '',
    PRIMARY KEY (postid, userid, emojiname)
);
CREATE INDEX idx_reactions_channel_id ON reactions (channelid);

-- Reply count and participants of a root post.
CREATE TABLE threads (
    postid         varchar(26) PRIMARY KEY,
    replycount     bigint,
    lastreplyat    bigint,
    participants   jsonb,
    channelid      varchar(26),
    threaddeleteat bigint,
    threadteamid   varchar(26)
);
CREATE INDEX idx_threads_channel_id_last_reply_at ON threads (channelid, lastreplyat);

-- Who follows a thread, with read position and mentions.
CREATE TABLE threadmemberships (
    postid         varchar(26) NOT NULL,
    userid         varchar(26) NOT NULL,
    following      boolean,
    lastviewed     bigint,
    lastupdated    bigint,
    unreadmentions bigint,
    PRIMARY KEY (postid, userid)
);
CREATE INDEX idx_thread_memberships_last_update_at ON threadmemberships (lastupdated);
CREATE INDEX idx_thread_memberships_last_view_at ON threadmemberships (lastviewed);
CREATE INDEX idx_thread_memberships_user_id ON threadmemberships (userid);

-- Unsent messages.
CREATE TABLE drafts (
    createat  bigint,
    updateat  bigint,
    deleteat  bigint,
    userid    varchar(26)    NOT NULL,
    channelid varchar(26)    NOT NULL,
    rootid    varchar(26)    NOT NULL DEFAULT '',
    message   varchar(65535),
    props     varchar(8000),
    fileids   varchar(300),
    priority  text,
    type      text,
    PRIMARY KEY (userid, channelid, rootid)
);

-- Messages to be sent later.
CREATE TABLE scheduledposts (
    id          varchar(26)    PRIMARY KEY,
    createat    bigint,
    updateat    bigint,
    userid      varchar(26)    NOT NULL,
    channelid   varchar(26)    NOT NULL,
    rootid      varchar(26),
    message     varchar(65535),
    props       varchar(8000),
    fileids     varchar(300),
    priority    text,
    scheduledat bigint         NOT NULL,
    processedat bigint,
    errorcode   varchar(200),
    type        text
);
CREATE INDEX idx_scheduledposts_userid_channel_id_scheduled_at
    ON scheduledposts (userid, channelid, scheduledat);

-- Content of posts that vanish after reading.
CREATE TABLE temporaryposts (
    postid   varchar(26)    PRIMARY KEY,
    type     varchar(26)    NOT NULL,
    expireat bigint         NOT NULL,
    message  varchar(65535),
    fileids  varchar(300)
);
CREATE INDEX idx_temporary_posts_expire_at ON temporaryposts (expireat);

-- Until when a reader sees a post that vanishes after reading.
CREATE TABLE readreceipts (
    postid   varchar(26) NOT NULL,
    userid   varchar(26) NOT NULL,
    expireat bigint      NOT NULL,
    PRIMARY KEY (postid, userid)
);
CREATE INDEX idx_read_receipts_post_id ON readreceipts (postid);
CREATE INDEX idx_read_receipts_user_id_post_id_expire_at ON readreceipts (userid, postid, expireat);

-- Machine translations of posts.
CREATE TABLE translations (
    objectid   varchar(26) NOT NULL,
    dstlang    varchar     NOT NULL,
    objecttype varchar     NOT NULL,
    providerid varchar     NOT NULL,
    normhash   char(64)    NOT NULL,
    text       text        NOT NULL,
    confidence real,
    meta       jsonb,
    updateat   bigint      NOT NULL,
    state      varchar(20) NOT NULL,
    channelid  varchar(26),
    PRIMARY KEY (objectid, objecttype, dstlang)
);
CREATE INDEX idx_translations_channel_updateat
    ON translations (channelid, objecttype, updateat DESC, dstlang);
CREATE INDEX idx_translations_state ON translations (state) WHERE state = 'processing';

-- Generated summaries of several channels.
CREATE TABLE recaps (
    id                varchar(26)  PRIMARY KEY,
    userid            varchar(26)  NOT NULL,
    title             varchar(255) NOT NULL,
    createat          bigint       NOT NULL,
    updateat          bigint       NOT NULL,
    deleteat          bigint       NOT NULL,
    totalmessagecount integer      NOT NULL,
    status            varchar(32)  NOT NULL,
    readat            bigint       NOT NULL DEFAULT 0,
    botid             varchar(26)  NOT NULL DEFAULT ''
);
CREATE INDEX idx_recaps_bot_id ON recaps (botid);
CREATE INDEX idx_recaps_create_at ON recaps (createat);
CREATE INDEX idx_recaps_user_id ON recaps (userid);
CREATE INDEX idx_recaps_user_id_delete_at ON recaps (userid, deleteat);
CREATE INDEX idx_recaps_user_id_read_at ON recaps (userid, readat);

-- A summary's part on one channel.
CREATE TABLE recapchannels (
    id            varchar(26) PRIMARY KEY,
    recapid       varchar(26) NOT NULL,
    channelid     varchar(26) NOT NULL,
    channelname   varchar(64) NOT NULL,
    highlights    text,
    actionitems   text,
    sourcepostids text,
    createat      bigint      NOT NULL,
    CONSTRAINT recapchannels_recapid_fkey
        FOREIGN KEY (recapid) REFERENCES recaps (id) ON DELETE CASCADE
);
CREATE INDEX idx_recap_channels_channel_id ON recapchannels (channelid);
CREATE INDEX idx_recap_channels_recap_id ON recapchannels (recapid);

-- A user's last searches.
CREATE TABLE recentsearches (
    userid        char(26) NOT NULL,
    searchpointer integer  NOT NULL,
    query         jsonb,
    createat      bigint   NOT NULL,
    PRIMARY KEY (userid, searchpointer)
);

------------------------------------------------------------------------
-- Files, emoji, link previews
------------------------------------------------------------------------

-- Uploaded files; the bytes are in the file store.
CREATE TABLE fileinfo (
    id              varchar(26)  PRIMARY KEY,
    creatorid       varchar(26),
    postid          varchar(26),
    createat        bigint,
    updateat        bigint,
    deleteat        bigint,
    path            varchar(512),
    thumbnailpath   varchar(512),
    previewpath     varchar(512),
    name            varchar(256),
    extension       varchar(64),
    size            bigint,
    mimetype        varchar(256),
    width           integer,
    height          integer,
    haspreviewimage boolean,
    minipreview     bytea,
    content         text,
    remoteid        varchar(26),
    archived        boolean      NOT NULL DEFAULT false,
    channelid       varchar(26)
);
CREATE INDEX idx_fileinfo_channel_id_create_at ON fileinfo (channelid, createat);
CREATE INDEX idx_fileinfo_content_txt ON fileinfo USING gin (to_tsvector('english', content));
CREATE INDEX idx_fileinfo_create_at ON fileinfo (createat);
CREATE INDEX idx_fileinfo_delete_at ON fileinfo (deleteat);
CREATE INDEX idx_fileinfo_extension_at ON fileinfo (extension);
CREATE INDEX idx_fileinfo_name_splitted
    ON fileinfo USING gin (to_tsvector('english', translate(name, '.,-', '   ')));
CREATE INDEX idx_fileinfo_name_txt ON fileinfo USING gin (to_tsvector('english', name));
CREATE INDEX idx_fileinfo_postid_at ON fileinfo (postid);
CREATE INDEX idx_fileinfo_update_at ON fileinfo (updateat);

-- Resumable uploads under way.
CREATE TABLE uploadsessions (
    id         varchar(26)         PRIMARY KEY,
    type       upload_session_type,
    createat   bigint,
    userid     varchar(26),
    channelid  varchar(26),
    filename   varchar(256),
    path       varchar(512),
    filesize   bigint,
    fileoffset bigint,
    remoteid   varchar(26),
    reqfileid  varchar(26)
);
CREATE INDEX idx_uploadsessions_create_at ON uploadsessions (createat);
CREATE INDEX idx_uploadsessions_type ON uploadsessions (type);
CREATE INDEX idx_uploadsessions_user_id ON uploadsessions (userid);

-- Custom emoji.
CREATE TABLE emoji (
    id        varchar(26) PRIMARY KEY,
    createat  bigint,
    updateat  bigint,
    deleteat  bigint,
    creatorid varchar(26),
    name      varchar(64),
    UNIQUE (name, deleteat)
);
CREATE INDEX idx_emoji_create_at ON emoji (createat);
CREATE INDEX idx_emoji_delete_at ON emoji (deleteat);
CREATE INDEX idx_emoji_update_at ON emoji (updateat);

-- Cached previews of linked pages.
CREATE TABLE linkmetadata (
    hash      bigint        PRIMARY KEY,
    url       varchar(2048),
    timestamp bigint,
    type      varchar(16),
    data      jsonb
);
CREATE INDEX idx_link_metadata_url_timestamp ON linkmetadata (url, timestamp);

------------------------------------------------------------------------
-- Integrations
------------------------------------------------------------------------

-- Incoming webhooks.
CREATE TABLE incomingwebhooks (
    id            varchar(26)   PRIMARY KEY,
    createat      bigint,
    updateat      bigint,
    deleteat      bigint,
    userid        varchar(26),
    channelid     varchar(26),
    teamid        varchar(26),
    displayname   varchar(64),
    description   varchar(500),
    username      varchar(255),
    iconurl       varchar(1024),
    channellocked boolean
);
CREATE INDEX idx_incoming_webhook_create_at ON incomingwebhooks (createat);
CREATE INDEX idx_incoming_webhook_delete_at ON incomingwebhooks (deleteat);
CREATE INDEX idx_incoming_webhook_team_id ON incomingwebhooks (teamid);
CREATE INDEX idx_incoming_webhook_update_at ON incomingwebhooks (updateat);
CREATE INDEX idx_incoming_webhook_user_id ON incomingwebhooks (userid);

-- Outgoing webhooks.
CREATE TABLE outgoingwebhooks (
    id           varchar(26)   PRIMARY KEY,
    token        varchar(26),
    createat     bigint,
    updateat     bigint,
    deleteat     bigint,
    creatorid    varchar(26),
    channelid    varchar(26),
    teamid       varchar(26),
    triggerwords varchar(1024),
    callbackurls varchar(1024),
    displayname  varchar(64),
    contenttype  varchar(128),
    triggerwhen  integer,
    username     varchar(64),
    iconurl      varchar(1024),
    description  varchar(500)
);
CREATE INDEX idx_outgoing_webhook_create_at ON outgoingwebhooks (createat);
CREATE INDEX idx_outgoing_webhook_delete_at ON outgoingwebhooks (deleteat);
CREATE INDEX idx_outgoing_webhook_team_id ON outgoingwebhooks (teamid);
CREATE INDEX idx_outgoing_webhook_update_at ON outgoingwebhooks (updateat);

-- Custom slash commands.
CREATE TABLE commands (
    id               varchar(26)   PRIMARY KEY,
    token            varchar(26),
    createat         bigint,
    updateat         bigint,
    deleteat         bigint,
    creatorid        varchar(26),
    teamid           varchar(26),
    trigger          varchar(128),
    method           varchar(1),
    username         varchar(64),
    iconurl          varchar(1024),
    autocomplete     boolean,
    autocompletedesc varchar(1024),
    autocompletehint varchar(1024),
    displayname      varchar(64),
    description      varchar(128),
    url              varchar(1024),
    pluginid         varchar(190)
);
CREATE INDEX idx_command_create_at ON commands (createat);
CREATE INDEX idx_command_delete_at ON commands (deleteat);
CREATE INDEX idx_command_team_id ON commands (teamid);
CREATE INDEX idx_command_update_at ON commands (updateat);

-- Addresses for a slash command's late answers.
CREATE TABLE commandwebhooks (
    id        varchar(26) PRIMARY KEY,
    createat  bigint,
    commandid varchar(26),
    userid    varchar(26),
    channelid varchar(26),
    rootid    varchar(26),
    usecount  integer
);
CREATE INDEX idx_command_webhook_create_at ON commandwebhooks (createat);

-- Applications that log users in through this server.
CREATE TABLE oauthapps (
    id                      varchar(26)   PRIMARY KEY,
    creatorid               varchar(26),
    createat                bigint,
    updateat                bigint,
    clientsecret            varchar(128),
    name                    varchar(64),
    description             varchar(512),
    callbackurls            varchar(1024),
    homepage                varchar(256),
    istrusted               boolean,
    iconurl                 varchar(512),
    mattermostappid         varchar(32)   NOT NULL DEFAULT '',
    isdynamicallyregistered boolean       DEFAULT false
);
CREATE INDEX idx_oauthapps_creator_id ON oauthapps (creatorid);

-- Authorisation codes not exchanged yet.
CREATE TABLE oauthauthdata (
    clientid            varchar(26),
    userid              varchar(26),
    code                varchar(128)  PRIMARY KEY,
    expiresin           integer,  -- seconds from createat
    createat            bigint,
    redirecturi         varchar(256),
    state               varchar(1024),
    scope               varchar(128),
    codechallenge       varchar(128)  DEFAULT '',
    codechallengemethod varchar(10)   DEFAULT '',
    resource            varchar(512)  DEFAULT ''
);

-- Access and refresh tokens of applications.
CREATE TABLE oauthaccessdata (
    token        varchar(26)  PRIMARY KEY,
    refreshtoken varchar(26),
    redirecturi  varchar(256),
    clientid     varchar(26),
    userid       varchar(26),
    expiresat    bigint,
    scope        varchar(128),
    audience     varchar(512) DEFAULT '',
    UNIQUE (clientid, userid)
);
CREATE INDEX idx_oauthaccessdata_refresh_token ON oauthaccessdata (refreshtoken);
CREATE INDEX idx_oauthaccessdata_user_id ON oauthaccessdata (userid);

-- Credentials for calls to other services.
CREATE TABLE outgoingoauthconnections (
    id                  varchar(26)                        PRIMARY KEY,
    name                varchar(64),
    creatorid           varchar(26),
    createat            bigint,
    updateat            bigint,
    clientid            varchar(255),
    clientsecret        varchar(255),
    credentialsusername varchar(255),
    credentialspassword varchar(255),
    oauthtokenurl       text,
    granttype           outgoingoauthconnections_granttype DEFAULT 'client_credentials',
    audiences           varchar(1024)
);
CREATE INDEX idx_outgoingoauthconnections_name ON outgoingoauthconnections (name);

-- What plugins have stored.
CREATE TABLE pluginkeyvaluestore (
    pluginid varchar(190) NOT NULL,
    pkey     varchar(150) NOT NULL,
    pvalue   bytea,
    expireat bigint,
    PRIMARY KEY (pluginid, pkey)
);

------------------------------------------------------------------------
-- Groups
------------------------------------------------------------------------

-- Groups of users, custom or from a directory.
CREATE TABLE usergroups (
    id             varchar(26)   PRIMARY KEY,
    name           varchar(64)   UNIQUE,
    displayname    varchar(128),
    description    varchar(1024),
    source         varchar(64),
    remoteid       varchar(48),
    createat       bigint,
    updateat       bigint,
    deleteat       bigint,
    allowreference boolean,
    UNIQUE (source, remoteid)
);
CREATE INDEX idx_usergroups_delete_at ON usergroups (deleteat);
CREATE INDEX idx_usergroups_displayname ON usergroups (displayname);
CREATE INDEX idx_usergroups_remote_id ON usergroups (remoteid);

-- Who is in which group.
CREATE TABLE groupmembers (
    groupid  varchar(26) NOT NULL,
    userid   varchar(26) NOT NULL,
    createat bigint,
    deleteat bigint,
    PRIMARY KEY (groupid, userid)
);
CREATE INDEX idx_groupmembers_create_at ON groupmembers (createat);

-- Teams that a group's members belong to.
CREATE TABLE groupteams (
    groupid     varchar(26) NOT NULL,
    autoadd     boolean,
    schemeadmin boolean,
    createat    bigint,
    deleteat    bigint,
    updateat    bigint,
    teamid      varchar(26) NOT NULL,
    PRIMARY KEY (groupid, teamid)
);
CREATE INDEX idx_groupteams_schemeadmin ON groupteams (schemeadmin);
CREATE INDEX idx_groupteams_teamid ON groupteams (teamid);

-- Channels that a group's members belong to.
CREATE TABLE groupchannels (
    groupid     varchar(26) NOT NULL,
    autoadd     boolean,
    schemeadmin boolean,
    createat    bigint,
    deleteat    bigint,
    updateat    bigint,
    channelid   varchar(26) NOT NULL,
    PRIMARY KEY (groupid, channelid)
);
CREATE INDEX idx_groupchannels_channelid ON groupchannels (channelid);
CREATE INDEX idx_groupchannels_schemeadmin ON groupchannels (schemeadmin);

------------------------------------------------------------------------
-- Properties and access control
------------------------------------------------------------------------

-- Owners of property fields, such as the profile attributes.
CREATE TABLE propertygroups (
    id   varchar(26) PRIMARY KEY,
    name varchar(64) NOT NULL UNIQUE
);

-- Definitions of custom attributes.
CREATE TABLE propertyfields (
    id         varchar(26)         PRIMARY KEY,
    groupid    varchar(26)         NOT NULL,
    name       varchar(255)        NOT NULL,
    type       property_field_type,
    attrs      jsonb,
    targetid   varchar(255),
    targettype varchar(255),
    createat   bigint              NOT NULL,
    updateat   bigint              NOT NULL,
    deleteat   bigint              NOT NULL
);
CREATE INDEX idx_propertyfields_create_at_id ON propertyfields (createat, id);
CREATE UNIQUE INDEX idx_propertyfields_unique ON propertyfields (groupid, targetid, name) WHERE deleteat = 0;

-- Values of custom attributes.
CREATE TABLE propertyvalues (
    id         varchar(26)  PRIMARY KEY,
    targetid   varchar(255) NOT NULL,
    targettype varchar(255) NOT NULL,
    groupid    varchar(26)  NOT NULL,
    fieldid    varchar(26)  NOT NULL,
    value      jsonb        NOT NULL,
    createat   bigint       NOT NULL,
    updateat   bigint       NOT NULL,
    deleteat   bigint       NOT NULL
);
CREATE INDEX idx_propertyvalues_create_at_id ON propertyvalues (createat, id);
CREATE INDEX idx_propertyvalues_targetid_groupid ON propertyvalues (targetid, groupid);
CREATE UNIQUE INDEX idx_propertyvalues_unique
    ON propertyvalues (groupid, targetid, fieldid) WHERE deleteat = 0;

-- Attribute-based access rules in force.
CREATE TABLE accesscontrolpolicies (
    id       varchar(26)  PRIMARY KEY,
    name     varchar(128) NOT NULL,
    type     varchar(128) NOT NULL,
    active   boolean      NOT NULL,
    createat bigint       NOT NULL,
    revision integer      NOT NULL,
    version  varchar(8)   NOT NULL,
    data     jsonb,
    props    jsonb
);
CREATE UNIQUE INDEX idx_accesscontrolpolicies_name_type
    ON accesscontrolpolicies (name, type) WHERE type = 'parent';

-- Earlier revisions of access rules.
CREATE TABLE accesscontrolpolicyhistory (
    id       varchar(26)  NOT NULL,
    name     varchar(128) NOT NULL,
    type     varchar(128) NOT NULL,
    createat bigint       NOT NULL,
    revision integer      NOT NULL,
    version  varchar(8)   NOT NULL,
    data     jsonb,
    props    jsonb,
    PRIMARY KEY (id, revision)
);

------------------------------------------------------------------------
-- Retention, compliance, moderation
------------------------------------------------------------------------

-- Retention periods other than the server's own.
CREATE TABLE retentionpolicies (
    id           varchar(26) PRIMARY KEY,
    displayname  varchar(64),
    postduration bigint  -- days
);
CREATE INDEX idx_retentionpolicies_displayname ON retentionpolicies (displayname);

-- Channels under a retention policy.
CREATE TABLE retentionpolicieschannels (
    policyid  varchar(26),
    channelid varchar(26) PRIMARY KEY,
    CONSTRAINT fk_retentionpolicieschannels_retentionpolicies
        FOREIGN KEY (policyid) REFERENCES retentionpolicies (id) ON DELETE CASCADE
);
CREATE INDEX idx_retentionpolicieschannels_policyid ON retentionpolicieschannels (policyid);

-- Teams under a retention policy.
CREATE TABLE retentionpoliciesteams (
    policyid varchar(26),
    teamid   varchar(26) PRIMARY KEY,
    CONSTRAINT fk_retentionpoliciesteams_retentionpolicies
        FOREIGN KEY (policyid) REFERENCES retentionpolicies (id) ON DELETE CASCADE
);
CREATE INDEX idx_retentionpoliciesteams_policyid ON retentionpoliciesteams (policyid);

-- Rows that a retention run has yet to delete elsewhere.
CREATE TABLE retentionidsfordeletion (
    id        varchar(26)   PRIMARY KEY,
    tablename varchar(64),
    ids       varchar(26)[]
);
CREATE INDEX idx_retentionidsfordeletion_tablename ON retentionidsfordeletion (tablename);

-- Compliance exports that were asked for.
CREATE TABLE compliances (
    id       varchar(26)   PRIMARY KEY,
    createat bigint,
    userid   varchar(26),
    status   varchar(64),
    count    integer,
    "desc"   varchar(512),
    type     varchar(64),
    startat  bigint,
    endat    bigint,
    keywords varchar(512),
    emails   varchar(1024)
);

-- Whether posts can be flagged in a team.
CREATE TABLE contentflaggingteamsettings (
    teamid  varchar(26) PRIMARY KEY,
    enabled boolean
);

-- Reviewers of flagged posts in every team.
CREATE TABLE contentflaggingcommonreviewers (
    userid varchar(26) PRIMARY KEY
);

-- Reviewers of flagged posts in one team.
CREATE TABLE contentflaggingteamreviewers (
    teamid varchar(26) NOT NULL,
    userid varchar(26) NOT NULL,
    PRIMARY KEY (teamid, userid)
);
CREATE INDEX idx_contentflaggingteamreviewers_userid ON contentflaggingteamreviewers (userid);

------------------------------------------------------------------------
-- Shared channels
------------------------------------------------------------------------

-- Other servers this one is connected to.
CREATE TABLE remoteclusters (
    remoteid             varchar(26)  NOT NULL,
    remoteteamid         varchar(26),
    name                 varchar(64)  NOT NULL,
    displayname          varchar(64),
    siteurl              varchar(512),
    createat             bigint,
    lastpingat           bigint,
    token                varchar(26),
    remotetoken          varchar(26),
    topics               varchar(512),
    creatorid            varchar(26),
    pluginid             varchar(190) NOT NULL DEFAULT '',
    options              smallint     NOT NULL DEFAULT 0,
    defaultteamid        varchar(26)  DEFAULT '',
    deleteat             bigint       DEFAULT 0,
    lastglobalusersyncat bigint       DEFAULT 0,
    PRIMARY KEY (remoteid, name)
);

-- Channels shared with other servers.
CREATE TABLE sharedchannels (
    channelid        varchar(26)   PRIMARY KEY,
    teamid           varchar(26),
    home             boolean,
    readonly         boolean,
    sharename        varchar(64),
    sharedisplayname varchar(64),
    sharepurpose     varchar(250),
    shareheader      varchar(1024),
    creatorid        varchar(26),
    createat         bigint,
    updateat         bigint,
    remoteid         varchar(26),
    UNIQUE (sharename, teamid)
);

-- Which server a channel is shared with, and how far it is in step.
CREATE TABLE sharedchannelremotes (
    id                varchar(26) NOT NULL,
    channelid         varchar(26) NOT NULL,
    creatorid         varchar(26),
    createat          bigint,
    updateat          bigint,
    isinviteaccepted  boolean,
    isinviteconfirmed boolean,
    remoteid          varchar(26),
    lastpostupdateat  bigint,
    lastpostid        varchar(26),
    lastpostcreateat  bigint      NOT NULL DEFAULT 0,
    lastpostcreateid  varchar(26),
    deleteat          bigint      DEFAULT 0,
    lastmemberssyncat bigint      DEFAULT 0,
    PRIMARY KEY (id, channelid),
    UNIQUE (channelid, remoteid)
);

-- Users known to another server.
CREATE TABLE sharedchannelusers (
    id                   varchar(26) PRIMARY KEY,
    userid               varchar(26),
    remoteid             varchar(26),
    createat             bigint,
    lastsyncat           bigint,
    channelid            varchar(26),
    lastmembershipsyncat bigint      DEFAULT 0,
    UNIQUE (userid, channelid, remoteid)
);
CREATE INDEX idx_sharedchannelusers_remote_id ON sharedchannelusers (remoteid);

-- Files known to another server.
CREATE TABLE sharedchannelattachments (
    id         varchar(26) PRIMARY KEY,
    fileid     varchar(26),
    remoteid   varchar(26),
    createat   bigint,
    lastsyncat bigint,
    UNIQUE (fileid, remoteid)
);

------------------------------------------------------------------------
-- The server itself
------------------------------------------------------------------------

-- Named values of this installation.
CREATE TABLE systems (
    name  varchar(64)   PRIMARY KEY,
    value varchar(1024)
);

-- Background jobs, waiting, running and finished.
CREATE TABLE jobs (
    id             varchar(26) PRIMARY KEY,
    type           varchar(32),
    priority       bigint,
    createat       bigint,
    startat        bigint,
    lastactivityat bigint,
    status         varchar(32),
    progress       bigint,
    data           jsonb
);
CREATE INDEX idx_jobs_status_type ON jobs (status, type);
CREATE INDEX idx_jobs_type ON jobs (type);

-- Licence files that were uploaded.
CREATE TABLE licenses (
    id       varchar(26)    PRIMARY KEY,
    createat bigint,
    bytes    varchar(10000)
);

-- Nodes of the cluster that are alive.
CREATE TABLE clusterdiscovery (
    id          varchar(26)  PRIMARY KEY,
    type        varchar(64),
    clustername varchar(64),
    hostname    varchar(512),
    gossipport  integer,
    port        integer,
    createat    bigint,
    lastpingat  bigint
);

-- Features that users have asked the administrator for.
CREATE TABLE notifyadmin (
    userid          varchar(26)  NOT NULL,
    createat        bigint,
    requiredplan    varchar(100) NOT NULL,
    requiredfeature varchar(255) NOT NULL,
    trial           boolean      NOT NULL,
    sentat          bigint,
    PRIMARY KEY (userid, requiredfeature, requiredplan)
);

-- Product notices a user has seen.
CREATE TABLE productnoticeviewstate (
    userid    varchar(26) NOT NULL,
    noticeid  varchar(26) NOT NULL,
    viewed    integer,
    timestamp bigint,  -- seconds since 1970
    PRIMARY KEY (userid, noticeid)
);
CREATE INDEX idx_notice_views_notice_id ON productnoticeviewstate (noticeid);
CREATE INDEX idx_notice_views_timestamp ON productnoticeviewstate (timestamp);

------------------------------------------------------------------------
-- Migrations of the reference server that this schema contains
------------------------------------------------------------------------

-- The reference server reads this table when it starts and runs what is missing: all rows
-- together say "11.6, nothing to do".
CREATE TABLE db_migrations (
    version bigint  PRIMARY KEY,
    name    varchar NOT NULL
);
INSERT INTO db_migrations (version, name) VALUES
    (  1, 'create_teams'),
    (  2, 'create_team_members'),
    (  3, 'create_cluster_discovery'),
    (  4, 'create_command_webhooks'),
    (  5, 'create_compliances'),
    (  6, 'create_emojis'),
    (  7, 'create_user_groups'),
    (  8, 'create_group_members'),
    (  9, 'create_group_teams'),
    ( 10, 'create_group_channels'),
    ( 11, 'create_link_metadata'),
    ( 12, 'create_commands'),
    ( 13, 'create_incoming_webhooks'),
    ( 14, 'create_outgoing_webhooks'),
    ( 15, 'create_systems'),
    ( 16, 'create_reactions'),
    ( 17, 'create_roles'),
    ( 18, 'create_schemes'),
    ( 19, 'create_licenses'),
    ( 20, 'create_posts'),
    ( 21, 'create_product_notice_view_state'),
    ( 22, 'create_sessions'),
    ( 23, 'create_terms_of_service'),
    ( 24, 'create_audits'),
    ( 25, 'create_oauth_access_data'),
    ( 26, 'create_preferences'),
    ( 27, 'create_status'),
    ( 28, 'create_tokens'),
    ( 29, 'create_bots'),
    ( 30, 'create_user_access_tokens'),
    ( 31, 'create_remote_clusters'),
    ( 32, 'create_sharedchannels'),
    ( 33, 'create_sidebar_channels'),
    ( 34, 'create_oauthauthdata'),
    ( 35, 'create_sharedchannelattachments'),
    ( 36, 'create_sharedchannelusers'),
    ( 37, 'create_sharedchannelremotes'),
    ( 38, 'create_jobs'),
    ( 39, 'create_channel_member_history'),
    ( 40, 'create_sidebar_categories'),
    ( 41, 'create_upload_sessions'),
    ( 42, 'create_threads'),
    ( 43, 'thread_memberships'),
    ( 44, 'create_user_terms_of_service'),
    ( 45, 'create_plugin_key_value_store'),
    ( 46, 'create_users'),
    ( 47, 'create_file_info'),
    ( 48, 'create_oauth_apps'),
    ( 49, 'create_channels'),
    ( 50, 'create_channelmembers'),
    ( 51, 'create_msg_root_count'),
    ( 52, 'create_public_channels'),
    ( 53, 'create_retention_policies'),
    ( 54, 'create_crt_channelmembership_count'),
    ( 55, 'create_crt_thread_count_and_unreads'),
    ( 56, 'upgrade_channels_v6.0'),
    ( 57, 'upgrade_command_webhooks_v6.0'),
    ( 58, 'upgrade_channelmembers_v6.0'),
    ( 59, 'upgrade_users_v6.0'),
    ( 60, 'upgrade_jobs_v6.0'),
    ( 61, 'upgrade_link_metadata_v6.0'),
    ( 62, 'upgrade_sessions_v6.0'),
    ( 63, 'upgrade_threads_v6.0'),
    ( 64, 'upgrade_status_v6.0'),
    ( 65, 'upgrade_groupchannels_v6.0'),
    ( 66, 'upgrade_posts_v6.0'),
    ( 67, 'upgrade_channelmembers_v6.1'),
    ( 68, 'upgrade_teammembers_v6.1'),
    ( 69, 'upgrade_jobs_v6.1'),
    ( 70, 'upgrade_cte_v6.1'),
    ( 71, 'upgrade_sessions_v6.1'),
    ( 72, 'upgrade_schemes_v6.3'),
    ( 73, 'upgrade_plugin_key_value_store_v6.3'),
    ( 74, 'upgrade_users_v6.3'),
    ( 75, 'alter_upload_sessions_index'),
    ( 76, 'upgrade_lastrootpostat'),
    ( 77, 'upgrade_users_v6.5'),
    ( 78, 'create_oauth_mattermost_app_id'),
    ( 79, 'usergroups_displayname_index'),
    ( 80, 'posts_createat_id'),
    ( 81, 'threads_deleteat'),
    ( 82, 'upgrade_oauth_mattermost_app_id'),
    ( 83, 'threads_threaddeleteat'),
    ( 84, 'recent_searches'),
    ( 85, 'fileinfo_add_archived_column'),
    ( 86, 'add_cloud_limits_archived'),
    ( 87, 'sidebar_categories_index'),
    ( 88, 'remaining_migrations'),
    ( 89, 'add-channelid-to-reaction'),
    ( 90, 'create_enums'),
    ( 91, 'create_post_reminder'),
    ( 92, 'add_createat_to_teamembers'),
    ( 93, 'notify_admin'),
    ( 94, 'threads_teamid'),
    ( 95, 'remove_posts_parentid'),
    ( 96, 'threads_threadteamid'),
    ( 97, 'create_posts_priority'),
    ( 98, 'create_post_acknowledgements'),
    ( 99, 'create_drafts'),
    (100, 'add_draft_priority_column'),
    (101, 'create_true_up_review_history'),
    (102, 'posts_originalid_index'),
    (103, 'add_sentat_to_notifyadmin'),
    (104, 'upgrade_notifyadmin'),
    (105, 'remove_tokens'),
    (106, 'fileinfo_channelid'),
    (107, 'threadmemberships_cleanup'),
    (108, 'remove_orphaned_oauth_preferences'),
    (109, 'create_persistent_notifications'),
    (111, 'update_vacuuming'),
    (112, 'rework_desktop_tokens'),
    (113, 'create_retentionidsfordeletion_table'),
    (114, 'sharedchannelremotes_drop_nextsyncat_description'),
    (115, 'user_reporting_changes'),
    (116, 'create_outgoing_oauth_connections'),
    (117, 'msteams_shared_channels'),
    (118, 'create_index_poststats'),
    (119, 'msteams_shared_channels_opts'),
    (120, 'create_channelbookmarks_table'),
    (121, 'remove_true_up_review_history'),
    (122, 'preferences_value_length'),
    (123, 'remove_upload_file_permission'),
    (124, 'remove_manage_team_permission'),
    (125, 'remoteclusters_add_default_team_id'),
    (126, 'sharedchannels_remotes_add_deleteat'),
    (127, 'add_mfa_used_ts_to_users'),
    (128, 'create_scheduled_posts'),
    (129, 'add_property_system_architecture'),
    (130, 'system_console_stats'),
    (131, 'create_index_pagination_on_property_values'),
    (132, 'create_index_pagination_on_property_fields'),
    (133, 'add_channel_banner_fields'),
    (134, 'create_access_control_policies'),
    (135, 'sidebarchannels_categoryid'),
    (136, 'create_attribute_view'),
    (137, 'update_attribute_view'),
    (138, 'add_default_category_name_to_channel'),
    (139, 'remoteclusters_add_last_global_user_sync_at'),
    (140, 'add_lastmemberssyncat_to_sharedchannelremotes'),
    (141, 'add_remoteid_channelid_to_post_acknowledgements'),
    (142, 'create_content_flagging_tables'),
    (143, 'content_flagging_table_index'),
    (144, 'add_dcr_fields_to_oauth_apps'),
    (145, 'add_pkce_to_oauthauthdata'),
    (146, 'add_audience_and_resource_to_oauth'),
    (147, 'create_autotranslation_tables'),
    (148, 'add_burn_on_read_messages'),
    (149, 'create_recaps'),
    (150, 'add_translation_state'),
    (151, 'add_autotranslationdisabled_to_channelmembers'),
    (152, 'translations_primary_key_change'),
    (153, 'add_translation_channel_id'),
    (154, 'drop_translation_updateat_index'),
    (155, 'create_translation_channel_updateat_index'),
    (156, 'add_schemeid_to_roles'),
    (157, 'backfill_roles_schemeid'),
    (158, 'add_roles_schemeid_index'),
    (159, 'deduplicate_policy_names');
