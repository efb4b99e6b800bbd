#!/usr/bin/env python3
"""Private servers for tests: Kollegium on SQLite or PostgreSQL, on loopback, with data that vanish afterwards.

    with Postgres() as pg, Server("postgres", pg) as server:
        server.base, server.pid          # http://127.0.0.1:<port>, process id
        server.restart(), server.kill()  # SIGTERM or SIGKILL, and up again on the same port and data

By hand:  python3 compat-tests/harness.py [--db sqlite|postgres] [--client-dir DIR] [COMMAND ...]
runs COMMAND with KOLLEGIUM_BASE in its environment, or waits for Ctrl-C.

It builds nothing: the binary is $KOLLEGIUM_BIN, else target/debug/kollegium of this checkout.  Python's standard library only.
"""
import argparse
import contextlib
import http.server
import itertools
import json
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
CHECKOUT = HERE.parent
START_SECONDS = 60
STOP_SECONDS = 20

# What the suites need beyond the defaults.  Parity brings its own settings.
SETTINGS = {
    "TeamSettings": {"EnableOpenServer": True, "MaxUsersPerTeam": 1000},
    "EmailSettings": {"SendEmailNotifications": False, "RequireEmailVerification": False},
    "ServiceSettings": {"EnableUserAccessTokens": True},
    "PluginSettings": {"Enable": False},
    "RateLimitSettings": {"Enable": False},
    # A build for tests takes a second for each sign-up and log-in otherwise, which is most of what tests do.
    "KollegiumSettings": {"PasswordWorkFactor": 1000},
}


class Unavailable(Exception):
    """Something that a test needs is not on this machine."""


def free_port():
    """A loopback port that nobody listens on just now.

    From below the range that outgoing connections draw theirs from: otherwise a client that keeps calling a stopped server can come
    to sit on the port itself, and the server cannot start again.
    """
    for port in random.sample(range(10_000, 30_000), 200):
        with contextlib.suppress(OSError), socket.socket() as s:
            s.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no free port")


def merged(*trees):
    """Settings laid over one another, section by section; the last one wins."""
    out = {}
    for tree in trees:
        for section, values in tree.items():
            out.setdefault(section, {}).update(values)
    return out


def binary():
    """Path of the server under test."""
    target = os.environ.get("CARGO_TARGET_DIR", CHECKOUT / "target")
    path = pathlib.Path(os.environ.get("KOLLEGIUM_BIN") or pathlib.Path(target) / "debug" / "kollegium")
    if not path.exists():
        raise Unavailable(f"no server at {path}: run `cargo build`, or set KOLLEGIUM_BIN")
    return path


def end(process, how=signal.SIGTERM, seconds=STOP_SECONDS):
    """Ends a process of ours and waits for it; true if it went at the first signal."""
    if process.poll() is not None:
        return True
    process.send_signal(how)
    try:
        process.wait(seconds)
        return True
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False


class Postgres:
    """A PostgreSQL cluster of our own; database() makes an empty database in it."""

    def __init__(self):
        self.port, self.count, self.process = free_port(), itertools.count(1), None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kollegium-pg-"))
        self.log = self.folder / "log"
        # PostgreSQL refuses to run as root.
        self.account = {}
        if os.geteuid() == 0:
            try:
                entry = pwd.getpwnam("postgres")
            except KeyError:
                raise Unavailable("PostgreSQL does not run as root and there is no user postgres") from None
            self.account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)

    @staticmethod
    def tool(name):
        """Path of a PostgreSQL program; Debian keeps the server's outside PATH, the newest version is taken."""
        versions = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: float(p.parts[4]))
        found = str(versions[-1]) if versions else shutil.which(name)
        if not found:
            raise Unavailable(f"PostgreSQL's {name} is not installed")
        return found

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.__exit__()
            raise

    def start(self):
        data = self.folder / "data"
        made = subprocess.run([self.tool("initdb"), "-D", data, "-U", "kollegium", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
                               "--no-sync"], cwd=self.folder, capture_output=True, text=True, timeout=120, **self.account)
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr}")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [self.tool("postgres"), "-D", data, "-p", str(self.port), "-k", self.folder, "-c", "listen_addresses=127.0.0.1",
                 "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200"],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **self.account)
        until = time.monotonic() + START_SECONDS
        while self.sql("SELECT 1", check=False) != "1":
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.1)
        return self

    def __exit__(self, *_):
        if self.process:
            end(self.process, signal.SIGINT)                                 # a fast shutdown: clients are cut off
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, text, database="postgres", check=True):
        """Runs SQL by psql; the answer as unaligned text."""
        done = subprocess.run([self.tool("psql"), "-h", "127.0.0.1", "-p", str(self.port), "-U", "kollegium", "-d", database, "-qAtX",
                               "-v", "ON_ERROR_STOP=1", "-c", text], cwd=self.folder, capture_output=True, text=True, timeout=60)
        if check and done.returncode:
            raise RuntimeError(f"psql: {done.stderr}")
        return done.stdout.strip()

    def database(self):
        """A new database's name and its data source."""
        name = f"kollegium{next(self.count)}"
        self.sql(f"CREATE DATABASE {name}")
        return name, f"postgres://kollegium:kollegium@127.0.0.1:{self.port}/{name}?sslmode=disable"


