-- Kollegium's own tables. The reference server neither reads nor minds them.

-- Mail waiting to be sent. A row is deleted once the mail server has accepted the message;
-- after a failure next_try_at moves on and last_error says why. Times are milliseconds since 1970.
CREATE TABLE kollegium_mail (
    id          text    NOT NULL PRIMARY KEY,
    create_at   integer NOT NULL,
    next_try_at integer NOT NULL,
    tries       integer NOT NULL DEFAULT 0,
    recipient   text    NOT NULL,
    subject     text    NOT NULL,
    html        text    NOT NULL,
    plain       text    NOT NULL,
    last_error  text    NOT NULL DEFAULT ''
);
CREATE INDEX idx_kollegium_mail_next_try_at ON kollegium_mail (next_try_at);

-- Settings of this server that are not part of the reference server's configuration.
CREATE TABLE kollegium_settings (
    name  text NOT NULL PRIMARY KEY,
    value text NOT NULL
) WITHOUT ROWID;
