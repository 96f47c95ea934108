"""The arguments of the benchmark."""

import pytest

from tests.bench import __main__ as bench


def test_a_folder_that_does_not_exist_is_created(tmp_path, monkeypatch):
    folder = tmp_path / "new" / "sites"
    monkeypatch.setattr("sys.argv", ["bench", "--folder", str(folder)])
    assert bench.parse_arguments().folder == folder and folder.is_dir()


def test_a_file_is_no_folder(tmp_path, monkeypatch, capsys):
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setattr("sys.argv", ["bench", "--folder", str(file)])
    with pytest.raises(SystemExit) as error:
        bench.parse_arguments()
    assert error.value.code == 2 and str(file) in capsys.readouterr().err
