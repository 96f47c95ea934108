"""What counts as lost."""

from tests.operations.editors import Editor
from tests.operations.faults import lost_saves


def test_an_acknowledged_save_that_is_not_stored_is_lost(on_sqlite):
    editor = Editor(on_sqlite, "editor1", 1)
    editor.tried, editor.acknowledged = ["editor1 saved 0."], ["editor1 saved 0."]
    assert lost_saves(on_sqlite, [editor]) == []
    editor.tried.append("editor1 saved 1.")
    editor.acknowledged.append("editor1 saved 1.")
    # It is in no revision, and not in the newest.
    assert lost_saves(on_sqlite, [editor]) == ["editor1 saved 1."] * 2
