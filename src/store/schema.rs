//! The tables as diesel sees them: one `table!` for every table of `migrations/`, the reference
//! schema's in the order of its sections there, then our own.
//!
//! - Names are split into words here (`create_at`); `sql_name` holds the name in the database.
//!   `type` is called `kind`. No column may have its table's name, so `status.status` is `state`.
//! - A column is `Nullable` where NULL does occur in databases of the reference server: where its
//!   own code reads a pointer, or guards the read because the column came later without a default.
//!   All others are read as NOT NULL although PostgreSQL lets most of them be NULL: whoever inserts
//!   a row gives every column, with `""`, `0`, `false` or `{}` for nothing.
//! - The SQL types that are not diesel's (`JsonB`, the enums) are in [`crate::store::types`].
//! - Left out: `posts.seq` (SQLite only, for the full-text index), `retentionidsfordeletion.ids`
//!   (an array on PostgreSQL), the view `poststats` and the reference server's `db_migrations`.

// People and sessions

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::JsonB;

    /// Accounts of people and bots.
    users (id) {
        id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        username -> Text,
        password -> Text,
        #[sql_name = "authdata"]
        auth_data -> Nullable<Text>,
        #[sql_name = "authservice"]
        auth_service -> Text,
        email -> Text,
        #[sql_name = "emailverified"]
        email_verified -> Bool,
        nickname -> Text,
        #[sql_name = "firstname"]
        first_name -> Text,
        #[sql_name = "lastname"]
        last_name -> Text,
        roles -> Text,
        #[sql_name = "allowmarketing"]
        allow_marketing -> Bool,
        props -> JsonB,
        #[sql_name = "notifyprops"]
        notify_props -> JsonB,
        #[sql_name = "lastpasswordupdate"]
        last_password_update -> BigInt,
        #[sql_name = "lastpictureupdate"]
        last_picture_update -> BigInt,
        #[sql_name = "failedattempts"]
        failed_attempts -> Integer,
        locale -> Text,
        #[sql_name = "mfaactive"]
        mfa_active -> Bool,
        #[sql_name = "mfasecret"]
        mfa_secret -> Text,
        position -> Text,
        timezone -> JsonB,
        #[sql_name = "remoteid"]
        remote_id -> Nullable<Text>,
        #[sql_name = "lastlogin"]
        last_login -> BigInt,
        #[sql_name = "mfausedtimestamps"]
        mfa_used_timestamps -> Nullable<JsonB>,
    }
}

diesel::table! {
    /// What a bot has beyond its row in `users`.
    bots (user_id) {
        #[sql_name = "userid"]
        user_id -> Text,
        description -> Text,
        #[sql_name = "ownerid"]
        owner_id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "lasticonupdate"]
        last_icon_update -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Presence: online, away, do not disturb, offline.
    status (user_id) {
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "status"]
        state -> Text,
        manual -> Bool,
        #[sql_name = "lastactivityat"]
        last_activity_at -> BigInt,
        /// Seconds since 1970.
        #[sql_name = "dndendtime"]
        dnd_end_time -> BigInt,
        #[sql_name = "prevstatus"]
        prev_status -> Text,
    }
}

diesel::table! {
    /// A user's settings, by category and name.
    preferences (user_id, category, name) {
        #[sql_name = "userid"]
        user_id -> Text,
        category -> Text,
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::JsonB;

    /// Logged-in clients; personal access tokens have one each too.
    sessions (id) {
        id -> Text,
        token -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "expiresat"]
        expires_at -> BigInt,
        #[sql_name = "lastactivityat"]
        last_activity_at -> BigInt,
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "deviceid"]
        device_id -> Text,
        roles -> Text,
        #[sql_name = "isoauth"]
        is_oauth -> Bool,
        props -> JsonB,
        #[sql_name = "expirednotify"]
        expired_notify -> Bool,
    }
}

diesel::table! {
    /// Personal access tokens.
    #[sql_name = "useraccesstokens"]
    user_access_tokens (id) {
        id -> Text,
        token -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
        description -> Text,
        #[sql_name = "isactive"]
        is_active -> Bool,
    }
}

diesel::table! {
    /// One-time tokens: password recovery, e-mail verification, invitations.
    tokens (token) {
        token -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "type"]
        kind -> Text,
        extra -> Text,
    }
}

diesel::table! {
    /// One-time tokens that hand a browser login over to the desktop app.
    #[sql_name = "desktoptokens"]
    desktop_tokens (token) {
        token -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "userid"]
        user_id -> Text,
    }
}

diesel::table! {
    /// Who did what, from which address.
    audits (id) {
        id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "userid"]
        user_id -> Text,
        action -> Text,
        #[sql_name = "extrainfo"]
        extra_info -> Text,
        #[sql_name = "ipaddress"]
        ip_address -> Text,
        #[sql_name = "sessionid"]
        session_id -> Text,
    }
}

diesel::table! {
    /// Versions of the custom terms of service.
    #[sql_name = "termsofservice"]
    terms_of_service (id) {
        id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "userid"]
        user_id -> Text,
        text -> Text,
    }
}

diesel::table! {
    /// Which version of the terms a user has accepted.
    #[sql_name = "usertermsofservice"]
    user_terms_of_service (user_id) {
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "termsofserviceid"]
        terms_of_service_id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
    }
}

// Roles and schemes

