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

# Bytes of a document: several times what its fields may have. A stream may have more.
MAX_DOCUMENT = 8_000_000
# Bytes that are read at once.
CHUNK = 1_000_000


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
        file, line = _file_name(self.stream), 1
        for number, part in enumerate(_split(self.stream)):
            content, faults = decode(part, file, line)
            text = content.removeprefix("\ufeff" if number == 0 else "").replace("\r\n", "\n")
            # A form feed may be on a line of its own, or at the end.
            stripped = text.lstrip("\n")
            if stripped or number == 0:
                first_line = line + len(text) - len(stripped)
                yield _deserialize(documents.DocumentText(file, first_line, stripped), faults)
            line += text.count("\n")


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


def _split(stream: IO[Any]) -> Iterator[str | bytes]:
    """Yield the documents of a stream, which form feeds separate, without reading all of it.

    Of a document that is longer than `MAX_DOCUMENT`, yield the beginning, and nothing after it.
    """
    rest: Any = None
    for chunk in _chunks(stream):
        separator = "\f" if isinstance(chunk, str) else b"\f"
        *complete, rest = (chunk if rest is None else rest + chunk).split(separator)
        yield from complete
        if len(rest) > MAX_DOCUMENT:
            break
    yield b"" if rest is None else rest[: MAX_DOCUMENT + 1]


def _chunks(stream: Any) -> Iterator[Any]:
    if hasattr(stream, "namelist"):  # Django's reader of zip files reads them as a whole.
        yield stream.read()
        return
    while chunk := stream.read(CHUNK):
        yield chunk


def decode(content: str | bytes, file: str, line: int) -> tuple[str, tuple[Fault, ...]]:
    """Return the text of a document that begins on `line`, and what is wrong with its bytes: it
    is too long, or one of them is not UTF-8."""
    if len(content) > MAX_DOCUMENT:
        problem = f"the document is longer than {MAX_DOCUMENT} bytes. Split it."
        return "", (Fault(file, line, "body", problem),)
    if isinstance(content, str):
        return content, ()
    try:
        return content.decode(), ()
    except UnicodeDecodeError as error:
        valid = content[: error.start].decode()
        text = valid + content[error.start :].decode(errors="replace")
        problem = f"byte 0x{content[error.start]:02X} is not UTF-8. Save the file as UTF-8."
        return text, (documents.DocumentText(file, line, text).fault_at(len(valid), problem),)


def _deserialize(text: documents.DocumentText, faults: tuple[Fault, ...]) -> DeserializedArticle:
    if faults and not text.text:
        document = documents.unreadable(text, faults)
    else:
        document = documents.parse_leniently(text)
        document = replace(document, faults=(*faults, *document.faults))
    return DeserializedArticle(document)
