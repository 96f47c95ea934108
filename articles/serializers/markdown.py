"""Markdown with front matter as a Django fixture format: one document an article.

Registered as ``md`` in ``SERIALIZATION_MODULES``, for `loaddata` and `dumpdata`. Several
documents in one stream are parted by form feeds.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.serializers import base, python
from django.db import DEFAULT_DB_ALIAS, models, transaction

from articles import editing
from articles.models import Article
from articles.serializers import documents
from articles.serializers.loading import Load
from articles.text import frontmatter


class Serializer(python.Serializer):
    """Writes articles as documents."""

    internal_use_only = False

    def end_object(self, obj: models.Model) -> None:
        if not isinstance(obj, Article):
            label = obj._meta.label_lower
            raise base.SerializationError(f"md holds articles only: dump {label} as json.")
        self.objects.append(documents.write(obj, editing.tag_names(obj)))

    def end_serialization(self) -> None:
        self.stream.write(frontmatter.join_stream(self.objects))

    def getvalue(self) -> Any:
        return base.Serializer.getvalue(self)


class Deserializer(base.Deserializer):
    """Reads documents. Raises `FixtureError` for the first thing that is wrong in one."""

    def __init__(
        self, stream_or_string: Any, *, using: str = DEFAULT_DB_ALIAS, **options: Any
    ) -> None:
        super().__init__(stream_or_string, **options)
        self._articles = self._read()

    def __next__(self) -> "LoadedArticle":
        return next(self._articles)

    def _read(self) -> Iterator["LoadedArticle"]:
        file = _file_name(self.stream)
        content = _decoded(self.stream.read(), file).replace("\r\n", "\n")
        for line, text in frontmatter.split_stream(content):
            # A form feed may stand on a line of its own, or at the end.
            begun = text.lstrip("\n")
            if begun or line == 1:
                source = documents.Source(file, line + len(text) - len(begun), begun)
                yield LoadedArticle(documents.read(source))


class LoadedArticle(base.DeserializedObject):
    """An article from a document. Saving it gives it exactly the tags of the document."""

    def __init__(self, draft: documents.Draft) -> None:
        super().__init__(draft.article, deferred_fields={})
        self.draft = draft

    def save(self, save_m2m: bool = True, using: str | None = None, **kwargs: Any) -> None:
        using = using or DEFAULT_DB_ALIAS
        with transaction.atomic(using, savepoint=False):
            self._save(Load.current(using), save_m2m=save_m2m, using=using, **kwargs)

    def _save(self, load: Load, **options: Any) -> None:
        article = self.draft.article
        load.origin = self.draft
        tags = load.get_or_create_tags(self.draft.tags)
        new = article.pk is None
        super().save(**options)
        load.keep(article, self.draft.kept)
        if new:
            load.taggings += editing.build_taggings(article, tags)
        else:
            editing.set_tags(article, tags)


def _file_name(stream: IO[Any]) -> str:
    name = getattr(stream, "name", None)
    if not isinstance(name, str):
        return "document"
    path, here = Path(name), Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _decoded(content: str | bytes, file: str) -> str:
    if isinstance(content, str):
        return content
    try:
        return str(content, "utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        source = documents.Source(
            file, 1, before + content[error.start :].decode(errors="replace")
        )
        problem = f"byte 0x{content[error.start]:02X} is not UTF-8. Save the file as UTF-8."
        raise source.error_at(len(before), problem) from error
