"""The admin site: who may use it, and the pages for logging in."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path

from accounts import second_factor, views
from accounts.forms import LoginForm


class AdminSite(admin.AdminSite):
    login_form = LoginForm

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and second_factor.is_satisfied(request)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the login page, or the page for setting up a second factor that is missing."""
        if request.method == "GET" and second_factor.must_set_up(request):
            return redirect("admin:second_factor")
        return super().login(request, extra_context)

    def each_context(self, request: Any) -> dict[str, Any]:
        return {
            **super().each_context(request),
            "second_factor": settings.SECOND_FACTOR,
            "openid_provider": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        }

    def get_urls(self) -> list[URLResolver | URLPattern]:
        provider = [path("oidc/", include("accounts.openid_urls"))] if settings.OIDC_ISSUER else []
        return [
            path("second-factor/", views.second_factor_settings, name="second_factor"),
            *provider,
            *super().get_urls(),
        ]
