"""Upgrading a site whose keys and slugs were made by earlier rules."""

import io
import re
from contextlib import contextmanager
from importlib import import_module
from urllib.parse import quote

import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import reverse

from articles import editing
from articles.models import Article, FailedSearch, Link, Name, Tag, TagSynonym
from articles.queries.links import link_targets
from articles.text import names
from tests import factories

pytestmark = pytest.mark.django_db
NEVER = re.compile("(?!)")


@pytest.fixture
def earlier_rules(monkeypatch):
    """Return a context in which invisible characters and the dot of İ are parts of names."""

    @contextmanager
    def rules():
        with monkeypatch.context() as patch:
            for name in ("IGNORABLE", "DOT_ABOVE", "STRAY_MARKS"):
                patch.setattr(names, name, NEVER)
            names._cached_fold.cache_clear()
            yield
        names._cached_fold.cache_clear()

    return rules


def rebuild(**options) -> list[str]:
    out = io.StringIO()
    call_command("rebuild", stdout=out, **{"all": True, **options})
    return out.getvalue().splitlines()


def fold_tags() -> None:
    migration = import_module("articles.migrations.0009_fold_tags")
    migration.fold_tags(apps, None)
    migration.fold_failed_searches(apps, None)


def url(slug: str) -> str:
    return f"/articles/{quote(slug)}/"


FORMER_SLUGS = {
    "İstanbul": ("i\u0307stanbul", "istanbul"),
    "⚠️ Caution": ("\ufe0f-caution", "caution"),
    "❤️": ("\ufe0f", "x-cc13ee6f"),
    "*️⃣": ("\ufe0f\u20e3", "x-b41aff9f"),
}


@pytest.fixture(params=FORMER_SLUGS)
def former(request, earlier_rules):
    """An article whose slug the earlier rules made, linked from another one."""
    with earlier_rules():
        article = factories.article(request.param, tags=["❤️"], body="# İzmir ⚠️\n\nText.")
        factories.article("Source", body=f"[[{request.param}]] and [[{request.param}#İzmir ⚠️]]")
    assert article.slug == FORMER_SLUGS[article.title][0]
    return article


def test_a_former_slug_stays_the_url_until_an_editor_changes_it(client, former):
    lines = rebuild()
    assert client.get(url(former.slug)).status_code == 200
    assert any(line.startswith(url(former.slug)) for line in lines)
    new = FORMER_SLUGS[former.title][1]
    stored = Article.objects.get(pk=former.pk)
    factories.rename(stored, slug=new)
    assert client.get(url(former.slug), follow=True).redirect_chain[-1][0] == url(new)
    assert client.get(url(new)).status_code == 200
    assert not any(line.startswith(url(new)) for line in rebuild())


def test_an_article_with_a_former_slug_is_saved_in_the_form(admin_client, former):
    rebuild()
    change = reverse("admin:articles_article_change", args=[former.pk])
    form = admin_client.get(change).context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields}
    data |= {"body": f"{former.body} New.", "tags": "❤"}
    data |= revision(admin_client.get(change))
    response = admin_client.post(change, {**data, "_publish": "1"})
    assert response.status_code == 302, response.context["adminform"].form.errors
    stored = Article.objects.get(pk=former.pk)
    assert (stored.body, stored.slug) == (f"{former.body} New.", former.slug)
    assert [tag.name for tag in stored.tags.all()] == ["❤️"]


def revision(response) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', response.text)
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


DUMPS = {
    "md": ["articles.article", "--format", "md"],
    "json": ["articles", "--natural-primary", "--natural-foreign"],
}


@pytest.mark.parametrize("suffix", DUMPS)
def test_an_article_with_a_former_slug_is_dumped_and_loaded(former, tmp_path, suffix):
    rebuild()
    file = str(tmp_path / f"dump.{suffix}")
    call_command("dumpdata", *DUMPS[suffix], "--output", file, verbosity=0)
    call_command("loaddata", file, verbosity=0)
    editing.delete(Article.objects.all())
    call_command("loaddata", file, verbosity=0)
    loaded = Article.objects.get(slug=former.slug)
    assert (loaded.title, loaded.body) == (former.title, former.body)


def test_a_document_without_a_slug_updates_the_article_with_its_title(former, tmp_path):
    rebuild()
    file = tmp_path / "document.md"
    file.write_text(f"---\ntitle: '{former.title}'\n---\nNew.\n", encoding="utf-8")
    call_command("loaddata", str(file), verbosity=0)
    stored = Article.objects.get(pk=former.pk)
    assert (stored.slug, stored.body) == (former.slug, "New.\n")


def test_a_feed_keeps_the_id_of_an_article_with_a_former_slug(client, former):
    def ids():
        return set(re.findall("<id>(urn:[^<]*)</id>", client.get("/feed/").text))

    before = ids()
    rebuild()
    factories.rename(Article.objects.get(pk=former.pk), slug=FORMER_SLUGS[former.title][1])
    assert ids() == before
    assert len(before) == 2


