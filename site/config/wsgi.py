"""The application that a WSGI server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_wsgi_application()

# Its modules ask for models, which are there only now.
from config import caching  # noqa: E402

application = caching.kept(django)
