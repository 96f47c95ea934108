"""The production settings, with the bare models added."""

import os

os.environ.setdefault("SECRET_KEY", "not a secret: for the benchmark only")

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, STORAGES

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
LOGGING["loggers"]["django"]["level"] = "ERROR"  # noqa: F405
