"""Queries and statements beside the same by the ORM, and URLs of templates. Imported by
`in_process`.
"""

import statistics
import time
import timeit
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import F, Model
from django.template import engines
from django.utils import timezone

from articles import derived, editing, sql, url_for
from articles.editing import articles as saving
from articles.models import (
    Article,
    ContentVersion,
    Link,
    Revision,
    SearchDocument,
    content_version,
)
from articles.queries import articles, backlinks, tag_navigation
from articles.search import index
from articles.sql import CompiledQuery

ROUNDS = 300


@transaction.atomic
def compiled_queries() -> dict[str, tuple[float, float]]:
    """Return the microseconds of each `CompiledQuery`, as a plain queryset and compiled."""
    article = Article.objects.public().filter(taggings__isnull=False).order_by("pk")[0]
    tag = article.taggings.all()[0].tag_id
    languages = {"languages": (article.language,), "site": article.language}
    return {
        "content version": time_query(content_version._version_query, "rows"),
        "article": time_query(articles._articles_with_tags, "objects", article.slug),
        "backlinks": time_query(
            backlinks._first_links, "rows", article.pk, article.keys(), [], **languages
        ),
        "tag navigation": time_query(
            tag_navigation._neighbours, "rows", tag, article.pk, article.sort_key
        ),
        "article to save": time_query(saving._locked_article, "objects", article.pk),
        "newest revision": time_query(saving._newest, "objects", article.pk),
        "tags of an article": time_query(editing.tags._tags_of, "objects", article.pk),
    }


@transaction.atomic
def statements() -> dict[str, tuple[float, float]]:
    """Return the microseconds of each statement in SQL of a save, by the ORM and as it is."""
    article = Article.objects.order_by("pk")[0]
    document = index.build_document(article, [])
    links = Link.objects.filter(source=article.pk).values_list(*derived.LINK_COLUMNS, "pk")
    version = ContentVersion.objects.filter(pk=1)

    def upsert() -> None:
        SearchDocument.objects.bulk_create(
            [document],
            update_conflicts=True,
            unique_fields=["article"],
            update_fields=index.COLUMNS,
        )

    def increment() -> None:
        numbers = {name: F(name) + 1 for name in ("number", "public_number")}
        version.update(**numbers, changed=timezone.now())

    (revision,) = Revision.objects.filter(article=article).order_by("-number")[:1]

    def create(save: Callable[[Model], object]) -> None:
        revision.pk, revision.number, revision._state.adding = None, revision.number + 1, True
        save(revision)

    return {
        "revision row": time_pair(
            lambda: create(lambda row: row.save(force_insert=True)), lambda: create(sql.insert)
        ),
        "article row": time_pair(article.save, lambda: sql.update(article)),
        "search row": time_pair(upsert, lambda: index._store([document])),
        "content version update": time_pair(increment, ContentVersion.objects.bump),
        "links of an article": time_pair(
            lambda: list(links.all()), lambda: derived._stored_links([article.pk])
        ),
    }


def time_pair(plain: Callable[[], object], sql: Callable[[], object]) -> tuple[float, float]:
    """Return the median microseconds of two functions, measured in turns."""
    rounds = [
        (timeit.timeit(plain, number=1), timeit.timeit(sql, number=1)) for _ in range(ROUNDS)
    ]
    plain_times, sql_times = zip(*rounds, strict=True)
    return statistics.median(plain_times) * 1e6, statistics.median(sql_times) * 1e6


def time_query(
    query: CompiledQuery, method: str, *arguments: Any, **shape: Any
) -> tuple[float, float]:
    """Return the median microseconds of a queryset that is built at each execution, as without
    `CompiledQuery`, and of the compiled query, measured in turns."""
    execute = getattr(query, method)
    plain, compiled = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        list(query.build(*arguments, at=timezone.now(), **shape))
        middle = time.perf_counter()
        execute(*arguments, **shape)
        plain.append(middle - start)
        compiled.append(time.perf_counter() - middle)
    return statistics.median(plain) * 1e6, statistics.median(compiled) * 1e6


def site_urls() -> list[float]:
    """Return the microseconds that a template takes for the URLs in the frame of a page: by
    ``{% url %}`` tags, and from `url_for.site_urls`."""
    views = url_for.SITE_VIEWS
    tags = "".join(f"{{% url '{view}' %}}" for view in views.values())
    variables = "".join(f"{{{{ urls.{name} }}}}" for name in views)
    times = []
    for source in (tags, variables):
        template = engines["django"].from_string(source)
        runs = timeit.repeat(
            lambda template=template: template.render({"urls": url_for.site_urls()}), number=200
        )
        times.append(min(runs) / 200 * 1_000_000)
    return times
