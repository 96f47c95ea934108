"""The pages of the admin, to measure with many revisions: filling them, their numbers of queries,
and the weight of the article form.
"""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from articles.models import Article, Draft, Revision

ARTICLES = 50
HASHED = {**settings.STORAGES, "staticfiles": {"BACKEND": "config.storage.HashedStaticFiles"}}
# A URL of a static file in a page, or in a style sheet or module beside it.
IN_PAGE = re.compile(r'(?:href|src)="/static/([^"?#]+\.(?:css|js|svg|png|woff2|ico))')
IN_FILE = re.compile(
    r"""(?:from|import|url\()\s*\(?["']?(\.{0,2}/?[\w./-]+\.(?:js|css|svg|woff2))"""
)


# Copies of the first revision of each article.
ADD_REVISIONS = """
WITH RECURSIVE numbers (n) AS (
    SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s - 1
)
INSERT INTO articles_revision (
    article_id, number, fields, editor, comment, kind, operation, is_draft,
    words_added, words_removed, created, fingerprint, body
)
SELECT article_id, number + n, fields, 'editor' || (article_id %% 10), '', 'edit', {operation},
    is_draft, 2, 0, {created}, fingerprint, body || 'Change ' || n
FROM articles_revision CROSS JOIN numbers WHERE number = 1
"""
FUNCTIONS = {
    "sqlite": {
        "operation": "lower(hex(randomblob(16)))",
        "created": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', created, '-' || (20 - n) || ' hours',"
        " '-' || article_id || ' seconds')",
    },
    "postgresql": {
        "operation": "gen_random_uuid()",
        "created": "created - make_interval(hours => 20 - n, secs => article_id)",
    },
}


def pages(article: Article) -> dict[str, str]:
    """Return the URLs of the pages to measure by name; those of an article are of this one."""
    names = {
        "list": "articles_article_changelist",
        "recent changes": "articles_article_recent_changes",
        "dashboard": "index",
    }
    filters = {
        "list of live articles": "state=live",
        "list of own drafts": "state=mine",
        "list in review": "state=review",
        "list of scheduled ones": "state=scheduled",
        "list in a language": "language=en",
        "list changed in a year": "changed=365",
        "list without tags": "without=tags",
        "list with wanted links": "links=wanted",
    }
    lists = {
        name: f"{reverse('admin:articles_article_changelist')}?{query}"
        for name, query in filters.items()
    }
    of_article = {"form": "articles_article_change", "history": "articles_article_history"}
    return (
        {name: reverse(f"admin:{view}") for name, view in names.items()}
        | lists
        | {name: reverse(f"admin:{view}", args=[article.pk]) for name, view in of_article.items()}
    )


def prepare_admin(revisions: str) -> dict[str, Any]:
    """Add revisions to all articles. Return the URLs and the number of queries of each page."""
    add_revisions(int(revisions))
    articles = [pages(article) for article in Article.objects.order_by("?")[:ARTICLES]]
    urls = {name: list({page[name]: None for page in articles}) for name in articles[0]}
    return {"admin": urls, "queries": count_queries()}


def add_revisions(count: int) -> None:
    """Give each article of the corpus `count` revisions: small changes, an hour apart, by ten
    editors."""
    functions = FUNCTIONS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(ADD_REVISIONS.format(**functions), [count])
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def count_queries() -> dict[str, int]:
    """Return the number of queries of each page at its second request."""
    client = logged_in_client()
    counts = {}
    for name, url in pages(Article.objects.order_by("pk")[0]).items():
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts[name] = len(queries)
    return counts


def explain_pages() -> dict[str, str]:
    """Return the plans of the queries of the admin that read revisions and drafts."""
    article = Article.objects.order_by("pk")[0]
    newest_first = Revision.objects.order_by("-created", "-pk").defer("body", "fields")
    queries: dict[str, Any] = {
        "history": article.revisions.order_by("-number").defer("body", "fields")[:51],
        "recent changes": newest_first[:300],
        "recent changes of an editor": newest_first.filter(editor="editor1")[:300],
        "drafts in review": Draft.objects.in_review().order_by("-revision_id")[:50],
        "scheduled changes": Draft.objects.due(),
    }
    return {name: query.explain() for name, query in queries.items()}


def logged_in_client() -> Client:
    client = Client(headers={"host": "127.0.0.1", "accept-encoding": "gzip, br"})
    client.force_login(User.objects.get(username="bench"), settings.AUTHENTICATION_BACKENDS[-1])
    return client


def weigh_form() -> dict[str, int]:
    """Return the bytes of the article form with all files that it loads, compressed as they are
    served, and the number of requests."""
    client, url = logged_in_client(), pages(Article.objects.order_by("pk")[0])["form"]
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(STATIC_ROOT=folder, STORAGES=HASHED),
    ):
        call_command("collectstatic", verbosity=0, interactive=False)
        html = client.get(url, headers={"accept-encoding": "identity"}).content.decode()
        files = list(_files(Path(folder).resolve(), html))
        size = len(client.get(url).content) + sum(map(_served_size, files))
    return {"bytes": size, "requests": 1 + len(files)}


def _files(root: Path, html: str) -> Iterator[Path]:
    """Yield the static files that a page loads, with those that they load themselves."""
    waiting = [root / name for name in IN_PAGE.findall(html)]
    loaded: set[Path] = set()
    while waiting:
        path = waiting.pop().resolve()
        if path in loaded or not path.exists():
            continue
        loaded.add(path)
        yield path
        if path.suffix in (".js", ".css"):
            waiting += [path.parent / name for name in IN_FILE.findall(path.read_text())]


def _served_size(path: Path) -> int:
    compressed = path.with_name(f"{path.name}.br")
    return (compressed if compressed.exists() else path).stat().st_size