diesel::table! {
    /// Roles and their permissions, separated by spaces.
    roles (id) {
        id -> Text,
        name -> Text,
        #[sql_name = "displayname"]
        display_name -> Text,
        description -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        permissions -> Text,
        #[sql_name = "schememanaged"]
        scheme_managed -> Bool,
        #[sql_name = "builtin"]
        built_in -> Bool,
        #[sql_name = "schemeid"]
        scheme_id -> Nullable<Text>,
    }
}

diesel::table! {
    /// Permission schemes: the roles a team or channel gives its members.
    schemes (id) {
        id -> Text,
        name -> Text,
        #[sql_name = "displayname"]
        display_name -> Text,
        description -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        scope -> Text,
        #[sql_name = "defaultteamadminrole"]
        default_team_admin_role -> Text,
        #[sql_name = "defaultteamuserrole"]
        default_team_user_role -> Text,
        #[sql_name = "defaultchanneladminrole"]
        default_channel_admin_role -> Text,
        #[sql_name = "defaultchanneluserrole"]
        default_channel_user_role -> Text,
        #[sql_name = "defaultteamguestrole"]
        default_team_guest_role -> Text,
        #[sql_name = "defaultchannelguestrole"]
        default_channel_guest_role -> Text,
        #[sql_name = "defaultplaybookadminrole"]
        default_playbook_admin_role -> Text,
        #[sql_name = "defaultplaybookmemberrole"]
        default_playbook_member_role -> Text,
        #[sql_name = "defaultrunadminrole"]
        default_run_admin_role -> Text,
        #[sql_name = "defaultrunmemberrole"]
        default_run_member_role -> Text,
    }
}

// Teams

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::TeamKind;

    /// Teams.
    teams (id) {
        id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "displayname"]
        display_name -> Text,
        name -> Text,
        description -> Text,
        email -> Text,
        #[sql_name = "type"]
        kind -> TeamKind,
        #[sql_name = "companyname"]
        company_name -> Text,
        #[sql_name = "alloweddomains"]
        allowed_domains -> Text,
        #[sql_name = "inviteid"]
        invite_id -> Text,
        #[sql_name = "schemeid"]
        scheme_id -> Nullable<Text>,
        #[sql_name = "allowopeninvite"]
        allow_open_invite -> Bool,
        #[sql_name = "lastteamiconupdate"]
        last_team_icon_update -> BigInt,
        #[sql_name = "groupconstrained"]
        group_constrained -> Nullable<Bool>,
        #[sql_name = "cloudlimitsarchived"]
        cloud_limits_archived -> Bool,
    }
}

diesel::table! {
    /// Who is, or was, in which team.
    #[sql_name = "teammembers"]
    team_members (team_id, user_id) {
        #[sql_name = "teamid"]
        team_id -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
        roles -> Text,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "schemeuser"]
        scheme_user -> Nullable<Bool>,
        #[sql_name = "schemeadmin"]
        scheme_admin -> Nullable<Bool>,
        #[sql_name = "schemeguest"]
        scheme_guest -> Nullable<Bool>,
        #[sql_name = "createat"]
        create_at -> BigInt,
    }
}

// Channels

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{ChannelKind, JsonB};

    /// Channels of every kind, direct and group messages included.
    channels (id) {
        id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "teamid"]
        team_id -> Text,
        #[sql_name = "type"]
        kind -> ChannelKind,
        #[sql_name = "displayname"]
        display_name -> Text,
        name -> Text,
        header -> Text,
        purpose -> Text,
        #[sql_name = "lastpostat"]
        last_post_at -> BigInt,
        #[sql_name = "totalmsgcount"]
        total_msg_count -> BigInt,
        #[sql_name = "extraupdateat"]
        extra_update_at -> BigInt,
        #[sql_name = "creatorid"]
        creator_id -> Text,
        #[sql_name = "schemeid"]
        scheme_id -> Nullable<Text>,
        #[sql_name = "groupconstrained"]
        group_constrained -> Nullable<Bool>,
        shared -> Nullable<Bool>,
        #[sql_name = "totalmsgcountroot"]
        total_msg_count_root -> BigInt,
        #[sql_name = "lastrootpostat"]
        last_root_post_at -> BigInt,
        #[sql_name = "bannerinfo"]
        banner_info -> Nullable<JsonB>,
        #[sql_name = "defaultcategoryname"]
        default_category_name -> Text,
        autotranslation -> Bool,
    }
}

diesel::table! {
    /// Copy of the public channels' searchable columns.
    #[sql_name = "publicchannels"]
    public_channels (id) {
        id -> Text,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "teamid"]
        team_id -> Text,
        #[sql_name = "displayname"]
        display_name -> Text,
        name -> Text,
        header -> Text,
        purpose -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::JsonB;

    /// Who is in which channel, with read position and counters.
    #[sql_name = "channelmembers"]
    channel_members (channel_id, user_id) {
        #[sql_name = "channelid"]
        channel_id -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
        roles -> Text,
        #[sql_name = "lastviewedat"]
        last_viewed_at -> BigInt,
        #[sql_name = "msgcount"]
        msg_count -> BigInt,
        #[sql_name = "mentioncount"]
        mention_count -> BigInt,
        #[sql_name = "notifyprops"]
        notify_props -> JsonB,
        #[sql_name = "lastupdateat"]
        last_update_at -> BigInt,
        #[sql_name = "schemeuser"]
        scheme_user -> Nullable<Bool>,
        #[sql_name = "schemeadmin"]
        scheme_admin -> Nullable<Bool>,
        #[sql_name = "schemeguest"]
        scheme_guest -> Nullable<Bool>,
        #[sql_name = "mentioncountroot"]
        mention_count_root -> BigInt,
        #[sql_name = "msgcountroot"]
        msg_count_root -> BigInt,
        #[sql_name = "urgentmentioncount"]
        urgent_mention_count -> Nullable<BigInt>,
        autotranslation -> Bool,
        #[sql_name = "autotranslationdisabled"]
        autotranslation_disabled -> Bool,
    }
}

