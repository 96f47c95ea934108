"""Fixtures for the tests of imports."""

import pytest

from tests.importing.trees import run_import, write_tree


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def import_tree(tmp_path, db):
    """Write files to a folder, which keeps those of earlier calls, and import it."""

    def import_tree(files, **options):
        return run_import(write_tree(tmp_path / "vault", files), **options)

    return import_tree
