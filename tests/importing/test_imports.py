"""Imports as a whole: what becomes of the documents, now and when they are imported again."""

import gc
import tracemalloc

import pytest

from articles import editing
from articles.importing import articles
from articles.importing.formats import UnknownFormat
from articles.importing.imports import import_documents
from articles.importing.options import ImportOptions
from articles.importing.reports import Outcome
from articles.importing.trees import open_tree
from articles.models import Article, ImportedDocument, Name, Revision, Status
from articles.serializers import article_loading
from tests.importing.trees import run_import, write_tree

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50


def article(title):
    return Article.objects.get(title=title)


def messages(problems):
    return [problem.message for problem in problems]


def test_a_note_becomes_an_article(import_tree):
    report = import_tree({"War.md": "About [[Peace]].", "Peace.md": "Words."})
    assert report.outcomes == {Outcome.IMPORTED: 2}
    assert article("War").body == "About [[Peace]]."
    assert article("War").html
    assert article("War").status == Status.DRAFT
    assert Name.objects.filter(key="peace").exists()


def test_the_title_is_that_of_the_front_matter_the_first_heading_or_the_file(import_tree):
    import_tree(
        {
            "a.md": "---\ntitle: From fields\n---\n# Heading\n",
            "b.md": "# From *heading*\n\nWords.",
            "c.md": "Words.\n\n# Later\n",
        }
    )
    assert {*Article.objects.values_list("title", flat=True)} == {
        "From fields",
        "From heading",
        "c",
    }
    assert article("From heading").body == "Words."
    assert article("From heading").aliases == ["b"]


def test_notes_of_one_title_are_told_apart_by_their_folders(import_tree):
    report = import_tree(
        {
            "Note.md": "first",
            "a/Note.md": "second",
            "b/Note.md": "third",
            "b/Index.md": "[[Note]] [[a/Note|label]] [[b/Note]]",
        }
    )
    assert report.outcomes[Outcome.IMPORTED] == 4
    assert article("Note").body == "first"
    assert article("Note (a)").body == "second"
    assert article("Note (a)").aliases == ["a/Note"]
    assert article("Index").body == "[[Note (b)|Note]] [[a/Note|label]] [[b/Note]]"
    assert "Another article has the name “Note”: the title is “Note (a)”." in messages(
        report.problems
    )


def test_an_article_that_was_there_is_never_overwritten(import_tree):
    editing.save(Article(title="Peace", slug="peace", body="ours"), [])
    import_tree({"x/Peace.md": "theirs [[Peace]]"})
    assert article("Peace").body == "ours"
    assert article("Peace (x)").body == "theirs [[Peace (x)|Peace]]"


def test_an_alias_that_another_article_has_is_dropped_and_reported(import_tree):
    report = import_tree(
        {"War.md": "---\naliases: [Peace, Conflict]\n---\n", "Peace.md": "Words."}
    )
    assert article("War").aliases == ["Conflict"]
    assert any("“Peace” was dropped" in message for message in messages(report.problems))


def test_importing_again_changes_nothing(import_tree):
    files = {"War.md": "[[Peace]] ![[a.png]]", "b/Peace.md": "x", "a.png": PNG}
    import_tree(files, folder_tags=True)
    revisions = Revision.objects.count()
    report = import_tree({}, folder_tags=True)
    assert report.outcomes == {Outcome.UNCHANGED: 2}
    assert Article.objects.count() == 2 and Revision.objects.count() == revisions


def test_importing_again_updates_what_changed(import_tree):
    import_tree({"War.md": "old", "Peace.md": "same"})
    report = import_tree({"War.md": "new", "Treaty.md": "more"})
    assert report.outcomes == {Outcome.IMPORTED: 1, Outcome.UPDATED: 1, Outcome.UNCHANGED: 1}
    assert article("War").body == "new"
    assert Article.objects.count() == 3


def test_a_new_note_of_the_same_title_does_not_rename_the_old_one(import_tree):
    import_tree({"b/Note.md": "old"})
    import_tree({"Note.md": "new"})
    assert article("Note").body == "old"
    assert article("Note (2)").body == "new"


@pytest.mark.parametrize("new_path", ["Peace.md", "b/War.md", "b/c/New name.md"])
def test_a_file_that_was_renamed_is_the_same_article(import_tree, tmp_path, new_path):
    import_tree({"a/War.md": "Words.", "Index.md": "[[War]]"})
    pk = article("War").pk
    (tmp_path / "vault/a/War.md").unlink()
    report = import_tree({new_path: "Words."})
    assert report.outcomes[Outcome.IMPORTED] == 0
    assert Article.objects.count() == 2 and Article.objects.exclude(title="Index").get().pk == pk
    message = "The file was “a/War.md” before: it is the same article."
    assert f"{new_path}: {message}" in map(str, report.problems)
    assert import_tree({}).outcomes == {Outcome.UNCHANGED: 2}


