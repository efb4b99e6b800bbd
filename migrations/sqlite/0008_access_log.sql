-- Who came in, from where, and what was done to the server. Rows go when KollegiumSettings.AccessLogDays have passed.
CREATE TABLE kollegium_access_log (
    id         text    NOT NULL PRIMARY KEY,
    at         integer NOT NULL,
    event      text    NOT NULL,
    actor_id   text    NOT NULL,
    user_id    text    NOT NULL,
    session_id text    NOT NULL,
    ip_address text    NOT NULL,
    user_agent text    NOT NULL,
    detail     text    NOT NULL
) WITHOUT ROWID;
CREATE INDEX idx_kollegium_access_log_at ON kollegium_access_log (at, id);
CREATE INDEX idx_kollegium_access_log_user_id ON kollegium_access_log (user_id, at);
CREATE INDEX idx_kollegium_access_log_actor_id ON kollegium_access_log (actor_id, at);
