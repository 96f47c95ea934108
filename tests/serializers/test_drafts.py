"""What fixtures do with the draft of a published article: dumps of it, and loads over it."""

import json

import pytest
from django.core.management import call_command

from articles import editing
from articles.models import Article, Draft, Revision, RevisionKind
from tests import factories
from tests.admin.utils import change_url, submitted

pytestmark = pytest.mark.django_db

NATURAL = {"use_natural_primary_keys": True, "use_natural_foreign_keys": True}


@pytest.fixture
def peace():
    """A published article with a draft."""
    article = factories.article("Peace", body="Live.", tags=["calm"])
    draft = Article.objects.get()
    draft.title, draft.slug, draft.body = "Concord", "concord", "Draft."
    editing.save_draft(draft, tags=["secret"], user=factories.user("omar"))
    return article


def dump(tmp_path, *labels, **options):
    file = tmp_path / f"dump.{options.get('format', 'json')}"
    call_command("dumpdata", *labels, output=str(file), verbosity=0, **options)
    return file


def load(file):
    call_command("loaddata", str(file), verbosity=0)


def row():
    return Article.objects.get()


def test_a_document_of_an_article_has_its_published_state(peace, tmp_path):
    text = dump(tmp_path, "articles.article", format="md").read_text()
    assert "Live." in text and "status: published" in text
    assert all(word not in text for word in ("Draft.", "Concord", "secret", "omar"))


def test_a_dump_in_json_has_the_published_state_and_the_draft_among_the_revisions(peace, tmp_path):
    records = json.loads(dump(tmp_path, "articles", **NATURAL).read_text())
    assert {record["model"] for record in records} == {
        "articles.article",
        "articles.revision",
        "articles.tag",
        "articles.tagging",
    }
    (article,) = (r["fields"] for r in records if r["model"] == "articles.article")
    assert (article["title"], article["body"]) == ("Peace", "Live.")
    revisions = [r["fields"] for r in records if r["model"] == "articles.revision"]
    assert [(r["body"], r["is_draft"]) for r in revisions] == [("Live.", False), ("Draft.", True)]


def test_the_draft_is_history_in_another_database(peace, tmp_path):
    file = dump(tmp_path, "articles", **NATURAL)
    Article.objects.all().delete()
    load(file)
    assert (row().title, row().body) == ("Peace", "Live.") and not Draft.objects.exists()
    states = [(revision.body, revision.is_draft) for revision in Revision.objects.all()]
    assert states == [("Live.", False), ("Draft.", True)]
    # The next save follows it, and is what readers see.
    article = row()
    article.body = "Later."
    assert editing.save(article).number == 3


@pytest.mark.parametrize("form", ["md", "json"])
def test_loading_what_is_stored_leaves_the_draft_as_it_is(peace, tmp_path, form):
    labels = ["articles.article"] if form == "md" else ["articles"]
    file = dump(tmp_path, *labels, format=form, **(NATURAL if form == "json" else {}))
    load(file)
    draft = Draft.objects.get()
    assert (draft.revision.body, draft.revision.number) == ("Draft.", 2)
    assert Revision.objects.count() == 2 and row().body == "Live."


def test_a_load_changes_the_published_state_and_the_draft_is_merged_with_it(peace, tmp_path):
    file = dump(tmp_path, "articles.article", format="md")
    file.write_text(file.read_text().replace("Live.", "Live.\n\nLoaded."))
    load(file)
    assert "Loaded." in row().body
    newest = Revision.objects.newest(peace.pk).get()
    assert (newest.number, newest.kind, newest.is_draft) == (3, RevisionKind.LOADED, False)
    opened = editing.open_newest(row())
    assert opened.fields["title"] == "Concord"
    assert opened.conflicts == [] and "Loaded." in opened.body


def test_a_form_that_was_open_during_a_load_gets_a_conflict(peace, tmp_path, client):
    client.force_login(factories.editor(), "django.contrib.auth.backends.ModelBackend")
    data = submitted(client.get(change_url(peace))) | {"summary": "Mine."}
    file = dump(tmp_path, "articles.article", format="md")
    file.write_text(file.read_text().replace("Live.", "Loaded."))
    load(file)
    response = client.post(change_url(peace), data)
    assert response.status_code == 409 and "Mine." in response.text
    assert row().summary == "" and Draft.objects.get().revision.number == 2


def test_an_article_that_a_load_unpublishes_keeps_its_draft(peace, tmp_path):
    file = dump(tmp_path, "articles.article", format="md")
    file.write_text(file.read_text().replace("status: published", "status: draft"))
    load(file)
    assert row().status == "draft"
    assert editing.open_newest(row()).fields["title"] == "Concord"
