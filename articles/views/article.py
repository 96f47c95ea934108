"""An article's page, the list of its backlinks, and redirects from all its other names."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from articles import url_for
from articles.fragments import Fragment
from articles.http import query_parameter, vary_on_parameters
from articles.link_rendering import add_article_url, render_links
from articles.metadata import article_metadata
from articles.models import Name, TrashedName
from articles.models.fields import site_language
from articles.page_rendering import (
    article_values,
    backlink_entries,
    edit_url,
    link_values,
    pagination,
    related_entries,
    render_page,
    tag_navigation_html,
    version_values,
)
from articles.queries.article_page import article_page
from articles.queries.articles import article_with_names
from articles.queries.backlinks import excerpts, sources_of_deleted, sources_page
from articles.queries.tag_navigation import tag_navigation
from articles.queries.translations import translations
from articles.views.pagination import canonical_query, requested_position

MAX_BACKLINKS = 8

ARTICLE = Fragment("articles/article.html")
BACKLINKS = Fragment("articles/backlinks.html")
LINK = Fragment("articles/entries/link.html")
SOURCE = Fragment("articles/entries/source.html")


@require_safe
@vary_on_cookie
@vary_on_parameters("tag")
def article(request: HttpRequest, name: str) -> HttpResponse:
    page = article_page(name)
    if not page:
        return redirect_or_404(request, name)
    article, tags, (targets, versions), backlinks, similar = page
    slug = query_parameter(request, "tag")
    selected_tag = next((tag for tag in tags if tag.slug == slug), None)
    may_add = has_perm(request, "articles.add_article")
    origin = url_for.origin(request)
    values = {
        **article_values(article, tags, render_links(article.html, targets, link_missing=may_add)),
        **version_values(article, versions, origin),
        "metadata": article_metadata(article, tags, origin),
        "source_url": url_for.source(article.slug),
        "edit_url": edit_url(article) if has_perm(request, "articles.change_article") else "",
        "backlinks": backlink_entries(backlinks[:MAX_BACKLINKS]),
        "backlinks_url": url_for.backlinks(article.slug),
        "more_backlinks": len(backlinks) > MAX_BACKLINKS,
        "related": related_entries(similar),
        "tag_navigation": tag_navigation_html(
            tag_navigation(article, selected_tag) if selected_tag else None
        ),
        "graph_url": url_for.graph(article.slug) if backlinks or targets else "",
    }
    return render_page(request, ARTICLE, values)


@require_safe
@vary_on_cookie
@vary_on_parameters("after", "before")
def backlinks(request: HttpRequest, name: str) -> HttpResponse:
    """List all articles that link to an article, with every link, in the order in which they were
    created."""
    article = article_with_names(name)
    if not article:
        return redirect_or_404(request, name, url_for.backlinks, fallback=f"{name}/links")
    versions = translations(article.pk, article.language)
    position = requested_position(request)
    page = sources_page(article, versions, position)
    links = excerpts(article, versions, page.rows)
    values = {
        **link_values(article),
        "sources": SOURCE.join(
            {
                **link_values(source),
                "links": LINK.join(excerpt._asdict() for excerpt in links[source.pk]),
            }
            for source in page.rows
        ),
        "pagination": pagination(page),
        "canonical_query": canonical_query(page, position),
    }
    return render_page(request, BACKLINKS, values)


@require_safe
@vary_on_cookie
def without_slash(request: HttpRequest, name: str) -> HttpResponse:
    return redirect_or_404(request, name)


def redirect_or_404(
    request: HttpRequest,
    name: str,
    url_of: Callable[[str], str] = url_for.article,
    fallback: str = "",
) -> HttpResponse:
    """Redirect to the article that `name` refers to, or answer 410 for a deleted one, or 404.

    `url_of` makes the target from a slug. `fallback` is the name for a URL of an article's
    subpage that may be an article's own name instead, such as “Graph theory/graph”.
    """
    names = Name.objects.public()
    match = names.resolve(name.strip("/"), site_language())
    if match:
        return _redirect(request, url_of(match.article.slug))
    if fallback and (match := names.resolve(fallback, site_language())):
        return _redirect(request, match.article.get_absolute_url())
    if deleted := TrashedName.objects.first_match([name.strip("/"), fallback]):
        return deleted_article(request, deleted)
    return missing_article(request, fallback or name.strip("/"))


def deleted_article(request: HttpRequest, name: str) -> HttpResponse:
    """Answer 410 with articles that link to the deleted one, and articles of similar names."""
    may_add = has_perm(request, "articles.add_article")
    context = {
        "name": name,
        "sources": sources_of_deleted(name, MAX_BACKLINKS),
        "similar": Name.objects.public().similar_to(name),
        "add_url": add_article_url(name) if may_add else "",
    }
    return render(request, "410.html", context, status=410)


def missing_article(request: HttpRequest, name: str) -> HttpResponse:
    """Answer 404 with articles of similar names; editors also get a link to create the article."""
    may_add = has_perm(request, "articles.add_article")
    context = {
        "name": name,
        "similar": Name.objects.public().similar_to(name),
        "add_url": add_article_url(name) if may_add else "",
    }
    return render(request, "404.html", context, status=404)


def _redirect(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect permanently, whether or not a hidden article has the name too: readers must not be
    able to tell. No client keeps the redirect (`redirect_caching`)."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{url}?{query}" if query else url)


def has_perm(request: HttpRequest, permission: str) -> bool:
    """Return whether the user has `permission`, without a query for visitors without a session.

    Views that use it vary on cookies.
    """
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.has_perm(permission)