diesel::table! {
    /// When a user joined and left a channel.
    #[sql_name = "channelmemberhistory"]
    channel_member_history (channel_id, user_id, join_time) {
        #[sql_name = "channelid"]
        channel_id -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "jointime"]
        join_time -> BigInt,
        #[sql_name = "leavetime"]
        leave_time -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::ChannelBookmarkKind;

    /// Links and files pinned to the top of a channel.
    #[sql_name = "channelbookmarks"]
    channel_bookmarks (id) {
        id -> Text,
        #[sql_name = "ownerid"]
        owner_id -> Text,
        #[sql_name = "channelid"]
        channel_id -> Text,
        #[sql_name = "fileinfoid"]
        file_info_id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "displayname"]
        display_name -> Text,
        #[sql_name = "sortorder"]
        sort_order -> Integer,
        #[sql_name = "linkurl"]
        link_url -> Text,
        #[sql_name = "imageurl"]
        image_url -> Text,
        emoji -> Text,
        #[sql_name = "type"]
        kind -> ChannelBookmarkKind,
        #[sql_name = "originalid"]
        original_id -> Nullable<Text>,
        #[sql_name = "parentid"]
        parent_id -> Nullable<Text>,
    }
}

diesel::table! {
    /// Categories of a user's channel sidebar.
    #[sql_name = "sidebarcategories"]
    sidebar_categories (id) {
        id -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "teamid"]
        team_id -> Text,
        #[sql_name = "sortorder"]
        sort_order -> BigInt,
        sorting -> Text,
        #[sql_name = "type"]
        kind -> Text,
        #[sql_name = "displayname"]
        display_name -> Text,
        muted -> Bool,
        collapsed -> Bool,
    }
}

diesel::table! {
    /// Channels sorted into a sidebar category.
    #[sql_name = "sidebarchannels"]
    sidebar_channels (channel_id, user_id, category_id) {
        #[sql_name = "channelid"]
        channel_id -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "categoryid"]
        category_id -> Text,
        #[sql_name = "sortorder"]
        sort_order -> BigInt,
    }
}

// Posts

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::JsonB;

    /// Messages; earlier texts of edited ones too (`original_id`).
    posts (id) {
        id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "channelid"]
        channel_id -> Text,
        #[sql_name = "rootid"]
        root_id -> Text,
        #[sql_name = "originalid"]
        original_id -> Text,
        message -> Text,
        #[sql_name = "type"]
        kind -> Text,
        props -> JsonB,
        hashtags -> Text,
        filenames -> Text,
        #[sql_name = "fileids"]
        file_ids -> Text,
        #[sql_name = "hasreactions"]
        has_reactions -> Bool,
        #[sql_name = "editat"]
        edit_at -> BigInt,
        #[sql_name = "ispinned"]
        is_pinned -> Bool,
        #[sql_name = "remoteid"]
        remote_id -> Nullable<Text>,
    }
}

diesel::table! {
    /// Priority of a post and what its author asks of the readers.
    #[sql_name = "postspriority"]
    posts_priority (post_id) {
        #[sql_name = "postid"]
        post_id -> Text,
        #[sql_name = "channelid"]
        channel_id -> Text,
        priority -> Text,
        #[sql_name = "requestedack"]
        requested_ack -> Nullable<Bool>,
        #[sql_name = "persistentnotifications"]
        persistent_notifications -> Nullable<Bool>,
    }
}

diesel::table! {
    /// Who has acknowledged a post.
    #[sql_name = "postacknowledgements"]
    post_acknowledgements (post_id, user_id) {
        #[sql_name = "postid"]
        post_id -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "acknowledgedat"]
        acknowledged_at -> BigInt,
        #[sql_name = "remoteid"]
        remote_id -> Nullable<Text>,
        #[sql_name = "channelid"]
        channel_id -> Text,
    }
}

diesel::table! {
    /// When to remind a user of a post.
    #[sql_name = "postreminders"]
    post_reminders (post_id, user_id) {
        #[sql_name = "postid"]
        post_id -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
        /// Seconds since 1970.
        #[sql_name = "targettime"]
        target_time -> BigInt,
    }
}

diesel::table! {
    /// Urgent posts that are announced again until answered.
    #[sql_name = "persistentnotifications"]
    persistent_notifications (post_id) {
        #[sql_name = "postid"]
        post_id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "lastsentat"]
        last_sent_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "sentcount"]
        sent_count -> SmallInt,
    }
}

