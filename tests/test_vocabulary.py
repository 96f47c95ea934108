"""Identifiers use the standard terms of the field, not a vocabulary of our own."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# Words that once named everything. Each stood for a term that readers know: result, match, query,
# existing, selected, position, visible …
AVOIDED = frozenset(
    [
        "anew",
        "asked",
        "asks",
        "begun",
        "chosen",
        "elsewhere",
        "found",
        "given",
        "kept",
        "known",
        "lacking",
        "meant",
        "named",
        "place",
        "places",
        "said",
        "seen",
        "shown",
        "somebody",
        "sought",
        "told",
        "whoever",
        "written",
    ]
)
# Names that Django, Python or the web give.
STANDARD = frozenset(("page_not_found", "HttpResponseNotFound", "NotFound", "save_in_place"))
PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def identifiers(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the names that a module defines: functions, classes, arguments, variables."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno


def words(identifier: str) -> set[str]:
    """
    >>> sorted(words("_readNamedThings"))
    ['named', 'read', 'things']
    """
    return {part.lower() for part in PART.findall(identifier)}


@pytest.mark.parametrize("folder", ["articles", "site", "tests"])
def test_identifiers_use_standard_terms(folder):
    paths = [path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]
    avoided = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in sorted(paths)
        for name, line in identifiers(ast.parse(path.read_text(encoding="utf-8")))
        if words(name) & AVOIDED and name not in STANDARD and not name.startswith("test_")
    ]
    assert avoided == []
