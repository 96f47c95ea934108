"""A long load beside a server on SQLite, which has one writer at a time: editors get an answer
within seconds that keeps their text, and readers notice nothing."""

import signal
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager

import pytest

from tests.operations.content import PASSWORD
from tests.operations.editors import Form
from tests.operations.servers import Client, wait_until

ARTICLE = "/admin/articles/article/1/change/"
WORKING_COPY = "/admin/articles/article/working_copy/"
DELETE = "/admin/articles/article/2/delete/"
TOKEN = "csrfmiddlewaretoken"
DOCUMENTS = 300
PAGES = ("/", "/articles/editor1/", "/articles/editor2/", "/tags/", "/search/?q=saved", "/feed/")
# Seconds within which an editor has to get an answer. The server waits for 5, and a busy machine
# adds some.
LIMIT = 20
TEXT = "Typed during the load."


@pytest.fixture
def site(on_sqlite):
    with on_sqlite.running():
        yield on_sqlite


@pytest.fixture
def editor(site):
    client = Client(site.port)
    assert client.log_in("editor1", PASSWORD).status == 302
    return client


def is_locked(site):
    file = site.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, timeout=0)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False


@contextmanager
def long_load(site):
    """Stop a real `loaddata` in the middle, and let it finish afterwards."""
    folder = site.folder / "documents"
    folder.mkdir()
    for number in range(DOCUMENTS):
        text = (
            f"---\ntitle: Loaded {number}\nstatus: published\n---\n\nSee [[Loaded {number + 1}]]."
        )
        (folder / f"{number}.md").write_text(text)
    files = sorted(map(str, folder.iterdir()))
    load = subprocess.Popen(
        site.manage_command("loaddata", "--workers=0", *files),
        env=site.environment,
        cwd=site.folder,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: is_locked(site))
        load.send_signal(signal.SIGSTOP)
        assert is_locked(site)
        yield
        assert is_locked(site)
        load.send_signal(signal.SIGCONT)
        assert load.wait(120) == 0
    finally:
        load.kill()
        load.wait()


@contextmanager
def in_time():
    start = time.monotonic()
    yield
    assert time.monotonic() - start < LIMIT


def test_an_editor_keeps_the_text_and_can_save_it_after_the_load(site, editor):
    form = Form(editor.get(ARTICLE).text, "article_form").values
    form |= {"body": TEXT, "form_id": "0123456789abcdef"}
    with long_load(site):
        verify_that_readers_and_logins_get_an_answer(site)
        with in_time():
            response = editor.post(ARTICLE, {**form, "_publish": "Publish"})
        assert response.status == 200
        assert "The database is busy" in response.text and "a load of documents" in response.text
        again = Form(response.text, "article_form").values
        assert again["body"] == TEXT
        with in_time():
            response = editor.post(
                ARTICLE, {**form, "_publish": "Publish"}, Accept="application/json"
            )
        assert response.status == 422 and "The database is busy" in response.text
        with in_time():
            response = editor.post(WORKING_COPY, {**form, "article": "1"})
        assert response.status == 503 and "The database is busy" in response.text
        with in_time():
            response = editor.post(DELETE, {"post": "yes", TOKEN: form[TOKEN]})
        assert response.status in (200, 302)
        with in_time():
            assert TEXT not in editor.get(ARTICLE).text
    assert editor.post(ARTICLE, {**again, "_publish": "Publish"}).status == 302
    assert TEXT in Client(site.port).get("/articles/editor1/").text
    assert Client(site.port).get("/articles/loaded-7/").status == 200
    assert Client(site.port).get("/articles/editor2/").status == 200
    assert Client(site.port).log_in("editor2", PASSWORD).status == 302


def verify_that_readers_and_logins_get_an_answer(site):
    for path in PAGES:
        with in_time():
            assert Client(site.port).get(path).status == 200
    with in_time():
        assert Client(site.port).get("/search/?q=nothing+at+all").status == 200
    with in_time():
        response = Client(site.port).get("/admin/login/")
    assert response.status == 200
    with in_time():
        response = Client(site.port).log_in("editor2", PASSWORD)
    assert response.status == 503
