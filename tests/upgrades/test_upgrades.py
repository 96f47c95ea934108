"""A small database of each release, upgraded to the present version, and back by one step."""

from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from tests.upgrades.sites import RELEASES, dump_of, empty_site, inserts, released_migrations

# Before the first migration that is not released, so many more are undone.
STEPS = 3
# Content, and what it refers to. The statistics of the search index are derived by the database.
TABLES_OF_CONTENT = ("articles_", "auth_user")
DERIVED = ("articles_search", "articles_searchterm", "articles_contentversion", "auth_user_groups")
# Paths, and what their responses contain.
PAGES = {
    "/": "Concord",
    "/articles/": "Concord",
    "/articles/concord/": "Not",
    "/articles/war/": "Concord",
    "/tags/": "law",
    "/tags/law/": "Concord",
    "/feed/": "Concord",
    "/map/": "Concord",
    "/search/?q=war": "War",
    "/api/v1/articles/concord": "Concord",
    "/articles/concord.md": "title: Concord",
}
# Prints what is wrong on these pages, and counts rows.
REPORT = f"""
from django.test import Client
from articles.models import Article, Draft, Revision, TrashedArticle, WorkingCopy

client = Client(SERVER_NAME="localhost")
for path, text in {PAGES}.items():
    response = client.get(path)
    if response.status_code != 200 or text not in response.text:
        print(path, response.status_code)
print(client.get("/articles/deleted/").status_code)
print(*(model.objects.count() for model in (Article, Draft, Revision, TrashedArticle)))
"""
MIGRATE = ("migrate", "--verbosity=0")
# The second one fails if something is stale.
REBUILD = ("rebuild", "--verbosity=0"), ("rebuild", "--check")


@pytest.fixture(scope="module", params=RELEASES)
def release(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def upgraded(release, tmp_path_factory):
    """The site of a release after `migrate` and `rebuild`."""
    with empty_site(tmp_path_factory.mktemp("upgrade")) as site:
        site.execute(dump_of(release))
        site.call(MIGRATE, *REBUILD)
        yield site


def test_the_pages_of_an_upgraded_site_are_there_and_no_content_is_lost(upgraded):
    assert upgraded.shell(REPORT).splitlines() == ["410", "6 2 9 1"]


def test_documents_of_before_the_upgrade_write_no_revision(upgraded, tmp_path):
    file = str(tmp_path / "all.md")
    dump = ("dumpdata", "articles.article", "--format=md", "-o", file, "--verbosity=0")
    load = ("loaddata", file, "--verbosity=0")
    assert upgraded.call(dump, load, code=REPORT).splitlines() == ["410", "6 2 9 1"]


def steps_back(app: str) -> list[tuple[str, str]]:
    """Return what to migrate to, one after the other: before each migration that is not released,
    and before the last ones that are."""
    names = sorted(name for label, name in MigrationLoader(None).disk_migrations if label == app)
    released = {Path(path).stem for path in released_migrations() if app in path}
    first = max(len(released) - STEPS, 0)
    return [(app, name) for name in reversed(["zero", *names][first:-1])]


def test_each_migration_can_be_undone_and_applied_again_with_content(upgraded, tmp_path):
    steps = [step for app in ("articles", "accounts") for step in steps_back(app)]
    assert len(steps) > STEPS
    migrations = [(*MIGRATE, *step) for step in steps] + [MIGRATE]
    files = tmp_path / "before.json", tmp_path / "after.json"
    dump = ("dumpdata", "articles", "--natural-primary", "--natural-foreign", "--verbosity=0")
    before, after = ((*dump, "-o", str(file)) for file in files)
    upgraded.call(before, *migrations, after, *REBUILD)
    assert files[0].read_text() == files[1].read_text()


def test_processes_of_the_release_can_write_while_the_site_is_upgraded(
    release, upgraded, tmp_path
):
    with empty_site(tmp_path) as old:
        old.execute(dump_of(release))
        before, after = old.tables(), upgraded.tables()
    for table, columns in before.items():
        assert columns.keys() <= after[table].keys(), f"{table} lacks columns of {release}"
        required = {name for name, optional in after[table].items() if not optional}
        assert required <= columns.keys(), f"{table}: new columns need db_default or null=True"


@pytest.fixture
def migrated(tmp_path):
    """A new site without rows."""
    with empty_site(tmp_path) as site:
        site.call(MIGRATE)
        yield site


def test_what_processes_of_the_release_write_is_complete(release, migrated):
    rows = [
        statement
        for table, statement in inserts(dump_of(release))
        if table.startswith(TABLES_OF_CONTENT) and table not in DERIVED
        if not table.startswith("articles_search_")
    ]
    assert len(rows) > 50
    migrated.execute("BEGIN;\n" + "\n".join(rows) + "\nCOMMIT;")
    output = migrated.call(*REBUILD, code=REPORT)
    assert output.splitlines()[-2:] == ["410", "6 2 9 1"]
