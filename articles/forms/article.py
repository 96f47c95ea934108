"""The form of articles: posted values → an article, or errors with links to conflicts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles import derived, editing
from articles.form_fields import (
    BodyField,
    NamesField,
    ScheduleField,
    TagsField,
    TextField,
    TitleField,
)
from articles.forms.actions import DRAFT_ACTIONS, FormAction, buttons, posted_actions, refusal
from articles.forms.base import AdminModelForm, change_link, name_is_used, name_taken_error
from articles.impact_notice import confirmed_repairs
from articles.markdown import Heading
from articles.models import Article, Revision, Status, Tag
from articles.models.article import EXPIRES_TOO_EARLY
from articles.models.fields import quote, site_language, truncate
from articles.models.revision import COMMENT_LENGTH
from articles.permissions import (
    AnyUser,
    can_view_article,
    viewable_articles,
    viewable_names,
)
from articles.queries.translations import translations
from articles.text import names
from articles.widgets import (
    BodyInput,
    LanguageInput,
    NamesInput,
    ScheduleInput,
    SummaryInput,
    TagsInput,
    TitleInput,
)


class ArticleForm(AdminModelForm):
    """The authored fields of the newest state of an article: of its draft, if it has one.

    The permissions of `user` limit tags and actions. What happens to the fields depends on
    `action`, the button that was pressed.

    `link_repairs` are the headings that links in other articles lead to after the save, by the
    anchor that they have before.
    """

    link_repairs: Mapping[str, Heading] = {}

    tags = TagsField(
        label=_("Tags"),
        widget=TagsInput,
        help_text=_("Separate tags with commas. Put a tag that contains one in quotation marks."),
    )
    aliases = NamesField(
        label=_("Aliases"),
        widget=NamesInput,
        help_text=_("Alternative titles, one per line. They redirect here."),
    )
    former = NamesField(
        label=_("Former names"),
        widget=NamesInput(rows=2),
        help_text=_(
            "Previous titles and slugs, one per line. They redirect here, except those that the "
            "article had only before it was public."
        ),
    )

    translation_of = forms.CharField(
        label=_("Translation of"),
        required=False,
        max_length=names.NAME_LENGTH,
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
        help_text=_("Title or slug of the source article in another language."),
    )
    edit_summary = forms.CharField(
        label=_("What did you change?"),
        required=False,
        max_length=COMMENT_LENGTH,
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("Note for the writer"),
        required=False,
        max_length=COMMENT_LENGTH,
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
    )
    publish_change_at = ScheduleField(
        label=_("Publish the change at"), required=False, widget=ScheduleInput
    )

    class Meta:
        model = Article
        fields = [
            "title",
            "slug",
            "summary",
            "body",
            "tags",
            "aliases",
            "former",
            "language",
            "translation_of",
            "publish_at",
            "expire_at",
            "featured",
            "author",
        ]
        field_classes = {
            "title": TitleField,
            "summary": TextField,
            "body": BodyField,
            "publish_at": ScheduleField,
            "expire_at": ScheduleField,
        }
        widgets = {
            "title": TitleInput,
            "slug": forms.TextInput({"dir": "auto", "spellcheck": "false"}),
            "summary": SummaryInput,
            "body": BodyInput,
            "language": LanguageInput({"autocomplete": "off", "spellcheck": "false"}),
            "publish_at": ScheduleInput,
            "expire_at": ScheduleInput,
            "author": forms.TextInput({"dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if "title" in self.fields and not self.instance.pk:
            self.fields["title"].widget.attrs["autofocus"] = True
        self.actions = posted_actions(self.data)
        self.newest = editing.open_newest(self.instance) if self.instance.pk else None
        if self.newest:
            self.initial.update(_initial(self.newest))
        # The values of `instance` become the posted ones.
        self.is_due = self.instance.is_due
        self.is_published = self.instance.status == Status.PUBLISHED
        self.buttons = buttons(self.instance, self.newest_status, can_publish=self.can_publish)

    @property
    def action(self) -> FormAction:
        """The button that was pressed."""
        return self.actions[0]

    @property
    def can_publish(self) -> bool:
        return bool(self.user.has_perm("articles.publish_article"))

    @property
    def newest_status(self) -> Status:
        """The status of the article, or of the draft of a published one."""
        status = Status(self.instance.status)
        if self.newest and self.newest.draft and status == Status.PUBLISHED:
            return self.newest.draft.status
        return status

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"] or self._default_slug()
        other = Article.objects.filter(slug=slug).exclude(pk=self.instance.pk).first()
        if other and can_view_article(self.user, other):
            message = gettext("The slug “{slug}” is already used by {article}.")
            raise ValidationError(
                format_html(message, slug=truncate(slug), article=change_link(other))
            )
        if other:
            raise ValidationError(name_is_used(slug))
        return slug

    def _default_slug(self) -> str:
        title = self.cleaned_data.get("title", "")
        if self.instance.pk and self.instance.slug == names.slug(title):
            return str(self.instance.slug)
        language = names.language_tag(self.data.get("language", "") or self.instance.language)
        return editing.free_slug(title, language, self.instance) if title else ""

    def clean_translation_of(self) -> str:
        """Return the slug of the source, which is also found by the name of a translation of it.

        Raise ValidationError if there is no such article, if it is this one, or if the source or
        one of its translations is in the same language.
        """
        name: str = self.cleaned_data["translation_of"]
        own, language = self.instance, self.cleaned_data.get("language")
        unchanged = (name, language) == (own.translation_of, own.language)
        if unchanged or not (name or own.pk):
            return name
        article = _find_article(name, self.user) if name else own
        if article == own and name not in ("", own.translation_of):
            raise ValidationError(gettext("An article can't be its own translation."))
        self._check_language_is_free(article, language)
        if name:
            self._check_is_not_source()
        return str(name and (article.translation_of or article.slug))

    def _check_language_is_free(self, article: Article, language: str | None) -> None:
        """Raise ValidationError if `article` or a translation of it, other than this one, is in
        `language`."""
        versions = {article.pk, *(row.pk for row in translations(article.pk, "", public=False))}
        versions.discard(self.instance.pk)
        for other in Article.objects.filter(pk__in=versions, language=language):
            if not can_view_article(self.user, other):
                raise ValidationError(gettext("There is already an article in this language."))
            message = gettext("{article} is in the same language.")
            raise ValidationError(format_html(message, article=change_link(other)))

    def _check_is_not_source(self) -> None:
        """Raise ValidationError if this article has translations: only one level is allowed."""
        own = self.instance
        existing = translations(own.pk, own.language, public=False) if own.pk else []
        if existing and not own.translation_of:
            other = Article.objects.get(pk=existing[0].pk)
            if not can_view_article(self.user, other):
                message = gettext("This article has translations, so it can't be a translation.")
                raise ValidationError(message)
            message = gettext(
                "{article} is a translation of this article, so this one can't be a translation."
            )
            raise ValidationError(format_html(message, article=change_link(other)))

    def clean_tags(self) -> list[str]:
        """Return the names of the tags; raise ValidationError for an invalid new one.

        Creating tags needs the permission `add_tag`. A tag that the article had and that was
        deleted meanwhile is left out, not created again.
        """
        existing = Tag.objects.resolve(self.cleaned_data["tags"])
        deleted = self._tags_of_revision() - existing.keys()
        selected = [name for name in self.cleaned_data["tags"] if names.fold(name) not in deleted]
        unknown = [name for name in selected if names.fold(name) not in existing]
        if unknown and not self.user.has_perm("articles.add_tag"):
            raise ValidationError(
                ngettext(
                    "There is no tag %(names)s, and you don't have permission to create tags.",
                    "There are no tags %(names)s, and you don't have permission to create tags.",
                    len(unknown),
                ),
                code="unknown_tag",
                params={"names": gettext(", ").join(map(quote, unknown))},
            )
        try:
            editing.check_tags(unknown)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return selected

    def _tags_of_revision(self) -> set[str]:
        """Return the keys of the tags of the article in its newest live revision, which names
        deleted tags too. Those of a draft may not exist yet."""
        revisions = Revision.objects.newest_live(self.instance.pk)
        tags = revisions.values_list("fields__tags", flat=True).first() or []
        return set(map(names.fold, tags))

    def clean_publish_change_at(self) -> datetime | None:
        return self._with_stored_seconds("publish_change_at")

    def clean_publish_at(self) -> datetime | None:
        return self._with_stored_seconds("publish_at")

    def clean_expire_at(self) -> datetime | None:
        return self._with_stored_seconds("expire_at")

    def _with_stored_seconds(self, field: str) -> datetime | None:
        """Return the submitted date, or the stored one if the widget shows both alike: without
        seconds, and an hour that the clock shows twice without telling which of both. Raise
        ValidationError for another such hour."""
        submitted: datetime | None = self.cleaned_data[field]
        stored: datetime | None = self.initial.get(field)
        data, schedule = self[field].data, cast(ScheduleField, self.fields[field])
        if not schedule.has_changed(stored, data):
            return stored
        schedule.check_offset(data)
        return submitted

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        publish_at, expire_at = cleaned.get("publish_at"), cleaned.get("expire_at")
        if publish_at and expire_at and expire_at <= publish_at:
            self.add_error("expire_at", EXPIRES_TOO_EARLY)
        elif expire_at and expire_at <= timezone.now() and self._changes_visibility():
            message = _("This date is in the past. To hide the article now, unpublish it.")
            self.add_error("expire_at", message)
        self._check_action()
        self._check_schedule(cleaned)
        return cleaned

    def _check_action(self) -> None:
        """Refuse what none of the buttons posts."""
        if "status" in self.data:
            message = _("A status can't be posted. Post the name of a button instead: %(names)s.")
            names = ", ".join(button.name for button in self.buttons)
            self.add_error(None, ValidationError(message, params={"names": names}))
        if len(self.actions) > 1:
            self.add_error(None, _("Only one of the buttons can be pressed."))
        elif self.action not in [button.name for button in self.buttons]:
            self.add_error(None, refusal(self.action, can_publish=self.can_publish))
        if self.action == FormAction.RETURN and not self.cleaned_data.get("note"):
            self.add_error("note", _("Write a note that says what is to be changed."))

    def _check_schedule(self, cleaned: dict[str, Any]) -> None:
        """Refuse dates that contradict the button, and dates without one."""
        field = self.schedule_field
        if self.action == FormAction.SCHEDULE and field not in self.errors:
            try:
                editing.check_schedule(cleaned.get(field), cleaned.get("expire_at"))
            except ValidationError as error:
                self.add_error(field, error)
        elif self.action != FormAction.SCHEDULE and "publish_change_at" in self.changed_data:
            message = _("This date needs the button “Schedule”. Press that, or clear the date.")
            self.add_error("publish_change_at", message)
        elif self.action == FormAction.PUBLISH and _is_future(cleaned.get("publish_at")):
            message = _("This date is in the future. Press “Schedule”, or clear the date.")
            self.add_error("publish_at", message)

    @property
    def scheduled_at(self) -> datetime:
        """When the article, or its change, is to be published, of a valid form to schedule."""
        return self.cleaned_data[self.schedule_field]  # type: ignore[no-any-return]

    @property
    def schedule_field(self) -> str:
        """The field with the time of the publication: of the article, or of a change of it."""
        return "publish_change_at" if self.is_due else "publish_at"

    def _changes_visibility(self) -> bool:
        """Return whether the user has entered the date of expiry, or publishes the article."""
        publishes = self.action in (FormAction.PUBLISH, FormAction.SCHEDULE)
        return publishes or "expire_at" in self.changed_data

    def _post_clean(self) -> None:
        super()._post_clean()
        if "language" in self.errors:
            return
        try:
            derived.check_names(self.instance)
        except derived.NameTaken as taken:
            # A slug with an error needs no second one.
            if taken.field not in self.errors:
                field = taken.field if taken.field in self.fields else None
                self.add_error(field, name_taken_error(taken, self.user))
        if not self.errors and not self._saves_draft:
            self._confirm_impact()

    @property
    def _saves_draft(self) -> bool:
        """Whether a published article stays as it is."""
        return self.is_published and self.action in DRAFT_ACTIONS

    def _confirm_impact(self) -> None:
        """Add the notice about links that break as an error, until the user has seen it."""
        try:
            self.link_repairs = confirmed_repairs(self.instance, self.data, self.user)
        except ValidationError as error:
            self.add_error(None, error)


def _initial(newest: editing.OpenedDraft) -> dict[str, Any]:
    """Return the values of the form that are not those of the article's row."""
    tags = {"tags": sorted(newest.fields["tags"], key=names.fold)}
    if newest.draft is None:
        return tags
    return {**newest.values, **tags, "publish_change_at": newest.draft.publish_at}


def _is_future(time: datetime | None) -> bool:
    return time is not None and time > timezone.now()


def _find_article(text: str, user: AnyUser) -> Article:
    """Return the article with that slug or name, or a translation of a source that had that slug.

    Raise ValidationError if there is none that `user` may read.
    """
    articles = viewable_articles(user)
    article: Article | None = articles.filter(slug=text).first()
    if article is None and (name := viewable_names(user).resolve(text, site_language())):
        article = name.article
    article = article or articles.filter(translation_of=text).first()
    if article is None:
        raise ValidationError(_("There is no article called “%(name)s”."), params={"name": text})
    return article
