"""Merging articles that were edited both in a folder and in the database."""

import json

import pytest
from django.core.management import CommandError

from articles import editing
from articles.models import Article, Status, Tag
from articles.syncing.merged_tags import merge_tags
from articles.syncing.tags import SynonymFields, TagFields, TagSet
from tests import factories

pytestmark = pytest.mark.django_db

BODY = "The first.\n\nThe second.\n\nThe third.\n"


@pytest.fixture
def article(export):
    article = factories.article("Peace", body=BODY, tags=["calm"], aliases=["Concord"])
    export()
    return article


def edit(tree, old, new):
    path = tree / "articles/peace.md"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def save(article, **fields):
    article.refresh_from_db()
    tags = fields.pop("tags", None)
    for name, value in fields.items():
        setattr(article, name, value)
    editing.save(article, tags)


def test_changes_of_both_sides_are_merged(article, export, sync, tree):
    save(article, body=BODY.replace("first", "1st"), summary="Short.", tags=["calm", "quiet"])
    edit(tree, "third", "3rd")
    edit(tree, "tags:\n- calm", "tags:\n- calm\n- loud")
    output = sync("--merge")
    assert "merged   articles/peace.md" in output and "Synced 1 change, " in output
    assert "Run export_articles" in output
    stored = Article.objects.get()
    assert stored.body == BODY.replace("first", "1st").replace("third", "3rd")
    assert stored.summary == "Short."
    assert editing.tag_names(stored) == ["calm", "loud", "quiet"]
    assert stored.aliases == ["Concord"]
    assert "Nothing to sync" in sync()
    export()
    assert "1st" in (tree / "articles/peace.md").read_text()


def test_a_status_that_was_changed_on_one_side_is_taken(article, sync, tree):
    save(article, status=Status.ARCHIVED)
    edit(tree, "third", "3rd")
    sync("--merge")
    assert Article.objects.get().status == Status.ARCHIVED


def test_an_edit_on_one_side_only_is_no_conflict(article, sync, tree):
    save(article, body="Other.\n")
    assert "Nothing to sync" in sync("--merge")
    assert Article.objects.get().body == "Other.\n"
    assert "Nothing to sync" in sync()


def test_overlapping_changes_are_listed_and_written_beside_the_file(article, sync, tree):
    other = factories.article("War", body=BODY)
    save(article, body=BODY.replace("second", "2nd"))
    edit(tree, "The second", "The other")
    before = (tree / "articles/peace.md").read_bytes()
    with pytest.raises(CommandError, match=r"(?s)Nothing was synced.*conflict articles/peace\.md"):
        sync("--merge")
    text = (tree / "articles/peace.conflict.md").read_text()
    assert (
        "\n<<<<<<< file\nThe other.\n=======\nThe 2nd.\n>>>>>>> database\n\nThe third.\n" in text
    )
    assert text.startswith("---\nslug: peace\n")
    assert (tree / "articles/peace.md").read_bytes() == before
    assert Article.objects.get(slug="peace").body == BODY.replace("second", "2nd")
    assert Article.objects.get(pk=other.pk).body == BODY


def test_a_conflict_stays_until_the_file_is_edited_and_the_other_one_is_gone(article, sync, tree):
    save(article, body=BODY.replace("second", "2nd"))
    edit(tree, "The second", "The other")
    conflict = tree / "articles/peace.conflict.md"
    for _attempt in range(2):
        with pytest.raises(CommandError, match="conflict"):
            sync("--merge")
    conflict.unlink()
    with pytest.raises(CommandError, match="conflict"):
        sync("--merge")
    edit(tree, "The other", "The other 2nd")
    with pytest.raises(CommandError, match="conflict"):
        sync("--merge")
    conflict.unlink()
    edit(tree, "The other 2nd", "The 2nd other")
    sync("--merge")
    assert Article.objects.get().body == BODY.replace("second", "2nd other")
    assert "Nothing to sync" in sync()


