"""Dumps of MediaWiki are read page by page; broken ones are refused with the line."""

import bz2
import gzip
import re
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from articles.files import FileError
from articles.importing.documents import Problem, ReadDocument, SkippedDocument, SourceDocument
from articles.importing.mediawiki import is_dump, read_mediawiki
from articles.importing.options import ImportOptions
from articles.importing.trees import FileTree, FolderTree
from tests.importing.trees import run_import

HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" xml:lang="de">
<siteinfo><base>https://wiki.example/wiki/Main</base><namespaces>
<namespace key="0" case="first-letter" /><namespace key="1">Diskussion</namespace>
<namespace key="14">Kategorie</namespace></namespaces></siteinfo>
"""


def page(title: str, *texts: str, ns: int = 0, redirect: str = "") -> str:
    target = f'<redirect title="{redirect}" />' if redirect else ""
    revisions = "".join(
        f"<revision><timestamp>202{number}-02-03T04:05:06Z</timestamp><contributor><username>u"
        f"</username></contributor><model>wikitext</model><text>{escape(text)}</text></revision>"
        for number, text in enumerate(texts)
    )
    return f"<page><title>{title}</title><ns>{ns}</ns>{target}{revisions}</page>\n"


def write(folder: Path, *pages: str, name: str = "dump.xml") -> Path:
    path = folder / name
    content = f"{HEAD}{''.join(pages)}</mediawiki>\n".encode()
    compress = {".bz2": bz2.compress, ".gz": gzip.compress}.get(path.suffix, bytes)
    path.write_bytes(compress(content))
    return path


def documents(path: Path) -> list[ReadDocument]:
    tree = FolderTree(path) if path.is_dir() else FileTree(path)
    return list(read_mediawiki(tree, ImportOptions()))


def skipped(path: Path) -> list[Problem]:
    return [doc.problem for doc in documents(path) if isinstance(doc, SkippedDocument)]


def test_a_page_becomes_a_document_with_its_last_revision(tmp_path: Path) -> None:
    path = write(tmp_path, page("A_b", "old", "'''New'''\n[[Kategorie:Stadt]]\n{{X}}"))
    assert documents(path) == [
        SourceDocument(
            path="A_b",
            body="**New**\n",
            body_line=5,
            line_numbers=(5,),
            file="dump.xml",
            title="A_b",
            urls=("https://wiki.example/wiki/A_b",),
            language="de",
            updated=datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC),
            tags=("Stadt",),
            problems=(
                Problem("dump.xml", 7, "Template {{X}} is not understood: it is left out."),
            ),
        )
    ]


def test_redirects_are_aliases_of_their_target_through_others(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        page("Older", "x", redirect="Old"),
        page("Target", "text"),
        page("Old", "x", redirect="Target#Section"),
        page("Circle", "x", redirect="Circle"),
    )
    (document, circle) = documents(path)
    assert isinstance(document, SourceDocument) and document.aliases == ("Older", "Old")
    assert isinstance(circle, SkippedDocument)
    assert (
        circle.problem.message == "“Circle” redirects to “Circle”, which the dump does not have."
    )


def test_pages_of_other_namespaces_are_skipped_with_the_reason(tmp_path: Path) -> None:
    path = write(tmp_path, page("Diskussion:A", "x", ns=1), page("X:A", "x", ns=99))
    assert [problem.message for problem in skipped(path)] == [
        "“Diskussion:A” is a page of the namespace Diskussion.",
        "“X:A” is a page of the namespace 99.",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<page><title>A</title><ns>0</ns></page>", "“A”: The page has no text."),
        (page("", "x"), "“”: The page has no title."),
        (page("A", "x").replace("wikitext", "json"), "“A”: The page is no wikitext, but json."),
        (page("A", "<div>" * 2000), "“A”: The page has more than 1,000 brackets"),
    ],
)
def test_pages_that_are_no_articles_are_skipped(
    tmp_path: Path, content: str, message: str
) -> None:
    (problem,) = skipped(write(tmp_path, content))
    assert problem.message.startswith(message)


@pytest.mark.parametrize("name", ["d.xml", "d.xml.bz2", "d.xml.gz"])
def test_compressed_dumps_are_read_too(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, page("A", "x"), name=name)
    assert is_dump(FileTree(path))
    assert len(documents(path)) == 1


def test_images_beside_the_dump_are_used_by_any_spelling(tmp_path: Path) -> None:
    write(tmp_path, page("A", "[[File:my map.png]]"))
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "My_map.png").write_bytes(b"x")
    (document,) = documents(tmp_path)
    assert isinstance(document, SourceDocument)
    assert document.body == "![](images/My_map.png)\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f"{HEAD}<page>", "line 5: This is not well-formed XML: no element found."),
        (f"{HEAD}<page></mediawiki>", "line 5: This is not well-formed XML: mismatched tag."),
        (f'{HEAD}<a b="{"x" * 1_800_000}"', "A tag has more than 1,000,000 bytes."),
        ("<mediawiki>" + "<a>" * 60, "line 1: Elements are nested more than 50 levels deep."),
        (f"{HEAD}<page>{'<a/>' * 30_000}", "A record has more than 20,000 elements."),
        (f"{HEAD}<page>\0", "not well-formed"),
        ("<html/>", "it has no dump of MediaWiki"),
        ('<?xml version="1.0" encoding="nope"?><mediawiki/>', "it has no dump of MediaWiki"),
        ("", "it has no dump of MediaWiki"),
    ],
)
def test_a_broken_dump_is_refused_with_the_line(
    tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "dump.xml"
    path.write_text(content)
    with pytest.raises(FileError) as caught:
        documents(path)
    assert message in str(caught.value)


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, page("A", *(str(number) for number in range(99))), name="d.xml.gz")
    content = path.read_bytes()
    path.write_bytes(content[:-20])
    with pytest.raises(FileError, match="The file can't be read"):
        documents(path)


def test_entity_bombs_are_refused_before_they_expand(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 20))
    bomb = f'<!DOCTYPE m [<!ENTITY e0 "lol">{entities}]><mediawiki><page>&e19;</page></mediawiki>'
    path = tmp_path / "dump.xml"
    path.write_text(bomb)
    with pytest.raises(FileError, match="document type declaration"):
        documents(path)


def test_a_large_dump_takes_the_memory_of_one_page(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        texts = (
            page(f"P{number}", f"{number} [[A]] " + "word " * 20_000) for number in range(count)
        )
        path = write(tmp_path, *texts, name=f"{count}.xml")
        tracemalloc.start()
        for _document in read_mediawiki(FileTree(path), ImportOptions()):
            pass
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(1)
    assert peak(40) < 2 * peak(4)


def test_a_page_with_a_long_history_takes_the_memory_of_one_revision(tmp_path: Path) -> None:
    path = write(tmp_path, page("A", *(["word " * 50_000] * 9)))
    tracemalloc.start()
    documents(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 9 * 250_000


def test_links_are_reported_with_their_lines_in_the_dump(tmp_path: Path, db: None) -> None:
    text = (
        "{{Box\n|a=b\n}}\n\n\nAbout [[One_x]].<ref>[[Note]]</ref>\n"
        "* item\n\n\n\n== H ==\n<!-- c\n -->\n[[Two]]\n{|\n| [[Three]]\n|}\n"
    )
    path = write(tmp_path, page("A", text))
    lines = path.read_text().splitlines()
    report = run_import(path)
    assert len(report.wanted) == 4
    for problem in report.wanted:
        name = problem.message.partition("“")[2].partition("”")[0].replace(" ", "[ _]")
        assert re.search(name, lines[problem.line - 1]), problem
