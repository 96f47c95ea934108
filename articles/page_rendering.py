"""Pages as filled-in fragments: what views read → the values of a template → a response.

Each entry of a list is a fragment of its own, which takes the place of a loop in the template.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, tzinfo
from string import ascii_lowercase
from typing import Any, Protocol
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone, localtime

from articles import url_for
from articles.context_processors import page_name, reader
from articles.fragments import Fragment, Values, cached_rendering, rendered_once
from articles.models import Article, Tag
from articles.models.link_resolution import Translation
from articles.pagination import Page
from articles.queries.alphabetical import ListedArticle
from articles.queries.backlinks import Backlink
from articles.queries.home import RecentArticle
from articles.queries.related import Related, RelatedTag
from articles.queries.statistics import TagInUse
from articles.queries.tag_navigation import TagNavigation
from articles.queries.tags import ArticleTag
from articles.queries.translations import default_version
from articles.search import Hit
from articles.templatetags.articles_tags import day, first_words, last_words, reason
from articles.text import names

# Lists of articles whose entries are kept, of some 40 KB each with their rows. Those that are read
# most, such as the first page from A to Z, stay the same with most changes of the content.
MAX_LISTS = 128
# An article with fewer headings has no table of contents.
MIN_HEADINGS = 2

ARTICLE_ENTRY = Fragment("articles/entries/article.html")
ARTICLE_TAG = Fragment("articles/entries/article_tag.html")
ALTERNATE = Fragment("articles/metadata/alternate.html")
BACKLINK = Fragment("articles/entries/backlink.html")
HEADING = Fragment("articles/entries/heading.html")
LETTER = Fragment("articles/entries/letter.html")
MISSING_WORD = Fragment("articles/entries/missing_word.html")
PAGINATION = Fragment("articles/pagination.html")
READING_TIME = Fragment("articles/reading_time.html")
RECENT = Fragment("articles/entries/recent.html")
RELATED = Fragment("articles/entries/related.html")
SEARCH_HIT = Fragment("articles/entries/search_hit.html")
SNIPPET_PART = Fragment("articles/entries/snippet_part.html")
TAG_ENTRY = Fragment("articles/entries/tag.html")
TAG_NAVIGATION = Fragment("articles/tag_navigation.html")
VERSION = Fragment("articles/entries/version.html")


class Linkable(Protocol):
    """An article, or what a query has read of it for a link."""

    @property
    def slug(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def language(self) -> str: ...


def render_page(
    request: HttpRequest, template: Fragment, values: Values, status: int = 200
) -> HttpResponse:
    """Respond with a page for all readers of a language. Its template may use `values` and the
    variables of the context processor of the site, and neither the request nor the user."""
    html = template.render({**reader(request), **values}, page=page_name(request))
    return HttpResponse(html, status=status)


def article_values(
    article: Article, tags: Iterable[Tag | ArticleTag], html: SafeString
) -> dict[str, object]:
    """Return what an article's page shows of the article itself. `html` is its text."""
    changed, published = article.last_visible_change, article.published
    is_revised = changed.date() != published.date()
    return {
        "title": article.title,
        "lang": article.language,
        "dir": article.direction,
        "summary": article.summary,
        "author": article.author,
        "published": published.isoformat(),
        "published_day": local_day(published),
        "updated": changed.isoformat() if is_revised else "",
        "updated_day": local_day(changed) if is_revised else "",
        "reading_time": _reading_time(article.reading_minutes),
        "tags": _tags(tuple((tag.slug, tag.name) for tag in tags)),
        "headings": table_of_contents(article),
        "html": html,
    }


def local_day(moment: datetime) -> str:
    return day(localtime(moment))


def edit_url(article: Article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])


def tag_values(tag: Tag | ArticleTag | RelatedTag | TagInUse) -> dict[str, str]:
    return {"url": url_for.tag(tag.slug), "name": tag.name}


def table_of_contents(article: Article) -> SafeString:
    """Return the entries of the table of contents; none for an article with few headings."""
    if len(article.toc) < MIN_HEADINGS:
        return SafeString()
    return _headings(
        tuple(
            (
                heading["level"],
                heading["anchor"],
                heading.get("direction") or article.direction,
                heading["text"],
            )
            for heading in article.toc
        )
    )


@rendered_once
def _headings(headings: tuple[tuple[int, str, str, str], ...]) -> SafeString:
    return HEADING.join(
        {"level": level, "anchor": quote(anchor), "dir": direction, "text": text}
        for level, anchor, direction, text in headings
    )


@rendered_once
def _tags(tags: tuple[tuple[str, str], ...]) -> SafeString:
    """Return the links to tags that are given as slug and name."""
    rows = ({"url": url_for.tag(slug), "name": name} for slug, name in tags)
    return ARTICLE_TAG.join(rows, " ")


@rendered_once
def _reading_time(minutes: int) -> SafeString:
    return READING_TIME.render({}, minutes=minutes)


def version_values(
    article: Article, translations: list[Translation], origin: str
) -> dict[str, SafeString]:
    """Return the links to the language versions of `article`, in its text and in its head; none if
    it has no translation. The version for readers of any other language is the default one."""
    if not translations:
        return {}
    own = Translation(article.pk, article.slug, article.language)
    versions = sorted([own, *translations], key=lambda version: version.language)
    alternates = [(version.language, version.slug) for version in versions]
    alternates.append(("x-default", default_version(versions).slug))
    return {
        "versions": VERSION.join(
            {
                "url": url_for.article(version.slug) if version is not own else "",
                "lang": version.language,
                "name": version.name,
            }
            for version in versions
        ),
        "alternates": ALTERNATE.join(
            {"hreflang": hreflang, "url": origin + url_for.article(slug)}
            for hreflang, slug in alternates
        ),
    }


