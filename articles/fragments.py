"""Templates that are rendered once with marks in place of values, and then only filled in.

Rendering a page node by node takes Django several times as long as the database takes to answer
the queries of the page. Most of a page is the same each time: the frame, and what surrounds the
values in the entries of lists. So a fragment is to a template what `CompiledQuery` is to a
queryset: the template is rendered once for each form it takes, with a mark for each value, and
the result is a format string.

>>> Fragment("articles/entries/heading.html").render({"text": "Aims & means", "level": 2})
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import lru_cache, update_wrapper
from html import escape
from operator import itemgetter
from typing import Any, NamedTuple
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
# The names of the values, and which of them are not empty.
Form = tuple[tuple[str, ...], tuple[bool, ...]]

# A page has a few KB and some forms: with and without a summary, an author, backlinks …
MAX_PATTERNS = 1024
# Results of a function that is `rendered_once`, of some KB each.
MAX_RESULTS = 1024
# Characters of the private use area around the name of a value. Escaping leaves them as they are.
START, END = "\ue000", "\ue001"
MARK = re.compile(f"{START}([^{END}]*){END}")
# Between values that are escaped together.
SEPARATOR = "\ue002"


# The functions with `rendered_once`, as far as their results are kept.
_result_caches: list[Any] = []


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
        return self.join([values], "", **shape)

    def join(self, rows: Iterable[Values], separator: str = "\n", **shape: object) -> SafeString:
        """Return the HTML of all `rows`, one after the other. All are filled in at once."""
        environment, shape_items = _environment(), tuple(shape.items())
        patterns: dict[Hashable, Pattern] = {}
        texts: list[str] = []
        values: list[object] = []
        for row in rows:
            # In most rows no value is empty, which is found out faster than which ones are.
            key = tuple(row), all(row.values()) or tuple(map(bool, row.values()))
            if not (pattern := patterns.get(key)):
                form: Form = tuple(row), tuple(map(bool, row.values()))
                pattern = _pattern(self.template, environment, *form, shape_items)
                patterns[key] = pattern
            texts.append(pattern.text)
            values.extend(pattern.values_of(row))
        return SafeString(separator.join(texts) % tuple(_escape(values)))


class Pattern(NamedTuple):
    """A format string, and what gets the values from a row that its placeholders stand for."""

    text: str
    values_of: Callable[[Values], Iterable[object]]


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


def _escape(values: list[object]) -> list[str]:
    """Return `values` as HTML: those that are not yet HTML are escaped, all together, because that
    takes a tenth of the time."""
    texts = [str(value) for value in values if type(value) is not SafeString]
    escaped = escape(SEPARATOR.join(texts)).split(SEPARATOR)
    if len(escaped) != len(texts):
        # There are none, or one contains the separator.
        escaped = [escape(text) for text in texts]
    remaining = iter(escaped)
    return [value if type(value) is SafeString else next(remaining) for value in values]


def _render_pattern(
    template: str,
    _environment: Environment,
    names: tuple[str, ...],
    is_filled: tuple[bool, ...],
    shape: tuple[tuple[str, object], ...],
) -> Pattern:
    """Return the pattern of a template. The environment is active; it is an argument for the sake
    of the cache. Raise ValueError if the template does not display a value as it is."""
    marks = {
        name: f"{START}{name}{END}" if filled else ""
        for name, filled in zip(names, is_filled, strict=True)
    }
    html = get_template(template).render({**constants(), **dict(shape), **marks}).strip()
    parts = MARK.split(html)
    text = "%s".join(part.replace("%", "%%") for part in parts[::2])
    displayed = tuple(parts[1::2])
    if START in text or quote(START) in html or not marks.keys() >= set(displayed):
        raise ValueError(f"{template} filters one of {', '.join(names)}")
    return Pattern(text, _getter(displayed))


def _getter(names: tuple[str, ...]) -> Callable[[Values], Iterable[object]]:
    """Return a function for the values with `names`: `itemgetter`, which takes an eighth of the
    time of a loop, returns no tuple for fewer than two."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: [row[name] for name in names]


_cached_pattern = lru_cache(maxsize=MAX_PATTERNS)(_render_pattern)


def _pattern(*form: Any) -> Pattern:
    """While templates are being edited, they are rendered each time."""
    return _render_pattern(*form) if settings.DEBUG else _cached_pattern(*form)


def rendered_once(function: Callable[..., SafeString]) -> Callable[..., SafeString]:
    """Decorate a function whose result depends on its arguments, the environment and settings. It
    is kept for the `MAX_RESULTS` latest arguments, which are values: model instances are equal to
    others with their key."""
    return cached_rendering(MAX_RESULTS)(function)


def cached_rendering(
    max_results: int,
) -> Callable[[Callable[..., SafeString]], Callable[..., SafeString]]:
    """Return a decorator as `rendered_once` that keeps `max_results`: fewer if they are long."""

    def decorate(function: Callable[..., SafeString]) -> Callable[..., SafeString]:
        @lru_cache(maxsize=max_results)
        def call(_environment: Environment, *args: Hashable) -> SafeString:
            return function(*args)

        def wrapper(*args: Hashable) -> SafeString:
            return function(*args) if settings.DEBUG else call(_environment(), *args)

        _result_caches.append(call)
        return update_wrapper(wrapper, function)

    return decorate


def forget_patterns(**_kwargs: object) -> None:
    """Render all templates again, because a setting has changed (in tests)."""
    _cached_pattern.cache_clear()
    for function in _result_caches:
        function.cache_clear()


setting_changed.connect(forget_patterns)