def test_a_file_that_was_renamed_and_changed_is_recognised_by_its_title(import_tree, tmp_path):
    import_tree({"a.md": "# War\n\nold"})
    (tmp_path / "vault/a.md").unlink()
    assert import_tree({"b.md": "# War\n\nnew"}).outcomes == {Outcome.UPDATED: 1}
    assert article("War").body == "new"


def test_a_new_file_is_not_one_that_is_gone_if_others_have_the_same_text(import_tree, tmp_path):
    import_tree({"War.md": "Same.", "Empty.md": ""})
    for name in ("War.md", "Empty.md"):
        (tmp_path / "vault" / name).unlink()
    report = import_tree({"Peace.md": "Same.", "Treaty.md": "Same.", "Blank.md": ""})
    assert report.outcomes == {Outcome.IMPORTED: 3}


def test_names_stay_with_the_articles_that_have_them(import_tree):
    import_tree({"x/a.md": "---\ntitle: War\naliases: [Peace]\n---\n", "x/b/c.md": "# War"})
    import_tree({"d.md": "# War", "Other.md": "---\naliases: [Peace]\n---\n"})
    assert import_tree({}).outcomes == {Outcome.UNCHANGED: 4}
    assert article("War").aliases == ["a", "Peace"]


@pytest.mark.parametrize("new", ["# War", "---\ntitle: x\nslug: war\naliases: [War]\n---\n"])
def test_a_name_that_an_article_had_before_is_not_given_to_another_one(import_tree, new):
    import_tree({"a.md": "# War"})
    assert import_tree({"a.md": "# Peace"}).outcomes == {Outcome.UPDATED: 1}
    assert import_tree({"b.md": new}).outcomes == {Outcome.IMPORTED: 1, Outcome.UNCHANGED: 1}
    assert import_tree({}).outcomes == {Outcome.UNCHANGED: 2}


def test_a_title_is_not_the_slug_of_another_article(import_tree):
    import_tree({"a.md": "# War", "x/b.md": "# War"})
    report = import_tree({"a.md": "# Peace"})
    assert report.outcomes[Outcome.UPDATED] >= 1
    assert article("Peace").slug == "war" and article("War (x)")


def test_a_language_in_which_another_article_has_the_slug_is_not_taken(import_tree):
    editing.save(Article(title="War", slug="war-in-general", language="en"), [])
    import_tree({"war.md": "---\nlang: de\n---\n"})
    report = import_tree({"war.md": "---\nlang: en\n---\nnew"})
    assert report.outcomes == {Outcome.UPDATED: 1}
    assert Article.objects.get(slug="war").language == "de"
    message = "Its language stays “de”: another article has the name “war”."
    assert message in messages(report.problems)


def test_an_article_that_was_edited_here_is_reported_and_not_overwritten(import_tree):
    import_tree({"War.md": "old"})
    edited = article("War")
    edited.body = "edited here"
    editing.save(edited, [])
    report = import_tree({"War.md": "new"})
    assert report.outcomes == {Outcome.SKIPPED: 1}
    assert "edited here since" in next(iter(report.skipped)).message
    assert article("War").body == "edited here"


def test_an_article_that_was_edited_here_is_overwritten_on_request(import_tree):
    import_tree({"War.md": "old"})
    edited = article("War")
    edited.body = "edited here"
    editing.save(edited, [])
    report = import_tree({}, overwrite=True)
    assert report.outcomes == {Outcome.UPDATED: 1}
    assert article("War").body == "old"


def test_publishing_an_article_is_not_editing_it(import_tree):
    import_tree({"War.md": "old"})
    published = article("War")
    published.status = Status.PUBLISHED
    published.featured = True
    editing.save(published, [])
    assert import_tree({"War.md": "new"}).outcomes == {Outcome.UPDATED: 1}
    assert article("War").status == Status.PUBLISHED and article("War").featured


def test_an_article_that_was_deleted_here_stays_deleted(import_tree):
    import_tree({"War.md": "old", "Peace.md": "[[War]]"})
    editing.delete([article("War")], None)
    report = import_tree({})
    assert report.outcomes == {Outcome.SKIPPED: 1, Outcome.UNCHANGED: 1}
    assert "deleted here" in next(iter(report.skipped)).message
    assert report.links.wanted == 1
    assert import_tree({}, overwrite=True).outcomes[Outcome.IMPORTED] == 1
    assert Article.objects.count() == 2


def test_an_article_that_was_restored_is_no_duplicate(import_tree):
    import_tree({"War.md": "old"})
    trashed = editing.delete([article("War")], None)
    editing.restore_from_trash(trashed, None)
    assert import_tree({"War.md": "new"}).outcomes == {Outcome.UPDATED: 1}
    assert Article.objects.count() == 1


