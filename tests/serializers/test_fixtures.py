"""The shipped documents: the customer's words untouched, linked as an encyclopedia is."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from articles.models import Article, Link
from articles.queries.links import link_targets
from articles.text import frontmatter

ROOT = Path(__file__).parents[2]
# What a wikilink displays: its label, or else its name.
WIKILINK = re.compile(r"\[\[(?:[^]|]*\|)?([^]|]*)\]\]")
FILES = sorted((ROOT / "fixtures" / "articles").glob("*.md"))

# SHA-256 of each document as the customer wrote it: its heading and text, single-spaced.
DIGESTS = {
    "counter-terrorism-cooperation": (
        "ade940980d8e0338e9d4e0eb7534fa32957b515fc878e7e06896a51d2805daa0"
    ),
    "cross-border-defense-collaborations": (
        "a437836972793229b2c2c8bd71829b2eb7ed8d5efd6b5df26466607b27fd732a"
    ),
    "defense-budget-international-cooperation": (
        "b5233dfb80bad3a70f30275e32bf9a65f6134c3fc791fbf22a408f4fdbe16820"
    ),
    "defense-trade-cooperation": (
        "3a758153804ff8c3970357dd812693f6d59105aaa46ad78cfac524585af21cbf"
    ),
}


def split(file):
    parts = frontmatter.split(file.read_text())
    return parts.fields, parts.body


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_without_the_link_markup_it_is_the_document_word_for_word(file):
    fields, body = split(file)
    text = WIKILINK.sub(r"\1", body)
    words = " ".join(f"# {fields['title']} {text}".split())
    assert hashlib.sha256(words.encode()).hexdigest() == DIGESTS[file.stem]


def test_every_tag_has_a_description():
    rows = [row["fields"] for row in json.loads((ROOT / "fixtures" / "tags.json").read_text())]
    with_description = {row["name"] for row in rows if row["description"]}
    used = {tag for file in FILES for tag in split(file)[0]["tags"]}
    assert used <= with_description


@pytest.fixture
def loaded(transactional_db):
    call_command("loaddata", ROOT / "fixtures" / "tags.json", *FILES, verbosity=0)


def test_every_article_links_to_all_other_articles(loaded):
    slugs = {file.stem for file in FILES}
    for article in Article.objects.all():
        targets = {target.slug for target in link_targets(article).values()}
        assert targets >= slugs - {article.slug}


def test_every_linked_section_exists(loaded):
    anchors = {a.slug: {entry["anchor"] for entry in a.toc} for a in Article.objects.all()}
    sections = set()
    for article in Article.objects.all():
        targets = link_targets(article)
        for link in article.links.exclude(fragment=""):
            assert link.fragment in anchors[targets[link.key].slug]
            sections.add(link.fragment)
    assert {"sharing-of-intelligence", "partnership-for-joint-military-exercises"} <= sections


def test_linked_articles_that_do_not_exist_are_wanted(loaded):
    wanted = set(Link.objects.wanted().values_list("name", flat=True))
    assert {
        "Foreign Diplomatic Relations",
        "International Trade Agreements",
        "Democracy",
    } <= wanted


def test_an_image_that_is_not_available_is_displayed_as_a_figure_with_its_text(loaded):
    html = Article.objects.get(slug="counter-terrorism-cooperation").html
    assert "<img" not in html
    assert re.search(r"<figure[^>]*>.*Islamic nation-West Cooperation.*</figure>", html, re.S)
