"""What a change of an article would do to the links of others."""

import copy

import pytest

from articles import editing
from articles.models import Article, Status
from articles.queries.impact import impact
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def peace():
    return factories.article(
        "Peace",
        aliases=["Concord", "Calm"],
        body="# Causes\n\n# Treaties\n\nWords.",
    )


def after(article, viewable=None, **fields):
    stored = Article.objects.get(pk=article.pk)
    changed = copy.copy(stored)
    for name, value in fields.items():
        setattr(changed, name, value)
    return impact(stored, changed, Article.objects.all() if viewable is None else viewable)


def test_an_unchanged_article_has_no_impact(peace, django_assert_num_queries):
    stored = Article.objects.get()
    with django_assert_num_queries(0):
        assert impact(stored, copy.copy(stored), Article.objects.all()) is None


def test_a_rename_tells_what_redirects_and_how_many_links_keep_working(peace):
    factories.article("War", body="[[Peace]] [[Peace]]")
    factories.article("Draft", body="[[Calm]]", status=Status.DRAFT)
    consequences = after(peace, title="Harmony", slug="harmony")
    assert (consequences.slug, consequences.former, consequences.links) == (
        "harmony",
        ["Peace"],
        2,
    )
    assert not consequences.breaks_links
    assert after(peace, title="Peace!", slug="peace").former == []


def test_removing_an_alias_tells_which_articles_use_it(peace):
    sources = [factories.article(f"Source {number}", body="[[concord]]") for number in range(7)]
    consequences = after(peace, aliases=["Calm"])
    [loss] = consequences.names
    assert (loss.text, loss.count, loss.remaining) == ("Concord", 7, 2)
    assert list(loss.sources) == sources[:5]
    assert after(peace, aliases=["Concord"]).names == []
    assert after(peace, aliases=["Calm"], former=["Concord"]) is None


def test_removing_a_heading_tells_which_articles_link_to_it(peace):
    source = factories.article("War", body="[[Calm#treaties|x]] [[Peace#Nothing]] [[Peace]]")
    consequences = after(peace, body="# Causes\n\n# Agreements\n\n# Treaty list")
    [loss] = consequences.sections
    assert (loss.key, loss.text, loss.count) == ("treaties", "Treaties", 1)
    assert list(loss.sources) == [source] and loss.suggestion == "treaty-list"
    assert after(peace, body="# Treaties").sections == []
    assert after(peace, body="Nothing.").sections[0].suggestion == ""


def test_links_that_lead_to_a_translation_are_not_counted(peace):
    factories.article("سلام", language="ar", translation_of="peace", body="# Treaties")
    factories.article("حرب", language="ar", body="[[Peace#Treaties]]")
    assert after(peace, body="Nothing.").sections == []


def test_articles_that_the_user_may_not_read_are_only_counted(peace):
    factories.article("Secret", body="[[Concord]]", status=Status.DRAFT)
    [loss] = after(peace, Article.objects.public(), aliases=[]).names
    assert (loss.count, list(loss.sources), loss.remaining) == (1, [], 1)


def test_links_of_the_article_itself_do_not_matter(peace):
    peace.body += "[[Concord]] [[Peace#Treaties]]"
    factories.editing.save(peace)
    consequences = after(peace, aliases=[], body="Nothing.")
    assert consequences.names == [] and consequences.sections == []


def test_the_digest_changes_with_the_losses(peace):
    factories.article("War", body="[[Concord]] [[Calm]]")
    digests = {after(peace, aliases=aliases).digest for aliases in ([], ["Calm"], ["Concord"])}
    factories.article("War 2", body="[[Calm]]")
    assert len(digests | {after(peace, aliases=[]).digest}) == 4


@pytest.mark.parametrize(
    ("link", "key"),
    [
        ("[[Peace#Treaties]]", "treaties"),
        ("[x](../Peace.md#treaties)", "treaties"),
        ("[[Folder/Peace#Treaties]]", "treaties"),
        ("[x](/articles/peace.md#treaties)", "treaties"),
        ("![[Peace#Treaties]]", "treaties"),
        ("[[Peace#Parts#Plot]]", "plot"),
        ("[[Peace#Others#Plot]]", "plot-1"),
        ("[x](Peace.md#travel--places)", "travel-places"),
        ("[x](Peace.md#nextjs)", "next-js"),
        ("[[Peace#Named]]", "own"),
        ("[[Peace#own]]", "own"),
        ("[[Peace#^mark]]", "mark"),
    ],
)
def test_all_kinds_of_links_to_sections_are_seen(peace, link, key):
    body = (
        "# Causes\n\n## Treaties\n\n## Travel & Places\n\n## Next.js\n\n## Parts\n\n### Plot\n\n"
        "## Others\n\n### Plot\n\n## Named {#own}\n\nA block. ^mark"
    )
    peace.body = body
    editing.save(peace)
    source = factories.article("Source", body=link)
    [loss] = after(peace, body="# Causes").sections
    assert (loss.key, list(loss.sources)) == (key, [source])
    assert after(peace, body=f"Before.\n\n{body}").sections == []


def test_a_section_is_lost_once_for_all_fragments_that_mean_it(peace):
    factories.article("Source", body="[[Peace#Treaties]] [[Peace#Peace#Treaties]]")
    [loss] = after(peace, body="# Agreements").sections
    assert (loss.text, loss.suggestion) == ("Treaties", "agreements")
    assert set(loss.fragments) == {"treaties", "peace#treaties"}


def test_a_heading_that_keeps_its_own_id_keeps_links_by_it(peace):
    peace.body = "# Treaties {#own}"
    editing.save(peace)
    factories.article("Source", body="[[Peace#own]]")
    assert after(peace, body="# Agreements {#own}").sections == []
    factories.article("Other", body="[[Peace#Treaties]]")
    [loss] = after(peace, body="# Agreements {#own}").sections
    assert loss.fragments == ["treaties"]