diesel::table! {
    /// Emoji reactions; removed ones stay with `delete_at` set.
    reactions (post_id, user_id, emoji_name) {
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "postid"]
        post_id -> Text,
        #[sql_name = "emojiname"]
        emoji_name -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> Nullable<BigInt>,
        #[sql_name = "deleteat"]
        delete_at -> Nullable<BigInt>,
        #[sql_name = "remoteid"]
        remote_id -> Nullable<Text>,
        #[sql_name = "channelid"]
        channel_id -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::JsonB;

    /// Reply count and participants of a root post.
    threads (post_id) {
        #[sql_name = "postid"]
        post_id -> Text,
        #[sql_name = "replycount"]
        reply_count -> BigInt,
        #[sql_name = "lastreplyat"]
        last_reply_at -> BigInt,
        participants -> JsonB,
        #[sql_name = "channelid"]
        channel_id -> Text,
        #[sql_name = "threaddeleteat"]
        thread_delete_at -> Nullable<BigInt>,
        #[sql_name = "threadteamid"]
        thread_team_id -> Nullable<Text>,
    }
}

diesel::table! {
    /// Who follows a thread, with read position and mentions.
    #[sql_name = "threadmemberships"]
    thread_memberships (post_id, user_id) {
        #[sql_name = "postid"]
        post_id -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
        following -> Bool,
        #[sql_name = "lastviewed"]
        last_viewed -> BigInt,
        #[sql_name = "lastupdated"]
        last_updated -> BigInt,
        #[sql_name = "unreadmentions"]
        unread_mentions -> BigInt,
    }
}

diesel::table! {
    /// Unsent messages.
    drafts (user_id, channel_id, root_id) {
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "channelid"]
        channel_id -> Text,
        #[sql_name = "rootid"]
        root_id -> Text,
        message -> Text,
        props -> Text,
        #[sql_name = "fileids"]
        file_ids -> Text,
        priority -> Nullable<Text>,
        #[sql_name = "type"]
        kind -> Nullable<Text>,
    }
}

diesel::table! {
    /// Messages to be sent later.
    #[sql_name = "scheduledposts"]
    scheduled_posts (id) {
        id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "channelid"]
        channel_id -> Text,
        #[sql_name = "rootid"]
        root_id -> Text,
        message -> Text,
        props -> Text,
        #[sql_name = "fileids"]
        file_ids -> Text,
        priority -> Text,
        #[sql_name = "scheduledat"]
        scheduled_at -> BigInt,
        #[sql_name = "processedat"]
        processed_at -> BigInt,
        #[sql_name = "errorcode"]
        error_code -> Text,
        #[sql_name = "type"]
        kind -> Nullable<Text>,
    }
}

diesel::table! {
    /// Content of posts that vanish after reading.
    #[sql_name = "temporaryposts"]
    temporary_posts (post_id) {
        #[sql_name = "postid"]
        post_id -> Text,
        #[sql_name = "type"]
        kind -> Text,
        #[sql_name = "expireat"]
        expire_at -> BigInt,
        message -> Text,
        #[sql_name = "fileids"]
        file_ids -> Text,
    }
}

diesel::table! {
    /// Until when a reader sees a post that vanishes after reading.
    #[sql_name = "readreceipts"]
    read_receipts (post_id, user_id) {
        #[sql_name = "postid"]
        post_id -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "expireat"]
        expire_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::JsonB;

    /// Machine translations of posts.
    translations (object_id, object_type, dst_lang) {
        #[sql_name = "objectid"]
        object_id -> Text,
        #[sql_name = "dstlang"]
        dst_lang -> Text,
        #[sql_name = "objecttype"]
        object_type -> Text,
        #[sql_name = "providerid"]
        provider_id -> Text,
        #[sql_name = "normhash"]
        norm_hash -> Text,
        text -> Text,
        confidence -> Nullable<Float>,
        meta -> Nullable<JsonB>,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        state -> Text,
        #[sql_name = "channelid"]
        channel_id -> Nullable<Text>,
    }
}

diesel::table! {
    /// Generated summaries of several channels.
    recaps (id) {
        id -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
        title -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "totalmessagecount"]
        total_message_count -> Integer,
        status -> Text,
        #[sql_name = "readat"]
        read_at -> BigInt,
        #[sql_name = "botid"]
        bot_id -> Text,
    }
}

diesel::table! {
    /// A summary's part on one channel.
    #[sql_name = "recapchannels"]
    recap_channels (id) {
        id -> Text,
        #[sql_name = "recapid"]
        recap_id -> Text,
        #[sql_name = "channelid"]
        channel_id -> Text,
        #[sql_name = "channelname"]
        channel_name -> Text,
        highlights -> Text,
        #[sql_name = "actionitems"]
        action_items -> Text,
        #[sql_name = "sourcepostids"]
        source_post_ids -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::JsonB;

    /// A user's last searches.
    #[sql_name = "recentsearches"]
    recent_searches (user_id, search_pointer) {
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "searchpointer"]
        search_pointer -> Integer,
        query -> JsonB,
        #[sql_name = "createat"]
        create_at -> BigInt,
    }
}

// Files, emoji, link previews

