"""What a fault cost: one row of a table for each kind of fault, printed after the tests."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import unquote

import psycopg

from tests.operations.editors import Editor
from tests.operations.services import SiteService

# How many times each fault is repeated, 1 or more. CI has less time.
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "20"))
BODIES = "SELECT article_id, body FROM articles_revision ORDER BY article_id, number"


@dataclass(frozen=True)
class Row:
    """A fault that happened `times` times while `tried` things were tried, such as saves.

    `lost` are those of the `acknowledged` whose result is not there; `seconds` is the longest
    time from the end of a fault until the site did its work again.
    """

    fault: str
    engine: str
    times: int
    tried: int
    acknowledged: int
    lost: int
    seconds: float | None = None

    def cells(self) -> list[str]:
        seconds = "" if self.seconds is None else f"{self.seconds:.1f} s"
        numbers = map("{:,}".format, (self.times, self.tried, self.acknowledged, self.lost))
        return [self.fault, self.engine, *numbers, seconds]


HEADINGS = ("fault", "database", "times", "tried", "acknowledged", "lost", "back after")


def markdown(rows: list[list[str]]) -> str:
    """Return a table in Markdown for the cells of its rows."""
    lines = [list(HEADINGS), ["---", "---", *["--:"] * 5], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def revisions(site: SiteService) -> dict[int, list[str]]:
    """Return the bodies of all revisions of each article, the newest last."""
    if site.engine == "SQLite":
        file = unquote(site.database_url.removeprefix("sqlite:///"))
        with closing(sqlite3.connect(file)) as connection:
            rows = connection.execute(BODIES).fetchall()
    else:
        with psycopg.connect(site.database_url) as connection:
            rows = connection.execute(BODIES).fetchall()
    bodies: dict[int, list[str]] = {}
    for article, body in rows:
        bodies.setdefault(article, []).append(body)
    return bodies


def lost_saves(site: SiteService, editors: list[Editor]) -> list[str]:
    """Return the paragraphs of acknowledged saves that are in no revision, and those that are not
    in the newest although their editor has saved nothing since."""
    lost: list[str] = []
    stored = revisions(site)
    for editor in editors:
        bodies = stored[editor.article]
        text = "\n".join(bodies)
        lost += [paragraph for paragraph in editor.acknowledged if paragraph not in text]
        # A save that was not acknowledged may have been made nevertheless.
        last = editor.acknowledged[-1]
        newest = editor.tried[editor.tried.index(last) :]
        if not any(paragraph in bodies[-1] for paragraph in newest):
            lost.append(last)
    return lost


def row_for_editors(
    fault: str, site: SiteService, editors: list[Editor], times: int, seconds: float | None = None
) -> Row:
    """Return the row of a fault while editors saved, after a check that nothing is stale."""
    assert "Nothing is stale." in site.manage("rebuild", "--check")
    tried = sum(len(editor.tried) for editor in editors)
    acknowledged = sum(len(editor.acknowledged) for editor in editors)
    lost = len(lost_saves(site, editors))
    return Row(fault, site.engine, times, tried, acknowledged, lost, seconds)
