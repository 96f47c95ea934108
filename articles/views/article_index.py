"""The index of all articles from A to Z."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from articles.fragments import Fragment
from articles.http import query_parameter, vary_on_parameters
from articles.page_rendering import article_entries, letter_entries, pagination, render_page
from articles.queries import statistics
from articles.queries.alphabetical import articles_page
from articles.text import names
from articles.views.pagination import canonical_query, requested_position

ARTICLE_INDEX = Fragment("articles/article_index.html")


@require_safe
@vary_on_parameters("q", "letter", "after", "before")
def article_index(request: HttpRequest) -> HttpResponse:
    """List all articles, or those of ``?letter=``. ``?q=`` was the search page of a former version
    and redirects to it."""
    if text := query_parameter(request, "q").strip():
        url = f"{reverse('articles:search')}?{urlencode({'q': text})}"
        return redirect(url, permanent=True)
    value = query_parameter(request, "letter").strip()
    letter = names.sort_key(value)[:1] if value else ""
    position = requested_position(request)
    index = statistics.article_index()
    page = articles_page(letter, position) if letter or position else index.first_page
    values = {
        "entries": article_entries(page.rows),
        "pagination": pagination(page, letter=letter),
        "letter": letter.upper(),
        "letters": letter_entries(index.letters, letter),
        "canonical_query": canonical_query(page, position, letter=letter),
    }
    return render_page(request, ARTICLE_INDEX, values)
