"""The translations of an article: which there are, which lag behind, and which are to be begun."""

from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from articles import editing
from articles.admin.status import state
from articles.models import Article
from articles.models.link_resolution import translations
from articles.text import languages

MISSING = "missing-"
OLDER = "older"


class Version(NamedTuple):
    """An article in one language: where it is changed or begun, and what is to be said of it."""

    language: str
    tag: str
    article: Article | None
    address: str
    state: str
    is_source: bool
    is_older: bool


class Panel(NamedTuple):
    """What the form of an article shows of its translations."""

    versions: list[Version]
    missing: list[Version]
    lost: str


def panel(article: Article | None, *, may_add: bool) -> Panel | None:
    """The article in all its languages, and those of the site that it is not in. `lost` is the
    slug of a source that is not there."""
    if article is None:
        return None
    others = [other.pk for other in translations(article.pk, article.language, public=False)]
    known = [article, *Article.objects.listed().filter(pk__in=others).order_by("language")]
    source = next((one for one in known if not one.translation_of), None)
    begun = source or article
    missing = [_missing(code, begun) for code, _name in settings.LANGUAGES if not _in(code, known)]
    return Panel(
        [_version(one, source) for one in known],
        missing if may_add else [],
        "" if source else article.translation_of,
    )


def _in(code: str, known: list[Article]) -> bool:
    return any(one.language == code or one.language.startswith(f"{code}-") for one in known)


def _version(article: Article, source: Article | None) -> Version:
    return Version(
        language=_called(article.language),
        tag=article.language,
        article=article,
        address=reverse("admin:articles_article_change", args=[article.pk]),
        state=state(article),
        is_source=article is source,
        is_older=bool(source and article.updated < source.updated),
    )


def _missing(code: str, source: Article) -> Version:
    begun = urlencode({"translation_of": source.slug, "language": code})
    address = f"{reverse('admin:articles_article_add')}?{begun}"
    return Version(_called(code), code, None, address, "", is_source=False, is_older=False)


def _called(tag: str) -> str:
    return languages.display_name(tag, get_language() or settings.LANGUAGE_CODE)


def begun(request: HttpRequest) -> dict[str, Any]:
    """What the form of a translation begins with: the source's words, to be written over."""
    slug = request.GET.get("translation_of", "").replace("\0", "")
    source = Article.objects.filter(slug=slug).first() if slug else None
    if source is None:
        return {}
    return {
        "translation_of": source.translation_of or source.slug,
        "language": request.GET.get("language", "").replace("\0", ""),
        "summary": source.summary,
        "body": source.body,
        "tags": editing.tag_names(source),
        "featured": source.featured,
    }


class TranslationsFilter(admin.SimpleListFilter):
    title = _("translations")
    parameter_name = "translations"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        missing = [
            (f"{MISSING}{code}", _("Not in %(language)s") % {"language": _called(code)})
            for code, _name in settings.LANGUAGES
        ]
        return [*missing, (OLDER, _("Older than its source"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Article]:
        articles: QuerySet[Article] = queryset
        chosen = self.value() or ""
        if chosen == OLDER:
            articles = queryset.outdated_translations()
        elif chosen.removeprefix(MISSING) in dict(settings.LANGUAGES):
            articles = queryset.untranslated_into(chosen.removeprefix(MISSING))
        return articles
