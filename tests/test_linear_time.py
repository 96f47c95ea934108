"""No text, however odd, makes a rule that runs on it take more than linear time.

Each family of texts grows by repeating what once was, or might be, slow. A rule is timed with a
text and with a quarter of it: the text may take up to `MAX_GROWTH` times as long. Linear rules
take four times as long, quadratic ones 16 times.
"""

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice

import pytest
from django.core.exceptions import ValidationError

from articles import markdown
from articles.form_fields import NamesField, TagsField
from articles.markdown import anchors, autolinks, urls, wikilinks
from articles.models import fields
from articles.search import analysis, snippets
from articles.search.query import parse_query
from articles.serializers import documents
from articles.serializers.sources import FixtureError
from articles.text import diff, frontmatter, merge, names, sentences

MAX_GROWTH = 6
# Seconds of processor time. Shorter times tell nothing about growth: limits let a rule end early
# for one of two texts, and a busy machine doubles what is a hundredth of a second otherwise.
MEASURABLE = 0.05
# Measurements that are repeated before a rule is called slow.
ATTEMPTS = 20

Rule = Callable[[str], object]
Family = Callable[[int], str]


def repeated(unit: str, before: str = "", after: str = "") -> Family:
    return lambda size: before + unit * (size // len(unit.encode())) + after


def numbered(line: str) -> Family:
    """Return the family of texts with distinct numbers in place of “@”."""
    return lambda size: "\n".join(
        line.replace("@", str(number)) for number in range(size // (len(line.encode()) + 5))
    )


def nested(start: str, end: str) -> Family:
    return lambda size: start * (size // len(start + end)) + "a" + end * (size // len(start + end))


TEXTS: dict[str, Family] = {
    "letters after an Arabic one": repeated("a", "ب "),
    "one Chinese word": repeated("中"),
    "Hebrew abbreviations": repeated('א"'),
    "a heading of alternating marks": repeated("\u0301\u0316", "# a"),
    "marks that decompose into marks": repeated("\u0344\uff9e\u0316", "# a"),
    "letters with many marks": repeated("a" + "\u0301\u0316" * 20),
    "variation selectors": repeated("a\ufe0f"),
    "zero-width spaces": repeated("\u200b"),
    "line ends": repeated("\n", "a", "a"),
    "line ends of Windows": repeated("\r\n"),
    "spaces": repeated(" ", "a", "a"),
    "commas": repeated(","),
    "commas and spaces": repeated(", "),
    "dashes and underscores": repeated("- _", "a", "a"),
    "stops": repeated("."),
    "stops in quotation marks": repeated('."'),
    "quotation marks": repeated('"'),
    "opened quotation marks": repeated('"a,'),
    "pairs of quotation marks": repeated('"",', '"'),
    "three quotation marks": repeated('""",'),
    "apostrophes": repeated("l'"),
    "number signs": repeated("#", "# ", "x"),
    "number signs and spaces": repeated("# ", "# a ", "x"),
    "at signs": repeated("a@", "ب "),
    "URLs without spaces": repeated("http://a"),
    "entities": repeated("&#1"),
}
BODIES: dict[str, Family] = {
    "a wrong host": repeated("a", "[x](http://", "!)"),
    "a host of dots": repeated(".", "[x](http://a", "!)"),
    "URLs that end in entities": repeated("http://a.b/" + "&a" * 400 + ";" * 800 + " "),
    "mail addresses in Chinese": repeated("a.漢", "", "@"),
    "stops in links": repeated("[[a|.]]"),
    "brackets": repeated("["),
    "opened labels": repeated("[[a|[b] "),
    "closed labels": repeated("[[a|[b]]]"),
    "brackets in a label": repeated("[a]", "[[a|", "]]]"),
    "links with brackets": repeated("[[1]](a"),
    "opened destinations": repeated('[[1]](a(b) "'),
    "file names with spaces": repeated("[a](b c.md) "),
    "unclosed file names": repeated("](a (b "),
    "a long file name": repeated("a ", "[a](", ".md)"),
    "words before a file name": repeated(".md ", "](", "x"),
    "paths": repeated("[[a/b.md]] "),
    "a long path": repeated("a/", "[[", "]]"),
    "a path of headings": repeated("#a", "[[a", "]]"),
    "paths of headings": numbered("# a@\n\n[[#a#a@]] [[x#a#b@]]\n\n"),
    "fragments": numbered("# A b@\n\n[x](#ab@) [y](#c-@)\n\n"),
    "ids of headings": repeated("# a {#b}\n"),
    "attributes of a heading": repeated("#a ", "# a {", "}"),
    "opened attributes": repeated("{#a ", "# a "),
    "marked blocks": numbered("a ^b@\n\n"),
    "marks on their own lines": numbered("^b@\n\n"),
    "marks in a table": repeated("^b|\n", "|a\n|-\n"),
    "embeds": numbered("![[a@]] ![[b@.mp4]] "),
    "nested brackets": nested("[", "]"),
    "nested wikilinks": nested("[[", "]]"),
    "unclosed links": repeated("[a]("),
    "nested images": nested("![", "](/media/a.png)"),
    "links": numbered("[[a@]] "),
    "a long name": repeated("a", "[[", "]]"),
    "a section of marks": repeated("\u0301\u0316", "[[a#a", "]]"),
    "emphasis": repeated("*a **a "),
    "nested emphasis": nested("*a **a ", "a** a*"),
    "backticks": repeated("`a ``b "),
    "angle brackets": repeated("<"),
    "comments": repeated("<!--"),
    "comments in a line": repeated("<!--", "a "),
    "spaces around Obsidian comments": repeated("  %%a%%"),
    "an Obsidian comment without an end": repeated("a ", "%%"),
    "Obsidian comments in HTML": repeated("%%<a", "<div>"),
    "unclosed elements": repeated("<b>"),
    "unclosed details": repeated("<details>\n\na\n\n"),
    "nested details": nested("<details>\n\n", "</details>\n\n"),
    "nested tables": nested("<table><td>", "</table>"),
    "nested scripts": repeated("<script>", "a "),
    "unclosed objects": repeated("<object>\n\na\n\n"),
    "cells": repeated("<td>", "<table>"),
    "paragraphs around blocks": repeated("a<hr>", "a "),
    "tags in quotation marks": repeated("<a b='\"", "<div>"),
    "attributes without an end": repeated(" a=b", "<div>\n<a"),
    "lines of HTML": repeated("a\n", "<div>\n"),
    "nested quotes": repeated(">", "", "a"),
    "nested lists": repeated("- ", "", "a"),
    "nested callouts": repeated("> [!note] a\n> "),
    "equal headings": repeated("# a\n"),
    "headings with numbers": numbered("# a\n# a-@\n"),
    "references": numbered("[a@]: b\n[a@]\n"),
    "footnotes": numbered("[^@]\n\n[^@]: a\n\n"),
    "references to one footnote": repeated("[^1]", "[^1]: a\n\n"),
    "wide tables": lambda size: "\n".join(unit * (size // 6) for unit in ("|a", "|-", "|b")),
    "long tables": repeated("|b\n", "|a\n|-\n"),
    "definitions": repeated("a\n: b\n"),
    "prices in words": repeated("$a$1 "),
    "formulas": repeated("$a$ "),
    "code in a language": repeated("```py\nif a: b\n```\n"),
    "a long formula": repeated("{", "$a", "$"),
    "displayed formulas without an end": repeated("$$a\n\n"),
    "highlights without an end": repeated(" ==a"),
    "inline notes": repeated("a^[b] "),
    "inline notes without an end": repeated("^["),
    "nested inline notes": nested("^[", "]"),
    "template tags without an end": repeated("{{<"),
    "admonitions without a body": repeated("!!! note\n\n"),
    "nested admonitions": lambda size: "".join(
        f"{'    ' * depth}!!! note\n" for depth in range(int((size // 2) ** 0.5))
    ),
    "nested containers": nested(":::note\n", "\n:::\n"),
    # Longer than a name: shorter lines are folded once and kept, which distorts the times.
    "containers with fewer and fewer colons": lambda size: "".join(
        f"{':' * colons}note\n" for colons in range(int((150**2 + 2 * size) ** 0.5), 150, -1)
    ),
    "containers in quotes": repeated("> :::note\n> :::\n"),
}
DOCUMENTS: dict[str, Family] = {
    "front matter without an end": repeated("a: b\n", "---\n"),
    "fields": lambda size: f"---\n{numbered('k@: &a@ b')(size)}---\n",
    "nested lists in front matter": repeated("[", "---\ntitle: ", "\n---\n"),
    "a title of marks": repeated("\u0301\u0316", "---\ntitle: a", "\n---\n"),
    "a title in many lines": repeated("a\n ", '---\ntitle: "', '"\n---\n'),
    "many aliases": repeated("a,", "---\naliases: [", "]\n---\n"),
}


def body(text: str) -> None:
    """Parse a text, as preview and saving do, then finish its HTML, as pages and feeds do."""
    document = markdown.parse(text, language="ar", media=("/media/",))
    wikilinks.replace_wikilinks(document.html, lambda link: link.label)
    anchors.Anchors(document.headings).find("a#b")
    urls.absolutize_urls(document.html, "https://example.org/")


def value(text: str) -> None:
    for check in (
        fields.validate_name,
        fields.validate_slug,
        fields.validate_language,
        fields.validate_body,
        NamesField().clean,
        TagsField().clean,
    ):
        with suppress(ValidationError):
            check(text)


def document(text: str) -> None:
    with suppress(FixtureError):
        documents.parse(documents.DocumentText("file", 1, text))
    frontmatter.join({"title": text, "aliases": [text]}, text)


def search(text: str) -> None:
    parse_query(text)
    analysis.analyze(text, "ar", len(text))
    spans = analysis.match_spans(text[: snippets.MAX_SCANNED], {"a"})
    snippets.snippet(text, [*islice(spans, 8)])
    snippets.snippet(text, [(len(text) // 2, len(text) // 2 + 1)])


def name(text: str) -> None:
    names.slug(text)
    names.sort_key(text)
    names.split_names(text)
    names.language_tag(text)
    names.direction(text)
    wikilinks.parse_target(text)


def url(text: str) -> None:
    list(autolinks.split(text))
    for url in (text, f"http://{text}", f"/articles/{text}"):
        urls.is_allowed(url)
        urls.parse_article_url(url)
        urls.percent_encode(url)
        urls.fallback_label(url)
        urls.is_displayable_image(url, ("/",))


def excerpt(text: str) -> None:
    sentences.first_sentences(text)
    sentences.context(text, len(text) // 2, len(text) // 2 + 1)


def changes(text: str) -> None:
    """Compare and merge a text with many edits, and with its halves exchanged."""
    half = len(text) // 2
    edited = "".join("x" if n % 11 == 5 else letter for n, letter in enumerate(text))
    exchanged = text[half:] + text[:half]
    diff.fold(diff.compare(text, edited))
    diff.change_size(text, exchanged)
    merge.merge(text, edited, exchanged)


RULES: tuple[Rule, ...] = (body, value, document, search, name, url, excerpt)


@pytest.fixture(autouse=True)
def _no_collection() -> Iterator[None]:
    """Garbage is collected in time that depends on all objects, not on those of the text."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def seconds(rule: Rule, text: str) -> float:
    start = time.process_time()
    rule(text)
    return time.process_time() - start


def growth(rule: Rule, family: Family, size: int) -> float:
    """Return how many times as long the rule takes with four times the text, at best.

    Other processes slow both texts down, but not equally. So above the limit, both are timed
    again: the shortest times are those of the rule itself.
    """
    texts = family(size // 4), family(size)
    long = seconds(rule, texts[1])
    if long < MEASURABLE:
        return 1
    short = seconds(rule, texts[0])
    for _attempt in range(ATTEMPTS):
        if long <= MAX_GROWTH * short:
            break
        short, long = map(min, (short, long), (seconds(rule, text) for text in texts))
    return long / short


def slow(rules: Iterable[Rule], family: Family, size: int) -> dict[str, float]:
    growths = {rule.__name__: growth(rule, family, size) for rule in rules}
    return {rule: factor for rule, factor in growths.items() if factor > MAX_GROWTH}


def quadratic(text: str) -> None:
    for start in range(0, len(text), 2):
        text.count("b", start)


def test_a_quadratic_rule_is_too_slow(monkeypatch):
    monkeypatch.setattr(f"{__name__}.ATTEMPTS", 1)
    assert [*slow([quadratic], repeated("a"), 50_000)] == ["quadratic"]


@pytest.mark.parametrize("family", BODIES | DOCUMENTS)
def test_every_rule_takes_linear_time_for_50_kilobytes(family):
    assert slow(RULES, (BODIES | DOCUMENTS)[family], 50_000) == {}


@pytest.mark.parametrize("family", TEXTS)
def test_every_rule_takes_linear_time_for_100_kilobytes(family):
    assert slow(RULES, TEXTS[family], 100_000) == {}


@pytest.mark.parametrize("family", [*TEXTS, "links", "footnotes", "long tables"])
def test_texts_are_compared_and_merged_in_linear_time(family):
    assert slow([changes], (TEXTS | BODIES)[family], 50_000) == {}
