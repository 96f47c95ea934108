"""What the page cache of this site is made of: the version of its content, who sees the same page,
and where pages are kept."""

import threading
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, InterfaceError, connections
from django.db.utils import load_backend
from django.http.cookie import parse_cookie
from redis.exceptions import RedisError

from articles import i18n
from articles.context_processors import THEMES
from articles.models import content_version
from config.pagecache import Application, Environ, Key, Memory, PageCache, Shared, Store

# Longer addresses are nobody's bookmark.
LONGEST_ADDRESS = 1000
MEGABYTE = 1_000_000
# What is not the site's pages: the desk, files, and the API, which counts its clients.
OWN = ("/admin/", "/api/", settings.STATIC_URL, settings.MEDIA_URL)
# The page cache turns HEAD into GET, but the search page counts failed searches of GET only.
SEARCH = "/search/"
# Where the code lies that pages are made by.
CODE = ("articles", "site", "templates")
# Cached by cookie and header, because every request for a page computes its key.
interface_language = lru_cache(maxsize=256)(i18n.interface_language)


class Version:
    """The content version that holds now, asked over a connection that is kept for nothing else.

    Django lends its own connections to requests, which these are not, and does for each query
    what would take longer than this one.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.connection = _connection()

    def __call__(self) -> str:
        sql, parameters = content_version.question()
        with self.lock, self.connection.wrap_database_errors:
            self.connection.ensure_connection()
            try:
                asked = self.connection.connection.execute(self._native(sql), parameters)
                return content_version.answered(asked.fetchone())
            except Exception:
                self.connection.close()
                raise

    def _native(self, sql: str) -> str:
        """Django writes places for parameters as PostgreSQL's driver does, not as SQLite's."""
        return sql.replace("%s", "?") if self.connection.vendor == "sqlite" else sql


def _connection() -> Any:
    chosen = connections.settings["default"]
    options = {name: value for name, value in chosen["OPTIONS"].items() if name != "pool"}
    made = load_backend(chosen["ENGINE"]).DatabaseWrapper(
        {**chosen, "OPTIONS": options}, "default"
    )
    made.inc_thread_sharing()
    return made


def variant(environ: Environ) -> Key | None:
    """What the looks of a page depend on, for readers whom nobody knows; else None."""
    path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    if (
        environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        or len(path) + len(query) > LONGEST_ADDRESS
    ):
        return None
    cookies = parse_cookie(cookie) if (cookie := environ.get("HTTP_COOKIE")) else {}
    if settings.SESSION_COOKIE_NAME in cookies or path.startswith(OWN):
        return None
    if environ["REQUEST_METHOD"] == "HEAD" and path == SEARCH:
        return None
    theme = cookies.get("theme", "")
    return (
        scheme(environ),
        environ.get("HTTP_HOST", ""),
        environ.get("SCRIPT_NAME", "") + path,
        query,
        theme if theme in THEMES else "",
        interface_language(
            cookies.get(settings.LANGUAGE_COOKIE_NAME, ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
        ),
    )


def scheme(environ: Environ) -> str:
    """What Django takes for the scheme: the proxy's word, where it is trusted."""
    header, value = settings.SECURE_PROXY_SSL_HEADER or ("", "")
    return value if header and environ.get(header) == value else environ["wsgi.url_scheme"]


def store() -> Store:
    memory = Memory(settings.PAGE_CACHE_MB * MEGABYTE)
    if "pages" not in settings.CACHES:
        return memory
    return Shared(memory, caches.create_connection("pages"), build(), (RedisError, OSError))


def build() -> str:
    """Tells apart, by settings and code, sites that would make different pages of one content."""
    digest = blake2b(settings.SECRET_KEY.encode(), digest_size=12)
    told = ("SITE_NAME", "LANGUAGE_CODE", "TIME_ZONE", "DATABASES", "ALLOWED_HOSTS")
    digest.update(repr([getattr(settings, name) for name in told]).encode())
    for folder in CODE:
        for file in sorted((settings.BASE_DIR / folder).rglob("*")):
            if file.suffix in (".py", ".html", ".xml", ".css", ".js", ".svg", ".mo"):
                digest.update(file.read_bytes())
    return digest.hexdigest()


def kept(application: Application) -> Application:
    """`application` with its public pages kept, unless somebody is working on their code."""
    if settings.DEBUG or not settings.PAGE_CACHE_MB:
        return application
    return PageCache(application, store(), Version(), variant, (DatabaseError, InterfaceError))
