"""Articles, one and many, with their links and their neighbours."""

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router
from ninja.errors import HttpError

from articles import url_for
from articles.api import schemas
from articles.api.errors import ERRORS, Moved
from articles.api.pagination import page
from articles.api.representations import LISTED, described, entries, reference
from articles.link_rendering import render_links
from articles.markdown import urls
from articles.models import Article, Link, Name, Tag, Tagging
from articles.models.fields import site_language
from articles.models.link import targets_from
from articles.models.visibility import public
from articles.queries.neighbourhood import neighbourhood

NAMED = ("slug", "title", "language", "aliases", "former")
WHOLE = (*LISTED, "author", "aliases", "word_count", "toc", "html", "body")
# Of each column of the neighbourhood at most so many: about sixty in all.
ROWS = 14
router = Router(tags=["Articles"])


@router.get("", response={200: schemas.Articles, ERRORS: schemas.Problem}, summary="All articles")
def articles(request: HttpRequest, paging: Query[schemas.ArticlePaging]) -> Any:
    """In the order in which they were made; with a tag, those that have it."""
    if paging.tag:
        rows, following = _with_tag(request, paging)
    else:
        rows, following = page(request, Article.objects.public().only(*LISTED), paging, "pk")
    return schemas.Articles(items=entries(rows, url_for.origin(request)), next=following)


def _with_tag(
    request: HttpRequest, paging: schemas.ArticlePaging
) -> tuple[list[Article], str | None]:
    word = paging.tag.replace("\0", "")
    tag = Tag.objects.filter(slug=word).first() or next(
        iter(Tag.objects.resolve([word]).values()), None
    )
    if not tag:
        raise HttpError(404, f"There is no tag “{word}”. /api/v1/tags lists those that there are.")
    taggings = Tagging.objects.filter(public("content_object__"), tag=tag)
    columns = ("content_object", *(f"content_object__{name}" for name in LISTED))
    rows = taggings.select_related("content_object").only(*columns)
    found, following = page(request, rows, paging, "content_object_id")
    return [tagging.content_object for tagging in found], following


@router.get(
    "/{path:name}/links",
    response={200: schemas.Links, ERRORS: schemas.Problem},
    summary="The links in an article",
)
def links(request: HttpRequest, name: str, paging: Query[schemas.Paging]) -> Any:
    """In the order in which they stand there, each with the words around it."""
    article = _named(name, *NAMED)
    columns = ("source", "position", "key", "label", "fragment", "before", "after")
    rows, following = page(
        request, Link.objects.filter(source=article).only(*columns), paging, "position"
    )
    targets = Link.objects.targets(article)
    pks = {target.pk for target in targets.values()}
    found = Article.objects.public().only("slug", "title", "language").in_bulk(pks)
    items = []
    for link in rows:
        target = targets.get(link.key)
        led = found.get(target.pk) if target else None
        items.append(
            schemas.Link(
                before=link.before,
                label=link.label,
                after=link.after,
                fragment=link.fragment if led else "",
                article=reference(led, url_for.origin(request)) if led else None,
            )
        )
    return schemas.Links(items=items, next=following)


@router.get(
    "/{path:name}/backlinks",
    response={200: schemas.Backlinks, ERRORS: schemas.Problem},
    summary="The links to an article",
)
def backlinks(request: HttpRequest, name: str, paging: Query[schemas.Paging]) -> Any:
    """From other articles, each with the words around it."""
    article = _named(name, *NAMED)
    sources = (f"source__{column}" for column in ("slug", "title", "language"))
    others = Link.objects.resolve(article).slugs
    pointing = Link.objects.to(article, translations=others).public().select_related("source")
    shown = pointing.only("source", "position", "label", "before", "after", *sources)
    rows, following = page(request, shown, paging, "source_id", "position")
    items = [
        schemas.Backlink(
            before=link.before,
            label=link.label,
            after=link.after,
            article=reference(link.source, url_for.origin(request)),
        )
        for link in rows
    ]
    return schemas.Backlinks(items=items, next=following)


@router.get(
    "/{path:name}/graph",
    response={200: schemas.Graph, ERRORS: schemas.Problem},
    summary="The neighbourhood of an article",
)
def graph(request: HttpRequest, name: str) -> Any:
    """At most 60 articles that lie within two links of it, and the links between them."""
    nodes, places, ways = neighbourhood(_named(name, *NAMED), ROWS)
    slugs = {node.pk: node.slug for node in nodes if node.slug}
    return schemas.Graph(
        nodes=[
            schemas.Node(
                slug=node.slug,
                title=node.title,
                language=node.language,
                url=url_for.origin(request) + url_for.article(node.slug),
                distance=abs(places[node.pk]),
            )
            for node in sorted(nodes)
            if node.slug
        ],
        edges=[
            schemas.Edge(source=slugs[source], target=slugs[to])
            for source, to in sorted(ways)
            if source in slugs and to in slugs and source != to
        ],
    )


@router.get(
    "/{path:name}",
    response={200: schemas.Article, ERRORS: schemas.Problem},
    summary="One article",
)
def article(request: HttpRequest, name: str) -> Any:
    """By its slug. Its other names lead there."""
    found = _named(name, *WHOLE)
    targets = targets_from([found])[found.pk]
    details = described(found, Tagging.objects.tags_of([found])[found.pk], url_for.origin(request))
    html = render_links(found.html, targets)
    return schemas.Article(
        **details,
        author=found.author,
        aliases=found.aliases,
        reading_minutes=found.reading_minutes,
        contents=[schemas.Heading(**heading) for heading in found.toc],
        html=urls.absolutize_urls(html, details["url"]),
        markdown=found.body,
    )


def _named(name: str, *columns: str) -> Article:
    """The public article with this slug. Raises `Moved` for another of its names, or Http404."""
    if "\0" in name:
        raise Http404
    found: Article | None = Article.objects.public().only(*columns).filter(slug=name).first()
    if found:
        return found
    if meant := Name.objects.public().resolve(name, site_language()):
        raise Moved(meant.article.slug, permanent=not meant.is_shared)
    raise Http404
