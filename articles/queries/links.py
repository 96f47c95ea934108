"""Where the links of articles lead readers."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from articles.markdown import Document
from articles.markdown.anchors import Anchors, toc_anchors
from articles.markdown.wikilinks import detailed_links
from articles.models import Article, Link
from articles.models.link_resolution import (
    Candidate,
    ResolvedLinks,
    Target,
    candidates_of_links,
    candidates_of_names,
    is_target,
    rank,
    resolve,
    target_of,
)
from articles.sql import chunks, fetch, placeholders


class LinkedPage(NamedTuple):
    """What a link to a section of an article, or an embed of it, depends on."""

    title: str
    summary: str
    language: str
    anchors: Anchors


# In SQL, since Django takes longer to compile the query than the database to look up the rows.
LINKED_PAGES = "SELECT id, title, summary, language, toc FROM articles_article WHERE id IN ({})"


def linked_pages(pages: Iterable[tuple[str, Mapping[str, Target]]]) -> dict[int, LinkedPage]:
    """Return the targets of links to sections, and of embeds, by primary key, for pages of stored
    HTML with the targets of their links. One query, or none if there are no such links."""
    targets = (
        target_of(targets, link.key) for html, targets in pages for link in detailed_links(html)
    )
    keys = sorted({target.pk for target in targets if target})
    rows = [row for chunk in chunks(keys) for row in _rows(chunk)]
    return {
        pk: LinkedPage(title, summary, language, toc_anchors(json.loads(toc)))
        for pk, title, summary, language, toc in rows
    }


def _rows(keys: list[int]) -> list[Any]:
    return fetch(LINKED_PAGES.format(placeholders(keys)), keys)


class NameResolver:
    """Resolves names in links of one language."""

    def __init__(self, keys: Collection[str], language: str) -> None:
        """Read the candidates for `keys`: one query for each `sql.MAX_KEYS` of them."""
        self.candidates: dict[str, list[Candidate]] = {}
        for chunk in chunks(sorted(keys)):
            for candidate in candidates_of_names(chunk, language):
                self.candidates.setdefault(candidate.key, []).append(candidate)
        for candidates in self.candidates.values():
            candidates.sort(key=lambda candidate: rank(candidate, language))

    def targets(self, keys: Iterable[str], source: int = 0) -> dict[str, Target]:
        """Return the public articles that links by `keys` in the article `source` lead to, by key,
        without keys that lead to none."""
        targets = {}
        for key in keys:
            for candidate in self.candidates.get(key, ()):
                if is_target(candidate, source):
                    targets[key] = Target(candidate.pk, candidate.slug)
                    break
        return targets


def resolve_links(article: Article) -> ResolvedLinks:
    """Return the targets of the links in `article` and its public translations. One query."""
    candidates = candidates_of_links(article.pk, article.language)
    return resolve(candidates, article.pk, article.language)


def link_targets(article: Article) -> dict[str, Target]:
    """Return the public articles that the links in `article` lead to, by key. One query."""
    return resolve_links(article).targets


def document_targets(article: Article, document: Document) -> dict[str, Target]:
    """Return the public articles that the links of `document`, the body of `article`, lead to, by
    key, whether or not they are stored."""
    keys = {key for link in document.links for key in link.keys}
    resolver = NameResolver(keys, article.language)
    source = article.pk or 0
    targets = resolver.targets((link.key for link in document.links), source)
    last_parts = [key for link in document.links for key in link.keys if link.key not in targets]
    return targets | resolver.targets(last_parts, source)


def link_targets_by_article(articles: Iterable[Article]) -> dict[int, dict[str, Target]]:
    """Return `link_targets` of several articles, by primary key. One query, and one for each of
    their languages."""
    keys = [article.pk for article in articles]
    links = Link.objects.effective().filter(source__in=keys)
    targets = resolve_rows(links.values_list("source", "source__language", "key"))
    return {pk: targets.get(pk, {}) for pk in keys}


def resolve_rows(rows: Iterable[tuple[int, str, str]]) -> dict[int, dict[str, Target]]:
    """Resolve links that are given as source, language of the source, and key.

    Return the targets by source and key. One query for each language.
    """
    keys: dict[str, dict[int, set[str]]] = {}
    for source, language, key in rows:
        keys.setdefault(language, {}).setdefault(source, set()).add(key)
    targets: dict[int, dict[str, Target]] = {}
    for language, by_source in keys.items():
        resolver = NameResolver(set().union(*by_source.values()), language)
        targets |= {source: resolver.targets(some, source) for source, some in by_source.items()}
    return targets
