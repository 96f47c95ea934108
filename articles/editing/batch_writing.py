"""Writing many articles at once, with a few statements for a batch instead of each article.

In the order that `articles.derived` gives: articles, their relations, then what sums them up.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from articles import derived, search
from articles.derivation import Derivation
from articles.editing.revisions import LoadOptions, record_loaded
from articles.editing.tags import set_tags
from articles.models import Article, Name, Tag, Tagging
from articles.sql import insert_all, insert_rows

UPDATED = [field.name for field in Article._meta.concrete_fields if not field.primary_key]
TAGGING_COLUMNS = ("content_object_id", "tag_id", "sort_key")


class ArticleWrite(NamedTuple):
    """An article to be written, and what is stored of it. `tags` is None if they are written
    separately."""

    article: Article
    stored: Article | None = None
    tags: Sequence[Tag] | None = None
    stored_tags: Sequence[Tag] = ()

    @property
    def changes_content(self) -> bool:
        """Whether what an author writes differs from what is stored."""
        if not self.stored or self.stored.authored() != self.article.authored():
            return True
        return self.tags is not None and {*self.tags} != {*self.stored_tags}

    @property
    def changes_anything(self) -> bool:
        """Whether a column differs that is not derived, or a tag."""
        columns = ("created", "updated", "hidden_former", "owner_id")
        return self.changes_content or any(
            getattr(self.stored, column) != getattr(self.article, column) for column in columns
        )


def write_batch(writes: Sequence[ArticleWrite], derivations: Sequence[Derivation]) -> list[Name]:
    """Write articles with their names, links and tags, but neither search rows nor revisions.

    Returns names that belong to other articles. Call inside atomic(), with the articles locked.
    """
    parsed = []
    for write, derivation in zip(writes, derivations, strict=True):
        derived.set_columns(write.article, derivation.document)
        parsed.append((write.article, derivation.document))
    # An update of all columns in one statement: `bulk_update` takes ten times as long.
    Article.objects.bulk_create(
        [write.article for write in writes if write.stored],
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=UPDATED,
    )
    insert_all([write.article for write in writes if not write.stored])
    inserted = _inserted(writes)
    conflicts: list[Name] = []
    derived.write_relations(
        parsed,
        claim=lambda articles: conflicts.extend(derived.claim_free_names(articles, inserted)),
        tag=lambda _articles: _write_taggings(writes),
        inserted=inserted,
    )
    return conflicts


def _inserted(writes: Sequence[ArticleWrite]) -> set[int]:
    """Return the primary keys of new articles, of which nothing else was stored before."""
    return {write.article.pk for write in writes if not write.stored}


def _write_taggings(writes: Sequence[ArticleWrite]) -> None:
    stored = [write for write in writes if write.stored]
    for write in stored:
        if write.tags is not None:
            set_tags(write.article, write.tags, write.stored_tags)
    derived.copy_sort_keys([write.article for write in stored])
    rows = [
        (write.article.pk, tag.pk, write.article.sort_key)
        for write in writes
        if not write.stored
        for tag in write.tags or ()
    ]
    insert_rows(Tagging, TAGGING_COLUMNS, rows)


def begin_indexing(
    pairs: Sequence[tuple[ArticleWrite, Derivation]], new_rows: search.NewSearchRows
) -> Callable[[], None]:
    """Write the search rows of articles with tags, in the transaction of `write_batch`; begin to
    write those of new articles to `new_rows`, and return what waits for the end of that."""
    stored = [_analyzed(*pair) for pair in pairs if pair[0].stored]
    search.index_analyzed(stored)
    return new_rows.begin([_analyzed(*pair) for pair in pairs if not pair[0].stored])


def _analyzed(write: ArticleWrite, derivation: Derivation) -> search.AnalyzedArticle:
    return write.article.pk, [tag.pk for tag in write.tags or ()], derivation.analyzed


def record_batch(writes: Sequence[ArticleWrite], options: LoadOptions) -> None:
    """Store the revisions of articles with tags, where they differ from the newest ones."""
    tags = {write.article.pk: write.tags or () for write in writes}
    record_loaded([write.article for write in writes], options, tags, _inserted(writes))
