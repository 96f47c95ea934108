"""The links of an article as its editors see them, and the articles that are missing."""

from collections.abc import Mapping
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Window
from django.db.models.functions import DenseRank
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from articles.admin.base import Desk
from articles.admin.status import state
from articles.link_rendering import add_article_url
from articles.models import Article, Link, Name
from articles.models.link_resolution import Target
from articles.models.name import preference
from articles.queries import statistics

SHOWN = 50
# An article may be linked to several times.
LOOKED_AT = 150
ON_PAGE = 25
SOURCES = 5


class Linked(NamedTuple):
    """An article at the other end of a link, and its state in a word or two."""

    article: Article
    state: str


class Outgoing(NamedTuple):
    """A name that is linked to, and the articles that have it, where the link leads first.

    None if it is wanted; several if articles in several languages are called so.
    """

    name: str
    meant: list[Linked]
    begin: str


class Links(NamedTuple):
    """What an article links to, and what links to it: the first `SHOWN` of each."""

    out: list[Outgoing]
    more_out: bool
    into: list[Linked]
    more_into: bool


class Missing(NamedTuple):
    """A name that articles link to and that none has, and the first articles that do."""

    name: str
    number: int
    sources: list[Article]
    more: int
    begin: str


def links(article: Article) -> Links:
    """Six queries, whatever the number of links."""
    leads = Link.objects.resolve(article)
    pointing = Link.objects.to(article, translations=leads.slugs)
    into = pointing.order_by("source").values_list("source", flat=True)
    sources = list(dict.fromkeys(into[:LOOKED_AT]))
    rows = Article.objects.listed().filter(pk__in=sources[:SHOWN]).order_by("sort_key", "slug")
    out = _outgoing(article, leads.targets)
    return Links(
        out[:SHOWN],
        len(out) > SHOWN,
        [Linked(row, state(row)) for row in rows],
        len(sources) > SHOWN,
    )


def _outgoing(article: Article, targets: Mapping[str, Target]) -> list[Outgoing]:
    """The names that are linked to, each once, those that are wanted first. Of the articles that
    a name means, the one that readers are led to goes first."""
    rows = Link.objects.filter(source=article).order_by("position").values_list("key", "name")
    written: dict[str, str] = {}
    for key, name in rows[:LOOKED_AT]:
        written.setdefault(key, name)
    led = Article.objects.listed().in_bulk({target.pk for target in targets.values()})
    meant = {key: {target.pk: led[target.pk]} for key, target in targets.items()}
    names = Name.objects.filter(key__in=written).with_article()
    for found in sorted(names, key=lambda name: preference(name.language, article.language)):
        meant.setdefault(found.key, {}).setdefault(found.article_id, found.article)
    out = []
    for key, name in written.items():
        articles = [Linked(other, state(other)) for other in meant.get(key, {}).values()]
        out.append(Outgoing(name, articles, add_article_url(name)))
    return sorted(out, key=lambda link: bool(link.meant))


def wanted(admin: Desk, request: HttpRequest) -> HttpResponse:
    """The missing articles, those first that most articles link to."""
    found = statistics.wanted()
    page = Paginator(found.names, ON_PAGE).get_page(request.GET.get("page"))
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Wanted articles"),
        "opts": admin.opts,
        "page": page,
        "missing": _missing(page),
        "left_out": found.total - len(found.names),
        "total": found.total,
        "may_add": admin.has_add_permission(request),
    }
    return TemplateResponse(request, "admin/articles/article/wanted.html", context)


def _missing(page: Page[statistics.WantedName]) -> list[Missing]:
    """The names of one page with the articles that link to them. One query."""
    links = Link.objects.filter(key__in=[name.key for name in page])
    place = Window(DenseRank(), partition_by="key", order_by="source")
    first = links.annotate(place=place).filter(place__lte=SOURCES).select_related("source")
    sources: dict[str, dict[int, Article]] = {}
    for link in first.only("key", "source__title", "source__language").order_by("place"):
        sources.setdefault(link.key, {})[link.source_id] = link.source
    return [
        Missing(
            name.name,
            name.number,
            list(sources.get(name.key, {}).values()),
            name.number - len(sources.get(name.key, {})),
            add_article_url(name.name),
        )
        for name in page
    ]
