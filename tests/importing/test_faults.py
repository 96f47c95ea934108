"""Hostile and broken sources: a reason instead of a traceback, all or nothing."""

import os
import unicodedata
from collections import Counter
from functools import partial
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from articles.files import FileError
from articles.importing import markdown_files, registry
from articles.importing.documents import SourceDocument
from articles.importing.imports import import_documents
from articles.importing.markdown_files import MarkdownFile, parse_files
from articles.importing.options import ImportOptions
from articles.importing.reports import Outcome
from articles.importing.trees import open_tree
from articles.models import Article, ImportedDocument
from articles.workers import Workers
from tests.importing.trees import run_import, write_tree
from tests.killing import count_statements, points, run_and_kill
from tests.threads import during, patiently

# At how many of its statements an import is killed.
KILLED = 8
# What front matter and links are made of.
FRAGMENTS = st.sampled_from(
    [
        *("---\n", "+++\n", "{", "}", "title: ", "tags: ", "date: ", "aliases: [", "slug: ", "\n"),
        *(
            "[[",
            "]]",
            "![[",
            "|",
            "#",
            "^",
            "](",
            ")",
            "a.md",
            "../",
            "/",
            "\\",
            "`",
            "```\n",
            "%",
        ),
        *("{{<", ">}}", "{%", "%}", "\r\n", "\0", "\ufeff", "\u202e", "é", "\ufdd0", ": ", "- "),
        *("9999-99-99", "0001-01-01", "&a ", "*a ", "[", "]", "<", ">", "http://[", "//", "?"),
    ]
)


MARKDOWN = [
    item for item in registry.FORMATS if item.name not in ("mediawiki", "wordpress", "pandoc")
]


class MemoryTree:
    """A source in memory."""

    name = "memory"
    problems = ()

    def __init__(self, contents):
        self.contents = contents
        self.sizes = {path: len(content) for path, content in sorted(contents.items())}

    def read(self, path, max_size=0):
        return self.contents[path]

    def local_path(self, path):
        return None


@given(st.lists(FRAGMENTS, max_size=40), st.sampled_from(MARKDOWN))
@hypothesis_settings(max_examples=150, deadline=None)
def test_any_text_is_read(fragments, source_format):
    content = "".join(fragments).encode(errors="surrogatepass")
    files = {
        "pages/a.md": content,
        "docs/a.md": content,
        "content/a.mdx": content,
        "a.md": content,
    }
    options = ImportOptions(inline_tags=True, folder_tags=True)
    assert list(source_format.read(MemoryTree(files), options, Workers(0)))


@pytest.mark.django_db
@given(st.lists(st.lists(FRAGMENTS, max_size=25), min_size=2, max_size=4))
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_vault_is_imported(django_db_blocker, texts):
    names = ["a.md", "b/a.md", "b/c.md", "é #[x].md"]
    files = {
        name: "".join(text).encode(errors="replace")
        for name, text in zip(names, texts, strict=False)
    }
    Article.objects.all().delete()
    report = import_documents(
        MemoryTree(files), ImportOptions(inline_tags=True, format="obsidian")
    )
    assert report.outcomes.total() == len(files)
    again = import_documents(MemoryTree(files), ImportOptions(inline_tags=True, format="obsidian"))
    assert again.outcomes[Outcome.IMPORTED] == 0 or again.outcomes == report.outcomes


@pytest.mark.parametrize("content", [bytes(range(256)) * 10, b"\xff\xfe\xd8", b"\xfe\xff\x00"])
def test_any_bytes_are_text_or_skipped_with_a_reason(content):
    file = MarkdownFile("a.md", "", content, "", registry.flavours.VAULT, ImportOptions())
    [document] = parse_files(None, [file])
    if content[0]:
        assert isinstance(document, SourceDocument) and document.title
    else:
        assert "not a text" in document.problem.message


def test_an_unreadable_file_is_skipped_with_the_reason(unprivileged_folder, db):
    write_tree(unprivileged_folder, {"secret.md": "x", "a.md": "x"})
    (unprivileged_folder / "secret.md").chmod(0)
    with open_tree(unprivileged_folder) as tree:
        report = import_documents(tree, ImportOptions())
    assert "permission denied" in next(iter(report.skipped)).message


