#!/usr/bin/env python3
"""Runs every test there is: cargo's, the official clients, the recorded answers and the kill test.

    python3 compat-tests/run.py [--db both|sqlite|postgres] [--only js,redux,...] [--areas users,teams,...] [--rounds 5] [--jobs 2] [--lint]

Each suite gets servers of its own (harness.py) on each database.  What it printed is in compat-tests/out/, and here when it failed.
A suite whose runtime is missing is skipped aloud; with CI=true it fails.  Installs what pip and npm bring, into .venv and node_modules.
"""
import argparse
import concurrent.futures
import contextlib
import dataclasses
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import venv

import harness
import schema as made
from harness import CHECKOUT, Postgres, Server, Unavailable, control, merged

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE / "out"
PARITY = HERE.parent.parent / "shared" / "parity"
CI = os.environ.get("CI") == "true"
MINUTE = 60
# Plain text in the logs, and nothing written beside the recorded answers.
ENV = {"NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
INSTALLING = threading.Lock()
TOTAL = re.compile(r"^(\d+) of (\d+) steps the same(?:, (\d+) deviate on purpose)?$", re.M)


class Failed(Exception):
    """A suite found a fault; the message says which."""


def run(argv, log, minutes, env=None, cwd=HERE):
    """Runs a command, its output going to a file.  Everything it started ends with it, at the latest when the time is up."""
    with open(log, "ab") as out:
        process = subprocess.Popen([str(a) for a in argv], cwd=cwd, env=os.environ | ENV | (env or {}), stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=out, start_new_session=True)
        try:
            return process.wait(minutes * MINUTE)
        except subprocess.TimeoutExpired:
            raise Failed(f"not done after {minutes} minutes") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM if process.poll() is None else signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def check(argv, log, minutes, **more):
    if code := run(argv, log, minutes, **more):
        raise Failed(f"{' '.join(str(a) for a in argv)} ended with {code}")


# -- what suites need --------------------------------------------------------
def python():
    """The Python of compat-tests/.venv, made when it is missing or older than requirements.txt."""
    folder, wanted = HERE / ".venv", (HERE / "requirements.txt").read_text()
    have = folder / "installed.txt"
    with INSTALLING:
        if not have.exists() or have.read_text() != wanted:
            shutil.rmtree(folder, ignore_errors=True)
            try:
                venv.create(folder, with_pip=True)
                check([folder / "bin/python", "-m", "pip", "install", "--quiet", "--requirement", HERE / "requirements.txt"], OUT / "pip.log", 10)
            except (Failed, subprocess.CalledProcessError) as e:
                raise Unavailable(f"compat-tests/.venv could not be made: {e}") from e
            have.write_text(wanted)
    return folder / "bin/python"


def npm(folder):
    """npm, with a folder's packages installed as its lock file says."""
    found, node = shutil.which("npm"), shutil.which("node")
    if not found or not node:
        raise Unavailable("node and npm are not installed")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20).stdout
    if [int(n) for n in re.findall(r"\d+", version)[:2]] < [20, 19]:
        raise Unavailable(f"node 20.19 or newer is needed, this is {version.strip()}")
    lock, have = folder / "package-lock.json", folder / "node_modules/installed.json"
    with INSTALLING:
        if not have.exists() or have.read_text() != lock.read_text():
            try:
                check([found, "ci"], OUT / "npm.log", 10, cwd=folder)
            except Failed as e:
                raise Unavailable(f"npm ci in {folder.name}/: {e}") from e
            shutil.copyfile(lock, have)
    return found


