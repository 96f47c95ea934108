"""What travels to another database, and what does not: the table in docs/content.md."""

import json

import pytest
from django.core.management import CommandError, call_command

from articles import editing
from articles.models import Article, Draft, Revision, Tag, TagSynonym, TrashedArticle
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

NATURAL = {"use_natural_primary_keys": True, "use_natural_foreign_keys": True}
FORMATS = {
    "md": (["articles.article"], {"format": "md"}),
    "json": (["articles"], {"format": "json", **NATURAL}),
}


@pytest.fixture(params=FORMATS)
def form(request):
    return request.param


@pytest.fixture
def moved(form, tmp_path):
    """Return what loads, into an empty database, a dump of a site with all kinds of content."""
    user = factories.user("omar")
    article = factories.article("Peace", body="Live.", tags=["calm"])
    article.body = "Live, edited."
    editing.save(article, user=user, comment="A comment")
    factories.rename(article, title="Concord", slug="concord")
    draft = Article.objects.get()
    draft.body = "Draft."
    editing.save_draft(draft, tags=["secret"], user=user)
    editing.save_tag(Tag.objects.get(name="calm"), ["quiet"])
    deleted = factories.article("Deleted", body="Gone.", tags=["trash"])
    editing.delete([deleted])
    file = tmp_path / f"dump.{form}"
    labels, options = FORMATS[form]
    call_command("dumpdata", *labels, output=str(file), verbosity=0, **options)
    call_command("flush", interactive=False, verbosity=0)
    call_command("loaddata", str(file), verbosity=0)
    return file


def test_the_published_state_travels_and_the_trash_does_not(moved):
    article = Article.objects.get()
    assert (article.title, article.body, editing.tag_names(article)) == (
        "Concord",
        "Live, edited.",
        ["calm"],
    )
    assert article.former == ["Peace"]
    assert not TrashedArticle.objects.exists() and b"Gone." not in moved.read_bytes()


def test_the_history_travels_in_json_only(moved, form):
    comments = [revision.comment for revision in Revision.objects.order_by("number")]
    assert ("A comment" in comments) == (form == "json")
    assert Revision.objects.count() == {"md": 1, "json": 4}[form]
    assert TagSynonym.objects.exists() == (form == "json")


def test_a_draft_travels_as_history_in_json_only(moved, form):
    assert not Draft.objects.exists()
    drafts = Revision.objects.filter(is_draft=True).values_list("body", flat=True)
    assert list(drafts) == (["Draft."] if form == "json" else [])
    assert (b"secret" in moved.read_bytes()) == (form == "json")


def test_dumping_again_gives_the_same_bytes(moved, form):
    before = moved.read_bytes()
    labels, options = FORMATS[form]
    call_command("dumpdata", *labels, output=str(moved), verbosity=0, **options)
    assert moved.read_bytes() == before


def test_an_article_in_the_trash_stays_there_when_it_is_loaded(form, tmp_path):
    article = factories.article("Peace", body="Words.")
    file = tmp_path / f"dump.{form}"
    labels, options = FORMATS[form]
    call_command("dumpdata", *labels, output=str(file), verbosity=0, **options)
    editing.delete([article])
    call_command("loaddata", str(file), verbosity=0)
    assert Article.objects.get().slug == "peace" and TrashedArticle.objects.count() == 1
    restored = editing.restore_from_trash(TrashedArticle.objects.all())
    assert len(restored) == 1 and Article.objects.count() == 2
    assert Article.objects.exclude(slug="peace").get().body == "Words."


def test_a_tag_that_was_renamed_or_deleted_adds_nothing_to_the_history(form, tmp_path):
    factories.article("Peace", tags=["calm", "gone"])
    tag = Tag.objects.get(name="calm")
    tag.name = "quiet"
    editing.save_tag(tag)
    editing.delete_tags(Tag.objects.filter(name="gone"))
    before = [*Revision.objects.values("number", "kind", "fields")]
    file = tmp_path / f"dump.{form}"
    labels, options = FORMATS[form]
    call_command("dumpdata", *labels, output=str(file), verbosity=0, **options)
    call_command("loaddata", str(file), verbosity=0)
    assert [*Revision.objects.values("number", "kind", "fields")] == before
    assert editing.tag_names(Article.objects.get()) == ["quiet"]


def test_the_name_and_the_slug_of_a_tag_may_be_former_ones_of_another(tmp_path):
    """The slug “calm” stays, while its tag gives its name to another one."""
    factories.article("Peace", tags=["calm"])
    tag = Tag.objects.get(name="calm")
    tag.name = "quiet"
    editing.save_tag(tag)
    editing.save_tag(tag, [])
    factories.article("War", tags=["calm"])
    history = [*Revision.objects.order_by("article__slug").values("number", "fields")]
    file = tmp_path / "dump.json"
    labels, options = FORMATS["json"]
    call_command("dumpdata", *labels, output=str(file), verbosity=0, **options)
    call_command("flush", interactive=False, verbosity=0)
    records = sorted(json.loads(file.read_text()), key=order_of_export)
    file.write_text(json.dumps(records))
    call_command("loaddata", str(file), verbosity=0)
    assert dict(Tag.objects.values_list("name", "slug")) == {"quiet": "calm", "calm": "calm-2"}
    assert [*Revision.objects.order_by("article__slug").values("number", "fields")] == history


def order_of_export(record):
    """The tags come first, in the order of their names."""
    is_tag = record["model"] == "articles.tag"
    return (0, record["fields"]["name"]) if is_tag else (1, "")


def test_the_slug_of_a_new_tag_is_not_the_name_of_a_stored_one(tmp_path):
    factories.article("War", tags=["calm"])
    file = tmp_path / "tags.json"
    record = {"model": "articles.tag", "fields": {"name": "quiet", "slug": "calm"}}
    file.write_text(json.dumps([record]))
    with pytest.raises(CommandError, match="slug: “calm” belongs to the tag “calm” already"):
        call_command("loaddata", str(file), verbosity=0)
