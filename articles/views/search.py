"""The search page, suggestions for the search box, and the OpenSearch description."""

import logging
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles import url_for
from articles.http import query_parameter, vary_on_parameters
from articles.models import FailedSearch, Kind
from articles.page_rendering import search_hits
from articles.search import (
    DEFAULT_LIMITS,
    Facet,
    Limits,
    Results,
    did_you_mean,
    search_articles,
    suggest_names,
)
from articles.text.languages import own_name

logger = logging.getLogger(__name__)

# With fewer results, the page suggests a corrected query and similar names.
FEW_RESULTS = 3
# Kinds of names that are displayed instead of the title of their article.
OTHER_NAMES = (Kind.ALIAS, Kind.FORMER)
DAY = 24 * 3600


@require_safe
@vary_on_parameters("q", "tag", "language", "page")
def search(request: HttpRequest, limits: Limits = DEFAULT_LIMITS) -> HttpResponse:
    text = query_parameter(request, "q").strip()
    tag, language = query_parameter(request, "tag"), query_parameter(request, "language")
    results = search_articles(
        text, page=page_number(request), tag=tag, language=language, limits=limits
    )
    few = results.full_matches < FEW_RESULTS and results.query.is_searchable
    context: dict[str, Any] = {
        "query": results.query.text,
        "results": results,
        "hits": search_hits(results.hits),
        "filters": active_filters(results, tag, language),
        "facets": facets(results, tag, language),
        "pages": adjacent_pages(results, tag, language),
    }
    if few and results.page == 1:
        context |= corrections(results, tag, language)
    response = render(request, "articles/search.html", context)
    if few and is_failed(results) and not (tag or language):
        record_failed_search(request, results.query.text)
        # Each failed search is counted, so no cache may answer the next one.
        response["Cache-Control"] = "no-store"
    return response


def is_failed(results: Results) -> bool:
    """Whether this is the first page of a complete search that no article fully matches."""
    return results.page == 1 and results.complete and (results.relaxed or not results.total)


def record_failed_search(request: HttpRequest, query: str) -> None:
    """Count a GET without results: the only write that a view of the public site makes.

    The reader gets the page at once even if the database can't be written to, for example while
    another transaction writes. The search is then not counted.
    """
    if request.method != "GET":
        return
    try:
        FailedSearch.objects.record(query)
    except DatabaseError:
        logger.debug("A failed search was not counted.", exc_info=True)


def page_number(request: HttpRequest) -> int:
    """The number in ``?page=``; 1 if there is none or it is not a sensible number."""
    value = query_parameter(request, "page")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 6 else 1


def corrections(results: Results, tag: str, language: str) -> dict[str, Any]:
    """A corrected query and articles with similar names, for a search with few results."""
    corrected, similar = did_you_mean(results.query, results.matching_words)
    listed = {hit.article.pk for hit in results.hits}
    return {
        "corrected": corrected,
        "corrected_url": results_url(corrected, tag, language),
        "similar": [name for name in similar if name.article_id not in listed],
    }


def results_url(text: str, tag: str = "", language: str = "", page: int = 1) -> str:
    """The URL of a page of results, relative to the search page: a query string with its ``?``."""
    values = {"q": text, "tag": tag, "language": language, "page": str(page) if page > 1 else ""}
    return "?" + urlencode({name: value for name, value in values.items() if value or name == "q"})


def active_filters(results: Results, tag: str, language: str) -> list[tuple[str, str]]:
    """The label of each filter in use, with the URL of the results without it."""
    text, filters = results.query.text, []
    if tag:
        labels = [facet.label for facet in results.tags if facet.value == tag]
        filters.append((labels[0] if labels else tag, results_url(text, "", language)))
    if language:
        # Only languages of articles have their names looked up, not any tag in a URL.
        is_in_results = any(facet.value == language for facet in results.languages)
        label = own_name(language) if is_in_results else language
        filters.append((label, results_url(text, tag)))
    return filters


def facets(results: Results, tag: str, language: str) -> dict[str, list[tuple[Facet, str, str]]]:
    """Tags and languages to filter the results by: each facet with its label and URL."""
    text = results.query.text
    tags = [
        (facet, facet.label, results_url(text, facet.value, language)) for facet in results.tags
    ]
    languages = [
        (facet, own_name(facet.value), results_url(text, tag, facet.value))
        for facet in results.languages
    ]
    # A tag of all results filters nothing out, unless there are results that were not counted.
    useful = [row for row in tags if results.more or row[0].count < results.total]
    return {
        "tags": [row for row in useful if row[0].value != tag],
        "languages": languages if len(languages) > 1 else [],
    }


def adjacent_pages(results: Results, tag: str, language: str) -> dict[str, str]:
    """The query strings of the previous and the next page of results; empty if there is none."""
    text, page = results.query.text, results.page
    return {
        "previous": results_url(text, tag, language, page - 1)[1:] if page > 1 else "",
        "next": results_url(text, tag, language, page + 1)[1:] if page < results.pages else "",
    }


@require_safe
@vary_on_parameters("q")
def suggest(request: HttpRequest) -> JsonResponse:
    """Complete what a reader types into a search box; equal names are told apart by language."""
    names = suggest_names(query_parameter(request, "q").strip())
    labels = [name.text if name.kind in OTHER_NAMES else name.article.title for name in names]
    rows = [
        {
            "name": label,
            "title": name.article.title,
            "note": own_name(name.article.language) if labels.count(label) > 1 else "",
            "language": name.article.language,
            "direction": name.article.direction,
            "url": url_for.article(name.article.slug),
        }
        for name, label in zip(names, labels, strict=True)
    ]
    return JsonResponse({"suggestions": rows})


@require_safe
@cache_control(public=True, max_age=DAY)
def opensearch(request: HttpRequest) -> HttpResponse:
    """Describe the search to browsers (OpenSearch 1.1), which offer it in their address bar."""
    content_type = "application/opensearchdescription+xml; charset=utf-8"
    response = render(
        request, "articles/opensearch.xml", {"SITE_NAME": settings.SITE_NAME}, content_type
    )
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response
