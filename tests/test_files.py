"""Listing, reading and writing the files of a folder."""

import os
import stat
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from articles import files
from articles.files import FileError, read, walk, write_if_changed, write_lines

ROOT = Path(files.__file__).parents[1]


def create(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def names(listing):
    return [entry.name for entry in listing.files]


def test_files_are_listed_by_name_with_their_sizes(tmp_path):
    create(tmp_path, "b.md", "a/z.md", "a.md", "سلام.md", "Z.md")
    listing = walk(tmp_path)
    assert names(listing) == ["Z.md", "a.md", "a/z.md", "b.md", "سلام.md"]
    assert listing.files[0].size == 4
    assert not listing.problems


def test_hidden_files_and_folders_are_skipped(tmp_path):
    create(tmp_path, "a.md", ".b.md", ".git/c.md", "d/.e.md")
    assert names(walk(tmp_path)) == ["a.md"]


def test_a_link_that_leads_out_of_the_folder_is_a_problem(tmp_path):
    create(tmp_path, "secret.md", "tree/a.md", "outside/b.md")
    tree = tmp_path / "tree"
    (tree / "file.md").symlink_to(tmp_path / "secret.md")
    (tree / "relative.md").symlink_to("../secret.md")
    (tree / "folder").symlink_to(tmp_path / "outside")
    (tree / "up").symlink_to("..")
    listing = walk(tree)
    assert names(listing) == ["a.md"]
    assert [problem.path for problem in listing.problems] == [
        "file.md", "folder", "relative.md", "up",
    ]  # fmt: skip
    assert "out of the folder" in str(listing.problems[0])


def test_a_link_to_a_hidden_file_is_a_problem(tmp_path):
    create(tmp_path, ".env")
    (tmp_path / "a.md").symlink_to(".env")
    assert [str(problem) for problem in walk(tmp_path).problems] == [
        "a.md: it is a link to a hidden file. Copy the file instead."
    ]


def test_a_link_within_the_folder_counts_as_its_target(tmp_path):
    create(tmp_path, "shared/b.md")
    (tmp_path / "a.md").symlink_to("shared/b.md")
    listing = walk(tmp_path)
    assert names(listing) == ["a.md", "shared/b.md"]
    assert read(listing.files[0]) == b"shared/b.md"


def test_links_to_folders_make_no_circles(tmp_path):
    create(tmp_path, "a/b.md")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to("self")
    listing = walk(tmp_path)
    assert names(listing) == ["a/b.md"]
    assert [problem.path for problem in listing.problems] == ["a/self"]


def test_the_folder_itself_may_be_behind_a_link(tmp_path):
    create(tmp_path, "real/a.md")
    (tmp_path / "link").symlink_to("real")
    assert names(walk(tmp_path / "link")) == ["a.md"]


def test_a_link_that_leads_nowhere_is_a_problem(tmp_path):
    (tmp_path / "a.md").symlink_to("gone.md")
    assert "leads nowhere" in str(walk(tmp_path).problems[0])


def test_names_are_in_one_normalization(tmp_path):
    name = unicodedata.normalize("NFD", "défense.md")
    create(tmp_path, name)
    assert names(walk(tmp_path)) == [unicodedata.normalize("NFC", name)]


def test_two_names_that_differ_in_normalization_only_are_a_problem(tmp_path):
    decomposed = unicodedata.normalize("NFD", "défense.md")
    create(tmp_path, decomposed, "défense.md")
    listing = walk(tmp_path)
    assert [entry.path.name for entry in listing.files] == ["défense.md"]
    assert "normalization only" in str(listing.problems[0])


def test_a_name_that_is_not_utf_8_is_a_problem(tmp_path):
    with open(bytes(tmp_path) + b"/\xe9.md", "wb"):
        pass
    assert [str(problem) for problem in walk(tmp_path).problems] == [
        "\\udce9.md: its name is not UTF-8. Rename it."
    ]


def test_a_line_break_in_a_name_does_not_break_the_message():
    assert str(FileError("a\nb\u202ec.md", "wrong.")) == "a\\nb\\u202ec.md: wrong."
    assert str(FileError("می‌خواهم.md", "wrong.")) == "می‌خواهم.md: wrong."


def test_what_is_no_regular_file_is_a_problem(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    assert "not a regular file" in str(walk(tmp_path).problems[0])


def test_a_folder_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(FileError, match="no such file"):
        walk(tmp_path / "gone")
    create(tmp_path, "a.md")
    with pytest.raises(FileError, match="not a directory"):
        walk(tmp_path / "a.md")


def test_folders_may_be_nested_deeply(tmp_path):
    path = tmp_path
    for _level in range(1200):
        path = path / "d"
        path.mkdir()
    (path / "a.md").touch()
    listing = walk(tmp_path)
    (path / "a.md").unlink()
    while path != tmp_path:
        path.rmdir()
        path = path.parent
    assert len(listing.files) == 1


def test_what_may_not_be_read_is_a_problem(unprivileged_folder):
    create(unprivileged_folder, "a.md", "closed/b.md")
    (unprivileged_folder / "a.md").chmod(0)
    (unprivileged_folder / "closed").chmod(0)
    listing = walk(unprivileged_folder)
    (unprivileged_folder / "closed").chmod(0o700)
    assert [str(problem) for problem in listing.problems] == ["closed: permission denied."]
    with pytest.raises(FileError, match=r"^a\.md: permission denied\.$"):
        read(listing.files[0])


def test_a_file_that_is_gone_since_is_an_error(tmp_path):
    create(tmp_path, "a.md")
    (entry,) = walk(tmp_path).files
    entry.path.unlink()
    with pytest.raises(FileError, match=r"a\.md: no such file"):
        read(entry)


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    with open(tmp_path / "a.md", "wb") as stream:
        stream.truncate(100_000_000)
    (entry,) = walk(tmp_path).files
    with pytest.raises(FileError, match=r"it has 100,000,000 bytes\. Up to 1,000 are allowed\."):
        read(entry, 1000)
    (tmp_path / "a.md").write_bytes(b"x" * 20)
    assert read(walk(tmp_path).files[0], 20) == b"x" * 20


def test_a_file_that_has_grown_since_is_not_read_completely(tmp_path):
    create(tmp_path, "a.md")
    (entry,) = walk(tmp_path).files
    entry.path.write_bytes(b"x" * 2000)
    with pytest.raises(FileError, match=r"1,001 bytes"):
        read(entry, 1000)


def test_a_file_that_has_grown_within_the_limit_is_read_to_its_end(tmp_path):
    create(tmp_path, "a.md")
    (entry,) = walk(tmp_path).files
    entry.path.write_bytes(b"x" * 900)
    assert read(entry, 1000) == b"x" * 900


def test_a_file_is_written_only_if_its_content_changes(tmp_path):
    path = tmp_path / "a.md"
    assert write_if_changed(path, b"old")
    os.utime(path, (1, 1))
    assert not write_if_changed(path, b"old")
    assert path.stat().st_mtime == 1
    assert write_if_changed(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a.md"]


def test_a_new_file_has_the_usual_permissions_and_an_old_one_keeps_its_own(tmp_path):
    create(tmp_path, "usual.md")
    write_if_changed(tmp_path / "new.md", b"")
    assert (tmp_path / "new.md").stat().st_mode == (tmp_path / "usual.md").stat().st_mode
    (tmp_path / "new.md").chmod(0o640)
    write_if_changed(tmp_path / "new.md", b"x")
    assert stat.S_IMODE((tmp_path / "new.md").stat().st_mode) == 0o640


def test_a_link_is_replaced_and_its_target_stays(tmp_path):
    create(tmp_path, "outside.md")
    (tmp_path / "a.md").symlink_to("outside.md")
    assert write_if_changed(tmp_path / "a.md", b"new")
    assert not (tmp_path / "a.md").is_symlink()
    assert (tmp_path / "outside.md").read_text() == "outside.md"


def test_what_can_not_be_written_is_an_error_and_leaves_nothing(tmp_path):
    with pytest.raises(FileError, match="no such file"):
        write_if_changed(tmp_path / "gone" / "a.md", b"")
    (tmp_path / "a.md").mkdir()
    with pytest.raises(FileError, match="is a directory"):
        write_if_changed(tmp_path / "a.md", b"")
    assert os.listdir(tmp_path) == ["a.md"]


def test_a_full_disk_leaves_the_old_file(tmp_path):
    """With a limit on the size of files, which fails like a disk without space."""
    create(tmp_path, "a.md")
    program = (
        "import resource, signal, sys; from pathlib import Path; from articles import files\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try: files.write_if_changed(Path(sys.argv[1]), b'x' * 1_000_000)\n"
        "except files.FileError as error: print(error)"
    )
    arguments = [sys.executable, "-c", program, str(tmp_path / "a.md")]
    run = subprocess.run(arguments, capture_output=True, text=True, cwd=ROOT)
    assert run.stdout == f"{tmp_path}/a.md: file too large.\n", run.stderr
    assert (tmp_path / "a.md").read_text() == "a.md"
    assert os.listdir(tmp_path) == ["a.md"]


@pytest.mark.parametrize("through_link", [False, True])
def test_lines_are_written_to_a_pipe_and_do_not_replace_it(tmp_path, through_link):
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    # Open for reading and writing, so that neither end waits for the other one.
    descriptor = os.open(pipe, os.O_RDWR)
    try:
        write_lines(link if through_link else pipe, ["a", "سلام"])
        assert os.read(descriptor, 100).decode() == "a\nسلام\n"
    finally:
        os.close(descriptor)
    assert stat.S_ISFIFO(pipe.lstat().st_mode) and link.is_symlink()


def test_lines_replace_a_file_and_refuse_a_folder(tmp_path):
    write_lines(tmp_path / "a", ["old"] * 9)
    write_lines(tmp_path / "a", ["new"])
    assert (tmp_path / "a").read_text() == "new\n"
    with pytest.raises(FileError, match="is a directory"):
        write_lines(tmp_path, ["x"])
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]
