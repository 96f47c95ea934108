"""Static files as production serves them, and what a reader's first article weighs with them."""

import re
from pathlib import Path

import brotli
import pytest
from django.core.management import call_command

HEAVIEST = 40_000
ADDRESS = re.compile(r'(?:href|src)="/static/([^"]+)"')
STYLESHEET = re.compile(r'<link rel="stylesheet" href="/static/([^"]+)">')
SCRIPT = re.compile(r"<script[^>]*>")
IMPORTED = re.compile(r'from "\./([^"]+)"')


@pytest.fixture
def collected(settings, tmp_path):
    """The folder of the collected files; pages name them as they are called there."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "config.storage.HashedStaticFiles"},
    }
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin"])
    return settings.STATIC_ROOT


@pytest.fixture
def page(collected, client, db, settings):
    folder = Path(settings.BASE_DIR) / "fixtures"
    articles = sorted((folder / "articles").glob("*.md"), key=lambda file: file.stat().st_size)
    call_command("loaddata", folder / "tags.json", *articles, verbosity=0)
    return client.get(f"/articles/{articles[-1].stem}/").content


def with_imports(script, folder):
    """A module and those that it imports."""
    found = {script}
    for name in IMPORTED.findall((folder / script).read_text()):
        found |= with_imports(f"{script.rpartition('/')[0]}/{name}", folder)
    return found


def weight(file):
    compressed = file.with_name(f"{file.name}.br")
    return (compressed if compressed.exists() else file).stat().st_size


def test_a_page_waits_for_one_style_sheet_and_nothing_else(page, collected):
    html = page.decode()
    [name] = STYLESHEET.findall(html)
    assert html.count('rel="stylesheet"') == 1
    assert "@import" not in (collected / name).read_text()
    for script in SCRIPT.findall(html):
        assert 'type="module"' in script or 'type="application/ld+json"' in script


def test_the_first_article_of_a_reader_weighs_little(page, collected):
    names = set(ADDRESS.findall(page.decode()))
    scripts = set().union(*(with_imports(n, collected) for n in names if n.endswith(".js")))
    assert len(scripts) > 5, "a module and its imports"
    total = sum(weight(collected / name) for name in names | scripts)
    assert 10_000 < len(brotli.compress(page, quality=5)) + total < HEAVIEST


def test_files_are_called_by_what_is_in_them(page, collected):
    for name in ADDRESS.findall(page.decode()):
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", name) and (collected / name).exists()
