"""Templates that are rendered once with marks in place of values, and then only filled in.

Rendering a page node by node takes Django several times as long as the database takes to answer
the queries of the page. Most of a page is the same each time: the frame, and what surrounds the
values in the entries of lists. So a fragment is to a template what `CompiledQuery` is to a
queryset: the template is rendered once for each form it takes, with a mark for each value, and
the result is a format string.

>>> Fragment("articles/entries/heading.html").render({"text": "Aims & means", "level": 2})
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.signals import setting_changed
from django.template.loader import get_template
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi

from articles import VERSION, i18n, url_for

Values = Mapping[str, object]
# What a template depends on besides the values: the language of the interface, and the prefix of
# all URLs (SCRIPT_NAME).
Environment = tuple[str | None, str]

# A page has a few KB and some forms: with and without a summary, an author, backlinks …
MAX_PATTERNS = 1024
# Characters of the private use area around the name of a value. Escaping leaves them as they are.
START, END = "\ue000", "\ue001"


class Fragment:
    """A template that is filled in with text, or with the HTML of other fragments.

    A template may test whether there is a value, and display it. It may do nothing else with it,
    neither filter nor compare it nor loop over it, and lists are joined of fragments. Values that
    it does compare or format are its *shape*: it is rendered again for each, so they are few.
    """

    def __init__(self, template: str) -> None:
        self.template = template

    def render(self, values: Values, **shape: object) -> SafeString:
        """Return the HTML with `values`, which are escaped unless they are HTML themselves."""
        return self._fill(_environment(), values, shape)

    def join(self, rows: Iterable[Values], separator: str = "\n", **shape: object) -> SafeString:
        """Return the HTML of all `rows`, one after the other."""
        environment = _environment()
        return SafeString(separator.join([self._fill(environment, row, shape) for row in rows]))

    def _fill(
        self, environment: Environment, values: Values, shape: Mapping[str, object]
    ) -> SafeString:
        is_filled = tuple(map(bool, values.values()))
        pattern = _pattern(
            self.template, environment, tuple(values), is_filled, tuple(shape.items())
        )
        return SafeString(pattern % {name: _escape(value) for name, value in values.items()})


def constants() -> dict[str, Any]:
    """Return the variables of templates that are the same for all pages in a language."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "version": VERSION,
        "urls": url_for.site_urls(),
        "language": get_language() or settings.LANGUAGE_CODE,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "languages": i18n.offered_languages(),
    }


def _environment() -> Environment:
    return get_language(), get_script_prefix()


def _escape(value: object) -> str:
    return value if type(value) is SafeString else escape(str(value))


def _render_pattern(
    template: str,
    _environment: Environment,
    names: tuple[str, ...],
    is_filled: tuple[bool, ...],
    shape: tuple[tuple[str, object], ...],
) -> str:
    """Return the format string of a template. The environment is active; it is an argument for the
    sake of the cache. Raise ValueError if the template does not display a value as it is."""
    marks = {
        name: f"{START}{name}{END}" if filled else ""
        for name, filled in zip(names, is_filled, strict=True)
    }
    html = get_template(template).render({**constants(), **dict(shape), **marks}).strip()
    pattern = html.replace("%", "%%")
    for name, mark in marks.items():
        pattern = pattern.replace(mark, f"%({name})s") if mark else pattern
    if START in pattern or quote(START) in html:
        raise ValueError(f"{template} filters one of {', '.join(names)}")
    return pattern


_cached_pattern = lru_cache(maxsize=MAX_PATTERNS)(_render_pattern)


def _pattern(*form: Any) -> str:
    """While templates are being edited, they are rendered each time."""
    return _render_pattern(*form) if settings.DEBUG else _cached_pattern(*form)


def forget_patterns(**_kwargs: object) -> None:
    """Render all templates again, because a setting has changed (in tests)."""
    _cached_pattern.cache_clear()


setting_changed.connect(forget_patterns)
