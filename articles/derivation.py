"""The fields of articles → what is derived from them without the database, in worker processes if
there are many: the parsed documents, and the terms of the search index."""

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings

from articles import markdown, search
from articles.models import Article


class Source(NamedTuple):
    """The fields of an article that are read. Images whose URLs begin with one of `media` are
    displayed. `indexed` has no headings and no text yet."""

    body: str
    title: str
    language: str
    media: tuple[str, ...]
    indexed: search.IndexedFields

    @classmethod
    def of(cls, article: Article) -> "Source":
        unparsed = Article(toc=[], text="", **article.authored())
        unparsed.hidden_former = article.hidden_former
        indexed = search.IndexedFields.of(unparsed)
        return cls(article.body, article.title, article.language, settings.IMAGE_URLS, indexed)


class Derivation(NamedTuple):
    """What is derived from the fields of one article."""

    document: markdown.Document
    analyzed: search.AnalyzedFields


def parse(source: Source) -> markdown.Document:
    """Return the body as a document, with the images that the site may display."""
    return markdown.parse(
        source.body, title=source.title, language=source.language, media=source.media
    )


def derive(sources: Sequence[Source]) -> list[Derivation]:
    """Return what is derived from each of `sources`. A pure function."""
    return [_derive(source) for source in sources]


def _derive(source: Source) -> Derivation:
    document = parse(source)
    fields = source.indexed._replace(
        headings=tuple(heading.text for heading in document.headings),
        body=source.indexed.body + document.text,
    )
    return Derivation(document, search.analyze_fields(fields))