diesel::table! {
    /// Uploaded files; the bytes are in the file store.
    #[sql_name = "fileinfo"]
    file_info (id) {
        id -> Text,
        #[sql_name = "creatorid"]
        creator_id -> Text,
        #[sql_name = "postid"]
        post_id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        path -> Text,
        #[sql_name = "thumbnailpath"]
        thumbnail_path -> Text,
        #[sql_name = "previewpath"]
        preview_path -> Text,
        name -> Text,
        extension -> Text,
        size -> BigInt,
        #[sql_name = "mimetype"]
        mime_type -> Text,
        width -> Integer,
        height -> Integer,
        #[sql_name = "haspreviewimage"]
        has_preview_image -> Bool,
        #[sql_name = "minipreview"]
        mini_preview -> Nullable<Binary>,
        content -> Nullable<Text>,
        #[sql_name = "remoteid"]
        remote_id -> Nullable<Text>,
        archived -> Bool,
        #[sql_name = "channelid"]
        channel_id -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::UploadSessionKind;

    /// Resumable uploads under way.
    #[sql_name = "uploadsessions"]
    upload_sessions (id) {
        id -> Text,
        #[sql_name = "type"]
        kind -> UploadSessionKind,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "channelid"]
        channel_id -> Text,
        filename -> Text,
        path -> Text,
        #[sql_name = "filesize"]
        file_size -> BigInt,
        #[sql_name = "fileoffset"]
        file_offset -> BigInt,
        #[sql_name = "remoteid"]
        remote_id -> Text,
        #[sql_name = "reqfileid"]
        req_file_id -> Text,
    }
}

diesel::table! {
    /// Custom emoji.
    emoji (id) {
        id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "creatorid"]
        creator_id -> Text,
        name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::JsonB;

    /// Cached previews of linked pages.
    #[sql_name = "linkmetadata"]
    link_metadata (hash) {
        hash -> BigInt,
        url -> Text,
        timestamp -> BigInt,
        #[sql_name = "type"]
        kind -> Text,
        data -> JsonB,
    }
}

// Integrations

diesel::table! {
    /// Incoming webhooks.
    #[sql_name = "incomingwebhooks"]
    incoming_webhooks (id) {
        id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "channelid"]
        channel_id -> Text,
        #[sql_name = "teamid"]
        team_id -> Text,
        #[sql_name = "displayname"]
        display_name -> Text,
        description -> Text,
        username -> Text,
        #[sql_name = "iconurl"]
        icon_url -> Text,
        #[sql_name = "channellocked"]
        channel_locked -> Bool,
    }
}

diesel::table! {
    /// Outgoing webhooks.
    #[sql_name = "outgoingwebhooks"]
    outgoing_webhooks (id) {
        id -> Text,
        token -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "creatorid"]
        creator_id -> Text,
        #[sql_name = "channelid"]
        channel_id -> Text,
        #[sql_name = "teamid"]
        team_id -> Text,
        #[sql_name = "triggerwords"]
        trigger_words -> Text,
        #[sql_name = "callbackurls"]
        callback_urls -> Text,
        #[sql_name = "displayname"]
        display_name -> Text,
        #[sql_name = "contenttype"]
        content_type -> Text,
        #[sql_name = "triggerwhen"]
        trigger_when -> Integer,
        username -> Text,
        #[sql_name = "iconurl"]
        icon_url -> Text,
        description -> Text,
    }
}

diesel::table! {
    /// Custom slash commands.
    commands (id) {
        id -> Text,
        token -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "creatorid"]
        creator_id -> Text,
        #[sql_name = "teamid"]
        team_id -> Text,
        trigger -> Text,
        method -> Text,
        username -> Text,
        #[sql_name = "iconurl"]
        icon_url -> Text,
        #[sql_name = "autocomplete"]
        auto_complete -> Bool,
        #[sql_name = "autocompletedesc"]
        auto_complete_desc -> Text,
        #[sql_name = "autocompletehint"]
        auto_complete_hint -> Text,
        #[sql_name = "displayname"]
        display_name -> Text,
        description -> Text,
        url -> Text,
        #[sql_name = "pluginid"]
        plugin_id -> Text,
    }
}

diesel::table! {
    /// Addresses for a slash command's late answers.
    #[sql_name = "commandwebhooks"]
    command_webhooks (id) {
        id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "commandid"]
        command_id -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "channelid"]
        channel_id -> Text,
        #[sql_name = "rootid"]
        root_id -> Text,
        #[sql_name = "usecount"]
        use_count -> Integer,
    }
}

diesel::table! {
    /// Applications that log users in through this server.
    #[sql_name = "oauthapps"]
    oauth_apps (id) {
        id -> Text,
        #[sql_name = "creatorid"]
        creator_id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "clientsecret"]
        client_secret -> Text,
        name -> Text,
        description -> Text,
        #[sql_name = "callbackurls"]
        callback_urls -> Text,
        homepage -> Text,
        #[sql_name = "istrusted"]
        is_trusted -> Bool,
        #[sql_name = "iconurl"]
        icon_url -> Text,
        #[sql_name = "mattermostappid"]
        mattermost_app_id -> Text,
        #[sql_name = "isdynamicallyregistered"]
        is_dynamically_registered -> Bool,
    }
}

diesel::table! {
    /// Authorisation codes not exchanged yet.
    #[sql_name = "oauthauthdata"]
    oauth_auth_data (code) {
        #[sql_name = "clientid"]
        client_id -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
        code -> Text,
        /// Seconds from `create_at`.
        #[sql_name = "expiresin"]
        expires_in -> Integer,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "redirecturi"]
        redirect_uri -> Text,
        state -> Text,
        scope -> Text,
        #[sql_name = "codechallenge"]
        code_challenge -> Text,
        #[sql_name = "codechallengemethod"]
        code_challenge_method -> Text,
        resource -> Text,
    }
}

