"""One article: its page, the pages that link to it, and the one address of all its names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, TypedDict

from django.conf import settings
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from articles import url_for
from articles.link_rendering import add_article_url, render_links
from articles.models import Article, Link, Name, Tag
from articles.models.fields import site_language
from articles.models.link_resolution import Translation, for_everybody
from articles.models.tag import tags_subquery
from articles.queries.related import related
from articles.queries.tag_navigation import along
from articles.sql import CompiledQuery
from articles.views.pagination import page, parameter, place, start_of

LINKED_FROM = 8
# An article may link here several times; of so many links the first articles are shown.
LOOKED_AT = 24
# So many names of an article are asked for in one query.
NAMES = 50
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


@CompiledQuery
def _read(slug: str, at: datetime) -> QuerySet[Article]:
    found: QuerySet[Article] = Article.objects.public(at).filter(slug=slug)
    return found.defer("body", "text").annotate(all_tags=tags_subquery())


@CompiledQuery
def _backlinks(
    pk: int, keys: list[str], others: list[str], at: datetime, tied: tuple[str, ...], site: str
) -> QuerySet[Link, Any]:
    language, *languages = tied
    target = Article(pk=pk, language=language, title=keys[0], slug=keys[0], aliases=keys[1:])
    translations = dict(zip(languages, others, strict=True))
    links = Link.objects.public(at).first_to(LOOKED_AT, target, at, translations)
    return links.values_list(
        "source", "source__slug", "source__title", "source__language", "before", "label", "after"
    )


@require_safe
@vary_on_cookie
def article(request: HttpRequest, name: str) -> HttpResponse:
    found = next(iter(_read.objects(name)), None) if "\0" not in name else None
    if not found:
        return redirect_or_404(request, name)
    tags: list[Tag] = found.all_tags
    slug = parameter(request, "tag")
    chosen = next((tag for tag in tags if tag.slug == slug), None)
    targets, translations = Link.objects.resolve(found)
    links_here = linked_from(found, translations)
    context = {
        "article": found,
        "html": render_links(found.html, targets, write=may(request, "articles.add_article")),
        "tags": tags,
        "way": along(found, chosen) if chosen else None,
        "contents": found.toc if len(found.toc) >= FEWEST_HEADINGS else [],
        "targets": targets,
        "linked_from": links_here[:LINKED_FROM],
        "more_links": len(links_here) > LINKED_FROM,
        **versions(found, translations),
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
        return redirect_or_404(request, name, url_for.links, otherwise=f"{name}/links")
    pointing = Link.objects.to(found, translations=Link.objects.resolve(found).slugs)
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
    return render(request, "articles/backlinks.html", context)


@require_safe
@vary_on_cookie
def without_slash(request: HttpRequest, name: str) -> HttpResponse:
    return redirect_or_404(request, name)


def redirect_or_404(
    request: HttpRequest,
    name: str,
    address: Callable[[str], str] = url_for.article,
    otherwise: str = "",
) -> HttpResponse:
    """The way to the article that `name` means, or what can be said if there is none."""
    names = Name.objects.public()
    meant = names.resolve(name.strip("/"), site_language())
    if meant:
        return _moved(request, meant, address(meant.article.slug))
    if otherwise and (meant := names.resolve(otherwise, site_language())):
        return _moved(request, meant, meant.article.get_absolute_url())
    return missing(request, otherwise or name.strip("/"))


def missing(request: HttpRequest, name: str) -> HttpResponse:
    """The page that says that there is no article of that name, and what there is instead."""
    context = {
        "name": name,
        "similar": Name.objects.public().nearest(name),
        "add_url": add_article_url(name) if may(request, "articles.add_article") else "",
    }
    return render(request, "404.html", context, status=404)


def _moved(request: HttpRequest, meant: Name, address: str) -> HttpResponse:
    """For ever, unless an article that is hidden for now is called so too."""
    query = request.META.get("QUERY_STRING", "")
    kind = HttpResponseRedirect if meant.is_shared else HttpResponsePermanentRedirect
    return kind(f"{address}?{query}" if query else address)


def _public(slug: str, *unread: str) -> Article | None:
    if "\0" in slug:
        return None
    found: Article | None = Article.objects.public().defer(*unread).filter(slug=slug).first()
    return found


def may(request: HttpRequest, permission: str) -> bool:
    """Looks only at readers who bring a session. The answer says so with `vary_on_cookie`."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.has_perm(permission)


class Versions(TypedDict):
    """An article and its translations, and the one for readers of none of their languages."""

    versions: list[Translation]
    for_everybody: Translation | None


def versions(found: Article, translations: list[Translation]) -> Versions:
    """Nothing for an article that has no translation."""
    if not translations:
        return {"versions": [], "for_everybody": None}
    own = Translation(found.pk, found.slug, found.language)
    shown = sorted([own, *translations], key=lambda version: version.language)
    return {"versions": shown, "for_everybody": for_everybody(shown)}


def linked_from(found: Article, translations: list[Translation]) -> list[Backlink]:
    """The first articles that link to `found`: at most one more than the page shows."""
    others = [translation.slug for translation in translations]
    tied = (found.language, *(translation.language for translation in translations))
    site = site_language()
    keys = found.keys()
    rows = []
    for start in range(0, len(keys), NAMES):
        some = keys[start : start + NAMES]
        rows += _backlinks.rows(found.pk, some, others, tied=tied, site=site)
    links_here: dict[int, Backlink] = {}
    for source, *told in sorted(rows, key=itemgetter(0)):
        links_here.setdefault(source, Backlink(*told))
    return list(links_here.values())[: LINKED_FROM + 1]
