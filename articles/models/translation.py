"""Articles that are translations of one another, and names that mean one of them.

A translation says by its slug which article it is a translation of. Where that one has another
slug by now, the name that the old one still is leads to it. Those that have a source in common
belong together with it.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from articles.models.name import Name, preference
from articles.models.prepared import AT, Parameters
from articles.text import languages

# Begins at the names that are linked to, and at the article itself under no name. Every step is
# an index look-up for each row, so that the cost is that of the links, however large the site is.
TIED = """
WITH linked AS (
    SELECT name.key, name.language, article.id, article.slug, article.translation_of,
        article.source_key
    FROM articles_name AS name JOIN articles_article AS article ON article.id = name.article_id
    WHERE name.key IN ({keys})
    UNION ALL
    SELECT '', language, id, slug, translation_of, source_key
    FROM articles_article WHERE id = %s),
source AS (
    SELECT key, language, id, slug, 1 AS direct FROM linked
    UNION ALL
    SELECT linked.key, linked.language, article.id, article.slug, 0
    FROM linked JOIN articles_name AS name ON name.key = linked.source_key
    JOIN articles_article AS article ON article.id = name.article_id
    WHERE linked.source_key <> '' AND (article.slug = linked.translation_of OR NOT EXISTS (
        SELECT 1 FROM articles_article AS other WHERE other.slug = linked.translation_of))),
tied AS (
    SELECT key, language, id, direct FROM source
    UNION ALL
    SELECT source.key, source.language, article.id, 0
    FROM source JOIN articles_name AS name ON name.article_id = source.id
    JOIN articles_article AS article ON article.source_key = name.key
    WHERE (source.key = '' OR article.language = %s)
    AND (article.translation_of = source.slug OR NOT EXISTS (
        SELECT 1 FROM articles_article AS other WHERE other.slug = article.translation_of)))
SELECT tied.key, tied.language, tied.direct, articles_article.id, articles_article.slug,
    articles_article.language
FROM tied JOIN articles_article ON articles_article.id = tied.id
WHERE (tied.direct = 1 OR tied.key = '' OR articles_article.language = %s) AND {visible}
"""
LINKED = "SELECT link.key FROM articles_link AS link WHERE link.source_id = %s"
NOBODY = -1


class Target(NamedTuple):
    """The article that a link leads to."""

    pk: int
    slug: str


class Translation(NamedTuple):
    """An article that says the same in another language."""

    pk: int
    slug: str
    language: str

    @property
    def name(self) -> str:
        """What the language is called in itself, or its tag."""
        return languages.own_name(self.language)


class Leads(NamedTuple):
    """Where the links of an article lead, by their keys, and its translations, by language."""

    targets: dict[str, Target]
    translations: list[Translation]


class Row(NamedTuple):
    """An article that a name means, or that is tied to it: `via` is the language of the name."""

    key: str
    via: str
    direct: int
    pk: int
    slug: str
    language: str


def leads(pk: int, language: str) -> Leads:
    """Where the links of the article `pk`, which is in `language`, lead readers; and the
    translations of it that they may read. One query."""
    return _leads(_rows(LINKED, [pk], pk, language, public=True), pk, language)


def leads_of(keys: Sequence[str], language: str) -> dict[str, Target]:
    """For each of `keys` that names one: the public article that a link in `language` leads to."""
    if not keys:
        return {}
    rows = _rows(", ".join(["%s"] * len(keys)), keys, NOBODY, language, public=True)
    return _leads(rows, NOBODY, language).targets


def translations(pk: int, language: str, *, public: bool = True) -> list[Translation]:
    """The translations of an article, by language. One query."""
    return _leads(_rows("NULL", [], pk, language, public=public), pk, language).translations


def _rows(
    keys: str, values: Sequence[int | str], pk: int, language: str, *, public: bool
) -> list[Row]:
    visible, conditions = _visible(connection.vendor) if public else ("1 = 1", Parameters([]))
    parameters = [*values, pk, language, language, *conditions.filled()]
    with connection.cursor() as cursor:
        cursor.execute(TIED.format(keys=keys, visible=visible), parameters)
        return [Row(*row) for row in cursor.fetchall()]


@cache
def _visible(_vendor: str) -> tuple[str, Parameters]:
    """The condition of `Name.objects.public()` on the table of articles, as SQL."""
    query = Name.objects.public(AT).query
    sql, parameters = query.get_compiler(connection=connection).compile(query.where)
    return sql, Parameters(parameters)


def _leads(rows: Iterable[Row], pk: int, language: str) -> Leads:
    def worse(row: Row) -> tuple[object, ...]:
        """First what the name means in the language that goes first; of that the translation."""
        return (preference(row.via, language), row.language != language, -row.direct, row.pk)

    targets: dict[str, Target] = {}
    found: dict[str, Translation] = {}
    for row in sorted(rows, key=worse):
        if row.key:
            targets.setdefault(row.key, Target(row.pk, row.slug))
        elif row.pk != pk and row.language != language:
            translation = Translation(row.pk, row.slug, row.language)
            found.setdefault(row.language, translation)
    return Leads(targets, [found[language] for language in sorted(found)])


def for_everybody(versions: Iterable[Translation]) -> Translation:
    """The one of several versions for readers of none of their languages: the site's own."""
    return min(versions, key=lambda version: preference(version.language, settings.LANGUAGE_CODE))
