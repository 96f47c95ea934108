"""What an editor types, and what the form makes of it."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.utils.html import escape

from articles import editing
from articles.forms import ArticleForm, TagForm
from articles.models import Article, Status, Tag
from articles.models.fields import BODY_BYTES
from tests import factories

pytestmark = pytest.mark.django_db


def form(user=None, instance=None, **data):
    """An article's form as it comes back, filled in where nothing else is said."""
    filled = {"title": "Peace", "language": "en", "status": "draft"}
    if instance:
        shown = ArticleForm(instance=instance)
        filled = {name: written(shown[name]) for name in shown.fields}
    bound = type("Bound", (ArticleForm,), {"user": user or factories.editor()})
    return bound({**filled, **data}, instance=instance)


def written(field):
    """What the browser shows of a field and sends back."""
    value = field.value()
    moment = isinstance(value, datetime)
    return field.field.widget.format_value(value) if moment else value or ""


def saved(bound):
    assert bound.is_valid(), bound.errors
    return editing.save(bound.save(commit=False), bound.cleaned_data["tags"])


def test_an_empty_slug_is_made_from_the_title_and_a_taken_one_gets_a_number():
    factories.article("C++ in Use")
    assert form(title="Peace & War").is_valid()
    assert saved(form(title="Peace & War")).article.slug == "peace-war"
    bound = form(title="C++ in: Use!")
    assert bound.is_valid() and bound.cleaned_data["slug"] == "c-plus-plus-in-use-2"


def test_a_slug_that_is_no_slug_is_refused_with_what_it_could_be():
    bound = form(slug="Not A Slug")
    assert "not-a-slug" in str(bound.errors["slug"])


@pytest.mark.parametrize(
    ("field", "typed"),
    [("title", "  CONCORD "), ("aliases", "Amity\nconcord"), ("former", "Concord")],
)
def test_a_name_of_another_article_is_refused_at_its_field_with_a_link(field, typed):
    other = factories.article("Harmony", aliases=["Concord"])
    bound = form(**{"title": "Peace", field: typed})
    error = str(bound.errors[field])
    assert f'href="/admin/articles/article/{other.pk}/change/"' in error and "Harmony" in error


def test_a_slug_of_an_article_in_another_language_is_refused_with_a_link():
    other = factories.article("Paix", slug="peace", language="fr")
    bound = form(slug="peace")
    assert f"/{other.pk}/change/" in str(bound.errors["slug"])


def test_a_title_in_an_error_is_text_not_markup():
    factories.article("<b>Bold</b>")
    error = str(form(title="<b>bold</b>").errors["title"])
    assert escape("<b>Bold</b>") in error and "<b>" not in error


def test_the_same_name_in_another_language_is_free():
    factories.article("Peace", slug="peace-en")
    assert form(title="Peace", language="fr").is_valid()


@pytest.mark.parametrize("typed", ["a\0b", "a\x0cb", "a\ud800b", "é" * (BODY_BYTES // 2 + 1)])
def test_a_body_that_cannot_be_kept_is_a_field_error_and_still_there(typed):
    bound = form(body=typed)
    assert list(bound.errors) == ["body"]
    assert bound["body"].value() == typed


def test_a_body_keeps_its_white_space_and_gets_the_line_ends_of_files():
    bound = form(body="\r\n  code\r\n\r\nend  \r\n")
    assert bound.is_valid()
    assert bound.cleaned_data["body"] == "\n  code\n\nend  \n"


def test_a_form_that_comes_back_as_it_was_changes_nothing():
    article = factories.article(
        "Peace",
        slug="concord",
        tags=["history", "war, and peace"],
        aliases=["Smith, John", "Amity"],
        former=["War, or Peace"],
        summary="One.\nTwo.",
        body="\n# One\n\n two  \n",
        publish_at=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
        expire_at=datetime(2126, 1, 2, 3, 4, 59, tzinfo=UTC),
    )
    bound = form(instance=Article.objects.get(pk=article.pk))
    assert saved(bound) is None


def test_aliases_are_parted_by_lines_and_by_commas_of_any_script():
    bound = form(aliases="Amity، Concord\r\n 和平、 Frieden\n\n concord")
    assert bound.is_valid(), bound.errors
    assert bound.cleaned_data["aliases"] == ["Amity", "Concord", "和平", "Frieden"]


def test_an_alias_with_a_comma_survives_when_others_are_added():
    article = factories.article("John", aliases=["Smith, John"])
    bound = form(instance=article, aliases="Smith, John\nJohnny, Jack")
    assert bound.is_valid()
    assert bound.cleaned_data["aliases"] == ["Smith, John", "Johnny", "Jack"]


def test_tags_are_parted_by_commas_of_any_script():
    revision = saved(form(tags="peace، war, 和平、Peace"))
    assert editing.tag_names(revision.article) == ["peace", "war", "和平"]


def test_new_tags_need_the_permission_and_known_ones_do_not():
    editing.save_tag(Tag(name="history"), ["annals"])
    writer = factories.user("", "add_article", "change_article")
    assert form(writer, tags="History, annals").is_valid()
    bound = form(writer, tags="history, politics, sports")
    assert "“politics”, “sports”" in bound.errors["tags"][0]
    writer.user_permissions.add(
        Permission.objects.get(content_type__app_label="articles", codename="add_tag")
    )
    writer = type(writer).objects.get(pk=writer.pk)
    assert form(writer, tags="history, politics").is_valid()


def test_a_tag_that_cannot_be_one_is_a_field_error():
    assert list(form(tags="fine, " + "x" * 101).errors) == ["tags"]
    assert list(form(tags="a[b").errors) == ["tags"]
    assert list(form(tags=",".join(map(str, range(2000)))).errors) == ["tags"]


def test_publishing_needs_the_permission():
    writer = factories.user("", "add_article", "change_article")
    assert form(writer, status="review").is_valid()
    assert list(form(writer, status="published").errors) == ["status"]
    assert form(factories.editor(), status="published").is_valid()


def test_an_archived_article_may_stay_so_whoever_edits_it():
    article = factories.article("Peace", status=Status.ARCHIVED)
    writer = factories.user("", "change_article")
    assert form(writer, article, summary="Quiet").is_valid()


def test_an_article_expires_after_it_is_published():
    bound = form(publish_at="2026-02-01T10:00", expire_at="2026-02-01T10:00")
    assert list(bound.errors) == ["expire_at"]


def test_a_language_is_a_tag():
    assert list(form(language="English!").errors) == ["language"]
    assert form(language="zh-Hant").is_valid()


def tag_form(instance=None, **data):
    return TagForm({"name": "history", **data}, instance=instance)


def test_a_tag_may_not_take_a_word_of_another():
    other = Tag(name="war")
    editing.save_tag(other, ["conflict"])
    for field, typed in [("name", "Conflict"), ("synonyms", "strife\nWAR")]:
        error = str(tag_form(**{field: typed}).errors[field])
        assert f'href="/admin/articles/tag/{other.pk}/change/"' in error


def test_a_tag_gets_a_slug_and_keeps_its_synonyms():
    bound = tag_form(synonyms="annals, past")
    assert bound.is_valid(), bound.errors
    editing.save_tag(bound.save(commit=False), bound.cleaned_data["synonyms"])
    tag = Tag.objects.get(slug="history")
    assert TagForm(instance=tag)["synonyms"].value() == "annals\npast"
