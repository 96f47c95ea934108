"""The production settings, with the bare models and views added."""

import os

os.environ.setdefault("SECRET_KEY", "not a secret: for the benchmark only")

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, STORAGES

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench"]
ROOT_URLCONF = "tests.bench.urls"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
LOGGING["loggers"]["django"]["level"] = "ERROR"  # noqa: F405
