"""Stored data is derived again after an upgrade only if a version says so: whoever changes what is
derived raises the version, and puts it here with the new digest."""

import hashlib
from pathlib import Path

import pytest

from articles import markdown, search
from articles.text import names

# All kinds of Markdown, as tests had it when the versions were introduced. It stays as it is.
DOCUMENTS = (Path(__file__).parent / "documents.txt").read_text(encoding="utf-8").split("\f")
LANGUAGES = ("en", "ar", "de", "ja", "tr", "xx")
# What is indexed in one word too.
SPELLINGS = "Wi-Fi, U.S., 1,000, B 52, کتاب ها, می روم"
NAMES = (
    "İstanbul",
    "❤️",
    "Q&A / “C#”",
    "حَرْب",
    "深度学习",
    "Straße 1",
    "ﬁnal—draft",
    "⚠️ Caution",
    "a_b-c  d",
)

# By version: the digest of its output.
RENDERER = {1: "249b1defd8411974"}
ANALYZER = {
    1: "782b493c2ab04c0d",
    2: "57f496ea3b843f5c",
    3: "2d791cdb3861b5e2",
    4: "72311641790bfa59",
    5: "48609b8228368dfa",
}
RULES_OF_NAMES = {1: "6eb139480ab1f994"}


def digest(*values):
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def rendered():
    for text in DOCUMENTS:
        for language in ("en", "ar"):
            yield markdown.parse(
                text, title="Title", language=language, media=("/media/",), hosts=["wiki.example"]
            )


def analyzed():
    for text in (*DOCUMENTS, SPELLINGS):
        for language in LANGUAGES:
            yield search.analyze_fields(
                search.IndexedFields(
                    language, text[:60], (text[60:90],), (text[90:120],), text, text[120:180]
                )
            )


def rules_of_names():
    return [(names.fold(n), names.slug(n), names.sort_key(n)) for n in NAMES]


@pytest.mark.parametrize(
    ("name", "version", "output", "digests"),
    [
        ("markdown.RENDERER_VERSION", markdown.RENDERER_VERSION, rendered, RENDERER),
        ("search.ANALYZER_VERSION", search.ANALYZER_VERSION, analyzed, ANALYZER),
        ("names.NAMES_VERSION", names.NAMES_VERSION, rules_of_names, RULES_OF_NAMES),
    ],
)
def test_the_version_is_raised_when_the_output_changes(name, version, output, digests):
    current = digest(*output())
    assert max(digests) == version, f"Add the digest of version {version} of {name}: {current}"
    assert digests[version] == current, f"Raise {name}, and add its digest here: {current}"


def test_no_two_versions_have_the_same_output():
    for digests in (RENDERER, ANALYZER, RULES_OF_NAMES):
        assert len({*digests.values()}) == len(digests)
