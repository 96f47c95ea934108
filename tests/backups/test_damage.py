"""Files that are no backup, are damaged or newer, or would write where they must not: refused in
one line, and nothing is changed."""

import hashlib
import json
import os
import stat
import zipfile

import pytest
from django.core.management import CommandError

from articles.backups import archives
from articles.backups.manifest import MEDIA, is_relative
from articles.models import Article
from tests.backups.conftest import files, run


@pytest.fixture
def refuse(lost, media, capsys):
    """Return a function that expects that a restore is refused, with a message in one line."""

    def refuse(message, file=lost):
        with pytest.raises(CommandError, match=message) as error:
            run("restore", str(file))
        assert "\n" not in str(error.value)
        assert not Article.objects.exists()
        assert not media.exists() or files(media) == {}
        assert os.listdir(lost.parent) == [lost.name]

    return refuse


def rewrite(file, change_manifest=lambda data: None, change=lambda archive: None, **replaced):
    """Write a backup again, with other members or another manifest, and with a right checksum.

    `replaced` are contents by the beginnings of names.
    """
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    data = json.loads(members.pop("manifest.json"))
    change_manifest(data)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            # The dump of PostgreSQL stays as it is.
            key = "" if name.endswith(".dump") else name.partition(".")[0]
            archive.writestr(name, replaced.get(key, content))
        change(archive)
        archive.writestr("manifest.json", json.dumps(data))
        archive.comment = b"0" * archives.COMMENT_LENGTH
    with open(file, "r+b") as stream:
        archives.seal(stream, int)


def test_a_backup_that_is_written_again_unchanged_is_restored(lost):
    rewrite(lost)
    run("restore", str(lost))


def test_a_file_that_is_cut_off_is_refused(refuse, lost):
    content = lost.read_bytes()
    for part in range(8):
        lost.write_bytes(content[: len(content) * part // 8])
        refuse("not a backup, or it is not complete")


def test_a_file_with_a_wrong_byte_is_refused(refuse, lost):
    content = lost.read_bytes()
    for part in range(16):
        damaged = bytearray(content)
        damaged[(len(content) - 1) * part // 15] ^= 1
        lost.write_bytes(damaged)
        refuse("damaged|not a backup")


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x05\x06" + b"\0" * 18])
def test_other_files_are_refused(refuse, lost, content):
    lost.write_bytes(content)
    refuse("not a backup")


def test_another_archive_is_refused(refuse, lost):
    with zipfile.ZipFile(lost, "w") as archive:
        archive.writestr("a.md", "text")
    refuse("This is not a backup of Diwan")


def test_a_file_that_does_not_exist_is_an_error(refuse, lost):
    refuse(r"none\.zip: no such file or directory", lost.parent / "none.zip")


@pytest.mark.parametrize("create", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_not_waited_for(refuse, lost, tmp_path, create):
    create(tmp_path / "other")
    refuse("/other is not a file", tmp_path / "other")


def test_a_backup_in_the_media_folder_is_refused(lost, media):
    media.mkdir()
    file = lost.rename(media / "site.zip")
    with pytest.raises(CommandError, match="in MEDIA_ROOT, which everybody can read"):
        run("restore", str(file))
    assert os.listdir(media) == ["site.zip"]


# Two bytes of the header of a member, with their places in it and in the directory.
HEADERS = {
    "encryption": (6, 8, b"\x01\x00"),
    "method": (8, 10, b"\x63\x00"),
    "name": (30, None, b"XX"),
    "signature": (0, None, b"XX"),
}


@pytest.mark.parametrize("fault", HEADERS)
def test_a_member_that_cannot_be_opened_is_refused(refuse, lost, fault):
    rewrite(lost)
    content = bytearray(lost.read_bytes())
    with zipfile.ZipFile(lost) as archive:
        local = archive.getinfo("database.sqlite3").header_offset
    in_directory = content.index(b"database.sqlite3", content.index(b"PK\x01\x02")) - 46
    for start, offset in ((local, HEADERS[fault][0]), (in_directory, HEADERS[fault][1])):
        if offset is not None:
            content[start + offset : start + offset + 2] = HEADERS[fault][2]
    lost.write_bytes(content)
    with open(lost, "r+b") as stream:
        archives.seal(stream, int)
    refuse("damaged")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format_version": 2}, "made this backup"),
        ({"diwan_version": "999.0"}, r"Diwan 999\.0 made this backup, and this is .*\. Upgrade"),
        ({"format": "other"}, "not a backup of Diwan"),
        ({"format_version": "1"}, "damaged"),
        ({"diwan_version": "new"}, "damaged"),
        ({"diwan_version": None}, "damaged"),
        ({"created": "yesterday"}, "damaged"),
        ({"members": []}, "damaged"),
        ({"members": [{"name": "a"}]}, "damaged"),
        ({"members": None}, "damaged"),
        ({"counts": [1]}, "damaged"),
        ({"counts": {"articles_article": float("inf")}}, "damaged"),
        ({"members": [{"name": "a", "size": float("inf"), "sha256": "0" * 64}]}, "damaged"),
        ({"engine": ["sqlite"]}, "damaged"),
        ({"engine": "\x1b[31msqlite"}, "damaged"),
        ({"migrations": [["articles", "\x1b[31m0001"]]}, "damaged"),
        ({"migrations": ["articles"]}, "damaged"),
        ({"extra": 1}, "damaged"),
        ({"counts": {"articles_article": 5}}, "damaged"),
        ({"counts": {"no_table": 0}}, "damaged"),
        ({"counts": {'x"; DROP TABLE auth_user; --': 0}}, "damaged"),
        ({"migrations": []}, "damaged"),
        ({"migrations": [["articles", "9999_future"]]}, "does not know, 9999_future. Upgrade"),
        ({"migrations": [["polls", "0001_initial"]]}, "The app polls is not installed here"),
    ],
    ids=str,
)
def test_a_manifest_that_is_newer_or_wrong_is_refused(refuse, lost, change, message):
    rewrite(lost, lambda data: data.update(change))
    refuse(message)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "\x00", "[" * 200_000])
