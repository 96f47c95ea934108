"""What monitoring requests: `/healthz`, `/readyz` and who may know the reasons."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles import fingerprints
from config.errors import RETRY_AFTER
from config.readiness import NAMES, Status, overall, readiness

PLAIN_TEXT = "text/plain; charset=utf-8"


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Report that this process responds (liveness). Without the database, so that a supervisor
    does not restart a site whose database is away.

    With ``?deep=1``, also report how much derived data is stale, in two queries of an index.
    """
    if request.GET.get("deep") != "1":
        return HttpResponse("ok\n", PLAIN_TEXT)
    try:
        articles, drafts = map(fingerprints.format_count, fingerprints.count_stale())
    except DatabaseError:
        headers = {"Content-Type": PLAIN_TEXT, "Retry-After": str(RETRY_AFTER)}
        return HttpResponse("database unavailable\n", status=503, headers=headers)
    return HttpResponse(f"ok\nstale articles: {articles}\nstale drafts: {drafts}\n", PLAIN_TEXT)


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Report whether the site can do its work (readiness): with 503 if a check fails.

    ``?exclude=cache`` leaves a check out, and may be repeated, as in Kubernetes. The checks
    themselves are for addresses that may monitor the site.
    """
    excluded = set(request.GET.getlist("exclude"))
    if not excluded <= set(NAMES):
        detail = f"exclude must be one of {', '.join(NAMES)}."
        return JsonResponse({"detail": detail}, status=400)
    results = {
        name: result for name, result in readiness.results().items() if name not in excluded
    }
    status = overall(results.values())
    body: dict[str, object] = {"status": status}
    if may_monitor(request):
        body["checks"] = {
            name: {"status": result.status, "reason": result.reason}
            for name, result in results.items()
        }
    return JsonResponse(body, status=503 if status == Status.FAILED else 200)


def may_monitor(request: HttpRequest) -> bool:
    """Whether the client is in `MONITORING_ALLOWED`.

    Without `BEHIND_PROXY` the address of a request that a proxy passed on is not known, so it is
    not allowed: the address of the proxy, often 127.0.0.1, would stand for all clients.
    """
    if not settings.BEHIND_PROXY and "HTTP_X_FORWARDED_FOR" in request.META:
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return any(address in network for network in settings.MONITORING_ALLOWED)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics, to addresses that may monitor the site. To all others there is no such
    page."""
    if not may_monitor(request):
        raise Http404
    from config.metrics import CONTENT_TYPE, metrics_text

    return HttpResponse(metrics_text(), CONTENT_TYPE)


VIEWS = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
