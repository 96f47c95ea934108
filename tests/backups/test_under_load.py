"""Backups and dumps while editors save: each is one state of the database, and can be loaded."""

import io
import threading
from contextlib import contextmanager
from functools import partial

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from articles import editing
from articles.backups.creation import back_up
from articles.models import Article, Revision, SearchDocument, Tagging
from tests import factories
from tests.backups.conftest import empty_database, other_database, run
from tests.operations.servers import wait_until
from tests.threads import patiently

PAIRS = 3
COPIES = 5
# Seconds between two saves of an editor: all saves are in the dumps, which are loaded.
PAUSE = 0.03
# Seconds for a save of each editor. Only one that is blocked takes so long.
TIMEOUT = 120
NATURAL = {"use_natural_primary_keys": True, "use_natural_foreign_keys": True}


def save_pair(pair, number):
    """Save two articles in one transaction, create a third one and delete the one before."""
    with transaction.atomic():
        for side in ("left", "right"):
            article = Article.objects.get(slug=f"{side}-{pair}")
            article.body = f"Number {number} of [[Left {pair}]]."
            # A tag of its own: two transactions that have saved something don't wait for one tag.
            editing.save(article, [f"number {pair} {number}"])
        factories.article(f"New {pair} {number}", body=f"Number {number}.")
        editing.delete(Article.objects.filter(slug=f"new-{pair}-{number - 1}"))


@contextmanager
def saving():
    """Let an editor for each pair save again and again, each on a connection of its own."""
    is_done, errors, saves = threading.Event(), [], []

    def save(pair):
        number = 0
        try:
            while not is_done.wait(PAUSE):
                number += 1
                patiently(partial(save_pair, pair, number), after_deadlocks=True)
                saves.append(pair)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[pair]) for pair in range(PAIRS)]
    for thread in threads:
        thread.start()
    try:
        wait_until(lambda: len(set(saves)) == PAIRS or errors, TIMEOUT)
        yield saves
    finally:
        is_done.set()
        for thread in threads:
            thread.join()
        assert not errors


def verify_one_state():
    """Fail if the database contains a part of a transaction only."""
    for pair in range(PAIRS):
        left, right = (Article.objects.get(slug=f"{side}-{pair}") for side in ("left", "right"))
        assert left.body == right.body
        (new,) = Article.objects.filter(title__startswith=f"New {pair} ")
        number = new.body.removeprefix("Number ").rstrip(".")
        assert left.body == f"Number {number} of [[Left {pair}]]."
        for article in (left, right):
            assert (
                Tagging.objects.get(content_object=article).tag.name == f"number {pair} {number}"
            )
            newest = Revision.objects.filter(article=article).order_by("-number").first()
            assert (newest.body, newest.number) == (article.body, int(number) + 1)
    assert Article.objects.count() == SearchDocument.objects.count() == 3 * PAIRS
    assert run("rebuild", check=True) == "Nothing is stale.\n"


@pytest.fixture
def pairs(database, media):
    for pair in range(PAIRS):
        factories.article(f"Left {pair}", tags=["start"])
        factories.article(f"Right {pair}", tags=["start"])


def wait_for_a_save(saves):
    """Return when a save has ended that began after the call."""
    # Each editor may have saved already, without having reported it.
    count = len(saves) + PAIRS
    wait_until(lambda: len(saves) > count, TIMEOUT)


def test_each_backup_is_one_state_and_blocks_no_editors(pairs, tmp_path):
    @contextmanager
    def progress(total, unit):
        if unit != "bytes":  # The database is being copied.
            wait_for_a_save(saves)
        yield int

    with saving() as saves:
        for number in range(COPIES):
            back_up(tmp_path / f"{number}.zip", progress)
    states = set()
    for number in range(COPIES):
        with other_database(tmp_path / f"{number}.sqlite3"):
            run("restore", str(tmp_path / f"{number}.zip"))
            verify_one_state()
            states.add(tuple(Article.objects.order_by("slug").values_list("body", flat=True)))
    assert len(states) == COPIES
    empty_database()
    run("restore", str(tmp_path / "0.zip"))
    verify_one_state()


@pytest.mark.parametrize("options", [NATURAL, {}], ids=["natural keys", "primary keys"])
def test_each_dump_is_one_state(pairs, tmp_path, options):
    dumps = []
    with saving() as saves:
        for _ in range(COPIES):
            out = io.StringIO()
            call_command("dumpdata", "articles", stdout=out, **options)
            dumps.append(out.getvalue())
            wait_for_a_save(saves)
    assert len(set(dumps)) == COPIES
    for number, dump in enumerate(dumps):
        empty_database()
        file = tmp_path / f"{number}.json"
        file.write_text(dump)
        call_command("loaddata", str(file), verbosity=0)
        verify_one_state()
