"""The plans that databases make for queries on a large site."""

import sqlite3
from contextlib import closing

from django.db import connection
from django.db.models import QuerySet

ROWS = 100_000
# As `ANALYZE` estimates them from a sample: of a column with few different values, and of others.
ROWS_PER_STATUS, ROWS_PER_VALUE = 1_000, 1
SCHEMA = (
    "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql LIKE '%articles_%'"
)


def plan_of_large_site(query: QuerySet) -> str:
    """Return the plan of a query, if there are many published articles and no other ones.

    SQLite has statistics of 100,000 articles; PostgreSQL may not read a whole table.
    """
    sql, parameters = query.query.sql_with_params()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}", parameters)
            return "\n".join(line for (line,) in cursor.fetchall())
    with closing(_large_database()) as database:
        # As Django's cursor does.
        rows = database.execute(f"EXPLAIN QUERY PLAN {sql.replace('%s', '?')}", parameters)
        return "\n".join(row[-1] for row in rows)


def _large_database() -> sqlite3.Connection:
    """Return an empty database with the tables of the site, and the statistics of a large one."""
    database = sqlite3.connect(":memory:")
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA.replace("%", "%%"))
        statements = [sql for (sql,) in cursor.fetchall() if "VIRTUAL" not in sql]
    for sql in sorted(statements, key=lambda sql: not sql.startswith("CREATE TABLE")):
        database.execute(sql)
    database.execute("ANALYZE")
    indexes = connection.introspection.get_constraints(connection.cursor(), "articles_article")
    for name, index in indexes.items():
        is_partial = any(name in sql and ") WHERE " in sql for sql in statements)
        if index["index"] and not is_partial:
            estimates = (
                ROWS_PER_STATUS if column == "status" else ROWS_PER_VALUE
                for column in index["columns"]
            )
            statistics = " ".join(map(str, (ROWS, *estimates)))
            database.execute(
                "INSERT INTO sqlite_stat1 VALUES ('articles_article', ?, ?)", [name, statistics]
            )
    database.execute("ANALYZE sqlite_schema")
    return database
