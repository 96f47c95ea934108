"""Sitemaps (sitemaps.org, protocol 0.9) and robots.txt.

These are not `django.contrib.sitemaps`, for two reasons. Its `Sitemap` splits its items by
`Paginator`: COUNT and OFFSET read all rows before a page, and a new article moves the rows of
every later page. Here a file has the articles of a range of primary keys, so that it is read from
an index, and only the files of changed articles get another `lastmod`. And its alternates are the
languages of `i18n_patterns` for each URL, where ours are articles of their own, read in bulk.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html import escape

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from articles import url_for
from articles.decorators import conditional
from articles.models import Article, Tag
from articles.models.link_resolution import Translation
from articles.queries import statistics
from articles.queries.translations import translations_by_article

# URLs in one file. The protocol allows 50,000; a file of so many takes seconds.
URLS_PER_FILE = 1_000
# Articles whose translations are read by one query.
TRANSLATIONS_BATCH = 2_000
# The end of the last range of primary keys, which are 64-bit integers.
MAX_PRIMARY_KEY = 2**62
CONTENT_TYPE = "application/xml; charset=utf-8"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
STATIC_VIEWS = ("articles:home", "articles:article_index", "articles:tags")
ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /api/
Disallow: /search/?

Sitemap: {}
"""

Alternate = tuple[str, str]


@dataclass(frozen=True)
class Location:
    """A URL: its path, its last change, and language and path of each of its alternates."""

    path: str
    lastmod: datetime | None = None
    alternates: list[Alternate] = field(default_factory=list)


@conditional
def robots(request: HttpRequest) -> HttpResponse:
    url = request.build_absolute_uri(reverse("articles:sitemap"))
    return HttpResponse(ROBOTS.format(url), "text/plain; charset=utf-8")


@conditional
def sitemap(request: HttpRequest) -> HttpResponse:
    """All URLs, or an index of files if these are too many for one file."""
    article_files = statistics.sitemap_pages(URLS_PER_FILE)
    other_urls = statistics.tag_count() + len(STATIC_VIEWS)
    origin = url_for.origin(request)
    if sum(file.articles for file in article_files) + other_urls <= URLS_PER_FILE:
        tags = tag_locations(Tag.objects.order_by("key"))
        articles = article_locations(Article.objects.public())
        return xml_response(urlset([*page_locations(), *tags, *articles], origin))
    files = [Location(file_url("pages", 1))]
    files += [
        Location(file_url("tags", number)) for number in statistics.tag_ranges(URLS_PER_FILE)
    ]
    files += [Location(file_url("articles", file.number), file.changed) for file in article_files]
    return xml_response(sitemap_index(files, origin))


@conditional
def sitemap_file(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """One of the files that the index lists."""
    end = number * URLS_PER_FILE
    if end >= MAX_PRIMARY_KEY:
        raise Http404
    in_range = Q(pk__gt=end - URLS_PER_FILE, pk__lte=end)
    if kind == "articles":
        locations = article_locations(Article.objects.public().filter(in_range))
    elif kind == "tags":
        locations = tag_locations(Tag.objects.filter(in_range).order_by("pk"))
    else:
        locations = page_locations() if (kind, number) == ("pages", 1) else []
    if not locations:
        raise Http404
    return xml_response(urlset(locations, url_for.origin(request)))


def page_locations() -> list[Location]:
    return [Location(reverse(name)) for name in STATIC_VIEWS]


def tag_locations(tags: QuerySet[Tag]) -> list[Location]:
    """The pages of those of `tags` that public articles have."""
    totals = statistics.tag_totals()
    return [
        Location(url_for.tag(slug)) for pk, slug in tags.values_list("pk", "slug") if pk in totals
    ]


def article_locations(articles: QuerySet[Article]) -> list[Location]:
    columns = ("slug", "language", "created", "updated", "publish_at")
    rows = list(articles.only(*columns).order_by("pk"))
    alternates = alternates_of(rows)
    return [
        Location(
            url_for.article(article.slug),
            article.last_visible_change,
            alternates.get(article.pk, []),
        )
        for article in rows
    ]


def alternates_of(articles: Iterable[Article]) -> dict[int, list[Alternate]]:
    """Return all language versions of each article by its primary key, if it has several.

    The article itself is one of them, as search engines require.
    """
    own = {
        article.pk: Translation(article.pk, article.slug, article.language) for article in articles
    }
    translations: dict[int, list[Translation]] = {}
    keys = list(own)
    for start in range(0, len(keys), TRANSLATIONS_BATCH):
        batch = keys[start : start + TRANSLATIONS_BATCH]
        translations |= translations_by_article({pk: own[pk].language for pk in batch})
    return {
        pk: [(version.language, url_for.article(version.slug)) for version in [own[pk], *others]]
        for pk, others in translations.items()
        if others
    }


def urlset(locations: Iterable[Location], origin: str) -> str:
    urls = "".join(f"<url>{location_xml(location, origin)}</url>\n" for location in locations)
    return f"{DECLARATION}<urlset {NAMESPACES}>\n{urls}</urlset>\n"


def sitemap_index(files: Iterable[Location], origin: str) -> str:
    sitemaps = "".join(f"<sitemap>{location_xml(file, origin)}</sitemap>\n" for file in files)
    return f"{DECLARATION}<sitemapindex {NAMESPACES}>\n{sitemaps}</sitemapindex>\n"


def location_xml(location: Location, origin: str) -> str:
    return "".join(location_elements(location, origin))


def location_elements(location: Location, origin: str) -> Iterator[str]:
    yield f"<loc>{escape(origin + location.path)}</loc>"
    if location.lastmod:
        yield f"<lastmod>{location.lastmod.isoformat(timespec='seconds')}</lastmod>"
    for language, path in location.alternates:
        href = escape(origin + path)
        yield f'<xhtml:link rel="alternate" hreflang="{escape(language)}" href="{href}"/>'


def xml_response(xml: str) -> HttpResponse:
    return HttpResponse(xml, CONTENT_TYPE)


def file_url(kind: str, number: int) -> str:
    return reverse("articles:sitemap_file", args=[kind, number])
