"""Articles that are translations of one another, and names that mean one of them.

A translation says by its slug which article it is a translation of. Where that one has another
slug by now, the name that the old one still is leads to it. Those that have a source in common
belong together with it, and without it once it is deleted.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from django.db import connection

from articles.models import fields
from articles.models.name import Name, preference
from articles.sql import AT, Parameters, fetch
from articles.text.languages import own_name

# Begins at the names that are linked to, and at articles themselves, which are their own `origin`.
# Every step is an index look-up for each row, so that the cost is that of the links, however large
# the site is: SQLite joins tables in the order of CROSS JOIN, and PostgreSQL has LATERAL for it.
# The limit is none. It keeps the last condition out of the steps before: with it SQLite would
# expect so few rows there that it reads all articles first, to know which to leave out.
TIED = """
WITH linked AS (
    SELECT 0 AS origin, name.key, name.language AS via, {columns}
    FROM articles_name AS name CROSS JOIN articles_article AS article
    WHERE name.key IN ({keys}) AND article.id = name.article_id
    UNION ALL
    SELECT article.id, '', article.language, {columns}
    FROM articles_article AS article WHERE article.id IN ({origins})),
source AS (
    SELECT 1 AS direct, linked.* FROM linked
    UNION ALL
    SELECT 0, linked.origin, linked.key, linked.via, {columns}
    FROM linked CROSS JOIN articles_name AS name CROSS JOIN articles_article AS article
    WHERE name.key = linked.source_key AND article.id = name.article_id
    AND (article.slug = linked.translation_of OR NOT EXISTS (
        SELECT 1 FROM articles_article AS other WHERE other.slug = linked.translation_of))),
tied AS (
    SELECT source.* FROM source
    UNION ALL
    SELECT 0, source.origin, source.key, source.via, {columns}
    FROM source CROSS JOIN articles_name AS name CROSS JOIN {translated} AS article
    WHERE name.article_id = source.id AND article.source_key = name.key
    AND (source.origin <> 0 OR article.language = %s)
    AND (article.translation_of = source.slug OR NOT EXISTS (
        SELECT 1 FROM articles_article AS other WHERE other.slug = article.translation_of))
    UNION ALL
    SELECT 0, linked.origin, linked.key, linked.via, {columns}
    FROM linked CROSS JOIN {beside} AS article
    WHERE article.source_key = linked.source_key AND article.translation_of = linked.translation_of
    AND (linked.origin <> 0 OR article.language = %s)
    LIMIT 1000000)
