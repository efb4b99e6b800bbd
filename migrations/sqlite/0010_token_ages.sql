-- Since when personal tokens are known, for KollegiumSettings.PersonalTokenDays: the reference's table does not say.
CREATE TABLE kollegium_token_ages (
    token_id  text    NOT NULL PRIMARY KEY,
    create_at integer NOT NULL
) WITHOUT ROWID;
