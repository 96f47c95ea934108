"""Documents as fixtures: loading, errors, and round trips."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import derived, editing
from articles.models import Article, Link, Name, Revision, Tag, Tagging, TagSynonym
from articles.models.fields import CONTROL
from articles.serializers import documents
from articles.text import frontmatter, names
from tests import factories

FIXTURES = Path(__file__).parents[2] / "fixtures"
ALL = [FIXTURES / "tags.json", *sorted((FIXTURES / "articles").glob("*.md"))]


@pytest.fixture
def load(tmp_path, transactional_db):
    """Write documents to files and load them in one go. Returns the files."""

    def load(*texts, encoding="utf-8"):
        files = []
        for number, text in enumerate(texts, 1):
            file = tmp_path / f"{number}.md"
            file.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
            files.append(str(file))
        call_command("loaddata", *files, verbosity=0)
        return files

    return load


def dump(*labels, **options):
    out = io.StringIO()
    natural = {"use_natural_primary_keys": True, "use_natural_foreign_keys": True}
    call_command("dumpdata", *labels, stdout=out, **{**natural, **options})
    return out.getvalue()


def derived_rows():
    """Everything that `editing.save` derives, without primary keys."""
    columns = ("slug", *derived.DERIVED)
    return {
        "articles": list(Article.objects.order_by("slug").values_list(*columns)),
        "names": sorted(Name.objects.values_list("article__slug", "key", "kind", "text")),
        "links": sorted(
            Link.objects.values_list("source__slug", "position", "key", "fragment", "label")
        ),
        "taggings": sorted(
            Tagging.objects.values_list("content_object__slug", "tag__name", "sort_key")
        ),
    }


def test_a_loaded_document_has_the_same_derived_data_as_a_saved_article(load):
    factories.article(
        "War & Peace", tags=["history", "novels"], aliases=["Peace"], body="See [[Tolstoy|him]].\n"
    )
    saved, text = derived_rows(), dump("articles.article", format="md")
    editing.delete(Article.objects.all())
    load(text)
    assert derived_rows() == saved
    assert Revision.objects.get().fields["tags"] == ["history", "novels"]


@pytest.mark.django_db(transaction=True)
def test_the_shipped_fixtures_load_twice_without_changing_a_row():
    call_command("loaddata", *ALL, verbosity=0)
    first = dump("articles"), derived_rows()
    rows = Revision.objects.count()
    call_command("loaddata", *ALL, verbosity=0)
    assert (dump("articles"), derived_rows()) == first
    assert rows == Revision.objects.count() == Article.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_loading_does_not_change_other_articles_and_tags():
    other = factories.article("Other", tags=["Peacekeeping", "mine"], body="[[Defense Budget]]")
    Tag.objects.filter(name="mine").update(description="My own words.")
    before = dump("articles.article", "articles.revision")
    call_command("loaddata", *ALL, verbosity=0)
    mine = Article.objects.exclude(slug=other.slug)
    editing.delete(mine)
    assert dump("articles.article", "articles.revision") == before
    assert editing.tag_names(other) == ["mine", "peacekeeping"]
    assert Tag.objects.get(name="mine").description == "My own words."


@pytest.mark.django_db(transaction=True)
def test_a_json_dump_loads_into_an_empty_database_and_dumps_to_the_same_bytes(tmp_path):
    call_command("loaddata", *ALL, verbosity=0)
    tag = Tag.objects.get(name="peacekeeping")
    editing.save_tag(tag, ["Peace operations"])
    article = Article.objects.get(slug="defense-trade-cooperation")
    factories.rename(article, title="Trade in Arms")
    dumped, rows = dump("articles"), derived_rows()
    file = tmp_path / "dump.json"
    file.write_text(dumped)
    call_command("flush", interactive=False, verbosity=0)
    call_command("loaddata", str(file), verbosity=0)
    assert dump("articles") == dumped
    assert derived_rows() == rows
    assert TagSynonym.objects.get().tag.name == "peacekeeping"
    factories.article("One more", tags=["one more"])
    assert Article.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_dumped_documents_are_the_same_bytes_as_the_files():
    call_command("loaddata", *ALL, verbosity=0)
    text = dump("articles.article", format="md")
    dumped = text.split(frontmatter.FORM_FEED)
    files = [file.read_text() for file in ALL if file.suffix == ".md"]
    assert sorted(dumped) == sorted(files)


def test_a_stream_may_contain_several_documents(load):
    load(
        frontmatter.join_stream(
            ["---\ntitle: One\n---\n\nBody\n", "---\ntitle: Two\n---\n\nBody\n"]
        )
    )
    assert set(Article.objects.values_list("title", flat=True)) == {"One", "Two"}


def test_a_title_from_a_heading_is_read_as_markdown(load):
    load("# C\n\nOne.\n")
    load("# C#\n\nTwo.\n")
    load("A &amp; *B*\n===\n\nThree.\n")
    titles = Article.objects.order_by("pk").values_list("title", "slug", "body")
    assert list(titles) == [
        ("C", "c", "One.\n"),
        ("C#", "c-sharp", "Two.\n"),
        ("A & B", "a-b", "Three.\n"),
    ]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("# [Title](https://example.org) **b** { #id }", "Title b"),
        ("Title\n=====", "Title"),
        ("<!-- note -->\n\n%% note %%\n\nA *long*\ntitle <!-- x -->\n===", "A long title"),
        ('<h1 align="center">Title <sub>2</sub></h1>', "Title 2"),
    ],
)
def test_a_title_has_no_markup_attributes_or_comments(load, heading, title):
    load(f"{heading}\n\nText")
    article = Article.objects.get()
    assert article.title == title
    assert article.html == "<p>Text</p>\n"


def test_the_first_heading_of_a_file_without_front_matter_is_the_title(load):
    load("# The Title\n\nThe text.\n")
    article = Article.objects.get()
    assert (article.title, article.slug, article.body) == ("The Title", "the-title", "The text.\n")


def test_omitted_fields_get_their_default_but_dates_are_kept(load):
    load("---\ntitle: Peace\nsummary: Words\ntags: [a, b]\ncreated: 2020-01-01\n---\n")
    first = Article.objects.get()
    load("---\ntitle: Peace\ntags: a، c\n---\n")
    second = Article.objects.get()
    assert (second.summary, editing.tag_names(second)) == ("", ["a", "c"])
    assert second.created == first.created and second.updated > first.updated
    assert [revision.number for revision in second.revisions.all()] == [1, 2]


def test_a_synonym_in_a_document_resolves_to_its_tag(load):
    editing.save_tag(Tag(name="Peacekeeping"), ["Peace operations"])
    load("---\ntitle: Blue helmets\ntags: [peace operations]\n---\n")
    assert editing.tag_names(Article.objects.get()) == ["Peacekeeping"]


@pytest.mark.parametrize("field", ["aliases", "former", "tags"])
@pytest.mark.parametrize("comma", [*",،、，"])
@pytest.mark.parametrize("mark", ['"', "'"])
def test_a_quoted_value_is_one_name_and_a_plain_one_is_split_at_commas(field, comma, mark):
    name = f"Washington{comma} D.C."
    for value, expected in ((f"{mark}{name}{mark}", [name]), (name, ["Washington", "D.C."])):
        document = documents.parse(
            documents.DocumentText("file", 1, f"---\ntitle: Peace\n{field}: {value}\n---\n")
        )
        assert (document.tags if field == "tags" else getattr(document.article, field)) == expected


def test_an_empty_quoted_value_is_an_empty_list(load, db):
    load('---\ntitle: Peace\naliases: ""\ntags: " "\n---\n')
    article = Article.objects.get()
    assert (article.aliases, article.tags.count()) == ([], 0)


GOOD = "---\ntitle: Good\ntags: [kept]\n---\n\nGood.\n"

BAD = {
    "broken YAML": ("---\ntitle: [\n---\n", "front matter", ":"),
    "unknown field": ("---\ntitle: X\ntitel: Y\n---\n", ":3: titel", "Did you mean “title”"),
    "unlike any field": ("---\ntitle: X\nfoo: Y\n---\n", ":3: foo", "a field. Allowed"),
    "no end": ("---\ntitle: X\n\ntext\n", ":1: title", "Write --- on a line"),
    "missing title": ("---\nslug: x\n---\n\ntext\n", "title", "missing"),
    "empty title": ("---\nslug: x\ntitle: ''\n---\n", ":3: title", "missing"),
    "unknown status": ("---\ntitle: X\nstatus: secret\n---\n", ":3: status", "draft, review"),
    "wrong slug": ("---\ntitle: X\nslug: A B\n---\n", ":3: slug", "a-b"),
    "long slug": (f"---\ntitle: X\nslug: {'x' * 121}\n---\n", ":3: slug", "at most 120"),
    "two lines": ("---\ntitle: >\n  X\n  Y\n---\n", ":2: title", "“X Y\\n” can't be"),
    "wrong time": ("---\ntitle: X\npublish_at: soon\n---\n", ":3: publish_at", "2026-"),
    "wrong order": (
        "---\ntitle: X\npublish_at: 2026-02-01\nexpire_at: 2026-01-01\n---\n",
        ":4: expire_at",
        "after",
    ),
    "wrong flag": ("---\ntitle: X\nfeatured: maybe\n---\n", ":3: featured", "true"),
    "list for a value": ("---\ntitle: [X]\n---\n", ":2: title", "list"),
    "wrong alias": ("---\ntitle: X\naliases:\n- 'a]b'\n---\n", ":3: aliases", "]"),
    "wrong tag": ("---\ntitle: X\ntags: ['" + "x" * 101 + "']\n---\n", ":3: tags", "100"),
    "long body": ("---\ntitle: X\n---\n\n" + "x" * 1_000_001, ":5: body", "1000000"),
    "links": ("---\ntitle: X\n---\n\n" + "[[a]]\n" * 10_001, ":5: body", "at most 10000"),
    "NUL": ("---\ntitle: X\n---\n\none\ntwo\x00\n", ":6: body", "U+0000"),
    "NUL in a field": ("---\ntitle: X\nsummary: a\x00b\n---\n", ":3: summary", "U+0000"),
    "invalid UTF-8": (b"---\ntitle: X\n---\n\none\n\xff\n", ":6: body", "0xFF"),
    "duplicate slug": ("---\ntitle: Better\nslug: good\n---\n", ":3: slug", "1.md"),
    "duplicate name": ("---\ntitle: X\naliases: [GOOD]\n---\n", ":3: aliases", "1.md:2"),
}


@pytest.mark.parametrize(("text", "where", "right"), BAD.values(), ids=BAD)
def test_an_error_in_a_document_has_file_and_line_and_nothing_is_loaded(load, text, where, right):
    with pytest.raises(CommandError) as error:
        load(GOOD, text)
    message = str(error.value)
    assert "2.md:" in message and where in message and right in message
    assert message.count("\n") == 1 and message.endswith("1 fault. Nothing was loaded.")
    assert not Article.objects.exists() and not Tag.objects.exists()


def test_a_name_of_a_stored_article_is_refused(load):
    factories.article("Peace", aliases=["Concord"])
    with pytest.raises(CommandError, match=r"1\.md:2: title: .*“Peace”"):
        load("---\ntitle: concord\nslug: other\n---\n")
    assert Article.objects.count() == 1


ARTICLE = {"slug": "other", "title": "Other"}
BAD_JSON = {
    "a name of another article": ([{**ARTICLE, "title": "PEACE"}], "title: .*“Peace”"),
    "unknown status": ([{**ARTICLE, "status": "secret"}], "status: .*secret"),
    "wrong slug": ([{**ARTICLE, "slug": "A B"}], "slug: .*“a-b”"),
    "unknown field": ([{**ARTICLE, "titel": "X"}], "titel"),
    "NUL": ([{**ARTICLE, "body": "\0"}], r"body: .*U\+0000"),
    "slug twice": ([ARTICLE, {**ARTICLE, "title": "More"}], "slug: “other” is the slug"),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("rows", "message"), BAD_JSON.values(), ids=BAD_JSON)
def test_an_invalid_json_record_is_refused(tmp_path, rows, message):
    factories.article("Peace")
    file = tmp_path / "bad.json"
    good = {"slug": "good", "title": "Good"}
    records = [{"model": "articles.article", "fields": fields} for fields in (good, *rows)]
    file.write_text(json.dumps(records))
    with pytest.raises(CommandError, match=f"bad.json.*{message}"):
        call_command("loaddata", str(file), verbosity=0)
    assert Article.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_tag_that_is_loaded_by_a_synonym_keeps_its_name():
    call_command("loaddata", *ALL[:1], verbosity=0)
    tag = Tag.objects.get(name="peacekeeping")
    tag.name, tag.slug = "Peace operations", ""
    editing.save_tag(tag)
    call_command("loaddata", *ALL[:1], verbosity=0)
    tag.refresh_from_db()
    assert (tag.name, tag.slug) == ("Peace operations", "peace-operations")
    assert Tag.objects.count() == 14


@pytest.mark.django_db
def test_only_articles_can_be_dumped_as_documents():
    editing.save_tag(Tag(name="x"))
    with pytest.raises(CommandError, match=r"articles\.tag as json"):
        dump("articles.tag", format="md")


plain = st.text(st.characters(codec="utf-8")).filter(lambda text: not CONTROL.search(text))


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(summary=plain, body=plain, tags=st.sets(st.text("abc ,:", min_size=1).filter(names.fold)))
def test_parsing_a_serialized_article_returns_the_same_article(summary, body, tags):
    featured, tags = bool(tags), sorted(tags)
    article = Article(slug="x", title="X", summary=summary, body=body, featured=featured)
    text = documents.serialize(article, tags)
    document = documents.parse(documents.DocumentText("x.md", 1, text))
    assert document.article.authored() == article.authored()
    assert document.tags == tags
    assert documents.serialize(document.article, document.tags) == text
