"""The plans of the most frequent queries. Imported by `in_process`."""

from typing import Any

from django.db import connection
from django.db.models import Count

from articles.models import Article, Link, Tag, Tagging
from articles.models.link import LinkTarget
from articles.models.visibility import public
from articles.queries.article_page import article_page
from tests.bench.admin import explain_pages


def plans() -> dict[str, str]:
    """Return the plans of the most frequent queries."""
    tag = Tag.objects.annotate(size=Count("taggings")).order_by("-size")[0]
    articles = Article.objects.public().for_lists()
    middle = Article.objects.a_to_z()[Article.objects.count() // 2]
    article = Article.objects.public()[0]
    tagged = Tagging.objects.filter(public("content_object__"), tag=tag).order_by(
        "sort_key", "content_object"
    )
    queries = {
        "article": articles.filter(slug=middle.slug),
        "A–Z, first page": articles.a_to_z()[:51],
        "A–Z, deep": articles.a_to_z().filter(sort_key__gte=middle.sort_key)[:51],
        "A–Z, one letter": articles.a_to_z("m")[:51],
        "recent": articles.recent()[:10],
        "largest tag, first page": tagged.select_related("content_object")[:51],
        "largest tag, deep": tagged.filter(sort_key__gte=middle.sort_key)[:51],
        "linked from": Link.objects.public().first_to(LinkTarget.from_article(article), 24),
        "admin list": Article.objects.for_lists().order_by("-updated", "-pk")[:50],
    }
    return {
        **{name: query.explain() for name, query in queries.items()},
        "article page": explain_page(article),
        **explain_pages(),
    }


def explain_page(article: Article) -> str:
    """Return the plans of the queries of an article's page."""
    plan: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        prefix = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
        execute(prefix + sql, params, many, context)
        plan.extend(str(line[-1]) for line in context["cursor"].fetchall())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        article_page(article.slug)
    return "\n".join(plan)
