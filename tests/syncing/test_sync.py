"""Making the database equal to a folder."""

import gc
import json
import sys
import tracemalloc
import weakref

import pytest
from django.core.management import CommandError, call_command

from articles import editing, syncing
from articles.management.commands.sync_articles import Command
from articles.models import (
    Article,
    ContentVersion,
    Revision,
    RevisionKind,
    Status,
    SyncedFile,
    Tag,
    TagSynonym,
    TrashedArticle,
)
from articles.serializers import article_loading
from articles.syncing.plan import Planner
from articles.syncing.strategy import Strategy
from tests import factories
from tests.importing.trees import write_tree
from tests.syncing.conftest import contents

pytestmark = pytest.mark.django_db


def titles():
    return sorted(Article.objects.values_list("title", flat=True))


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def dry_run(sync, *options):
    """Return whether a dry run has something to list: then it exits with 2."""
    code = 0
    try:
        output = sync("--dry-run", *options)
        assert output == "Nothing to sync.\n"
    except SystemExit as error:
        code = error.code
    assert code in (0, 2)
    return bool(code)


def newest():
    return Revision.all_objects.order_by("-pk").first()


def test_new_files_are_created(sync, write):
    write("peace.md", "title: Peace\nstatus: published\ntags: [calm]", "See [[War]].\n")
    write("folder/war.md", "title: War")
    sync()
    assert titles() == ["Peace", "War"]
    assert editing.tag_names(Article.objects.get(title="Peace")) == ["calm"]


def test_the_database_is_equal_to_the_folder_afterwards(export, sync, tree, write):
    """All kinds of changes at once; then an export has nothing to write."""
    for title in ("Peace", "War", "Treaty", "Accord"):
        factories.article(title, body=f"The text of {title}.\n", tags=["calm"])
    export()
    articles = tree / "articles"
    edit(articles / "peace.md", "The text", "A text")
    (articles / "war.md").unlink()
    edit(articles / "treaty.md", "slug: treaty", "slug: pact")
    (articles / "treaty.md").rename(articles / "pact.md")
    text = "slug: new\ntitle: New\nlanguage: en\nstatus: draft"
    times = "created: 2026-11-30T08:00:00+00:00\nupdated: 2026-11-30T08:00:00+00:00"
    write("new.md", f"{text}\n{times}")
    sync("--comment", "From Git")
    assert titles() == ["Accord", "New", "Peace", "Treaty"]
    assert "files: 0 created, 0 changed, 0 removed" in export()
    assert not dry_run(sync)


def test_all_changes_are_one_operation_with_the_comment_and_are_undone_as_one(
    export, sync, tree, write
):
    user = factories.editor("amina")
    for title in ("Peace", "War"):
        factories.article(title, body="Old.")
    export()
    edit(tree / "articles/peace.md", "Old.", "New.")
    (tree / "articles/war.md").unlink()
    write("treaty.md", "title: Treaty")
    number = Revision.objects.count()
    sync("--comment", "From Git", "--user", "amina")
    rows = Revision.all_objects.order_by("pk")[number:]
    assert len({row.operation for row in rows}) == 1
    assert {row.editor for row in rows} == {"amina"}
    assert {row.comment for row in rows if row.kind == RevisionKind.LOADED} == {"From Git"}
    undone = editing.undo_operation(rows[0].operation, user)
    assert not undone.refusals
    assert titles() == ["Peace", "War"]
    assert Article.objects.get(title="Peace").body.strip() == "Old."


def test_deleted_files_go_to_the_trash(export, sync, tree):
    factories.article("Peace")
    export()
    (tree / "articles/peace.md").unlink()
    sync()
    assert TrashedArticle.objects.get().title == "Peace"


def test_a_renamed_file_with_another_slug_is_the_same_article(export, sync, tree):
    peace = factories.article("World peace", slug="calm", body="A text.")
    export()
    articles = tree / "articles"
    edit(articles / "calm.md", "slug: calm", "slug: harmony")
    (articles / "calm.md").rename(articles / "harmony.md")
    sync()
    stored = Article.objects.get()
    assert (stored.pk, stored.slug, stored.former) == (peace.pk, "harmony", ["calm"])
    assert Revision.objects.filter(article=peace).count() == 2
    assert not TrashedArticle.objects.exists()


