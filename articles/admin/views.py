"""JSON views behind the article form, the page of wanted articles, and unsaved changes.

Callers check permissions: see `ArticleAdmin.get_urls`.
"""

from typing import Any, NamedTuple, TypedDict

from django.contrib.admin import ModelAdmin
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Window
from django.db.models.functions import DenseRank
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from articles import derived, editing
from articles.admin.checks import MAX_PARTS, check_messages
from articles.admin.save_errors import SAVE_ERRORS, save_error_messages
from articles.admin.status import status_label
from articles.http import query_parameter
from articles.link_rendering import add_article_url, render_links
from articles.markdown import Document, wikilinks
from articles.markdown.positions import block_lines
from articles.models import Article, Kind, Link, Name, Tag, TagSynonym
from articles.models.article import ArticleQuerySet
from articles.models.fields import site_language, validate_body, validate_language
from articles.models.link_resolution import target_of
from articles.models.name import NameQuerySet
from articles.permissions import AnyUser, can_view_all, viewable_articles, viewable_names
from articles.queries import statistics
from articles.queries.checks import article_checks
from articles.queries.links import document_targets
from articles.text import names

MAX_RESULTS = 12
QUERY_LENGTH = 200
WANTED_PER_PAGE = 25
SOURCES_PER_NAME = 5
# The fields that `changes_not_saved` gives back.
TEXT_FIELDS = (
    *("title", "summary", "body", "tags", "aliases", "former"),
    *("name", "description", "synonyms"),
)


class Session(TypedDict):
    """A CSRF token, and the primary key and the username of the user who is logged in."""

    token: str
    user: str
    name: str


class NameSuggestion(TypedDict):
    """A name that can be linked to, with the article it leads to.

    `status` is empty if the article is public.
    """

    text: str
    kind: str
    title: str
    status: str


class TagSuggestion(TypedDict):
    """A tag, and the synonym that matched the query, else an empty string."""

    text: str
    synonym: str
    usage: int


class Preview(TypedDict):
    """The text of an article as HTML, with its numbers of words and links in words.

    `lines` are the lines of the source that the blocks of the text begin at, and `checks` is HTML.
    """

    html: str
    lines: list[int]
    checks: str
    language: str
    direction: str
    summary: str


class WantedArticle(NamedTuple):
    """A linked name that no article has, with the first articles that link to it.

    `remaining` is the number of linking articles that are not among `sources`.
    """

    name: str
    source_count: int
    sources: list[Article]
    remaining: int
    create_url: str


@require_GET
def session(request: HttpRequest) -> JsonResponse:
    """Return a CSRF token for the form, and whose session it is. The request prolongs it."""
    user = request.user
    return JsonResponse(
        Session(token=get_token(request), user=str(user.pk), name=user.get_username())
    )


def error_response(message: str) -> JsonResponse:
    """Return a validation error. Its status is 200, since browsers log any other status in the
    console as a failure of the page."""
    return JsonResponse({"error": message})


def query_param(request: HttpRequest, name: str = "q") -> str:
    """Return a parameter of the query string: without NUL, at most `QUERY_LENGTH` characters."""
    return query_parameter(request, name)[:QUERY_LENGTH]


@require_GET
def name_suggestions(request: HttpRequest) -> JsonResponse:
    """Return names that match `q`; the titles of the newest articles if `q` is empty."""
    query = query_param(request)
    if names.fold(query):
        visible = viewable_names(request.user)
        # A path leads to the article with its last part, if none has the whole as its name.
        matches = _matching_names(query, visible) or (
            _matching_names(last, visible) if (last := wikilinks.last_part(query)) != query else []
        )
    else:
        matches = _newest_titles(request.user)
    results = [
        NameSuggestion(
            text=name.text,
            kind=name.kind,
            title=name.article.title,
            status="" if name.article.is_public else status_label(name.article),
        )
        for name in matches
    ]
    return JsonResponse({"results": results})


def _matching_names(query: str, visible: NameQuerySet) -> list[Name]:
    """Return names that start with `query`, names in which a word does, names that contain it,
    and similar ones; of each kind, aliases first: they are what texts call the article."""
    key = names.fold(query)
    containing = [visible.filter(key__contains=part).order_by("key") for part in (f" {key}", key)]
    matches: dict[int, Name] = {}
    for rows in (visible.starting_with(query), *containing):
        if len(matches) < MAX_RESULTS:
            # Twice as many, since slugs are left out.
            first = rows.exclude(kind=Kind.HIDDEN).select_article()[: 2 * MAX_RESULTS]
            readable = filter(_is_title_like, first)
            for name in sorted(
                readable, key=lambda name: (name.key != key, name.kind != Kind.ALIAS)
            ):
                matches.setdefault(name.pk, name)
    articles = {name.article_id for name in matches.values()}
    similar = [name for name in visible.similar_to(query) if name.article_id not in articles]
    return [*matches.values(), *similar][:MAX_RESULTS]


