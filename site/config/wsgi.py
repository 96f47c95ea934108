"""The application that a WSGI server runs."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

database = settings.DATABASES["default"]
if database["ENGINE"] == "django.db.backends.postgresql":
    from config.postgresql import limit_waiting

    limit_waiting(database, settings.SERVER_THREADS)

django = get_wsgi_application()

# It imports models, which need the apps to be loaded.
from config import caching  # noqa: E402

application = caching.with_page_cache(django)
