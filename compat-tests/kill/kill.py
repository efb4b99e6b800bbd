#!/usr/bin/env python3
"""Kills the server in the middle of writes, again and again, and looks for what got lost or came twice.

    kill.py [--db sqlite|postgres] [--rounds 5] [--seed N]

Writers post without pause, some of it as replies.  Listeners hear over WebSockets and come back after each loss: with connection_id and
sequence_number, and by fetching since the last post they have when the server could not resume.  In each round some sockets are cut
first, then the server gets SIGKILL and starts again.  When the dust has settled:

- every post that was answered 201 is there exactly once, under the id of the answer; an unanswered one is there once or not at all;
- every listener has exactly the posts that are there; none was heard twice, no sequence number was left out;
- the counters of a channel (messages, roots, last post) are those of its posts: no half-written row.

Needs websocket-client from PyPI beside the standard library.
"""
import argparse
import collections
import contextlib
import http.client
import json
import pathlib
import random
import socket
import sqlite3
import sys
import threading
import time

import websocket

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import harness                                                               # noqa: E402

PASSWORD = "Secret-pass-1!"
WRITERS, LISTENERS, CHANNELS = 4, 6, 3
PAUSE = 0.008                # between two posts of a writer: the reference keeps 256 events for a lost socket, more is no test of resuming
SETTLE_SECONDS = 20
LOST = (OSError, http.client.HTTPException)


class Api:
    """One person's REST connection; safe for one thread."""

    def __init__(self, base, token=None):
        self.host, self.token, self.connection = base.removeprefix("http://"), token, None

    def call(self, method, path, body=None):
        """Status, parsed body and headers.  A lost connection raises one of LOST."""
        if not self.connection:
            self.connection = http.client.HTTPConnection(self.host, timeout=15)
        head = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        try:
            self.connection.request(method, "/api/v4" + path, None if body is None else json.dumps(body), head)
            answer = self.connection.getresponse()
            return answer.status, json.loads(answer.read()), answer.headers
        except BaseException:
            self.connection.close()
            self.connection = None
            raise

    def ok(self, method, path, body=None):
        """The body of an answer that must be good; a connection lost in between is tried once more."""
        for attempt in (1, 2):
            try:
                status, said, _ = self.call(method, path, body)
                break
            except LOST:
                if attempt == 2:
                    raise
        if status not in (200, 201):
            raise AssertionError(f"{method} {path}: {status} {said}")
        return said

    def posts(self, channel, query):
        """The people's posts among those that a query lists, as {id: post}."""
        said = self.ok("GET", f"/channels/{channel}/posts?{query}")
        found = [said["posts"][i] for i in said["order"]]
        return {p["id"]: p for p in found if not p["type"] and not p["delete_at"]}, len(found)

    def all_posts(self, channel):
        out, page = {}, 0
        while True:
            found, count = self.posts(channel, f"page={page}&per_page=200")
            out.update(found)
            if count == 0:
                return out
            page += 1


class Worker(threading.Thread):
    """A thread that works until the test ends, and keeps what went wrong in `faults`."""

    def __init__(self, test, name):
        super().__init__(name=name, daemon=True)
        self.test, self.faults = test, []

    def run(self):
        try:
            while not self.test.over.is_set():
                self.work()
        except Exception as e:
            self.faults.append(f"{self.name} broke: {type(e).__name__}: {e}")


class Writer(Worker):
    """Posts one numbered message after the other, and notes what became of each."""

    def __init__(self, test, name, token, channels):
        super().__init__(test, name)
        self.api, self.channels, self.number, self.root = Api(test.server.base, token), channels, 0, {}
        self.answered, self.unanswered = {}, set()                           # message: post id; messages without an answer

    def work(self):
        if not self.test.writing.wait(0.2):
            return
        channel = random.choice(self.channels)
        message = f"{self.name} {self.number}"
        root = self.root.get(channel, "") if self.number % 5 == 4 else ""
        try:
            status, post, _ = self.api.call("POST", "/posts", {"channel_id": channel, "message": message, "root_id": root,
                                                               "pending_post_id": f"{self.name}:{self.number}"})
        except ConnectionRefusedError:                                       # the server is down: nothing was sent
            time.sleep(0.02)
            return
        except LOST:
            self.unanswered.add(message)
        else:
            if status == 201:
                self.answered[message] = post["id"]
                if not root:
                    self.root[channel] = post["id"]
            else:
                self.faults.append(f"{self.name}: a post was answered {status} {post}")
        self.number += 1
        time.sleep(PAUSE)


