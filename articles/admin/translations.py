"""The translations of an article: existing, outdated and missing ones."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from articles import editing
from articles.admin.status import status_label
from articles.http import query_parameter
from articles.models import Article
from articles.models.article import ArticleQuerySet
from articles.permissions import viewable_articles
from articles.queries.translations import translations
from articles.text import languages


class TranslationRow(NamedTuple):
    """A language of the panel. Where `article` is None, `edit_url` leads to a new translation."""

    language: str
    language_name: str
    article: Article | None
    edit_url: str
    status: str = ""
    is_source: bool = False
    is_outdated: bool = False


class TranslationPanel(NamedTuple):
    """What the form of an article shows of its translations.

    `missing_source` is the slug in `translation_of` if no article has it, else empty.
    """

    translations: list[TranslationRow]
    untranslated: list[TranslationRow]
    missing_source: str


def translation_panel(
    article: Article, viewable: ArticleQuerySet, *, can_add: bool
) -> TranslationPanel:
    """Return the article in all languages in which it is `viewable`, and if the user `can_add`
    articles the site's languages that it is not in."""
    keys = [row.pk for row in translations(article.pk, article.language, public=False)]
    articles = [article, *viewable.for_lists().filter(pk__in=keys).order_by("language")]
    source = next((version for version in articles if not version.translation_of), None)
    missing = [code for code, _name in settings.LANGUAGES if not _has_language(articles, code)]
    return TranslationPanel(
        [_existing(version, source) for version in articles],
        [_untranslated(code, source or article) for code in missing] if can_add else [],
        "" if source else article.translation_of,
    )


def _has_language(articles: Sequence[Article], code: str) -> bool:
    return any(
        article.language == code or article.language.startswith(f"{code}-") for article in articles
    )


def _existing(article: Article, source: Article | None) -> TranslationRow:
    return TranslationRow(
        language=article.language,
        language_name=language_name(article.language),
        article=article,
        edit_url=reverse("admin:articles_article_change", args=[article.pk]),
        status=status_label(article),
        is_source=article is source,
        is_outdated=bool(source and article.updated < source.updated),
    )


def _untranslated(code: str, source: Article) -> TranslationRow:
    query = urlencode({"translation_of": source.slug, "language": code})
    url = f"{reverse('admin:articles_article_add')}?{query}"
    return TranslationRow(code, language_name(code), None, url)


def language_name(code: str) -> str:
    """Return the name of a language (BCP 47 tag) in the language of the user interface."""
    return languages.display_name(code, get_language() or settings.LANGUAGE_CODE)


def initial_translation_data(request: HttpRequest) -> dict[str, Any]:
    """Return the initial form data of a new translation: the source's text, to be translated.

    `translation_of` and `language` come from the query string; empty if there is no source that
    the user may read.
    """
    slug = query_parameter(request, "translation_of")
    source = viewable_articles(request.user).filter(slug=slug).first() if slug else None
    if source is None:
        return {}
    return {
        "translation_of": source.translation_of or source.slug,
        "language": query_parameter(request, "language"),
        "summary": source.summary,
        "body": source.body,
        "tags": editing.tag_names(source),
        "featured": source.featured,
    }
