"""`rebuild` and `loaddata` that are killed at many points: nothing is lost, nothing half done."""

import io
import sqlite3
from functools import partial

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from articles import editing, rebuilding, workers
from articles.models import (
    Article,
    ContentVersion,
    Draft,
    Link,
    Name,
    Revision,
    SearchDocument,
    Tag,
)
from articles.serializers import article_loading
from tests import factories
from tests.killing import count_statements, points, run_and_kill
from tests.serializers.builders import document
from tests.serializers.test_markdown import derived_rows

POINTS = 20
# With worker processes, which take a second to start.
POINTS_OF_WORKERS = 3
FULL = r": database or disk is full\. Make room on its disk\.$"


def command(name, *arguments, **options):
    call_command(name, *arguments, stdout=io.StringIO(), **options)


def rows():
    """Return everything that is derived, without primary keys of its own."""
    return {
        **derived_rows(),
        "search": list(SearchDocument.objects.order_by("article__slug").values()),
        "drafts": list(Draft.objects.order_by("pk").values("pk", "terms", "derived_by")),
        "tags": list(Tag.objects.order_by("pk").values("pk", "name", "key")),
    }


@pytest.fixture
def site(separate_connections, monkeypatch):
    """A site with articles, drafts, tags and links."""
    for number in range(12):
        body = f"# Part\n\nSee [[Article {number + 1}]] and ![A map](/media/map.png)."
        article = factories.article(f"Article {number}", tags=["a", f"t{number}"], body=body)
        if number % 4 == 0:
            article.body += "\n\nDrafted."
            editing.save_draft(article, tags=["a"])
    monkeypatch.setattr(rebuilding, "BATCH", 3)


def damage():
    """Leave derived data as an earlier version might have."""
    Article.objects.update(html="old", text="", toc=[], sort_key="", derived_by="earlier")
    Draft.objects.update(terms="", derived_by="earlier")
    Name.objects.exclude(kind="title").delete()
    Link.objects.filter(position=0).delete()
    SearchDocument.objects.filter(pk__in=Article.objects.values("pk")[:5]).delete()


@pytest.mark.parametrize("options", [{}, {"all": True}], ids=["stale", "all"])
def test_a_rebuild_that_was_killed_goes_on_and_equals_a_clean_one(site, tmp_path, options):
    damage()
    command("rebuild", all=True)
    clean = rows()
    work = partial(command, "rebuild", jobs=0, **options)
    damage()
    total = count_statements(work, tmp_path / "statements")
    assert rows() == clean
    for at in points(total, POINTS):
        damage()
        assert run_and_kill(work, at)
        command("rebuild")
        assert rows() == clean
        command("rebuild", check=True)


def test_a_rebuild_with_worker_processes_that_was_killed_goes_on(site, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "MIN_ITEMS", 1)
    damage()
    command("rebuild", all=True, jobs=0)
    clean = rows()
    work = partial(command, "rebuild", jobs=2)
    damage()
    total = count_statements(work, tmp_path / "statements")
    assert rows() == clean
    for at in points(total, POINTS_OF_WORKERS):
        damage()
        assert run_and_kill(work, at)
        command("rebuild", jobs=2)
        assert rows() == clean
        command("rebuild", check=True)


def test_a_load_with_worker_processes_that_was_killed_has_loaded_nothing(
    separate_connections, monkeypatch, tmp_path
):
    monkeypatch.setattr(workers, "MIN_ITEMS", 1)
    monkeypatch.setattr(article_loading, "BATCH", 3)
    file = tmp_path / "all.md"
    file.write_text("\f".join(document(f"Title {number}", tags=["a"]) for number in range(12)))
    work = partial(command, "loaddata", str(file), workers=2)
    total = count_statements(work, tmp_path / "statements")
    loaded = rows()
    command("flush", interactive=False)
    for at in points(total, POINTS_OF_WORKERS):
        assert run_and_kill(work, at)
        for model in (Article, Tag, Name, Link, Revision, SearchDocument):
            assert not model.objects.exists()
    work()
    for kind in ("articles", "names", "taggings"):
        assert rows()[kind] == loaded[kind]


def test_a_load_that_was_killed_has_loaded_nothing(separate_connections, monkeypatch, tmp_path):
    monkeypatch.setattr(article_loading, "BATCH", 3)
    files = [tmp_path / f"{number}.md" for number in range(12)]
    for number, file in enumerate(files):
        file.write_text(document(f"Title {number}", tags=["a"], aliases=[f"Alias {number}"]))
    work = partial(command, "loaddata", *map(str, files), workers=0)
    total = count_statements(work, tmp_path / "statements")
    loaded = rows()
    command("flush", interactive=False)
    for at in points(total, POINTS):
        assert run_and_kill(work, at)
        for model in (Article, Tag, Name, Link, Revision, SearchDocument):
            assert not model.objects.exists()
        assert ContentVersion.objects.untouched()
    work()
    for kind in ("articles", "names", "taggings"):
        assert rows()[kind] == loaded[kind]


class FullDisk:
    """Fails at the statement number `at`, as a database does whose disk is full."""

    def __init__(self, at):
        self.left = at

    def __call__(self, execute, sql, parameters, many, context):
        self.left -= 1
        if not self.left:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorname = "SQLITE_FULL"
            raise OperationalError(str(error)) from error
        return execute(sql, parameters, many, context)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at", [1, 5, 20])
def test_a_full_disk_is_a_message_and_changes_nothing(tmp_path, at):
    factories.article("Peace", tags=["calm"])
    file = tmp_path / "1.md"
    file.write_text("\f".join(document(f"Title {number}", tags=["a"]) for number in range(5)))
    before = rows()
    for work in (partial(command, "loaddata", str(file)), partial(command, "rebuild", all=True)):
        with (
            pytest.raises(CommandError, match=FULL),
            connection.execute_wrapper(FullDisk(at)),
        ):
            work()
        command("rebuild")
        assert rows() == before
