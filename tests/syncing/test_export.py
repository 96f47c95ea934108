"""Exporting articles, tags and media to a folder."""

import os
import shutil
import subprocess
import unicodedata
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles import editing
from articles.models import Article, Status, SyncedFile, Tag
from tests import factories
from tests.syncing.conftest import ROOT, contents, run

pytestmark = pytest.mark.django_db

TIME = datetime(2026, 11, 30, 8, tzinfo=UTC)


def article(title, **fields):
    return factories.article(title, created=TIME, **fields)


def mtimes(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_the_articles_of_the_repository_are_exported_as_the_same_bytes(export, tree):
    fixtures = ROOT / "fixtures"
    documents = sorted(map(str, fixtures.glob("articles/*.md")))
    call_command("loaddata", str(fixtures / "tags.json"), *documents, verbosity=0)
    export()
    assert contents(tree) == contents(fixtures)


def test_each_article_has_a_file_whatever_its_status(export, tree):
    article("Peace")
    article("سلام", language="ar", status=Status.DRAFT)
    export()
    assert sorted(contents(tree)) == ["articles/peace.md", "articles/سلام.md", "tags.json"]


def test_the_document_is_that_of_dumpdata(export, tree, tmp_path):
    article("Peace", tags=["calm"], summary="Short.", body="See [[War]].")
    export()
    call_command("dumpdata", "articles.article", format="md", output=str(tmp_path / "all.md"))
    assert (tree / "articles/peace.md").read_bytes() == (tmp_path / "all.md").read_bytes()


def test_equal_content_is_exported_as_equal_trees_whatever_its_history(export, tree, tmp_path):
    """Another order of creation, other primary keys, tags that were merged and renamed, revisions,
    deleted articles."""
    first = article("Peace", tags=["calm", "quiet"], body="One.")
    second = article("War", tags=["quiet"], body="Two.")
    now = timezone.now()
    Article.objects.update(updated=now)
    tag = Tag.objects.get(name="calm")
    tag.description = "Not loud."
    editing.save_tag(tag, ["still"])
    export()
    editing.delete([first, second])
    editing.delete_tags(Tag.objects.all())
    factories.article("Other", tags=["quiet"])
    editing.save_tag(Tag(name="noise"))
    again = article("War", tags=["quiet"], body="2.")
    tag = Tag.objects.get(name="noise")
    tag.name, tag.slug, tag.description = "calm", "calm", "Not loud."
    editing.save_tag(tag, ["still"])
    again.body = "Two."
    editing.save(again)
    article("Peace", tags=["quiet", "calm"], body="One.")
    editing.delete(Article.objects.filter(title="Other"))
    Article.objects.update(updated=now)
    run("export_articles", tmp_path / "second")
    assert contents(tmp_path / "second") == contents(tree)


def test_only_changed_files_are_rewritten(export, tree):
    peace = article("Peace", tags=["calm"])
    article("War")
    export()
    before = mtimes(tree)
    peace.body = "More words."
    editing.save(peace)
    assert "1 changed" in export()
    after = mtimes(tree)
    assert {name for name in after if after[name] != before[name]} == {"peace.md"}
    assert "files: 0 created, 0 changed, 0 removed" in export()
    assert mtimes(tree) == after


def test_a_day_of_editing_is_a_small_diff(export, tree):
    """With Git: a line for what was changed, and one for the time."""
    peace = article("Peace", body="First.\n\nSecond.\n\nThird.\n")
    article("War")
    export()
    git = ["git", "-C", str(tree), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "First"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    peace.body = "First.\n\nSecond, changed.\n\nThird.\n"
    editing.save(peace)
    export()
    command = [*git, "diff", "--numstat"]
    diff = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert diff == "2\t2\tarticles/peace.md\n"


def test_check_lists_what_differs_and_writes_nothing(export, tree):
    peace, war = article("Peace"), article("War")
    export()
    assert "files: 0 to create, 0 to change, 0 to remove" in export("--check")
    peace.body = "Other."
    editing.save(peace)
    editing.delete([war])
    article("Treaty")
    before = contents(tree)
    with pytest.raises(SystemExit) as error:
        export("--check")
    assert error.value.code == 1
    assert contents(tree) == before


def test_check_of_a_folder_that_does_not_exist_creates_none(export, tree):
    article("Peace")
    with pytest.raises(CommandError, match="no such file"):
        export("--check")
    assert not tree.exists()


def test_prune_removes_the_files_of_deleted_articles_and_no_others(export, tree, write):
    article("Peace")
    war = article("War")
    export()
    write("notes.md", "title: Notes")
    (tree / "README.md").write_text("Read me.")
    editing.delete([war])
    assert "extra    articles/war.md" in export()
    assert (tree / "articles/war.md").exists()
    assert "removed  articles/war.md" in export("--prune")
    files = ["README.md", "articles/notes.md", "articles/peace.md", "tags.json"]
    assert sorted(contents(tree)) == files


def test_prune_keeps_a_file_that_no_export_made(export, sync, tree, write):
    write("peace.md", "title: Peace")
    sync()
    editing.delete(Article.objects.all())
    export("--prune")
    assert (tree / "articles/peace.md").exists()


def test_the_file_of_a_renamed_article_is_renamed(export, tree):
    peace = article("Peace")
    export()
    factories.rename(peace, title="Harmony", slug="harmony")
    export()
    assert sorted(contents(tree)) == ["articles/harmony.md", "tags.json"]


def test_a_file_whose_name_differs_in_case_is_renamed_too(export, sync, tree):
    factories.article("Peace")
    export()
    (tree / "articles/peace.md").rename(tree / "articles/Peace.md")
    sync()
    output = export()
    assert "removed  articles/Peace.md" in output
    assert [path.name for path in (tree / "articles").iterdir()] == ["peace.md"]


def test_a_file_that_was_edited_is_not_overwritten(export, tree):
    peace = article("Peace")
    war = article("War")
    export()
    for file in ("peace", "war"):
        path = tree / f"articles/{file}.md"
        path.write_text(path.read_text() + "Written in an editor.\n")
    peace.body = "Other."
    editing.save(peace)
    editing.delete([war])
    before = contents(tree)
    for options in ([], ["--prune"]):
        with pytest.raises(CommandError, match=r"(?s)sync_articles first.*articles/peace\.md"):
            export(*options)
    assert contents(tree) == before
    export("--force", "--prune")
    assert "Other." in (tree / "articles/peace.md").read_text()
    assert not (tree / "articles/war.md").exists()


def test_a_file_that_no_export_knows_is_not_overwritten(export, write):
    article("Peace")
    write("peace.md", "title: Another text")
    with pytest.raises(CommandError, match=r"articles/peace\.md"):
        export()


def test_two_folders_of_one_database_are_independent(export, tree, tmp_path):
    peace = article("Peace")
    export()
    export(folder=tmp_path / "second")
    peace.body = "Other."
    editing.save(peace)
    export()
    shutil.copy(tree / "articles/peace.md", tmp_path / "copy.md")
    assert "1 changed" in export(folder=tmp_path / "second")


def test_what_is_stored_of_a_folder_survives_loads_and_is_not_dumped(export, tmp_path):
    article("Peace")
    export()
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "articles", output=str(dump))
    assert "synced" not in dump.read_text()
    call_command("loaddata", str(dump), verbosity=0)
    assert SyncedFile.objects.count() == 2


def test_media_that_articles_use_are_exported(export, tree, media):
    (media / "maps").mkdir()
    (media / "maps" / "a map.png").write_bytes(b"map")
    (media / "song.ogg").write_bytes(b"song")
    (media / "unused.png").write_bytes(b"unused")
    body = "![[maps/a map.png]] ![[song.ogg]] ![](/media/gone.png) ![x](/media/../secret.png)"
    article("Peace", body=body)
    assert "media/gone.png" in export()
    assert sorted(contents(tree)) == [
        "articles/peace.md",
        "media/maps/a map.png",
        "media/song.ogg",
        "tags.json",
    ]
    assert (tree / "media/maps/a map.png").read_bytes() == b"map"
    (media / "song.ogg").write_bytes(b"another song")
    assert "changed  media/song.ogg" in export()
    editing.delete(Article.objects.all())
    export("--prune")
    assert sorted(contents(tree)) == ["tags.json"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_names_of_media_stay_in_their_normalization(export, sync, tree, media, form):
    """As they are in URLs, which are compared byte by byte."""
    path = unicodedata.normalize(form, "é/ü.png")
    (media / path).parent.mkdir()
    (media / path).write_bytes(b"a picture")
    factories.article("Peace", body=f"![A picture](/media/{path})")
    export()
    assert f"media/{path}" in contents(tree)
    assert " 0 to create, 0 to change" in export("--check")
    assert sync() == "Nothing to sync.\n"
    (tree / "media" / path).write_bytes(b"another picture")
    sync()
    assert contents(media) == {path: b"another picture"}
    (media / path).unlink()
    (media / path).parent.rmdir()
    sync("--theirs")
    assert contents(media) == {path: b"another picture"}


def test_links_out_of_the_folder_are_refused(export, tree, tmp_path):
    article("Peace")
    outside = tmp_path / "outside"
    outside.mkdir()
    tree.mkdir()
    (tree / "articles").symlink_to(outside)
    with pytest.raises(CommandError, match="leads out of the folder"):
        export()
    assert not list(outside.iterdir())
    (tree / "articles").unlink()
    (tree / "notes").mkdir()
    (tree / "articles").symlink_to("notes")
    with pytest.raises(CommandError, match="is a link"):
        export()
    assert not list((tree / "notes").iterdir())


def test_what_a_killed_export_has_left_is_removed(export, tree):
    article("Peace")
    staging = tree / ".diwan-export"
    staging.mkdir(parents=True)
    (staging / "0").write_text("half")
    export()
    assert sorted(contents(tree)) == ["articles/peace.md", "tags.json"]


def test_a_file_that_cannot_be_replaced_is_named(export, tree):
    """A folder has its name, so that root can't replace it either."""
    factories.article("Peace")
    (tree / "articles/peace.md").mkdir(parents=True)
    with pytest.raises(CommandError, match=r"articles/peace\.md: is a directory"):
        export()


def test_files_keep_their_permissions(export, tree):
    peace = article("Peace")
    export()
    path = tree / "articles/peace.md"
    path.chmod(0o640)
    peace.body = "Other."
    editing.save(peace)
    export()
    assert oct(path.stat().st_mode)[-3:] == "640"
    assert os.listdir(tree / "articles") == ["peace.md"]