def test_a_file_that_is_only_renamed_changes_nothing(export, sync, tree):
    factories.article("Peace")
    export()
    (tree / "articles/peace.md").rename(tree / "articles/calm.md")
    assert dry_run(sync)
    renamed = "renamed  articles/peace.md → articles/calm.md"
    assert sync() == f"{renamed}\nSynced 1 change.\n"  # Without an operation to undo.
    assert Revision.objects.count() == 1
    assert not dry_run(sync)
    export()
    assert sorted(contents(tree)) == ["articles/peace.md", "tags.json"]


def test_an_empty_document_is_not_another_one_with_a_new_name(export, sync, tree, write):
    factories.article("Peace")
    export()
    (tree / "articles/peace.md").unlink()
    write("war.md", "title: War", body="\n")
    output = sync()
    assert "created  articles/war.md" in output and "deleted  articles/peace.md" in output


def test_a_slug_that_is_changed_in_the_same_file_renames_the_article(export, sync, tree):
    peace = factories.article("Peace")
    export()
    edit(tree / "articles/peace.md", "slug: peace", "slug: harmony")
    sync()
    assert Article.objects.get(slug="harmony").pk == peace.pk


def test_two_files_that_exchange_their_slugs_are_two_articles(export, sync, tree):
    for title in ("Peace", "War"):
        factories.article(title, body=f"The text of {title}.")
    export()
    edit(tree / "articles/peace.md", "slug: peace", "slug: harmony")
    path = tree / "articles/copy.md"
    path.write_text((tree / "articles/peace.md").read_text().replace("harmony", "peace"))
    edit(tree / "articles/peace.md", "title: Peace", "title: Harmony")
    sync()
    assert sorted(Article.objects.values_list("slug", flat=True)) == ["harmony", "peace", "war"]


def test_a_document_without_a_slug_keeps_its_article(sync, write):
    write("peace.md", "title: Peace")
    sync()
    pk = Article.objects.get().pk
    write("peace.md", "title: Peace\nsummary: Short.")
    sync()
    write("peace.md", "title: Harmony\nsummary: Short.")
    sync()
    stored = Article.objects.get()
    assert (stored.pk, stored.title, stored.summary, stored.slug) == (
        pk,
        "Harmony",
        "Short.",
        "peace",
    )


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            lambda tree: edit(tree / "articles/peace.md", "Old.", "New."),
            "changed  articles/peace.md",
        ),
        (lambda tree: (tree / "articles/peace.md").unlink(), "deleted  articles/peace.md"),
        (
            lambda tree: (tree / "articles/new.md").write_text("# New\n\nText.\n"),
            "created  articles/new.md",
        ),
    ],
)
def test_a_dry_run_lists_changes_and_exits_with_2(export, sync, tree, capsys, change, line):
    factories.article("Peace", body="Old.")
    export()
    change(tree)
    with pytest.raises(SystemExit) as error:
        call_command("sync_articles", str(tree), "--dry-run")
    assert error.value.code == 2
    assert capsys.readouterr().out == f"{line}\n"
    assert titles() == ["Peace"]
    assert Article.objects.get().body == "Old."


def test_a_dry_run_of_an_equal_folder_exits_with_0(export, sync):
    factories.article("Peace", tags=["calm"])
    export()
    assert not dry_run(sync)


def test_nothing_is_written_if_nothing_has_changed(export, sync, django_assert_max_num_queries):
    for number in range(5):
        factories.article(f"Article {number}", tags=["calm"])
    export()
    version = ContentVersion.objects.current()
    with django_assert_max_num_queries(12) as queries:
        sync()
    writing = ("INSERT", "UPDATE", "DELETE")
    assert not [row for row in queries.captured_queries if row["sql"].startswith(writing)]
    assert ContentVersion.objects.current() == version


def test_a_sync_changes_the_content_version_so_that_pages_show_it(client, export, sync, tree):
    factories.article("Peace", body="Old.")
    export()
    assert b"Old." in client.get("/articles/peace/").content
    version = ContentVersion.objects.current()
    edit(tree / "articles/peace.md", "Old.", "New.")
    sync()
    assert ContentVersion.objects.current() != version
    assert b"New." in client.get("/articles/peace/").content


def test_a_folder_of_equal_documents_is_adopted_without_a_change(sync, write):
    factories.article("Peace", status=Status.DRAFT, body="Words.\n", tags=["calm"])
    write("peace.md", 'title:   "Peace"\ntags: calm')
    sync()
    assert Revision.objects.count() == 1
    assert SyncedFile.objects.get().article_pk == Article.objects.get().pk


# What was edited in the database


