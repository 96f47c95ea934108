"""The import in the admin: upload, dry run, import, undo; and whatever can go wrong."""

import threading
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.admin import import_pages
from articles.models import Article, ImportUpload, TrashedArticle
from tests import factories
from tests.admin.utils import ARTICLE_LIST, WRITER, html, log_in, user_of

pytestmark = pytest.mark.django_db
IMPORT = f"{ARTICLE_LIST}import/"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.MEDIA_ROOT.mkdir()
    return tmp_path / "media"


def vault(**files: str | bytes) -> SimpleUploadedFile:
    """Return a zip of notes, by their names without extension."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for name, content in files.items():
            target.writestr(name if "." in name else f"{name}.md", content)
    return SimpleUploadedFile("vault.zip", archive.getvalue())


def upload(client: Client, *files: Any, **data: Any) -> Any:
    posted = {"documents": files[0] if len(files) == 1 else list(files), **data}
    return client.post(IMPORT, posted, follow=True)


def report_url() -> str:
    return f"{IMPORT}{ImportUpload.objects.first().pk}/"


def errors(response: Any) -> str:
    return " ".join(response.context["form"].errors.get("documents", []))


def messages(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_the_whole_way_from_the_upload_to_undo(editor: Client, media: Path) -> None:
    files = {"Peace": "See [[War]].\n\n![[a.png]]", "War": "Text [[Gone]]", "a.png": PNG}
    response = upload(editor, vault(**files))
    page = html(response)
    assert "Nothing has been written yet." in page and "Import 2 articles" in page
    assert "Peace.md" in page and "War.md" in page
    assert not Article.objects.exists() and list(media.iterdir()) == []

    response = editor.post(report_url(), follow=True)
    assert "2 articles were imported." in messages(response)
    assert {article.title for article in Article.objects.all()} == {"Peace", "War"}
    assert [path.name for path in media.iterdir()] == ["a.png"]
    operation = ImportUpload.objects.get().operation
    assert f'href="{ARTICLE_LIST}operations/{operation}/undo/"' in html(response)

    editor.post(f"{ARTICLE_LIST}operations/{operation}/undo/")
    assert not Article.objects.exists() and TrashedArticle.objects.count() == 2


def test_the_revisions_have_the_user(editor: Client) -> None:
    upload(editor, vault(Peace="Text"))
    editor.post(report_url())
    revision = Article.objects.get().revisions.get()
    assert revision.editor == user_of(editor).get_username()


def test_two_clicks_import_once(editor: Client) -> None:
    upload(editor, vault(Peace="Text"))
    url = report_url()
    editor.post(url)
    response = editor.post(url, follow=True)
    assert "1 article was imported." in messages(response)
    assert Article.objects.get().revisions.count() == 1


def test_importing_again_updates_and_repeats_nothing(editor: Client) -> None:
    upload(editor, vault(Peace="Text", War="Text"))
    editor.post(report_url())
    ImportUpload.objects.all().delete()
    response = upload(editor, vault(Peace="Other", War="Text"))
    assert response.context["report"]["documents"]["updated"] == 1
    assert response.context["report"]["documents"]["unchanged"] == 1
    editor.post(report_url())
    assert Article.objects.count() == 2


def test_options_are_those_of_the_command(editor: Client) -> None:
    files = {"Topic/Peace.md": "Text #calm", "a.txt": "x"}
    data = {"folder_tags": "on", "inline_tags": "on", "status": "published", "language": "AR"}
    upload(editor, vault(**files), **data)
    editor.post(report_url())
    article = Article.objects.get()
    assert (article.status, article.language) == ("published", "ar")
    assert {tag.name for tag in article.tags.all()} == {"Topic", "calm"}


def test_several_files_are_one_source(editor: Client) -> None:
    files = [SimpleUploadedFile(name, b"Text") for name in ("Peace.md", "War.md")]
    upload(editor, *files)
    editor.post(report_url())
    assert Article.objects.count() == 2
    same = [SimpleUploadedFile("Peace.md", content) for content in (b"x", b"y")]
    response = upload(editor, *same)
    assert "there are two files with this name" in errors(response)


def test_a_dump_of_mediawiki_and_an_export_of_wordpress_are_recognised(editor: Client) -> None:
    page = "<page><title>Paris</title><ns>0</ns><revision><text>'''P'''</text></revision></page>"
    dump = f"<mediawiki>{page}</mediawiki>".encode()
    response = upload(editor, SimpleUploadedFile("dump.xml", dump))
    assert response.context["report"]["format"] == "mediawiki"
    assert "Import 1 article" in html(response)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.zip", b"no zip", "is not a zip archive"),
        ("a.zip", b"", "empty"),
        ("a.xml", b"<mediawiki><page></mediawiki>", "not well-formed XML"),
        ("a.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><mediawiki/>', "document type declaration"),
        ("a.xml", b"\xff\xfe\x00", "has no documents that can be imported: Markdown (.md)"),
        ("a.exe", b"MZ", "has no documents that can be imported: Markdown (.md)"),
        ("....", b"x", "has no documents that can be imported: Markdown (.md)"),
    ],
)
def test_what_can_not_be_read_is_refused_with_the_reason(
    editor: Client, name: str, content: bytes, message: str
) -> None:
    response = upload(editor, SimpleUploadedFile(name, content))
    assert response.status_code == 200
    assert message in errors(response)
    assert "diwan-upload" not in html(response)
    assert not ImportUpload.objects.exists()


def test_an_archive_that_leads_out_of_itself_is_refused(editor: Client) -> None:
    response = upload(editor, vault(**{"../x.md": "x"}))
    assert "leads out of the archive" in errors(response)


def test_no_file_and_wrong_options_are_errors_of_the_form(editor: Client) -> None:
    assert "This field is required." in errors(editor.post(IMPORT))
    response = upload(editor, vault(Peace="x"), language="not a language", format="nope")
    assert set(response.context["form"].errors) == {"language", "format"}


def test_large_uploads_are_refused(editor: Client, settings: Any) -> None:
    settings.IMPORT_MAX_SIZE = 1024 * 1024
    response = upload(editor, SimpleUploadedFile("a.md", b"x" * 1_100_000))
    assert "The files are larger than 1 MB" in errors(response)
    files = [SimpleUploadedFile(f"{number}.md", b"x") for number in range(101)]
    assert "Upload up to 100 files at once" in messages(upload(editor, *files))


def test_more_articles_than_can_be_undone_are_refused(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_pages, "MAX_UNDONE", 1)
    response = upload(editor, vault(Peace="x", War="y"))
    assert "This would change 2 articles." in errors(response)
    assert "up to 1 at once" in errors(response)
    assert not ImportUpload.objects.exists()


def test_a_long_report_is_shown_in_parts(editor: Client) -> None:
    upload(editor, vault(**{f"Note {number:03}": "Text" for number in range(120)}))
    url = report_url()
    page = html(editor.get(url))
    assert "Note 009.md" in page and "Note 010.md" not in page and "Show all 120" in page
    page = html(editor.get(f"{url}?section=imported"))
    assert "Note 099.md" in page and "Note 100.md" not in page
    assert "Note 119.md" in html(editor.get(f"{url}?section=imported&page=2"))
    for query in ("?section=nope", "?section=skipped", "?section=imported&page=x"):
        assert editor.get(url + query).status_code == 200


def test_the_report_tells_what_was_not_understood_with_the_line(editor: Client) -> None:
    page = (
        "<page><title>P</title><ns>0</ns><revision><text>a\n{{Box}} [[Q]]</text></revision></page>"
    )
    dump = f"<mediawiki>\n{page}</mediawiki>".encode()
    text = html(upload(editor, SimpleUploadedFile("dump.xml", dump)))
    assert "dump.xml:3" in text and "Template {{Box}} is not understood" in text
    assert "[[Q]]" in text or "“Q”" in text


def test_messages_of_the_report_have_the_direction_of_the_page(editor: Client) -> None:
    upload(editor, vault(a="[[x]]"))
    for language, direction in (("ar", "rtl"), ("en", "ltr")):
        response = editor.get(report_url(), headers={"accept-language": language})
        assert f'<span class="import-message" dir="{direction}">' in html(response)


def test_uploads_are_private_expire_and_can_be_discarded(editor: Client) -> None:
    upload(editor, vault(Peace="x"))
    url = report_url()
    other = log_in(
        factories.user("other", "add_article", "change_article", "publish_article", "add_tag")
    )
    for client, method in ((other, "get"), (other, "post")):
        response = getattr(client, method)(url, follow=True)
        assert "This upload has expired" in messages(response)
    other.post(url, {"discard": "yes"})
    assert ImportUpload.objects.count() == 1 and not Article.objects.exists()

    ImportUpload.objects.update(created=timezone.now() - timedelta(hours=25))
    assert "This upload has expired" in messages(editor.post(url, follow=True))
    upload(editor, vault(Peace="x"))
    assert ImportUpload.objects.count() == 1
    editor.post(report_url(), {"discard": "yes"})
    assert not ImportUpload.objects.exists()


def test_only_the_newest_uploads_of_a_user_are_stored(editor: Client) -> None:
    for number in range(5):
        upload(editor, vault(**{f"Note{number}": "x"}))
    assert ImportUpload.objects.count() == 3


def test_the_content_is_deleted_after_the_import(editor: Client) -> None:
    upload(editor, vault(Peace="x"))
    editor.post(report_url())
    assert bytes(ImportUpload.objects.get().content) == b""


@pytest.mark.parametrize(
    "missing", ["add_article", "change_article", "publish_article", "add_tag"]
)
def test_all_permissions_are_needed(missing: str) -> None:
    granted = {"add_article", "change_article", "publish_article", "add_tag", "view_article"}
    client = log_in(factories.user("x", *(granted - {missing})))
    assert client.get(IMPORT).status_code == 403
    assert client.post(IMPORT, {"documents": vault(Peace="x")}).status_code == 403
    assert IMPORT not in html(client.get("/admin/"))
    assert not ImportUpload.objects.exists()


def test_writers_and_visitors_can_not_upload(client: Client, tmp_path: Path) -> None:
    writer = log_in(factories.user("w", *WRITER))
    assert writer.post(IMPORT, {"documents": vault(Peace="x")}).status_code == 403
    assert client.post(IMPORT, {"documents": vault(Peace="x")}).status_code == 302
    assert [path.name for path in tmp_path.iterdir()] == ["media"]


def test_the_csrf_token_is_checked(editor: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = editor.cookies
    assert strict.post(IMPORT, {"documents": vault(Peace="x")}).status_code == 403
    page = strict.get(IMPORT)
    data = {"csrfmiddlewaretoken": page.context["csrf_token"], "documents": vault(Peace="x")}
    assert strict.post(IMPORT, data).status_code == 302


def test_editors_get_to_it_from_each_page(editor: Client) -> None:
    assert f'href="{IMPORT}"' in html(editor.get("/admin/"))
    assert reverse(import_pages.IMPORT) == IMPORT == site_settings.IMPORT_PATH
    upload(editor, vault(Peace="x"))
    assert report_url() in html(editor.get(IMPORT))


def test_nothing_stays_on_the_disk(editor: Client, tmp_path: Path) -> None:
    upload(editor, vault(Peace="x" * 3_000_000))
    assert [path.name for path in tmp_path.iterdir()] == ["media"]


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_import_once(editor: Client) -> None:
    upload(editor, vault(Peace="Text"))
    url, session = report_url(), editor.cookies

    def confirm() -> None:
        client = Client()
        client.cookies = session
        responses.append(client.post(url).status_code)
        connection.close()

    responses: list[int] = []
    threads = [threading.Thread(target=confirm) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert responses == [302, 302]
    assert Article.objects.get().revisions.count() == 1