def test_a_conflict_is_settled_by_what_was_edited_before_the_last_refusal(article, sync, tree):
    """As with --watch, which syncs when the file is saved, before the other one is deleted."""
    save(article, body=BODY.replace("second", "2nd"))
    edit(tree, "The second", "The other")
    conflict = tree / "articles/peace.conflict.md"
    with pytest.raises(CommandError, match="conflict"):
        sync("--merge")
    conflict.write_text("Half edited.")
    edit(tree, "The other", "The other 2nd")
    with pytest.raises(CommandError, match="conflict"):
        sync("--merge")
    assert conflict.read_text() == "Half edited."
    conflict.unlink()
    sync("--merge")
    assert Article.objects.get().body == BODY.replace("second", "other 2nd")


def test_a_resolved_file_does_not_overwrite_what_was_edited_since(article, sync, tree):
    save(article, body=BODY.replace("second", "2nd"))
    edit(tree, "The second", "The other")
    with pytest.raises(CommandError, match="conflict"):
        sync("--merge")
    (tree / "articles/peace.conflict.md").unlink()
    edit(tree, "The other", "The other 2nd")
    save(article, body=BODY.replace("second", "2nd").replace("third", "3rd"))
    with pytest.raises(CommandError, match="edited in the database"):
        sync()
    sync("--merge")
    text = BODY.replace("second", "other 2nd").replace("third", "3rd")
    assert Article.objects.get().body == text


def test_a_resolved_file_keeps_what_the_database_has_elsewhere(article, sync, export, tree):
    """The file was edited only where the conflict is: it has nothing of the other edits."""
    body = BODY.replace("first", "1st").replace("second", "2nd")
    save(article, body=body, tags=["calm", "quiet"], status=Status.ARCHIVED)
    edit(tree, "The second", "The other")
    with pytest.raises(CommandError, match="conflict"):
        sync("--merge")
    (tree / "articles/peace.conflict.md").unlink()
    edit(tree, "The other", "The other 2nd")
    edit(tree, "third", "3rd")
    assert "merged " in sync("--merge")
    stored = Article.objects.get()
    assert stored.body == body.replace("The 2nd", "The other 2nd").replace("third", "3rd")
    assert (editing.tag_names(stored), stored.status) == (["calm", "quiet"], Status.ARCHIVED)
    assert "Nothing to sync" in sync()
    export()
    assert "1st" in (tree / "articles/peace.md").read_text()


def test_a_file_with_both_sides_becomes_the_document(article, sync, export, tree):
    """As in Git, the markers are edited, and all else stays as it is merged."""
    save(article, body=BODY.replace("first", "1st").replace("second", "2nd"))
    edit(tree, "The second", "The other")
    with pytest.raises(CommandError, match="conflict"):
        sync("--merge")
    lines = (tree / "articles/peace.conflict.md").read_text().splitlines(keepends=True)
    resolved = "".join(line for line in lines if line[0] not in "<=>" and "other" not in line)
    (tree / "articles/peace.md").write_text(resolved)
    (tree / "articles/peace.conflict.md").unlink()
    sync("--merge")
    assert Article.objects.get().body == BODY.replace("first", "1st").replace("second", "2nd")
    assert "Nothing to sync" in sync()


def test_a_file_that_is_as_before_the_conflict_takes_nothing_back(article, sync, tree):
    save(article, body=BODY.replace("second", "2nd"))
    before = (tree / "articles/peace.md").read_bytes()
    edit(tree, "The second", "The other")
    with pytest.raises(CommandError, match="conflict"):
        sync("--merge")
    (tree / "articles/peace.conflict.md").unlink()
    (tree / "articles/peace.md").write_bytes(before)
    sync("--merge")
    assert Article.objects.get().body == BODY.replace("second", "2nd")