diesel::table! {
    /// Access and refresh tokens of applications.
    #[sql_name = "oauthaccessdata"]
    oauth_access_data (token) {
        token -> Text,
        #[sql_name = "refreshtoken"]
        refresh_token -> Text,
        #[sql_name = "redirecturi"]
        redirect_uri -> Text,
        #[sql_name = "clientid"]
        client_id -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "expiresat"]
        expires_at -> BigInt,
        scope -> Text,
        audience -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::OAuthGrantKind;

    /// Credentials for calls to other services.
    #[sql_name = "outgoingoauthconnections"]
    outgoing_oauth_connections (id) {
        id -> Text,
        name -> Text,
        #[sql_name = "creatorid"]
        creator_id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "clientid"]
        client_id -> Text,
        #[sql_name = "clientsecret"]
        client_secret -> Text,
        #[sql_name = "credentialsusername"]
        credentials_username -> Nullable<Text>,
        #[sql_name = "credentialspassword"]
        credentials_password -> Nullable<Text>,
        #[sql_name = "oauthtokenurl"]
        oauth_token_url -> Text,
        #[sql_name = "granttype"]
        grant_type -> OAuthGrantKind,
        audiences -> Text,
    }
}

diesel::table! {
    /// What plugins have stored.
    #[sql_name = "pluginkeyvaluestore"]
    plugin_key_value_store (plugin_id, key) {
        #[sql_name = "pluginid"]
        plugin_id -> Text,
        #[sql_name = "pkey"]
        key -> Text,
        #[sql_name = "pvalue"]
        value -> Binary,
        #[sql_name = "expireat"]
        expire_at -> BigInt,
    }
}

// Groups

diesel::table! {
    /// Groups of users, custom or from a directory.
    #[sql_name = "usergroups"]
    user_groups (id) {
        id -> Text,
        name -> Nullable<Text>,
        #[sql_name = "displayname"]
        display_name -> Text,
        description -> Text,
        source -> Text,
        #[sql_name = "remoteid"]
        remote_id -> Nullable<Text>,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "allowreference"]
        allow_reference -> Bool,
    }
}

diesel::table! {
    /// Who is in which group.
    #[sql_name = "groupmembers"]
    group_members (group_id, user_id) {
        #[sql_name = "groupid"]
        group_id -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
    }
}

diesel::table! {
    /// Teams that a group's members belong to.
    #[sql_name = "groupteams"]
    group_teams (group_id, team_id) {
        #[sql_name = "groupid"]
        group_id -> Text,
        #[sql_name = "autoadd"]
        auto_add -> Bool,
        #[sql_name = "schemeadmin"]
        scheme_admin -> Bool,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "teamid"]
        team_id -> Text,
    }
}

diesel::table! {
    /// Channels that a group's members belong to.
    #[sql_name = "groupchannels"]
    group_channels (group_id, channel_id) {
        #[sql_name = "groupid"]
        group_id -> Text,
        #[sql_name = "autoadd"]
        auto_add -> Bool,
        #[sql_name = "schemeadmin"]
        scheme_admin -> Bool,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "channelid"]
        channel_id -> Text,
    }
}

// Properties and access control

