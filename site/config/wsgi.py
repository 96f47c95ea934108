"""The application that a WSGI server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_wsgi_application()

# It imports models, which need the apps to be loaded.
from config import caching  # noqa: E402

application = caching.with_page_cache(django)