class Listener(Worker):
    """Hears as the official clients do, and keeps the posts it knows of."""

    def __init__(self, test, name, token, channels):
        super().__init__(test, name)
        self.api, self.channels = Api(test.server.base, token), channels
        self.url = test.server.base.replace("http", "ws", 1) + "/api/v4/websocket"
        self.id, self.next, self.resumed, self.anew, self.socket = "", 0, 0, 0, None
        self.known, self.heard = {}, collections.Counter()
        self.cutting = threading.Event()

    def work(self):
        try:
            self.socket = websocket.create_connection(f"{self.url}?connection_id={self.id}&sequence_number={self.next}", timeout=10,
                                                      header=[f"Authorization: Bearer {self.api.token}"])
            self.socket.settimeout(0.3)
            self.listen()
        except (websocket.WebSocketException, *LOST):
            time.sleep(0.1)
        finally:
            with contextlib.suppress(Exception):
                self.socket.shutdown()

    def listen(self):
        first = True
        while not self.test.over.is_set():
            if self.cutting.is_set():
                self.cutting.clear()
                self.socket.sock.shutdown(socket.SHUT_RDWR)                  # no closing handshake
                return
            try:
                text = self.socket.recv()
            except websocket.WebSocketTimeoutException:
                continue
            if not text:
                return
            self.take(json.loads(text), first)
            first = False

    def take(self, message, first):
        if "event" not in message:
            return
        if message["event"] == "hello":
            self.id, self.next = message["data"]["connection_id"], 0
            self.anew += 1
        elif first:
            self.resumed += 1
        if message["seq"] != self.next:
            self.faults.append(f"{self.name}: event {message['seq']}, expected {self.next}")
        self.next = message["seq"] + 1
        if message["event"] == "hello":
            self.fetch()
        elif message["event"] == "posted":
            post = json.loads(message["data"]["post"])
            if not post["type"]:
                self.heard[post["id"]] += 1
                self.known[post["id"]] = post

    def fetch(self):
        """What an app does on a new hello: for each channel, what changed since the newest post it has.

        Half a second earlier than that: of two posts at once, the one stamped first may be committed last.
        """
        for channel in self.channels:
            newest = max((p["create_at"] for p in self.known.values() if p["channel_id"] == channel), default=500)
            found, count = self.api.posts(channel, f"since={newest - 500}")
            if count >= 1000:
                self.faults.append(f"{self.name}: more posts since {newest} than one answer holds; lower the pace of this test")
            self.known.update(found)


