-- Which teams people may be in by the domain of their mail address. `pattern` is a domain in ASCII, or `*.` and one for
-- all domains below it; `teams`, `may_join` and `channels` are lists of ids.
CREATE TABLE kollegium_domains (
    pattern   text    NOT NULL PRIMARY KEY,
    teams     jsonb NOT NULL,
    may_join  jsonb NOT NULL,
    channels  jsonb NOT NULL,
    role      text    NOT NULL,
    enabled   boolean NOT NULL,
    create_at bigint NOT NULL,
    update_at bigint NOT NULL
);

-- Teams whose invitation somebody signed up with, and that they join once their address is proven.
CREATE TABLE kollegium_awaited_teams (
    user_id text NOT NULL,
    team_id text NOT NULL,
    PRIMARY KEY (user_id, team_id)
);
