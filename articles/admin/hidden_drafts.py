"""The page of a draft whose writer may not read the article any more.

An editor may unpublish or archive an article of which a writer has a draft. The page shows nothing
of the article itself: only what the writer has saved last.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import derived, editing
from articles.admin import views
from articles.admin.base import PRIMARY_KEY, BaseAdmin
from articles.admin.display import rendered_body
from articles.admin.edit_conflict import posted_revision
from articles.admin.save_errors import SAVE_ERRORS, save_error_messages
from articles.admin.working_copies import RESTORE, copy_to_restore
from articles.form_fields import BodyField, TextField, TitleField
from articles.forms import ArticleForm
from articles.models import Article, Draft, Revision, WorkingCopy
from articles.permissions import AnyUser, hidden_draft_revisions, own_draft_revisions

# Browsers submit the other fields of a new article that is made from the draft.
COPIED = ("title", "summary", "body", "language", "tags")


class HiddenDraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """The texts of a draft. Its other fields stay as they are."""

    class Meta:
        model = Article
        fields = ("title", "summary", "body")
        field_classes = {"title": TitleField, "summary": TextField, "body": BodyField}
        widgets = {
            "title": forms.TextInput({"dir": "auto", "class": "vLargeTextField"}),
            "summary": forms.Textarea({"dir": "auto", "rows": 2, "class": "vLargeTextField"}),
            "body": forms.Textarea({"dir": "auto", "rows": 24, "class": "vLargeTextField"}),
        }


class OwnDraft(NamedTuple):
    """A draft, and the last revision of it by the user who began it."""

    draft: Draft
    revision: Revision

    @property
    def can_change(self) -> bool:
        """Whether no other user has changed the draft since."""
        return self.draft.revision_id == self.revision.pk


def own_draft(user: AnyUser, pk: int) -> OwnDraft | None:
    """Return the draft of the article with that primary key if `user` began it. Two queries."""
    revision = own_draft_revisions(user).filter(article=pk).first()
    draft = Draft.objects.filter(pk=pk).first() if revision else None
    return OwnDraft(draft, revision) if draft and revision else None


def has_hidden_draft(user: AnyUser, object_id: str) -> bool:
    """Return whether `user` has a draft of the article with that primary key, which is hidden."""
    drafts = hidden_draft_revisions(user)
    is_valid = PRIMARY_KEY.fullmatch(object_id)
    return bool(is_valid) and drafts.filter(article=int(object_id)).exists()


def draft_url(pk: int | str) -> str:
    return reverse("admin:articles_article_hidden_draft", args=[pk])


def refused_form(model_admin: BaseAdmin, request: HttpRequest, pk: int) -> HttpResponse | None:
    """Return the page with the texts of the posted form of an article that was hidden while the
    user was typing; None if the user has no draft of it."""
    own = own_draft(request.user, pk)
    if own is None:
        return None
    message = _("The article is hidden from you now. Your text is below and not saved yet.")
    return _page(model_admin, request, own, _bound_form(request, own), message, status=403)


def hidden_draft(model_admin: BaseAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the user's draft of an article that the user may not read, save it, or discard it.

    Redirect to the form of the article if the user may read it, or has no draft of it.
    """
    own = own_draft(request.user, pk)
    if request.method == "POST":
        return _post(model_admin, request, pk, own)
    if own is None or not has_hidden_draft(request.user, str(pk)):
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))
    return _page(model_admin, request, own, _unbound_form(request, own))


def _post(
    model_admin: BaseAdmin, request: HttpRequest, pk: int, own: OwnDraft | None
) -> HttpResponse:
    if own is None or not own.can_change:
        message = _("The draft was published, changed or discarded. Your text is still here.")
        return views.changes_not_saved(model_admin, request, None, message)
    if "_discard" in request.POST:
        return _discard(model_admin, request, pk)
    form = _bound_form(request, own)
    saved = _save(model_admin, request, own, form) if form.is_valid() else None
    # After a conflict, the form is based on the newest revision.
    return saved or _page(model_admin, request, own_draft(request.user, pk) or own, form)


def _save(
    model_admin: BaseAdmin, request: HttpRequest, own: OwnDraft, form: HiddenDraftForm
) -> HttpResponse | None:
    """Save a valid form. Return None if that fails, with the errors in the form."""
    user: Any = request.user
    try:
        revision = editing.save_hidden_draft(
            own.draft.pk,
            form.cleaned_data,
            user=user,
            base=posted_revision(request),
            authorize=_authorization(user),
        )
    except SAVE_ERRORS as error:
        for text in save_error_messages(error, user):
            form.add_error(None, text)
        return None
    message = _("Draft saved.") if revision else _("Nothing has changed.")
    model_admin.message_user(request, message)
    return HttpResponseRedirect(draft_url(own.draft.pk))


def _discard(model_admin: BaseAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    # By no user: the revision that follows has the text of the article, which is not the writer's.
    editing.discard_draft(Article(pk=pk), None, authorize=_authorization(request.user))
    model_admin.message_user(request, _("Draft discarded."))
    return HttpResponseRedirect(reverse("admin:index"))


def _authorization(user: AnyUser) -> editing.Authorize:
    def authorize(stored: Article) -> None:
        own = own_draft(user, stored.pk)
        if own is None or not own.can_change:
            raise PermissionDenied

    return authorize


def _bound_form(request: HttpRequest, own: OwnDraft) -> HiddenDraftForm:
    return HiddenDraftForm(request.POST, instance=own.revision.as_article())


def _unbound_form(request: HttpRequest, own: OwnDraft) -> HiddenDraftForm:
    """Return the form with the draft, or with the working copy that the URL asks for."""
    copy = copy_to_restore(request, own.draft.pk)
    return HiddenDraftForm(
        instance=own.revision.as_article(), initial=dict(copy.fields) if copy else {}
    )


def _page(
    model_admin: BaseAdmin,
    request: HttpRequest,
    own: OwnDraft,
    form: HiddenDraftForm,
    message: str = "",
    status: int = 200,
) -> HttpResponse:
    article = own.revision.as_article()
    derived.derive(article)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": gettext_lazy("Draft of a hidden article"),
        "subtitle": article.title,
        "opts": model_admin.opts,
        "message": message,
        "form": form,
        "pk": own.draft.pk,
        "can_change": own.can_change,
        "revision": own.revision,
        "preview": rendered_body(article),
        "working_copies": WorkingCopy.objects.of_form(request.user.pk or 0, own.draft.pk),
        "restore": RESTORE,
        "copied_fields": _copied_fields(own.revision) if _can_add(model_admin, request) else {},
    }
    template = "admin/articles/article/hidden_draft.html"
    return TemplateResponse(request, template, context, status=status)


def _can_add(model_admin: BaseAdmin, request: HttpRequest) -> bool:
    return model_admin.has_add_permission(request)


def _copied_fields(revision: Revision) -> Mapping[str, str]:
    """Return the values of the form of a new article, as a browser submits them."""
    fields: Any = ArticleForm.base_fields
    values = {**revision.fields, "body": revision.body}
    return {name: fields[name].prepare_value(values.get(name, "")) for name in COPIED}
