"""Word, OpenDocument and HTML files are read by pandoc, safely.

A fake pandoc tells how it is called and what becomes of its output; where the real one is
installed, it converts a document that it has made.
"""

import os
import shutil
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest

from articles.files import FileError
from articles.importing import pandoc
from articles.importing.documents import Problem, ReadDocument, SkippedDocument, SourceDocument
from articles.importing.options import ImportOptions
from articles.importing.trees import FolderTree

FAKE = """import json, os, pathlib, sys
arguments = sys.argv[1:]
output = [a for a in arguments if a.startswith("--output=")][0].partition("=")[2]
{body}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.mkdir()
    return path


def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Put a program named pandoc on the path, which runs `body`."""
    program = tmp_path / "bin" / "pandoc"
    program.parent.mkdir()
    script = program.with_suffix(".py")
    script.write_text(FAKE.format(body=body))
    # Not as the interpreter of the script: its path may have a space.
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def read(folder: Path) -> list[ReadDocument]:
    return list(pandoc.read_with_pandoc(FolderTree(folder), ImportOptions()))


def test_the_message_says_how_to_get_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.docx").write_bytes(b"x")
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(FileError, match="apt install pandoc"):
        read(folder)


def test_output_becomes_a_document_with_its_pictures(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = """
pathlib.Path(output).write_text("A \\\\* title\\nAnn\\nar\\n\\n# H\\n\\n![x](media/i/p.png)\\n")
pathlib.Path("media/i").mkdir(parents=True)
pathlib.Path("media/i/p.png").write_bytes(b"picture")
os.symlink("/etc/passwd", "media/i/secret.png")
"""
    fake(tmp_path, monkeypatch, body)
    (folder / "a.docx").write_bytes(b"x")
    assert read(folder) == [
        SourceDocument(
            path="a.docx",
            body="# H\n\n![x](media/i/p.png)\n",
            line_numbers=(0,),
            title="A * title",
            author="Ann",
            language="ar",
            attachments={"media/i/p.png": b"picture"},
        )
    ]


def test_it_runs_in_its_sandbox_without_secrets_of_the_site(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = (
        'pathlib.Path(output).write_text("\\n\\n\\n" + json.dumps([arguments, dict(os.environ)]))'
    )
    fake(tmp_path, monkeypatch, body)
    monkeypatch.setenv("SECRET_KEY", "secret-of-the-site")
    (folder / "$(touch x); a.html").write_bytes(b"x")
    (document,) = read(folder)
    assert isinstance(document, SourceDocument)
    assert '"--sandbox"' in document.body and '"-M1G"' in document.body
    assert '"--from=html"' in document.body
    assert "secret-of-the-site" not in document.body and "touch" not in document.body


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('sys.exit("[WARNING] a\\nno container")', "pandoc can't read it: no container"),
        ("sys.exit(3)", "pandoc can't read it: it does not say why."),
        ("import time; time.sleep(60)", "pandoc takes more than 1 seconds."),
        ("pass", "pandoc has made nothing of it."),
        ('open(output, "w").truncate(30_000_000)', "It becomes more than 20,000,000 bytes"),
    ],
)
def test_a_document_that_it_can_not_read_is_skipped_with_the_reason(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, body: str, message: str
) -> None:
    monkeypatch.setattr(pandoc, "TIME_LIMIT", 1)
    fake(tmp_path, monkeypatch, body)
    (folder / "a.odt").write_bytes(b"x")
    (only,) = read(folder)
    assert isinstance(only, SkippedDocument)
    assert only.problem.path == "a.odt" and only.problem.message.startswith(message)


def test_a_program_that_can_not_be_run_is_reported(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path, monkeypatch, "pass")
    (tmp_path / "bin" / "pandoc").write_bytes(b"\x7fELF broken")
    (folder / "a.odt").write_bytes(b"x")
    (only,) = read(folder)
    assert isinstance(only, SkippedDocument) and "can't be run" in only.problem.message


def test_large_files_are_skipped(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path, monkeypatch, "pass")
    with (folder / "a.docx").open("wb") as stream:
        stream.truncate(100_000_000)
    (only,) = read(folder)
    assert isinstance(only, SkippedDocument) and "100,000,000 bytes" in only.problem.message


def test_what_html_loses_is_reported(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path, monkeypatch, 'open(output, "w").write("")')
    (folder / "a.html").write_text("<p>\n<iframe src=x></iframe>")
    (document,) = read(folder)
    assert isinstance(document, SourceDocument)
    assert document.problems == (Problem("a.html", 2, "Element <iframe> is left out."),)


MARKDOWN = """---
title: Peace treaties
---

# Introduction

Hello *world*[^1] x~2~, ![alt](p.png) and [link](https://a.b/).

| a | b |
|---|---|
| 1 | 2 |

[^1]: A note.
"""
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)


@pytest.mark.parametrize(
    ("markdown", "title", "body"),
    [("# H\n\nx", "H", "x\n"), ("x\n\n# H", "My file", "x\n\n# H\n")],
)
def test_the_title_is_the_first_heading_or_the_name_of_the_file(
    tmp_path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    markdown: str,
    title: str,
    body: str,
) -> None:
    fake(tmp_path, monkeypatch, f'pathlib.Path(output).write_text("\\n" * 3 + {markdown!r})')
    (folder / "sub").mkdir()
    (folder / "sub" / "My file.html").write_bytes(b"x")
    (document,) = read(folder)
    assert isinstance(document, SourceDocument)
    assert (document.title, document.body) == (title, body)


def test_the_real_pandoc_reads_what_it_writes(folder: Path, tmp_path: Path) -> None:
    """Where it is not installed, there is only the message about that, tested above."""
    if not shutil.which("pandoc"):
        return
    (tmp_path / "p.png").write_bytes(PNG)
    (tmp_path / "a.md").write_text(MARKDOWN)
    (folder / "b.docx").write_bytes(b"no document")
    (folder / "c.html").write_text(
        '<p><img src="file:///etc/passwd">a <b onclick="x">b</b> %%c%% d==e ^[f]</p>'
    )
    for name in ("a.docx", "d.odt"):
        command = ["pandoc", "a.md", "--standalone", "-o", str(folder / name)]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    word, broken, html, text = read(folder)
    assert isinstance(word, SourceDocument) and isinstance(text, SourceDocument)
    assert word.title == "Peace treaties"
    assert "Hello *world*[^1] x<sub>2</sub>, ![alt](media/" in word.body
    assert "| 1   | 2   |" in word.body and "[^1]: A note." in word.body
    assert list(word.attachments.values()) == [PNG]
    assert "Hello *world*[^1]" in text.body
    assert isinstance(broken, SkippedDocument)
    assert "couldn't unpack docx container" in broken.problem.message
    assert isinstance(html, SourceDocument) and "a **b**" in html.body
    # These would begin a comment, a highlight and a note.
    assert r"\%\%c\%\% d\=\=e \^[f\]" in html.body
    assert not html.attachments