def backlink_entries(backlinks: Iterable[Backlink]) -> SafeString:
    rows = list(backlinks)
    return BACKLINK.join(
        {
            **values,
            "before": last_words(link.before),
            "label": link.label,
            "after": first_words(link.after),
        }
        for link, values in zip(rows, links_values(rows), strict=True)
    )


def related_entries(articles: Iterable[Related]) -> SafeString:
    rows = list(articles)
    return RELATED.join(
        {**values, "reason": reason(entry)}
        for entry, values in zip(rows, links_values(rows), strict=True)
    )


def link_values(article: Linkable) -> dict[str, str]:
    """Return what a link to an article consists of."""
    return next(iter(links_values([article])))


def links_values(articles: Collection[Linkable], query: str = "") -> Iterator[dict[str, str]]:
    """Yield what a link to each article consists of, with `query` as query string of its URL."""
    urls = url_for.articles(article.slug for article in articles)
    for article, url in zip(articles, urls, strict=True):
        yield {
            "lang": article.language,
            "dir": names.direction(article.language),
            "url": url + query,
            "title": article.title,
        }


def article_entries(articles: Iterable[ListedArticle], query: str = "") -> SafeString:
    """Return the entries of a list of articles, with `query` as the query string of their URLs."""
    return _article_entries(tuple(articles), query)


@cached_rendering(MAX_LISTS)
def _article_entries(articles: tuple[ListedArticle, ...], query: str) -> SafeString:
    return ARTICLE_ENTRY.join(
        {**values, "summary": article.summary}
        for article, values in zip(articles, links_values(articles, query), strict=True)
    )


def recent_entries(articles: tuple[RecentArticle, ...]) -> SafeString:
    """Return the entries of articles with the time of their last change."""
    return _recent_entries(articles, get_current_timezone())


@rendered_once
def _recent_entries(articles: tuple[RecentArticle, ...], zone: tzinfo) -> SafeString:
    changes = [localtime(article.changed, zone) for article in articles]
    return RECENT.join(
        {**values, "updated": changed.isoformat(), "updated_day": day(changed)}
        for changed, values in zip(changes, links_values(articles), strict=True)
    )


@cached_rendering(MAX_LISTS)
def tag_entries(tags: tuple[TagInUse, ...]) -> SafeString:
    """Return the entries of a list of tags with the number of articles that have each."""
    return TAG_ENTRY.join({**tag_values(tag), "usage": tag.usage} for tag in tags)


@rendered_once
def letter_entries(used: tuple[str, ...], current: str) -> SafeString:
    """Return the letters to choose from, with a link for those that articles begin with."""
    return LETTER.join(
        {
            "letter": letter.upper(),
            "query": f"?letter={quote(letter, safe='')}" if is_used else "",
            "is_current": letter == current,
        }
        for letter, is_used in _alphabet(used)
    )


def _alphabet(used: Collection[str]) -> list[tuple[str, bool]]:
    """Return letters to list, each with whether articles begin with it.

    The Latin alphabet is complete, unless all articles begin with letters of other scripts.
    """
    latin = set(ascii_lowercase)
    letters = set(used) | (latin if latin & set(used) or not used else set())
    return [(letter, letter in used) for letter in sorted(letters)]


def pagination(page: Page[Any], **parameters: str) -> SafeString:
    """Link to the pages before and after `page`, with `parameters` in the query string."""
    query = {name: value for name, value in parameters.items() if value}
    before = {**query, "before": page.rows[0].slug} if page.has_previous else {}
    after = {**query, "after": page.rows[-1].slug} if page.has_next else {}
    return PAGINATION.render({"previous": urlencode(before), "next": urlencode(after)})


def tag_navigation_html(navigation: TagNavigation | None) -> SafeString:
    """Return the links to the neighbours of an article in a tag, which stay in that tag."""
    if not navigation:
        return SafeString()
    tag, values = navigation.tag, tag_values(navigation.tag)
    for side, neighbour in (("previous", navigation.previous), ("next", navigation.next)):
        if neighbour:
            values |= {
                f"{side}_url": f"{url_for.article(neighbour.slug)}?tag={quote(tag.slug, safe='')}",
                f"{side}_language": neighbour.language,
                f"{side}_direction": names.direction(neighbour.language),
                f"{side}_title": neighbour.title,
            }
    return TAG_NAVIGATION.render(values)


def search_hits(hits: Iterable[Hit]) -> SafeString:
    """Return the entries of a list of search results."""
    return SEARCH_HIT.join(map(_hit_values, hits))


def _hit_values(hit: Hit) -> dict[str, object]:
    changed = hit.article.last_visible_change
    parts = ({"match": text} if is_match else {"text": text} for text, is_match in hit.snippet)
    return {
        **link_values(hit.article),
        "snippet": SNIPPET_PART.join(parts, ""),
        "missing": MISSING_WORD.join(({"word": word} for word in hit.missing), " "),
        "changed": localtime(changed).isoformat(),
        "changed_day": local_day(changed),
        "tags": _tags(tuple((tag.slug, tag.name) for tag in hit.tags)),
    }
