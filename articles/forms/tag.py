"""The form of tags: posted values → a tag with its synonyms, or errors with links to conflicts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import editing
from articles.form_fields import NamesField, TextField
from articles.forms.base import AdminModelForm, change_link, name_is_used
from articles.models import Tag
from articles.models.fields import truncate
from articles.permissions import can_view_tag_name
from articles.widgets import NamesInput


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
