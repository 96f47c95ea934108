"""Migrations of releases are frozen: databases have applied them already.

Each release has a folder here with the checksums of its migrations, in the format of `sha256sum`.
"""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings

from articles import VERSION

RELEASES = Path(__file__).parent
MIGRATIONS = Path(settings.BASE_DIR, "articles", "migrations")
CHECKSUMS = sorted(RELEASES.glob("*/migrations.sha256"))
HEADING = re.compile(r"^## (\d+\.\d+\.\d+) – \d{4}-\d\d-\d\d$", re.MULTILINE)


def released():
    for file in CHECKSUMS:
        for line in file.read_text().splitlines():
            checksum, name = line.split("  ")
            yield pytest.param(name, checksum, id=f"{file.parent.name}/{name}")


@pytest.mark.parametrize(("name", "checksum"), list(released()))
def test_a_released_migration_stays_as_it_is(name, checksum):
    current = hashlib.sha256((MIGRATIONS / name).read_bytes()).hexdigest()
    assert current == checksum, f"{name} is released: add a migration instead of changing it"


def test_the_releases_of_the_changelog_have_checksums_and_the_newest_is_the_version():
    changelog = Path(settings.BASE_DIR, "CHANGELOG.md").read_text(encoding="utf-8")
    releases = HEADING.findall(changelog)
    assert releases[0] == VERSION
    assert {file.parent.name for file in CHECKSUMS} == set(releases)