def test_an_article_that_was_edited_is_not_overwritten(export, sync, tree):
    peace = factories.article("Peace", body="Old.")
    export()
    peace.body = "Edited."
    editing.save(peace)
    for is_file_edited in (False, True):
        if is_file_edited:
            edit(tree / "articles/peace.md", "Old.", "Written.")
        with pytest.raises(CommandError, match=r"(?s)--ours.*articles/peace\.md.*edited"):
            sync()
        assert Article.objects.get().body == "Edited."


@pytest.mark.parametrize(("option", "body"), [("--ours", "Edited."), ("--theirs", "Written.")])
def test_one_side_is_taken_if_the_user_says_which(export, sync, tree, option, body):
    peace = factories.article("Peace", body="Old.")
    export()
    peace.body = "Edited."
    editing.save(peace)
    edit(tree / "articles/peace.md", "Old.", "Written.")
    sync(option)
    assert Article.objects.get().body == body
    assert "Nothing to sync" in sync()
    export()
    assert body in (tree / "articles/peace.md").read_text()


def test_other_changes_of_an_article_count_too(export, sync, tree):
    """A tag that was taken from it, and a load that changed only a date."""
    factories.article("Peace", tags=["calm"])
    export()
    editing.delete_tags(Tag.objects.all())
    with pytest.raises(CommandError, match="edited in the database"):
        sync()


def test_an_article_that_was_deleted_is_not_created_again(export, sync, tree):
    factories.article("Peace")
    export()
    editing.delete(Article.objects.all())
    with pytest.raises(CommandError, match="deleted in the database"):
        sync()
    sync("--ours")
    assert "Nothing to sync" in sync()
    assert not titles()
    sync("--theirs")
    assert "Nothing to sync" in sync()


def test_an_article_that_was_deleted_is_created_again_if_the_file_counts(export, sync):
    factories.article("Peace")
    export()
    editing.delete(Article.objects.all())
    sync("--theirs")
    assert titles() == ["Peace"]


def test_an_article_that_was_created_is_not_deleted(export, sync):
    factories.article("Peace")
    export()
    factories.article("War")
    with pytest.raises(CommandError, match=r"articles/war\.md.*created in the database"):
        sync()
    sync("--merge")
    assert titles() == ["Peace", "War"]
    assert "Nothing to sync" in sync()


def test_an_article_that_was_created_is_deleted_if_the_files_count(export, sync):
    factories.article("Peace")
    export()
    factories.article("War")
    sync("--theirs")
    assert titles() == ["Peace"]


def test_an_edited_article_without_a_file_is_not_deleted(export, sync, tree):
    peace = factories.article("Peace")
    export()
    peace.body = "Edited."
    editing.save(peace)
    (tree / "articles/peace.md").unlink()
    with pytest.raises(CommandError, match="no file"):
        sync()
    with pytest.raises(CommandError, match=r"conflict articles/peace\.md"):
        sync("--merge")
    sync("--ours")
    assert "Nothing to sync" in sync()
    assert titles() == ["Peace"]


def test_an_undone_sync_is_not_synced_again_unasked(export, sync, tree):
    factories.article("Peace", body="Old.")
    export()
    edit(tree / "articles/peace.md", "Old.", "New.")
    sync()
    editing.undo_operation(newest().operation, None)
    with pytest.raises(CommandError, match="edited in the database"):
        sync()


def test_two_folders_of_one_database_are_told_apart(export, sync, tree, tmp_path):
    factories.article("Peace", body="Old.")
    export()
    second = tmp_path / "second"
    export(folder=second)
    edit(tree / "articles/peace.md", "Old.", "New.")
    sync()
    with pytest.raises(CommandError, match="edited in the database"):
        sync(folder=second)
    export(folder=second)
    assert "Nothing to sync" in sync(folder=second)
    assert Article.objects.get().body == "New."


def test_a_folder_that_never_had_an_article_does_not_delete_or_overwrite_it(sync, write):
    factories.article("Peace", body="Old.")
    factories.article("War")
    write("peace.md", "title: Peace")
    with pytest.raises(CommandError) as error:
        sync()
    assert "articles/peace.md: the database has another article" in str(error.value)
    assert "articles/war.md: there is no file" in str(error.value)


# Faults


