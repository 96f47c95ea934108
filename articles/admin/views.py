"""What the desk's JavaScript asks while somebody writes. Who may ask is decided by its callers."""

from typing import TypedDict

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from articles import derived, editing
from articles.admin.status import state
from articles.link_rendering import render_links
from articles.models import Article, Kind, Name, Tag, TagSynonym
from articles.models.fields import site_language, validate_body, validate_language
from articles.models.link_resolution import NameResolver
from articles.text import names as spelling

LIMIT = 12
LONGEST = 200


class Suggestion(TypedDict):
    """A name that can be linked to, and the article that it leads to."""

    text: str
    kind: str
    title: str
    state: str


class TagSuggestion(TypedDict):
    """A tag, and the synonym by which it was found, if it was."""

    text: str
    synonym: str
    usage: int


def refusal(message: str) -> JsonResponse:
    """What is wrong with something typed. That is an answer, not a failure: browsers would
    complain about any other status on the console."""
    return JsonResponse({"error": message})


def asked(request: HttpRequest, parameter: str = "q") -> str:
    return request.GET.get(parameter, "").replace("\0", "")[:LONGEST]


@require_GET
def names(request: HttpRequest) -> JsonResponse:
    """Names that begin like the text, then those that resemble it; for no text the newest."""
    text = asked(request)
    found = _named(text) if spelling.fold(text) else _newest()
    results = [
        Suggestion(
            text=name.text,
            kind=name.kind,
            title=name.article.title,
            state="" if name.article.is_public else state(name.article),
        )
        for name in found
    ]
    return JsonResponse({"results": results})


def _named(text: str) -> list[Name]:
    starting = Name.objects.starting(text).exclude(kind=Kind.SLUG)
    found = list(starting.with_article()[:LIMIT])
    known = {name.article_id for name in found}
    near = [name for name in Name.objects.nearest(text) if name.article_id not in known]
    return [*found, *near][:LIMIT]


def _newest() -> list[Name]:
    newest = Article.objects.listed().recent()[:LIMIT]
    return [Name(text=article.title, kind=Kind.TITLE, article=article) for article in newest]


@require_GET
def sections(request: HttpRequest) -> JsonResponse:
    """The sections of the article that `name` means, those with `q` in them."""
    meant = Name.objects.resolve(asked(request, "name"), site_language())
    wanted = spelling.fold(asked(request))
    headings = [heading["text"] for heading in meant.article.toc] if meant else []
    results = [heading for heading in headings if wanted in spelling.fold(heading)]
    return JsonResponse({"results": results[:LIMIT]})


@require_GET
def tags(request: HttpRequest) -> JsonResponse:
    """Tags that begin like the text, by name or by synonym, then those that have it within."""
    key = spelling.fold(asked(request))
    found: dict[int, str] = {}
    for conditions in ({"key__startswith": key}, {"key__contains": key}):
        for tag in Tag.objects.filter(**conditions).order_by("key")[:LIMIT]:
            found.setdefault(tag.pk, "")
        for synonym in TagSynonym.objects.filter(**conditions).order_by("key")[:LIMIT]:
            found.setdefault(synonym.tag_id, synonym.name)
    chosen = Tag.objects.filter(pk__in=list(found)[:LIMIT]).with_usage().in_bulk()
    results = [
        TagSuggestion(text=chosen[pk].name, synonym=synonym, usage=chosen[pk].usage)
        for pk, synonym in list(found.items())[:LIMIT]
    ]
    return JsonResponse({"results": results})


@require_GET
def slug(request: HttpRequest) -> JsonResponse:
    title = asked(request, "title")
    language = asked(request, "language") or site_language()
    return JsonResponse({"slug": editing.free_slug(title, language) if title.strip() else ""})


@require_POST
def preview(request: HttpRequest) -> JsonResponse:
    """The text as readers will see it, by the code that shows it to them."""
    article = Article(
        body=request.POST.get("body", "").replace("\r\n", "\n"),
        language=spelling.language_tag(request.POST.get("language", "")) or site_language(),
    )
    try:
        validate_language(article.language)
        validate_body(article.body)
    except ValidationError as error:
        return refusal(" ".join(error.messages))
    return JsonResponse(rendered(request, article))


class Rendered(TypedDict):
    """An article's text as HTML, and what can be said about it in a line."""

    html: str
    language: str
    direction: str
    summary: str


def rendered(request: HttpRequest, article: Article) -> Rendered:
    document = derived.parse(article)
    keys = {link.key for link in document.links}
    targets = NameResolver(keys, article.language).targets(keys, article.pk or 0)
    write = request.user.has_perm("articles.add_article")
    return Rendered(
        html=render_links(document.html, targets, link_missing=write),
        language=article.language,
        direction=article.direction,
        summary=_summary(document.word_count, len(keys), len(keys - targets.keys())),
    )


def _summary(words: int, links: int, wanted: int) -> str:
    parts = [
        ngettext("%(count)d word", "%(count)d words", words) % {"count": words},
        ngettext("%(count)d link", "%(count)d links", links) % {"count": links},
    ]
    if wanted:
        parts.append(_("%(count)d wanted") % {"count": wanted})
    return " · ".join(parts)