def test_links_lead_to_names_by_all_their_spellings(former):
    rebuild()
    source = Article.objects.get(title="Source")
    assert {target.pk for target in link_targets(source).values()} == {former.pk}
    spellings = {
        "İstanbul": ["istanbul", "ISTANBUL", "i\u0307stanbul", "İSTANBUL"],
        "⚠️ Caution": ["⚠ caution", "⚠\ufe0e Caution"],
        "❤️": ["❤", "❤\ufe0e"],
        "*️⃣": ["*⃣"],
    }[former.title]
    for spelling in spellings:
        name = Name.objects.resolve(spelling)
        assert name and name.article_id == former.pk, spelling
    fragments = set(Link.objects.exclude(fragment="").values_list("fragment", flat=True))
    assert fragments == {Article.objects.get(pk=former.pk).toc[0]["anchor"]} == {"izmir"}


def test_titles_that_have_become_one_are_reported(client, earlier_rules):
    with earlier_rules():
        first = factories.article("❤️", body="first")
        second = factories.article("❤", body="second")
        alias = factories.article("Heart", aliases=["❤\ufe0e"])
        factories.article("Source", body="[[❤️]]")
    lines = rebuild()
    assert [line for line in lines if line.startswith(("❤", "x-", "\ufe0f", "heart"))] == [
        "\ufe0f: “❤️” is already a name (title) of “❤” (x-cc13ee6f). Rename one.",
        "heart: “❤︎” is already a name (title) of “❤” (x-cc13ee6f). Rename one.",
    ]
    for article, text in ((first, "first"), (second, "second"), (alias, "Heart")):
        assert text in client.get(url(article.slug)).text
    assert Name.objects.resolve("❤️").article_id == second.pk
    # Nothing is decided differently when it runs again, and the articles can be saved.
    assert rebuild() == lines
    for article in Article.objects.all():
        article.body += " more"
        editing.save(article)


def test_a_title_takes_precedence_over_an_alias_that_has_become_equal(earlier_rules):
    with earlier_rules():
        other = factories.article("Byzantium", aliases=["istanbul"])
        city = factories.article("İstanbul")
    lines = rebuild()
    message = "“istanbul” is already a name (title) of “İstanbul” (i\u0307stanbul)."
    assert f"byzantium: {message} Rename one." in lines
    assert Name.objects.resolve("istanbul").article_id == city.pk
    assert rebuild() == lines
    assert Article.objects.get(pk=other.pk).aliases == ["istanbul"]


def test_tags_are_found_before_the_rebuild(earlier_rules):
    with earlier_rules():
        factories.article("Peace", tags=["❤️", "İzmir"])
        editing.save_tag(Tag.objects.get(name="İzmir"), ["⚠️"])
    fold_tags()
    assert Tag.objects.resolve(["❤"]).keys() == {"❤"}
    assert [tag.name for tag in Tag.objects.resolve(["⚠", "izmir"]).values()] == ["İzmir"] * 2
    editing.get_or_create_tags(["❤️", "izmir", "⚠️"])
    assert Tag.objects.count() == 2


@pytest.mark.parametrize("migrated", [True, False])
def test_tags_that_have_become_one_are_merged(client, earlier_rules, migrated):
    with earlier_rules():
        factories.article("First", tags=["❤️"])
        factories.article("Second", tags=["❤"])
        factories.article("Both", tags=["❤", "❤️", "❤\ufe0e", "war"])
        emoji = Tag.objects.get(name="❤️")
        emoji.description = "Written."
        editing.save_tag(emoji, ["Love", "war\ufe0f"])
        editing.save_tag(Tag.objects.get(name="❤"), ["love\ufe0f"])
    if migrated:
        fold_tags()
    lines = rebuild()
    assert "“❤️” is the tag “❤” now." in lines
    assert "“❤︎” is the tag “❤” now." in lines
    assert "“war️” is the tag “war” now." in lines
    tag = Tag.objects.get(key="❤")
    assert Tag.objects.count() == 2
    assert (tag.name, tag.description) == ("❤", "Written.")
    assert set(tag.taggings.values_list("content_object__slug", flat=True)) == {
        "first",
        "second",
        "both",
    }
    assert TagSynonym.objects.filter(tag=tag, key="love").exists()
    response = client.get(f"/tags/{quote(emoji.slug)}/", follow=True)
    assert response.redirect_chain[-1][0] == f"/tags/{quote(tag.slug)}/"
    assert not any("is the tag" in line for line in rebuild())
    synonyms = [synonym.name for synonym in tag.synonyms.all()]
    assert "\ufe0f" in synonyms
    editing.check_tags(synonyms)
    editing.save_tag(tag, synonyms)


def test_a_description_without_room_is_reported(earlier_rules):
    with earlier_rules():
        for name, description in (("❤️", "a" * 300), ("❤", "b" * 300)):
            editing.save_tag(Tag(name=name, description=description))
    assert f"  Its description was: {'a' * 300}" in rebuild()
    assert Tag.objects.get().description == "b" * 300


def test_failed_searches_that_have_become_one_are_added_up(earlier_rules):
    with earlier_rules():
        for query in ("i̇stanbul", "istanbul", "❤️", "izmir"):
            FailedSearch.objects.record(query)
    fold_tags()
    counts = dict(FailedSearch.objects.values_list("query", "count"))
    assert counts == {"istanbul": 2, "❤": 1, "izmir": 1}


def test_a_rebuild_of_current_data_reports_nothing():
    factories.article("❤️", tags=["❤️"], aliases=["İzmir"])
    assert rebuild() == ["Rebuilt 1 article(s)."]
