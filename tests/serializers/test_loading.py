"""What `loaddata` derives: names of the whole load, all in one transaction."""

import gzip
import json

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import gettext

from articles import editing, workers
from articles.models import (
    Article,
    ContentVersion,
    Link,
    Name,
    Revision,
    SearchDocument,
    Tag,
    Tagging,
    TagSynonym,
)
from articles.serializers import article_loading, loading
from articles.serializers.sources import FixtureError
from tests import factories
from tests.serializers import test_fixtures
from tests.serializers.builders import document, record
from tests.test_workers import die


def owners():
    return dict(Name.objects.values_list("key", "article__slug"))


def test_a_changed_title_and_former_names_remain_names_of_the_article(load):
    load(document("Peace", slug="peace"))
    article = Article.objects.get()
    article.former = ["Concord"]
    editing.save(article, [])
    load(document("Quiet", slug="peace"))
    assert Article.objects.get().former == ["Concord"]
    load(document("Calm", slug="peace"))
    assert Article.objects.get().former == ["Concord", "Quiet"]
    assert owners() == dict.fromkeys(["calm", "peace", "concord", "quiet"], "peace")
    before = Revision.objects.count(), Article.objects.values().get()
    load(document("Calm", slug="peace"))
    assert (Revision.objects.count(), Article.objects.values().get()) == before


@pytest.mark.parametrize("order", [1, -1])
def test_articles_may_exchange_names_in_one_load_in_any_order(load, order):
    load(document("One", slug="a", aliases=["X"]), document("Two", slug="b", aliases=["Y"]))
    swapped = [document("Two", slug="a", aliases=["Y"]), document("One", slug="b", aliases=["X"])]
    load(*swapped[::order])
    assert owners() == {"a": "a", "two": "a", "y": "a", "b": "b", "one": "b", "x": "b"}
    assert [article.former for article in Article.objects.all()] == [[], []]


@pytest.mark.parametrize("order", [1, -1])
def test_an_omitted_former_name_is_dropped_if_another_article_claims_it(load, order):
    load(document("Mercury", slug="m"))
    load(*[document("Mercury (planet)", slug="m"), document("Mercury", slug="metal")][::order])
    assert owners()["mercury"] == "metal"
    assert Article.objects.get(slug="m").former == []
    assert Revision.objects.filter(article__slug="m").latest("number").fields["former"] == []


def test_derived_data_is_written_in_the_transaction_of_the_load(load, monkeypatch):
    def broken(*_arguments):
        raise RuntimeError("power failure")

    monkeypatch.setattr(editing, "record_batch", broken)
    with pytest.raises(RuntimeError):
        load(document("Peace", tags=["calm"]))
    assert not any(m.objects.exists() for m in (Article, Name, Link, Tag, Revision))
    assert ContentVersion.objects.untouched()


def test_every_load_bumps_the_content_version(load):
    load(document("Peace"))
    version = ContentVersion.objects.current()
    load(document("Peace", summary="No war."))
    assert ContentVersion.objects.current() != version


@pytest.mark.django_db(transaction=True)
def test_a_document_that_is_deserialized_without_the_command_is_complete():
    text = document("Peace", tags=["calm"])
    for deserialized in serializers.deserialize("md", text):
        deserialized.save()
    assert Revision.objects.get().fields["tags"] == ["calm"]
    assert SearchDocument.objects.get().article.html
    assert owners() == {"peace": "peace"}


@pytest.mark.django_db(transaction=True)
def test_a_document_that_is_deserialized_without_the_command_is_saved_completely_or_not_at_all():
    factories.article("Peace")
    deserialized = next(serializers.deserialize("md", document("Peace", slug="x", tags=["calm"])))
    with pytest.raises(FixtureError, match=r"document:2: title: .*“Peace”"):
        deserialized.save()
    assert Article.objects.count() == 1 and not Tag.objects.exists()


