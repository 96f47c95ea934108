"""What editors type → articles and tags, or errors that say what is wrong and whose a name is."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles import derived, editing
from articles.models import Article, Name, Status, Tag
from articles.models.fields import NAME_LENGTH, shortened, site_language
from articles.models.link_resolution import translations
from articles.text import names
from articles.widgets import LanguageInput, MomentInput, NamesInput, TagsInput

MOST_NAMES = 500
# What parts the names of a list: the ends of lines, or commas too.
LINES = r"[\r\n]"
COMMAS = names.COMMAS.pattern.removesuffix("+")


class NamesField(forms.Field):
    """A list of names in one text, parted by what `ends` matches.

    A name that was in the list before is kept as it is, even with a comma in it.
    """

    def __init__(self, *, separator: str = "\n", ends: str = COMMAS, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.separator = separator
        self.ends = ends
        self.known: list[str] = []

    def prepare_value(self, value: Any) -> Any:
        return self.separator.join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        found: dict[str, str] = {}
        for part in re.findall(self._pattern(), value or ""):
            name = " ".join(part.split())
            found.setdefault(names.fold(name), name)
        found.pop("", None)
        if len(found) > MOST_NAMES:
            raise ValidationError(
                _("There are %(count)d names; at most %(limit)d are allowed."),
                code="many",
                params={"count": len(found), "limit": MOST_NAMES},
            )
        return list(found.values())

    def _pattern(self) -> str:
        part = self.ends.replace("[", "[^", 1) + "+"
        whole = sorted(filter(names.COMMAS.search, self.known), key=len, reverse=True)
        if not whole:
            return part
        return rf"\s*(?:{'|'.join(map(re.escape, whole))})(?=\s*(?:{self.ends}|\Z))|{part}"

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(data) != (initial or [])


class TextField(forms.CharField):
    """Text whose lines end with a line feed alone, the way files have it."""

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class BodyField(TextField):
    """Markdown: white space at both ends is the author's."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "strip": False})


class MomentField(forms.DateTimeField):
    """A moment that every time zone's calendar has."""

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except OverflowError as error:
            raise ValidationError(_("This is outside of the calendar.")) from error


class DeskForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form of the desk, which tells it who writes, and why saving failed if it did."""

    user: User | AnonymousUser = AnonymousUser()
    refusal: Sequence[str] = ()

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            for message in self.refusal:
                self.add_error(None, message)


class ArticleForm(DeskForm):
    """All that an author writes. `user` decides what may be chosen."""

    tags = NamesField(
        label=_("Tags"),
        separator=", ",
        widget=TagsInput,
        help_text=_("Parted by commas of any script."),
    )
    aliases = NamesField(
        label=_("Aliases"),
        widget=NamesInput,
        help_text=_("Other names that lead here, one a line."),
    )
    former = NamesField(
        label=_("Former names"),
        ends=LINES,
        widget=NamesInput(rows=2),
        help_text=_("Old titles and addresses, one a line: links to them still lead here."),
    )

    translation_of = forms.CharField(
        label=_("Translation of"),
        required=False,
        max_length=NAME_LENGTH,
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
        help_text=_(
            "Title or address of the article in another language that this one translates."
        ),
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
            "publish_at": MomentField,
            "expire_at": MomentField,
        }
        widgets = {
            "title": forms.TextInput({"dir": "auto"}),
            "slug": forms.TextInput({"dir": "auto", "spellcheck": "false"}),
            "summary": forms.Textarea({"rows": 2, "dir": "auto"}),
            "body": forms.Textarea({"rows": 24, "dir": "auto"}),
            "language": LanguageInput({"autocomplete": "off", "spellcheck": "false"}),
            "publish_at": MomentInput,
            "expire_at": MomentInput,
            "author": forms.TextInput({"dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if "tags" in self.fields and self.instance.pk:
            self.initial["tags"] = editing.tag_names(self.instance)
        _keep_known(self)
        if "status" in self.fields and not self.user.has_perm("articles.publish_article"):
            self._offer_states_before_publication(self.fields["status"])

    def _offer_states_before_publication(self, field: Any) -> None:
        allowed = {Status.DRAFT, Status.REVIEW, self.instance.status} - {Status.PUBLISHED}
        field.choices = [choice for choice in Status.choices if choice[0] in allowed]
        field.help_text = _("Choose “In review” when it is ready: an editor publishes it.")

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"] or self._proposed_slug()
        other = Article.objects.filter(slug=slug).exclude(pk=self.instance.pk).first()
        if other:
            message = gettext("“{name}” is the address of {article} already.")
            raise ValidationError(
                format_html(message, name=shortened(slug), article=link_to(other))
            )
        return slug

    def _proposed_slug(self) -> str:
        title = self.cleaned_data.get("title", "")
        if self.instance.pk and self.instance.slug == names.slug(title):
            return str(self.instance.slug)
        language = names.language_tag(self.data.get("language", "") or self.instance.language)
        return editing.free_slug(title, language, self.instance) if title else ""

    def clean_translation_of(self) -> str:
        """The slug of the source. Whoever names a translation of it means the same source."""
        written: str = self.cleaned_data["translation_of"]
        own, language = self.instance, self.cleaned_data.get("language")
        if (written, language) == (own.translation_of, own.language) or not (written or own.pk):
            return written
        named = _kin(written) if written else own
        if named == own and written not in ("", own.translation_of):
            raise ValidationError(gettext("An article is no translation of itself."))
        family = {named.pk, *(other.pk for other in translations(named.pk, "", public=False))}
        family.discard(own.pk)
        for other in Article.objects.filter(pk__in=family, language=language):
            message = gettext("{article} is in the same language.")
            raise ValidationError(format_html(message, article=link_to(other)))
        if written:
            self._refuse_second_source()
        return str(written and (named.translation_of or named.slug))

    def _refuse_second_source(self) -> None:
        own = self.instance
        tied = translations(own.pk, own.language, public=False) if own.pk else []
        if tied and not own.translation_of:
            message = gettext(
                "{article} is a translation of this article: it has no other source."
            )
            raise ValidationError(
                format_html(message, article=link_to(Article.objects.get(pk=tied[0].pk)))
            )

    def clean_tags(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["tags"]
        known = Tag.objects.resolve(chosen)
        unknown = [name for name in chosen if names.fold(name) not in known]
        if unknown and not self.user.has_perm("articles.add_tag"):
            raise ValidationError(
                ngettext(
                    "There is no tag %(names)s, and you may not make new tags.",
                    "There are no tags %(names)s, and you may not make new tags.",
                    len(unknown),
                ),
                code="unknown_tag",
                params={"names": gettext(", ").join(f"“{shortened(name)}”" for name in unknown)},
            )
        try:
            editing.check_tags(unknown)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return chosen

    def clean_publish_at(self) -> datetime | None:
        return self._moment("publish_at")

    def clean_expire_at(self) -> datetime | None:
        return self._moment("expire_at")

    def _moment(self, field: str) -> datetime | None:
        """What was chosen; the field shows no seconds, and does not take away those there are."""
        chosen: datetime | None = self.cleaned_data[field]
        stored: datetime | None = getattr(self.instance, field)
        same = chosen and stored and chosen == stored.replace(second=0, microsecond=0)
        return stored if same else chosen

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("publish_at"), cleaned.get("expire_at")
        if opens and closes and closes <= opens:
            self.add_error("expire_at", _("An article expires after it is published, not before."))
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()
        if "language" in self.errors:
            return
        try:
            derived.check_names(self.instance)
        except derived.NameTaken as taken:
            # A slug that was refused already needs no second reason.
            if taken.field not in self.errors:
                self.add_error(taken.field if taken.field in self.fields else None, _whose(taken))


def _kin(text: str) -> Article:
    """The article that a slug or a name means, or one whose source had that slug. Raises
    ValidationError if there is none."""
    found = Article.objects.filter(slug=text).first()
    name = None if found else Name.objects.resolve(text, site_language())
    orphan = None if found or name else Article.objects.filter(translation_of=text).first()
    kin: Article | None = name.article if name else found or orphan
    if kin is None:
        raise ValidationError(_("There is no article called “%(name)s”."), params={"name": text})
    return kin


def _keep_known(form: forms.BaseForm) -> None:
    """Tell each list which names it had."""
    for name, field in form.fields.items():
        if isinstance(field, NamesField):
            field.known = form.get_initial_for_field(field, name) or []


def _whose(taken: derived.NameTaken) -> ValidationError:
    message = gettext("“{name}” is already a name ({kind}) of {article}.")
    parameters = taken.params or {}
    return ValidationError(
        format_html(
            message,
            name=parameters["name"],
            kind=parameters["kind"],
            article=link_to(taken.owner),
        ),
        code="name_taken",
    )


def link_to(thing: Article | Tag) -> str:
    """A link to where an editor changes `thing`."""
    address = reverse(f"admin:articles_{thing._meta.model_name}_change", args=[thing.pk])
    return format_html('<a href="{}" dir="auto">{}</a>', address, thing)


class TagForm(DeskForm):
    """A tag and the other words for it."""

    synonyms = NamesField(
        label=_("Synonyms"),
        widget=NamesInput,
        help_text=_("Other words for it, one a line: whoever types or follows one gets this tag."),
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
            self.fields["slug"].help_text = _("Left empty, it is made from the name.")
        if self.instance.pk:
            synonyms = self.instance.synonyms.order_by("key")
            self.initial["synonyms"] = list(synonyms.values_list("name", flat=True))
        _keep_known(self)

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
            written = cleaned.get(field) or []
            if field != "slug" or written != self.instance.slug:
                self._refuse_taken(field, [written] if isinstance(written, str) else written)
        return cleaned

    def _refuse_taken(self, field: str, words: list[str]) -> None:
        try:
            editing.check_tag_names(self.instance, field, words)
        except editing.TagNameTaken as taken:
            message = gettext("“{word}” belongs to the tag {tag} already.")
            word, owner = shortened(taken.name), link_to(taken.owner)
            self.add_error(field, format_html(message, word=word, tag=owner))
