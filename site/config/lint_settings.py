"""The settings for `manage.py lint_articles`: those of the site, without a secret key, and with a
database only if there is a usable one. Files are linted without either, such as in CI.
"""

import os
import secrets

from django.core.exceptions import ImproperlyConfigured

# It signs nothing that outlives the command.
os.environ["SECRET_KEY"] = secrets.token_urlsafe(48)

try:
    from config.settings import *  # noqa: F403
except ImproperlyConfigured:
    if "DATABASE_URL" not in os.environ:
        raise
    os.environ["DATABASE_URL"] = "sqlite:///unused"
    from config.settings import *  # noqa: F403

    DATABASES = {}
