"""Links that show an unpublished article, or the draft of a published one, without an account.

A link is a signed token: nothing is stored. It shows the newest state that the user who created it
may read, until its date.
"""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from django import forms
from django.contrib.auth.models import User
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from articles import editing, url_for
from articles.admin.base import BaseAdmin
from articles.admin.display import article_page_context
from articles.models import Article
from articles.permissions import viewable_articles, viewable_drafts

SALT = "articles.admin.sharing"
DEFAULT_DAYS = 7
MAX_DAYS = 90


class SharedArticle(NamedTuple):
    """What the token of a link holds: primary keys, and a time in seconds since the epoch."""

    article: int
    user: int
    until: int


class ShareForm(forms.Form):
    """The last day of a link, in the time zone of the user."""

    until = forms.DateField(
        label=_("Valid until"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The link works until the end of this day."),
    )

    def clean_until(self) -> datetime:
        """Return the end of the day. Raise ValidationError if it is over, or too far away."""
        day = self.cleaned_data["until"]
        today = timezone.localdate()
        if not today <= day <= today + timedelta(days=MAX_DAYS):
            message = gettext("Enter a date from today to %(days)d days from now.")
            raise ValidationError(message % {"days": MAX_DAYS})
        return timezone.make_aware(datetime.combine(day, time.max))


def share(model_admin: BaseAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Ask until when a link to the article is valid, and show the link."""
    article = get_object_or_404(viewable_articles(request.user).for_lists(), pk=pk)
    until = timezone.localdate() + timedelta(days=DEFAULT_DAYS)
    form = ShareForm(request.POST if request.method == "POST" else None, initial={"until": until})
    url = ""
    if form.is_bound and form.is_valid():
        token = create_token(article, request.user.pk, form.cleaned_data["until"])  # type: ignore[arg-type]
        url = url_for.origin(request) + reverse("articles:shared", args=[token])
    context = {
        **model_admin.admin_site.each_context(request),
        "title": gettext("Share a preview"),
        "subtitle": article.title,
        "opts": model_admin.opts,
        "article": article,
        "form": form,
        "url": url,
    }
    return TemplateResponse(request, "admin/articles/article/share.html", context)


def create_token(article: Article, user: int, until: datetime) -> str:
    """Return the token of a link that shows `article` until that time."""
    shared = SharedArticle(article.pk, user, int(until.timestamp()))
    return signing.dumps(shared, salt=SALT)


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Show the newest state of an article to anybody who has the link."""
    response = _shared(request, token)
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex, nofollow"
    # The URL is a secret.
    response["Referrer-Policy"] = "no-referrer"
    return response


def _shared(request: HttpRequest, token: str) -> HttpResponse:
    try:
        shared = SharedArticle(*signing.loads(token, salt=SALT))
    except signing.BadSignature as error:
        raise Http404 from error
    if shared.until <= timezone.now().timestamp():
        return render(request, "articles/shared_expired.html", status=410)
    user = User.objects.filter(pk=shared.user, is_active=True, is_staff=True).first()
    article = viewable_articles(user).filter(pk=shared.article).first() if user else None
    if user is None or article is None:
        raise Http404
    draft = viewable_drafts(user).select_related("revision").filter(pk=article.pk).first()
    if article.is_public and draft is None:
        return redirect(article.get_absolute_url())
    newest = editing.open_newest(article, draft)
    newest.apply(article)
    context = {
        **article_page_context(article, newest.fields["tags"]),
        "until": datetime.fromtimestamp(shared.until, tz=timezone.get_current_timezone()),
    }
    return render(request, "articles/shared.html", context)
