"""Fixtures for all tests."""

import gc
import os
import sqlite3
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.apps import apps
from django.core.cache import cache, caches
from django.db import connection
from django.db.models.signals import post_migrate
from hypothesis import settings

from articles import sitemaps
from articles.models import Article
from config.publication import publication
from tests import factories
from tests.flushing import flush_faster

# How long an example takes depends on the load of the machine.
settings.register_profile("tests", deadline=None, max_examples=50)
settings.load_profile("tests")

# The user `nobody`.
NOBODY = 65534


# The plans that tests expect are those without statistics, which tests of migrations would leave.
post_migrate.disconnect(
    sender=apps.get_app_config("articles"), dispatch_uid="articles.planner_statistics"
)


def pytest_collection_finish() -> None:
    """Let no collection of garbage look at the modules and the tests again and again."""
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        flush_faster()


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Statistics are cached by content version, which starts at the same number in each test. The
    requests to the API that other tests have made don't count."""
    cache.clear()
    caches["rates"].clear()


@pytest.fixture
def one_sitemap_file(monkeypatch) -> None:
    """Let the first file of the sitemap have all articles: their primary keys go on where other
    tests have ended."""
    monkeypatch.setattr(sitemaps, "URLS_PER_FILE", 10**9)


@pytest.fixture(autouse=True)
def _no_publication() -> None:
    """Look for no scheduled changes, as most requests do: the query would be counted."""
    publication.next, publication.next_check = None, time.monotonic() + 3600


@pytest.fixture
def publication_on_time() -> None:
    """Look for scheduled changes at the next request."""
    publication.next_check = publication.retry_at = 0.0


@pytest.fixture(scope="session")
def elapsed():
    """Return a context manager that fails after this number of seconds of processor time."""

    @contextmanager
    def limit(seconds):
        start = time.process_time()
        yield
        assert time.process_time() - start < seconds

    return limit


@pytest.fixture
def separate_connections(transactional_db, tmp_path):
    """Let each thread have a connection of its own: on SQLite, to a file instead of memory.

    Connections to one database in memory share its cache, so that they wait for each other's reads
    too.
    """
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    file = tmp_path / "threads.sqlite3"
    with closing(sqlite3.connect(file)) as copy:
        memory.backup(copy)
    connection.connection, connection.settings_dict["NAME"] = None, str(file)
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = memory, name


@pytest.fixture
def peace() -> Article:
    """An article in English."""
    return factories.article("Peace", body="See [[War]].")


@pytest.fixture
def salam(peace) -> Article:
    """The translation of `peace` into Arabic."""
    return factories.article("سلام", language="ar", translation_of="peace", body="انظر [[War]].")


@pytest.fixture
def unprivileged_folder():
    """A folder of a user who may not read everything, as the administrator of a container may."""
    is_root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        if is_root:
            os.seteuid(NOBODY)
        yield Path(folder)
        if is_root:
            os.seteuid(0)
