"""Commands that write many articles in one transaction, or derive many in worker processes."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import workers
from articles.models import Article, SearchDocument
from articles.transactions import LARGE_CACHE
from tests import factories
from tests.serializers.builders import document

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("command", ["loaddata", "import_articles", "sync_articles"])
def test_sqlite_has_a_larger_cache_while_articles_are_written(command, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    file = tmp_path / "site" / "articles" / "peace.md"
    file.parent.mkdir(parents=True)
    file.write_text(document("Peace"))
    path = file if command == "loaddata" else tmp_path / "site"
    with CaptureQueriesContext(connection) as queries:
        call_command(command, str(path), stdout=io.StringIO())
    assert Article.objects.count() == 1
    statements = [query["sql"] for query in queries]
    resized = [sql for sql in statements if sql.startswith("PRAGMA cache_size = ")]
    if connection.vendor == "sqlite":
        assert resized[0] == f"PRAGMA cache_size = -{LARGE_CACHE}"
        assert len(resized) == 2
        inserts = [n for n, sql in enumerate(statements) if "INSERT" in sql]
        assert statements.index(resized[0]) < inserts[0]
        assert statements.index(resized[1]) > inserts[-1]
    else:
        assert resized == []


@pytest.mark.parametrize("jobs", [0, 2])
def test_articles_are_indexed_the_same_in_worker_processes(jobs, monkeypatch, capsys):
    monkeypatch.setattr(workers, "MIN_ITEMS", 1)
    for number in range(3):
        factories.article(f"Peace {number}", tags=["harmony"], body="## Talks\n\nQuiet times.")
    rows = list(SearchDocument.objects.order_by("pk").values())
    SearchDocument.objects.all().delete()
    call_command("reindex", jobs=jobs)
    assert capsys.readouterr().out == "Indexed 3 article(s).\n"
    assert list(SearchDocument.objects.order_by("pk").values()) == rows


@pytest.mark.parametrize("value", ["many", "-1", ""])
@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("reindex", ["--jobs"]),
        ("rebuild", ["--jobs"]),
        ("loaddata", ["x.md", "--workers"]),
        ("sync_articles", [".", "--workers"]),
        ("import_articles", [".", "--workers"]),
    ],
)
def test_the_number_of_processes_is_a_number(command, arguments, value):
    *rest, option = arguments
    with pytest.raises(CommandError, match=f"“{value}” is not a number of processes"):
        call_command(command, *rest, f"{option}={value}")
