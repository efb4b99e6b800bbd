-- People whose accounts the server itself closed because they may not be here any more, and why. Only they are let in
-- again by themselves; whoever was deactivated by an administrator stays so.
CREATE TABLE kollegium_departures (
    user_id text    NOT NULL PRIMARY KEY,
    at      integer NOT NULL,
    reason  text    NOT NULL
) WITHOUT ROWID;
