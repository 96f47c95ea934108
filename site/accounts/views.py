"""The settings of a user's second factor."""

from typing import Any

from django.contrib import admin, messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import second_factor
from accounts.forms import WRONG, CodeForm, SetupForm


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second_factor_settings(request: HttpRequest) -> HttpResponse:
    """Set up the second factor of the user, renew its recovery codes, or remove it."""
    if not second_factor.is_enabled():
        raise Http404
    user: Any = request.user
    if not (user.is_active and user.is_staff):
        return redirect(f"{reverse('admin:login')}?next={request.path}")
    if not second_factor.has_second_factor(user):
        return _set_up(request)
    if not second_factor.is_satisfied(request):
        return redirect(f"{reverse('admin:login')}?next={request.path}")
    return _change(request)


def _set_up(request: HttpRequest) -> HttpResponse:
    form = SetupForm(request.POST or None)
    if form.is_valid():
        setup, code = form.cleaned_data["setup"], form.cleaned_data["code"]
        try:
            return _recovery_codes(request, second_factor.set_up(request, setup, code))
        except second_factor.CodeRefused:
            form.add_error("code", WRONG)
            return _setup_page(request, form, setup)
        except signing.BadSignature:
            messages.error(request, _("The QR code has expired. Scan the new one."))
            return redirect("admin:second_factor")
    return _setup_page(request, SetupForm(), second_factor.new_setup(request.user))


def _setup_page(request: HttpRequest, form: SetupForm, setup: str) -> HttpResponse:
    device = second_factor.setup_device(request.user, setup)
    context = {
        "title": _("Set up an authenticator app"),
        "form": form,
        "setup": setup,
        "qr_code": mark_safe(second_factor.qr_code(device)),
        "key": second_factor.readable_key(device),
    }
    return _page(request, "accounts/second_factor_setup.html", context)


def _change(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.user, request.POST or None)
    if form.is_valid():
        if "remove" in request.POST:
            second_factor.remove([request.user])
            messages.success(request, _("The authenticator app is no longer asked for."))
            return redirect("admin:second_factor" if second_factor.is_required() else _profile())
        return _recovery_codes(request, second_factor.renew_recovery_codes(request.user))
    context = {
        "title": _("Authenticator app"),
        "form": form,
        "codes_left": second_factor.recovery_codes_left(request.user),
    }
    return _page(request, "accounts/second_factor.html", context)


def _recovery_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    context = {"title": _("Recovery codes"), "codes": codes}
    return _page(request, "accounts/recovery_codes.html", context)


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context})


def _profile() -> str:
    return reverse("admin:articles_article_profile")