def test_all_faults_are_listed_and_nothing_is_written(export, sync, tree, write):
    factories.article("Peace", body="Old.")
    export()
    edit(tree / "articles/peace.md", "Old.", "New.")
    write("a.md", "title: A\nstatus: unknown")
    write("b.md", "titel: B")
    write("c.md", "title: [")
    with pytest.raises(CommandError) as error:
        sync()
    lines = str(error.value).splitlines()
    assert [line.split(": ")[0] for line in lines[:-1]] == [
        "articles/a.md:3",
        "articles/b.md:1",
        "articles/b.md:2",
        "articles/c.md:3",
    ]
    assert lines[-1:] == ["4 faults. Nothing was loaded."]
    assert Article.objects.get().body == "Old."


@pytest.mark.django_db(transaction=True)
def test_faults_are_lines_of_their_own_on_the_command_line(tree, write, capsys):
    write("a.md", "titel: A")
    with pytest.raises(SystemExit):
        Command().run_from_argv(
            ["manage.py", "sync_articles", "--no-color", "--skip-checks", str(tree)]
        )
    first, second, summary = capsys.readouterr().err.splitlines()
    assert first.startswith("articles/a.md:1: title: ")
    assert second.startswith("articles/a.md:2: titel: ")
    assert summary == "CommandError: 2 faults. Nothing was loaded."


def test_two_files_of_one_slug_are_a_fault(export, sync, tree):
    factories.article("Peace")
    export()
    (tree / "articles/copy.md").write_bytes((tree / "articles/peace.md").read_bytes())
    with pytest.raises(CommandError, match=r"copy\.md:1: slug: .*articles/peace\.md already"):
        sync()


@pytest.mark.parametrize("name", ["articles/link.md", "articles/folder", "media"])
def test_links_out_of_the_folder_are_refused(export, sync, tree, tmp_path, name):
    factories.article("Peace")
    export()
    (tmp_path / "secret.md").write_text("# Secret\n\nText.\n")
    (tree / name).symlink_to(tmp_path if "link" not in name else tmp_path / "secret.md")
    with pytest.raises(CommandError, match="leads out of the folder"):
        sync()
    assert titles() == ["Peace"]


@pytest.mark.parametrize("name", ["articles", "articles/old"])
def test_links_to_folders_within_the_folder_are_refused(export, sync, tree, name):
    """Their documents are not read, so that their articles would be deleted."""
    factories.article("Peace")
    export()
    (tree / "articles/old").mkdir()
    (tree / "articles/peace.md").rename(tree / "articles/old/peace.md")
    sync()
    (tree / name).rename(tree / "moved")
    (tree / name).symlink_to(tree / "moved")
    for command in (sync, export):
        with pytest.raises(CommandError, match=f"{name}: it is a link to a folder"):
            command()
    assert titles() == ["Peace"]


def test_a_file_of_100_megabytes_is_refused(export, sync, tree):
    export()
    with open(tree / "articles/large.md", "wb") as stream:
        stream.truncate(100_000_000)
    with pytest.raises(CommandError, match=r"articles/large\.md: it has 100,000,000 bytes"):
        sync()


def test_a_folder_without_articles_deletes_nothing(export, sync, tree):
    factories.article("Peace")
    tree.mkdir()
    with pytest.raises(CommandError, match="no folder “articles”"):
        sync()
    with pytest.raises(CommandError, match="no such file"):
        sync(folder=tree / "gone")


def test_several_documents_in_one_file_are_refused(sync, write):
    write("a.md", "title: A", "Text.\n\f---\ntitle: B\n---\n\nText.\n")
    with pytest.raises(CommandError, match=r"articles/a\.md:6: body: there are several"):
        sync()


@pytest.mark.parametrize("command", ["sync_articles", "export_articles"])
def test_an_empty_name_is_not_the_current_folder(command):
    with pytest.raises(CommandError, match="the name of the folder is empty"):
        call_command(command, "")


def test_an_unknown_user_is_an_error(sync, write):
    write("a.md", "title: A")
    with pytest.raises(CommandError, match="no user “nobody”"):
        sync("--user", "nobody")


# Tags


def tags_json(tree):
    return json.loads((tree / "tags.json").read_text())


def write_tags(tree, *records):
    rows = [{"model": f"articles.{model}", "fields": fields} for model, fields in records]
    tree.mkdir(exist_ok=True)
    (tree / "articles").mkdir(exist_ok=True)
    (tree / "tags.json").write_text(json.dumps(rows))


def test_tags_are_created_and_described(sync, tree):
    tag = {"name": "calm", "slug": "calm", "description": "Not loud."}
    write_tags(tree, ("tag", tag), ("tagsynonym", {"name": "quiet", "tag": ["calm"]}))
    sync()
    stored = Tag.objects.get()
    assert (stored.name, stored.description) == ("calm", "Not loud.")
    assert TagSynonym.objects.get().name == "quiet"
    assert "Nothing to sync" in sync()