def _is_title_like(name: Name) -> bool:
    """Return whether the name is written for people: no slug.

    An alias whose key is that of the slug is stored as the slug, and becomes an alias here.
    """
    if name.kind != Kind.SLUG:
        return True
    aliases = (alias for alias in name.article.aliases if names.fold(alias) == name.key)
    alias = next(aliases, "")
    if alias:
        name.text, name.kind = alias, Kind.ALIAS
    return bool(alias)


def _newest_titles(user: AnyUser) -> list[Name]:
    articles = viewable_articles(user).for_lists().recent()[:MAX_RESULTS]
    return [Name(text=article.title, kind=Kind.TITLE, article=article) for article in articles]


@require_GET
def section_suggestions(request: HttpRequest) -> JsonResponse:
    """Return headings that contain `q`, of the article that a link to `name` leads to."""
    target, _section = wikilinks.parse_target(query_param(request, "name"))
    visible, language = viewable_names(request.user), site_language()
    name = visible.resolve(target, language)
    if name is None:
        name = visible.resolve(wikilinks.last_part(target), language)
    key = names.fold(query_param(request))
    headings = [heading["text"] for heading in name.article.toc] if name else []
    results = [heading for heading in headings if key in names.fold(heading)]
    return JsonResponse({"results": results[:MAX_RESULTS]})


@require_GET
def tag_suggestions(request: HttpRequest) -> JsonResponse:
    """Return tags whose name or a synonym starts with `q`, then those that contain it."""
    key = names.fold(query_param(request))
    matches: dict[int, str] = {}
    for lookup in ({"key__startswith": key}, {"key__contains": key}):
        for tag in Tag.objects.filter(**lookup).order_by("key")[:MAX_RESULTS]:
            matches.setdefault(tag.pk, "")
        for synonym in TagSynonym.objects.filter(**lookup).order_by("key")[:MAX_RESULTS]:
            matches.setdefault(synonym.tag_id, synonym.name)
    tags = Tag.objects.filter(pk__in=list(matches)[:MAX_RESULTS]).with_usage().in_bulk()
    results = [
        TagSuggestion(text=tags[pk].name, synonym=synonym, usage=tags[pk].usage)
        for pk, synonym in list(matches.items())[:MAX_RESULTS]
    ]
    return JsonResponse({"results": results})


@require_GET
def slug_suggestion(request: HttpRequest) -> JsonResponse:
    """Return a free slug for `title`, empty if there is no title."""
    title = query_param(request, "title")
    language = query_param(request, "language") or site_language()
    return JsonResponse({"slug": editing.free_slug(title, language) if title.strip() else ""})


@require_POST
def preview(request: HttpRequest) -> JsonResponse:
    """Return the posted body as HTML, rendered by the same code as on the site."""
    article = Article(
        title=request.POST.get("title", ""),
        summary=request.POST.get("summary", ""),
        body=request.POST.get("body", "").replace("\r\n", "\n"),
        language=names.language_tag(request.POST.get("language", "")) or site_language(),
    )
    try:
        validate_language(article.language)
        validate_body(article.body)
    except ValidationError as error:
        return error_response(" ".join(error.messages))
    can_add = request.user.has_perm("articles.add_article")
    has_tags = bool(request.POST.get("tags", "").strip())
    return JsonResponse(_render_preview(article, can_add=can_add, has_tags=has_tags))


def _render_preview(article: Article, *, can_add: bool, has_tags: bool) -> Preview:
    document = derived.parse(article)
    keys = {link.key for link in document.links}
    targets = document_targets(article, document)
    missing = [key for key in keys if not target_of(targets, key)]
    checks = check_messages(article_checks(article, document, targets, has_tags=has_tags))
    return Preview(
        html=render_links(document.html, targets, link_missing=can_add),
        lines=block_lines(article.body, article.title),
        checks=render_to_string("admin/articles/article/checks.html", {"checks": checks}),
        language=article.language,
        direction=article.direction,
        summary=_summary(document, len(keys), len(missing)),
    )