def test_a_conflict_of_a_field_is_listed_too(article, sync, tree):
    save(article, title="Harmony")
    edit(tree, "title: Peace", "title: Concordance")
    with pytest.raises(CommandError, match="conflict"):
        sync("--merge")
    text = (tree / "articles/peace.conflict.md").read_text()
    assert "<<<<<<< file\ntitle: Concordance\n=======\ntitle: Harmony\n>>>>>>> database\n" in text


def test_a_dry_run_lists_conflicts_and_writes_none(article, sync, tree, capsys):
    save(article, body=BODY.replace("second", "2nd"))
    edit(tree, "The second", "The other")
    with pytest.raises(SystemExit) as error:
        sync("--merge", "--dry-run")
    assert error.value.code == 2
    assert not (tree / "articles/peace.conflict.md").exists()


@pytest.mark.parametrize("is_merged", [True, False])
def test_what_a_file_lacks_after_a_merge_is_not_overwritten_by_its_next_version(
    article, sync, tree, is_merged
):
    """The editor that has the file open knows nothing of what was merged."""
    save(article, body=BODY.replace("first", "1st"))
    if is_merged:
        edit(tree, "third", "3rd")
    sync("--merge")
    assert "Nothing to sync" in sync()
    edit(tree, "second", "2nd")
    with pytest.raises(CommandError, match="edited in the database"):
        sync()
    sync("--merge")
    body = BODY.replace("first", "1st").replace("second", "2nd")
    assert Article.objects.get().body == (body.replace("third", "3rd") if is_merged else body)


def test_a_file_that_has_all_again_is_not_behind(article, export, sync, tree):
    save(article, body=BODY.replace("first", "1st"))
    edit(tree, "third", "3rd")
    sync("--merge")
    export()
    edit(tree, "1st", "2nd")
    sync()
    assert Article.objects.get().body.startswith("The 2nd.")


# After --ours


@pytest.mark.parametrize("is_file_edited", [True, False])
def test_what_was_kept_is_not_overwritten_by_the_next_version_of_the_file(
    article, sync, tree, is_file_edited
):
    """As after `git merge --strategy ours`: what the file had is merged, what follows is not."""
    save(article, body=BODY.replace("first", "1st"))
    if is_file_edited:
        edit(tree, "first", "other")
    assert "Nothing to sync" in sync("--ours")
    assert "Nothing to sync" in sync()
    edit(tree, "third", "3rd")
    with pytest.raises(CommandError, match="edited in the database"):
        sync()
    sync("--merge")
    body = BODY.replace("first", "1st").replace("third", "3rd")
    assert Article.objects.get().body == body


def test_a_deletion_that_was_kept_is_not_undone_by_the_next_version_of_the_file(
    article, sync, tree
):
    editing.delete(Article.objects.all())
    sync("--ours")
    edit(tree, "third", "3rd")
    with pytest.raises(CommandError, match="deleted in the database"):
        sync()
    with pytest.raises(CommandError, match="conflict"):
        sync("--merge")
    sync("--theirs")
    assert "3rd" in Article.objects.get().body


@pytest.mark.parametrize("option", ["--ours", "--merge"])
def test_an_article_that_was_kept_is_not_overwritten_by_a_new_file(article, sync, write, option):
    factories.article("War", body="Old.\n")
    sync(option)
    write("war.md", "title: War", body="New.\n")
    with pytest.raises(CommandError, match="edited in the database"):
        sync()
    with pytest.raises(CommandError, match="conflict"):
        sync("--merge")
    assert Article.objects.get(title="War").body == "Old.\n"


def test_an_article_that_was_kept_without_its_file_is_merged_with_the_next_version(
    article, sync, tree
):
    save(article, body=BODY.replace("first", "1st"))
    text = (tree / "articles/peace.md").read_text()
    (tree / "articles/peace.md").unlink()
    sync("--ours")
    assert "Nothing to sync" in sync()
    (tree / "articles/peace.md").write_text(text.replace("third", "3rd"))
    with pytest.raises(CommandError, match="edited in the database"):
        sync()
    sync("--merge")
    assert Article.objects.get().body == BODY.replace("first", "1st").replace("third", "3rd")