class Test:
    def __init__(self, server):
        self.server, self.over, self.writing = server, threading.Event(), threading.Event()
        admin = self.sign_up("admin")
        api = Api(server.base, admin[1])
        team = api.ok("POST", "/teams", {"name": "staff", "display_name": "Staff", "type": "O"})
        self.channels = [api.ok("POST", "/channels", {"team_id": team["id"], "name": f"room-{i}", "display_name": f"Room {i}",
                                                      "type": "O"})["id"] for i in range(CHANNELS)]
        people = {name: self.sign_up(name) for name in [f"writer-{i}" for i in range(WRITERS)] + [f"listener-{i}" for i in range(LISTENERS)]}
        for user, _ in people.values():
            api.ok("POST", f"/teams/{team['id']}/members", {"team_id": team["id"], "user_id": user})
            for channel in self.channels:
                api.ok("POST", f"/channels/{channel}/members", {"user_id": user})
        self.api = api
        # A channel's counters also count what no one of us posted; only what comes on top is ours.
        self.start = {c: api.ok("GET", f"/channels/{c}") for c in self.channels}
        self.writers = [Writer(self, n, t, self.channels) for n, (_, t) in people.items() if n.startswith("writer")]
        self.listeners = [Listener(self, n, t, self.channels) for n, (_, t) in people.items() if n.startswith("listener")]

    def sign_up(self, name):
        """A person's id and token."""
        api = Api(self.server.base)
        api.ok("POST", "/users", {"username": name, "email": f"{name}@example.com", "password": PASSWORD})
        status, me, headers = api.call("POST", "/users/login", {"login_id": name, "password": PASSWORD})
        assert status == 200, me
        return me["id"], headers["Token"]

    def run(self, rounds):
        for worker in [*self.listeners, *self.writers]:
            worker.start()
        try:
            self.wait(lambda: all(x.anew for x in self.listeners), "every listener has said hello")
            for n in range(1, rounds + 1):
                self.round(n)
            answered = sum(len(w.answered) for w in self.writers)
            if answered < 20 * rounds:
                raise AssertionError(f"only {answered} posts in {rounds} rounds: too few to show anything")
            if not sum(x.resumed for x in self.listeners):
                raise AssertionError("no cut socket was ever resumed")
            return answered
        finally:
            self.over.set()
            self.writing.set()
            for worker in [*self.listeners, *self.writers]:
                worker.join(20)

    def round(self, n):
        self.writing.set()
        time.sleep(random.uniform(0.3, 0.8))
        for listener in random.sample(self.listeners, LISTENERS // 2):
            listener.cutting.set()
        time.sleep(random.uniform(0.6, 1.2))
        self.server.kill(start=False)
        down = time.monotonic()
        time.sleep(random.uniform(0, 0.2))
        self.server.start()
        down = time.monotonic() - down
        time.sleep(random.uniform(0.2, 0.6))
        self.writing.clear()
        stored = self.settle()
        lost = [m for w in self.writers for m in w.unanswered]
        kept = {p["message"] for p in stored.values()}
        print(f"round {n}: {len(stored)} posts; of {len(lost)} without an answer {len(kept.intersection(lost))} were kept; "
              f"{sum(x.resumed for x in self.listeners)} resumed, {sum(x.anew for x in self.listeners)} anew; down {down:.2f} s", flush=True)

    def settle(self):
        """Waits until writers rest and listeners have caught up, then checks everything; the posts that are there."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            before = [(w.number, len(w.unanswered)) for w in self.writers]
            time.sleep(0.4)
            stored = {i: p for c in self.channels for i, p in self.api.all_posts(c).items()}
            resting = before == [(w.number, len(w.unanswered)) for w in self.writers]
            caught_up = all(set(x.known) == set(stored) for x in self.listeners)
            if resting and caught_up or time.monotonic() > deadline:
                break
        faults = [f for w in [*self.writers, *self.listeners] for f in w.faults] + [*self.check_posts(stored), *self.check_counts(stored)]
        for x in self.listeners:
            faults += [f"{x.name} never got: {stored[i]['message']}" for i in set(stored) - set(x.known)]
            faults += [f"{x.name} knows a post that is not there: {x.known[i]['message']}" for i in set(x.known) - set(stored)]
            faults += [f"{x.name} heard {n} times: {x.known[i]['message']}" for i, n in x.heard.items() if n > 1]
        if faults:
            raise AssertionError(f"{len(faults)} faults:\n" + "\n".join(faults[:20]))
        return stored

    def check_posts(self, stored):
        by_message = collections.defaultdict(list)
        for i, p in stored.items():
            by_message[p["message"]].append(i)
        for w in self.writers:
            for message, answer in w.answered.items():
                if by_message[message] != [answer]:
                    yield f"answered 201 as {answer}, there as {by_message[message]}: {message}"
            for message in w.unanswered:
                if len(by_message[message]) > 1:
                    yield f"without an answer, there {len(by_message[message])} times: {message}"
        known = {m for w in self.writers for m in [*w.answered, *w.unanswered]}
        yield from (f"there, but nobody wrote it: {m}" for m in by_message if m not in known)

    def check_counts(self, stored):
        for c in self.channels:
            now, posts = self.api.ok("GET", f"/channels/{c}"), [p for p in stored.values() if p["channel_id"] == c]
            want = {"total_msg_count": len(posts), "total_msg_count_root": sum(not p["root_id"] for p in posts)}
            for key, count in want.items():
                if now[key] - self.start[c][key] != count:
                    yield f"channel {c}: {key} rose by {now[key] - self.start[c][key]}, there are {count}"
            newest = max((p["create_at"] for p in posts), default=0)
            if now["last_post_at"] < newest:
                yield f"channel {c}: last_post_at {now['last_post_at']}, the newest post is of {newest}"

    def wait(self, check, what):
        deadline = time.monotonic() + SETTLE_SECONDS
        while not check():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {SETTLE_SECONDS} s: {what}")
            time.sleep(0.05)


def check_file(folder):
    """SQLite's own opinion of every database file that the server left."""
    files = [f for f in folder.rglob("*") if f.is_file() and f.open("rb").read(16) == b"SQLite format 3\0"]
    if not files:
        raise AssertionError(f"no SQLite database in {folder}")
    for file in files:
        with contextlib.closing(sqlite3.connect(file)) as db:
            said = db.execute("PRAGMA integrity_check").fetchall()
            if said != [("ok",)]:
                raise AssertionError(f"{file.name}: {said[:5]}")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--seed", type=int, default=random.randrange(10**6))
    args = p.parse_args()
    random.seed(args.seed)
    harness.leave_on_sigterm()
    with contextlib.ExitStack() as stack:
        pg = stack.enter_context(harness.Postgres()) if args.db == "postgres" else None
        server = stack.enter_context(harness.Server(args.db, pg))
        print(f"{args.db}, {args.rounds} rounds, seed {args.seed}", flush=True)
        try:
            answered = Test(server).run(args.rounds)
            server.stop()
            if args.db == "sqlite":
                check_file(server.data)
        except Exception as e:
            print(f"{type(e).__name__}: {e}\n--- the server's log ends:\n{server.tail()}")
            return 1
        print(f"{answered} posts were answered; none lost, none twice")
    return 0


if __name__ == "__main__":
    sys.exit(main())
