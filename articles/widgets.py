"""Widgets of the admin's forms. They work without JavaScript, too."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import global_settings, settings
from django.forms.renderers import BaseRenderer
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from articles.text.languages import display_name

# Characters of a summary that search engines and lists show.
RECOMMENDED_SUMMARY_LENGTH = 150


class TagsInput(forms.TextInput):
    """Tags separated by commas, which JavaScript turns into chips with autocompletion."""

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"dir": "auto", "autocomplete": "off", **(attrs or {})})


class NamesInput(forms.Textarea):
    """Names, one per line."""

    def __init__(self, rows: int = 3) -> None:
        super().__init__({"rows": rows, "dir": "auto", "spellcheck": "false"})


class TitleInput(forms.Textarea):
    """A title, in a field that grows with it."""

    def __init__(self) -> None:
        super().__init__({"rows": 1, "dir": "auto", "placeholder": _("Title")})


class SummaryInput(forms.Textarea):
    """A summary, next to its length in characters."""

    def __init__(self) -> None:
        attrs = {"rows": 2, "dir": "auto", "placeholder": _("Summary")}
        super().__init__({**attrs, "data-recommended": RECOMMENDED_SUMMARY_LENGTH})


class BodyInput(forms.Textarea):
    """Markdown, in a field that grows with it."""

    def __init__(self) -> None:
        placeholder = _("Text in Markdown. Type [[ to link to an article.")
        super().__init__({"rows": 24, "dir": "auto", "placeholder": placeholder})


class LanguageInput(forms.TextInput):
    """A language tag, with suggestions."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: Mapping[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        list_id = f"languages_{name}"
        field = super().render(name, value, {**(attrs or {}), "list": list_id}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', language_choices())
        return format_html('{}<datalist id="{}">{}</datalist>', field, list_id, options)


class ScheduleInput(forms.DateTimeInput):
    """A date and time in minutes, as text that JavaScript turns into the browser's own picker.

    A picker submits an incomplete date as an empty value. As text, the server sees and refuses it.
    """

    def __init__(self) -> None:
        attrs = {
            "placeholder": _("YYYY-MM-DD HH:MM"),
            "autocomplete": "off",
            "dir": "ltr",
            "data-schedule": True,
        }
        super().__init__(attrs, format="%Y-%m-%d %H:%M")


def language_choices() -> list[tuple[str, str]]:
    """Return the suggested languages, those that Django is translated into: tags and names.

    The names are in the active language: own names would load Babel's data of every language.
    """
    reader = get_language() or settings.LANGUAGE_CODE
    return [(tag, display_name(tag, reader)) for tag, _name in global_settings.LANGUAGES]