def test_tags_that_were_kept_are_not_overwritten_by_the_next_version_of_the_file(tags, sync, tree):
    describe("war", "Not peace.")
    sync("--ours")
    assert "Nothing to sync" in sync()
    edit_tags(tree, lambda records: records["old"]["fields"].update(description="Not new."))
    with pytest.raises(CommandError, match=r"tags\.json: tags were edited"):
        sync()
    sync("--merge")
    described = Tag.objects.exclude(description="").values_list("description", flat=True)
    assert {*described} == {"Not peace.", "Not new."}


def test_media_that_were_kept_are_not_overwritten_by_the_next_version(export, sync, tree, media):
    (media / "a.png").write_bytes(b"a")
    factories.article("Peace", body="![[a.png]]")
    export()
    (media / "a.png").write_bytes(b"of the site")
    sync("--ours")
    assert "Nothing to sync" in sync()
    (tree / "media/a.png").write_bytes(b"of the folder")
    with pytest.raises(CommandError, match=r"media/a\.png: the site has another file"):
        sync()
    assert (media / "a.png").read_bytes() == b"of the site"
    export("--force")
    (tree / "media/a.png").write_bytes(b"of the folder")
    sync()
    assert (media / "a.png").read_bytes() == b"of the folder"


# Tags


@pytest.fixture
def tags(export):
    for name in ("calm", "old", "war"):
        factories.article(name, tags=[name])
        editing.save_tag(Tag.objects.get(name=name), [f"{name}s"])
    export()


def edit_tags(tree, change):
    """Let `change` edit the records of tags, by name of the record."""
    path = tree / "tags.json"
    records = {row["fields"]["name"]: row for row in json.loads(path.read_text())}
    change(records)
    path.write_text(json.dumps(list(records.values()), indent=1))


def describe(name, description):
    tag = Tag.objects.get(name=name)
    tag.description = description
    editing.save_tag(tag)


def test_tags_of_both_sides_are_merged(tags, export, sync, tree):
    def change(records):
        records["calm"]["fields"]["description"] = "Not loud."
        records["war"]["fields"]["name"] = "wars of the world"
        records["wars"]["fields"]["tag"] = ["wars of the world"]
        records["new"] = {"model": "articles.tag", "fields": {"name": "new"}}
        del records["olds"]

    describe("war", "Not peace.")
    editing.save_tag(Tag(name="other", slug="other"), ["others"])
    edit_tags(tree, change)
    assert "merged   tags.json" in sync("--merge")
    stored = {tag.name: editing.tag_state(tag) for tag in Tag.objects.all()}
    assert stored.keys() == {"calm", "new", "old", "other", "wars of the world"}
    assert stored["calm"]["description"] == "Not loud."
    assert stored["wars of the world"]["description"] == "Not peace."
    assert stored["old"]["synonyms"] == [] and stored["other"]["synonyms"] == ["others"]
    assert "Nothing to sync" in sync()
    # What the file lacks is not overwritten by its next version.
    edit_tags(tree, lambda records: records["old"]["fields"].update(description="Not new."))
    with pytest.raises(CommandError, match=r"tags\.json: tags were edited"):
        sync()
    sync("--merge")
    assert Tag.objects.get(name="old").description == "Not new."
    assert Tag.objects.filter(name="other").exists()
    export()
    assert '"others"' in (tree / "tags.json").read_text()
    assert "Nothing to sync" in sync()


