"""A query → the articles that links with these words as their label lead to."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from articles.models.link_resolution import (
    candidates_of_names,
    effective_sql,
    resolve,
)
from articles.models.visibility import public_sql
from articles.sql import chunks, fetch, placeholders

# The comparison with the empty text lets SQLite use the index, which has no empty labels.
LINKS = """SELECT articles_link.key, source.language
    FROM articles_link CROSS JOIN articles_article AS source
    WHERE articles_link.label_key IN ({keys}) AND articles_link.label_key > ''
        AND source.id = articles_link.source_id AND {visible} AND {effective}
    ORDER BY articles_link.source_id, articles_link.position LIMIT {limit}"""
# Links that are read, those of the oldest articles.
MAX_LINKS = 500
# The share of links with a label that lead to what it means, at least: the commonness of Milne and
# Witten, "Learning to Link with Wikipedia", CIKM 2008. A label such as "here" means no article.
MIN_COMMONNESS = 0.1


def find_by_label(keys: Iterable[str]) -> list[int]:
    """Return the public articles that public links with one of these folded labels lead to, those
    that most lead to first.

    One query, and one for each language of the articles with such links.
    """
    labels = sorted(set(keys) - {""})
    visible, now = public_sql("source")
    effective, also_now = effective_sql()
    sql = LINKS.format(
        keys=placeholders(labels), visible=visible, effective=effective, limit=MAX_LINKS
    )
    links = fetch(sql, [*labels, *now, *also_now]) if labels else []
    counts = _count_targets(links)
    least = MIN_COMMONNESS * len(links)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [pk for pk, count in ordered if count >= least]


def _count_targets(links: Iterable[tuple[str, str]]) -> Counter[int]:
    """Return how many of the links, each with a key and a language, lead to each article."""
    by_language: dict[str, Counter[str]] = defaultdict(Counter)
    for key, language in links:
        by_language[language][key] += 1
    targets: Counter[int] = Counter()
    for language, counts in by_language.items():
        for keys in chunks(sorted(counts)):
            resolved = resolve(candidates_of_names(keys, language), 0, language)
            for key, target in resolved.targets.items():
                targets[target.pk] += counts[key]
    return targets