def _summary(document: Document, links: int, missing: int) -> str:
    words = document.word_count
    parts = [
        ngettext("%(count)d word", "%(count)d words", words) % {"count": words},
        ngettext("%(count)d link", "%(count)d links", links) % {"count": links},
    ]
    if missing:
        message = ngettext(
            "%(count)d link to a missing article", "%(count)d links to missing articles", missing
        )
        parts.append(message % {"count": missing})
    if document.dropped:
        tags = [*dict.fromkeys(f"<{tag.name}>" for tag in document.dropped)]
        names_of_tags = [*tags[:MAX_PARTS], *(["…"] if len(tags) > MAX_PARTS else [])]
        parts.append(_("HTML not rendered: %(tags)s") % {"tags": _(", ").join(names_of_tags)})
    return " · ".join(parts)


def create_stub(model_admin: "ModelAdmin[Article]", request: HttpRequest) -> JsonResponse:
    """Create a draft that has nothing but the posted title, so that it can be linked to."""
    # PostgreSQL refuses NUL characters.
    title = " ".join(request.POST.get("title", "").replace("\0", "").split())
    language = request.POST.get("language", "").replace("\0", "").strip()
    try:
        article = editing.create_stub(title, language, request.user)  # type: ignore[arg-type]
    except SAVE_ERRORS as error:
        return error_response(" ".join(save_error_messages(error, request.user)))
    model_admin.log_addition(request, article, [{"added": {}}])
    return JsonResponse({"title": article.title, "slug": article.slug}, status=201)


def wanted_articles(model_admin: "ModelAdmin[Article]", request: HttpRequest) -> HttpResponse:
    """Show the names that articles which the user may read link to, and that no article has: the
    most linked first."""
    viewable = viewable_articles(request.user)
    sees_all = can_view_all(request.user)
    wanted = statistics.wanted_articles() if sees_all else statistics.wanted_by(viewable)
    page = Paginator(wanted.names, WANTED_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Wanted articles"),
        "opts": model_admin.opts,
        "page": page,
        "rows": _wanted_rows(page, viewable),
        "is_truncated": wanted.total > len(wanted.names),
        "total": wanted.total,
        "can_add": model_admin.has_add_permission(request),
    }
    return TemplateResponse(request, "admin/articles/article/wanted.html", context)


def _wanted_rows(
    page: Page[statistics.WantedName], viewable: ArticleQuerySet
) -> list[WantedArticle]:
    """Add the first `viewable` articles that link to the names of one page. One query."""
    links = Link.objects.filter(
        key__in=[name.key for name in page], source__in=viewable.order_by()
    )
    rank = Window(DenseRank(), partition_by="key", order_by="source")
    first = links.annotate(rank=rank).filter(rank__lte=SOURCES_PER_NAME).select_related("source")
    sources: dict[str, dict[int, Article]] = {name.key: {} for name in page}
    for link in first.only("key", "source__title", "source__language").order_by("rank"):
        sources[link.key][link.source_id] = link.source
    return [
        WantedArticle(
            name.name,
            name.number,
            list(sources[name.key].values()),
            name.number - len(sources[name.key]),
            add_article_url(name.name),
        )
        for name in page
    ]


def changes_not_saved(
    model_admin: "ModelAdmin[Any]",
    request: HttpRequest,
    obj: Article | Tag | None,
    message: str = "",
) -> HttpResponse:
    """Show the posted text of an object that was deleted (None) or that the user may not change
    any more, so that it can be copied, or created again. `message` is the reason if it is another
    one."""
    fields: Any = model_admin.form.base_fields
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Your changes could not be saved"),
        "object": obj,
        "message": message or _not_saved_message(model_admin.opts.model_name, obj),
        "submitted_fields": _submitted_texts(request, fields),
        "form_fields": [
            (name, value)
            for name, values in request.POST.lists()
            if name in fields or name == "form_id"
            for value in values
        ],
        "can_add": model_admin.has_add_permission(request),
        "opts": model_admin.opts,
    }
    return TemplateResponse(
        request, "admin/articles/not_saved.html", context, status=403 if obj else 404
    )


def _submitted_texts(request: HttpRequest, fields: Any) -> list[tuple[str, str]]:
    """Return the label and the posted value of each text field."""
    names = (name for name in TEXT_FIELDS if name in fields)
    return [(fields[name].label, request.POST.get(name, "")) for name in names]


def _not_saved_message(model_name: str | None, obj: Article | Tag | None) -> str:
    if obj:
        return _(
            "You may not change “%(title)s” any more, because its state has changed. "
            "Your text is still here: copy it, and ask an editor."
        ) % {"title": obj}
    if model_name == "tag":
        return _("This tag was deleted while you were editing. Your text is still here.")
    return _("This article was deleted while you were editing. Your text is still here.")
