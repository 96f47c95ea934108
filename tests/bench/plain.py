"""A site to compare pages with: one view, with the middleware of a new project."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.environment import database
from tests.bench.settings import BASE_DIR

SETTINGS: dict[str, Any] = {
    "SECRET_KEY": "not a secret: for the benchmark only",
    "ALLOWED_HOSTS": ["127.0.0.1"],
    "DATABASES": {"default": database("DATABASE_URL", "", BASE_DIR)},
    "INSTALLED_APPS": [
        "taggit",
        "tests.bench",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    "ROOT_URLCONF": "tests.bench.plain",
    "USE_TZ": True,
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
}

if not settings.configured:
    settings.configure(**SETTINGS)

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()

from tests.bench.models import BarePage  # noqa: E402


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the whole page stored in the row with this slug."""
    return HttpResponse(BarePage.objects.get(slug=slug).html)


urlpatterns = [path("<str:slug>/", page)]
