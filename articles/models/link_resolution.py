"""The rule by which names in links resolve to articles, and which articles are translations of one
another, as SQL.

A translation names the slug of the article that it is a translation of. If that article has been
renamed since, the former name still leads to it. Articles with the same source are translations of
it and of one another, even when the source has been deleted.

The rule is part of the models because `Link.objects.to` depends on it; `queries.links` and
`queries.translations` have the functions that views call.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from articles.markdown import wikilinks
from articles.models.name import language_rank
from articles.models.visibility import public_sql
from articles.sql import fetch, placeholders
from articles.text.languages import own_name

# Starts at articles that have one of the names (origin 0), and at articles by primary key (origin
# is that key); adds the articles that these are translations of, and translations of all of them.
# Each step is an index look-up for each row, so the cost grows with the number of links and not
# with the size of the site. For readers, the articles in between are public ones too, so that no
# draft connects or separates what they see. SQLite joins tables in the order of CROSS JOIN;
# PostgreSQL needs LATERAL for the same. LIMIT 1000000 is a planner fence, not a real limit:
# without it SQLite moves the last condition into the steps before it, and then scans all articles.
CANDIDATES = """
WITH named AS (
    SELECT 0 AS origin, name.key, name.language AS name_language, {columns}
    FROM articles_name AS name CROSS JOIN articles_article AS article
    WHERE name.key IN ({keys}) AND article.id = name.article_id AND {visible_article}
    UNION ALL
    SELECT article.id, '', article.language, {columns}
    FROM articles_article AS article WHERE article.id IN ({origins})),
with_source AS (
    SELECT 1 AS is_direct, named.* FROM named
    UNION ALL
    SELECT 0, named.origin, named.key, named.name_language, {columns}
    FROM named CROSS JOIN articles_name AS name CROSS JOIN articles_article AS article
    WHERE name.key = named.source_key AND article.id = name.article_id AND {visible_article}
    AND (article.slug = named.translation_of OR NOT EXISTS (
        SELECT 1 FROM articles_article AS namesake
        WHERE namesake.slug = named.translation_of AND {visible_namesake}))),
candidate AS (
    SELECT with_source.* FROM with_source
    UNION ALL
    SELECT 0, with_source.origin, with_source.key, with_source.name_language, {columns}
    FROM with_source CROSS JOIN articles_name AS name CROSS JOIN {translations} AS article
    WHERE name.article_id = with_source.id AND article.source_key = name.key
    AND (with_source.origin <> 0 OR article.language = %s)
    AND (article.translation_of = with_source.slug OR NOT EXISTS (
        SELECT 1 FROM articles_article AS namesake
        WHERE namesake.slug = article.translation_of AND {visible_namesake}))
    UNION ALL
    SELECT 0, named.origin, named.key, named.name_language, {columns}
    FROM named CROSS JOIN {siblings} AS article
    WHERE article.source_key = named.source_key AND article.translation_of = named.translation_of
    AND (named.origin <> 0 OR article.language = %s)
    LIMIT 1000000)
SELECT origin, key, name_language, is_direct, id, slug, language
FROM candidate AS articles_article
WHERE (is_direct = 1 OR origin <> 0 OR language = %s) AND {visible}
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
# OFFSET 0 is PostgreSQL's planner fence: it keeps the index look-up by `source_key`.
TRANSLATIONS_BY_SOURCE = {
    "sqlite": "articles_article",
    "postgresql": f"""LATERAL (SELECT {COLUMNS} FROM articles_article AS article
        WHERE article.source_key = {{key}} OFFSET 0)""",
}
# Whether readers follow the row of a link: see `Link.path`. `articles` are those that they see, or
# all with a condition.
EFFECTIVE = """(articles_link.path = '' OR (articles_link.path = articles_link.key) = ((
    SELECT name_of_path.id FROM articles_name AS name_of_path
    JOIN {articles} AS named_by_path ON named_by_path.id = name_of_path.article_id
    WHERE name_of_path.key = articles_link.path{condition} LIMIT 1) IS NOT NULL))"""
KEYS_OF_LINKS = "SELECT key FROM articles_link WHERE source_id = %s AND {effective}"


class Target(NamedTuple):
    """The article that a link leads to."""

    pk: int
    slug: str


class Translation(NamedTuple):
    """An article with the same content in another language."""

    pk: int
    slug: str
    language: str

    @property
    def name(self) -> str:
        """The language's own name, or its tag if the name is unknown."""
        return own_name(self.language)