def test_tags_are_changed_renamed_and_deleted(export, sync, tree):
    factories.article("Peace", tags=["calm", "war"])
    for name in ("unused", "war"):
        tag = Tag.objects.filter(name=name).first() or Tag(name=name)
        editing.save_tag(tag, [f"{name}s"])
    export()
    rows = [row for row in tags_json(tree) if "unused" not in json.dumps(row)]
    for row in rows:
        if row["fields"]["name"] == "calm":
            row["fields"]["description"] = "Not loud."
        if row["fields"]["name"] == "war":
            row["fields"]["name"] = "wars of the world"
        if row["fields"].get("tag") == ["war"]:
            row["fields"]["tag"] = ["wars of the world"]
    (tree / "tags.json").write_text(json.dumps(rows))
    sync()
    assert sorted(Tag.objects.values_list("name", "description")) == [
        ("calm", "Not loud."),
        ("wars of the world", ""),
    ]
    assert "wars of the world" in editing.tag_names(Article.objects.get())
    assert "Nothing to sync" in sync()


def test_a_document_with_the_former_name_of_a_tag_keeps_the_tag(export, sync, tree):
    factories.article("Peace", tags=["war"])
    export()
    edit(tree / "tags.json", '"name": "war"', '"name": "wars"')
    sync()
    edit(tree / "tags.json", '"description": ""', '"description": "Many."')
    sync()
    edit(tree / "articles/peace.md", "---\n\n", "---\n\nWords.\n")
    sync()
    assert editing.tag_names(Article.objects.get()) == ["wars"]
    assert list(Tag.objects.values_list("name", "description")) == [("wars", "Many.")]


TAG, SYNONYM = "articles.tag", "articles.tagsynonym"


@pytest.mark.parametrize(
    ("tags", "synonyms"),
    [
        ({"war": "war", "conflict": "conflict", "sea": "sea"}, {"fight": "war", "ocean": "sea"}),
        ({"war": "war", "sea": "sea"}, {"fight": "sea", "conflict": "war", "ocean": "sea"}),
        (
            {"conflict": "war", "sea": "sea"},
            {"fight": "conflict", "war": "conflict", "ocean": "sea"},
        ),
    ],
    ids=["a synonym becomes a tag", "that of another tag", "the name, and the name a synonym"],
)
def test_synonyms_change_hands(export, sync, tree, tags, synonyms):
    for name, words in (("war", ["conflict", "fight"]), ("sea", ["ocean"])):
        factories.article(name.title(), tags=[name])
        editing.save_tag(Tag.objects.get(name=name), words)
    export()
    rows = [{"model": TAG, "fields": {"name": name, "slug": tags[name]}} for name in tags]
    rows += [
        {"model": SYNONYM, "fields": {"name": name, "tag": [tag]}}
        for name, tag in synonyms.items()
    ]
    (tree / "tags.json").write_text(json.dumps(rows))
    sync()
    assert dict(Tag.objects.values_list("name", "slug")) == tags
    assert dict(TagSynonym.objects.values_list("name", "tag__name")) == synonyms
    assert sync() == "Nothing to sync.\n"


def test_a_tag_that_articles_have_is_not_deleted(export, sync, tree):
    factories.article("Peace", tags=["calm"])
    export()
    (tree / "tags.json").write_text("[]")
    sync()
    assert Tag.objects.get().name == "calm"


def test_tags_that_were_edited_are_not_overwritten(export, sync, tree):
    factories.article("Peace", tags=["calm"])
    export()
    tag = Tag.objects.get()
    tag.description = "Edited."
    editing.save_tag(tag)
    rows = tags_json(tree)
    rows[0]["fields"]["description"] = "Written."
    (tree / "tags.json").write_text(json.dumps(rows))
    with pytest.raises(CommandError, match=r"tags\.json: tags were edited"):
        sync()
    sync("--theirs")
    assert Tag.objects.get().description == "Written."


def test_a_fault_in_the_tags_has_its_line(export, sync, tree):
    export()
    (tree / "tags.json").write_text('[\n{"model": "articles.tag",\n"fields": {"name": ""}}]')
    with pytest.raises(CommandError, match=r"tags\.json:3: .*name"):
        sync()
    (tree / "tags.json").write_text("[")
    with pytest.raises(CommandError, match=r"tags\.json:1: this is not JSON"):
        sync()
    (tree / "tags.json").write_text('[{"model": "auth.user", "fields": {"name": "x"}}]')
    with pytest.raises(CommandError, match=r"auth\.user"):
        sync()


