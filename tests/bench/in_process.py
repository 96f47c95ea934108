"""Measurements inside one process on one database. Prints one JSON object.

python -m tests.bench.in_process fill 10000 | fill_documents FOLDER | save | search PORT |
    compiled_queries | statements | prepare_admin 20 | weigh_form | first_request | quality |
    relevance FOLDER | navigational_queries | plans |
    write_documents FOLDER 10000 | load FOLDER
"""

import json
import statistics
import sys
import time
import timeit
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Count, F, Model  # noqa: E402
from django.template import engines  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from articles import derived, editing, sql, url_for  # noqa: E402
from articles.admin.submitted import submitted_value  # noqa: E402
from articles.editing import articles as saving  # noqa: E402
from articles.models import (  # noqa: E402
    Article,
    ContentVersion,
    Link,
    Name,
    Revision,
    SearchDocument,
    Status,
    Tag,
    Tagging,
    content_version,
)
from articles.models.link import LinkTarget  # noqa: E402
from articles.models.visibility import public  # noqa: E402
from articles.queries import articles, backlinks, tag_navigation  # noqa: E402
from articles.queries.alphabetical import PAGE_SIZE  # noqa: E402
from articles.queries.links import link_targets  # noqa: E402
from articles.queries.related import related  # noqa: E402
from articles.search import index  # noqa: E402
from articles.sql import CompiledQuery  # noqa: E402
from tests.bench import corpus, documents, navigational, search_times  # noqa: E402
from tests.bench.admin import explain_pages, prepare_admin, weigh_form  # noqa: E402, F401
from tests.bench.cache_misses import cache_misses  # noqa: E402, F401
from tests.bench.loading import load, write_documents  # noqa: E402, F401
from tests.bench.models import BareArticle, BarePage  # noqa: E402
from tests.bench.relevance import measure_folder  # noqa: E402
from tests.search.quality import (  # noqa: E402
    create_corpus,
    judge,
    mean_reciprocal_rank,
)

REPEAT = 60


def fill(count: str) -> dict[str, Any]:
    """Create the tables and `count` articles. Return what to measure them with."""
    return insert(corpus.generate(int(count)))


def fill_documents(folder: str) -> dict[str, Any]:
    """Like `fill`, with the Markdown files of a folder."""
    return insert(documents.read_documents(Path(folder)))


def insert(articles: Iterator[corpus.Generated]) -> dict[str, Any]:
    """Create the tables and articles. Return the slugs and the session to measure with."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    start_time = time.perf_counter()
    corpus.fill(articles)
    seconds = time.perf_counter() - start_time
    count = Article.objects.count()
    slugs = list(Article.objects.order_by("?").values_list("slug", flat=True)[:200])
    update_planner_statistics()
    tag = Tag.objects.annotate(size=Count("taggings")).order_by("-size")[0]
    middle = Article.objects.a_to_z()[count // 2]
    # In a small tag as well, a full page follows, so that pages of one length are compared.
    start = max(0, min(tag.size // 2, tag.size - PAGE_SIZE - 1))
    in_tag = Tagging.objects.filter(tag=tag).order_by("sort_key")[start]
    pages = {
        "article page": [f"/articles/{slug}/" for slug in slugs],
        "home": ["/"],
        "A–Z": ["/articles/"],
        "A–Z, deep": [f"/articles/?after={middle.slug}"],
        "A–Z, a letter": ["/articles/?letter=m"],
        "largest tag": [f"/tags/{tag.slug}/"],
        "largest tag, deep": [f"/tags/{tag.slug}/?after={in_tag.content_object.slug}"],
        "tags": ["/tags/"],
        "backlinks": [f"/articles/{most_linked_slug()}/links/"],
    }
    return {
        "count": count,
        "seconds": seconds,
        "slugs": slugs,
        "tag": tag.slug,
        "size": tag.size,
        "pages": pages,
        "stored": {name: store_pages(paths) for name, paths in pages.items()},
        "cookie": f"sessionid={create_session()}",
    }


def most_linked_slug() -> str:
    counts = Link.objects.order_by().values("key").annotate(number=Count("*"))
    keys = counts.order_by("-number").values_list("key", flat=True)
    name = next(name for key in keys for name in Name.objects.filter(key=key))
    slug: str = name.article.slug
    return slug


def store_pages(paths: list[str]) -> list[str]:
    """Store the pages with these paths, and return the slugs of their rows."""
    client = Client(headers={"host": "127.0.0.1"})
    first = BarePage.objects.count()
    pages = [
        BarePage(slug=f"page-{number}", html=client.get(path).content.decode())
        for number, path in enumerate(paths, first)
    ]
    BarePage.objects.bulk_create(pages)
    return [page.slug for page in pages]


def update_planner_statistics() -> None:
    """Do what the database does in the background after a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def create_session() -> str:
    user = User.objects.create_superuser("bench", password="bench")
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return store.session_key or ""


