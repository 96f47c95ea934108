"""What the API says: every field here is one that the site shows to everybody."""

from datetime import datetime

from ninja import Field, Schema


class Problem(Schema):
    """Why there is no answer."""

    title: str
    status: int
    detail: str


class Paging(Schema):
    cursor: str = Field(
        "", max_length=100, description="Where to go on: from the address in “next”."
    )
    limit: int = Field(50, ge=1, le=100, description="How many items a page has at most.")


class ArticlePaging(Paging):
    tag: str = Field(
        "", max_length=200, description="Only articles with this tag: its slug, or a word for it."
    )


class Question(Schema):
    q: str = Field(min_length=1, max_length=200, description="What to look for.")
    limit: int = Field(20, ge=1, le=50, description="How many articles to find at most.")


class TagName(Schema):
    slug: str
    name: str


class Reference(Schema):
    """An article, named."""

    slug: str
    title: str
    language: str
    url: str


class ArticleEntry(Reference):
    """An article as lists show it."""

    summary: str
    published: datetime
    updated: datetime
    tags: list[TagName]


class Heading(Schema):
    level: int
    text: str
    anchor: str


class Article(ArticleEntry):
    """An article with its text, as HTML with absolute addresses and as it was written."""

    author: str
    aliases: list[str]
    reading_minutes: int
    contents: list[Heading]
    html: str
    markdown: str


class Articles(Schema):
    items: list[ArticleEntry]
    next: str | None = Field(description="The address of the next page.")


class TagEntry(TagName):
    url: str
    articles: int = Field(description="How many articles have it.")


class Tag(TagEntry):
    description: str
    synonyms: list[str]


class Tags(Schema):
    items: list[TagEntry]
    next: str | None = Field(description="The address of the next page.")


class Link(Schema):
    """A link in an article and the sentence around it; no article if it is still wanted."""

    before: str
    label: str
    after: str
    fragment: str
    article: Reference | None


class Links(Schema):
    items: list[Link]
    next: str | None = Field(description="The address of the next page.")


class Backlink(Schema):
    """A link from another article and the sentence around it."""

    before: str
    label: str
    after: str
    article: Reference


class Backlinks(Schema):
    items: list[Backlink]
    next: str | None = Field(description="The address of the next page.")


class Found(ArticleEntry):
    snippet: str = Field(description="The piece of its text that answers.")


class FoundArticles(Schema):
    items: list[Found]
    did_you_mean: str = Field(description="A better question, where nothing was found.")


class Node(Reference):
    distance: int = Field(description="How many links away from the article that was asked for.")


class Edge(Schema):
    """One article links to another: their slugs."""

    source: str
    target: str


class Graph(Schema):
    nodes: list[Node]
    edges: list[Edge]
