"""Migrations of releases are frozen: databases have applied them already.

Each release has a folder here with the checksums of its migrations, in the format of `sha256sum`;
`store` writes it.
"""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings

from articles import VERSION
from tests.upgrades.sites import RELEASES, released_migrations

HEADING = re.compile(r"^## (\d+\.\d+\.\d+) – \d{4}-\d\d-\d\d$", re.MULTILINE)


@pytest.mark.parametrize(("path", "checksum"), list(released_migrations().items()))
def test_a_released_migration_stays_as_it_is(path, checksum):
    current = hashlib.sha256(Path(settings.BASE_DIR, path).read_bytes()).hexdigest()
    assert current == checksum, f"{path} is released: add a migration instead of changing it"


def test_the_releases_of_the_changelog_are_stored_and_the_newest_is_the_version():
    changelog = Path(settings.BASE_DIR, "CHANGELOG.md").read_text(encoding="utf-8")
    releases = HEADING.findall(changelog)
    assert releases[0] == VERSION
    assert sorted(releases) == RELEASES
