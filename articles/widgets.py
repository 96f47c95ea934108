"""The fields of the desk as HTML. They work without JavaScript, too."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import global_settings, settings
from django.forms.renderers import BaseRenderer
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from articles.text.languages import display_name


class TagsInput(forms.TextInput):
    """Tags parted by commas, which the desk turns into chips with completion."""

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"dir": "auto", "autocomplete": "off", **(attrs or {})})


class NamesInput(forms.Textarea):
    """Names, one a line."""

    def __init__(self, rows: int = 3) -> None:
        super().__init__({"rows": rows, "dir": "auto", "spellcheck": "false"})


class LanguageInput(forms.TextInput):
    """A language tag, with the languages that have a name to choose from."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: Mapping[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        choices = f"languages_{name}"
        field = super().render(name, value, {**(attrs or {}), "list": choices}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', language_choices())
        return format_html('{}<datalist id="{}">{}</datalist>', field, choices, options)


class MomentInput(forms.DateTimeInput):
    """A day and a minute, chosen with what the browser offers."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def language_choices() -> list[tuple[str, str]]:
    """Tags and names of the languages that Django knows, to choose from. The names are in the
    active language: names in the languages themselves would load the data of them all."""
    reader = get_language() or settings.LANGUAGE_CODE
    return [(tag, display_name(tag, reader)) for tag, _name in global_settings.LANGUAGES]
