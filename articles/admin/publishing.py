"""What the buttons of the article form do, what the form says about drafts, and the views that
discard a draft or its schedule."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Unpack

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles import editing
from articles.admin.base import BaseAdmin
from articles.admin.edit_conflict import posted_revision
from articles.admin.save_errors import SAVE_ERRORS
from articles.admin.status import article_state, day, long_date, zone_name
from articles.forms import ArticleForm, FormAction
from articles.models import Article, Draft, Revision, RevisionKind, Status


class SavedArticle(NamedTuple):
    """What was done, the new revision, None if nothing has changed, and whether a schedule was
    cancelled."""

    action: FormAction
    revision: Revision | None
    schedule_cancelled: bool


def save_form(
    article: Article, form: ArticleForm, **options: Unpack[editing.SaveOptions]
) -> SavedArticle:
    """Save a valid form as its button says."""
    draft = form.newest.draft if form.newest else None
    revision = _save(article, form, **options)
    saves_draft = form.action in (FormAction.DRAFT, FormAction.SUBMIT, FormAction.RETURN)
    is_cancelled = bool(revision and saves_draft and draft and draft.publish_at)
    return SavedArticle(form.action, revision, is_cancelled)


def _save(
    article: Article, form: ArticleForm, **options: Unpack[editing.SaveOptions]
) -> Revision | None:
    options["tags"] = form.cleaned_data["tags"]
    options["comment"] = form.cleaned_data["edit_summary"]
    match form.action:
        case FormAction.DRAFT:
            return editing.save_draft(article, **options)
        case FormAction.SUBMIT:
            return editing.submit(article, **options)
        case FormAction.RETURN:
            return editing.send_back(article, form.cleaned_data["note"], **options)
        case FormAction.PUBLISH:
            return editing.publish_changes(article, **options)
        case FormAction.SCHEDULE:
            return editing.schedule(article, form.scheduled_at, **options)
        case FormAction.UNPUBLISH:
            return editing.save_row(article, Status.DRAFT, **options)
        case FormAction.ARCHIVE:
            return editing.save_row(article, Status.ARCHIVED, **options)


def saved_response(model_admin: BaseAdmin, request: HttpRequest, obj: Article) -> HttpResponse:
    """Say what a save means for readers, and show the form again."""
    article = Article.objects.for_lists().get(pk=obj.pk)
    draft = Draft.objects.select_related("revision").filter(pk=obj.pk).first()
    saved: SavedArticle = request.saved  # type: ignore[attr-defined]
    # Another state has other buttons and fields.
    is_other_state = saved.action != FormAction.DRAFT
    request.reload_form = is_other_state  # type: ignore[attr-defined]
    message = saved_message(article, draft, saved.revision)
    if saved.schedule_cancelled:
        message += " " + _("It is not scheduled any more, because it has changed.")
    if article.is_public and is_other_state:
        link = format_html('<a href="{}">{}</a>', article.get_absolute_url(), _("View article"))
        message = format_html("{} {}", message, link)
    model_admin.message_user(request, message, messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[obj.pk]))


def saved_message(article: Article, draft: Draft | None, revision: Revision | None) -> str:
    """Return what has been saved, and what readers see now."""
    state = article_state(article)
    if draft is None or article.status != Status.PUBLISHED:
        return f"{_row_message(article, revision)} {state.meaning}"
    return f"{_draft_message(draft, revision)} {live_version(article)}"


def _row_message(article: Article, revision: Revision | None) -> str:
    if revision is None:
        return _("Nothing has changed.")
    if revision.kind == RevisionKind.RETURNED:
        return _("Sent back to the writer with your note.")
    match article.status:
        case Status.DRAFT:
            return _("Draft saved.")
        case Status.REVIEW:
            return _("Submitted for review.")
        case Status.ARCHIVED:
            return _("Saved in the archive.")
    if article.publish_at and article.publish_at > timezone.now():
        return _("Scheduled.")
    return _("Published.")


def _draft_message(draft: Draft, revision: Revision | None) -> str:
    if draft.publish_at:
        date = long_date(draft.publish_at)
        return _("The change is scheduled for %(date)s.") % {"date": date}
    if revision is None:
        return _("Nothing has changed.")
    if revision.kind == RevisionKind.RETURNED:
        return _("Sent back to the writer with your note.")
    return _("Submitted for review.") if draft.status == Status.REVIEW else _("Draft saved.")


def live_version(article: Article) -> str:
    """Return which version of a published article readers see, or will see."""
    version = {"date": day(article.updated)}
    if article.is_public:
        return _("Readers see the version of %(date)s.") % version
    if article.is_due:
        return _("The article has expired. Its last version is of %(date)s.") % version
    publish_at = long_date(article.publish_at)  # type: ignore[arg-type]
    return _("The version of %(date)s will be published on %(time)s.") % {
        **version,
        "time": publish_at,
    }


def form_context(form: Any, article: Article | None) -> dict[str, Any]:
    """Return the state, the buttons and the notices of the form. `article` is the stored one, None
    for a new one."""
    article, newest = article or Article(), form.newest
    draft = newest.draft if newest else None
    names = {button.name for button in form.buttons}
    # Those who may publish rarely submit.
    main = MAIN - {FormAction.SUBMIT} if FormAction.PUBLISH in names else MAIN
    return {
        "state": article_state(article, draft),
        "buttons": [button for button in form.buttons if button.name in main],
        "menu_buttons": [button for button in form.buttons if button.name in MENU - main],
        "can_return": FormAction.RETURN in names,
        "can_schedule": FormAction.SCHEDULE in names,
        "schedule_field": form[form.schedule_field],
        "time_zone": _time_zone(),
        "live_version": live_version(article) if draft and form.is_published else "",
        "returned": _returned(article),
        **(_draft_context(article, newest) if draft else {}),
    }


def _time_zone() -> str:
    """Return the name of the current time zone and its present offset."""
    name, offset = timezone.get_current_timezone_name(), zone_name(timezone.now())
    return name if name == offset else f"{name} ({offset})"


MAIN = frozenset((FormAction.DRAFT, FormAction.SUBMIT, FormAction.PUBLISH))
# Behind “More actions”.
MENU = frozenset((FormAction.SUBMIT, FormAction.UNPUBLISH, FormAction.ARCHIVE))


def _draft_context(article: Article, newest: editing.OpenedDraft) -> dict[str, Any]:
    publish_at = newest.draft and newest.draft.publish_at
    return {
        "draft": newest.draft,
        "scheduled_for": long_date(publish_at) if publish_at else "",
        "conflicts": _(", ").join(map(editing.field_label, newest.conflicts)),
        "merged": _(", ").join(map(editing.field_label, newest.live)),
        "live_revision": _live_number(article),
    }


def _live_number(article: Article) -> int | None:
    numbers = Revision.objects.newest_live(article.pk).values_list("number", flat=True)
    return numbers.first()


def _returned(article: Article) -> Revision | None:
    """Return the revision by which the article was sent back, if nothing has changed since."""
    newest = Revision.objects.newest(article.pk).first() if article.pk else None
    return newest if newest and newest.kind == RevisionKind.RETURNED else None


def discard_draft(model_admin: BaseAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Discard the draft of an article. Its revisions stay in the history."""
    user: Any = request.user
    run = partial(editing.discard_draft, user=user, base=posted_revision(request))
    message = _("Draft discarded. It is still in the history.")
    return _change_draft(model_admin, request, pk, run, message)