def test_a_conflict_of_tags_is_listed_and_written_beside_the_file(tags, sync, tree):
    describe("calm", "Quiet.")
    edit_tags(tree, lambda records: records["calm"]["fields"].update(description="Silent."))
    before = (tree / "tags.json").read_bytes()
    with pytest.raises(CommandError, match=r"conflict tags\.json: calm: description"):
        sync("--merge")
    conflict = tree / "tags.conflict.json"
    text = conflict.read_text()
    assert '<<<<<<< file\n   "description": "Silent."\n=======\n' in text
    assert (tree / "tags.json").read_bytes() == before
    assert Tag.objects.get(name="calm").description == "Quiet."
    edit_tags(tree, lambda records: records["calm"]["fields"].update(description="Still."))
    with pytest.raises(CommandError, match="conflict"):
        sync("--merge")
    edit_tags(tree, lambda records: records["calm"]["fields"].update(description="Very still."))
    conflict.unlink()
    sync("--merge")
    assert Tag.objects.get(name="calm").description == "Very still."
    assert "Nothing to sync" in sync()


def test_a_conflict_of_tags_is_settled_by_what_was_edited_before_the_last_refusal(
    tags, sync, tree
):
    describe("calm", "Quiet.")
    for text in ("Silent.", "Still."):
        edit_tags(
            tree, lambda records, text=text: records["calm"]["fields"].update(description=text)
        )
        with pytest.raises(CommandError, match="conflict"):
            sync("--merge")
    (tree / "tags.conflict.json").unlink()
    sync("--merge")
    assert Tag.objects.get(name="calm").description == "Still."


A, B = TagFields("a", "a"), TagFields("b", "b")


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        # Deleted on one side, or on both.
        (TagSet(), TagSet({"a": A}), TagSet()),
        (TagSet({"a": A}), TagSet(), TagSet()),
        (TagSet(), TagSet(), TagSet()),
        # Added on both sides.
        (TagSet({"a": A, "b": B}), TagSet({"a": A, "b": B}), TagSet({"a": A, "b": B})),
        # Renamed on one side, described on the other.
        (
            TagSet({"x": TagFields("x", "a")}),
            TagSet({"a": A._replace(description="text")}),
            TagSet({"x": TagFields("x", "a", "text")}),
        ),
        # Renamed with its slug: the former name is a synonym.
        (
            TagSet({"a": A._replace(description="text")}),
            TagSet({"x": TagFields("x", "x")}, {"a": SynonymFields("a", "x")}),
            TagSet({"x": TagFields("x", "x", "text")}, {"a": SynonymFields("a", "x")}),
        ),
        # Added on one side.
        (
            TagSet({"a": A, "b": B._replace(description="one")}),
            TagSet({"a": A}),
            TagSet({"a": A, "b": B._replace(description="one")}),
        ),
    ],
)
def test_tags_merge_by_tag_and_field(mine, theirs, expected):
    assert merge_tags(TagSet({"a": A}), mine, theirs) == (expected, [])


@pytest.mark.parametrize(
    ("mine", "theirs", "conflict"),
    [
        (TagSet(), TagSet({"a": A._replace(description="x")}), "deleted on the other"),
        (
            TagSet({"x": TagFields("x", "a")}),
            TagSet({"y": TagFields("y", "a")}),
            "y: name",
        ),
        (
            TagSet({"a": A}, {"s": SynonymFields("s", "a")}),
            TagSet({"a": A, "b": B}, {"s": SynonymFields("s", "b")}),
            "s: the synonym was changed",
        ),
        (
            TagSet({"a": A}, {"s": SynonymFields("s", "a")}),
            TagSet(),
            "synonym was deleted",
        ),
        (
            TagSet({"a": A}, {"b": SynonymFields("b", "a")}),
            TagSet({"a": A, "b": B}),
            "b: two tags would have this name",
        ),
        (
            TagSet({"a": A, "c": TagFields("c", "new")}),
            TagSet({"a": A, "d": TagFields("d", "new")}),
            "new: two tags would have this slug",
        ),
    ],
)
def test_changes_of_tags_that_overlap_are_conflicts(mine, theirs, conflict):
    assert conflict in " ".join(merge_tags(TagSet({"a": A}), mine, theirs).conflicts)
