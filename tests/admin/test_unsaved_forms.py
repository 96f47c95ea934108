"""Forms posted after the end of a session or with an outdated token; sessions that slide."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from articles.models import Article, Tag
from tests import factories
from tests.admin.utils import ADD_ARTICLE, ARTICLE_LIST, TAG_LIST, change_url, form_data, html

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
OLD_TOKEN = {"csrfmiddlewaretoken": "a" * 64}
BODY = '\r\n<b> & "quotes"\r\n\r\nend  '


def hidden_fields(response):
    """Return the names and values of the hidden fields of a page."""
    tags = re.findall(r'<input type="hidden"[^>]*? name="([^"]*)" value="([^"]*)"', html(response))
    return {name: unescape(value) for name, value in tags}


def log_in_with(client, page, **data):
    return client.post(LOGIN, {**hidden_fields(page), **data})


@pytest.mark.parametrize("url", [ADD_ARTICLE, f"{TAG_LIST}add/"])
def test_a_form_posted_after_the_end_of_the_session_is_saved_after_the_login(client, url):
    factories.editor("amina")
    data = form_data(name="history", body=BODY, description=BODY, _save="Save")
    page = client.post(url, data)
    assert page.status_code == 403 and "Your session has ended" in html(page)
    page = log_in_with(client, page, username="amina", password="wrong")
    assert page.status_code == 200 and "Your session has ended" in html(page)
    page = log_in_with(client, page, username="amina", password="pass")
    assert page.status_code == 200 and "are not saved yet" in html(page)
    assert f'action="{url}"' in html(page) and unescape(html(page)).count(BODY) > 1
    assert not Article.objects.exists() and not Tag.objects.exists()
    assert client.post(url, hidden_fields(page)).status_code == 302
    saved = Article.objects.get().body if url == ADD_ARTICLE else Tag.objects.get().description
    assert saved.strip() == BODY.replace("\r\n", "\n").strip()


def test_a_login_without_a_form_leads_to_the_page_that_needs_it(client):
    factories.editor("amina")
    data = {"username": "amina", "password": "pass", "next": ARTICLE_LIST}
    for unsaved_form in ("", "forged"):
        response = client.post(LOGIN, {**data, "unsaved_form": unsaved_form})
        assert (response.status_code, response["Location"]) == (302, ARTICLE_LIST)


@pytest.fixture
def strict(editor):
    """The client of a user who logged in, which checks CSRF tokens."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = editor.cookies
    client.get(ADD_ARTICLE)
    return client


def test_a_form_with_an_outdated_token_is_given_back_and_saved(strict):
    data = form_data(body=BODY, _continue="Save", **OLD_TOKEN)
    page = strict.post(ADD_ARTICLE, data, headers=SAME_ORIGIN)
    assert page.status_code == 403 and "are not saved yet" in html(page)
    assert strict.post(ADD_ARTICLE, hidden_fields(page)).status_code == 302
    assert Article.objects.get().body == BODY.replace("\r\n", "\n")


def test_an_outdated_token_and_no_session_lead_to_the_login(strict):
    Session.objects.all().delete()
    page = strict.post(ADD_ARTICLE, form_data(**OLD_TOKEN), headers=SAME_ORIGIN)
    assert page.status_code == 403 and "Your session has ended" in html(page)
    data = {"username": "amina", "password": "pass", **hidden_fields(page), **OLD_TOKEN}
    page = strict.post(LOGIN, data, headers=SAME_ORIGIN)
    assert page.status_code == 403 and "Your session has ended" in html(page)
    page = log_in_with(strict, page, username="amina", password="pass")
    assert "are not saved yet" in html(page)


def test_a_page_of_another_site_can_not_fill_in_a_form(strict):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://example.org"}, {}):
        page = strict.post(ADD_ARTICLE, form_data(title="Forged", **OLD_TOKEN), headers=headers)
        assert page.status_code == 403 and "Forged" not in html(page)
        assert "Permission denied" in html(page)


def test_a_second_login_page_is_shown_again_with_a_new_token(strict):
    url = f"{LOGIN}?next={ARTICLE_LIST}"
    response = strict.post(url, OLD_TOKEN, headers=SAME_ORIGIN)
    assert (response.status_code, response["Location"]) == (302, url)


def test_staff_without_permissions_get_a_page_in_the_design_of_the_admin(client):
    client.force_login(factories.user(""))
    page = client.get(ARTICLE_LIST)
    assert page.status_code == 403
    assert "Permission denied" in html(page) and "articles/css/admin.css" in html(page)


@pytest.mark.parametrize("url", [ADD_ARTICLE, f"{TAG_LIST}add/"])
def test_a_user_without_the_permission_any_more_gets_the_text_back(client, url):
    client.force_login(factories.user(""))
    page = client.post(url, form_data(name="history", body=BODY, description=BODY))
    assert page.status_code == 403
    assert "Your text is below" in html(page)
    assert "&lt;b&gt; &amp; &quot;quotes&quot;" in html(page)


def test_a_refused_request_to_the_site_gets_a_page_in_its_design(client):
    page = client.post("/language/", {"language": "ar"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 403
    assert "Permission denied" in html(page) and "articles/css/site.css" in html(page)


def test_requests_to_the_admin_prolong_the_session_now_and_then(editor, settings):
    editor.get(ARTICLE_LIST)
    session = Session.objects.get()
    editor.get(ARTICLE_LIST)
    assert Session.objects.get().expire_date == session.expire_date
    data = session.get_decoded()
    data["renewed"] -= settings.SESSION_COOKIE_AGE // 10
    soon = timezone.now() + timedelta(seconds=60)
    Session.objects.update(session_data=Session.objects.encode(data), expire_date=soon)
    response = editor.get(f"{ARTICLE_LIST}session/")
    assert response.json()["token"] and "sessionid" in response.cookies
    age = timedelta(seconds=settings.SESSION_COOKIE_AGE - 60)
    assert Session.objects.get().expire_date > timezone.now() + age


def test_the_form_lists_the_ids_of_saved_forms(editor):
    article = factories.article("Peace")
    data = form_data(title="", form_id="abc1", revision="1")
    assert editor.post(change_url(article), data).status_code == 200
    editor.post(change_url(article), {**data, "title": "Peace", "form_id": "abc2"})
    editor.post(ADD_ARTICLE, form_data(title="War", form_id="<script>"))
    page = editor.get(ADD_ARTICLE)
    assert page.context["form_config"]["saved"] == ["abc2"]


def test_a_refused_title_is_not_shown_as_the_name_of_the_article(editor):
    factories.article("War")
    article = factories.article("Peace")
    page = editor.post(change_url(article), form_data(title="War", revision="1"))
    assert str(page.context["original"]) == page.context["subtitle"] == "Peace"
    tag = factories.article(tags=["history"]).tags.get()
    page = editor.post(f"{TAG_LIST}{tag.pk}/change/", {"name": "a[b"})
    assert str(page.context["original"]) == "history"


def test_lists_and_deletions_load_no_scripts_of_the_editor(editor):
    article = factories.article("Peace")
    for url in (ARTICLE_LIST, change_url(article).replace("change", "delete"), TAG_LIST):
        page = html(editor.get(url))
        assert "article-form.js" not in page and "jquery" not in page
    assert "selection.js" in html(editor.get(ARTICLE_LIST))
    page = html(editor.get(change_url(article)))
    assert "article-form.js" in page and "jquery" not in page
