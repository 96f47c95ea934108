"""The settings of the site, the same on every machine: the `.env` of a developer is not used."""

import os

CONFIGURATION = {
    "SECRET_KEY": "for tests only, known to everyone",
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

from config.settings import *  # noqa: E402, F403
from config.settings import STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
AXES_ENABLED = False