def search(port: str) -> dict[str, dict[str, float]]:
    """Return the percentiles of searches at a port, for each kind of query."""
    return {
        kind: search_times.measure(int(port), queries).percentiles()
        for kind, queries in search_times.sample_queries().items()
    }


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
        (timeit.timeit(plain, number=1), timeit.timeit(sql, number=1)) for _ in range(REPEAT * 5)
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
    for _ in range(REPEAT * 5):
        start = time.perf_counter()
        list(query.build(*arguments, at=timezone.now(), **shape))
        middle = time.perf_counter()
        execute(*arguments, **shape)
        plain.append(middle - start)
        compiled.append(time.perf_counter() - middle)
    return statistics.median(plain) * 1e6, statistics.median(compiled) * 1e6


def first_request() -> dict[str, float]:
    """Return the milliseconds of the first request of a page at a new content version."""
    client = Client(headers={"host": "127.0.0.1"})
    medians = {}
    for name, path in (("home", "/"), ("A–Z", "/articles/"), ("map", "/map/")):
        times = []
        for _ in range(5):
            ContentVersion.objects.bump()
            start_time = time.perf_counter()
            client.get(path)
            times.append((time.perf_counter() - start_time) * 1000)
        medians[name] = statistics.median(times)
    return medians


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


def quality() -> dict[str, float]:
    """Return the relevance of the results of the judged queries. Needs an empty database."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    create_corpus()
    judgments = judge()
    return {"queries": len(judgments), "rank": mean_reciprocal_rank(judgments)}


def relevance(folder: str) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    """Return the scores for the test collections in a folder. Needs an empty database."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    return measure_folder(Path(folder))


def navigational_queries() -> dict[str, tuple[int, float]]:
    return navigational.first_result_rates()


def save() -> dict[str, float]:
    """Return the median milliseconds of editing articles, and of the same with a bare model.

    `change` and `rename` are of random articles; `change new` is of articles that were created
    just before, like the bare ones that it is compared with.
    """
    new: list[Article] = []
    articles = list(Article.objects.order_by("?")[:REPEAT])
    drafts = [
        (item, f"{item.title} again {time.time_ns()}") for item in list(corpus.generate(REPEAT))
    ]
    bare = [BareArticle(slug=f"bare-{time.time_ns()}-{n}") for n in range(REPEAT)]
    texts = [item for item, _title in drafts]
    return {
        "create": median(lambda n: new.append(create(*drafts[n]))),
        "bare create": median(lambda n: bare_save(bare[n], texts[n])),
        "change": median(lambda n: change(articles[n])),
        "change new": median(lambda n: change(new[n])),
        "bare change": median(lambda n: bare_save(bare[n], texts[n])),
        "rename": median(lambda n: rename(articles[n])),
        "save in place": save_forms(articles),
    }


def save_forms(articles: list[Article]) -> float:
    """Return the median milliseconds of saving the form of published articles without a page."""
    setup_test_environment()
    client = Client()
    client.force_login(User.objects.get(username="bench"), settings.AUTHENTICATION_BACKENDS[-1])
    pages = [client.get(admin_url(article)).context for article in articles]
    forms = [page["adminform"].form for page in pages]
    bases = [page["base_revision"] for page in pages]

    def post(number: int) -> None:
        form = forms[number]
        data = {name: submitted_value(form, name) for name in form.fields}
        data |= {"_publish": "1", "revision": bases[number], "body": f"{data['body']}\nMore.\n"}
        url = admin_url(articles[number])
        response = client.post(url, data, headers={"Accept": "application/json"})
        assert response.status_code == HTTPStatus.OK, response.content

    return median(post)


def admin_url(article: Article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])


def median(action: Callable[[int], object]) -> float:
    times = []
    for number in range(REPEAT):
        start_time = time.perf_counter()
        action(number)
        times.append((time.perf_counter() - start_time) * 1000)
    return statistics.median(times)


def create(item: corpus.Generated, title: str) -> Article:
    article = Article(
        title=title, slug=editing.free_slug(title), body=item.body, status=Status.PUBLISHED
    )
    editing.save(article, item.tags)
    return article


def change(article: Article) -> None:
    article.body += "\nOne more sentence.\n"
    editing.save(article)


def rename(article: Article) -> None:
    article.title += f" {time.time_ns()}"
    editing.save(article)


@transaction.atomic
def bare_save(article: BareArticle, item: corpus.Generated) -> None:
    article.title, article.summary, article.body = item.title, item.summary, item.body
    article.save()
    article.tags.set(item.tags)


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
        "related": explain_related(article),
        **explain_pages(),
    }


def explain_related(article: Article) -> str:
    """Return the plan of the query of related articles, which is written in SQL."""
    plan: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        prefix = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
        execute(prefix + sql, params, many, context)
        plan.extend(str(line[-1]) for line in context["cursor"].fetchall())
        return execute(sql, params, many, context)

    targets = link_targets(article).values()
    tags = list(Tag.objects.filter(taggings__content_object=article))
    with connection.execute_wrapper(explain):
        related(article, tags, targets)
    return "\n".join(plan)


def create_database(name: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)}")
    return {"database": name}


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    json.dump(globals()[command](*arguments), sys.stdout)
