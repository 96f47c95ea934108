"""The forms of articles and tags: cleaned values and errors."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone, translation
from django.utils.html import escape

from articles import editing
from articles.forms import ArticleForm, TagForm
from articles.models import Article, Status, Tag
from articles.models.fields import BODY_BYTES
from tests import factories

pytestmark = pytest.mark.django_db


def form(user=None, instance=None, **data):
    """Return the bound form of an article: unchanged, or of a valid new one, except for `data`."""
    values = {"title": "Peace", "language": "en"}
    if instance:
        unbound = ArticleForm(instance=instance)
        values = {name: submitted_value(unbound[name]) for name in unbound.fields}
    bound = type("Bound", (ArticleForm,), {"user": user or factories.editor()})
    return bound({**values, **data}, instance=instance)


def submitted_value(field):
    """Return what a browser displays of a field and submits."""
    value = field.value()
    if isinstance(value, datetime):
        return field.field.widget.format_value(value)
    return value or ""


def save(bound):
    assert bound.is_valid(), bound.errors
    return editing.save(bound.save(commit=False), bound.cleaned_data["tags"])


def test_a_blank_slug_is_created_from_the_title_and_numbered_if_taken():
    factories.article("C++ in Use")
    assert form(title="Peace & War").is_valid()
    assert save(form(title="Peace & War")).article.slug == "peace-war"
    bound = form(title="C++ in: Use!")
    assert bound.is_valid() and bound.cleaned_data["slug"] == "c-plus-plus-in-use-2"


def test_an_invalid_slug_is_an_error_with_a_suggestion():
    bound = form(slug="Not A Slug")
    assert "not-a-slug" in str(bound.errors["slug"])


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "  CONCORD "), ("aliases", "Amity\nconcord"), ("former", "Concord")],
)
def test_a_name_of_another_article_is_an_error_of_its_field_with_a_link(field, value):
    other = factories.article("Harmony", aliases=["Concord"])
    bound = form(**{"title": "Peace", field: value})
    error = str(bound.errors[field])
    assert f'href="/admin/articles/article/{other.pk}/change/"' in error and "Harmony" in error


def test_a_slug_of_an_article_in_another_language_is_an_error_with_a_link():
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


@pytest.mark.parametrize("body", ["a\0b", "a\x0cb", "a\ud800b", "é" * (BODY_BYTES // 2 + 1)])
def test_an_invalid_body_is_an_error_and_is_redisplayed(body):
    bound = form(body=body)
    assert list(bound.errors) == ["body"]
    assert bound["body"].value() == body


def test_a_body_keeps_its_white_space_and_gets_line_feeds():
    bound = form(body="\r\n  code\r\n\r\nend  \r\n")
    assert bound.is_valid()
    assert bound.cleaned_data["body"] == "\n  code\n\nend  \n"


def test_saving_an_unchanged_form_changes_nothing():
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
    assert save(bound) is None


def test_a_comma_in_a_name_of_one_per_line_is_part_of_the_name():
    text = "Paris, Texas\r\nبغداد، العراق\n\n和、平\n paris, texas"
    expected = ["Paris, Texas", "بغداد، العراق", "和、平"]
    bound = form(aliases=text, former="War, or Peace")
    assert bound.is_valid(), bound.errors
    assert bound.cleaned_data["aliases"] == expected
    assert bound.cleaned_data["former"] == ["War, or Peace"]
    tag = tag_form(synonyms=text)
    assert tag.is_valid() and tag.cleaned_data["synonyms"] == expected


def test_a_tag_with_a_comma_stays_one_tag_after_an_error_too():
    editing.save_tag(Tag(name="Washington, D.C."), [])
    bound = form(title="", tags='"Washington, D.C.", history')
    assert not bound.is_valid() and bound["tags"].value() == '"Washington, D.C.", history'
    revision = save(form(tags=bound["tags"].value()))
    assert editing.tag_names(revision.article) == ["history", "Washington, D.C."]


def test_tags_are_split_at_commas_of_any_script():
    revision = save(form(tags="peace، war, 和平、Peace"))
    assert editing.tag_names(revision.article) == ["peace", "war", "和平"]


def test_new_tags_need_the_permission_and_existing_ones_do_not():
    editing.save_tag(Tag(name="history"), ["annals"])
    writer = factories.user("", "add_article", "change_article")
    assert form(writer, tags="History, annals").is_valid()
    bound = form(writer, tags="history, politics, sports")
    assert "“politics”, “sports”" in bound.errors["tags"][0]
    with translation.override("ar"):
        bound = form(writer, tags="history, politics, sports")
        assert "«politics»، «sports»" in bound.errors["tags"][0]
    writer.user_permissions.add(
        Permission.objects.get(content_type__app_label="articles", codename="add_tag")
    )
    writer = type(writer).objects.get(pk=writer.pk)
    assert form(writer, tags="history, politics").is_valid()


def test_an_invalid_tag_is_a_field_error():
    assert list(form(tags="fine, " + "x" * 101).errors) == ["tags"]
    assert list(form(tags="a[b").errors) == ["tags"]
    assert list(form(tags=",".join(map(str, range(2000)))).errors) == ["tags"]


def test_publishing_needs_the_permission():
    writer = factories.user("", "add_article", "change_article")
    assert form(writer, _submit="1").is_valid()
    for button in ("_publish", "_schedule", "_unpublish", "_archive", "_return"):
        errors = form(writer, publish_at="2126-12-31 09:00", note="x", **{button: "1"}).errors
        assert "permission to publish" in errors["__all__"][0]
    assert form(factories.editor(), _publish="1").is_valid()


def test_an_archived_article_can_be_edited_without_the_permission_to_publish():
    article = factories.article("Peace", status=Status.ARCHIVED)
    writer = factories.user("", "change_article")
    assert form(writer, article, summary="Quiet").is_valid()


def test_an_article_expires_after_it_is_published():
    bound = form(publish_at="2026-02-01T10:00", expire_at="2026-02-01T10:00")
    assert list(bound.errors) == ["expire_at"]


def test_a_date_of_expiry_in_the_past_is_an_error_unless_it_was_there_before():
    past = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    assert list(form(expire_at="2026-01-02 03:04").errors) == ["expire_at"]
    article = factories.article("Peace", status=Status.DRAFT, expire_at=past)
    assert form(instance=article, summary="Quiet").is_valid()
    assert list(form(instance=article, _publish="1").errors) == ["expire_at"]
    assert list(form(instance=article, expire_at="2026-01-02 03:05").errors) == ["expire_at"]


@pytest.mark.parametrize("field", ["publish_at", "expire_at"])
def test_an_incomplete_date_is_an_error(field):
    bound = form(_publish="1", **{field: "2126-12-31"})
    assert list(bound.errors) == [field]
    assert bound[field].value() == "2126-12-31"


@pytest.mark.parametrize("hour", [0, 1])
def test_an_article_can_be_saved_whose_date_is_in_the_hour_that_the_clock_repeats(hour):
    stored = datetime(2126, 10, 27, hour, 30, tzinfo=UTC)
    article = factories.article("Peace", publish_at=stored)
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert timezone.localtime(stored).hour == 2
        bound = form(instance=article, summary="Quiet")
        assert "publish_at" not in bound.changed_data
        save(bound)
    article.refresh_from_db()
    assert article.publish_at == stored and article.summary == "Quiet"


@pytest.mark.parametrize("field", ["publish_at", "expire_at"])
@pytest.mark.parametrize("time", ["2126-10-27 02:30", "2126-10-27T02:30"])
def test_an_hour_that_the_clock_repeats_is_refused_without_an_offset(field, time):
    article = factories.article("Peace")
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert form(instance=article, **{field: time}).errors[field] == [
            "2126-10-27 02:30 occurs twice in the time zone Europe/Berlin: the clock is put back. "
            "Write 2126-10-27 02:30+02:00 or 2126-10-27 02:30+01:00."
        ]


@pytest.mark.parametrize("field", ["publish_at", "expire_at"])
@pytest.mark.parametrize(("stored", "submitted"), [(0, 1), (1, 0)])
def test_an_offset_tells_which_of_two_equal_times_of_the_clock_is_meant(field, stored, submitted):
    dates = [datetime(2126, 10, 27, hour, 30, 12, tzinfo=UTC) for hour in (0, 1)]
    article = factories.article("Peace", **{field: dates[stored]})
    with timezone.override(ZoneInfo("Europe/Berlin")):
        for hour in (stored, submitted):
            text = f"2126-10-27 02:30+0{2 - hour}:00"
            bound = form(instance=article, **{field: text})
            assert (field in bound.changed_data) == (hour == submitted)
            save(bound)
            article.refresh_from_db()
            second = 12 if hour == stored else 0
            assert getattr(article, field) == dates[hour].replace(second=second)


def test_a_language_is_a_bcp_47_tag():
    assert list(form(language="English!").errors) == ["language"]
    assert form(language="zh-Hant").is_valid()


def tag_form(instance=None, **data):
    bound = type("Bound", (TagForm,), {"user": factories.editor()})
    return bound({"name": "history", **data}, instance=instance)


def test_a_name_or_synonym_of_another_tag_is_an_error_with_a_link():
    other = Tag(name="war")
    editing.save_tag(other, ["conflict"])
    for field, value in [("name", "Conflict"), ("synonyms", "strife\nWAR")]:
        error = str(tag_form(**{field: value}).errors[field])
        assert f'href="/admin/articles/tag/{other.pk}/change/"' in error


def test_a_tag_gets_a_slug_and_its_synonyms_are_redisplayed():
    bound = tag_form(synonyms="annals\npast")
    assert bound.is_valid(), bound.errors
    editing.save_tag(bound.save(commit=False), bound.cleaned_data["synonyms"])
    tag = Tag.objects.get(slug="history")
    assert TagForm(instance=tag)["synonyms"].value() == "annals\npast"
