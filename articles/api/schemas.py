"""The objects that the API returns, and its query parameters.

Every field is public: the pages of the site show it, too.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from ninja import Field, Schema

from articles import models, url_for
from articles.graph import nodes
from articles.markdown.anchors import last_id, toc_anchors

NEXT = Field(description="The URL of the next page.")
CURSOR = "The position to continue from: take it from the URL in “next”."


class Error(Schema):
    """The body of every error response."""

    title: str
    status: int
    detail: str


class Pagination(Schema):
    cursor: str = Field("", max_length=100, description=CURSOR)
    limit: int = Field(50, ge=1, le=100, description="The maximum number of items in a page.")


class ArticlePagination(Pagination):
    tag: str = Field(
        "", max_length=200, description="Only articles with this tag: its slug, name or synonym."
    )


class SearchQuery(Schema):
    q: str = Field(min_length=1, max_length=200, description="The search query.")
    limit: int = Field(20, ge=1, le=50, description="The maximum number of results.")


class TagReference(Schema):
    slug: str
    name: str


class ArticleReference(Schema):
    """An article as links name it."""

    slug: str
    title: str
    language: str
    url: str

    @classmethod
    def from_article(cls, article: models.Article, origin: str, **fields: Any) -> Self:
        """Return the schema with its URL at `origin`, and with `fields` of a subclass."""
        return cls(
            slug=article.slug,
            title=article.title,
            language=article.language,
            url=origin + url_for.article(article.slug),
            **fields,
        )


class ArticleSummary(ArticleReference):
    """An article as lists show it."""

    summary: str
    published: datetime
    updated: datetime
    tags: list[TagReference]

    @classmethod
    def from_article(
        cls, article: models.Article, origin: str, tags: Iterable[models.Tag] = (), **fields: Any
    ) -> Self:
        return super().from_article(
            article,
            origin,
            summary=article.summary,
            published=article.published,
            updated=article.last_visible_change,
            tags=[TagReference(slug=tag.slug, name=tag.name) for tag in tags],
            **fields,
        )


class TocEntry(Schema):
    """A heading of an article. `anchor` is the fragment of its URL."""

    level: int
    text: str
    anchor: str


class ArticleDetail(ArticleSummary):
    """An article with its text: as HTML with absolute URLs, and as the Markdown source."""

    author: str
    aliases: list[str]
    reading_minutes: int
    contents: list[TocEntry]
    html: str
    markdown: str

    @classmethod
    def from_article(
        cls, article: models.Article, origin: str, tags: Iterable[models.Tag] = (), **fields: Any
    ) -> Self:
        return super().from_article(
            article,
            origin,
            tags,
            author=article.author,
            aliases=article.aliases,
            reading_minutes=article.reading_minutes,
            contents=[TocEntry(**heading) for heading in article.toc],
            markdown=article.body,
            **fields,
        )


class ArticleList(Schema):
    items: list[ArticleSummary]
    next: str | None = NEXT


class TagSummary(TagReference):
    url: str
    articles: int = Field(description="The number of articles that have the tag.")

    @classmethod
    def from_tag(cls, tag: models.Tag, usage: int, origin: str, **fields: Any) -> Self:
        url = origin + url_for.tag(tag.slug)
        return cls(slug=tag.slug, name=tag.name, url=url, articles=usage, **fields)


class TagDetail(TagSummary):
    description: str
    synonyms: list[str]

    @classmethod
    def from_tag(cls, tag: models.Tag, usage: int, origin: str, **fields: Any) -> Self:
        synonyms = [synonym.name for synonym in tag.synonyms.filter(hidden=False)]
        return super().from_tag(
            tag, usage, origin, description=tag.description, synonyms=synonyms, **fields
        )


class TagList(Schema):
    items: list[TagSummary]
    next: str | None = NEXT


class OutgoingLink(Schema):
    """A link in an article, with the sentence around it. `article` is null if none exists yet."""

    before: str
    label: str
    after: str
    fragment: str = Field(description="The id of the heading or block in the linked article.")
    article: ArticleReference | None

    @classmethod
    def from_link(cls, link: models.Link, target: models.Article | None, origin: str) -> Self:
        return cls(
            before=link.before,
            label=link.label,
            after=link.after,
            fragment=_fragment(link.fragment, target) if target and link.fragment else "",
            article=ArticleReference.from_article(target, origin) if target else None,
        )


def _fragment(fragment: str, target: models.Article) -> str:
    return toc_anchors(target.toc).find(fragment) or last_id(fragment)


class OutgoingLinkList(Schema):
    items: list[OutgoingLink]
    next: str | None = NEXT


class Backlink(Schema):
    """A link from another article, with the sentence around it."""

    before: str
    label: str
    after: str
    article: ArticleReference

    @classmethod
    def from_link(cls, link: models.Link, origin: str) -> Self:
        return cls(
            before=link.before,
            label=link.label,
            after=link.after,
            article=ArticleReference.from_article(link.source, origin),
        )


class BacklinkList(Schema):
    items: list[Backlink]
    next: str | None = NEXT


class SearchResult(ArticleSummary):
    snippet: str = Field(description="The part of the text that matches the query.")


class SearchResultList(Schema):
    items: list[SearchResult]
    did_you_mean: str = Field(description="A corrected query, if there are no results.")


class GraphNode(ArticleReference):
    distance: int = Field(description="The number of links from the requested article.")

    @classmethod
    def from_node(cls, node: nodes.Node, distance: int, origin: str) -> Self:
        return cls(
            slug=node.slug,
            title=node.title,
            language=node.language,
            url=origin + url_for.article(node.slug),
            distance=distance,
        )


class GraphEdge(Schema):
    """A link from the article with the slug `source` to the one with the slug `target`."""

    source: str
    target: str


class ArticleGraph(Schema):
    nodes: list[GraphNode]
    edges: list[GraphEdge]
