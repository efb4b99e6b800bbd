"""The schema that Kollegium makes, held against the reference server's: what makes a database adoptable and returnable."""
import csv
import pathlib
import sqlite3

VIEWS = {"poststats", "posts_by_team_day", "bot_posts_by_team_day", "file_stats", "attributeview"}
# By name, not by position: the reference dropped a column in between once, and nobody counts.
COLUMNS = """SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'NO' ELSE 'YES' END,
                    COALESCE(pg_get_expr(d.adbin, d.adrelid), '')
               FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
              WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped"""
INDEXES = "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'"
OURS = ("kollegium_", "idx_kollegium_")


def table(folder, name, *columns):
    """The rows of one of the reference's tables of facts, as tuples of these columns."""
    with open(folder / f"{name}.tsv", newline="") as file:
        return {tuple(row[c] for c in columns) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def rows(postgres, database, query):
    return {tuple(line.split("|")) for line in postgres.sql(query, database).splitlines()}


def differences(postgres, database, folder: pathlib.Path):
    """What a new PostgreSQL database lacks or has beyond the reference's, one sentence each."""
    out = []
    # (what, how it is here, how the reference has it); what the reference makes without listing it is left out.
    pairs = [
        ("column", rows(postgres, database, COLUMNS), table(folder, "columns", "table", "column", "type", "nullable", "default")),
        ("index", rows(postgres, database, INDEXES), table(folder, "indexes", "table", "index")),
        ("migration", rows(postgres, database, "SELECT version, name FROM db_migrations"), table(folder, "versions", "version", "name")),
        ("view", rows(postgres, database, "SELECT matviewname FROM pg_matviews"), {(v,) for v in VIEWS}),
    ]
    for what, here, there in pairs:
        here = {r for r in here if not r[0].startswith(OURS) and r[0] != "db_migrations" and not r[-1].startswith(OURS)}
        out += [f"{what} missing: {' '.join(r)}" for r in sorted(there - here)]
        out += [f"{what} not of the reference: {' '.join(r)}" for r in sorted(here - there)]
    return out


def twins(postgres, database, file):
    """Where the embedded database has other tables or columns than PostgreSQL."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
        # Virtual tables are left out before they are looked at: Python's SQLite may be too old to open ours.
        plain = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'").fetchall()
        names = [(t, c.lower()) for (t,) in plain for (c,) in db.execute("SELECT name FROM pragma_table_info(?)", (t,))]
        # Full-text search is the one fork: its tables and columns are each database's own.
        embedded = {r for r in names if "_fts" not in r[0] and "search" not in r[0] and not r[0].startswith("sqlite_") and r != ("posts", "seq")}
    theirs = {r[:2] for r in rows(postgres, database, COLUMNS) if "search" not in r[0] and r[0] != "db_migrations"}
    return [f"only on PostgreSQL: {'.'.join(r)}" for r in sorted(theirs - embedded)] + [
        f"only on SQLite: {'.'.join(r)}" for r in sorted(embedded - theirs)]
