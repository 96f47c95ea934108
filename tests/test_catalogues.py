"""The interface says everything in every language that it offers, and nobody needs gettext."""

import re
from pathlib import Path

import pytest
from babel.messages import Catalog
from django.core.management import call_command
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext, ngettext

from articles import catalogues

CATALOGUES = sorted(catalogues.FOLDER.glob("*/LC_MESSAGES/django.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")
TAG = re.compile(r"</?\w+>")
# Forms for so few that the language says the number in words, or with the noun alone.
SPOKEN = {"ar": 3}


@pytest.fixture(scope="module")
def said() -> Catalog:
    return catalogues.said()


def strings(message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def ids(message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def parts(text: str, pattern: re.Pattern[str]) -> list[str]:
    return sorted(pattern.findall(text))


def test_what_is_said_in_templates_and_in_python_is_found(said):
    for sentence in ("Skip to the text", "Readers don't see it.", "Names of articles"):
        assert sentence in said
    assert said.get("Published", "on a date")
    assert said[("%(minutes)s minute to read", "%(minutes)s minutes to read")].pluralizable


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_catalogue_has_exactly_what_is_said_and_all_of_it_translated(path, said):
    catalogue = catalogues.read(path)
    asked = {(message.context, *ids(message)) for message in said if message.id}
    there = {(message.context, *ids(message)) for message in catalogue if message.id}
    assert there == asked
    assert not [message.id for message in catalogue if message.id and message.fuzzy]
    assert not [message.id for message in catalogue if not all(strings(message))]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_translation_has_the_placeholders_and_the_markup_of_the_sentence(path):
    catalogue = catalogues.read(path)
    spoken = SPOKEN.get(path.parts[-3], 0)
    for message in filter(lambda message: message.id, catalogue):
        wanted = parts(ids(message)[-1], PLACEHOLDER)
        for form, text in enumerate(strings(message)):
            allowed = [wanted]
            if message.pluralizable and form < spoken:
                allowed += [[part for part in wanted if part not in NUMBERS]]
            assert parts(text, PLACEHOLDER) in allowed, message.id
            assert parts(text, TAG) == parts(ids(message)[0], TAG), message.id
        if message.pluralizable:
            assert len(strings(message)) == catalogue.num_plurals


NUMBERS = (
    *("%(count)d", "%(number)s", "%(counter)s", "%(minutes)s", "%(total)s"),
    *("%(more)s", "%(rate)s", "%(shown)s", "%(left_out)s"),
)


@pytest.mark.parametrize(
    ("count", "words"),
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
def test_arabic_counts_in_six_forms(count, words):
    with translation.override("ar"):
        shown = ngettext("%(count)d link", "%(count)d links", count) % {"count": count}
    assert shown == words


def test_the_page_of_a_failure_is_said_in_arabic_too():
    with translation.override("ar"):
        html = loader.render_to_string("500.html")
    assert '<html lang="ar" dir="rtl">' in html
    assert "الخطأ منا لا منك" in html


def test_a_catalogue_is_compiled_when_it_is_newer_than_what_was_made_of_it(tmp_path):
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    path = folder / "django.po"
    path.write_text('msgid "Home"\nmsgstr "Accueil"\n', encoding="utf-8")
    assert catalogues.compile_stale(tmp_path) == [path]
    assert catalogues.compile_stale(tmp_path) == []
    assert b"Accueil" in path.with_suffix(".mo").read_bytes()
    assert [file.name for file in folder.iterdir() if file.suffix not in (".po", ".mo")] == []


def test_a_new_language_begins_with_all_that_is_said(tmp_path, said, monkeypatch, capsys):
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    call_command("makemessages", locale="fr")
    assert capsys.readouterr().out == f"fr: {len(said)} sentences, {len(said)} to translate.\n"
    path = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    before = path.read_bytes()
    catalogues.update(path)
    assert path.read_bytes() == before
    assert catalogues.read(path).num_plurals == 2


def test_nothing_that_was_compiled_is_kept():
    ignored = Path(catalogues.APP.parent / ".gitignore").read_text(encoding="utf-8")
    assert "*.mo" in ignored.splitlines()


def test_a_sentence_without_a_translation_stays_english():
    with translation.override("ar"):
        assert gettext("Nobody says this.") == "Nobody says this."


# What stands in templates without being a sentence: a class, keys, drawings, words of OpenAPI.
UNSAID = re.compile(
    r"{% block coltype %}\w+|<kbd\b.*?</kbd>|<svg\b.*?</svg>|<!DOCTYPE[^>]*>"
    r"|<code>(?:required|default:)",
    re.DOTALL,
)
BLOCK = re.compile(r"{% blocktranslate\b.*?{% endblocktranslate %}|{%.*?%}|{{.*?}}", re.DOTALL)
SPOKEN_ATTRIBUTE = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"')


@pytest.mark.parametrize(
    "path",
    sorted((catalogues.APP.parent / "templates").rglob("*.html")),
    ids=lambda path: path.name,
)
def test_no_template_says_anything_that_is_not_translated(path):
    markup = BLOCK.sub("", UNSAID.sub("", path.read_text(encoding="utf-8")))
    spoken = re.sub(r"<[^>]*>", " ", markup) + " ".join(SPOKEN_ATTRIBUTE.findall(markup))
    assert not re.findall(r"[^\W\d_]{2,}", spoken)
