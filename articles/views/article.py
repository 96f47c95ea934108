"""One article: its page, the pages that link to it, and the one address of all its names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from articles import addresses
from articles.models import Article, Link, Name, Tag
from articles.models.along import along
from articles.models.prepared import Prepared
from articles.models.related import related
from articles.reading import resolved, writing
from articles.views.paging import page, parameter, place, start_of

LINKED_FROM = 8
# An article may link here several times; of so many links the first articles are shown.
LOOKED_AT = 24
FEWEST_HEADINGS = 2


@dataclass(frozen=True)
class Backlink:
    """A sentence in another article that links here."""

    slug: str
    title: str
    language: str
    before: str
    label: str
    after: str


_read = Prepared(
    lambda slug, at: Article.objects.public(at).filter(slug=slug).defer("body", "text")
)
_tags = Prepared(lambda article, at: Tag.objects.filter(taggings__content_object=article))


@Prepared
def _backlinks(
    pk: int, keys: list[str], at: datetime, language: str, site: str
) -> QuerySet[Link, tuple[str, ...]]:
    target = Article(pk=pk, language=language, title=keys[0], slug=keys[0], aliases=keys[1:])
    links = Link.objects.to(target, at).public(at).order_by("source")
    columns = ("source__slug", "source__title", "source__language", "before", "label", "after")
    return links.values_list(*columns)[:LOOKED_AT]


@require_safe
@vary_on_cookie
def article(request: HttpRequest, name: str) -> HttpResponse:
    found = next(iter(_read.objects(name)), None) if "\0" not in name else None
    if not found:
        return elsewhere(request, name)
    tags, way = _tags.objects(found.pk), None
    if chosen := parameter(request, "tag"):
        tags, way = along(found, chosen)
    targets = Link.objects.targets(found)
    links_here = linked_from(found)
    context = {
        "article": found,
        "html": resolved(found.html, targets, write=may(request, "articles.add_article")),
        "tags": tags,
        "way": way,
        "contents": found.toc if len(found.toc) >= FEWEST_HEADINGS else [],
        "targets": targets,
        "linked_from": links_here[:LINKED_FROM],
        "more_links": len(links_here) > LINKED_FROM,
        "related": related(found, tags, targets.values()),
        "revised": found.updated.date() != found.published.date(),
        "may_change": may(request, "articles.change_article"),
    }
    return render(request, "articles/article.html", context)


@require_safe
@vary_on_cookie
def links(request: HttpRequest, name: str) -> HttpResponse:
    """All articles that link here, in order, each with its sentences."""
    found = _public(name, "body", "text", "html", "toc")
    if not found:
        return elsewhere(request, name, addresses.links, otherwise=f"{name}/links")
    pointing = Link.objects.to(found)
    sources = Article.objects.public().filter(pk__in=pointing.values("source"))
    start = start_of(request)
    shown = page(sources.only("slug", "title", "language", "sort_key"), start)
    sentences: dict[int, list[Link]] = {}
    columns = pointing.filter(source__in=shown.rows).only("source", "before", "label", "after")
    for link in columns.order_by("source", "position"):
        sentences.setdefault(link.source_id, []).append(link)
    sources_and_sentences = [(source, sentences[source.pk]) for source in shown.rows]
    context = {
        "article": found,
        "page": shown,
        "sources": sources_and_sentences,
        "place": place(shown, start),
    }
    return render(request, "articles/links.html", context)


@require_safe
@vary_on_cookie
def without_slash(request: HttpRequest, name: str) -> HttpResponse:
    return elsewhere(request, name)


def elsewhere(
    request: HttpRequest,
    name: str,
    address: Callable[[str], str] = addresses.article,
    otherwise: str = "",
) -> HttpResponse:
    """The way to the article that `name` means, or what can be said if there is none."""
    names = Name.objects.public()
    meant = names.meant_by(name.strip("/"), settings.LANGUAGE_CODE)
    if meant:
        return _moved(request, address(meant.article.slug))
    if otherwise and (meant := names.meant_by(otherwise, settings.LANGUAGE_CODE)):
        return _moved(request, meant.article.get_absolute_url())
    return missing(request, otherwise or name.strip("/"))


def missing(request: HttpRequest, name: str) -> HttpResponse:
    """The page that says that there is no article of that name, and what there is instead."""
    context = {
        "asked": name,
        "nearest": Name.objects.public().nearest(name),
        "write": writing(name) if may(request, "articles.add_article") else "",
    }
    return render(request, "404.html", context, status=404)


def _moved(request: HttpRequest, address: str) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


def _public(slug: str, *unread: str) -> Article | None:
    if "\0" in slug:
        return None
    found: Article | None = Article.objects.public().defer(*unread).filter(slug=slug).first()
    return found


def may(request: HttpRequest, permission: str) -> bool:
    """Looks only at readers who bring a session. The answer says so with `vary_on_cookie`."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.has_perm(permission)


def linked_from(found: Article) -> list[Backlink]:
    """The first articles that link to `found`: at most one more than the page shows."""
    site = settings.LANGUAGE_CODE
    rows = _backlinks.rows(found.pk, found.keys(), language=found.language, site=site)
    links_here: dict[str, Backlink] = {}
    for row in rows:
        links_here.setdefault(row[0], Backlink(*row))
    return list(links_here.values())[: LINKED_FROM + 1]