diesel::table! {
    /// Owners of property fields, such as the profile attributes.
    #[sql_name = "propertygroups"]
    property_groups (id) {
        id -> Text,
        name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::{JsonB, PropertyFieldKind};

    /// Definitions of custom attributes.
    #[sql_name = "propertyfields"]
    property_fields (id) {
        id -> Text,
        #[sql_name = "groupid"]
        group_id -> Text,
        name -> Text,
        #[sql_name = "type"]
        kind -> PropertyFieldKind,
        attrs -> JsonB,
        #[sql_name = "targetid"]
        target_id -> Text,
        #[sql_name = "targettype"]
        target_type -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::JsonB;

    /// Values of custom attributes.
    #[sql_name = "propertyvalues"]
    property_values (id) {
        id -> Text,
        #[sql_name = "targetid"]
        target_id -> Text,
        #[sql_name = "targettype"]
        target_type -> Text,
        #[sql_name = "groupid"]
        group_id -> Text,
        #[sql_name = "fieldid"]
        field_id -> Text,
        value -> JsonB,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::JsonB;

    /// Attribute-based access rules in force.
    #[sql_name = "accesscontrolpolicies"]
    access_control_policies (id) {
        id -> Text,
        name -> Text,
        #[sql_name = "type"]
        kind -> Text,
        active -> Bool,
        #[sql_name = "createat"]
        create_at -> BigInt,
        revision -> Integer,
        version -> Text,
        data -> JsonB,
        props -> JsonB,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::JsonB;

    /// Earlier revisions of access rules.
    #[sql_name = "accesscontrolpolicyhistory"]
    access_control_policy_history (id, revision) {
        id -> Text,
        name -> Text,
        #[sql_name = "type"]
        kind -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        revision -> Integer,
        version -> Text,
        data -> JsonB,
        props -> JsonB,
    }
}

// Retention, compliance, moderation

diesel::table! {
    /// Retention periods other than the server's own.
    #[sql_name = "retentionpolicies"]
    retention_policies (id) {
        id -> Text,
        #[sql_name = "displayname"]
        display_name -> Text,
        /// Days.
        #[sql_name = "postduration"]
        post_duration -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Channels under a retention policy.
    #[sql_name = "retentionpolicieschannels"]
    retention_policies_channels (channel_id) {
        #[sql_name = "policyid"]
        policy_id -> Text,
        #[sql_name = "channelid"]
        channel_id -> Text,
    }
}

diesel::table! {
    /// Teams under a retention policy.
    #[sql_name = "retentionpoliciesteams"]
    retention_policies_teams (team_id) {
        #[sql_name = "policyid"]
        policy_id -> Text,
        #[sql_name = "teamid"]
        team_id -> Text,
    }
}

diesel::table! {
    /// Rows that a retention run has yet to delete elsewhere.
    #[sql_name = "retentionidsfordeletion"]
    retention_ids_for_deletion (id) {
        id -> Text,
        #[sql_name = "tablename"]
        table_name -> Text,
        // `ids` is varchar(26)[] on PostgreSQL and JSON text on SQLite: no type here reads both.
    }
}

diesel::table! {
    /// Compliance exports that were asked for.
    compliances (id) {
        id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "userid"]
        user_id -> Text,
        status -> Text,
        count -> Integer,
        desc -> Text,
        #[sql_name = "type"]
        kind -> Text,
        #[sql_name = "startat"]
        start_at -> BigInt,
        #[sql_name = "endat"]
        end_at -> BigInt,
        keywords -> Text,
        emails -> Text,
    }
}

diesel::table! {
    /// Whether posts can be flagged in a team.
    #[sql_name = "contentflaggingteamsettings"]
    content_flagging_team_settings (team_id) {
        #[sql_name = "teamid"]
        team_id -> Text,
        enabled -> Nullable<Bool>,
    }
}

diesel::table! {
    /// Reviewers of flagged posts in every team.
    #[sql_name = "contentflaggingcommonreviewers"]
    content_flagging_common_reviewers (user_id) {
        #[sql_name = "userid"]
        user_id -> Text,
    }
}

diesel::table! {
    /// Reviewers of flagged posts in one team.
    #[sql_name = "contentflaggingteamreviewers"]
    content_flagging_team_reviewers (team_id, user_id) {
        #[sql_name = "teamid"]
        team_id -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
    }
}

// Shared channels

diesel::table! {
    /// Other servers this one is connected to.
    #[sql_name = "remoteclusters"]
    remote_clusters (remote_id, name) {
        #[sql_name = "remoteid"]
        remote_id -> Text,
        #[sql_name = "remoteteamid"]
        remote_team_id -> Text,
        name -> Text,
        #[sql_name = "displayname"]
        display_name -> Text,
        #[sql_name = "siteurl"]
        site_url -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "lastpingat"]
        last_ping_at -> BigInt,
        token -> Text,
        #[sql_name = "remotetoken"]
        remote_token -> Text,
        topics -> Text,
        #[sql_name = "creatorid"]
        creator_id -> Text,
        #[sql_name = "pluginid"]
        plugin_id -> Text,
        options -> SmallInt,
        #[sql_name = "defaultteamid"]
        default_team_id -> Text,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "lastglobalusersyncat"]
        last_global_user_sync_at -> BigInt,
    }
}

diesel::table! {
    /// Channels shared with other servers.
    #[sql_name = "sharedchannels"]
    shared_channels (channel_id) {
        #[sql_name = "channelid"]
        channel_id -> Text,
        #[sql_name = "teamid"]
        team_id -> Text,
        home -> Bool,
        #[sql_name = "readonly"]
        read_only -> Bool,
        #[sql_name = "sharename"]
        share_name -> Text,
        #[sql_name = "sharedisplayname"]
        share_display_name -> Text,
        #[sql_name = "sharepurpose"]
        share_purpose -> Text,
        #[sql_name = "shareheader"]
        share_header -> Text,
        #[sql_name = "creatorid"]
        creator_id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "remoteid"]
        remote_id -> Text,
    }
}

diesel::table! {
    /// Which server a channel is shared with, and how far it is in step.
    #[sql_name = "sharedchannelremotes"]
    shared_channel_remotes (id, channel_id) {
        id -> Text,
        #[sql_name = "channelid"]
        channel_id -> Text,
        #[sql_name = "creatorid"]
        creator_id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "updateat"]
        update_at -> BigInt,
        #[sql_name = "isinviteaccepted"]
        is_invite_accepted -> Bool,
        #[sql_name = "isinviteconfirmed"]
        is_invite_confirmed -> Bool,
        #[sql_name = "remoteid"]
        remote_id -> Text,
        #[sql_name = "lastpostupdateat"]
        last_post_update_at -> BigInt,
        #[sql_name = "lastpostid"]
        last_post_id -> Text,
        #[sql_name = "lastpostcreateat"]
        last_post_create_at -> BigInt,
        #[sql_name = "lastpostcreateid"]
        last_post_create_id -> Nullable<Text>,
        #[sql_name = "deleteat"]
        delete_at -> BigInt,
        #[sql_name = "lastmemberssyncat"]
        last_members_sync_at -> BigInt,
    }
}

diesel::table! {
    /// Users known to another server.
    #[sql_name = "sharedchannelusers"]
    shared_channel_users (id) {
        id -> Text,
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "remoteid"]
        remote_id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "lastsyncat"]
        last_sync_at -> BigInt,
        #[sql_name = "channelid"]
        channel_id -> Text,
        #[sql_name = "lastmembershipsyncat"]
        last_membership_sync_at -> BigInt,
    }
}

