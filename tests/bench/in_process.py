"""Measurements inside one process on one database. Prints one JSON object.

python -m tests.bench.in_process fill 10000 | fill_documents FOLDER | save | search PORT |
    compiled_queries | statements | prepare_admin 20 | weigh_form | first_request | quality |
    relevance FOLDER | navigational_queries | plans |
    write_documents FOLDER 10000 | load FOLDER | lint FOLDER | sync_and_export FOLDER |
    import_folder FOLDER |
    create_database NAME | migrate
"""

import json
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402

from articles.models import Article, ContentVersion, Link, Name, Tag, Tagging  # noqa: E402
from articles.queries.alphabetical import PAGE_SIZE  # noqa: E402
from tests.bench import corpus, documents, navigational, search_times  # noqa: E402
from tests.bench.admin import prepare_admin, weigh_form  # noqa: E402, F401
from tests.bench.cache_misses import cache_misses  # noqa: E402, F401
from tests.bench.imported import import_folder  # noqa: E402, F401
from tests.bench.loading import lint, load, write_documents  # noqa: E402, F401
from tests.bench.models import BarePage  # noqa: E402
from tests.bench.plans import plans  # noqa: E402, F401
from tests.bench.saving import save  # noqa: E402, F401
from tests.bench.site_pages import STORED_PAGES, SiteSlugs, site_pages  # noqa: E402
from tests.bench.statements import compiled_queries, site_urls, statements  # noqa: E402, F401
from tests.bench.synced import sync_and_export  # noqa: E402, F401
from tests.search.quality import (  # noqa: E402
    create_corpus,
    judge,
    mean_reciprocal_rank,
)

# Pages about all articles, or many.
FIRST_PAGES = {
    "home": "/",
    "A–Z": "/articles/",
    "tags": "/tags/",
    "map": "/map/",
    "sitemap": "/sitemap.xml",
    "feed": "/feed/",
    "random": "/random/",
}


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
    site_slugs = SiteSlugs(
        slugs, most_linked_slug(), middle.slug, tag.slug, in_tag.content_object.slug
    )
    pages = site_pages(count, site_slugs)
    return {
        "count": count,
        "seconds": seconds,
        "slugs": slugs,
        "tag": tag.slug,
        "size": tag.size,
        "pages": pages,
        "stored": {name: store_pages(pages[name]) for name in STORED_PAGES},
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


def first_request() -> dict[str, float]:
    """Return the milliseconds of the first request for a page after an article has changed, in a
    process that has answered requests before."""
    client = Client(headers={"host": "127.0.0.1"})
    changed = Article.objects.order_by("?").values_list("pk", flat=True)[:1]
    medians = {}
    for name, path in FIRST_PAGES.items():
        client.get(path)
        times = []
        for _ in range(5):
            ContentVersion.objects.bump(articles=changed)
            start_time = time.process_time()
            client.get(path)
            times.append((time.process_time() - start_time) * 1000)
        medians[name] = statistics.median(times)
    return medians


def quality() -> dict[str, float]:
    """Return the relevance of the results of the judged queries. Needs an empty database."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    create_corpus()
    judgments = judge()
    return {"queries": len(judgments), "rank": mean_reciprocal_rank(judgments)}


def relevance(folder: str) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    """Return the scores for the test collections in a folder. Needs an empty database."""
    # Here, since bm25s takes 30 MB, which would count among those of the loads.
    from tests.bench.relevance import measure_folder

    call_command("migrate", run_syncdb=True, verbosity=0)
    return measure_folder(Path(folder))


def navigational_queries() -> dict[str, tuple[int, float]]:
    return navigational.first_result_rates()


def create_database(name: str) -> dict[str, str]:
    """Create an empty database, in place of one that an earlier run has left."""
    quoted = connection.ops.quote_name(name)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted}")
        cursor.execute(f"CREATE DATABASE {quoted}")
    return {"database": name}


def migrate() -> dict[str, str]:
    """Bring the tables of an earlier run up to date."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    return {}


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    json.dump(globals()[command](*arguments), sys.stdout)
