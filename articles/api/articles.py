"""The list of articles, and an article with its links, backlinks and graph."""

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router
from ninja.errors import HttpError

from articles import url_for
from articles.api import schemas
from articles.api.errors import ARTICLE_ERRORS, ERRORS, CanonicalName
from articles.api.pagination import cursor_page, cursor_position
from articles.link_rendering import render_links
from articles.markdown import urls
from articles.models import Article, Link, Name, Tag, Tagging, TrashedName
from articles.models.fields import site_language
from articles.models.link import LinkTarget
from articles.models.visibility import public
from articles.queries.backlinks import links_from
from articles.queries.links import link_targets
from articles.queries.neighbourhood import neighbourhood

# Columns: of a link's target, of a list, of all that an article's names depend on, of an article.
REFERENCE_COLUMNS = ("slug", "title", "language")
SUMMARY_COLUMNS = (*REFERENCE_COLUMNS, "summary", "created", "updated", "publish_at")
NAME_COLUMNS = (*REFERENCE_COLUMNS, "aliases", "former")
DETAIL_COLUMNS = (*SUMMARY_COLUMNS, "author", "aliases", "word_count", "toc", "html", "body")
# The maximum number of articles in each column of the graph, which makes about sixty in all.
GRAPH_ROWS = 14
router = Router(tags=["Articles"])


@router.get(
    "", response={200: schemas.ArticleList, ERRORS: schemas.Error}, summary="List articles"
)
def articles(request: HttpRequest, pagination: Query[schemas.ArticlePagination]) -> Any:
    """All articles, or those with a tag, in the order of their creation."""
    if pagination.tag:
        rows, next_url = _articles_with_tag(request, pagination)
    else:
        public_articles = Article.objects.public().only(*SUMMARY_COLUMNS)
        rows, next_url = cursor_page(request, public_articles, pagination, "pk")
    tags = Tagging.objects.tags_by_article([article.pk for article in rows])
    origin = url_for.origin(request)
    items = [
        schemas.ArticleSummary.from_article(article, origin, tags[article.pk]) for article in rows
    ]
    return schemas.ArticleList(items=items, next=next_url)


def _articles_with_tag(
    request: HttpRequest, pagination: schemas.ArticlePagination
) -> tuple[list[Article], str | None]:
    name = pagination.tag.replace("\0", "")
    tag = Tag.objects.filter(slug=name).first() or next(
        iter(Tag.objects.resolve([name], public=True).values()), None
    )
    taggings = Tagging.objects.filter(public("content_object__"), tag=tag)
    # The answer is the same for a tag that only hidden articles have.
    if not tag or not taggings.exists():
        raise HttpError(404, f"There is no tag “{name}”. /api/v1/tags lists all tags.")
    columns = ("content_object", *(f"content_object__{name}" for name in SUMMARY_COLUMNS))
    taggings = taggings.select_related("content_object").only(*columns)
    rows, next_url = cursor_page(request, taggings, pagination, "content_object_id")
    return [tagging.content_object for tagging in rows], next_url


@router.get(
    "/{path:name}/links",
    response={200: schemas.OutgoingLinkList, ARTICLE_ERRORS: schemas.Error},
    summary="List the links in an article",
)
def links(request: HttpRequest, name: str, pagination: Query[schemas.Pagination]) -> Any:
    """The links in the order of the text, each with the sentence around it."""
    article = _article_by_slug(name, *NAME_COLUMNS)
    columns = ("source", "position", "key", "label", "fragment", "before", "after")
    outgoing = Link.objects.effective().filter(source=article).only(*columns)
    rows, next_url = cursor_page(request, outgoing, pagination, "position")
    pks = {key: target.pk for key, target in link_targets(article).items()}
    targets = Article.objects.public().only(*REFERENCE_COLUMNS, "toc").in_bulk(set(pks.values()))
    origin = url_for.origin(request)
    items = [
        schemas.OutgoingLink.from_link(link, targets.get(pks.get(link.key, 0)), origin)
        for link in rows
    ]
    return schemas.OutgoingLinkList(items=items, next=next_url)


@router.get(
    "/{path:name}/backlinks",
    response={200: schemas.BacklinkList, ARTICLE_ERRORS: schemas.Error},
    summary="List the links to an article",
)
def backlinks(request: HttpRequest, name: str, pagination: Query[schemas.Pagination]) -> Any:
    """The links in other articles, each with the sentence around it."""
    article = _article_by_slug(name, *NAME_COLUMNS)
    order = ("source_id", "position")
    source, _position = cursor_position(pagination, *order) or (0, 0)
    # The page may begin in the middle of one, and one more tells whether there is a next page.
    incoming = links_from(LinkTarget.from_article(article), source, pagination.limit + 2)
    columns = ("source", "position", "label", "before", "after")
    of_source = (f"source__{column}" for column in REFERENCE_COLUMNS)
    incoming = incoming.select_related("source").only(*columns, *of_source)
    rows, next_url = cursor_page(request, incoming, pagination, *order)
    origin = url_for.origin(request)
    items = [schemas.Backlink.from_link(link, origin) for link in rows]
    return schemas.BacklinkList(items=items, next=next_url)


@router.get(
    "/{path:name}/graph",
    response={200: schemas.ArticleGraph, ARTICLE_ERRORS: schemas.Error},
    summary="Get the local graph of an article",
)
def graph(request: HttpRequest, name: str) -> Any:
    """At most 60 articles within two links of the article, and the links between them."""
    nodes, columns, edges = neighbourhood(_article_by_slug(name, *NAME_COLUMNS), GRAPH_ROWS)
    origin = url_for.origin(request)
    # A node without a slug is a wanted article.
    slugs = {node.pk: node.slug for node in nodes if node.slug}
    return schemas.ArticleGraph(
        nodes=[
            schemas.GraphNode.from_node(node, abs(columns[node.pk]), origin)
            for node in sorted(nodes)
            if node.slug
        ],
        edges=[
            schemas.GraphEdge(source=slugs[source], target=slugs[target])
            for source, target in sorted(edges)
            if source in slugs and target in slugs and source != target
        ],
    )


@router.get(
    "/{path:name}",
    response={200: schemas.ArticleDetail, ARTICLE_ERRORS: schemas.Error},
    summary="Get an article",
)
def article(request: HttpRequest, name: str) -> Any:
    """The article with this slug. Its other names redirect to it."""
    match = _article_by_slug(name, *DETAIL_COLUMNS)
    targets = link_targets(match)
    tags = Tagging.objects.tags_by_article([match.pk])[match.pk]
    origin = url_for.origin(request)
    url = origin + url_for.article(match.slug)
    html = urls.absolutize_urls(render_links(match.html, targets), url)
    return schemas.ArticleDetail.from_article(match, origin, tags, html=html)


def _article_by_slug(name: str, *columns: str) -> Article:
    """Return the public article with this slug.

    Raise `CanonicalName` if `name` is another of an article's names, an error 410 if it is one of
    a deleted article, and Http404 otherwise.
    """
    if "\0" in name:
        raise Http404
    article: Article | None = Article.objects.public().only(*columns).filter(slug=name).first()
    if article:
        return article
    if match := Name.objects.public().resolve(name, site_language()):
        raise CanonicalName(match.article.slug)
    if TrashedName.objects.first_match([name]):
        raise HttpError(410, "The article with this name was deleted.")
    raise Http404