diesel::table! {
    /// Files known to another server.
    #[sql_name = "sharedchannelattachments"]
    shared_channel_attachments (id) {
        id -> Text,
        #[sql_name = "fileid"]
        file_id -> Text,
        #[sql_name = "remoteid"]
        remote_id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "lastsyncat"]
        last_sync_at -> BigInt,
    }
}

// The server itself

diesel::table! {
    /// Named values of this installation.
    systems (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::JsonB;

    /// Background jobs, waiting, running and finished.
    jobs (id) {
        id -> Text,
        #[sql_name = "type"]
        kind -> Text,
        priority -> BigInt,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "startat"]
        start_at -> BigInt,
        #[sql_name = "lastactivityat"]
        last_activity_at -> BigInt,
        status -> Text,
        progress -> BigInt,
        data -> JsonB,
    }
}

diesel::table! {
    /// Licence files that were uploaded.
    licenses (id) {
        id -> Text,
        #[sql_name = "createat"]
        create_at -> BigInt,
        bytes -> Text,
    }
}

diesel::table! {
    /// Nodes of the cluster that are alive.
    #[sql_name = "clusterdiscovery"]
    cluster_discovery (id) {
        id -> Text,
        #[sql_name = "type"]
        kind -> Text,
        #[sql_name = "clustername"]
        cluster_name -> Text,
        hostname -> Text,
        #[sql_name = "gossipport"]
        gossip_port -> Integer,
        port -> Integer,
        #[sql_name = "createat"]
        create_at -> BigInt,
        #[sql_name = "lastpingat"]
        last_ping_at -> BigInt,
    }
}

diesel::table! {
    /// Features that users have asked the administrator for.
    #[sql_name = "notifyadmin"]
    notify_admin (user_id, required_feature, required_plan) {
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "createat"]
        create_at -> Nullable<BigInt>,
        #[sql_name = "requiredplan"]
        required_plan -> Text,
        #[sql_name = "requiredfeature"]
        required_feature -> Text,
        trial -> Bool,
        #[sql_name = "sentat"]
        sent_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Product notices a user has seen.
    #[sql_name = "productnoticeviewstate"]
    product_notice_view_state (user_id, notice_id) {
        #[sql_name = "userid"]
        user_id -> Text,
        #[sql_name = "noticeid"]
        notice_id -> Text,
        viewed -> Integer,
        /// Seconds since 1970.
        timestamp -> BigInt,
    }
}

// Our own

diesel::table! {
    /// Who came in, and what was done to the server.
    kollegium_access_log (id) {
        id -> Text,
        at -> BigInt,
        event -> Text,
        actor_id -> Text,
        user_id -> Text,
        session_id -> Text,
        ip_address -> Text,
        user_agent -> Text,
        /// A JSON object.
        detail -> Text,
    }
}

diesel::table! {
    /// Teams that somebody joins once their address is proven.
    kollegium_awaited_teams (user_id, team_id) {
        user_id -> Text,
        team_id -> Text,
    }
}

diesel::table! {
    /// Whom the server itself deactivated.
    kollegium_departures (user_id) {
        user_id -> Text,
        at -> BigInt,
        reason -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::types::JsonB;

    /// Which teams people may be in by the domain of their mail address.
    kollegium_domains (pattern) {
        pattern -> Text,
        teams -> JsonB,
        may_join -> JsonB,
        channels -> JsonB,
        role -> Text,
        enabled -> Bool,
        create_at -> BigInt,
        update_at -> BigInt,
    }
}

diesel::table! {
    /// What providers gave to be asked again about people.
    kollegium_provider_grants (user_id) {
        user_id -> Text,
        service -> Text,
        refresh_token -> Text,
    }
}

diesel::table! {
    /// Mail waiting to be sent.
    kollegium_mail (id) {
        id -> Text,
        create_at -> BigInt,
        next_try_at -> BigInt,
        tries -> Integer,
        recipient -> Text,
        subject -> Text,
        html -> Text,
        plain -> Text,
        last_error -> Text,
    }
}

diesel::table! {
    /// Posts that people are to be told of by mail.
    kollegium_notices (user_id, post_id) {
        user_id -> Text,
        post_id -> Text,
        create_at -> BigInt,
        due_at -> BigInt,
    }
}

diesel::table! {
    /// Settings of this server that the reference server's configuration lacks.
    kollegium_settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    /// Since when personal tokens are known.
    kollegium_token_ages (token_id) {
        token_id -> Text,
        create_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    users,
    bots,
    status,
    preferences,
    sessions,
    user_access_tokens,
    roles,
    schemes,
    teams,
    team_members,
    channels,
    public_channels,
    channel_members,
    channel_member_history,
    channel_bookmarks,
    sidebar_categories,
    sidebar_channels,
    posts,
    posts_priority,
    post_acknowledgements,
    post_reminders,
    persistent_notifications,
    reactions,
    threads,
    thread_memberships,
    drafts,
    scheduled_posts,
    file_info,
    emoji,
    incoming_webhooks,
    outgoing_webhooks,
    commands,
    command_webhooks,
    oauth_apps,
    oauth_access_data,
    user_groups,
    group_members,
    group_teams,
    group_channels,
    retention_policies,
    retention_policies_channels,
    retention_policies_teams,
    kollegium_token_ages,
);