class ResolvedLinks(NamedTuple):
    """The targets of an article's links, by key, and its translations, in order of language."""

    targets: dict[str, Target]
    translations: list[Translation]

    @property
    def slugs(self) -> dict[str, str]:
        """The slugs of the translations, by language."""
        return {translation.language: translation.slug for translation in self.translations}


class Candidate(NamedTuple):
    """An article to which the name with `key`, of an article in `name_language`, may resolve; or,
    if `origin` is not 0, the article with that primary key or one that may be its translation.

    `is_direct` is 1 for the article that has the name itself, 0 for its source and translations.
    """

    origin: int
    key: str
    name_language: str
    is_direct: int
    pk: int
    slug: str
    language: str


def effective_sql() -> tuple[str, list[Any]]:
    """Return `LinkQuerySet.effective` as an SQL condition on `articles_link`, and its
    parameters."""
    visible, parameters = public_sql("named_by_path")
    return EFFECTIVE.format(articles="articles_article", condition=f" AND {visible}"), parameters


def target_of(targets: Mapping[str, Target], key: str) -> Target | None:
    """Return the target of a link by `key`, which may be a path. `targets` are those of the
    article's effective links."""
    return targets.get(key) or targets.get(wikilinks.last_key(key))


def candidates_of_links(pk: int, language: str) -> list[Candidate]:
    """Return the public candidates for the links and translations of an article. One query."""
    effective, now = effective_sql()
    return _candidates(KEYS_OF_LINKS.format(effective=effective), [pk, *now], [pk], language)


def candidates_of_names(keys: Sequence[str], language: str) -> list[Candidate]:
    """Return the public candidates for links in `language` by the names with `keys`. One query."""
    return _candidates(placeholders(keys), keys, [], language)


def candidates_of_articles(origins: Collection[int], *, public: bool) -> list[Candidate]:
    """Return the candidates for the translations of articles, only public ones or all. One query,
    which takes thousands of primary keys."""
    return _candidates("NULL", [], list(origins), "", public=public)


def _candidates(
    keys: str,
    key_parameters: Sequence[Any],
    origins: Sequence[int],
    language: str,
    *,
    public: bool = True,
) -> list[Candidate]:
    aliases = ("article", "namesake", "articles_article")
    conditions = [public_sql(alias) if public else ("1 = 1", []) for alias in aliases]
    (article, now), (namesake, _now), (visible, _now) = conditions
    translations = TRANSLATIONS_BY_SOURCE[connection.vendor]
    sql = CANDIDATES.format(
        columns=COLUMNS,
        keys=keys,
        origins=placeholders(origins),
        translations=translations.format(key="name.key"),
        siblings=translations.format(key="named.source_key"),
        visible_article=article,
        visible_namesake=namesake,
        visible=visible,
    )
    parameters = [*key_parameters, *now, *origins, *now, *now]
    parameters += [language, *now, language, language, *now]
    return [Candidate(*row) for row in fetch(sql, parameters)]


def resolve(candidates: Iterable[Candidate], pk: int, language: str) -> ResolvedLinks:
    """Choose the best candidates for links in, and translations of, the article `pk`, which is in
    `language`; `pk` is 0 for links in a text that is not saved.

    A name resolves to the article that has it in the best language for the reader of `language`
    (see `language_rank`), and to the translation of that article into `language` if there is one.
    """
    targets: dict[str, Target] = {}
    translations: dict[str, Translation] = {}
    for candidate in sorted(candidates, key=lambda candidate: rank(candidate, language)):
        if not candidate.origin:
            if is_target(candidate, pk):
                targets.setdefault(candidate.key, Target(candidate.pk, candidate.slug))
        elif candidate.pk != pk and candidate.language != language:
            translation = Translation(candidate.pk, candidate.slug, candidate.language)
            translations.setdefault(candidate.language, translation)
    return ResolvedLinks(targets, [translations[key] for key in sorted(translations)])


def is_target(candidate: Candidate, source: int) -> bool:
    """Whether a link in the article `source` may lead to the candidate for a name.

    A name of the article's own translation resolves to that translation, not to the article.
    """
    return bool(candidate.is_direct) or candidate.pk != source


def rank(candidate: Candidate, language: str) -> tuple[object, ...]:
    """Return the sort key of candidates for readers of `language`: the best one comes first."""
    return (
        language_rank(candidate.name_language, language),
        candidate.language != language,
        -candidate.is_direct,
        candidate.pk,
    )
