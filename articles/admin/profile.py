"""The settings of a user: the time zone, and the private feed of recent changes."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.base import BaseAdmin
from articles.models import Profile
from articles.models.profile import time_zones


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Profile
        fields = ["time_zone"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        site_zone = gettext_lazy("Time zone of the site (%(zone)s)")
        default = ("", site_zone % {"zone": timezone.get_default_timezone_name()})
        zones = sorted(time_zones())
        self.fields["time_zone"].widget = forms.Select(
            choices=[default, *((name, name.replace("_", " ")) for name in zones)]
        )


def edit_profile(model_admin: BaseAdmin, request: HttpRequest) -> HttpResponse:
    """Show the settings of the user, or save them."""
    profile = Profile.objects.filter(user=request.user.pk).first() or Profile(user=request.user)  # type: ignore[misc]
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=profile)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, _("Your profile was saved."))
        return HttpResponseRedirect(request.path)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Profile"),
        "opts": model_admin.opts,
        "form": form,
        "now": timezone.localtime(),
        "can_view": model_admin.has_view_or_change_permission(request),
    }
    return TemplateResponse(request, "admin/articles/profile.html", context)
