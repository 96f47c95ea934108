"""Atom feeds: the articles that were renewed last, with their whole text."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import override

from articles import url_for
from articles.decorators import conditional
from articles.link_rendering import render_links
from articles.markdown import urls
from articles.models import Article, Revision, Tag, Tagging
from articles.models.link import targets_from
from articles.models.link_resolution import Target
from articles.models.visibility import public
from articles.text import atom

ENTRIES = 20
# Where the articles of a tag or a language are looked for: the newest of the tag, those of all
# that were changed last, those that a schedule opened last. So a large tag costs no more.
OF_TAG, CHANGED, OPENED = 200, 500, 200
Keys = QuerySet[Any, dict[str, Any]]
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Channel:
    """Which feed it is: what its id ends in, its title, the page that it follows."""

    name: str
    title: str
    page: str
    language: str


@conditional
def feed(request: HttpRequest) -> HttpResponse:
    articles = Article.objects.public()
    found = latest(articles, articles.recent().values("pk")[:ENTRIES], opened(ENTRIES))
    channel = Channel("all", settings.SITE_NAME, reverse("articles:home"), settings.LANGUAGE_CODE)
    return answer(request, channel, found)


@conditional
def of_language(request: HttpRequest, language: str) -> HttpResponse:
    articles = Article.objects.public().filter(language=language.replace("\0", ""))
    found = latest(articles, articles.recent().values("pk")[:ENTRIES], opened(OPENED))
    if not found:
        raise Http404
    title = f"{settings.SITE_NAME} ({language})"
    channel = Channel(f"language/{language}", title, reverse("articles:index"), language)
    return answer(request, channel, found)


@conditional
def of_tag(request: HttpRequest, name: str) -> HttpResponse:
    """The articles with a tag; exactly the last of them if it has at most `OF_TAG`."""
    tag = Tag.objects.filter(slug=name.replace("\0", "")).first()
    if not tag:
        return _moved(name.replace("\0", ""))
    newest = Tagging.objects.filter(tag=tag).order_by("-content_object")
    articles = Article.objects.public()
    found = latest(
        articles.filter(taggings__tag=tag),
        newest.values("content_object")[:OF_TAG],
        articles.recent().values("pk")[:CHANGED],
        opened(OPENED),
    )
    if not found:
        raise Http404
    title = f"{settings.SITE_NAME}: {tag.name}"
    page = tag.get_absolute_url()
    return answer(request, Channel(f"tag/{tag.slug}", title, page, settings.LANGUAGE_CODE), found)


def _moved(name: str) -> HttpResponse:
    """Another word for a tag leads to its feed; a tag that is called “… feed”, to its page."""
    asked = name.strip("/")
    for words, address in ((asked, url_for.feed_of_tag), (f"{asked}/feed", url_for.tag)):
        for tag in Tag.objects.resolve([words]).values():
            if Tagging.objects.filter(public("content_object__"), tag=tag).exists():
                return redirect(address(tag.slug), permanent=True)
    raise Http404


def opened(limit: int) -> Keys:
    """The articles that a schedule has opened last."""
    scheduled = Article.objects.public().filter(publish_at__isnull=False)
    last: Keys = scheduled.order_by("-publish_at", "-pk").values("pk")[:limit]
    return last


def latest(articles: QuerySet[Article], *sources: Keys) -> list[Article]:
    """Those of `articles` that were renewed last, looked for among `sources`."""
    renewed: dict[int, datetime] = {}
    for source in sources:
        for row in articles.filter(pk__in=source).only("created", "updated", "publish_at"):
            renewed[row.pk] = row.last_visible_change
    chosen = sorted(renewed, key=lambda pk: (renewed[pk], pk), reverse=True)[:ENTRIES]
    shown = Article.objects.public().defer("body", "text", "toc")
    found = shown.in_bulk(chosen)
    return [found[pk] for pk in chosen if pk in found]


def answer(request: HttpRequest, channel: Channel, articles: list[Article]) -> HttpResponse:
    origin = f"{request.scheme}://{request.get_host()}"
    with override(channel.language):
        written = atom.Feed(
            id=f"tag:{authority()},2026:feed/{quote(channel.name)}",
            title=channel.title,
            language=channel.language,
            url=f"{origin}{quote(request.path)}",
            page=f"{origin}{channel.page}",
            updated=max((article.last_visible_change for article in articles), default=NEVER),
            author=settings.SITE_NAME,
            icon=f"{origin}{static('articles/favicon.svg')}",
            entries=entries(articles, origin),
        )
    return HttpResponse(atom.write(written), "application/atom+xml; charset=utf-8")


def entries(articles: list[Article], origin: str) -> list[atom.Entry]:
    first = Revision.objects.first_slugs(articles)
    targets, tags = targets_from(articles), Tagging.objects.tags_of(articles)
    return [
        entry(article, first[article.pk], targets[article.pk], tags[article.pk], origin)
        for article in articles
    ]


def entry(
    article: Article,
    first: str,
    targets: dict[str, Target],
    tags: list[Tag],
    origin: str,
) -> atom.Entry:
    url = f"{origin}{article.get_absolute_url()}"
    html = urls.absolutize_urls(render_links(article.html, targets, write=False), url)
    framed = format_html('<div lang="{}" dir="{}">', article.language, article.direction)
    return atom.Entry(
        id=identity(article.language, first),
        title=article.title,
        language=article.language,
        url=url,
        source=f"{origin}{url_for.source(article.slug)}",
        published=article.published,
        updated=article.last_visible_change,
        author=article.author,
        categories=[(tag.slug, tag.name) for tag in tags],
        summary=article.summary,
        html=f"{framed}{html}</div>",
    )


def identity(language: str, slug: str) -> str:
    """The id of the article that was first known by `slug`, which is unique in its language.

    Neither renaming nor loading into another database changes it, nor the host that is asked.
    It is a hash, for the first slug may be one that readers never saw.
    """
    return uuid5(NAMESPACE_URL, f"https://{authority()}/articles/{language}/{slug}").urn


def authority() -> str:
    """The host that names the site in ids: the first that it is configured for."""
    named = [host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"]
    return named[0] if named else "localhost"
