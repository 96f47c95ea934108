"""Middleware of the admin: sessions that slide, and posted forms that survive their end."""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.admin import unsaved_forms
from articles.admin.save_in_place import accepts_json, refused
from articles.models import Profile

RENEWED = "renewed"
LOGIN_VIEWS = ("admin:login", "admin:logout")
# A session is prolonged after this part of its age, so that few requests write it.
RENEWAL_PART = 50


class AdminSessionMiddleware:
    """Prolong the session of users at work; keep a form that is posted after its end.

    Times in the admin are in the time zone of the user.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(None):
            response = self._respond(request)
        if request.resolver_match and request.resolver_match.view_name not in LOGIN_VIEWS:
            save_session(request)
        return response

    def _respond(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 302 and request.method == "POST" and _is_login(request):
            form = unsaved_forms.unsaved_form(request)
            return unsaved_forms.save_again(request, form) if form else response
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not _is_admin(request):
            return None
        if admin.site.has_permission(request):
            prolong_session(request)
            activate_time_zone(request)
        elif accepts_json(request) and request.resolver_match.view_name not in LOGIN_VIEWS:  # type: ignore[union-attr]
            return refused(_("You are logged out."), HTTPStatus.UNAUTHORIZED)
        elif unsaved_forms.is_posted_form(request):
            form = unsaved_forms.unsaved_form(request)
            return unsaved_forms.log_in_to_save(request, form) if form else None
        return None


def _is_admin(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.app_name == "admin"


def prolong_session(request: HttpRequest) -> None:
    """Let the session end `SESSION_COOKIE_AGE` after this request (sliding expiration)."""
    now = int(time.time())
    if now - request.session.get(RENEWED, 0) > settings.SESSION_COOKIE_AGE // RENEWAL_PART:
        request.session[RENEWED] = now


def activate_time_zone(request: HttpRequest) -> None:
    """Use the time zone that the user has chosen, until the end of the request."""
    if zone := Profile.objects.time_zone(request.user.pk):  # type: ignore[arg-type]
        timezone.activate(zone)


def save_session(request: HttpRequest) -> None:
    """Save the session if it has changed, or leave it as it is stored if the database is locked.

    Django saves it after this, and fails with the response, which may be a form with its text.
    What the admin writes into the session can wait for the next request.
    """
    if request.session.modified and not request.session.is_empty():
        try:
            request.session.save()
        except (UpdateError, OperationalError):
            request.session.modified = False


def _is_login(request: HttpRequest) -> bool:
    match = request.resolver_match
    return bool(match and match.view_name == "admin:login" and admin.site.has_permission(request))
