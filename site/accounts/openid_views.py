"""Logging in by OpenID Connect."""

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import openid_connect
from accounts.second_factor import OPENID_BACKEND


@never_cache
@require_GET
def openid_login(request: HttpRequest) -> HttpResponse:
    """Send the user to the OpenID provider."""
    next_url = request.GET.get("next", "")
    try:
        return openid_connect.redirect_to_provider(request, _callback_url(request), next_url)
    except openid_connect.LoginFailed as error:
        return _login_failed(request, error)


@never_cache
@require_GET
def openid_callback(request: HttpRequest) -> HttpResponse:
    """Log the user in whom the OpenID provider sends back."""
    next_url = openid_connect.next_url(request)
    if next_url is None and request.user.is_authenticated:
        # Two logins that began at once had a session each, and the browser kept the other one.
        return redirect(settings.LOGIN_REDIRECT_URL)
    try:
        user = openid_connect.authenticate(request)
    except openid_connect.LoginFailed as error:
        return _login_failed(request, error)
    auth.login(request, user, backend=OPENID_BACKEND)
    url, hosts, is_secure = next_url or "", {request.get_host()}, request.is_secure()
    if not url_has_allowed_host_and_scheme(url, hosts, require_https=is_secure):
        url = resolve_url(settings.LOGIN_REDIRECT_URL)
    return redirect(url)


def _callback_url(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("admin:openid_callback"))


def _login_failed(request: HttpRequest, error: openid_connect.LoginFailed) -> HttpResponse:
    messages.error(request, str(error))
    return redirect("admin:login")
