"""Names of files: from slugs in any script, on any system."""

import pytest

from articles.syncing.layout import article_file, conflict_file, is_document
from articles.text import names


@pytest.mark.parametrize("slug", ["peace", "سلام", "平和", "défense-1", "мир"])
def test_a_slug_is_the_name_of_the_file(slug):
    assert article_file(slug) == f"articles/{slug}.md"


@pytest.mark.parametrize("slug", ["con", "prn", "aux", "nul", "com1", "lpt9"])
def test_names_of_devices_are_no_names_of_files(slug):
    assert article_file(slug).startswith(f"articles/{slug}~")


def test_long_slugs_are_shortened_to_what_file_systems_allow():
    first, second = ("平" * 119 + last for last in "和定")
    files = [article_file(slug) for slug in (first, second)]
    assert files[0] != files[1]
    assert all(len(file.removeprefix("articles/").encode()) <= 255 for file in files)
    assert len(conflict_file(files[0]).removeprefix("articles/").encode()) <= 255


def test_slugs_that_a_file_system_without_case_confuses_have_different_names():
    assert article_file("i\u0307stanbul").casefold() != article_file("istanbul").casefold()
    slug = names.slug("STRASSE Straße")
    assert article_file(slug) == f"articles/{slug}.md"


def test_files_of_conflicts_are_no_documents():
    assert conflict_file("articles/peace.md") == "articles/peace.conflict.md"
    assert not is_document("articles/peace.conflict.md")
    assert is_document("articles/folder/peace.md")
    assert not is_document("README.md")
