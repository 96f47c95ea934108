"""The panel of the article form that shows outgoing and incoming links."""

from collections.abc import Mapping
from typing import NamedTuple

from articles.admin.status import status_label
from articles.link_rendering import add_article_url
from articles.models import Article, Link, Name
from articles.models.article import ArticleQuerySet
from articles.models.link_resolution import Target
from articles.models.name import language_rank
from articles.queries.links import resolve_links

MAX_ROWS = 50
# More than `MAX_ROWS`, since an article may contain several links to the same target.
MAX_LINKS = 150


class LinkedArticle(NamedTuple):
    """An article at the other end of a link, with its status in words."""

    article: Article
    status: str


class OutgoingLink(NamedTuple):
    """A linked name and the articles that have it, the one that readers are led to first.

    `targets` is empty for a wanted article, and has several articles if they are in several
    languages.
    """

    name: str
    targets: list[LinkedArticle]
    create_url: str


class LinkPanel(NamedTuple):
    """The first `MAX_ROWS` outgoing and incoming links of an article."""

    outgoing: list[OutgoingLink]
    has_more_outgoing: bool
    incoming: list[LinkedArticle]
    has_more_incoming: bool


def link_panel(article: Article, viewable: ArticleQuerySet) -> LinkPanel:
    """Return the links of `article`, as far as the articles at their other ends are `viewable`.
    Seven queries, whatever the number of links."""
    resolved = resolve_links(article)
    links = Link.objects.to(article).filter(source__in=viewable.order_by())
    sources = links.order_by("source").values_list("source", flat=True)
    keys = list(dict.fromkeys(sources[:MAX_LINKS]))
    rows = viewable.for_lists().filter(pk__in=keys[:MAX_ROWS]).order_by("sort_key", "slug")
    outgoing = _outgoing(article, resolved.targets, viewable)
    return LinkPanel(
        outgoing[:MAX_ROWS],
        len(outgoing) > MAX_ROWS,
        [_linked(source) for source in rows],
        len(keys) > MAX_ROWS,
    )


def _linked(article: Article) -> LinkedArticle:
    return LinkedArticle(article, status_label(article))


def _outgoing(
    article: Article, targets: Mapping[str, Target], viewable: ArticleQuerySet
) -> list[OutgoingLink]:
    """Return each linked name once, those of wanted articles first."""
    links = Link.objects.effective().filter(source=article).order_by("position")
    linked_names: dict[str, str] = {}
    for key, name in links.values_list("key", "name")[:MAX_LINKS]:
        linked_names.setdefault(key, name)
    candidates = _candidates(article, targets, linked_names, viewable)
    outgoing = [
        OutgoingLink(
            name,
            [_linked(target) for target in candidates.get(key, {}).values()],
            add_article_url(name),
        )
        for key, name in linked_names.items()
    ]
    return sorted(outgoing, key=lambda link: bool(link.targets))


def _candidates(
    article: Article,
    targets: Mapping[str, Target],
    linked_names: Mapping[str, str],
    viewable: ArticleQuerySet,
) -> dict[str, dict[int, Article]]:
    """Return by key of a name the articles that have it, in order of preference."""
    articles = viewable.for_lists().in_bulk({target.pk for target in targets.values()})
    candidates = {
        key: {target.pk: articles[target.pk]}
        for key, target in targets.items()
        if target.pk in articles
    }
    names = Name.objects.filter(key__in=linked_names, article__in=viewable).select_article()
    for name in sorted(names, key=lambda name: language_rank(name.language, article.language)):
        candidates.setdefault(name.key, {}).setdefault(name.article_id, name.article)
    return candidates
