"""Check prose with proselint: the documents, the UI strings, and the docstrings and comments."""

import ast
import io
import json
import subprocess
import sys
import tempfile
import tokenize
from collections.abc import Iterator
from pathlib import Path

from babel.messages import pofile

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "CHANGELOG.md", *map(str, sorted((ROOT / "docs").glob("*.md"))))
CATALOG = ROOT / "articles" / "locale" / "ar" / "LC_MESSAGES" / "django.po"
# Quotation marks in code are straight, and headings and labels repeat words.
CONFIG = {"checks": {"typography": False, "lexical_illusions": False}}


def ui_strings() -> Iterator[str]:
    """Yield every English message of the catalog."""
    with CATALOG.open("rb") as source:
        for message in pofile.read_po(source):
            yield from [message.id] if isinstance(message.id, str) else message.id


def docstrings_and_comments() -> Iterator[str]:
    """Yield every docstring and comment of the app and the project."""
    for folder in ("articles", "site"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                    yield f"{path.relative_to(ROOT)}: {ast.get_docstring(node) or ''}"
            for token in tokenize.generate_tokens(io.StringIO(source).readline):
                if token.type == tokenize.COMMENT:
                    yield f"{path.relative_to(ROOT)}: {token.string.removeprefix('#')}"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        files = {
            "config.json": json.dumps(CONFIG),
            "ui-strings.md": "\n\n".join(ui_strings()),
            "docstrings-and-comments.md": "\n\n".join(docstrings_and_comments()),
        }
        config, *prose = (Path(folder, name) for name in files)
        for path, text in zip((config, *prose), files.values(), strict=True):
            path.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "proselint", "check", "--config", config]
        return subprocess.run([*command, *DOCUMENTS, *prose], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
