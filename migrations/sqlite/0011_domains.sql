-- Which teams people may be in by the domain of their mail address. `pattern` is a domain in ASCII, or `*.` and one for
-- all domains below it; `teams`, `may_join` and `channels` are lists of ids.
CREATE TABLE kollegium_domains (
    pattern   text    NOT NULL PRIMARY KEY,
    teams     text NOT NULL,
    may_join  text NOT NULL,
    channels  text NOT NULL,
    role      text    NOT NULL,
    enabled   boolean NOT NULL,
    create_at integer NOT NULL,
    update_at integer NOT NULL
) WITHOUT ROWID;

-- Teams whose invitation somebody signed up with, and that they join once their address is proven.
CREATE TABLE kollegium_awaited_teams (
    user_id text NOT NULL,
    team_id text NOT NULL,
    PRIMARY KEY (user_id, team_id)
) WITHOUT ROWID;