RAW = {
    "article": record(),
    "tag": {"model": "articles.tag", "fields": {"name": "calm", "slug": "calm"}},
    "synonym": {"model": "articles.tagsynonym", "fields": {"name": "quiet", "tag": ["peace"]}},
    "tagging": {
        "model": "articles.tagging",
        "fields": {"content_object": ["a"], "tag": ["peace"]},
    },
}


@pytest.mark.django_db
@pytest.mark.parametrize("fields", RAW.values(), ids=RAW)
def test_a_record_that_is_deserialized_without_the_command_is_refused(fields):
    factories.article("A", tags=["peace"])
    counts = [model.objects.count() for model in (Article, Tag, TagSynonym, Tagging)]
    deserialized = next(serializers.deserialize("json", json.dumps([fields])))
    with pytest.raises(FixtureError, match="loaddata"):
        deserialized.save()
    assert [model.objects.count() for model in (Article, Tag, TagSynonym, Tagging)] == counts


class FixturesOfATestCase(TestCase):
    fixtures = [str(file) for file in test_fixtures.FILES]

    def test_they_are_complete(self):
        assert Article.objects.count() == len(self.fixtures)
        for model in (Revision, SearchDocument):
            assert model.objects.count() == len(self.fixtures)
        assert not Article.objects.filter(names=None).exists()


def test_the_comment_of_a_loaded_revision_is_in_the_language_of_the_site(load, settings):
    with translation.override("ar"):
        load(document("Peace"))
    settings.LANGUAGE_CODE = "ar"
    load(document("War"))
    comments = dict(Revision.objects.values_list("article__slug", "comment"))
    with translation.override("ar"):
        assert comments == {"peace": "Loaded from a fixture", "war": gettext(comments["peace"])}


def test_lines_may_end_with_crlf(load):
    load(document("Peace").replace("\n", "\r\n"))
    assert Article.objects.get().body == "Words.\n"


def test_the_case_of_a_language_tag_does_not_matter(load):
    load(document("Peace", language="EN"))
    assert Article.objects.get().language == "en"
    with pytest.raises(CommandError, match=r"title: .*“Peace”"):
        load(document("Peace", slug="other", language="eN"))


def test_a_missing_date_is_now(load):
    load(document("Peace", created="", updated=""))
    assert Article.objects.get().created.year > 2000


@pytest.mark.parametrize("time", ["2026-13-45", "9999-12-31T23:59:59-14:00", "0001-01-01"])
@pytest.mark.parametrize("field", ["publish_at", "created"])
def test_a_date_outside_of_the_calendar_is_refused(load, field, time):
    with pytest.raises(CommandError, match=rf"1\.md:3: {field}: "):
        load(document("Peace", **{field: time}))


