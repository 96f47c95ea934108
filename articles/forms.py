"""The admin's forms: posted values → articles and tags, or errors with links to conflicts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.urls import reverse
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
)
from articles.models import Article, Revision, Status, Tag
from articles.models.fields import site_language, truncate
from articles.permissions import (
    AnyUser,
    can_view_article,
    can_view_name,
    can_view_tag_name,
    viewable_articles,
    viewable_names,
)
from articles.queries.translations import translations
from articles.text import names
from articles.widgets import LanguageInput, NamesInput, ScheduleInput, TagsInput


class AdminModelForm(forms.ModelForm):  # type: ignore[type-arg]
    """A model form with the current user.

    `save_errors` are the errors of a save that failed although the form was valid. An unbound
    form shows the `restored` values, as browsers submit them, if there are any.
    """

    user: User | AnonymousUser = AnonymousUser()
    save_errors: Sequence[str] = ()
    restored: Mapping[str, str] = {}

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name in self.restored:
            return self.restored[field_name]
        return super().get_initial_for_field(field, field_name)

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for message in self.save_errors:
            self.add_error(None, message)


class ArticleForm(AdminModelForm):
    """The authored fields of an article. The permissions of `user` limit statuses and tags."""

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
            "status",
            "publish_at",
            "expire_at",
            "featured",
            "author",
        ]
        field_classes = {
            "summary": TextField,
            "body": BodyField,
            "publish_at": ScheduleField,
            "expire_at": ScheduleField,
        }
        widgets = {
            "title": forms.TextInput({"dir": "auto"}),
            "slug": forms.TextInput({"dir": "auto", "spellcheck": "false"}),
            "summary": forms.Textarea({"rows": 2, "dir": "auto"}),
            "body": forms.Textarea({"rows": 24, "dir": "auto"}),
            "language": LanguageInput({"autocomplete": "off", "spellcheck": "false"}),
            "publish_at": ScheduleInput,
            "expire_at": ScheduleInput,
            "author": forms.TextInput({"dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if "tags" in self.fields and self.instance.pk:
            self.initial["tags"] = editing.tag_names(self.instance)
        if "status" in self.fields and not self.user.has_perm("articles.publish_article"):
            self._limit_statuses(self.fields["status"])

    def _limit_statuses(self, field: Any) -> None:
        """Offer the statuses before publication, and the current one unless that is published."""
        allowed = {Status.DRAFT, Status.REVIEW, self.instance.status} - {Status.PUBLISHED}
        field.choices = [choice for choice in Status.choices if choice[0] in allowed]
        field.help_text = _("Select “In review” when it is ready for an editor to publish.")

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
                params={"names": gettext(", ").join(f"“{truncate(name)}”" for name in unknown)},
            )
        try:
            editing.check_tags(unknown)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return selected

    def _tags_of_revision(self) -> set[str]:
        """Return the keys of the tags in the newest revision, which names deleted tags too."""
        revisions = Revision.objects.filter(article=self.instance.pk).order_by("-number")
        tags = revisions.values_list("fields__tags", flat=True).first() or []
        return set(map(names.fold, tags))

    def clean_publish_at(self) -> datetime | None:
        return self._with_stored_seconds("publish_at")

    def clean_expire_at(self) -> datetime | None:
        return self._with_stored_seconds("expire_at")

    def _with_stored_seconds(self, field: str) -> datetime | None:
        """Return the submitted date, or the stored one if the widget shows both alike: without
        seconds, and an hour that the clock shows twice without telling which of both."""
        submitted: datetime | None = self.cleaned_data[field]
        stored: datetime | None = getattr(self.instance, field)
        return submitted if self.fields[field].has_changed(stored, self[field].data) else stored

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        publish_at, expire_at = cleaned.get("publish_at"), cleaned.get("expire_at")
        if publish_at and expire_at and expire_at <= publish_at:
            self.add_error("expire_at", _("An article expires after it is published, not before."))
        elif expire_at and expire_at <= timezone.now() and self._changes_visibility(cleaned):
            message = _("This date is in the past. To hide the article now, change its status.")
            self.add_error("expire_at", message)
        return cleaned

    def _changes_visibility(self, cleaned: dict[str, Any]) -> bool:
        """Return whether the user has entered the date of expiry, or publishes the article."""
        publishes = "status" in self.changed_data and cleaned.get("status") == Status.PUBLISHED
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
                self.add_error(field, _name_taken(taken, self.user))


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


def name_is_used(name: str) -> str:
    """Return the error for a name, without what has it: the user may not read that."""
    return gettext("“%(name)s” is already used.") % {"name": truncate(name)}


def _name_taken(taken: derived.NameTaken, user: AnyUser) -> ValidationError:
    """Return the error with a link to the article that has the name, if `user` may read it."""
    if not can_view_name(user, taken.taken):
        return ValidationError(name_is_used(taken.name.text), code="name_taken")
    message = gettext("“{name}” is already a name ({kind}) of {article}.")
    parameters = taken.params or {}
    return ValidationError(
        format_html(
            message,
            name=parameters["name"],
            kind=parameters["kind"],
            article=change_link(taken.owner),
        ),
        code="name_taken",
    )


def change_link(target: Article | Tag) -> str:
    """Return a link to the admin form of `target`, as HTML."""
    url = reverse(f"admin:articles_{target._meta.model_name}_change", args=[target.pk])
    return format_html('<a href="{}" dir="auto">{}</a>', url, target)


class TagForm(AdminModelForm):
    """A tag with its synonyms."""

    synonyms = NamesField(
        label=_("Synonyms"),
        widget=NamesInput,
        help_text=_("Synonyms, one per line. They lead to this tag."),
    )

    class Meta:
        model = Tag
        fields = ["name", "slug", "description", "synonyms"]
        field_classes = {"description": TextField}
        widgets = {
            "name": forms.TextInput({"dir": "auto"}),
            "slug": forms.TextInput({"dir": "auto", "spellcheck": "false"}),
            "description": forms.Textarea({"rows": 3, "dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Leave blank to create it from the name.")
        if self.instance.pk:
            synonyms = self.instance.synonyms.order_by("key")
            self.initial["synonyms"] = list(synonyms.values_list("name", flat=True))

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        name = self.cleaned_data.get("name", "")
        return slug or (editing.free_tag_slug(name) if name else "")

    def clean_synonyms(self) -> list[str]:
        synonyms: list[str] = self.cleaned_data["synonyms"]
        try:
            editing.check_tags(synonyms)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return synonyms

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for field in ("name", "slug", "synonyms"):
            value = cleaned.get(field) or []
            if field != "slug" or value != self.instance.slug:
                self._check_terms(field, [value] if isinstance(value, str) else value)
        return cleaned

    def _check_terms(self, field: str, terms: list[str]) -> None:
        """Add an error to `field` if one of `terms` is a name or synonym of another tag."""
        try:
            editing.check_tag_names(self.instance, field, terms)
        except editing.TagNameTaken as taken:
            if not can_view_tag_name(self.user, taken.name):
                self.add_error(field, name_is_used(taken.name))
                return
            message = gettext("“{term}” already belongs to the tag {tag}.")
            term, owner = truncate(taken.name), change_link(taken.owner)
            self.add_error(field, format_html(message, term=term, tag=owner))
