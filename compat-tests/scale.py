#!/usr/bin/env python3
"""How a large server compares with a small one: the same few things are done on two seeded databases, and timed.

    KOLLEGIUM_BIN=target/release/kollegium python3 compat-tests/scale.py [--db sqlite|postgres] [--posts 1000000] ...

Prints the median of each in milliseconds on the small and on the large one, and their ratio; fails where one is above 2 (and the
difference above a millisecond).  It takes minutes, and a release build; run.py does not run it.
"""
import argparse
import http.client
import json
import statistics
import sys
import time
import urllib.parse

from harness import Postgres, Server, binary

PASSWORD = "Seed-password-1!"
SMALL = {"people": 60, "channels": 10, "posts": 500, "replies": 60}
ROUNDS = 15


class Client:
    """One connection, one person."""

    def __init__(self, base):
        self.http = http.client.HTTPConnection(urllib.parse.urlsplit(base).netloc)
        self.token = None

    def call(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        self.http.request(method, "/api/v4" + path, json.dumps(body) if body is not None else None, headers)
        answer = self.http.getresponse()
        data = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {data[:300]}")
        return json.loads(data), answer.headers

    def log_in(self, name):
        user, headers = self.call("POST", "/users/login", {"login_id": name, "password": PASSWORD})
        self.token = headers["Token"]
        return user


def measure(base):
    """{what: median milliseconds}"""
    me, other = Client(base), Client(base)
    me.log_in("seed-00001"), other.log_in("seed-00002")
    team = me.call("GET", "/teams/name/seed")[0]["id"]
    named = lambda name: me.call("GET", f"/teams/{team}/channels/name/{name}")[0]["id"]
    many, long, square = named("seed-many-posts"), named("seed-long-thread"), named("town-square")
    root = me.call("GET", f"/channels/{long}/posts?per_page=1&collapsedThreads=true")[0]["order"][0]
    newest = me.call("GET", f"/channels/{many}/posts?per_page=200")[0]["order"]
    pages = iter(range(1, 10_000))
    say = lambda channel, **more: other.call("POST", "/posts", {"channel_id": channel, "message": "one more", **more})
    view = lambda channel: me.call("POST", "/channels/members/me/view", {"channel_id": channel})
    doings = {
        "open a channel": (lambda: say(many), lambda _: me.call("GET", f"/channels/{many}/posts?per_page=60")),
        "open at the first unread": (lambda: say(many), lambda _: me.call("GET", f"/users/me/channels/{many}/posts/unread?limit_before=30&limit_after=30")),
        "page back": (lambda: newest[next(pages) % 190], lambda at: me.call("GET", f"/channels/{many}/posts?before={at}&per_page=60")),
        "mark read": (lambda: say(many), lambda _: view(many)),
        "post": (lambda: None, lambda _: me.call("POST", "/posts", {"channel_id": many, "message": "hello"})),
        "post in the town square": (lambda: None, lambda _: me.call("POST", "/posts", {"channel_id": square, "message": "hello"})),
        "open the town square": (lambda: say(square), lambda _: me.call("GET", f"/channels/{square}/posts?per_page=60")),
        "mark the town square read": (lambda: say(square), lambda _: view(square)),
        "open a thread": (lambda: say(long, root_id=root), lambda _: me.call("GET", f"/posts/{root}/thread?perPage=60&direction=down")),
        "reply in a thread": (lambda: None, lambda _: me.call("POST", "/posts", {"channel_id": long, "root_id": root, "message": "yes"})),
        "mark a thread read": (lambda: say(long, root_id=root), lambda _: me.call("PUT", f"/users/me/teams/{team}/threads/{root}/read/{int(time.time() * 1000)}")),
        "the inbox of threads": (lambda: say(long, root_id=root), lambda _: me.call("GET", f"/users/me/teams/{team}/threads?extended=true&per_page=25")),
        "people of a team": (lambda: None, lambda _: me.call("GET", f"/users?in_team={team}&page=0&per_page=60")),
        "find people": (lambda: None, lambda _: me.call("GET", f"/users/autocomplete?in_team={team}&in_channel={square}&name=seed-0000")),
        "one of one's channels": (lambda: None, lambda _: me.call("GET", f"/channels/{many}/members/me")),
    }
    taken = {}
    for what, (before, act) in doings.items():
        times = []
        for _ in range(ROUNDS):
            given = before()
            start = time.perf_counter()
            act(given)
            times.append((time.perf_counter() - start) * 1000)
        taken[what] = statistics.median(times)
    return taken


def seeded(db, postgres, sizes):
    """The times on a database of that size."""
    server = Server(db, postgres)
    print(server.command("dev", "seed", *(f"--{name}={size}" for name, size in sizes.items())).strip(), flush=True)
    with server:
        return measure(server.base)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--db", default="sqlite", choices=["sqlite", "postgres"])
    for name, size in {"people": 20_000, "channels": 500, "posts": 1_000_000, "replies": 5_000}.items():
        parser.add_argument(f"--{name}", type=int, default=size)
    args = vars(parser.parse_args())
    db = args.pop("db")
    print(binary())
    if db == "postgres":
        with Postgres() as cluster:
            small, large = seeded(db, cluster, SMALL), seeded(db, cluster, args)
    else:
        small, large = seeded(db, None, SMALL), seeded(db, None, args)
    slow = []
    for what, before in small.items():
        after = large[what]
        print(f"{what:28} {before:8.2f} ms {after:8.2f} ms {after / before:6.1f}x")
        if after > 2 * before and after - before > 1:
            slow.append(what)
    if slow:
        sys.exit("slower than twice: " + ", ".join(slow))


if __name__ == "__main__":
    main()
