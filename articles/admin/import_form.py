"""The form of an import: files, and how they are to be read."""

from typing import Any, TypeAlias

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.importing.options import ImportOptions
from articles.importing.registry import FORMATS
from articles.models import Status
from articles.models.fields import validate_language
from articles.text import names

AnyUpload: TypeAlias = "UploadedFile[Any]"

MEGABYTE = 1024 * 1024
MAX_FILES = 100


class MultipleFileInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """Several files, whose total size is limited."""

    widget = MultipleFileInput

    def clean(self, data: Any, initial: Any = None) -> list[AnyUpload]:
        single = super().clean
        uploaded = [single(file, initial) for file in data] if data else [single(data, initial)]
        if sum(file.size for file in uploaded) > settings.IMPORT_MAX_SIZE:
            limit = settings.IMPORT_MAX_SIZE // MEGABYTE
            raise ValidationError(_too_large(limit))
        return uploaded


def _too_large(limit: int) -> str:
    text = ngettext(
        "The files are larger than %(limit)d MB. Import them on the server:"
        " manage.py import_articles.",
        "The files are larger than %(limit)d MB. Import them on the server:"
        " manage.py import_articles.",
        limit,
    )
    return text % {"limit": limit}


class ImportForm(forms.Form):
    """What `ImportOptions` has, but for what the command line is for."""

    documents = MultipleFileField(
        label=_("Files"),
        help_text=_("A zip archive, or one or more files."),
    )
    format = forms.ChoiceField(label=_("Format"), required=False)
    status = forms.ChoiceField(
        label=_("Status of articles that have none"),
        required=False,
        choices=[("", _("As usual for the format")), *Status.choices],
    )
    language = forms.CharField(
        label=_("Language of articles that have none"),
        required=False,
        max_length=35,
        validators=[validate_language],
        help_text=_("Such as en or ar. Empty: the language of the site."),
    )
    folder_tags = forms.BooleanField(label=_("Folders become tags"), required=False)
    inline_tags = forms.BooleanField(label=_("#tags in the text become tags"), required=False)
    overwrite = forms.BooleanField(
        label=_("Replace articles that were edited here since the last import"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = settings.IMPORT_MAX_SIZE
        sizes = {"data-max-size": limit, "data-too-large": _too_large(limit // MEGABYTE)}
        self.fields["documents"].widget.attrs |= sizes
        formats = [(each.name, each.label) for each in FORMATS]
        self.fields["format"].choices = [("", _("Detect automatically")), *formats]  # type: ignore[attr-defined]

    def clean_language(self) -> str:
        return names.language_tag(self.cleaned_data["language"])

    def options(self) -> ImportOptions:
        values = {name: value for name, value in self.cleaned_data.items() if name != "documents"}
        return ImportOptions(**values)
