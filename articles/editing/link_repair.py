"""Repairing links of other articles to sections of an article that have another heading now."""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from articles.editing.articles import locked_articles, save
from articles.markdown import Heading
from articles.markdown.section_links import replace_sections
from articles.models import Article, Link, RevisionKind
from articles.models.link import LinkQuerySet
from articles.transactions import retried_atomic


def lock_linking_articles(article: Article, fragments: Collection[str]) -> None:
    """Lock `article` and the articles that link to it with `fragments`, in the order in which all
    writers lock, so that it can be saved before `repair_section_links`. Call inside atomic()."""
    sources = _links(article, fragments).values_list("source", flat=True)
    list(locked_articles(Article.objects.filter(pk__in={article.pk, *sources})))


@retried_atomic
def repair_section_links(
    article: Article,
    headings: Mapping[str, Heading],
    user: AbstractBaseUser | None = None,
    may_change: Callable[[Article], bool] = lambda _article: True,
    *,
    operation: UUID | None = None,
) -> list[Article]:
    """Let links in other articles to sections of `article` lead to other headings.

    `headings` are the new headings by the fragment that links have; those that the stored article
    does not have, or not yet, are left out. The revisions are of one operation. Articles for
    which `may_change` returns false stay as they are. Returns those changed.
    """
    headings = _stored_headings(article, headings)
    links = _links_by_source(article, headings.keys())
    operation, changed = operation or uuid4(), []
    comment = format_lazy(_("Links to sections of “{title}” changed"), title=article.title)
    for source in locked_articles(Article.objects.filter(pk__in=links)):
        if may_change(source) and _replace(source, links[source.pk], headings):
            save(
                source,
                user=user,
                comment=comment,
                kind=RevisionKind.BULK,
                operation=operation,
            )
            changed.append(source)
    return changed


def _stored_headings(article: Article, headings: Mapping[str, Heading]) -> dict[str, Heading]:
    toc = Article.objects.values_list("toc", flat=True).get(pk=article.pk)
    anchors = {entry["anchor"] for entry in toc}
    return {old: heading for old, heading in headings.items() if heading.anchor in anchors}


def _links(article: Article, fragments: Collection[str]) -> LinkQuerySet:
    return Link.objects.to(article).filter(fragment__in=fragments)


def _links_by_source(
    article: Article, fragments: Collection[str]
) -> dict[int, set[tuple[str, str]]]:
    """Return the key and the fragment of links, by primary key of the article that has them."""
    links: dict[int, set[tuple[str, str]]] = {}
    rows = _links(article, fragments).values_list("source", "key", "fragment")
    for pk, key, fragment in rows:
        links.setdefault(pk, set()).add((key, fragment))
    return links


def _replace(
    source: Article, own: Collection[tuple[str, str]], headings: Mapping[str, Heading]
) -> bool:
    """Replace the sections of the links `own`, by key and fragment. Return whether any changed."""

    def replacement_of(key: str, fragment: str) -> Heading | None:
        return headings[fragment] if (key, fragment) in own else None

    hosts = settings.ALLOWED_HOSTS
    before, source.body = source.body, replace_sections(source.body, replacement_of, hosts)
    return source.body != before
