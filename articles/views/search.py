"""Searching: the page of results, suggestions while somebody types, and what browsers are told."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import get_language_info
from django.views.decorators.cache import cache_control

from articles import url_for
from articles.methods import read_only, used
from articles.models import FailedSearch, Kind
from articles.search import Facet, Results, did_you_mean, search_articles, suggest_names
from articles.text.languages import own_name
from articles.views.pagination import parameter

# With fewer results than that the page says what else may have been meant.
FEW = 3
# Names that are told apart from the title.
OTHER = (Kind.ALIAS, Kind.FORMER)
DESCRIPTION_LASTS = 24 * 3600


class Unanswered(HttpResponse):
    """A page without results. That is counted when the reader has got the page."""

    asked = ""

    def close(self) -> None:
        if self.asked:
            FailedSearch.objects.record(self.asked)
            self.asked = ""
        super().close()


@read_only
def search(request: HttpRequest) -> HttpResponse:
    asked = parameter(request, "q").strip()
    tag, language = parameter(request, "tag"), parameter(request, "language")
    results = search_articles(asked, page=number(request), tag=tag, language=language)
    context: dict[str, Any] = {
        "asked": results.query.text,
        "results": results,
        "narrowed": narrowed(results, tag, language),
        "facets": facets(results, tag, language),
        "pages": pages(results, tag, language),
    }
    few = (results.total < FEW or results.loose) and results.query.asks
    if few and results.page == 1:
        context |= meant(results, tag, language)
    response = render(request, "articles/search.html", context)
    in_vain = (
        few and results.whole and (results.loose or not results.total) and not (tag or language)
    )
    if in_vain and results.page == 1 and used(request) == "GET":
        # Every one is counted, so none is kept.
        unanswered = Unanswered(response.content, headers={"Cache-Control": "no-store"})
        unanswered.asked = results.query.text
        return unanswered
    return response


def number(request: HttpRequest) -> int:
    typed = parameter(request, "page")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1


def meant(results: Results, tag: str, language: str) -> dict[str, Any]:
    better, nearest = did_you_mean(results.query)
    shown = {hit.article.pk for hit in results.hits}
    return {
        "better": better,
        "better_query": query(better, tag, language),
        "nearest": [name for name in nearest if name.article_id not in shown],
    }


def query(text: str, tag: str = "", language: str = "", page: int = 1) -> str:
    """The address of results, from the question mark on."""
    given = {"q": text, "tag": tag, "language": language, "page": str(page) if page > 1 else ""}
    return "?" + urlencode({name: value for name, value in given.items() if value or name == "q"})


def narrowed(results: Results, tag: str, language: str) -> list[tuple[str, str]]:
    """What the results are narrowed to, each with the address of the results without it."""
    text, chosen = results.query.text, []
    if tag:
        named = [facet.label for facet in results.tags if facet.value == tag]
        chosen.append((named[0] if named else tag, query(text, "", language)))
    if language:
        chosen.append((language_name(language), query(text, tag)))
    return chosen


def facets(results: Results, tag: str, language: str) -> dict[str, list[tuple[Facet, str, str]]]:
    """Tags and languages to narrow the results to: the facet, its name, its address."""
    text = results.query.text
    tags = [(each, each.label, query(text, each.value, language)) for each in results.tags]
    languages = [
        (each, language_name(each.value), query(text, tag, each.value))
        for each in results.languages
    ]
    # A tag that all articles have which were counted narrows nothing, unless there are others.
    useful = [row for row in tags if results.more or row[0].count < results.total]
    return {
        "tags": [row for row in useful if row[0].value != tag],
        "languages": languages if len(languages) > 1 else [],
    }


def language_name(language: str) -> str:
    """What a language calls itself, as far as it is known.

    >>> language_name("ar"), language_name("qaa")
    ('العربيّة', 'qaa')
    """
    try:
        return str(get_language_info(language)["name_local"])
    except KeyError:
        return language


def pages(results: Results, tag: str, language: str) -> dict[str, str]:
    text, page = results.query.text, results.page
    return {
        "previous": query(text, tag, language, page - 1)[1:] if page > 1 else "",
        "next": query(text, tag, language, page + 1)[1:] if page < results.pages else "",
    }


@read_only
@cache_control(public=True, no_cache=True)
def suggest(request: HttpRequest) -> JsonResponse:
    """Names that begin with what has been typed so far, those of one spelling with a note."""
    found = suggest_names(parameter(request, "q").strip())
    called = [name.text if name.kind in OTHER else name.article.title for name in found]
    rows = [
        {
            "name": text,
            "title": name.article.title,
            "note": own_name(name.article.language) if called.count(text) > 1 else "",
            "language": name.article.language,
            "direction": name.article.direction,
            "url": url_for.article(name.article.slug),
        }
        for name, text in zip(found, called, strict=True)
    ]
    return JsonResponse({"suggestions": rows})


@read_only
@cache_control(public=True, max_age=DESCRIPTION_LASTS)
def opensearch(request: HttpRequest) -> HttpResponse:
    """How browsers search here from their address bar."""
    context = {"SITE_NAME": settings.SITE_NAME}
    kind = "application/opensearchdescription+xml; charset=utf-8"
    response = render(request, "articles/opensearch.xml", context, content_type=kind)
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response
