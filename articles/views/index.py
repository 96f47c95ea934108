"""The index of all articles, and finding one of them by its name."""

from string import ascii_lowercase

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from articles.models import Article, Name, corpus
from articles.models.fields import NAME_LENGTH, site_language
from articles.text import names
from articles.views.methods import read_only
from articles.views.paging import page, parameter, place, start_of

SUGGESTIONS = 20


@read_only
def index(request: HttpRequest) -> HttpResponse:
    asked = parameter(request, "q").strip()[:NAME_LENGTH]
    return find(request, asked) if asked else a_to_z(request)


def a_to_z(request: HttpRequest) -> HttpResponse:
    typed = parameter(request, "letter").strip()
    letter = names.sort_key(typed)[:1] if typed else ""
    articles = Article.objects.public().a_to_z(letter)
    start = start_of(request)
    shown = page(articles.only("slug", "title", "summary", "language", "sort_key"), start)
    context = {
        "page": shown,
        "letter": letter,
        "letters": _alphabet(corpus.letters()),
        "place": place(shown, start, letter=letter),
    }
    return render(request, "articles/index.html", context)


def _alphabet(used: list[str]) -> list[tuple[str, bool]]:
    """The letters to show, and whether there are articles under each: those of the Latin
    alphabet always, unless all articles stand under others."""
    latin = set(ascii_lowercase)
    shown = set(used) | (latin if latin & set(used) or not used else set())
    return [(letter, letter in used) for letter in sorted(shown)]


def find(request: HttpRequest, asked: str) -> HttpResponse:
    """The article that is called so, or those whose names begin so or are spelt alike."""
    public = Name.objects.public()
    meant = public.meant_by(asked, site_language())
    if meant:
        return redirect(meant.article)
    beginning = public.starting(asked).select_related("article").only(*SHOWN)[:SUGGESTIONS]
    first = {name.article_id: name for name in reversed(beginning)}
    nearest = [name for name in public.nearest(asked) if name.article_id not in first]
    context = {"asked": asked, "beginning": list(reversed(first.values())), "nearest": nearest}
    return render(request, "articles/find.html", context)


SHOWN = ("key", "text", "kind", "article__slug", "article__title", "article__language")
