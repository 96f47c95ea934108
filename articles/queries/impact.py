"""What a change of an article does to links from other articles, before it is saved."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from rapidfuzz import fuzz, process

from articles import markdown
from articles.markdown import Document, Heading
from articles.markdown.anchors import Anchors, ids_in, last_id, toc_anchors
from articles.models import Article, Link
from articles.text import names

# Articles that are named; the others are counted.
MAX_SOURCES = 5

# The primary keys of articles that link to something, by its key or anchor.
Sources = Mapping[str, set[int]]


@dataclass(frozen=True)
class Loss:
    """A name or a section that an article loses although `count` other articles link to it.

    `key` is the name's key or the section's anchor. `sources` are the first of these articles
    that the user may read.
    """

    key: str
    text: str
    count: int
    sources: Sequence[Article]

    @property
    def remaining(self) -> int:
        return self.count - len(self.sources)


@dataclass(frozen=True)
class LostSection(Loss):
    """A section or a marked block that an article loses.

    `fragments` are those of the links that lead to it, `suggestion` is the anchor of the heading
    like it.
    """

    fragments: Sequence[str]
    suggestion: str


@dataclass(frozen=True)
class Impact:
    """The consequences of a change for links and URLs.

    `former` are the title and the slug that the article gives up: they redirect. `links` is the
    number of articles that link to it by names that it keeps.
    """

    slug: str
    former: Sequence[str]
    links: int
    names: Sequence[Loss]
    sections: Sequence[LostSection]
    headings: Sequence[Heading]

    @property
    def breaks_links(self) -> bool:
        return bool(self.names or self.sections)

    @property
    def digest(self) -> str:
        """Return a hash of what the user has to know, by which a form confirms it."""
        losses = [f"{loss.key}\0{loss.count}" for loss in (*self.names, *self.sections)]
        return hashlib.sha256("\1".join([self.slug, *losses]).encode()).hexdigest()[:16]


def impact(stored: Article, changed: Article, viewable: QuerySet[Article]) -> Impact | None:
    """Return what saving `changed` instead of `stored` does; None if that is nothing.

    At most three queries, and one for each loss; none if neither names nor text have changed.
    """
    former = _former_names(stored, changed)
    lost_names = _lost_names(stored, changed, former)
    text_changed = (stored.title, stored.body) != (changed.title, changed.body)
    if not (former or lost_names or text_changed or stored.slug != changed.slug):
        return None
    incoming = Link.objects.to(stored)
    if not (former or lost_names):
        incoming = incoming.exclude(fragment="")
    links = list(incoming.values_list("source", "key", "fragment"))
    fragments = {fragment for _pk, _key, fragment in links if fragment}
    document = _parse(changed) if fragments and stored.body != changed.body else None
    losses = _Losses(viewable)
    by_key = _group((key, pk) for pk, key, _fragment in links if key in lost_names)
    by_fragment = _group((fragment, pk) for pk, _key, fragment in links if fragment)
    return Impact(
        slug=changed.slug,
        former=former,
        links=len({pk for pk, key, _fragment in links if key not in lost_names}),
        names=[losses.name(key, lost_names[key], by_key[key]) for key in sorted(by_key)],
        sections=losses.sections(stored, document, by_fragment) if document else [],
        headings=document.headings if document else [],
    )


def _former_names(stored: Article, changed: Article) -> list[str]:
    """Return the title and the slug of `stored` that `changed` does not have, once if alike."""
    keys = set(changed.keys())
    by_key = {names.fold(name): name for name in (stored.slug, stored.title)}
    return [name for key, name in by_key.items() if key not in keys]


def _lost_names(stored: Article, changed: Article, former: Iterable[str]) -> dict[str, str]:
    """Return the names that `stored` has and `changed` will not have, by key."""
    retained = {*changed.keys(), *map(names.fold, former)}
    own = {names.fold(text): text for _kind, text in reversed(stored.all_names())}
    return {key: text for key, text in own.items() if key not in retained}


def _parse(article: Article) -> Document:
    return markdown.parse(article.body, title=article.title, language=article.language)


def _group(pairs: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
    groups: dict[str, set[int]] = {}
    for key, pk in pairs:
        groups.setdefault(key, set()).add(pk)
    return groups


class _Losses:
    """Makes `Loss` objects, with the articles that the user may read."""

    def __init__(self, viewable: QuerySet[Article]) -> None:
        self.viewable = viewable.only("slug", "title", "language").order_by("pk")

    def name(self, key: str, text: str, pks: set[int]) -> Loss:
        return Loss(key, text, len(pks), self._sources(pks))

    def sections(self, stored: Article, document: Document, sources: Sources) -> list[LostSection]:
        """Return what links to `stored`, by the fragments of `sources`, do not lead to in
        `document`, in the order of the text; marked blocks come last."""
        stale = {heading["anchor"] for heading in stored.toc}
        new = {row.anchor: row.text for row in document.headings if row.anchor not in stale}
        lost: dict[tuple[str, str], list[str]] = {}
        for fragment in _lost_fragments(stored, document, sources):
            lost.setdefault(_target(stored, fragment), []).append(fragment)
        order = [heading["anchor"] for heading in stored.toc]
        return [
            self._section(anchor, text, lost[anchor, text], sources, _most_similar(text, new))
            for anchor, text in sorted(
                lost, key=lambda key: (order.index(key[0]) if key[0] in order else len(order), key)
            )
        ]

    def _section(
        self, anchor: str, text: str, fragments: Sequence[str], sources: Sources, suggestion: str
    ) -> LostSection:
        pks = set().union(*(sources[fragment] for fragment in fragments))
        return LostSection(anchor, text, len(pks), self._sources(pks), fragments, suggestion)

    def _sources(self, pks: set[int]) -> list[Article]:
        return list(self.viewable.filter(pk__in=pks)[:MAX_SOURCES])


def _lost_fragments(
    stored: Article, document: Document, fragments: Iterable[str]
) -> Iterator[str]:
    """Yield the fragments that lead to a heading or block of `stored`, but of `document` not."""
    before, after = toc_anchors(stored.toc), Anchors(document.headings)
    ids = ids_in(document.html)
    others: set[str] | None = None
    for fragment in sorted(fragments):
        if after.find(fragment) or last_id(fragment) in ids:
            continue
        if not before.find(fragment):
            # Loads the HTML, which few links need.
            others = ids_in(stored.html) if others is None else others
            if last_id(fragment) not in others:
                continue
        yield fragment


def _target(article: Article, fragment: str) -> tuple[str, str]:
    """Return the id and the text of the heading that a fragment means, or the id of a block as
    it is marked."""
    anchors = toc_anchors(article.toc)
    anchor = anchors.find(fragment)
    return (anchor, anchors.text(anchor)) if anchor else (last_id(fragment), fragment)


def _most_similar(text: str, added: Mapping[str, str]) -> str:
    """Return the anchor of the new heading that is most like `text`; empty if there is none."""
    matches = process.extract(text, added, scorer=fuzz.WRatio, limit=1)
    return next((str(anchor) for _text, _score, anchor in matches), "")