BAD = {
    "not JSON": ('[\n{"a" 1}]', r":2: this is not JSON"),
    "no list": ('{"a": 1}', ":1: A fixture is a list"),
    "no record": ("[\n1]", ":2: A fixture is a list"),
    "no model": ('[{"fields": {}}]', ":1: record: model: is missing"),
    "unknown model": ('[{"model": "a.b", "fields": {}}]', ":1: .*a.b"),
    "null": (json.dumps([record(body=None)], indent=1), ":7: x: body: is null"),
    "no list of names": (
        json.dumps([record(aliases="")]),
        ":1: x: aliases: Enter a list of names",
    ),
    "an object for names": (
        json.dumps([record(former={})]),
        ":1: x: former: Enter a list of names",
    ),
    "tags": (json.dumps([record(tags=["a"])]), ":1: x: tags: .*articles.tagging"),
    "no time": (json.dumps([record(publish_at="soon")]), ":1: .*soon"),
    "edge of time": (json.dumps([record(created="9999-12-31T23:59:59-14:00")]), ":1: "),
    "wrong order": (
        json.dumps([record(publish_at="2026-02-01T00:00Z", expire_at="2026-01-01T00:00Z")]),
        ":1: x: expire_at: .*after",
    ),
    "a tag without a name": (
        '[{"model": "articles.tag", "fields": {"slug": "a"}}]',
        ":1: a: name",
    ),
    "not a primary key": (
        '[{"model": "articles.tagsynonym",\n"fields": {"name": "a",\n"tag": "x"}}]',
        ":3: a: tag: .*“x” value must be an integer",
    ),
    "not a natural key": (
        '[\n{"model": "articles.tagsynonym", "fields": {"name": "a", "tag": ["x", "y"]}}]',
        ":2: a: .*positional",
    ),
    "a tag that does not exist": (
        '[\n{"model": "articles.tagsynonym", "fields": {"name": "a", "tag": ["x"]}}]',
        ":2: a: tag: ",
    ),
    "a comma too many": (json.dumps([record()])[:-1] + ",]", ":1: this is not JSON"),
    "more than a list": (json.dumps([record()]) + " x", ":1: this is not JSON"),
    "no flag": (json.dumps([record(featured="maybe")], indent=1), ":7: x: featured: .*True"),
    "unknown field": (json.dumps([record(titel="x")], indent=1), ":7: x: titel: "),
    "second record": (json.dumps([record(), record(slug="y")], indent=0), ":13: y: title: .*“X”"),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_an_error_in_a_record_has_file_and_line(load, text, message):
    with pytest.raises(FixtureError, match=rf"1\.json{message}"):
        load(text)
    assert not Article.objects.exists() and not Tag.objects.exists()


def test_an_error_in_a_compressed_file_has_its_line(tmp_path, db):
    file = tmp_path / "bad.json.gz"
    file.write_bytes(gzip.compress(json.dumps([record(titel="x")], indent=1).encode()))
    with pytest.raises(FixtureError, match=r"bad\.json\.gz:7: x: titel: "):
        call_command("loaddata", str(file), verbosity=0)
    file.write_bytes(b"not compressed")
    with pytest.raises(FixtureError, match=r"bad\.json\.gz: not a gzipped file"):
        call_command("loaddata", str(file), verbosity=0)


def test_a_folder_is_not_a_document(tmp_path, db):
    (tmp_path / "dir.md").mkdir()
    with pytest.raises(CommandError, match="dir"):
        call_command("loaddata", str(tmp_path / "dir.md"), verbosity=0)


def test_articles_in_different_languages_may_have_the_same_name(load):
    factories.article("Peace", language="en")
    load(document("Peace", slug="frieden", language="de"))
    assert Name.objects.filter(key="peace").count() == 2


def test_loading_a_synonym_as_a_tag_twice_changes_nothing(load):
    editing.save_tag(Tag(name="Conflict"), ["war"])
    load(document("Peace", tags=["war"]))
    before = Article.objects.values().get()
    load(document("Peace", tags=["war"]))
    assert Article.objects.values().get() == before


def test_dates_and_former_names_that_a_json_record_omits_are_kept(load):
    load(document("Peace", slug="x", created="2020-01-01"))
    before = Article.objects.get()
    for _time in range(2):
        load(json.dumps([record(title="Concord", body="Words.\n")]))
        after = Article.objects.get()
        assert (after.created, after.former) == (before.created, ["Peace"])
    assert owners() == {"x": "x", "concord": "x", "peace": "x"}
    updated = after.updated
    load(json.dumps([record(title="Concord", body="Words.\n", former=[])]))
    assert Article.objects.get().former == [] and Article.objects.get().updated >= updated


def test_null_is_the_default(load):
    load("---\ntitle: Peace\nsummary: null\naliases: ~\ntags: [null]\n---\n")
    article = Article.objects.get()
    assert (article.summary, article.aliases, Tag.objects.count()) == ("", [], 0)
    load('---\ntitle: "null"\n---\n')
    assert Article.objects.filter(title="null").exists()


def test_a_form_feed_may_be_on_a_line_of_its_own(load):
    load(f"{document('One')}\n\f\n{document('Two')}\n\f\n")
    assert set(Article.objects.values_list("title", flat=True)) == {"One", "Two"}


@pytest.fixture
def load_in_processes(tmp_path, transactional_db, monkeypatch):
    """Return a function that loads documents with this number of worker processes."""
    monkeypatch.setattr(workers, "MIN_ITEMS", 1)

    def load(texts, processes):
        files = [tmp_path / f"{number:03}.md" for number in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text)
        call_command("loaddata", *files, verbosity=0, workers=processes)

    return load


def derived_values():
    """Return what was derived from articles, by slug, without primary keys and times."""
    articles = Article.objects.values("slug", "html", "text", "toc", "word_count", "sort_key")
    revisions = Revision.objects.values("article__slug", "number", "fields", "words_added")
    return {
        "articles": list(articles.order_by("slug")),
        "revisions": list(revisions.order_by("article__slug")),
        "names": list(Name.objects.values_list("article__slug", "key", "kind").order_by("key")),
        "links": list(Link.objects.values_list("source__slug", "position", "key").order_by("key")),
        "taggings": sorted(Tagging.objects.values_list("content_object__slug", "tag__name")),
        "search": list(SearchDocument.objects.values("title", "body").order_by("title")),
    }


def test_worker_processes_derive_the_same_as_this_process(load_in_processes):
    texts = [
        f"{document(f'Topic {number}', tags=['a', f'b{number}'])}\n# H\n\n[[Topic {number + 1}]]"
        for number in range(30)
    ]
    load_in_processes(texts, 2)
    in_processes = derived_values()
    assert [len(rows) for rows in in_processes.values()] == [30, 30, 30, 30, 60, 30]
    call_command("flush", interactive=False, verbosity=0)
    load_in_processes(texts, 0)
    assert derived_values() == in_processes


@pytest.mark.parametrize("processes", [0, 2])
def test_absolute_urls_of_the_site_are_links_as_in_a_save(load_in_processes, settings, processes):
    settings.ALLOWED_HOSTS = ["wiki.example"]
    body = "[it](https://wiki.example/articles/war/), [no](https://other.example/articles/war/)"
    load_in_processes([f"{document('Peace')}\n{body}\n"], processes)
    loaded = list(Link.objects.values_list("key", "label"))
    article = factories.article("Saved", body=body)
    assert loaded == list(article.links.values_list("key", "label")) == [("war", "it")]


def test_a_worker_process_that_dies_is_an_error_and_nothing_is_loaded(
    load_in_processes, monkeypatch
):
    monkeypatch.setattr(article_loading, "derive", die)
    with pytest.raises(CommandError, match="A worker process ended before it was done"):
        load_in_processes([document("Peace")], 2)
    assert not Article.objects.exists()


def test_a_load_of_many_articles_updates_the_statistics_of_the_planner(load, monkeypatch):
    """On PostgreSQL in the middle of it, for its own queries; on SQLite at its end."""
    monkeypatch.setattr(loading, "MANY_ARTICLES", 2)
    monkeypatch.setattr(article_loading, "MANY_ARTICLES", 2)
    statements = []
    for documents in (["War"], ["Peace", "Concord"]):
        with CaptureQueriesContext(connection) as queries:
            load(*(document(title, tags=["calm"]) for title in documents))
        statements.append([query["sql"] for query in queries if "ANALYZE" in query["sql"]])
    assert statements[0] == []
    if connection.vendor == "sqlite":
        assert statements[1] == ["ANALYZE"]
    else:
        assert '"articles_article", "articles_name"' in statements[1][0]


def test_a_load_of_new_articles_reads_nothing_that_belongs_to_them(load):
    with CaptureQueriesContext(connection) as queries:
        load(document("Peace", tags=["calm"]) + "[[War]]\n", document("War"))
    read = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert not [sql for sql in read if "FROM articles_link" in sql]
    assert not [sql for sql in read if 'FROM "articles_revision"' in sql]
    assert not [sql for sql in read if '"articles_name"."article_id" IN' in sql]
