"""What search engines are told: which pages there are (sitemaps.org, 0.9), and which to leave."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html import escape

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from articles import url_for
from articles.decorators import conditional
from articles.models import Article
from articles.models.link_resolution import Translation, translations_of
from articles.queries import statistics

# Addresses in one file. The protocol would allow 50,000.
LIMIT = 10_000
# So many articles are asked for their translations in one query.
ASKED = 2_000
XML = "application/xml; charset=utf-8"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
PAGES = ("articles:home", "articles:article_index", "articles:tags")
ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /api/
Disallow: /search/?

Sitemap: {}
"""

Alternate = tuple[str, str]


@dataclass(frozen=True)
class Location:
    """A page: its address, when it changed, and the same in other languages."""

    path: str
    changed: datetime | None = None
    alternates: list[Alternate] = field(default_factory=list)


@conditional
def robots(request: HttpRequest) -> HttpResponse:
    address = request.build_absolute_uri(reverse("articles:sitemap"))
    return HttpResponse(ROBOTS.format(address), "text/plain; charset=utf-8")


@conditional
def sitemap(request: HttpRequest) -> HttpResponse:
    """All pages, or if these are too many the files that list them."""
    files = statistics.sitemap_pages(LIMIT)
    tags = statistics.tags()
    if sum(file.articles for file in files) + len(tags) + len(PAGES) <= LIMIT:
        locations = [*pages(), *of_tags(), *of_articles(Article.objects.public())]
        return HttpResponse(urlset(locations, url_for.origin(request)), XML)
    numbered = range(1, -(-(len(tags) + len(PAGES)) // LIMIT) + 1)
    listed = [Location(_address("pages", number)) for number in numbered]
    listed += [Location(_address("articles", file.number), file.changed) for file in files]
    return HttpResponse(index(listed, url_for.origin(request)), XML)


@conditional
def section(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """One file of those that the index names."""
    end = number * LIMIT
    if kind == "articles" and end < 2**62:
        within = Article.objects.public().filter(pk__gt=end - LIMIT, pk__lte=end)
        locations = of_articles(within)
    elif kind == "pages":
        locations = [*pages(), *of_tags()][end - LIMIT : end]
    else:
        raise Http404
    if not locations:
        raise Http404
    return HttpResponse(urlset(locations, url_for.origin(request)), XML)


def alternates(articles: Iterable[Article]) -> dict[int, list[Alternate]]:
    """For each of `articles`, by key, the languages it is there in and their addresses."""
    own = {
        article.pk: Translation(article.pk, article.slug, article.language) for article in articles
    }
    found: dict[int, list[Translation]] = {}
    keys = list(own)
    for start in range(0, len(keys), ASKED):
        found |= translations_of({pk: own[pk].language for pk in keys[start : start + ASKED]})
    return {
        pk: [(version.language, url_for.article(version.slug)) for version in [own[pk], *others]]
        for pk, others in found.items()
        if others
    }


def pages() -> list[Location]:
    return [Location(reverse(name)) for name in PAGES]


def of_tags() -> list[Location]:
    return [Location(url_for.tag(tag.slug)) for tag in statistics.tags()]


def of_articles(articles: QuerySet[Article]) -> list[Location]:
    columns = ("slug", "language", "created", "updated", "publish_at")
    found = list(articles.only(*columns).order_by("pk"))
    others = alternates(found)
    return [
        Location(
            url_for.article(article.slug), article.last_visible_change, others.get(article.pk, [])
        )
        for article in found
    ]


def urlset(locations: Iterable[Location], origin: str) -> str:
    urls = "".join(f"<url>{_described(location, origin)}</url>\n" for location in locations)
    return f"{DECLARATION}<urlset {NAMESPACES}>\n{urls}</urlset>\n"


def index(locations: Iterable[Location], origin: str) -> str:
    files = "".join(f"<sitemap>{_described(file, origin)}</sitemap>\n" for file in locations)
    return f"{DECLARATION}<sitemapindex {NAMESPACES}>\n{files}</sitemapindex>\n"


def _described(location: Location, origin: str) -> str:
    return "".join(_elements(location, origin))


def _elements(location: Location, origin: str) -> Iterator[str]:
    yield f"<loc>{escape(origin + location.path)}</loc>"
    if location.changed:
        yield f"<lastmod>{location.changed.isoformat(timespec='seconds')}</lastmod>"
    for language, path in location.alternates:
        href = escape(origin + path)
        yield f'<xhtml:link rel="alternate" hreflang="{escape(language)}" href="{href}"/>'


def _address(kind: str, number: int) -> str:
    return reverse("articles:sitemap_section", args=[kind, number])
