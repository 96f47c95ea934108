"""The home page, the pages of errors, and what machines ask for."""

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe
from django.views.static import serve

from articles.models import Article, ContentVersion
from articles.queries import statistics

FEATURED = 6
RECENT = 5
TAGS = 30
PLAIN = "text/plain; charset=utf-8"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    articles = Article.objects.public().only("slug", "title", "summary", "language", "updated")
    tags = statistics.tags()
    largest = set(sorted(tags, key=lambda tag: tag.usage, reverse=True)[:TAGS])
    context = {
        "featured": articles.filter(featured=True).a_to_z()[:FEATURED],
        "recent": articles.recent()[:RECENT],
        "tags": [tag for tag in tags if tag in largest],
        "more_tags": len(tags) > len(largest),
    }
    return render(request, "articles/home.html", context)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the site can answer: it can if its database does."""
    try:
        ContentVersion.objects.filter(pk=1).exists()
    except DatabaseError:
        return HttpResponse("database unavailable\n", PLAIN, status=503)
    return HttpResponse("ok\n", PLAIN)


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """An uploaded file. What can't be the name of a file is not there."""
    try:
        return serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404 from error


@require_safe
@cache_control(max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    """For those who ask at the old address without having read the page."""
    return HttpResponseRedirect(static("articles/favicon.svg"))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", {"name": request.path}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database and of the request: either may be what failed."""
    return HttpResponse(render_to_string("500.html"), status=500)
