"""The settings of the site, the same on every machine: a developer's `.env` has no say here."""

import os

from articles import catalogues

CONFIGURATION = {
    "SECRET_KEY": "known to everybody, for tests only",
    "DEBUG": "off",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
    "SITE_NAME": "Diwan",
    "LANGUAGE_CODE": "en",
    "TIME_ZONE": "UTC",
    "MEDIA_ROOT": "media",
    "BEHIND_PROXY": "off",
    "PORT": "8000",
    "API_RATE": "300",
    "WEB_CONCURRENCY": "2",
}
os.environ |= CONFIGURATION
os.environ.setdefault("DATABASE_URL", "sqlite:///db.sqlite3")

# Settings offer the languages that there is something compiled of.
catalogues.compile_stale()

from config.settings import *  # noqa: E402, F403
from config.settings import STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
AXES_ENABLED = False
