"""Rules of the code base that no linter checks."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
MAX_LINES = 500
# A condition on the status in any form: filter(), exclude(), Q().
STATUS_CONDITION = re.compile(r"(?:filter|exclude|Q)\(\s*\w*status(?:__\w+)?=")
INLINE = re.compile(
    r"""\sstyle\s*=            # a style attribute
      | <style\b
      | \son[a-z]+\s*=["']     # an event handler
      | javascript:
      | <script\b(?![^>]*\bsrc=)(?!\ type="application/ld\+json">)
    """,
    re.IGNORECASE | re.VERBOSE,
)


UNBOUNDED_CACHE = re.compile(r"@(functools\.)?cache\b|lru_cache\((maxsize=)?None")


def relative(paths: list[Path]) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in paths)


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in (ROOT / folder).rglob("*.py")]


def test_site_is_a_plain_folder():
    """With an ``__init__.py`` it would hide Python's own site module."""
    assert not (ROOT / "site" / "__init__.py").exists()
    assert not (ROOT / "site.py").exists()


def test_modules_are_short():
    paths = [path for path in modules("articles", "site") if path.parent.name != "migrations"]
    long = [path for path in paths if count_lines(path) > MAX_LINES]
    assert relative(long) == []


def test_every_cache_has_a_maximum_size():
    paths = [
        path for path in modules("articles", "site") if UNBOUNDED_CACHE.search(path.read_text())
    ]
    assert relative(paths) == []


def count_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_only_models_have_conditions_on_the_status():
    allowed = ROOT / "articles" / "models", ROOT / "articles" / "migrations"
    with_condition = [
        path
        for path in modules("articles")
        if not set(allowed) & set(path.parents) and STATUS_CONDITION.search(path.read_text())
    ]
    assert relative(with_condition) == []


@pytest.mark.parametrize("folder", ["templates", "articles"])
def test_templates_comply_with_the_csp(folder):
    templates = list((ROOT / folder).rglob("*.html"))
    inline = [path for path in templates if INLINE.search(path.read_text(encoding="utf-8"))]
    assert relative(inline) == []


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        '<a href="#" onclick="go()">',
        '<a href="javascript:go()">',
        "<script>go()</script>",
        '<script type="module">go()</script>',
    ],
)
def test_inline_code_is_detected(html):
    assert INLINE.search(html)


@pytest.mark.parametrize(
    "html",
    [
        '<script type="module" src="/static/articles/x.js"></script>',
        '<script type="application/ld+json">{}</script>',
    ],
)
def test_the_csp_allows_modules_of_the_site_and_data_blocks(html):
    assert not INLINE.search(html)


def test_the_paths_of_the_makefile_are_relative():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert not re.search(r"\$\(CURDIR\)|\$\(shell|\$\(abspath|\$\{?PWD", makefile)
