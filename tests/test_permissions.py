"""Staff are told of hidden articles and tags only if they may read them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import derived, editing, permissions
from articles.models import Article, Name, Status, Tag
from tests import factories
from tests.admin.utils import (
    ADD_ARTICLE,
    ARTICLE_LIST,
    TAG_LIST,
    WRITER,
    confirm_action,
    form_data,
    html,
    log_in,
    titles,
    user_of,
)

pytestmark = pytest.mark.django_db

ADD_TAG = f"{TAG_LIST}add/"
SECRET = "Layoffs at Contoso"


@pytest.fixture
def hidden():
    """A draft that has each kind of name, two of them hidden."""
    article = factories.article("Earlier Plan", status=Status.DRAFT, tags=["secret"])
    article.aliases = ["Job cuts"]
    factories.rename(article, title=SECRET, slug="contoso-layoffs")
    return article


@pytest.fixture
def adder():
    return log_in(factories.user("", "add_article", "add_tag"))


@pytest.fixture
def reader():
    return log_in(factories.user("", "add_article", "view_article", "add_tag", "view_tag"))


def tells(response):
    return any(word in html(response) for word in ("Contoso", "contoso-l", "Layoffs at"))


# Posted names that the hidden article has, by the field that gets the error.
CONFLICTS = [
    ("title", {"title": "Job cuts"}),
    ("title", {"title": "Earlier plan", "slug": "fine"}),
    ("aliases", {"aliases": "earlier_plan"}),
    ("former", {"former": "Job cuts\nOther"}),
    ("slug", {"slug": "job-cuts"}),
]


@pytest.mark.parametrize(("field", "data"), CONFLICTS, ids=lambda value: str(value))
def test_a_name_of_a_hidden_article_is_only_called_used(hidden, adder, reader, field, data):
    response = adder.post(ADD_ARTICLE, form_data(**data))
    assert list(response.context["adminform"].form.errors) == [field]
    assert "is already used" in html(response) and not tells(response)
    assert "former name)" not in html(response)
    assert tells(reader.post(ADD_ARTICLE, form_data(**data)))


def test_a_slug_of_a_hidden_article_is_only_called_used(hidden, adder, reader):
    data = form_data(slug="contoso-layoffs")
    response = adder.post(ADD_ARTICLE, data)
    error = "“contoso-layoffs” is already used."
    assert response.context["adminform"].form.errors["slug"] == [error]
    assert "Layoffs at" not in html(response)
    assert "Layoffs at" in html(reader.post(ADD_ARTICLE, data))


@pytest.mark.parametrize("name", [SECRET, "contoso-layoffs", "Job cuts", "Earlier Plan", "Ghost"])
def test_a_hidden_source_does_not_exist_for_those_who_may_not_read_it(hidden, adder, name):
    factories.article("Entwurf", language="de", translation_of=hidden.slug, status=Status.DRAFT)
    for language in ("de", "fr"):
        data = form_data(title="Other", language=language, translation_of=name)
        errors = adder.post(ADD_ARTICLE, data).context["adminform"].form.errors
        assert errors["translation_of"] == [f"There is no article called “{name}”."]


def test_a_hidden_translation_is_not_named(adder, reader):
    factories.article("Peace", slug="peace")
    factories.article(SECRET, language="de", translation_of="peace", status=Status.DRAFT)
    data = form_data(title="Frieden", language="de", translation_of="peace")
    response = adder.post(ADD_ARTICLE, data)
    assert "There is already an article in this language." in html(response)
    assert not tells(response) and tells(reader.post(ADD_ARTICLE, data))


def test_a_stub_with_the_name_of_a_hidden_article_is_only_called_used(hidden, adder, reader):
    for name in ("Job cuts", "Earlier Plan"):
        response = adder.post(f"{ARTICLE_LIST}stub/", {"title": name, "language": "en"})
        assert response.json() == {"error": f"“{name}” is already used."}
        response = reader.post(f"{ARTICLE_LIST}stub/", {"title": name, "language": "en"})
        assert tells(response)


def test_a_name_that_is_taken_after_validation_is_only_called_used(hidden, adder, monkeypatch):
    check_names, calls = derived.check_names, []

    def check_from_second_call(article):
        calls.append(article)
        if len(calls) > 1:
            check_names(article)

    monkeypatch.setattr(derived, "check_names", check_from_second_call)
    response = adder.post(ADD_ARTICLE, form_data(title="Job cuts"))
    assert "is already used" in html(response) and not tells(response)


def test_a_public_article_is_named_but_not_its_hidden_names(hidden, adder, reader):
    hidden.status = Status.PUBLISHED
    editing.save(hidden)
    assert tells(adder.post(ADD_ARTICLE, form_data(title="Job cuts")))
    data = form_data(title="Earlier Plan", slug="other")
    assert not tells(adder.post(ADD_ARTICLE, data))
    assert tells(reader.post(ADD_ARTICLE, data))


@pytest.mark.parametrize("data", [{"name": "Secrecy"}, {"name": "x", "synonyms": "secrecy"}])
def test_a_hidden_tag_is_not_named(hidden, adder, reader, data):
    editing.save_tag(Tag.objects.get(), ["secrecy"])
    response = adder.post(ADD_TAG, data)
    assert "is already used" in html(response) and ">secret<" not in html(response)
    assert ">secret<" in html(reader.post(ADD_TAG, data))
    factories.article("Public", tags=["secret"])
    assert ">secret<" in html(adder.post(ADD_TAG, data))


def test_a_hidden_synonym_of_a_public_tag_is_not_told(adder, reader):
    factories.article("Plan", tags=["working"], status=Status.DRAFT)
    tag = Tag.objects.get()
    tag.name = tag.slug = "final"
    editing.save_tag(tag)
    factories.article("Public", tags=["final"])
    assert ">final<" not in html(adder.post(ADD_TAG, {"name": "Working"}))
    assert ">final<" in html(reader.post(ADD_TAG, {"name": "Working"}))


@pytest.mark.parametrize(
    ("codename", "is_visible"),
    [("add", False), ("delete", False), ("publish", False), ("view", True), ("change", False)],
)
def test_who_may_read_hidden_articles(hidden, codename, is_visible):
    user = factories.user("", f"{codename}_article", f"{codename}_tag")
    assert permissions.can_view_article(user, hidden) == is_visible
    assert set(permissions.viewable_articles(user)) == ({hidden} if is_visible else set())
    assert permissions.viewable_names(user).exists() == is_visible
    for name in Name.objects.all():
        assert permissions.can_view_name(user, name) == is_visible
    if codename in ("add", "view", "delete"):
        assert permissions.can_view_tag_name(user, "Secret") == is_visible
    public = factories.article("Public")
    assert permissions.can_view_article(user, Article.objects.get(pk=public.pk))


# Writers: users who may change articles, but not publish them


@pytest.fixture
def other_draft():
    """A draft of another writer, which links to a public article."""
    owner = factories.user("olga", *WRITER)
    return factories.article(SECRET, status=Status.DRAFT, body="[[Public]]", owner=owner)


@pytest.fixture
def writer():
    return log_in(factories.user("omar", *WRITER, "delete_article", "view_revision"))


def test_a_writer_sees_public_and_own_articles_in_the_list(writer, other_draft):
    factories.article("Public")
    factories.article("Mine", status=Status.DRAFT, owner=user_of(writer))
    assert set(titles(writer.get(ARTICLE_LIST))) == {"Public", "Mine"}
    assert titles(writer.get(ARTICLE_LIST, {"q": "Layoffs"})) == []


@pytest.mark.parametrize("page", ["change/", "history/", "delete/", "compare/?old=1&new=1"])
def test_a_draft_of_another_writer_is_not_found(writer, other_draft, page):
    url = f"{ARTICLE_LIST}{other_draft.pk}/{page}"
    for response in (writer.get(url, follow=True), writer.post(url, form_data(), follow=True)):
        assert response.status_code in (200, 403, 404, 405) and not tells(response)
    other_draft.refresh_from_db()
    assert other_draft.title == SECRET


def test_actions_leave_drafts_of_other_writers_alone(writer, other_draft):
    for action in ("delete_selected", "publish", "unpublish"):
        assert not tells(confirm_action(writer, action, other_draft))
    assert Article.objects.get(pk=other_draft.pk).status == Status.DRAFT


def test_suggestions_and_panels_do_not_name_drafts_of_other_writers(writer, other_draft):
    target = factories.article("Public", owner=user_of(writer))
    names = writer.get(f"{ARTICLE_LIST}names/", {"q": "Layoffs"}).json()
    assert names == {"results": []}
    assert not tells(writer.get(f"{ARTICLE_LIST}sections/", {"name": SECRET}))
    assert not tells(writer.get(f"{ARTICLE_LIST}{target.pk}/change/"))
    other_draft.body = "[[Wanted page]]"
    editing.save(other_draft)
    assert not tells(writer.get(f"{ARTICLE_LIST}wanted/"))


def test_a_writer_reads_the_published_revisions_of_other_public_articles(writer):
    article = factories.article("Peace", status=Status.DRAFT, body="Unpublished words.")
    editing.publish([article], None)
    mine = factories.article("Mine", status=Status.DRAFT, owner=user_of(writer))
    revisions = permissions.viewable_revisions(user_of(writer))
    numbers = set(revisions.values_list("article", "number"))
    assert numbers == {(article.pk, 2), (mine.pk, 1)}


@pytest.mark.parametrize(
    "schedule", [{"publish_at": timedelta(days=1)}, {"expire_at": timedelta(days=-1)}]
)
def test_a_writer_reads_no_revision_that_was_hidden_by_its_schedule(writer, schedule):
    fields = {name: timezone.now() + delta for name, delta in schedule.items()}
    article = factories.article("Peace", body="Hidden words.", **fields)
    article.publish_at = article.expire_at = None
    article.body = "Public words."
    editing.save(article)
    revisions = permissions.viewable_revisions(user_of(writer))
    assert list(revisions.values_list("number", flat=True)) == [2]
    article.body = "New words."
    editing.save(article)
    assert set(revisions.values_list("number", flat=True)) == {2, 3}


def test_a_writer_reads_the_present_revision_of_a_public_article_with_a_schedule(writer):
    now = timezone.now()
    dates = {"publish_at": now - timedelta(days=1), "expire_at": now + timedelta(days=1)}
    article = factories.article("Peace", **dates)
    article.body = "A draft of it."
    editing.save_draft(article)
    revisions = permissions.viewable_revisions(user_of(writer))
    assert list(revisions.values_list("number", flat=True)) == [1]


def test_an_editor_reads_and_changes_all_articles(other_draft):
    editor = factories.editor("amina")
    assert permissions.can_change_article(editor, other_draft)
    assert other_draft in permissions.viewable_articles(editor)


def test_a_writer_changes_and_deletes_own_articles_until_they_are_published(writer):
    user = user_of(writer)
    for status in Status:
        article = factories.article(status.label, status=status, owner=user)
        is_unpublished = status in (Status.DRAFT, Status.REVIEW)
        assert permissions.can_save_article(user, article) == is_unpublished
        assert permissions.can_change_article(user, article) == (status != Status.ARCHIVED)
        assert permissions.can_delete_article(user, article) == is_unpublished
