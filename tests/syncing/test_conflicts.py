"""Merging articles that were edited both in a folder and in the database."""

import pytest
from django.core.management import CommandError

from articles import editing
from articles.models import Article, Status
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
