"""A Django serialization format: Markdown with front matter, one document for each article.

Registered as ``md`` in ``SERIALIZATION_MODULES``, for `loaddata` and `dumpdata`. A form feed
(U+000C) separates several documents in one stream.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Any

from django.core.serializers import base, python
from django.db import DEFAULT_DB_ALIAS, models, transaction

from articles import editing
from articles.models import Article
from articles.serializers import documents
from articles.serializers.loading import FixtureLoad
from articles.serializers.sources import Fault, displayed_path
from articles.text import frontmatter


class Serializer(python.Serializer):
    """Articles → documents."""

    internal_use_only = False

    def end_object(self, obj: models.Model) -> None:
        if not isinstance(obj, Article):
            label = obj._meta.label_lower
            raise base.SerializationError(f"md holds articles only: dump {label} as json.")
        self.objects.append(documents.serialize(obj, editing.tag_names(obj)))

    def end_serialization(self) -> None:
        self.stream.write(frontmatter.join_stream(self.objects))

    def getvalue(self) -> Any:
        return base.Serializer.getvalue(self)


class Deserializer(base.Deserializer):
    """Documents → articles, whose `save` raises `FixtureError` for what is wrong with one."""

    def __init__(
        self, stream_or_string: Any, *, using: str = DEFAULT_DB_ALIAS, **options: Any
    ) -> None:
        super().__init__(stream_or_string, **options)
        self._articles = self._parse()

    def __next__(self) -> "DeserializedArticle":
        return next(self._articles)

    def _parse(self) -> Iterator["DeserializedArticle"]:
        file = _file_name(self.stream)
        content, faults = _decode(self.stream.read(), file)
        for line, text in frontmatter.split_stream(content.replace("\r\n", "\n")):
            # A form feed may be on a line of its own, or at the end.
            stripped = text.lstrip("\n")
            if stripped or line == 1:
                first_line = line + len(text) - len(stripped)
                source = documents.DocumentText(file, first_line, stripped)
                document = documents.parse_leniently(source)
                yield DeserializedArticle(replace(document, faults=(*faults, *document.faults)))
                faults = ()


class DeserializedArticle(base.DeserializedObject):
    """An article from a document, which lists all tags of the article."""

    def __init__(self, document: documents.ParsedDocument) -> None:
        super().__init__(document.article, deferred_fields={})
        self.document = document

    def save(self, save_m2m: bool = True, using: str | None = None, **kwargs: Any) -> None:
        """Save the article with all that is derived from it, as a load of one record.

        `loaddata` saves it as part of its own load instead.
        """
        using = using or DEFAULT_DB_ALIAS
        with transaction.atomic(using):
            load = FixtureLoad(using)
            load.save(self.object, self.document)
            load.finish()


def _file_name(stream: IO[Any]) -> str:
    name = getattr(stream, "name", None)
    return displayed_path(name) if isinstance(name, str) else "document"


def _decode(content: str | bytes, file: str) -> tuple[str, tuple[Fault, ...]]:
    """Return the text of a file, and the fault of the first byte that is not UTF-8."""
    if isinstance(content, str):
        return content, ()
    try:
        return str(content, "utf-8-sig"), ()
    except UnicodeDecodeError as error:
        valid = content[: error.start].decode()
        rest = content[error.start :].decode(errors="replace")
        problem = f"byte 0x{content[error.start]:02X} is not UTF-8. Save the file as UTF-8."
        text = documents.DocumentText(file, 1, valid + rest)
        return text.text, (text.fault_at(len(valid), problem),)
