"""Waiting for changes of files."""

import shutil

import pytest
from watchfiles import Change

from articles.syncing.watching import _concerns_us, watch

pytestmark = pytest.mark.once


def test_a_folder_that_takes_the_place_of_another_one_is_watched(tmp_path):
    folder, other = tmp_path / "tree", tmp_path / "other"
    for path in (folder, other):
        (path / "articles").mkdir(parents=True)
        (path / "articles/a.md").write_text("")
    changes = watch(folder)
    next(changes)
    shutil.rmtree(folder)
    next(changes)
    other.rename(folder)
    next(changes)
    (folder / "articles/a.md").write_text("Words.")
    next(changes)


@pytest.mark.parametrize(
    ("change", "name", "expected"),
    [
        (Change.modified, "articles/a.md", True),
        (Change.modified, "articles/a.md~", False),
        (Change.modified, "articles/.a.md.swp", False),
        # The sync writes it, and whoever deletes it has settled the conflict.
        (Change.added, "articles/a.conflict.md", False),
        (Change.deleted, "articles/a.conflict.md", True),
    ],
)
def test_what_editors_write_beside_documents_is_no_change(change, name, expected):
    assert _concerns_us(change, f"/tree/{name}") is expected