class Server:
    """Kollegium on a free port with an empty database, answering once the with block begins."""

    def __init__(self, db="sqlite", postgres=None, settings=None, client_dir=None):
        self.db, self.postgres, self.client_dir, self.process = db, postgres, client_dir, None
        self.binary = binary()
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kollegium-test-"))
        self.data, self.config, self.log = self.folder / "data", self.folder / "config.json", self.folder / "log"
        self.database = None
        sql = {}
        if db == "postgres":
            self.database, source = postgres.database()
            sql = {"SqlSettings": {"DriverName": "postgres", "DataSource": source}}
        address = {"ServiceSettings": {"ListenAddress": f"127.0.0.1:{self.port}", "SiteURL": self.base}}
        self.config.write_text(json.dumps(merged(SETTINGS, settings or {}, sql, address), indent=1))

    @property
    def pid(self):
        return self.process.pid

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process:
            end(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        """Starts the process and waits until it answers pings."""
        command = [str(self.binary), "serve", "--config", str(self.config), "--data-dir", str(self.data)]
        if self.client_dir:
            command += ["--client-dir", str(self.client_dir)]
        # Settings of whoever runs the tests must not reach the server under test.
        env = {k: v for k, v in os.environ.items() if not k.startswith("MM_")}
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True)
        until = time.monotonic() + START_SECONDS
        while (problem := self.ping()) is not None:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.tail()}")
            if time.monotonic() > until:
                raise RuntimeError(f"no good answer to ping within {START_SECONDS} s, the last: {problem}\n{self.tail()}")
            time.sleep(0.03)

    def command(self, *command):
        """What another command says that is run on this server's settings and data; to be called while the server is down."""
        place = ["--config", str(self.config), "--data-dir", str(self.data)]
        env = {k: v for k, v in os.environ.items() if not k.startswith("MM_")}
        return subprocess.run([str(self.binary), *command, *place], cwd=self.folder, env=env, stdin=subprocess.DEVNULL, check=True,
                              stdout=subprocess.PIPE, text=True).stdout

    def ping(self):
        """None if the server is up, else what was wrong."""
        try:
            with urllib.request.urlopen(self.base + "/api/v4/system/ping", timeout=5):
                return None
        except OSError as e:                                                 # HTTPError and URLError are OSErrors
            return e

    def stop(self):
        """SIGTERM; a server that has to be killed after all, or ends with another code than 0, is a fault."""
        if not end(self.process):
            raise RuntimeError(f"still there {STOP_SECONDS} s after SIGTERM:\n{self.tail()}")
        if self.process.returncode != 0:
            raise RuntimeError(f"ended with {self.process.returncode} after SIGTERM:\n{self.tail()}")

    def restart(self):
        self.stop()
        self.start()

    def kill(self, start=True):
        """SIGKILL, and up again unless told otherwise."""
        end(self.process, signal.SIGKILL)
        if start:
            self.start()

    def tail(self, characters=4000):
        """The end of the server's log."""
        return self.log.read_text(errors="replace")[-characters:] if self.log.exists() else "(no log)"


@contextlib.contextmanager
def control(server):
    """An address at which a test in any language restarts the server: POST /restart (SIGTERM), /kill (SIGKILL), /stop, /start.

    Answers 200 once it has happened (and the server answers pings again), else 500 with the reason.
    """
    acts = {"/restart": server.restart, "/kill": server.kill, "/stop": server.stop, "/start": server.start}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            try:
                acts[self.path]()
                status, said = 200, b"done"
            except Exception as e:                                           # reported to the test, which fails by it
                status, said = 500, f"{type(e).__name__}: {e}".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_):
            pass

    listener = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}"
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


def leave_on_sigterm():
    """Makes SIGTERM end this program like Ctrl-C, so that with blocks clean up."""
    def leave(*_):
        sys.exit(143)
    signal.signal(signal.SIGTERM, leave)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    p.add_argument("--client-dir")
    p.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND ...")
    args = p.parse_args()
    leave_on_sigterm()
    with contextlib.ExitStack() as stack:
        pg = stack.enter_context(Postgres()) if args.db == "postgres" else None
        server = stack.enter_context(Server(args.db, pg, client_dir=args.client_dir))
        address = stack.enter_context(control(server))
        if args.command:
            env = os.environ | {"KOLLEGIUM_BASE": server.base, "KOLLEGIUM_CONTROL": address, "KOLLEGIUM_PID": str(server.pid)}
            return subprocess.run(args.command, env=env).returncode
        print(json.dumps({"base": server.base, "pid": server.pid, "control": address, "data": str(server.data)}), flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Unavailable as e:
        sys.exit(f"harness: {e}")