def test_a_dry_run_reports_and_writes_nothing(import_tree, media):
    files = {"War.md": "[[Peace]] ![[a.png]] #tag", "Peace.md": "x", "a.png": PNG}
    report = import_tree(files, dry_run=True, inline_tags=True)
    assert report.outcomes == {Outcome.IMPORTED: 2} and report.files_stored == 1
    assert report.links.resolved == 2
    assert not Article.objects.exists() and not ImportedDocument.objects.exists()
    assert not media.exists()


def test_an_import_is_one_operation_that_can_be_undone(import_tree, django_user_model):
    report = import_tree({"War.md": "x", "Peace.md": "y"}, comment="From the vault")
    operations = {*Revision.objects.values_list("operation", "comment")}
    assert [(str(operation), comment) for operation, comment in operations] == [
        (report.operation, "From the vault")
    ]
    editing.undo_operation(next(iter(operations))[0], None)
    assert not Article.objects.exists()


def test_a_document_that_is_too_large_is_skipped_with_the_reason(import_tree):
    report = import_tree({"Large.md": "x" * 1_000_001, "Small.md": "y"})
    assert report.outcomes == {Outcome.IMPORTED: 1, Outcome.SKIPPED: 1}
    assert "at most 1000000" in next(iter(report.skipped)).message


def test_two_sources_may_have_the_same_paths(import_tree):
    import_tree({"War.md": "x"}, source="one")
    assert import_tree({}, source="two").outcomes == {Outcome.IMPORTED: 1}
    assert {*Article.objects.values_list("title", flat=True)} == {"War", "War (2)"}


def test_links_are_counted(import_tree):
    report = import_tree(
        {"a/N.md": "x", "b/N.md": "x", "I.md": "[[N]] [[Missing]] [text](gone.md) `[[code]]`"}
    )
    assert (report.links.resolved, report.links.ambiguous, report.links.wanted) == (1, 1, 2)
    assert [(problem.path, problem.line) for problem in report.wanted] == [("I.md", 1)] * 2


def test_a_link_to_an_article_of_the_site_is_resolved(import_tree):
    editing.save(Article(title="Peace", slug="peace", body="ours"), [])
    report = import_tree({"War.md": "[[Peace]]"})
    assert (report.links.resolved, report.links.wanted) == (1, 0)


def test_a_failure_writes_nothing_and_removes_stored_files(import_tree, media, monkeypatch):
    def fail(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("articles.importing.articles.ArticleImport._remember", fail)
    with pytest.raises(OSError, match="No space left"):
        import_tree({"War.md": "![[a.png]]", "a.png": PNG})
    assert not Article.objects.exists()
    assert list(media.iterdir()) == []


def test_a_folder_without_documents_is_refused(tmp_path):
    (tmp_path / "x.bin").write_bytes(b"x")
    with pytest.raises(UnknownFormat, match="no documents"):
        run_import(tmp_path)


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(UnknownFormat, match="There are"):
        run_import(tmp_path, format="word")


def test_the_values_of_a_document_are_checked_once(import_tree, monkeypatch):
    checked = []

    def find_faults(article, source):
        checked.append(article.title)
        return []

    for module in ("importing.articles", "serializers.article_loading"):
        monkeypatch.setattr(f"articles.{module}.find_faults", find_faults)
    import_tree({"War.md": "x", "Peace.md": "y"})
    assert checked == ["Peace", "War"]


def import_size(tmp_path, count):
    """Return the bytes in use when `count` documents have been written, but for the last."""
    text = "[[Missing one]] and words. " * 20 + "More of them. " * 50
    tree = write_tree(tmp_path, {f"Note {number}.md": text for number in range(count)})
    sizes = []

    def advance(_count):
        gc.collect()
        sizes.append(tracemalloc.get_traced_memory()[0])

    with open_tree(tree) as source:
        tracemalloc.start()
        try:
            import_documents(source, ImportOptions(format="obsidian"), advance=advance)
        finally:
            tracemalloc.stop()
    return max(sizes)


@pytest.mark.django_db
def test_an_import_holds_neither_texts_nor_a_report_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(articles, "BATCH", 10)
    monkeypatch.setattr(article_loading, "BATCH", 10)
    import_size(tmp_path / "first", 5)  # What is allocated once.
    few, many = import_size(tmp_path / "a", 20), import_size(tmp_path / "b", 220)
    # The lines of the report on a document have 5,000 bytes.
    assert many - few < 200 * 2_500


def test_a_document_with_one_time_is_not_created_after_its_update(import_tree):
    def times():
        row = Article.objects.get()
        return f"{row.created:%Y-%m-%d}", f"{row.updated:%Y-%m-%d}"

    import_tree({"a.md": "---\nlastmod: 2020-01-02\n---\nWords."})
    assert times() == ("2020-01-02", "2020-01-02")
    import_tree({"a.md": "---\nlastmod: 2021-01-02\n---\nOther words."})
    assert times() == ("2020-01-02", "2021-01-02")