def test_a_manifest_that_is_malformed_is_refused(refuse, lost, text):
    with zipfile.ZipFile(lost, "w") as archive:
        archive.writestr("manifest.json", text)
        archive.comment = b"0" * archives.COMMENT_LENGTH
    with open(lost, "r+b") as stream:
        archives.seal(stream, int)
    refuse("damaged|not a backup")


NAMES = [
    "media/../evil.txt",
    "media//etc/evil.txt",
    "media/a/../../evil.txt",
    "media/./evil.txt",
    "media/.diwan-backup/evil.txt",
    "media/a/.hidden",
    "media/",
    "/etc/evil.txt",
    "../evil.txt",
    "evil.txt",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_out_of_the_folders_is_refused(refuse, lost, name, tmp_path):
    digest = hashlib.sha256(b"evil").hexdigest()
    member = {"name": name, "size": 4, "sha256": digest}
    rewrite(
        lost,
        lambda data: data["members"].append(member),
        lambda archive: archive.writestr(name, "evil"),
    )
    refuse("not a name that a backup may contain")
    assert not list(tmp_path.rglob("evil.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_only_visible_files_within_the_folder_are_relative(name):
    assert not is_relative(name.removeprefix(MEDIA)) or not name.startswith(MEDIA)


def test_a_member_that_the_manifest_does_not_name_is_refused(refuse, lost):
    rewrite(lost, change=lambda archive: archive.writestr("media/extra.txt", "x"))
    refuse("not those that its manifest.json names")


def test_a_member_that_is_missing_is_refused(refuse, lost):
    member = {"name": "media/none.txt", "size": 4, "sha256": "0" * 64}
    rewrite(lost, lambda data: data["members"].append(member))
    refuse("not those that its manifest.json names")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice_is_refused(refuse, lost):
    rewrite(lost, change=lambda archive: archive.writestr("database.sqlite3", "x"))
    refuse("not those that its manifest.json names")


def test_a_link_in_the_archive_is_a_file(lost, media):
    """Its content is the path, which is not followed."""

    def add_link(archive):
        info = zipfile.ZipInfo("media/link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")

    digest = hashlib.sha256(b"/etc/passwd").hexdigest()
    member = {"name": "media/link", "size": 11, "sha256": digest}
    rewrite(lost, lambda data: data["members"].append(member), add_link)
    run("restore", str(lost))
    assert not (media / "link").is_symlink()
    assert (media / "link").read_text() == "/etc/passwd"


def test_a_member_with_other_contents_is_refused(refuse, lost):
    def set_checksum(data):
        data["members"][0]["sha256"] = "0" * 64

    rewrite(lost, set_checksum)
    refuse("damaged")


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + b"x" * 5000])
def test_a_database_that_cannot_be_read_is_refused(refuse, lost, content):
    def describe(data):
        member = next(m for m in data["members"] if m["name"] == "database.sqlite3")
        member.update(size=len(content), sha256=hashlib.sha256(content).hexdigest())

    rewrite(lost, describe, database=content)
    refuse("damaged")


def test_a_bomb_is_refused_before_it_is_extracted(refuse, lost):
    size = 2 * 10**8
    content = b"\0" * size
    member = {
        "name": "media/bomb",
        "size": size,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    rewrite(
        lost,
        lambda data: data["members"].append(member),
        lambda archive: archive.writestr("media/bomb", content),
    )
    refuse("200,.* bytes, which is suspicious")


def test_a_member_that_is_larger_than_it_says_is_not_extracted(refuse, lost, tmp_path):
    """The size in the directory of the archive may be wrong."""
    rewrite(lost)
    content = bytearray(lost.read_bytes())
    with zipfile.ZipFile(lost) as archive:
        actual = archive.getinfo("media/map.png").file_size
    header = content.index(b"media/map.png", content.index(b"PK\x01\x02"))
    content[header - 46 + 24 : header - 46 + 28] = (10).to_bytes(4, "little")
    lost.write_bytes(content)
    rewritten = json.loads(zipfile.ZipFile(lost).read("manifest.json"))
    assert rewritten["members"] and actual > 10
    with open(lost, "r+b") as stream:
        archives.seal(stream, int)
    refuse("not those that its manifest.json names|damaged")


def test_more_than_the_free_space_is_refused(refuse, lost, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 1000})())
    refuse(r"takes [\d,]+ bytes, and .* has 1,000 free")


def test_a_work_folder_that_is_a_link_is_not_used(refuse, lost, tmp_path, media):
    media.mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_text("x")
    (media / ".diwan-backup").symlink_to(tmp_path / "outside")
    with pytest.raises(CommandError, match="is a link"):
        run("restore", str(lost))
    assert files(tmp_path / "outside") == {"file": b"x"}