def chromium():
    for name in (os.environ.get("KOLLEGIUM_BROWSER"), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    raise Unavailable("no Chromium is installed")


def parity_folder():
    if not (PARITY / "parity.py").exists():
        raise Unavailable(f"the recorded answers are not at {PARITY}")
    return PARITY


@dataclasses.dataclass
class RunOn:
    """What a suite is told: the database, its cluster (or why there is none), and the rounds of the kill test."""
    db: str
    postgres: Postgres | Unavailable | None
    rounds: int


# -- suites ------------------------------------------------------------------
@contextlib.contextmanager
def served(run_on, log, **more):
    """A server and what its tests need to know about it.  When they fail, the log of the server goes behind theirs."""
    with Server(run_on.db, run_on.postgres, **more) as server, control(server) as address:
        try:
            yield server, {"KOLLEGIUM_BASE": server.base, "KOLLEGIUM_CONTROL": address}
        except BaseException:
            with open(log, "a") as out:
                out.write(f"\n--- the server's log ends:\n{server.tail()}")
            raise


def go(run_on, log):
    if not shutil.which("go"):
        raise Unavailable("go is not installed")
    program = OUT / f"go-{run_on.db}.test"
    with INSTALLING:
        if run(["go", "mod", "download"], OUT / "go.log", 10, cwd=HERE / "go"):
            raise Unavailable("the modules of the official Go client could not be fetched: see compat-tests/out/go.log")
        check(["go", "test", "-c", "-o", program, "."], log, 10, cwd=HERE / "go")
    with served(run_on, log) as (_, env):
        check([program, "-test.v", "-test.timeout=5m"], log, 6, env=env, cwd=HERE / "go")


def node(script):
    def suite(run_on, log):
        folder = HERE / "js"
        tool = npm(folder)
        check([tool, "run", "--silent", "check"], log, 3, cwd=folder)
        with served(run_on, log) as (_, env):
            check([tool, "run", "--silent", script], log, 5, env=env, cwd=folder)
    return suite


def autodriver(run_on, log):
    tool = python()
    with served(run_on, log) as (_, env):
        check([tool, HERE / "python/test_autodriver.py"], log, 5, env=env)


def browser(run_on, log):
    folder, program = HERE / "browser", chromium()
    tool = npm(folder)
    with tempfile.TemporaryDirectory(prefix="kollegium-client-") as client:
        check([tool, "run", "--silent", "bundle", "--", f"--outdir={client}"], log, 2, cwd=folder)
        shutil.copy(folder / "page/root.html", client)
        with served(run_on, log) as (plain, _), served(run_on, log, client_dir=client) as (_, env):
            env |= {"KOLLEGIUM_LANDING": plain.base, "KOLLEGIUM_BROWSER": program}
            check([tool, "run", "--silent", "test"], log, 8, env=env, cwd=folder)


def floors():
    """{area: steps that must at least be as recorded}; None stands for all of them."""
    out = {}
    for line in (HERE / "parity-floor.tsv").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            area, least = line.split("\t")
            out[area] = None if least == "all" else int(least)
    return out


def parity(area):
    def suite(run_on, log):
        folder, tool, port = parity_folder(), python(), harness.free_port()
        settings = merged(json.loads((folder / "settings.json").read_text()), {"EmailSettings": {"SMTPPort": str(port)}})
        with served(run_on, log, settings=settings) as (server, _):
            code = run([tool, folder / "parity.py", "check", "--base", server.base, "--smtp-port", port, "--only", f"^{area}/",
                        "--deviations", HERE / "deviations.tsv"], log, 25)
        found = TOTAL.search(log.read_text(errors="replace"))
        if not found:
            raise Failed(f"parity.py ended with {code} and told no result")
        good, total = int(found[1]) + int(found[3] or 0), int(found[2])
        least = floors().get(area)
        said = f"{good} of {total} steps" + (f", {found[3]} of them deviate on purpose" if found[3] else "")
        if total == 0 or good < (total if least is None else least):
            raise Failed(f"{said}; at least {'all' if least is None else least} are wanted")
        return said + (f" (the floor of {least} can be raised)" if least is not None and good > least else "")
    return suite


def rust(run_on, log):
    """cargo test; on PostgreSQL those of the API and of log-in by a directory alone, as nothing else looks at the database."""
    if run_on.db == "postgres":
        _, url = run_on.postgres.database()
        check(["cargo", "test", "--locked", "--test", "api", "--test", "ldap"], log, 30, env={"KOLLEGIUM_TEST_POSTGRES": url}, cwd=HERE.parent)
    else:
        check(["cargo", "test", "--locked"], log, 40, cwd=HERE.parent)


def kill(run_on, log):
    check([python(), HERE / "kill/kill.py", "--db", run_on.db, "--rounds", str(run_on.rounds)], log, 5 + run_on.rounds)


def sso(run_on, log):
    """Sign-in by a certified OpenID provider, and by one that lies: where only staff may come in, and where everybody may."""
    folder, program = HERE / "sso", chromium()
    tool = npm(folder)
    honest, liar = harness.free_port(), harness.free_port()
    client = {"Enable": True, "Id": "kollegium", "Secret": "a secret of at least thirty-two letters"}
    discovery = "http://127.0.0.1:{}/.well-known/openid-configuration"
    openid = client | {"DiscoveryEndpoint": discovery.format(honest), "UsePreferredUsername": True}
    strict = {
        "OpenIdSettings": openid | {"Scope": "openid profile email offline_access"},
        "GoogleSettings": client | {"DiscoveryEndpoint": discovery.format(liar), "Scope": "openid profile email"},
        "KollegiumSettings": {"StaffClaim": "groups", "StaffClaimValues": "staff", "AdmissionRecheckMinutes": 0,
                              "AdmissionRefusalText": "This is for only staff; ask the office."},
    }
    there = f"http://127.0.0.1:{liar}/gitlab"
    lenient = {
        "OpenIdSettings": openid | {"Scope": "openid profile email"},
        "GitLabSettings": client | {"AuthEndpoint": f"{there}/authorize", "TokenEndpoint": f"{there}/token", "UserAPIEndpoint": f"{there}/user"},
    }
    with served(run_on, log, settings=strict) as (_, env), served(run_on, log, settings=lenient) as (open_server, _):
        command = [open_server.binary, "--config", open_server.config, "--data-dir", open_server.data]
        env |= {"KOLLEGIUM_OPEN": open_server.base, "KOLLEGIUM_COMMAND": json.dumps([str(part) for part in command]),
                "KOLLEGIUM_BROWSER": program, "SSO_PORT": str(honest), "LIAR_PORT": str(liar)}
        check([tool, "run", "--silent", "test"], log, 5, env=env, cwd=folder)


def schema(run_on, log):
    """The schema of a new PostgreSQL database is the reference's, and the embedded database has the same names."""
    if run_on.db != "postgres":
        return "compared on postgres"
    facts = parity_folder().parent / "reference/schema"
    name, source = run_on.postgres.database()
    with tempfile.TemporaryDirectory(prefix="kollegium-schema-") as data:
        for env in ({"MM_SQLSETTINGS_DRIVERNAME": "postgres", "MM_SQLSETTINGS_DATASOURCE": source}, {}):
            check([harness.binary(), "db", "migrate", "--config", f"{data}/config.json", "--data-dir", data], log, 2, env=env)
        if found := made.differences(run_on.postgres, name, facts) + made.twins(run_on.postgres, name, f"{data}/kollegium.db"):
            raise Failed("\n".join(["it differs:", *found]))


SUITES = {"schema": schema, "rust": rust, "go": go, "js": node("client"),
          "everyday": node("everyday"), "organisation": node("organisation"), "redux": node("redux"), "python": autodriver, "browser": browser, "sso": sso, "kill": kill}


# -- building ----------------------------------------------------------------
def build(lint):
    """Everything the suites run.  Clippy compiles while it looks, so that lints cost no second build; the suites use what it built."""
    if not lint:
        subprocess.run(["cargo", "build", "--locked", "--quiet"], cwd=CHECKOUT, check=True)
        return
    sysroot = subprocess.run(["rustc", "--print", "sysroot"], cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout.strip()
    clippy = pathlib.Path(sysroot) / "bin/clippy-driver"
    if not clippy.exists():
        sys.exit("run.py: clippy is not installed (rustup component add clippy rustfmt)")
    os.environ["RUSTC_WORKSPACE_WRAPPER"] = str(clippy)
    subprocess.run(["cargo", "fmt", "--check"], cwd=CHECKOUT, check=True)
    log = OUT / "build.log"
    log.unlink(missing_ok=True)
    code = run(["cargo", "build", "--locked", "--all-targets"], log, 40, cwd=CHECKOUT)
    said = log.read_text(errors="replace")
    if code or re.search(r"^(warning|error)", said, re.M):
        sys.exit(f"{said[-20_000:]}\nrun.py: the build failed, or rustc or clippy warns")


# -- running -----------------------------------------------------------------
def attempt(name, suite, run_on):
    """One suite on one database: a line of its result, and 'passed', 'failed' or 'skipped'."""
    log, start = OUT / f"{name.replace(' ', '-')}-{run_on.db}.log", time.monotonic()
    log.unlink(missing_ok=True)
    title = f"{name} on {run_on.db}"
    try:
        if run_on.db == "postgres" and isinstance(run_on.postgres, Unavailable):
            raise run_on.postgres
        said = suite(run_on, log)
        result, line = "passed", f"passed   {title}" + (f": {said}" if said else "")
    except Unavailable as e:
        result = "failed" if CI else "skipped"
        return result, f"{'FAILED ' if CI else 'SKIPPED'}  {title}: {e}"
    except Exception as e:
        result, line = "failed", f"FAILED   {title}: {e if isinstance(e, Failed) else f'{type(e).__name__}: {e}'}"
        if log.exists():
            line += "\n" + "\n".join("         | " + x for x in log.read_text(errors="replace").splitlines()[-80:])
    return result, f"{line} ({time.monotonic() - start:.0f} s)" if "\n" not in line else line


def chosen(args):
    """The suites asked for, the long ones first, as {name: function}."""
    only = args.only.split(",") if args.only else [*SUITES, "parity"]
    if unknown := set(only) - {*SUITES, "parity"}:
        sys.exit(f"run.py: no suite {', '.join(sorted(unknown))}; there are {', '.join([*SUITES, 'parity'])}")
    areas = (args.areas.split(",") if args.areas else list(floors())) if "parity" in only else []
    return {f"parity {a}": parity(a) for a in areas} | {n: SUITES[n] for n in only if n != "parity"}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--db", choices=["sqlite", "postgres", "both"], default="both")
    p.add_argument("--only", help=f"comma-separated: {', '.join([*SUITES, 'parity'])}")
    p.add_argument("--areas", help="parity areas, comma-separated; those of parity-floor.tsv unless told otherwise")
    p.add_argument("--rounds", type=int, default=5, help="of the kill test")
    p.add_argument("--jobs", type=int, default=max(2, os.cpu_count() or 2), help="suites that run at the same time")
    p.add_argument("--lint", action="store_true", help="formatting and clippy too, without a warning")
    args = p.parse_args()
    harness.leave_on_sigterm()
    OUT.mkdir(exist_ok=True)
    try:
        if "KOLLEGIUM_BIN" not in os.environ:
            start = time.monotonic()
            build(args.lint)
            print(f"built in {time.monotonic() - start:.0f} s", flush=True)
        print(f"server: {harness.binary()}", flush=True)
    except Unavailable as e:
        sys.exit(f"run.py: {e}")
    results = {"passed": 0, "failed": 0, "skipped": 0}
    with contextlib.ExitStack() as stack:
        runs = []
        if args.db in ("postgres", "both"):
            try:
                runs.append(RunOn("postgres", stack.enter_context(Postgres()), args.rounds))
            except Unavailable as e:
                runs.append(RunOn("postgres", e, args.rounds))
        if args.db in ("sqlite", "both"):
            runs.append(RunOn("sqlite", None, args.rounds))
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(args.jobs))
        waiting = [pool.submit(attempt, name, suite, r) for name, suite in chosen(args).items() for r in runs]
        for done in concurrent.futures.as_completed(waiting):
            result, line = done.result()
            results[result] += 1
            print(line, flush=True)
    print(f"{results['passed']} passed, {results['failed']} failed, {results['skipped']} skipped")
    return 1 if results["failed"] or not results["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