def cancel_schedule(model_admin: BaseAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the draft of an article, but don't publish it at the time that was set."""
    if not request.user.has_perm("articles.publish_article"):
        raise PermissionDenied
    message = _("The change is not scheduled any more. It is still a draft.")
    return _change_draft(model_admin, request, pk, editing.cancel_schedule, message)


def _change_draft(
    model_admin: BaseAdmin, request: HttpRequest, pk: int, run: Callable[..., bool], message: str
) -> HttpResponse:
    article = get_object_or_404(Article.objects.for_lists(), pk=pk)

    def authorize(stored: Article) -> None:
        if not model_admin.has_change_permission(request, stored):
            raise PermissionDenied

    try:
        if run(article, authorize=authorize):
            model_admin.message_user(request, message, messages.SUCCESS)
            model_admin.log_change(request, article, message)
        else:
            model_admin.message_user(request, _("There was nothing to change."), messages.INFO)
    except SAVE_ERRORS as error:
        for text in model_admin.error_messages(request, error):
            model_admin.message_user(request, text, messages.ERROR)
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))


DRAFT_VIEWS: dict[str, Callable[..., HttpResponse]] = {
    "discard": discard_draft,
    "unschedule": cancel_schedule,
}


def draft_urls(model_admin: BaseAdmin) -> list[URLPattern]:
    """Return the URLs that the form posts to instead of its own: what was typed is not saved."""

    def url(name: str, view: Callable[..., HttpResponse]) -> URLPattern:
        wrapped = model_admin.admin_site.admin_view(require_POST(partial(view, model_admin)))
        return path(f"<int:pk>/{name}/", wrapped, name=f"articles_article_{name}")

    return [url(name, view) for name, view in DRAFT_VIEWS.items()]
