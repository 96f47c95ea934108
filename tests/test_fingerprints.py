"""What is stale: after an upgrade, with other settings, and after changes from elsewhere."""

import io
from contextlib import suppress

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from articles import editing, fingerprints, markdown, search
from articles.checks import check_derived_data
from articles.models import Article, Draft, Name, SearchDocument
from articles.text import names
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def peace():
    article = factories.article("Peace", aliases=["Concord"], tags=["calm"], body="See [[War]].")
    return Article.objects.get(pk=article.pk)


def run(*arguments, **options):
    out = io.StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def is_stale():
    with suppress(CommandError):
        run("rebuild", check=True)
        return False
    return True


WRITERS = {
    "save": lambda article: editing.save(article),
    "draft": lambda article: editing.save_draft(article, tags=["calm"]),
    "rename": lambda article: factories.rename(article, title="Quiet", slug="quiet"),
    "free a former name": lambda article: (
        factories.rename(article, title="Quiet"),
        editing.remove_former_name(article, "peace"),
    ),
}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_what_is_written_is_current(peace, write):
    assert not is_stale()
    peace.body = "New."
    write(peace)
    assert not is_stale()
    assert fingerprints.count_stale() == (0, 0)


CAUSES = {
    "renderer": lambda patch, _settings: patch.setattr(markdown, "RENDERER_VERSION", 1000),
    "analyzer": lambda patch, _settings: patch.setattr(search, "ANALYZER_VERSION", 1000),
    "names": lambda patch, _settings: patch.setattr(names, "NAMES_VERSION", 1000),
    "images": lambda _patch, settings: setattr(settings, "IMAGE_URLS", ("/media/", "https://a/")),
    "hosts": lambda _patch, settings: setattr(settings, "ALLOWED_HOSTS", ["wiki.example"]),
}


@pytest.mark.parametrize("change", CAUSES.values(), ids=CAUSES)
def test_other_versions_and_settings_make_everything_stale(
    client, peace, monkeypatch, settings, change
):
    peace.body = "Draft."
    editing.save_draft(peace, tags=["calm"])
    settings.ALLOWED_HOSTS = ["testserver"]
    run("rebuild")
    change(monkeypatch, settings)
    assert fingerprints.count_stale() == (1, 1)
    with pytest.raises(CommandError, match="2 stale"):
        run("rebuild", check=True)
    assert run("rebuild") == "Rebuilt 1 article(s).\n"
    assert fingerprints.count_stale() == (0, 0) and not is_stale()
    assert run("rebuild") == "Rebuilt 0 article(s).\n"


FIELDS = {
    "title": "Quiet",
    "aliases": ["Calm"],
    "summary": "Words.",
    "language": "ar",
    "body": "Changed.",
    "former": ["Old"],
    "translation_of": "other",
}


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_was_changed_in_the_database_makes_its_article_stale(peace, field):
    factories.article("War")
    Article.objects.filter(pk=peace.pk).update(**{field: FIELDS[field]})
    with pytest.raises(CommandError, match="1 stale"):
        run("rebuild", check=True)
    assert run("rebuild") == "Rebuilt 1 article(s).\n"
    assert not is_stale()


@pytest.mark.parametrize("model", [Name, SearchDocument])
def test_lost_rows_make_an_article_stale(peace, model):
    model.objects.all().delete()
    assert is_stale()
    run("rebuild")
    assert not is_stale() and model.objects.exists()


def test_the_list_of_what_is_stale(peace):
    peace.body = "Draft."
    editing.save_draft(peace, tags=["calm"])
    Article.objects.update(derived_by="")
    Draft.objects.update(derived_by="")
    peace.tags.update(key="other")
    out = io.StringIO()
    with pytest.raises(CommandError, match="3 stale"):
        call_command("rebuild", check=True, stdout=out)
    assert out.getvalue().splitlines() == [
        "/articles/peace/",
        "/articles/peace/ (draft)",
        "/tags/calm/",
    ]
    assert run("rebuild", verbosity=0)
    assert not is_stale()


def test_a_check_that_finds_something_exits_with_1(peace):
    Article.objects.update(derived_by="")
    with pytest.raises(CommandError) as error:
        run("rebuild", check=True)
    assert error.value.returncode == 1


def test_checking_changes_nothing(peace):
    Article.objects.update(html="old", derived_by="")
    assert is_stale()
    assert Article.objects.get().html == "old"


def test_an_index_finds_what_is_stale():
    articles = fingerprints.stale_articles().order_by().values("pk")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "article_derived_by" in articles.explain()


def test_a_system_check_of_the_database_warns(peace):
    def warnings():
        return [
            message
            for message in run_checks(tags=[Tags.database], databases=["default"])
            if message.id == "articles.W001"
        ]

    assert warnings() == [] and run_checks(tags=[Tags.database]) == []
    Article.objects.update(derived_by="")
    (warning,) = warnings()
    assert warning.msg.startswith("1 article(s) were derived by an earlier version")
    assert "manage.py rebuild" in warning.hint


def broken(*_arguments):
    raise DatabaseError("no such column")


def test_the_system_check_is_silent_before_the_migrations(peace):
    with connection.execute_wrapper(broken):
        assert check_derived_data(["default"]) == []


@pytest.mark.parametrize(("verbosity", "count"), [(0, 0), (1, 1), (2, 1)])
def test_migrate_says_once_what_to_run(peace, verbosity, count):
    assert "manage.py rebuild" not in run("migrate", verbosity=verbosity)
    Article.objects.update(derived_by="")
    assert run("migrate", verbosity=verbosity).count("manage.py rebuild") == count


@pytest.mark.parametrize("jobs", ["-1", "x", "1.5"])
def test_a_wrong_number_of_jobs_is_refused(jobs, capsys):
    with pytest.raises((CommandError, SystemExit), match=r"2|not a number"):
        call_command("rebuild", f"--jobs={jobs}")