SELECT origin, key, via, direct, id, slug, language FROM tied AS articles_article
WHERE (direct = 1 OR origin <> 0 OR language = %s) AND {visible}
"""
COLUMNS = ", ".join(
    f"article.{name}"
    for name in (
        "id",
        "slug",
        "language",
        "translation_of",
        "source_key",
        "status",
        "publish_at",
        "expire_at",
    )
)
TRANSLATED = {
    "sqlite": "articles_article",
    "postgresql": f"""LATERAL (SELECT {COLUMNS} FROM articles_article AS article
        WHERE article.source_key = {{key}} OFFSET 0)""",
}
LINKED = "SELECT link.key FROM articles_link AS link WHERE link.source_id = %s"


# Fewer than any database takes in one query.
KEYS = 5_000


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
        return own_name(self.language)


class ResolvedLinks(NamedTuple):
    """Where the links of an article lead, by their keys, and its translations, by language."""

    targets: dict[str, Target]
    translations: list[Translation]

    @property
    def slugs(self) -> dict[str, str]:
        """Those of the translations, by language."""
        return {other.language: other.slug for other in self.translations}


class Row(NamedTuple):
    """An article that a name means, or that is tied to it, where `via` is the language of the
    name; or one that is tied to the article whose key is `origin`."""

    origin: int
    key: str
    via: str
    direct: int
    pk: int
    slug: str
    language: str


def leads(pk: int, language: str) -> ResolvedLinks:
    """Where the links of the article `pk`, which is in `language`, lead readers; and the
    translations of it that they may read. One query."""
    return _leads(_rows(LINKED, [pk], [pk], language, public=True), pk, language)


class NameResolver:
    """What names mean in links of one language."""

    def __init__(self, keys: Collection[str], language: str) -> None:
        """One query, or one for every `KEYS` names."""
        self.language = language
        self.rows: dict[str, list[Row]] = {}
        wanted = sorted(keys)
        for start in range(0, len(wanted), KEYS):
            some = wanted[start : start + KEYS]
            for row in _rows(_marks(some), some, [], language, public=True):
                self.rows.setdefault(row.key, []).append(row)

    def targets(self, keys: Iterable[str], source: int = 0) -> dict[str, Target]:
        """For each of `keys` that names one: the public article that a link in the article
        `source` leads to."""
        rows = (row for key in keys for row in self.rows.get(key, ()))
        return _leads(rows, source, self.language).targets


def translations(pk: int, language: str, *, public: bool = True) -> list[Translation]:
    """The translations of an article, by language. One query."""
    return _leads(_rows("NULL", [], [pk], language, public=public), pk, language).translations


def translations_of(languages: Mapping[int, str]) -> dict[int, list[Translation]]:
    """The public translations of each of several articles, of which the `languages` are given.
    One query, which takes some thousands of them."""
    if not languages:
        return {}
    tied: dict[int, list[Row]] = {pk: [] for pk in languages}
    for row in _rows("NULL", [], list(languages), "", public=True):
        tied[row.origin].append(row)
    return {pk: _leads(rows, pk, languages[pk]).translations for pk, rows in tied.items()}


def _rows(
    keys: str, values: Sequence[int | str], origins: Sequence[int], language: str, *, public: bool
) -> list[Row]:
    visible, conditions = _visible(connection.vendor) if public else ("1 = 1", Parameters([]))
    parameters = [*values, *origins, *[language] * 3, *conditions.filled()]
    sql = _tied(connection.vendor, keys, _marks(origins), visible)
    return [Row(*row) for row in fetch(sql, parameters)]


def _marks(values: Sequence[int | str]) -> str:
    return ", ".join(["%s"] * len(values)) or "NULL"


def _tied(vendor: str, keys: str, origins: str, visible: str) -> str:
    translated = TRANSLATED[vendor]
    return TIED.format(
        columns=COLUMNS,
        keys=keys,
        origins=origins,
        translated=translated.format(key="name.key"),
        beside=translated.format(key="linked.source_key"),
        visible=visible,
    )


@cache
def _visible(_vendor: str) -> tuple[str, Parameters]:
    """The condition of `Name.objects.public()` on the table of articles, as SQL."""
    query = Name.objects.public(AT).query
    sql, parameters = query.get_compiler(connection=connection).compile(query.where)
    return sql, Parameters(parameters)


def _leads(rows: Iterable[Row], pk: int, language: str) -> ResolvedLinks:
    def worse(row: Row) -> tuple[object, ...]:
        """First what the name means in the language that goes first; of that the translation."""
        return (preference(row.via, language), row.language != language, -row.direct, row.pk)

    targets: dict[str, Target] = {}
    found: dict[str, Translation] = {}
    for row in sorted(rows, key=worse):
        if not row.origin:
            # Whoever names a translation of the article itself means that one.
            if row.direct or row.pk != pk:
                targets.setdefault(row.key, Target(row.pk, row.slug))
        elif row.pk != pk and row.language != language:
            translation = Translation(row.pk, row.slug, row.language)
            found.setdefault(row.language, translation)
    return ResolvedLinks(targets, [found[language] for language in sorted(found)])


def for_everybody(versions: Iterable[Translation]) -> Translation:
    """The one of several versions for readers of none of their languages: the site's own."""
    return min(versions, key=lambda version: preference(version.language, fields.site_language()))
