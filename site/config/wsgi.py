"""The application that a WSGI server runs."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db.backends.signals import connection_created

from config import sqlite

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    sqlite.limit_waiting(settings.DATABASES["default"])
else:
    from config.postgresql import LimitedReplicaConnection, limit_waiting

    limit_waiting(settings.DATABASES["default"])
    if replica := settings.DATABASES.get("replica"):
        limit_waiting(replica, LimitedReplicaConnection)

django = get_wsgi_application()

# It imports models, which need the apps to be loaded.
from config import caching  # noqa: E402
from config.pagecache import Application  # noqa: E402
from config.proxies import TrustedProxies  # noqa: E402
from config.request_bodies import MEGABYTE, RequestBodies  # noqa: E402
from config.request_log import RequestLog, log_slow_queries  # noqa: E402

observe_page, observe_request = None, None
if settings.MONITORING_ALLOWED:
    from config import metrics

    metrics.measure()
    observe_page, observe_request = metrics.count_page, metrics.count_request

application: Application = RequestBodies(
    caching.with_page_cache(django, observe_page),
    max_size=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    upload=(settings.IMPORT_PATH, settings.IMPORT_MAX_SIZE + MEGABYTE),
    max_readers=settings.SERVER_THREADS // 2,
)
if settings.BEHIND_PROXY:
    application = TrustedProxies(application, settings.TRUSTED_PROXIES)
application = RequestLog(
    application,
    log_all=settings.ACCESS_LOG,
    slow=settings.SLOW_REQUEST_MS,
    observe=observe_request,
)

if settings.SENTRY_DSN:
    from config.error_reports import send_errors

    send_errors()

if settings.SLOW_QUERY_MS:
    connection_created.connect(log_slow_queries)
