"""The desk: who may do what, what the lists cost, and what the browser is answered."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from articles import derived, editing
from articles.models import Article, Name, Status, Tag
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/article/"
ADD = f"{LIST}add/"
TAGS = "/admin/articles/tag/"
WRITER = ("add_article", "change_article", "view_article", "view_tag")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def editor():
    return signed_in(factories.editor("amina"))


@pytest.fixture
def writer():
    return signed_in(factories.user("omar", *WRITER))


@pytest.fixture
def viewer():
    return signed_in(factories.user("vera", "view_article", "view_tag"))


def typed(**data):
    return {"title": "Peace", "language": "en", "status": "draft", **data}


def change(article):
    return f"{LIST}{article.pk}/change/"


def text(response):
    return response.content.decode()


# The form


def test_an_editor_writes_tags_and_publishes_an_article(editor):
    body = "See [[War]].\r\n"
    response = editor.post(
        ADD, typed(body=body, tags="history، politics", aliases="Concord", status="published")
    )
    assert response.status_code == 302, response.context["errors"]
    article = Article.objects.public().get(slug="peace")
    assert article.body == "See [[War]].\n" and "wiki:war" in article.html
    assert editing.tag_names(article) == ["history", "politics"]
    assert article.revisions.get().editor == "amina"
    assert LogEntry.objects.get().object_id == str(article.pk)


def test_a_former_title_is_kept_until_the_editor_takes_it_out(editor):
    article = factories.article("War", slug="war")
    editor.post(change(article), typed(title="Peace", slug="peace"))
    article.refresh_from_db()
    assert article.former == ["War"]
    editor.post(change(article), typed(title="Peace", slug="peace", former=""))
    assert not Name.objects.filter(key="war").exists()


def test_a_refused_form_has_all_that_was_typed(editor):
    response = editor.post(ADD, typed(title="a[b", body="Words & more\x0c", tags="x, y"))
    page = text(response)
    assert response.status_code == 200 and set(response.context["adminform"].form.errors) == {
        "title",
        "body",
    }
    assert 'value="a[b"' in page and "Words &amp; more" in page and 'value="x, y"' in page
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    "field", ["title", "slug", "summary", "body", "tags", "aliases", "author"]
)
def test_no_input_is_answered_with_a_server_error(editor, field):
    for value in ("\0", "a\x0cb", "\ud800", "x" * 3000, "[[", ",,,", "a\r\nb", "😀‮"):
        sent = value.encode("utf-8", "surrogatepass")
        response = editor.post(ADD, typed(slug="fine") | {field: sent})
        assert response.status_code < 500


def test_a_name_lost_in_a_race_is_a_form_error(editor, monkeypatch):
    """The form looks before the other article is there; saving finds it."""
    other = factories.article("Harmony", aliases=["Concord"])
    look, looks = derived.check_names, []

    def late(article):
        looks.append(article)
        if len(looks) > 1:
            look(article)

    monkeypatch.setattr(derived, "check_names", late)
    response = editor.post(ADD, typed(title="Concord", body="kept"))
    assert response.status_code == 200 and "kept" in text(response)
    assert change(other) in str(response.context["adminform"].form.errors["title"])


def test_a_form_may_begin_with_the_title_that_is_wanted(editor):
    form = editor.get(f"{ADD}?title=Foreign+Affairs%00").context["adminform"].form
    assert (form.initial["title"], form.initial["slug"]) == ("Foreign Affairs", "foreign-affairs")


def test_the_form_works_without_javascript(editor):
    article = factories.article("Peace", tags=["history"])
    page = text(editor.get(change(article)))
    assert '<textarea name="body"' in page and 'name="tags" value="history"' in page
    assert "<style" not in page and " style=" not in page and " onclick=" not in page
    assert "<script>" not in page


def test_the_form_says_what_the_state_means_for_readers(editor):
    article = factories.article("Peace", publish_at=timezone.now() + timedelta(days=1))
    page = text(editor.get(change(article)))
    assert "Scheduled for" in page and article.get_absolute_url() not in page
    shown = factories.article("Now")
    page = text(editor.get(change(shown)))
    assert "View article" in page and shown.get_absolute_url() in page


# Who may do what


def test_a_writer_writes_and_sends_to_review(writer):
    assert writer.post(ADD, typed(status="review")).status_code == 302
    assert Article.objects.get().status == Status.REVIEW


@pytest.mark.parametrize("extra", [{}, {"_saveasnew": "1"}, {"_continue": "1"}])
def test_a_writer_cannot_publish_by_a_crafted_form(writer, extra):
    draft = factories.article("Draft", status=Status.DRAFT)
    for address in (ADD, change(draft)):
        response = writer.post(address, typed(title="New", status="published", **extra))
        assert "status" in response.context["adminform"].form.errors
    assert not Article.objects.public().exists()


@pytest.mark.parametrize("opens", [None, timedelta(days=1), timedelta(days=-1)])
def test_a_writer_reads_what_is_published_and_cannot_change_it(writer, opens):
    publish_at = timezone.now() + opens if opens else None
    article = factories.article("Peace", body="*Calm*", publish_at=publish_at)
    page = text(writer.get(change(article)))
    assert "This article is published" in page and "<em>Calm</em>" in page
    assert "<textarea" not in page and 'name="_save"' not in page
    assert writer.post(change(article), typed(slug="peace")).status_code == 403
    assert writer.post(f"{LIST}{article.pk}/delete/", {"post": "yes"}).status_code == 403
    article.refresh_from_db()
    assert article.body == "*Calm*"


def test_who_may_delete_still_cannot_delete_what_is_published_without_publishing(client):
    client = signed_in(factories.user("", *WRITER, "delete_article"))
    shown, draft = factories.article("Shown"), factories.article("Draft", status=Status.DRAFT)
    for article, status in ((shown, 403), (draft, 302)):
        response = client.post(f"{LIST}{article.pk}/delete/", {"post": "yes"})
        assert response.status_code == status
    act(client, "delete_selected", shown, post="yes")
    assert list(Article.objects.all()) == [shown]


def act(client, action, *articles, **data):
    chosen = [article.pk for article in articles]
    return client.post(LIST, {"action": action, "_selected_action": chosen, **data}, follow=True)


def test_actions_publish_and_take_back_and_say_how_many(editor):
    draft = factories.article("Draft", status=Status.DRAFT)
    shown = factories.article("Shown")
    later = factories.article("Later", status="draft", publish_at=timezone.now() + timedelta(1))
    page = text(act(editor, "publish", draft, shown, later))
    assert "2 articles published." in page and "1 of them is not visible to readers" in page
    assert set(Article.objects.public()) == {draft, shown}
    assert draft.revisions.count() == 2 and shown.revisions.count() == 1
    assert LogEntry.objects.count() == 2
    assert "1 article unpublished." in text(act(editor, "unpublish", draft))
    assert list(Article.objects.public()) == [shown]


def test_a_writer_cannot_publish_by_an_action(writer):
    draft, shown = factories.article("Draft", status=Status.DRAFT), factories.article("Shown")
    assert "publish" not in text(writer.get(LIST)).split("<table")[0]
    act(writer, "publish", draft)
    act(writer, "unpublish", shown)
    assert list(Article.objects.public()) == [shown]


def test_a_viewer_sees_all_and_changes_nothing(viewer):
    article = factories.article("Peace", tags=["history"], aliases=["Concord"], status="draft")
    page = text(viewer.get(change(article)))
    assert all(word in page for word in ("history", "Concord", "not change it"))
    assert viewer.post(change(article), typed()).status_code == 403
    assert viewer.post(ADD, typed()).status_code == 403
    assert viewer.get(LIST).status_code == viewer.get(TAGS).status_code == 200
    tag = Tag.objects.get()
    assert viewer.get(f"{TAGS}{tag.pk}/change/").status_code == 200
    assert viewer.post(f"{TAGS}{tag.pk}/change/", {"name": "x"}).status_code == 403


def test_the_admin_of_the_tag_library_is_not_there(editor):
    assert {model._meta.label for model in admin.site._registry if "tag" in str(model)} == {
        "articles.Tag"
    }


# Deleting


def test_deleting_says_in_numbers_what_is_lost(editor):
    target = factories.article("Target", aliases=["Goal"])
    factories.article("One", body="[[Target]] and [[Goal]]")
    factories.article("Two", body="[[goal]]")
    page = text(editor.get(f"{LIST}{target.pk}/delete/"))
    assert "2 articles link here; those links will be broken." in page
    assert "2 articles link here" in text(act(editor, "delete_selected", target))
    assert editor.post(f"{LIST}{target.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Article.objects.filter(slug="target").exists()


def test_deleting_a_tag_says_how_many_articles_have_it(editor):
    for _ in range(3):
        factories.article(tags=["history"])
    tag = Tag.objects.get()
    assert "3 articles will lose this tag" in text(editor.get(f"{TAGS}{tag.pk}/delete/"))
    editor.post(f"{TAGS}{tag.pk}/delete/", {"post": "yes"})
    assert not Tag.objects.exists() and Article.objects.count() == 3


# The list


def titles(response):
    return [article.title for article in response.context["cl"].result_list]


def test_the_list_finds_by_any_name(editor):
    article = factories.article("Peace", slug="calm", aliases=["Concord"], former=["Armistice"])
    factories.article("War")
    for asked in ("eac", "CALM", "concord", "armis"):
        assert titles(editor.get(LIST, {"q": asked})) == ["Peace"]
    assert editor.get(LIST, {"q": "a\0b"}).status_code == 200
    assert article.title in text(editor.get(LIST))


def test_the_list_is_filtered(editor):
    factories.article("Peace", tags=["history"], body="[[War]]")
    factories.article("War", language="de", body="[[Nowhere]]")
    factories.article("Draft", status=Status.DRAFT)
    editing.save_tag(Tag.objects.get(), ["annals"])
    for asked, found in [
        ({"status__exact": "draft"}, ["Draft"]),
        ({"links": "wanted"}, ["War"]),
        ({"links": "orphan"}, ["Draft", "Peace"]),
        ({"tag": "History"}, ["Peace"]),
        ({"tag": "annals"}, ["Peace"]),
        ({"tag": "unheard of"}, []),
        ({"language": "de"}, ["War"]),
        ({"tag": "history", "language": "de"}, []),
    ]:
        assert sorted(titles(editor.get(LIST, asked))) == found


def test_the_list_shows_state_tags_and_links(editor):
    now = timezone.now()
    factories.article("Hub", tags=["b", "a"], body="[[Later]] [[Gone]] [[Hub]]")
    factories.article("Later", publish_at=now + timedelta(days=1), body="[[hub]] [[Hub]]")
    factories.article("Gone", expire_at=now - timedelta(days=1))
    rows = {row.title: row for row in editor.get(LIST).context["cl"].result_list}
    page = text(editor.get(LIST))
    assert all(state in page for state in ("Scheduled", "Expired", "Published"))
    assert rows["Hub"].tag_names == ["a", "b"]
    assert (rows["Hub"].links_in, rows["Hub"].links_out) == (1, 3)
    assert (rows["Later"].links_in, rows["Gone"].links_in) == (1, 1)


@pytest.mark.parametrize("number", [3, 60])
def test_the_list_asks_as_many_questions_at_any_length(
    editor, number, django_assert_max_num_queries
):
    for index in range(number):
        factories.article(f"No {index}", tags=["x", f"t{index % 7}"], body="[[No 1]] [[Other]]")
    editor.get(LIST)
    with django_assert_max_num_queries(10) as queries:
        editor.get(LIST)
    columns = " ".join(query["sql"] for query in queries)
    assert not any(f'"articles_article"."{name}"' in columns for name in ("body", "html", "text"))


@pytest.mark.parametrize("number", [3, 40])
def test_the_tag_list_asks_as_many_questions_at_any_length(
    editor, number, django_assert_num_queries
):
    for index in range(number):
        factories.article(tags=["common", f"tag {index}"])
        editing.save_tag(Tag.objects.get(slug=f"tag-{index}"), [f"word {index}"])
    with django_assert_num_queries(8):
        page = text(editor.get(TAGS))
    assert f">{number}<span" in page and "word 2" in page


# Tags


def test_renaming_a_tag_keeps_the_old_name_as_a_synonym_and_its_address(editor, client):
    factories.article("Peace", tags=["history"])
    tag = Tag.objects.get()
    sent = {"name": "annals", "slug": "annals", "synonyms": "past"}
    assert editor.post(f"{TAGS}{tag.pk}/change/", sent).status_code == 302
    assert {synonym.name for synonym in tag.synonyms.all()} == {"history", "past"}
    response = client.get("/tags/history/")
    assert (response.status_code, response["Location"]) == (301, "/tags/annals/")


def test_the_tag_list_is_searched_by_synonyms(editor):
    editing.save_tag(Tag(name="history"), ["annals"])
    editing.save_tag(Tag(name="war"))
    found = editor.get(TAGS, {"q": "ANNA"}).context["cl"].result_list
    assert [tag.name for tag in found] == ["history"]


# What goes wrong, and takes back no word


def test_a_save_over_a_newer_revision_is_refused_once_and_says_whose_it_is(editor):
    article = factories.article("Peace", body="First.\n")
    form = editor.get(change(article))
    number = form.context["latest_revision"].number
    assert f'name="revision" value="{number}"' in text(form)
    article.body = "Theirs.\n"
    editing.save(article, user=factories.user("omar"))
    mine = typed(body="Mine.", revision=number)
    response = editor.post(change(article), mine)
    assert response.status_code == 200 and "Mine." in text(response)
    assert "omar saved this article" in text(response) and change(article) in text(response)
    article.refresh_from_db()
    assert article.body == "Theirs.\n"
    again = response.context["latest_revision"].number
    assert editor.post(change(article), mine | {"revision": again}).status_code == 302
    bodies = article.revisions.order_by("number").values_list("body", flat=True)
    assert list(bodies) == ["First.\n", "Theirs.\n", "Mine."]


def test_what_was_typed_into_an_article_that_was_published_meanwhile_is_given_back(writer):
    article = factories.article("Peace", status="published")
    response = writer.post(change(article), typed(body="All my words"))
    assert response.status_code == 403 and "All my words" in text(response)
    article.refresh_from_db()
    assert article.body == ""


@pytest.mark.parametrize("status", ["published", "archived"])
def test_without_publishing_nobody_touches_what_readers_saw(status):
    client = signed_in(factories.user("", *WRITER, "delete_article"))
    article = factories.article("Peace", status=status)
    assert client.post(change(article), typed(body="x")).status_code == 403
    assert client.post(f"{LIST}{article.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("chosen", ["abc", "9" * 40, "\0", "-1", "", "1.5"])
@pytest.mark.parametrize("action", ["publish", "delete_selected"])
@pytest.mark.parametrize("desk", [LIST, TAGS])
def test_a_crafted_choice_chooses_nothing(editor, desk, action, chosen):
    article = factories.article("Peace", tags=["kept"], status="draft")
    data = {"action": action, "_selected_action": [chosen], "post": "yes"}
    assert editor.post(desk, data).status_code < 500
    article.refresh_from_db()
    assert article.status == "draft" and Tag.objects.exists()


@pytest.mark.parametrize("moment", ["9999-12-31T23:59", "0001-01-01T00:00"])
def test_no_date_leads_out_of_the_calendar(editor, settings, moment):
    settings.TIME_ZONE = "America/New_York" if moment.startswith("9") else "Asia/Tokyo"
    response = editor.post(ADD, typed(publish_at=moment, body="kept"))
    assert response.status_code == 200 and "kept" in text(response)
    assert "Enter a date between years 2 and 9997." in str(response.context["errors"])


def test_a_language_has_one_spelling(editor):
    factories.article("Concord", language="en")
    response = editor.post(ADD, typed(title="Concord", slug="other", language="EN"))
    assert "title" in response.context["adminform"].form.errors
    editor.post(ADD, typed(language="ZH-hant"))
    assert Article.objects.get(title="Peace").language == "zh-Hant"


def test_the_proposed_slug_is_nobodys_name(editor):
    factories.article("Concord", aliases=["C sharp"])
    editor.post(ADD, typed(title="C#"))
    assert Article.objects.get(title="C#").slug == "c-sharp-2"


# Tags


def tag_form(tag, **data):
    return f"{TAGS}{tag.pk}/change/", {"name": tag.name, "slug": tag.slug, **data}


def test_a_slug_that_means_another_tag_is_a_form_error(editor):
    editing.save_tag(Tag(name="Peace"), ["Concord"])
    war = Tag(name="War", description="kept")
    editing.save_tag(war)
    for taken in ("concord", "peace"):
        response = editor.post(*tag_form(war, slug=taken, description="typed"))
        assert response.status_code == 200 and "typed" in text(response)
        assert "slug" in response.context["adminform"].form.errors


def test_a_former_slug_that_means_another_tag_does_not_become_a_synonym(editor):
    war = Tag(name="War", slug="battle")
    editing.save_tag(war)
    battle = Tag(name="Battle")
    editing.save_tag(battle)
    assert editor.post(*tag_form(war, slug="war")).status_code == 302
    assert not war.synonyms.exists() and Tag.objects.resolve(["battle"])["battle"] == battle


def test_whatever_saving_refuses_comes_back_as_a_form_with_what_was_typed(editor, monkeypatch):
    def refuse(*_arguments):
        raise ValidationError("No, sorry.")

    tag = Tag(name="War")
    editing.save_tag(tag)
    monkeypatch.setattr(editing, "save_tag", refuse)
    response = editor.post(*tag_form(tag, description="typed"))
    assert response.status_code == 200
    assert "typed" in text(response) and "No, sorry." in text(response)


def test_a_message_quotes_only_the_beginning_of_what_is_long(editor):
    response = editor.post(ADD, typed(tags="x" * 5000, aliases="[" * 5000))
    errors = str(response.context["adminform"].form.errors)
    assert len(errors) < 1500


def test_the_old_name_of_a_tag_leads_to_it_even_if_its_address_stays(editor):
    tag = Tag(name="Alliances")
    editing.save_tag(tag)
    editor.post(*tag_form(tag, name="Coalitions"))
    assert list(tag.synonyms.values_list("name", flat=True)) == ["Alliances"]
    assert Tag.objects.resolve(["alliances"])["alliances"] == tag


def test_a_conflict_is_told_even_after_another_mistake(editor):
    article = factories.article("Peace", body="First.\n")
    number = article.revisions.count()
    article.body = "Theirs.\n"
    editing.save(article)
    response = editor.post(change(article), typed(title="", body="Mine.", revision=number))
    assert response.context["base_revision"] == number
    response = editor.post(change(article), typed(body="Mine.", revision=number))
    assert response.status_code == 200 and "saved this article" in text(response)


def test_what_was_typed_into_an_article_that_is_gone_is_given_back(editor):
    article = factories.article("Peace")
    address = change(article)
    editing.delete([article])
    response = editor.post(address, typed(body="All my words", tags="one, two"))
    assert response.status_code == 404
    assert "All my words" in text(response) and "one, two" in text(response)


@pytest.mark.parametrize("title", ["…" * 85, "ﷺ" * 14])
def test_names_that_grow_when_they_are_folded_are_saved_or_refused(editor, title):
    body = f"[[{'ﷺ' * 20}]] [[{'…' * 90}]]"
    assert editor.post(ADD, typed(title=title, slug="x", body=body)).status_code == 302
    assert not Article.objects.get().links.exists()


@pytest.mark.parametrize("query", ["status__exact=%00", "q=%00", "tag=%00", "language=a%00"])
def test_a_nul_asks_for_nothing(editor, query):
    assert editor.get(f"{LIST}?{query}", follow=True).status_code == 200
    assert editor.get(f"{LIST}slug/?title=%00&language=%00").status_code == 200


@pytest.mark.parametrize("zone", ["Asia/Dubai", "America/New_York"])
@pytest.mark.parametrize("moment", ["0002-01-01T00:00", "9997-12-31T23:59"])
def test_a_date_that_is_taken_can_be_dumped_and_loaded(editor, settings, tmp_path, zone, moment):
    settings.TIME_ZONE = zone
    if editor.post(ADD, typed(publish_at=moment)).status_code == 200:
        return
    for form in ("json", "md"):
        file = tmp_path / f"dump.{form}"
        call_command("dumpdata", "articles.article", format=form, output=str(file), verbosity=0)
        call_command("loaddata", str(file), verbosity=0)
