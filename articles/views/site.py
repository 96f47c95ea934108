"""The home page, a random article, error pages, and what servers and browsers request."""

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe
from django.views.static import serve

from articles import url_for
from articles.fragments import Fragment
from articles.metadata import site_metadata
from articles.models import Article
from articles.page_rendering import (
    article_entries,
    recent_entries,
    render_page,
    tag_entries,
)
from articles.queries.home import home_lists

DAY = 24 * 3600
# Types of uploaded files that browsers display when they are opened.
DISPLAYED = ("image/", "audio/", "video/")
# No scripts, no forms, an origin of its own; only the styles and images inside an SVG.
MEDIA_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"

HOME = Fragment("articles/home.html")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    lists = home_lists()
    values = {
        "metadata": site_metadata(url_for.origin(request)),
        "featured": article_entries(lists.featured),
        "recent": recent_entries(lists.recent),
        "tags": tag_entries(lists.tags),
        "more_tags": lists.more_tags,
    }
    return render_page(request, HOME, values)


@require_safe
@never_cache
def random_article(request: HttpRequest) -> HttpResponse:
    """Redirect to a random public article. At most five lookups in an index."""
    article = Article.objects.public().only("slug").random()
    return redirect(article) if article else redirect("articles:article_index")


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve an uploaded file. A path that cannot be the name of a file is answered 404.

    Scripts in a file would run on the site's own origin, so browsers display images, sound and
    video only, and offer other files, HTML and SVG included, for download. SVG is still displayed
    where a page embeds it as an image. The policy holds if a browser displays a file anyway.
    """
    try:
        response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404 from error
    response["Content-Security-Policy"] = MEDIA_POLICY
    media_type = response.get("Content-Type", "").partition(";")[0].lower()
    is_displayed = media_type.startswith(DISPLAYED) and not media_type.endswith("xml")
    if response.status_code == 200 and not is_displayed:
        response["Content-Disposition"] = "attachment"
    return response


@require_safe
@cache_control(max_age=DAY)
def favicon(request: HttpRequest) -> HttpResponse:
    """Redirect clients that request /favicon.ico without reading the page's ``link`` element."""
    return HttpResponseRedirect(static("articles/favicon.svg"))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", {"path": request.path}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Render without the database and the request's context: either may be what failed."""
    return HttpResponse(render_to_string("500.html"), status=500)


def service_unavailable(request: HttpRequest) -> HttpResponse:
    """Render without the database, which is what does not respond."""
    return HttpResponse(render_to_string("503.html"), status=503)
