"""The fields of articles → what is derived from them without the database, in worker processes if
there are many: the parsed documents, and the terms of the search index."""

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings

from articles import markdown, search
from articles.models import Article


class Source(NamedTuple):
    """What is read: the fields of an article, and the settings `IMAGE_URLS` and `ALLOWED_HOSTS`,
    which a worker doesn't have. `indexed` has no headings and no text yet."""

    body: str
    title: str
    language: str
    media: tuple[str, ...]
    hosts: tuple[str, ...]
    indexed: search.IndexedFields

    @classmethod
    def of(cls, article: Article) -> "Source":
        return cls(
            body=article.body,
            title=article.title,
            language=article.language,
            media=settings.IMAGE_URLS,
            hosts=tuple(settings.ALLOWED_HOSTS),
            indexed=search.IndexedFields.of(article, toc=(), text=""),
        )


class Derivation(NamedTuple):
    """What is derived from the fields of one article."""

    document: markdown.Document
    analyzed: search.AnalyzedFields


def parse(source: Source) -> markdown.Document:
    """Return the body as a document, with the images that the site may display."""
    return markdown.parse(
        source.body,
        title=source.title,
        language=source.language,
        media=source.media,
        hosts=source.hosts,
    )


def derive(sources: Sequence[Source]) -> list[Derivation]:
    """Return what is derived from each of `sources`. A pure function."""
    return [_derive(source) for source in sources]


def _derive(source: Source) -> Derivation:
    document = parse(source)
    fields = source.indexed._replace(
        headings=tuple(heading.text for heading in document.headings),
        body=document.text,
    )
    return Derivation(document, search.analyze_fields(fields))
