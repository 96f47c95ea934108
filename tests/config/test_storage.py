"""Static files in production, and the size of the first article page with its files."""

import io
import os
import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles.finders import get_finder
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import CommandError, call_command
from django.test import Client

MAX_SIZE = 40_000
STATIC_URL = re.compile(r'(?:href|src)="/static/([^"]+)"')
STYLESHEET = re.compile(r'<link rel="stylesheet" href="/static/([^"]+)">')
SCRIPT = re.compile(r"<script[^>]*>")
IMPORTED = re.compile(r'from "\./([^"]+)"')


@pytest.fixture
def collected(settings, tmp_path):
    """The folder of the collected files, which pages link to."""
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
    """Return a module and those that it imports."""
    modules = {script}
    for name in IMPORTED.findall((folder / script).read_text()):
        modules |= with_imports(f"{script.rpartition('/')[0]}/{name}", folder)
    return modules


def compressed_size(file):
    compressed = file.with_name(f"{file.name}.br")
    return (compressed if compressed.exists() else file).stat().st_size


def test_only_one_style_sheet_blocks_rendering(page, collected):
    html = page.decode()
    [name] = STYLESHEET.findall(html)
    assert html.count('rel="stylesheet"') == 1
    assert "@import" not in (collected / name).read_text()
    for script in SCRIPT.findall(html):
        assert 'type="module"' in script or 'type="application/ld+json"' in script


def test_the_first_article_page_is_small(page, collected):
    names = set(STATIC_URL.findall(page.decode()))
    scripts = set().union(*(with_imports(n, collected) for n in names if n.endswith(".js")))
    assert len(scripts) > 5, "a module and its imports"
    total = sum(compressed_size(collected / name) for name in names | scripts)
    assert 10_000 < len(brotli.compress(page, quality=5)) + total < MAX_SIZE


def test_file_names_have_a_hash_of_their_content(page, collected):
    for name in STATIC_URL.findall(page.decode()):
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", name) and (collected / name).exists()


@pytest.fixture
def source(settings, tmp_path):
    """A folder of static files that a test may change."""
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    settings.WHITENOISE_AUTOREFRESH = False
    settings.STATICFILES_DIRS[0].mkdir()
    get_finder.cache_clear()
    yield settings.STATICFILES_DIRS[0]
    get_finder.cache_clear()


def test_files_of_the_previous_version_are_served_after_an_upgrade(source, collected, db):
    names = []
    for version in (1, 2):
        (source / "style.css").write_text(f"a {{ order: {version} }}" + " " * 1000)
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin"])
        names.append(staticfiles_storage.url("style.css"))
    assert names[0] != names[1]
    client = Client()
    for version, name in enumerate(names, start=1):
        response = client.get(name, headers={"Accept-Encoding": "identity"})
        assert f"order: {version}" in b"".join(response.streaming_content).decode()


@pytest.fixture
def few_files(source, settings, tmp_path):
    """A folder of collected files, of the folder `source` only."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "config.storage.HashedStaticFiles"},
    }
    return settings.STATIC_ROOT


def collect(source, version):
    """Collect the files of a version, and return the names that they get."""
    (source / "style.css").write_text(f"a {{ order: {version} }}" + " " * 1000)
    (source / "map.svg").write_text(f"<svg>{version}</svg>")
    call_command("collectstatic", interactive=False, verbosity=0)
    return {staticfiles_storage.stored_name(name) for name in ("style.css", "map.svg")}


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def prune(days):
    out = io.StringIO()
    call_command("prune_static_files", days=days, stdout=out)
    return out.getvalue()


def test_files_of_this_and_the_previous_version_are_never_pruned(source, few_files):
    with pytest.raises(CommandError, match=r"Run “manage\.py collectstatic”"):
        prune(0)
    versions = [collect(source, version) for version in (1, 2, 3)]
    collect(source, 3)  # Without changes: the previous version is still the second one.
    for path in few_files.rglob("*"):
        os.utime(path, (0, 0))
    assert prune(30) == "Deleted 4 static files of former versions.\n"
    assert versions[1] | versions[2] | {"style.css", "staticfiles.json"} <= names(few_files)
    assert not versions[0] & names(few_files)
    assert prune(0).startswith("Deleted 0 ")


def test_files_that_were_replaced_a_few_days_ago_are_not_pruned(source, few_files):
    old = collect(source, 1)
    for path in few_files.rglob("*"):
        os.utime(path, (0, 0))
    for version in (2, 3):
        collect(source, version)
    assert prune(30).startswith("Deleted 0 ") and old <= names(few_files)
    with pytest.raises(CommandError, match="--days is a number from 0"):
        prune(-1)
