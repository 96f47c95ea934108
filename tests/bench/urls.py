"""The URLs of the site, and a bare page to compare the article page with."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, URLResolver, path

from articles.models import Article
from config.urls import urlpatterns as site


def bare(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the stored HTML of one row in the layout of the site."""
    article = get_object_or_404(Article.objects.only("title", "html"), slug=slug)
    return render(request, "bench/bare.html", {"article": article})


urlpatterns: list[URLPattern | URLResolver] = [path("bare/<str:slug>/", bare), *site]
