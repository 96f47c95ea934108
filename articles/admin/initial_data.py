"""What the form of a new article begins with: values from the URL, and the user's language."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from articles import editing
from articles.admin.translations import initial_translation_data
from articles.http import query_parameter
from articles.models import Article
from articles.models.fields import site_language
from articles.text import names


def initial_article_data(request: HttpRequest) -> dict[str, Any]:
    """Return the title of a new article, or the source of a translation, from the URL."""
    title = query_parameter(request, "title").strip()
    language = new_article_language(request)
    return {
        "title": title,
        "slug": editing.free_slug(title, language) if title else "",
        "author": request.user.get_full_name(),  # type: ignore[union-attr]
        "language": language,
        **initial_translation_data(request),
    }


def new_article_language(request: HttpRequest) -> str:
    """Return the language of the article that the user created last, or else of the interface."""
    own = Article.objects.filter(owner=request.user.pk).order_by("-pk")
    last: str | None = own.values_list("language", flat=True).first()
    if last:
        return last
    interface, site = names.language_tag(get_language() or ""), site_language()
    # An interface in English does not tell whether the site's articles are in British English.
    is_same = interface.partition("-")[0] == site.partition("-")[0]
    return site if is_same or not interface else interface
