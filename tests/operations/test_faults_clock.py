"""A clock that is set forward and back under a running site, while editors save."""

import sqlite3
from contextlib import closing

import pytest

from tests.operations.editors import editors_of, wait_for_saves, working
from tests.operations.faults import row_for_editors

EDITORS = 3
# In seconds from the true time, in this order. A session lasts two weeks.
HOUR, DAY = 3600, 86400
STEPS = (HOUR, -HOUR, 3 * DAY, -DAY, 0, -400 * DAY, 0)
# An article and a change of one that are published in half an hour.
CHANGE = "The scheduled change."
SCHEDULE = f"""
from datetime import timedelta
from django.utils import timezone
from articles import editing
from articles.models import Article, Status
due = timezone.now() + timedelta(minutes=30)
article = Article(title="Due", slug="due", status=Status.PUBLISHED, publish_at=due)
editing.save(article)
article = Article.objects.get(slug="editor8")
article.body = "{CHANGE}"
editing.schedule(article, due, user=None)
"""


class Clock:
    """The time of day of the processes of a site; see `clock_settings`."""

    def __init__(self, folder):
        self.file = folder / "clock"
        self.set(0)

    def set(self, seconds):
        """Let the clock be so many seconds ahead of the true one."""
        new = self.file.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self.file)


def transactions(site):
    """Return how many content transactions there have been."""
    file = site.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT number FROM articles_contentversion").fetchone()[0]


def read(site, path):
    """Return the status and the text of a page."""
    with site.get(path) as response:
        return response.status, response.read().decode()


@pytest.fixture
def site(on_sqlite, tmp_path):
    """A site with a clock of its own, and schedules."""
    clock = Clock(tmp_path)
    on_sqlite.manage("shell", "--no-imports", "-c", SCHEDULE)
    on_sqlite.environment["DJANGO_SETTINGS_MODULE"] = "tests.operations.clock_settings"
    on_sqlite.environment["CLOCK"] = str(clock.file)
    with on_sqlite.running():
        yield on_sqlite, clock


def test_a_clock_that_is_set(site, report):
    site, clock = site
    editors, longest = editors_of(site, EDITORS), 0.0
    with working(editors):
        assert CHANGE not in read(site, "/articles/editor8/")[1]
        for seconds in STEPS:
            version = transactions(site)
            clock.set(seconds)
            longest = max(longest, wait_for_saves(editors, 2 * EDITORS))
            assert transactions(site) > version
            # Readers see an article from its date on, by the clock as it is now. A change that was
            # published stays.
            assert read(site, "/articles/due/")[0] == (200 if seconds >= HOUR else 404)
            assert CHANGE in read(site, "/articles/editor8/")[1]
    clock.set(0)
    report(row_for_editors("clock set forward and back", site, editors, len(STEPS), longest))
    assert [editor.log_ins for editor in editors] == [1] * EDITORS
