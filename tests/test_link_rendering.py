"""Where the links of an article lead, and what its embeds show, when its page is read."""

import re

import pytest

from articles import derived
from articles.link_rendering import render_links
from articles.models import Link, Status
from articles.queries.links import document_targets, link_targets
from tests import factories

pytestmark = pytest.mark.django_db

HEADINGS = """## Travel & Places

## Next.js

## Short {#explicit}

## One

### Plot

## Two

### Plot

A block. ^mark
"""


def rendered(body, **fields):
    article = factories.article("Source", body=body, **fields)
    return render_links(article.html, link_targets(article))


@pytest.mark.parametrize(
    ("link", "anchor"),
    [
        ("[[Target#Travel & places]]", "travel-places"),
        ("[x](Target.md#travel--places)", "travel-places"),
        ("[x](../Target.md#nextjs)", "next-js"),
        ("[x](/articles/target/#next-js)", "next-js"),
        ("[x](/articles/target.md#nextjs)", "next-js"),
        ("[[Target#Short]]", "explicit"),
        ("[[Target#explicit]]", "explicit"),
        ("[[Target#Plot]]", "plot"),
        ("[[Target#Two#Plot]]", "plot-1"),
        ("[[Target#One#Plot]]", "plot"),
        ("[[Target#Three#Plot]]", "plot"),
        ("[[Folder/Target#Two#Plot|x]]", "plot-1"),
        ("[[Target#^mark]]", "mark"),
        ("[[Target#Missing]]", "missing"),
    ],
)
def test_a_link_to_a_section_leads_to_its_id(link, anchor):
    factories.article("Target", body=HEADINGS)
    assert f'href="/articles/target/#{anchor}"' in rendered(link)


def test_an_embed_is_a_card_with_title_and_summary():
    factories.article("Target", summary='A "short" summary.', body=HEADINGS)
    html = rendered("![[target]] ![[Target.md#Short|x]] ![[New]]")
    assert re.sub(r' lang="en" dir="auto"', "", html) == (
        '<p><a class="link-card" href="/articles/target/"><span class="link-card-title">Target'
        '</span> <span class="link-card-summary">A &quot;short&quot; summary.</span></a> '
        '<a class="link-card" href="/articles/target/#explicit"><span class="link-card-title">'
        'Target § Short</span> <span class="link-card-summary">A &quot;short&quot; summary.</span>'
        '</a> <span class="wanted">New<span class="visually-hidden" lang="en"> (no article yet)'
        "</span></span></p>\n"
    )
    source = Link.objects.filter(key="target")
    assert source.count() == 2 and Link.objects.wanted().get().name == "New"


def test_articles_may_embed_each_other(client):
    factories.article("One", body="![[Two]]", summary="First.")
    factories.article("Two", body="![[One]] ![[Two]]", summary="Second.")
    html = client.get("/articles/two/").content.decode()
    assert html.count('class="link-card"') == 2
    html = client.get("/feed/").content.decode()
    assert html.count("link-card-summary") == 3


def test_an_embedded_draft_looks_like_a_missing_article():
    factories.article("Target", summary="Secret.", status=Status.DRAFT)
    html = rendered("![[Target]]")
    assert "Secret" not in html and 'class="wanted"' in html


@pytest.mark.parametrize(
    ("body", "queries"),
    [("[[Target]]", 0), ("[x](#y)", 0), ("[[Target#A]] ![[Target]] ![[Other]] [[Other#^b]]", 1)],
)
def test_details_of_targets_take_one_query(body, queries, django_assert_num_queries):
    for title in ("Target", "Other"):
        factories.article(title, body=HEADINGS)
    article = factories.article("Source", body=body)
    targets = link_targets(article)
    with django_assert_num_queries(queries):
        render_links(article.html, targets)


def test_an_embed_is_no_picture_of_its_article():
    article = factories.article("Source", body="![[Note]] ![[a.pdf]] ![[b.mp4]] ![[c.png|x]]")
    assert article.image_url == "/media/c.png"


@pytest.mark.parametrize(
    ("url", "is_own"),
    [
        ("https://example.org/articles/target/", True),
        ("http://EXAMPLE.org:8000/articles/target/#one", True),
        ("//example.org/articles/target.md", True),
        ("https://www.example.net/articles/target", True),
        ("https://example.net/articles/target", True),
        ("https://example.com/articles/target/", False),
        ("https://example.org.example.com/articles/target/", False),
        ("https://notexample.net/articles/target/", False),
        ("https://example.org@example.com/articles/target/", False),
        ("https://example.org/target/", False),
    ],
)
def test_urls_of_the_site_are_links_to_its_articles(settings, url, is_own):
    settings.ALLOWED_HOSTS = ["example.org", ".example.net"]
    target = factories.article("Target")
    article = factories.article("Source", body=f"[x]({url})")
    assert Link.objects.to(target).exists() == is_own
    document = derived.parse(article)
    assert (
        target.slug in {t.slug for t in document_targets(article, document).values()}
    ) == is_own


def test_a_file_link_counts_as_a_link():
    target = factories.article("Other note")
    factories.article("Source", body="See [a](../x/Other%20note.md) and [b](New.md).")
    (link,) = Link.objects.to(target)
    assert (link.before, link.label, link.after) == ("See ", "a", " and b.")
    assert Link.objects.wanted().get().name == "New"
