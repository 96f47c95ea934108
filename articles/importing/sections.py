"""Links to sections and blocks of imported articles: which of them lead to none."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from articles.importing.documents import Problem
from articles.markdown.anchors import Anchors, ids_in, last_id, toc_anchors
from articles.models import Article

# Links whose articles are read together.
BATCH = 500


class SectionLink(NamedTuple):
    """A link to a section or block of the article with a slug, and the problem that there is none
    with this fragment."""

    slug: str
    fragment: str
    problem: Problem


def missing_sections(links: Iterable[SectionLink]) -> Iterator[Problem]:
    """Yield the problems of links that lead to no section or block of a stored article."""
    remaining = iter(links)
    while batch := list(islice(remaining, BATCH)):
        anchors = _anchors({link.slug for link in batch})
        suspects = [
            link
            for link in batch
            if link.slug in anchors and not anchors[link.slug].find(link.fragment)
        ]
        # Blocks, and what has an id but is no heading.
        ids = _ids({link.slug for link in suspects})
        for link in suspects:
            if last_id(link.fragment) not in ids[link.slug]:
                yield link.problem


def _anchors(slugs: set[str]) -> dict[str, Anchors]:
    rows = Article.objects.filter(slug__in=slugs).values_list("slug", "toc")
    return {slug: toc_anchors(toc) for slug, toc in rows}


def _ids(slugs: set[str]) -> dict[str, set[str]]:
    rows = Article.objects.filter(slug__in=slugs).values_list("slug", "html")
    return {slug: ids_in(html) for slug, html in rows}
