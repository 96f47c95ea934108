"""URLs, posted data and short cuts for tests of the admin."""

import json
from html.parser import HTMLParser
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from articles import editing
from articles.models import Article, Tag

ARTICLE_LIST = "/admin/articles/article/"
ADD_ARTICLE = f"{ARTICLE_LIST}add/"
TAG_LIST = "/admin/articles/tag/"
# Permissions of a user who writes articles and does not publish.
WRITER = ("add_article", "change_article", "view_article", "view_tag")


def log_in(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def user_of(client: Client) -> User:
    """Return the user that is logged in."""
    return User.objects.get(pk=client.session[SESSION_KEY])


def change_url(article: Article) -> str:
    return f"{ARTICLE_LIST}{article.pk}/change/"


def form_data(**data: Any) -> dict[str, Any]:
    """Return the posted data of an article, saved as a draft unless `data` has another button."""
    return {"title": "Peace", "language": "en", **data}


def change_form(article: Article, **data: Any) -> tuple[str, dict[str, Any]]:
    """Return the URL of the form of `article`, and its posted data as those of a new article, but
    with the revision that the form is based on. It is saved for readers if it is published."""
    newest = article.revisions.last()
    data = form_data(revision=newest.number if newest else 0, **data)
    return change_url(article), saved_for_readers(article, data)


def saved_for_readers(article: Article, data: dict[str, Any]) -> dict[str, Any]:
    """Add the button that saves a published article itself, unless `data` has a button."""
    has_button = any(name.startswith("_") for name in data)
    return data if has_button or article.status != "published" else {**data, "_publish": "1"}


def tag_form(tag: Tag, **data: Any) -> tuple[str, dict[str, Any]]:
    """Return the URL of the form of `tag` and its posted data."""
    posted = {"name": tag.name, "slug": tag.slug, "revision": json.dumps(editing.tag_state(tag))}
    return f"{TAG_LIST}{tag.pk}/change/", {**posted, **data}


def submitted(response: HttpResponse) -> dict[str, str]:
    """Return what a browser submits with the article's or tag's form of a page as it is, with the
    button that saves a published article itself."""
    form = response.context["adminform"].form
    data = {"revision": response.context["base_revision"]}
    for name, field in form.fields.items():
        value = form[name].value()
        formatted = field.widget.format_value(value)
        if value is True:
            data[name] = "on"
        elif formatted is not None:
            data[name] = formatted[0] if isinstance(formatted, list) else formatted
    return saved_for_readers(form.instance, data) if "title" in form.fields else data


def run_action(client: Client, action: str, *articles: Article, **data: Any) -> HttpResponse:
    selected = [article.pk for article in articles]
    data = {"action": action, "_selected_action": selected, **data}
    return client.post(ARTICLE_LIST, data, follow=True)


def confirm_action(client: Client, action: str, *articles: Article, **data: Any) -> HttpResponse:
    """Run an action on `articles`, and confirm it with all of them shown as changed."""
    listed = ",".join(str(article.pk) for article in articles)
    if "tags" in data:
        data["listed_tags"] = data["tags"]
    return run_action(client, action, *articles, confirmed="yes", listed=listed, **data)


def titles(response: HttpResponse) -> list[str]:
    """Return the titles of the articles that a change list shows."""
    return [article.title for article in response.context["cl"].result_list]


def html(response: HttpResponse) -> str:
    return response.content.decode()


class FormReader(HTMLParser):
    """The values that a browser submits for the form of an edit conflict."""

    def __init__(self):
        super().__init__()
        self.values = {}
        self.textarea = None

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "input" and values.get("type") == "hidden" and "name" in values:
            self.values[values["name"]] = values.get("value") or ""
        if tag == "textarea":
            self.textarea = values["name"]
            self.values[self.textarea] = ""

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.values[self.textarea] = self.values[self.textarea].removeprefix("\n")
            self.textarea = None

    def handle_data(self, data):
        if self.textarea:
            self.values[self.textarea] += data


def resolution(response, **choices):
    """Return what a browser submits for the page of a conflict, with a choice by field."""
    reader = FormReader()
    reader.feed(html(response))
    values = {name: value for name, value in reader.values.items() if not name.startswith("id")}
    for name, choice in choices.items():
        keys = [key for key in values if key.startswith(f"theirs_{name}_")]
        for key in keys:
            values[key.replace("theirs", "choice", 1)] = choice
    return values
