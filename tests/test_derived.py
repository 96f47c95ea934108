"""Derived data can be deleted and derived again."""

import io
import re
import threading
from html import unescape
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from articles import editing, rebuilding
from articles.models import Article, ContentVersion, Link, Name, SearchDocument, Tagging
from articles.search import index
from tests import factories
from tests.serializers.test_markdown import derived_rows
from tests.threads import patiently

pytestmark = pytest.mark.django_db


def test_rebuild_derives_everything_again():
    factories.article("Peace", aliases=["Concord"], tags=["history"], body="See [[War|war]].")
    factories.article("War", body="# Causes\n\nSee [[Concord]]. ![A map](/media/map.png)")
    before = derived_rows()
    Article.objects.update(
        html="", text="", toc=[], word_count=0, sort_key="", image_url="", image_alt=""
    )
    Tagging.objects.update(sort_key="")
    Name.objects.all().delete()
    Link.objects.all().delete()
    out = io.StringIO()
    call_command("rebuild", all=True, stdout=out)
    assert derived_rows() == before
    assert "2 article(s)" in out.getvalue()


IMAGES = {
    "none": "No image.",
    "not of our own media": "![a](https://example.org/a.png)",
    "after one that is not displayed": "![a](//example.org/a.png) ![b](/media/b.png)",
    "odd characters": '![a & "b" <c>](</media/a "b&c.png>)',
    "by name": "![[b c.png|300]] ![c](/media/c.png)",
    "a figure": '![a](/media/a.png "Caption")',
    "in a footnote that is defined first": "[^1]: ![a](/media/a.png)\n\n![b](/media/b.png) [^1]",
    "in a footnote only": "Text.[^1]\n\n[^1]: ![a](/media/a.png)",
}


@pytest.mark.parametrize("body", IMAGES.values(), ids=IMAGES)
def test_the_first_image_that_the_page_displays_is_stored(body):
    article = factories.article("Peace", body=body)
    match = re.search(r'<img src="([^"]*)" alt="([^"]*)"', article.html)
    displayed = (unescape(match[1]), unescape(match[2])) if match else ("", "")
    article.refresh_from_db()
    assert (article.image_url, article.image_alt) == displayed


def test_a_page_has_one_first_level_heading(client):
    body = "# Peace\n\nText.\n\n# Causes\n"
    article = factories.article("Peace", body=body)
    assert client.get("/articles/peace/").text.count("<h1") == 1
    assert [heading["text"] for heading in article.toc] == ["Causes"]
    factories.rename(article, title="War")
    article.refresh_from_db()
    assert [heading["text"] for heading in article.toc] == ["Peace", "Causes"]
    assert (article.body, article.text) == (body, "Peace\nText.\nCauses")
    assert client.get("/articles/peace/", follow=True).text.count("<h1") == 1


def test_articles_of_earlier_versions_get_their_first_image():
    for number, body in enumerate(IMAGES.values()):
        factories.article(f"Article {number}", body=body)
    before = list(Article.objects.order_by("pk").values_list("image_url", "image_alt"))
    Article.objects.update(image_url="", image_alt="")
    migration = import_module("articles.migrations.0007_rename_to_standard_terms")
    migration.store_first_images(apps, None)
    assert list(Article.objects.order_by("pk").values_list("image_url", "image_alt")) == before


def test_rebuilding_correct_data_keeps_every_row():
    factories.article("Peace", aliases=["Concord"], tags=["history"], body="See [[War|war]].")
    rows = list(Name.objects.values_list("pk")), list(Link.objects.values_list("pk"))
    call_command("rebuild", all=True, stdout=io.StringIO())
    assert (list(Name.objects.values_list("pk")), list(Link.objects.values_list("pk"))) == rows


def test_rebuilding_bumps_the_content_version():
    factories.article("Peace")
    version = ContentVersion.objects.current()
    call_command("rebuild", all=True, stdout=io.StringIO())
    assert ContentVersion.objects.current() != version


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("command", "module", "step"),
    [
        ("rebuild --all", rebuilding, "refresh"),
        ("reindex", index, "index_articles"),
    ],
)
def test_a_save_waits_for_the_batch_that_is_being_derived(monkeypatch, command, module, step):
    peace = factories.article("Peace", body="old")
    Article.objects.update(text="")

    def write():
        peace.body = "new"
        patiently(lambda: editing.save(peace))
        connection.close()

    writer = threading.Thread(target=write)
    original = getattr(module, step)

    def step_during_a_save(*arguments):
        writer.start()
        writer.join(0.5)
        return original(*arguments)

    monkeypatch.setattr(module, step, step_during_a_save)
    call_command(*command.split(), stdout=io.StringIO())
    writer.join()
    assert Article.objects.get().text.strip() == "new"
    assert " new " in SearchDocument.objects.get().body


def test_images_of_other_sites_are_displayed_if_the_setting_allows_their_host(settings):
    urls = ("https://a.example/x.png", "https://a.example.evil/y.png", "http://a.example/z.png")
    body = "".join(f"![a]({url})" for url in urls)
    assert "<img" not in factories.article("Peace", body=body).html
    settings.IMAGE_URLS = ("/media/", "https://a.example/")
    call_command("rebuild")
    article = Article.objects.get()
    assert re.findall('<img src="([^"]*)"', article.html) == ["https://a.example/x.png"]
    assert article.image_url == "https://a.example/x.png"
