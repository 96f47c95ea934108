"""Waiting for changes of files."""

import shutil

import pytest

from articles.syncing.watching import watch

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
