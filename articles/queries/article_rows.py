"""What a row of a list of articles shows besides the columns of the article itself.

One query each for a page of articles. The querysets have what the user may see.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from articles.models import Article, Draft, Kind, Revision
from articles.models.name import NameQuerySet
from articles.text import names


def drafts_by_article(drafts: QuerySet[Draft], articles: Collection[int]) -> dict[int, Draft]:
    """Return the drafts of articles, without what makes them large, by primary key."""
    rows: Any = drafts.filter(pk__in=articles).select_related("revision")
    return {draft.pk: draft for draft in rows.defer("terms", "revision__body")}


def last_editors(revisions: QuerySet[Revision], articles: Collection[int]) -> dict[int, str]:
    """Return who last changed each article, drafts aside; empty if it was loaded from a file."""
    newest = revisions.filter(article=OuterRef("pk"), is_draft=False).order_by("-number")
    rows = Article.objects.filter(pk__in=articles).order_by()
    return dict(rows.values_list("pk", Subquery(newest.values("editor")[:1])))


def matching_names(names_: NameQuerySet, articles: Collection[int], text: str) -> dict[int, str]:
    """Return for each article the first name that contains `text`, if its title does not."""
    key = names.fold(text)[: names.KEY_LENGTH + 1]
    if not key:
        return {}
    rows = names_.filter(article__in=articles, key__contains=key).order_by("kind", "key")
    matches: dict[int, str] = {}
    titled = set()
    for article, kind, name in rows.values_list("article", "kind", "text"):
        if kind == Kind.TITLE:
            titled.add(article)
        elif kind != Kind.SLUG:
            matches.setdefault(article, name)
    return {article: name for article, name in matches.items() if article not in titled}
