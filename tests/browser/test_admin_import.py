"""The way of an import in a browser: upload, dry run, import, undo; without JavaScript, too."""

import zipfile
from io import BytesIO

import pytest
from playwright.sync_api import expect

from articles.models import Article
from tests import factories

IMPORT = "/admin/articles/article/import/"


def vault(count):
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for number in range(count):
            text = f"See [[Import {number + 1:02}]] and [[Missing]].\n\n{{{{x}}}}"
            target.writestr(f"A folder/Import {number:02}.md", f"---\nfoo: 1\n---\n{text}\n")
        target.writestr("سلام.md", "[[مفقود]]")
    return {"name": "vault.zip", "mimeType": "application/zip", "buffer": archive.getvalue()}


@pytest.mark.parametrize("java_script", [True, False])
def test_upload_dry_run_import_and_undo(open_page, settings, tmp_path, java_script):
    settings.MEDIA_ROOT = tmp_path
    before = Article.objects.count()
    page = open_page("/admin/", user=factories.editor(), java_script_enabled=java_script)
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("Files").set_input_files(vault(2))
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_text("Nothing has been written yet.")).to_be_visible()
    assert Article.objects.count() == before
    page.get_by_role("button", name="Import 3 articles").click()
    expect(page.get_by_text("3 articles were imported.")).to_be_visible()
    assert Article.objects.count() == before + 3
    page.get_by_role("link", name="Undo this import…").click()
    page.get_by_role("button", name="Undo this operation").click()
    expect(page.get_by_text("Undone in 3 articles.")).to_be_visible()
    assert Article.objects.count() == before


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_axe_finds_nothing_in_the_pages_of_the_import(
    open_page, admin_violations, overflows, locale
):
    page = open_page(IMPORT, user=factories.editor(), locale=locale)

    def check():
        assert admin_violations(page) == []
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert not overflows(page), (page.url, width)

    page.locator("#id_documents").set_input_files(
        {"name": "a.zip", "mimeType": "application/zip", "buffer": b"no zip"}
    )
    page.locator(".import-actions button").click()
    expect(page.locator(".import-error")).to_be_visible()
    check()
    page.locator("#id_documents").set_input_files(vault(30))
    page.locator(".import-actions button").click()
    expect(page.locator(".import-counts")).to_be_visible()
    check()
    page.goto(f"{page.url}?section=imported")
    check()


def test_the_keyboard_is_enough(open_page, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    page = open_page(IMPORT, user=factories.editor())
    page.get_by_label("Files").set_input_files(vault(1))
    page.get_by_role("button", name="Show what would happen").focus()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Import 2 articles")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 articles were imported.")).to_be_visible()


def test_files_that_are_too_large_are_refused_before_they_are_sent(open_page, settings):
    settings.IMPORT_MAX_SIZE = 1024 * 1024
    page = open_page(IMPORT, user=factories.editor())
    files = page.get_by_label("Files")
    large = {"name": "a.md", "mimeType": "text/markdown", "buffer": b"x" * 1_100_000}
    files.set_input_files(large)
    page.get_by_role("button", name="Show what would happen").click()
    message = files.evaluate("input => input.validationMessage")
    assert "The files are larger than 1 MB" in message
    files.set_input_files({**large, "buffer": b"x"})
    assert files.evaluate("input => input.validationMessage") == ""
