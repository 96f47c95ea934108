"""Zip archives: read safely, or refused as a whole with the reason."""

import stat
import zipfile

import pytest

from articles.files import FileError
from articles.importing import zips
from articles.importing.reports import Outcome
from articles.importing.trees import open_tree
from articles.models import Article
from tests.importing.trees import run_import


def write_zip(path, entries, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def refusal(path):
    with pytest.raises(FileError) as caught, open_tree(path):
        pass
    return str(caught.value)


@pytest.mark.django_db
def test_the_documents_of_a_zip_are_imported_like_those_of_the_folder(tmp_path):
    path = write_zip(
        tmp_path / "vault.zip", [("vault/War.md", "[[Peace]]"), ("vault/Peace.md", "")]
    )
    report = run_import(path)
    assert report.outcomes == {Outcome.IMPORTED: 2} and report.source == "vault"
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / "War.md").write_text("[[Peace]]")
    (folder / "Peace.md").write_text("")
    assert run_import(folder).outcomes == {Outcome.UNCHANGED: 2}
    assert Article.objects.count() == 2


@pytest.mark.parametrize(
    "name",
    ["../x.md", "a/../../x.md", "/etc/x.md", "C:/x.md", "c:\\x.md", "a\\..\\..\\x.md", "\\x"],
)
def test_a_path_that_leads_out_of_the_archive_is_refused(tmp_path, name):
    path = write_zip(tmp_path / "a.zip", [("ok.md", "x"), (name, "x")])
    assert "leads out of the archive" in refusal(path)


def test_symbolic_links_are_left_out_and_reported(tmp_path):
    link = zipfile.ZipInfo("link.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = write_zip(tmp_path / "a.zip", [("ok.md", "x"), (link, "/etc/passwd")])
    with open_tree(path) as tree:
        assert list(tree.sizes) == ["ok.md"]
        assert "symbolic link" in tree.problems[0].message


def test_a_zip_bomb_is_refused(tmp_path):
    bulk = b"0" * 60_000_000
    path = write_zip(tmp_path / "a.zip", [("a.md", bulk)])
    assert "looks like a zip bomb" in refusal(path)


def test_many_small_files_that_expand_are_a_bomb_too(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "RATIO_MATTERS_FROM", 1_000_000)
    path = write_zip(tmp_path / "a.zip", [(f"{n}.md", b"0" * 100_000) for n in range(100)])
    assert "looks like a zip bomb" in refusal(path)


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "MAX_FILES", 3)
    path = write_zip(tmp_path / "a.zip", [(f"{n}.md", b"") for n in range(4)])
    assert "Up to 3 are allowed" in refusal(path)


def test_too_many_bytes_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "MAX_BYTES", 10)
    path = write_zip(tmp_path / "a.zip", [("a.md", b"12345678901")])
    assert "Up to 10 are allowed" in refusal(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"\0" * 1000])
def test_what_is_no_archive_is_refused(tmp_path, content):
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert "is not a zip archive" in refusal(path)


@pytest.mark.parametrize("encoding", ["utf-8", "cp437"])
def test_names_in_any_encoding_are_read(tmp_path, encoding):
    path = write_zip(tmp_path / "a.zip", [("Xtats.md", "x")])
    name = "États.md".encode(encoding)
    data = path.read_bytes().replace(b"Xtats.md", name[:1] + b"tats.md")
    path.write_bytes(data if encoding == "cp437" else path.read_bytes())
    if encoding == "utf-8":
        path = write_zip(tmp_path / "b.zip", [("États.md", "x")])
    with open_tree(path) as tree:
        assert list(tree.sizes) == ["États.md"]


def test_names_without_the_flag_of_utf_8_are_read(tmp_path):
    path = write_zip(tmp_path / "a.zip", [("XX.md", "x")])
    path.write_bytes(path.read_bytes().replace(b"XX.md", "é.md".encode()))
    with open_tree(path) as tree:
        assert list(tree.sizes) == ["é.md"]


def test_names_in_any_normalization_are_one_name(tmp_path):
    path = write_zip(tmp_path / "a.zip", [("e\u0301.md", "x"), ("\u00e9.md", "y")])
    with open_tree(path) as tree:
        assert list(tree.sizes) == ["\u00e9.md"]
        assert "the same name" in tree.problems[0].message


def test_hidden_files_are_left_out(tmp_path):
    path = write_zip(
        tmp_path / "a.zip",
        [("v/.obsidian/app.md", "x"), ("__MACOSX/v/._a.md", "x"), ("v/a.md", "x")],
    )
    with open_tree(path) as tree:
        assert list(tree.sizes) == ["a.md"]


def test_a_damaged_file_is_skipped_with_the_reason(tmp_path, db):
    path = write_zip(
        tmp_path / "a.zip", [("a.md", b"words " * 9), ("b.md", b"y")], zipfile.ZIP_STORED
    )
    path.write_bytes(path.read_bytes().replace(b"words ", b"wordz ", 1))
    report = run_import(path)
    assert report.outcomes == {Outcome.IMPORTED: 1, Outcome.SKIPPED: 1}
    assert "damaged" in next(iter(report.skipped)).message


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = write_zip(tmp_path / "a.zip", [("a.md", b"12345")])
    with open_tree(path) as tree, pytest.raises(FileError, match="Up to 4 are allowed"):
        tree.read("a.md", 4)
