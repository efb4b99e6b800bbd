-- What a provider of single sign-on gave for people who are away, so that it can be asked whether they may still be here.
CREATE TABLE kollegium_provider_grants (
    user_id       text NOT NULL PRIMARY KEY,
    service       text NOT NULL,
    refresh_token text NOT NULL
) WITHOUT ROWID;
