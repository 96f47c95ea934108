"""The index of all articles."""

from string import ascii_lowercase

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from articles.models import Article
from articles.queries import statistics
from articles.text import names
from articles.views.pagination import page, parameter, place, start_of


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All articles in order. What was once asked for here is searched for."""
    if asked := parameter(request, "q").strip():
        address = f"{reverse('articles:search')}?{urlencode({'q': asked})}"
        return redirect(address, permanent=True)
    return a_to_z(request)


def a_to_z(request: HttpRequest) -> HttpResponse:
    typed = parameter(request, "letter").strip()
    letter = names.sort_key(typed)[:1] if typed else ""
    articles = Article.objects.public().a_to_z(letter)
    start = start_of(request)
    shown = page(articles.only("slug", "title", "summary", "language", "sort_key"), start)
    context = {
        "page": shown,
        "letter": letter,
        "letters": _alphabet(statistics.letters()),
        "place": place(shown, start, letter=letter),
    }
    return render(request, "articles/article_index.html", context)


def _alphabet(used: list[str]) -> list[tuple[str, bool]]:
    """The letters to show, and whether there are articles under each: those of the Latin
    alphabet always, unless all articles stand under others."""
    latin = set(ascii_lowercase)
    shown = set(used) | (latin if latin & set(used) or not used else set())
    return [(letter, letter in used) for letter in sorted(shown)]