def test_a_link_out_of_the_folder_is_reported(import_tree, tmp_path):
    (tmp_path / "vault").mkdir()
    (tmp_path / "outside.md").write_text("x")
    (tmp_path / "vault" / "link.md").symlink_to(tmp_path / "outside.md")
    report = import_tree({"a.md": "x"})
    assert report.outcomes == {Outcome.IMPORTED: 1}
    assert "leads out of the folder" in next(iter(report.problems)).message


def test_a_link_to_a_folder_is_reported(import_tree, tmp_path):
    """The documents there are read once, by their own paths."""
    folder = write_tree(tmp_path / "vault", {"a/b.md": "x"})
    (folder / "link").symlink_to(folder / "a")
    report = import_tree({})
    assert report.outcomes == {Outcome.IMPORTED: 1}
    (problem,) = report.problems
    assert problem.path == "link" and "it is a link to a folder" in problem.message


def test_a_huge_file_is_skipped_without_reading_it(import_tree, tmp_path):
    folder = write_tree(tmp_path / "vault", {"a.md": "x"})
    with open(folder / "huge.md", "wb") as stream:
        stream.truncate(100_000_000)
    report = import_tree({})
    assert report.outcomes == {Outcome.IMPORTED: 1, Outcome.SKIPPED: 1}
    assert f"Up to {markdown_files.MAX_SIZE:,} are allowed" in next(iter(report.skipped)).message


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.md")
    with pytest.raises(FileError) as caught:
        run_import(tmp_path / "a.md")
    assert caught.value.problem == "it is not a regular file."


def test_names_in_any_script_and_normalization_resolve(import_tree):
    import_tree({"e\u0301te\u0301.md": "x", "سلام.md": "x", "I.md": "[[\u00e9t\u00e9]] [[سَلام]]"})
    assert Article.objects.filter(slug__in=["\u00e9t\u00e9", "سلام"]).count() == 2


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("[[b/e\u0301te\u0301]]", "[[b/\u00e9t\u00e9]]"),
        ("[x](b/e\u0301te\u0301.md)", "[x](/articles/\u00e9t\u00e9-b/)"),
        ("[x](b/e%CC%81te%CC%81.md)", "[x](/articles/\u00e9t\u00e9-b/)"),
        ("![[e\u0301.png]]", "![[\u00e9.png]]"),
    ],
)
def test_links_in_another_normalization_than_the_files_resolve(import_tree, link, expected):
    notes = dict.fromkeys(("\u00e9t\u00e9.md", "b/\u00e9t\u00e9.md"), "x")
    report = import_tree({**notes, "b/\u00e9.png": b"\x89PNG", "a.md": link})
    body = Article.objects.get(title="a").body
    assert unicodedata.normalize("NFC", unquote(body)) == expected
    assert report.links.resolved == 1


@pytest.fixture
def vault(separate_connections, tmp_path):
    notes = {f"{number}.md": f"[[{number - 1}]] words ![[a.png]]" for number in range(8)}
    return write_tree(tmp_path / "vault", {**notes, "a.png": b"1"})


def test_a_killed_import_writes_nothing_and_can_be_repeated(vault, tmp_path):
    work = partial(run_import, vault, inline_tags=True)
    count = count_statements(partial(work, dry_run=True), tmp_path / "count")
    for at in points(count, KILLED):
        assert run_and_kill(work, at)
        assert not Article.objects.exists() and not ImportedDocument.objects.exists()
    assert work().outcomes == {Outcome.IMPORTED: 8}
    assert work().outcomes == {Outcome.UNCHANGED: 8}


def test_of_two_imports_at_once_the_second_one_waits(vault):
    reports = []
    with during(lambda: reports.append(run_import(vault))):
        reports.append(patiently(lambda: run_import(vault)))
    outcomes = sorted((report.outcomes for report in reports), key=lambda row: row.total())
    assert sum(outcomes, Counter()) == {Outcome.IMPORTED: 8, Outcome.UNCHANGED: 8}
    assert Article.objects.count() == 8
