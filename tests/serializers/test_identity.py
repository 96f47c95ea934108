"""Which stored row a record updates: no load replaces another article, tag or revision."""

import gzip
import io
import json

import pytest
from django.core.management import CommandError, call_command

from articles import editing
from articles.models import Article, Name, Revision, Tag, Tagging, TagSynonym
from tests import factories
from tests.serializers.builders import document, record


def titles():
    return dict(Article.objects.values_list("slug", "title"))


def rows(model, pk, **fields):
    return {"model": f"articles.{model}", "pk": pk, "fields": fields}


def dump(*labels, **options):
    out = io.StringIO()
    call_command("dumpdata", *labels, stdout=out, **options)
    return out.getvalue()


PAIRS = {
    "symbols": ("Q&A", "Q/A", "q-a"),
    "Arabic": ("سلام؟", "سلام!", "سلام"),
    "Chinese": ("和平,战争", "和平/战争", "和平-战争"),
}


@pytest.mark.parametrize(("first", "second", "slug"), PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("together", [False, True], ids=["two loads", "one stream"])
def test_titles_with_one_slug_become_two_articles(load, first, second, slug, together):
    texts = document(first, summary="One."), document(second, summary="Two.")
    for _time in range(2):
        if together:
            load("\f".join(texts))
        else:
            load(texts[0])
            load(texts[1])
        assert titles() == {slug: first, f"{slug}-2": second}
    assert Revision.objects.count() == 2
    assert set(Article.objects.values_list("summary", flat=True)) == {"One.", "Two."}


def test_headings_with_one_slug_become_two_articles(load):
    load("# Q&A\n\nOne.\n")
    load("# Q/A\n\nTwo.\n")
    assert dict(Article.objects.values_list("slug", "body")) == {
        "q-a": "One.\n",
        "q-a-2": "Two.\n",
    }


def test_a_document_without_slug_updates_the_article_with_its_title(load):
    factories.article("Peace", slug="on-peace", body="Old.")
    load(document("PEACE"))
    assert titles() == {"on-peace": "PEACE"}
    assert Article.objects.get().body == "Words.\n"


def test_a_document_without_slug_updates_the_article_with_its_slug_if_the_title_is_a_name(load):
    load(document("Peace"))
    factories.rename(Article.objects.get(), title="Concord")
    load(document("Peace"))
    assert titles() == {"peace": "Peace"}


@pytest.mark.parametrize("names", [{"aliases": ["Mercury"]}, {"former": ["Mercury"]}])
def test_a_document_without_slug_does_not_replace_an_article_that_only_has_its_title_too(
    load, names
):
    factories.article("Planets", body="Old.", **names)
    with pytest.raises(CommandError, match=r"1\.md:2: title: “Mercury” is already a name"):
        load(document("Mercury"))
    assert Article.objects.get().body == "Old."


def test_a_document_without_slug_does_not_replace_an_article_in_another_language(load):
    factories.article("Peace", language="en", body="Old.")
    for _time in range(2):
        load(document("Peace", language="fr"))
        assert titles() == {"peace": "Peace", "peace-2": "Peace"}
    assert Article.objects.get(language="en").body == "Old."


def test_the_same_title_twice_in_one_load_is_refused(load):
    with pytest.raises(CommandError, match=r"2\.md:2: title: “Peace” is already a name"):
        load(document("Peace"), document("Peace"))
    assert not Article.objects.exists()


def test_a_title_that_an_article_gives_up_in_the_same_load_is_free_or_refused(load):
    load(document("Mercury", slug="m"))
    planet, metal = document("Mercury (planet)", slug="m"), document("Mercury")
    with pytest.raises(CommandError, match=r"1\.md:1: slug: “m” is the slug of .*2\.md:3 already"):
        load(metal, planet)
    assert titles() == {"m": "Mercury"}
    for _time in range(2):
        load(planet, metal)
        assert titles() == {"m": "Mercury (planet)", "mercury-2": "Mercury"}


def test_a_primary_key_does_not_replace_another_article(load):
    peace = factories.article("Peace", slug="peace", body="Old.")
    with pytest.raises(CommandError, match=r"1\.json:1: x: pk: \d+ is the primary key of “Peace”"):
        load(json.dumps([{**record(), "pk": peace.pk}]))
    other = {**record(slug="peace", title="Peace"), "pk": peace.pk + 1}
    with pytest.raises(CommandError, match=r"1\.json:1: peace: slug: the article “peace” has the"):
        load(json.dumps([other]))
    assert Article.objects.get().body == "Old."


def test_a_primary_key_identifies_an_article_that_was_renamed_since_or_before_the_dump(load):
    article = factories.article("X", slug="x")
    text = json.dumps([{**record(), "pk": article.pk}])
    factories.rename(article, title="Y", slug="y")
    later = dump("articles.article")
    load(text)
    assert Article.objects.get().slug == "x"
    assert set(Name.objects.values_list("key", flat=True)) == {"x", "y"}
    load(later)
    assert titles() == {"y": "Y"}


def test_a_dump_with_primary_keys_loads_into_an_empty_database_and_again(load):
    editing.save_tag(Tag(name="calm"), ["quiet"])
    factories.rename(factories.article("X", tags=["calm"]), title="Y")
    dumped = dump("articles")
    call_command("flush", interactive=False, verbosity=0)
    for _time in range(2):
        load(dumped)
        counts = [model.objects.count() for model in (Article, Tag, TagSynonym, Tagging, Revision)]
        assert counts == [1, 1, 1, 1, 2]
    factories.article("Z", tags=["calm", "new"])


def test_a_tag_s_primary_key_does_not_rename_another_tag(load):
    factories.article("X", tags=["peace"])
    tag = Tag.objects.get()
    for pk, name in ((tag.pk, "war"), (tag.pk + 1, "peace")):
        with pytest.raises(
            CommandError, match=rf"pk: the tag “peace” has the primary key {tag.pk}"
        ):
            load(json.dumps([rows("tag", pk, name=name, slug=name)]))
    assert editing.tag_names(Article.objects.get()) == ["peace"]


def test_a_tag_does_not_take_another_one_s_slug(load):
    editing.save_tag(Tag(name="peace"), ["calm"])
    for slug in ("peace", "calm"):
        with pytest.raises(CommandError, match=r"slug: .*“peace”"):
            load(json.dumps([{"model": "articles.tag", "fields": {"name": "war", "slug": slug}}]))
    assert Tag.objects.get().name == "peace"


def test_a_tag_without_slug_keeps_its_slug(load):
    for name in ("Q&A", "Q/A"):
        editing.save_tag(Tag(name=name))
    fields = {"name": "Q/A", "description": "Words."}
    load(json.dumps([{"model": "articles.tag", "fields": fields}]))
    tags = set(Tag.objects.values_list("name", "slug", "description"))
    assert tags == {("Q&A", "q-a", ""), ("Q/A", "q-a-2", "Words.")}


@pytest.mark.parametrize(
    "fields", [{"name": "Calm", "description": "Others."}, {"name": "peace"}], ids=str
)
def test_a_tag_record_by_a_synonym_or_without_description_keeps_the_description(load, fields):
    editing.save_tag(Tag(name="peace", description="Words."), ["calm"])
    load(json.dumps([{"model": "articles.tag", "fields": fields}]))
    assert Tag.objects.get().description == "Words."


def test_a_record_without_hidden_names_keeps_them_hidden(load, client):
    article = factories.article("Plan", status="draft")
    factories.rename(article, title="Peace", slug="peace")
    article.status = "published"
    editing.save(article)
    records = json.loads(dump("articles.article", use_natural_primary_keys=True))
    del records[0]["fields"]["hidden_former"]
    load(json.dumps(records))
    assert Article.objects.get().hidden_former
    assert client.get("/articles/plan/").status_code == 404


def test_a_synonym_does_not_leave_its_tag(load):
    editing.save_tag(Tag(name="peace"), ["calm"])
    editing.save_tag(Tag(name="war"))
    synonym = TagSynonym.objects.get()
    stolen = {"model": "articles.tagsynonym", "fields": {"name": "calm", "tag": ["war"]}}
    with pytest.raises(CommandError, match=r"name: it is a synonym of the tag “peace” already"):
        load(json.dumps([stolen]))
    load(json.dumps([rows("tagsynonym", synonym.pk, name="fight", tag=["war"])]))
    pairs = set(TagSynonym.objects.values_list("name", "tag__name"))
    assert pairs == {("calm", "peace"), ("fight", "war")}


def test_a_tagging_s_primary_key_does_not_take_a_tag_from_another_article(load):
    x, y = factories.article("X", tags=["a"]), factories.article("Y", tags=["b"])
    tagging = Tagging.objects.get(content_object=x)
    load(json.dumps([rows("tagging", tagging.pk, content_object=["y"], tag=["a"])]))
    assert editing.tag_names(x) == ["a"] and editing.tag_names(y) == ["a", "b"]


REFERENCES = {
    "tagging": ("content_object", {"content_object": 1, "tag": ["a"]}),
    "tag of a tagging": ("tag", {"content_object": ["x"], "tag": 1}),
    "synonym": ("tag", {"name": "b", "tag": 1}),
    "revision": ("article", {"article": 1, "number": 2, "fields": {"title": "X"}}),
}


@pytest.mark.parametrize(("field", "values"), REFERENCES.values(), ids=REFERENCES)
def test_a_record_does_not_refer_to_an_article_or_a_tag_by_a_key_of_another_database(
    load, field, values
):
    article = factories.article("X", tags=["a"])
    keys = {"content_object": article.pk, "article": article.pk, "tag": Tag.objects.get().pk}
    values = {name: keys[name] if value == 1 else value for name, value in values.items()}
    model = "revision" if "number" in values else "tagsynonym" if "name" in values else "tagging"
    text = json.dumps([{"model": f"articles.{model}", "fields": values}])
    with pytest.raises(CommandError, match=rf"1\.json:1: .*{field}: \d+ is the primary key of no"):
        load(text)


@pytest.mark.django_db(transaction=True)
def test_a_dump_with_natural_primary_keys_only_is_refused(load):
    factories.article("X", tags=["a"])
    with pytest.raises(CommandError, match=r"is the primary key of no record.*--natural-foreign"):
        load(dump("articles", use_natural_primary_keys=True))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("compressed", [True, False], ids=["gzip", "stdin"])
def test_former_names_that_a_compressed_or_piped_record_omits_are_kept(
    tmp_path, monkeypatch, compressed
):
    factories.rename(factories.article("Old", slug="x"), title="Z")
    text = json.dumps([record(title="Y")])
    if compressed:
        file = tmp_path / "record.json.gz"
        file.write_bytes(gzip.compress(text.encode()))
        call_command("loaddata", str(file), verbosity=0)
    else:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        call_command("loaddata", "-", format="json", verbosity=0)
    assert set(Article.objects.get().former) == {"Old", "Z"}


def history(slug="x"):
    revisions = Revision.objects.filter(article__slug=slug).order_by("number")
    return [(row.number, row.body, row.editor) for row in revisions]


def edit(*bodies, user=None):
    article = Article.objects.filter(slug="x").first() or Article(slug="x", title="X")
    for body in bodies:
        article.body = body
        editing.save(article, user=user)


NATURAL = {"use_natural_primary_keys": True, "use_natural_foreign_keys": True}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("options", [NATURAL, {}], ids=["natural keys", "primary keys"])
def test_the_histories_of_a_dump_and_of_the_stored_article_are_merged(load, options):
    edit("shared")
    there = factories.user("there")
    shared = dump("articles", **options)
    edit("there 1", "there 2", user=there)
    dumped = dump("articles", **options)
    Article.objects.all().delete()
    load(shared)
    edit("here", user=factories.user("here"))
    before = list(Revision.objects.values())
    for _time in range(2):
        load(dumped)
        assert history() == [
            (1, "shared", ""),
            (2, "here", "here"),
            (3, "there 1", "there"),
            (4, "there 2", "there"),
        ]
    assert list(Revision.objects.filter(number__lte=2).values()) == before
    assert Article.objects.get().body == "there 2"


@pytest.mark.django_db(transaction=True)
def test_a_dump_of_an_earlier_state_keeps_the_later_revisions(load):
    edit("one", "two")
    dumped = dump("articles", **NATURAL)
    edit("three")
    load(dumped)
    assert [body for _number, body, _editor in history()] == ["one", "two", "three", "two"]
    assert Article.objects.get().body == "two"


@pytest.mark.django_db(transaction=True)
def test_a_revision_s_primary_key_does_not_replace_the_revision_of_another_article(load):
    edit("mine")
    factories.article("Other", slug="other", body="other")
    other = json.loads(dump("articles.revision", **NATURAL))[-1]
    other["pk"] = Revision.objects.get(article__slug="x").pk
    other["fields"] |= {"number": 7, "body": "earlier"}
    load(json.dumps([other]))
    assert history() == [(1, "mine", "")]
    assert [body for _number, body, _editor in history("other")] == ["other", "earlier", "other"]


@pytest.mark.parametrize("fields", [[], "x", {}])
def test_a_revision_without_fields_is_refused(load, fields):
    factories.article("X", slug="x")
    values = {"article": ["x"], "number": 2, "fields": fields, "body": ""}
    with pytest.raises(CommandError, match=r"1\.json:1: record: fields: "):
        load(json.dumps([{"model": "articles.revision", "fields": values}]))
    assert Revision.objects.count() == 1


@pytest.mark.parametrize("model", ["name", "link", "searchdocument", "contentversion"])
def test_a_derived_row_is_refused(load, model):
    factories.article("X")
    fields = {"article": ["x"]} if model in ("name", "searchdocument") else {}
    with pytest.raises(CommandError, match=r"1\.json:1: record: model: is derived"):
        load(json.dumps([rows(model, 1, **fields)]))
