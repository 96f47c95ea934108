"""The page cache of this site: its keys and its store.

`with_page_cache` puts `config.pagecache` in front of Django's application.
"""

from collections.abc import Callable
from hashlib import blake2b

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import TooManyFieldsSent
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError
from django.urls import Resolver404, resolve
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode
from redis.exceptions import RedisError

from articles import i18n
from articles.context_processors import THEMES
from articles.http import declared_parameters
from config import health
from config.cached_pages import Environ
from config.current_version import CONNECTION_ERRORS, current_version
from config.page_stores import Key, MemoryStore, SharedStore, Store
from config.pagecache import Application, PageCache
from config.publication import PublicationDue

# Pages with longer URLs are not cached.
MAX_URL_LENGTH = 1000
MEGABYTE = 1_000_000
# Not cached: the admin, files, the API, which counts the requests of a client, and monitoring.
UNCACHED_PATHS = ("/admin/", "/api/", settings.STATIC_URL, settings.MEDIA_URL, *health.VIEWS)
# The page cache turns HEAD into GET, but the search page counts failed searches of GET only.
SEARCH = "/search/"
# What decides, besides the content, what a page looks like.
SOURCE_FOLDERS = ("articles", "site", "templates")
SOURCE_SUFFIXES = (".py", ".html", ".xml", ".css", ".js", ".svg", ".mo")
SITE_SETTINGS = ("SITE_NAME", "LANGUAGE_CODE", "TIME_ZONE", "ALLOWED_HOSTS")
# Not the options, which hold functions: their text differs between processes.
DATABASE_SETTINGS = ("ENGINE", "NAME", "HOST", "PORT")


def cache_key(environ: Environ) -> Key | None:
    """Return all that the response to a request depends on, besides the content and the code; or
    None if it is not cached. Readers with a session get pages of their own.

    It reads the request through Django's own class, so that both read it in the same way.
    """
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not environ.get("HTTP_HOST"):
        return None
    # Creating the request changes its environ.
    request = WSGIRequest(dict(environ))
    path = request.path_info
    query = _canonical_query(request) if environ.get("QUERY_STRING") else ""
    if query is None or len(path) + len(query) > MAX_URL_LENGTH or path.startswith(UNCACHED_PATHS):
        return None
    if environ["REQUEST_METHOD"] == "HEAD" and path == SEARCH:
        return None
    cookies = request.COOKIES if environ.get("HTTP_COOKIE") else {}
    if settings.SESSION_COOKIE_NAME in cookies:
        return None
    return (
        request.scheme or "",
        environ["HTTP_HOST"],
        request.META["SCRIPT_NAME"],
        path,
        query,
        theme if (theme := cookies.get("theme", "")) in THEMES else "",
        i18n.negotiate_language(
            cookies.get(settings.LANGUAGE_COOKIE_NAME, ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
        ),
    )


def _canonical_query(request: WSGIRequest) -> str | None:
    """Return the parameters that the view reads, in the order of their names; None if the query
    string has more parameters than Django accepts.

    So a URL has the same page with ``?utm_source=…`` or any other parameter.
    """
    try:
        names = declared_parameters(resolve(request.path_info).func) & request.GET.keys()
    except Resolver404:
        return ""
    except TooManyFieldsSent:
        return None
    # Of a parameter that is repeated, views read the last value.
    return urlencode([(name, request.GET[name]) for name in sorted(names)])


def page_store() -> Store:
    memory = MemoryStore(settings.PAGE_CACHE_MB * MEGABYTE)
    if "pages" not in settings.CACHES:
        return memory
    cache = caches.create_connection("pages")
    secret = salted_hmac("config.page_encoding", "", algorithm="sha256").digest()
    return SharedStore(memory, cache, deployment_digest(), secret, (RedisError, OSError))


def deployment_digest() -> str:
    """Return a digest of the settings and the source: deployments that share a cache share pages
    only if they would render the same ones.

    It reads all source files, so it is only computed if there is a shared cache. A version number
    would not detect a changed template, and the date of a file differs between equal servers.
    """
    digest = blake2b(settings.SECRET_KEY.encode(), digest_size=12)
    site = [getattr(settings, name) for name in SITE_SETTINGS]
    database = [str(settings.DATABASES["default"].get(name)) for name in DATABASE_SETTINGS]
    digest.update(repr([*site, *database]).encode())
    for folder in SOURCE_FOLDERS:
        for file in sorted((settings.BASE_DIR / folder).rglob("*")):
            if file.suffix in SOURCE_SUFFIXES:
                digest.update(file.read_bytes())
    return digest.hexdigest()


def with_page_cache(
    application: Application, observe: Callable[[str], None] | None = None
) -> Application:
    """Put the page cache in front of `application`, except in development. It calls `observe` with
    what it had of each page."""
    if settings.DEBUG or not settings.PAGE_CACHE_MB:
        return application
    return PageCache(
        application,
        page_store(),
        current_version(),
        cache_key,
        errors=(DatabaseError, PublicationDue),
        unavailable=CONNECTION_ERRORS,
        observe=observe,
    )
