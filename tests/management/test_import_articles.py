"""`import_articles`: its options, its report and its messages."""

import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from articles.models import Article, Revision


@pytest.fixture
def vault(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / "War.md").write_text("---\nodd: x\n---\n[[Peace]] [[Missing]] {{< x >}}")
    (folder / "Peace.md").write_text("Words.")
    return folder


def run(path, **options):
    output = io.StringIO()
    call_command("import_articles", str(path), stdout=output, **options)
    return output.getvalue()


@pytest.mark.django_db
def test_the_report_is_displayed(vault):
    lines = run(vault).splitlines()
    assert lines[0] == "Documents: 2 imported, 0 updated, 0 unchanged, 0 skipped."
    assert lines[1] == "Links: 1 resolved, 0 of them ambiguous, 0 to missing sections; 1 wanted."
    assert "  War.md:4: The shortcode “x” has no equivalent. It stays as text." in lines
    assert "Unknown keys of front matter: odd (1)." in lines


@pytest.mark.django_db
def test_the_report_is_written_as_json(vault, tmp_path):
    run(vault, report=tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["source"] == "vault" and report["format"] == "obsidian"
    assert report["documents"] == {"imported": 2, "updated": 0, "unchanged": 0, "skipped": 0}
    assert report["articles"][0] == {"path": "Peace.md", "slug": "peace", "outcome": "imported"}
    assert [(row["path"], row["line"]) for row in report["wanted"]] == [("War.md", 4)]


@pytest.mark.django_db
def test_the_user_and_the_comment_are_those_of_the_revisions(vault, django_user_model):
    django_user_model.objects.create_user("ann")
    run(vault, user="ann", comment="Moved")
    assert {*Revision.objects.values_list("editor", "comment")} == {("ann", "Moved")}


@pytest.mark.django_db
def test_a_dry_run_says_so(vault):
    assert "nothing was written" in run(vault, dry_run=True)
    assert not Article.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing", None, "no such file or directory"),
        ("empty.zip", b"", "is not a zip archive"),
        ("a.bin", b"x", "no documents that can be imported"),
    ],
)
def test_what_can_not_be_imported_is_refused_in_one_line(tmp_path, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=message) as caught:
        run(path)
    assert "\n" not in str(caught.value)


@pytest.mark.django_db
def test_a_path_out_of_a_zip_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../x.md", "x")
    with pytest.raises(CommandError, match="leads out of the archive"):
        run(tmp_path / "a.zip")


@pytest.mark.django_db
def test_a_language_that_is_none_is_refused(vault):
    with pytest.raises(CommandError, match="“xx_!” is not a language tag"):
        call_command("import_articles", str(vault), "--language=xx_!")
    assert not Article.objects.exists()


@pytest.mark.django_db
def test_an_unknown_user_is_refused(vault):
    with pytest.raises(CommandError, match="no user “bob”"):
        run(vault, user="bob")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), OperationalError("database is locked")]
)
def test_a_failure_is_one_line_and_writes_nothing(vault, monkeypatch, error):
    def fail(*_arguments):
        raise error

    monkeypatch.setattr("articles.importing.articles.ArticleImport._remember", fail)
    with pytest.raises(CommandError, match=r"no space left|is locked"):
        run(vault)
    assert not Article.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("dry_run", "outcome"), [(True, "nothing was imported"), (False, "the import is complete")]
)
def test_a_report_that_can_not_be_written_says_whether_articles_were(
    vault, tmp_path, dry_run, outcome
):
    with pytest.raises(CommandError, match=f"is a directory.*The report was not .*{outcome}"):
        run(vault, dry_run=dry_run, report=tmp_path)
    assert Article.objects.exists() is not dry_run
