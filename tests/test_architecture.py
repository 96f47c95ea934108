"""The shape of the code that no tool looks after."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LINES = 500
INLINE = re.compile(
    r"""\sstyle\s*=            # a style attribute
      | <style\b
      | \son[a-z]+\s*=["']     # an event handler
      | javascript:
      | <script\b(?![^>]*\bsrc=)(?!\ type="application/ld\+json">)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def relative(paths: list[Path]) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in paths)


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in (ROOT / folder).rglob("*.py")]


def test_nothing_here_hides_pythons_own_site_module():
    assert not (ROOT / "site" / "__init__.py").exists()
    assert not (ROOT / "site.py").exists()


def test_no_file_is_too_long_to_be_read():
    written = [path for path in modules("articles", "site") if path.parent.name != "migrations"]
    long = [path for path in written if lines(path) > LINES]
    assert relative(long) == []


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_only_the_models_decide_by_status_what_is_visible():
    models = ROOT / "articles" / "models"
    deciding = [
        path
        for path in modules("articles")
        if models not in path.parents and re.search(r"filter\(\s*status=", path.read_text())
    ]
    assert relative(deciding) == []


@pytest.mark.parametrize("folder", ["templates", "articles"])
def test_no_template_holds_what_the_csp_forbids(folder):
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
def test_the_csp_forbids(html):
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
