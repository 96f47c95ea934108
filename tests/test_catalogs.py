"""The message files: complete, correct, and compiled from what is in the repository."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages import Catalog, mofile, pofile
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.conf import settings
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext, ngettext, templatize

ROOT = Path(settings.BASE_DIR)
LOCALES = ROOT / "articles" / "locale"
PATHS = sorted(LOCALES.glob("*/LC_MESSAGES/django.po"))
# Where strings are marked for translation.
SOURCES = {
    ROOT / "articles": (".py",),
    ROOT / "site": (".py",),
    ROOT / "templates": (".html", ".xml"),
}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **{f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext")},
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")
TAG = re.compile(r"</?\w+>")
# Plural forms in which a language has the number in a word ("two links"), or only the noun.
FORMS_WITHOUT_DIGITS = {"ar": 3}
NUMBERS = (
    *("%(count)d", "%(count)s", "%(number)s", "%(counter)s", "%(minutes)s", "%(total)s"),
    *("%(more)s", "%(rate)s", "%(shown)s", "%(omitted)s", "%(days)d", "%(num)d"),
)

per_language = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parts[-3])


@pytest.fixture(scope="module")
def extracted() -> Catalog:
    """All strings of Python and of templates that are marked for translation, as makemessages
    finds them, but without GNU gettext."""
    catalog = Catalog()
    for folder, suffixes in SOURCES.items():
        for path in sorted(file for file in folder.rglob("*") if file.suffix in suffixes):
            text = path.read_text(encoding="utf-8")
            python = text if path.suffix == ".py" else unindented(templatize(text))
            source = BytesIO(python.encode())
            for message in extract("python", source, KEYWORDS, options={"encoding": "utf-8"}):
                _line, ids, _comments, context = message
                catalog.add(ids, context=context)
    return catalog


def unindented(template: str) -> str:
    """`templatize` keeps the indentation of tags, which is no Python."""
    return "\n".join(line.strip() for line in template.splitlines())


def read(path: Path) -> Catalog:
    with path.open("rb") as source:
        return pofile.read_po(source, locale=path.parents[1].name)


def messages(catalog: Catalog) -> dict[tuple[str, ...], list[str]]:
    """The translations of each message, one for each plural form, by context and strings."""
    return {
        (context(message), *ids(message)): strings(message) for message in catalog if message.id
    }


def context(message) -> str:
    """Babel reads the context from a .po as text, and from a .mo as bytes."""
    value = message.context or ""
    return value.decode() if isinstance(value, bytes) else value


def ids(message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def strings(message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def parts(text: str, pattern: re.Pattern[str]) -> list[str]:
    return sorted(pattern.findall(text))


def test_each_language_of_the_interface_has_a_message_file():
    languages = [translation.to_locale(code) for code, _name in settings.LANGUAGES]
    assert sorted(languages) == sorted(["en", *(path.parts[-3] for path in PATHS)])


def test_strings_of_templates_and_of_python_are_extracted(extracted):
    assert {"Search", "Status", "body"} <= {message.id for message in extracted}
    assert extracted.get("Published", "on a date")
    assert extracted[("%(minutes)s minute to read", "%(minutes)s minutes to read")].pluralizable


@per_language
def test_a_message_file_has_exactly_the_strings_of_the_source(path, extracted):
    assert messages(read(path)).keys() == messages(extracted).keys(), "run makemessages"


@per_language
def test_every_message_is_translated(path):
    catalog = read(path)
    assert not [message.id for message in catalog if message.id and message.fuzzy]
    assert not [key for key, texts in messages(catalog).items() if not all(texts)]


@per_language
def test_the_compiled_file_has_the_translations_of_the_message_file(path):
    with path.with_suffix(".mo").open("rb") as source:
        compiled = mofile.read_mo(source)
    assert messages(compiled) == messages(read(path)), "run compilemessages"


@per_language
def test_a_translation_has_the_placeholders_and_the_markup_of_its_message(path):
    catalog = read(path)
    without_digits = FORMS_WITHOUT_DIGITS.get(path.parts[-3], 0)
    for message in filter(lambda message: message.id, catalog):
        placeholders = parts(ids(message)[-1], PLACEHOLDER)
        for form, text in enumerate(strings(message)):
            allowed = [placeholders]
            if message.pluralizable and form < without_digits:
                allowed.append([part for part in placeholders if part not in NUMBERS])
            assert parts(text, PLACEHOLDER) in allowed, message.id
            assert parts(text, TAG) == parts(ids(message)[0], TAG), message.id
        if message.pluralizable:
            assert len(strings(message)) == catalog.num_plurals


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "لا روابط"),
        (1, "رابط واحد"),
        (2, "رابطان"),
        (3, "3 روابط"),
        (10, "10 روابط"),
        (11, "11 رابطًا"),
        (99, "99 رابطًا"),
        (100, "100 رابط"),
        (103, "103 روابط"),
    ],
)
def test_arabic_has_six_plural_forms(count, expected):
    with translation.override("ar"):
        text = ngettext("%(count)d link", "%(count)d links", count) % {"count": count}
    assert text == expected


def test_the_error_page_is_translated():
    with translation.override("ar"):
        html = loader.render_to_string("500.html")
    assert '<html lang="ar" dir="rtl">' in html
    assert "الخطأ من جهتنا" in html


def test_a_string_without_a_translation_stays_english():
    with translation.override("ar"):
        assert gettext("No message file has this string.") == "No message file has this string."


# Text in templates that needs no translation: classes, keys, drawings, terms of OpenAPI, markup.
NOT_TRANSLATED = re.compile(
    r"{#.*?#}|{% block coltype %}[\w-]+|{% block bodyclass %}[^\n]*|<kbd\b.*?</kbd>"
    r"|<svg\b.*?</svg>|<!DOCTYPE[^>]*>|<code>(?:required|default:|[^{]*</code>)",
    re.DOTALL,
)
TEMPLATE_TAG = re.compile(
    r"{% blocktranslate\b.*?{% endblocktranslate %}|{%.*?%}|{{.*?}}", re.DOTALL
)
TRANSLATED_ATTRIBUTE = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"')


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name
)
def test_all_text_of_a_template_is_marked_for_translation(path):
    markup = TEMPLATE_TAG.sub("", NOT_TRANSLATED.sub("", path.read_text(encoding="utf-8")))
    text = re.sub(r"<[^>]*>", " ", markup) + " ".join(TRANSLATED_ATTRIBUTE.findall(markup))
    assert not re.findall(r"[^\W\d_]{2,}", text)