@pytest.mark.parametrize("fields", [{"name": None}, {"name": "calm", "slug": None}])
def test_a_null_in_the_tags_is_a_fault(export, sync, tree, fields):
    export()
    (tree / "tags.json").write_text(json.dumps([{"model": TAG, "fields": fields}]))
    with pytest.raises(CommandError, match=r"tags\.json:1: .*(name|slug): is null"):
        sync()
    assert not Tag.objects.exists()


def test_a_folder_without_tags_says_nothing_about_them(sync, write):
    editing.save_tag(Tag(name="calm", description="Not loud."))
    write("peace.md", "title: Peace")
    sync()
    assert Tag.objects.get().description == "Not loud."


# Media


def test_media_are_added_and_replaced_and_never_deleted(export, sync, tree, media):
    (media / "a.png").write_bytes(b"a")
    factories.article("Peace", body="![[a.png]]")
    export()
    (tree / "media/a.png").write_bytes(b"new a")
    (tree / "media/b").mkdir()
    (tree / "media/b/c.png").write_bytes(b"c")
    assert dry_run(sync)
    sync()
    assert (media / "a.png").read_bytes() == b"new a"
    assert (media / "b/c.png").read_bytes() == b"c"
    assert "Nothing to sync" in sync()
    (tree / "media/a.png").unlink()
    sync()
    assert (media / "a.png").exists()


def test_media_that_were_replaced_on_the_site_are_not_overwritten(export, sync, tree, media):
    (media / "a.png").write_bytes(b"a")
    factories.article("Peace", body="![[a.png]]")
    export()
    (media / "a.png").write_bytes(b"of the site")
    (tree / "media/a.png").write_bytes(b"of the folder")
    for option in ([], ["--merge"]):
        with pytest.raises(CommandError, match=r"media/a\.png: the site has another file"):
            sync(*option)
    sync("--theirs")
    assert (media / "a.png").read_bytes() == b"of the folder"


def test_a_large_folder_is_in_memory_once(export, sync, tree, monkeypatch):
    """It is compared before the tables are locked, and once more then."""
    factories.article("Peace")
    export()
    edit(tree / "articles/peace.md", "Peace", "Quiet")
    planners, alive = [], []

    class Watched(Planner):
        def __init__(self, *arguments):
            alive.append(sum(planner() is not None for planner in planners))
            super().__init__(*arguments)
            planners.append(weakref.ref(self))

    # The package has a function with the name of the module.
    monkeypatch.setattr(sys.modules["articles.syncing.sync"], "Planner", Watched)
    sync()
    assert alive == [0, 0]


@pytest.mark.parametrize("max_memory", [0, 100, 10_000])
def test_documents_that_do_not_fit_into_memory_are_parsed_again(
    sync, write, monkeypatch, max_memory
):
    monkeypatch.setattr(syncing.tree, "MAX_MEMORY", max_memory)
    for number in range(5):
        write(f"a{number}.md", f"title: A {number}")
    sync()
    assert titles() == [f"A {number}" for number in range(5)]
    assert sync() == "Nothing to sync.\n"


def sync_size(folder, count):
    """Return the bytes in use when `count` new documents have been written, but for the last."""
    text = "Some more words. " * 80
    documents = (f"A {number} in {folder.name}" for number in range(count))
    write_tree(folder, {f"articles/{title}.md": f"# {title}\n{text}" for title in documents})
    sizes = []

    def report(_count):
        gc.collect()
        sizes.append(tracemalloc.get_traced_memory()[0])

    tracemalloc.start()
    try:
        syncing.sync(folder, syncing.SyncOptions(Strategy.OURS), report=report)
    finally:
        tracemalloc.stop()
    return max(sizes)


def test_a_first_sync_holds_neither_documents_nor_paths_in_memory(media, tmp_path, monkeypatch):
    monkeypatch.setattr(syncing.tree, "MAX_MEMORY", 0)
    monkeypatch.setattr(article_loading, "BATCH", 10)
    sync_size(tmp_path / "first", 5)  # What is allocated once.
    few, many = sync_size(tmp_path / "few", 20), sync_size(tmp_path / "many", 220)
    assert many - few < 200 * 2_500
