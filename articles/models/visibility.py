"""The states of an article, and the one rule of which articles readers may see.

The rule has two forms here, a `Q` object and SQL that is compiled from it for queries that are
written in SQL, and one on the model: `Article.is_public`, for a row that is already loaded.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.sql import NOW, BoundParameters


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


# `Status.values` builds a list each time.
STATUSES = frozenset(Status.values)


def public(prefix: str = "", at: datetime | None = None, since: Any = None) -> Q:
    """Return the condition under which an article is public: published, due and not expired at
    `at`, which defaults to now. With `since`, a moment or an expression, the article may have
    expired after that: as it is stored, it was public at some time between the two.

    `prefix` is the lookup path to the article, such as ``article__``.
    """
    now = at or timezone.now()
    start = now if since is None else since
    due = Q(**{f"{prefix}publish_at": None}) | Q(**{f"{prefix}publish_at__lte": now})
    not_expired = Q(**{f"{prefix}expire_at": None}) | Q(**{f"{prefix}expire_at__gt": start})
    return Q(**{f"{prefix}status": Status.PUBLISHED}) & due & not_expired


def hidden(at: datetime | None = None) -> tuple[Q, ...]:
    """Return conditions of which at least one holds where `public` does not.

    They are separate because an index serves each of them, and none serves their disjunction.
    """
    now = at or timezone.now()
    unpublished = [status for status in Status if status != Status.PUBLISHED]
    published = Q(status=Status.PUBLISHED)
    return (
        Q(status__in=unpublished),
        published & Q(publish_at__gt=now),
        published & Q(expire_at__lte=now),
    )


def public_sql(
    alias: str = "articles_article", at: datetime | None = None
) -> tuple[str, list[Any]]:
    """Return `public` as an SQL condition on the articles with this alias, and its parameters."""
    sql, parameters = _public_sql(connection.vendor)
    return sql.replace('"articles_article"', f'"{alias}"'), parameters.bind(at=at)


def hidden_sql() -> tuple[str, list[Any]]:
    """Return `Article.objects.hidden()` as an SQL query for primary keys, and its parameters."""
    sql, parameters = _hidden_sql(connection.vendor)
    return sql, parameters.bind()


# The model is looked up late because its own module imports this one.


@lru_cache(maxsize=2)
def _public_sql(_vendor: str) -> tuple[str, BoundParameters]:
    query = apps.get_model("articles", "Article").objects.public(NOW).query
    sql, parameters = query.get_compiler(connection=connection).compile(query.where)
    return sql, BoundParameters(parameters)


@lru_cache(maxsize=2)
def _hidden_sql(_vendor: str) -> tuple[str, BoundParameters]:
    query = apps.get_model("articles", "Article").objects.hidden(NOW).query
    sql, parameters = query.get_compiler(connection=connection).as_sql()
    return sql, BoundParameters(parameters)
