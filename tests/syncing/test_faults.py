"""Exports and syncs that are killed, that meet others, or run out of space; the proof of the
round trip and the watch, as processes of their own."""

import fcntl
import os
import signal
from functools import partial
from itertools import count

from django.db import connection

from articles import editing
from articles.models import Article, SyncedFile
from articles.serializers.documents import serialize
from tests import factories
from tests.killing import count_statements, points, run_and_kill
from tests.syncing.conftest import contents

LINES = "A line of the text.\n" * 20
# A program that calls `manage.py` with a limit on the size of files, as on a disk that is full.
FULL_DISK = """
import resource, runpy, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_BYTES, MAX_BYTES))
sys.argv[0] = "manage.py"
runpy.run_path("manage.py", run_name="__main__")
"""
# One that Ctrl-C ends in the middle, and whose scratch database has a name of its own.
INTERRUPTED_PROOF = """
import runpy, secrets, sys
from django.db.migrations.executor import MigrationExecutor
def interrupt(*arguments, **options):
    raise KeyboardInterrupt
MigrationExecutor.migrate = interrupt
secrets.token_hex = lambda size: "interrupted"
sys.argv[0] = "manage.py"
runpy.run_path("manage.py", run_name="__main__")
"""


def edit_all(articles, text):
    for article in articles:
        article.refresh_from_db()
        article.body = f"{text}\n{LINES}"
        editing.save(article)


def wait(process):
    output, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors, errors
    return output, errors


def kill_at_file(number):
    """Let a process kill itself before it puts its file with this number in place."""
    replace, numbers = os.replace, count(1)

    def replace_or_end(source, target):
        if next(numbers) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        replace(source, target)

    os.replace = replace_or_end


def test_an_export_that_is_killed_leaves_whole_files_and_is_completed(
    separate_connections, export, tree, tmp_path
):
    articles = [factories.article(f"Article {number}", body=LINES) for number in range(12)]
    export()

    def export_until(number):
        kill_at_file(number)
        export()

    for number in (1, 2, 12, 13, 14, 20, 24):
        old = visible_files(tree)
        edit_all(articles, f"Words {number}.")
        assert run_and_kill(partial(export_until, number), at=0)
        files = visible_files(tree)
        assert files.keys() == old.keys()
        assert all(text in (old[name], documents()[name]) for name, text in files.items())
    for at in points(count_statements(partial(export, "--force"), tmp_path / "count"), 6):
        edit_all(articles, f"Words {at}.")
        assert run_and_kill(export, at)
    export()
    assert contents(tree) == documents()


def visible_files(folder):
    return {name: text for name, text in contents(folder).items() if name[0] != "."}


def documents():
    """Return what the files of all articles must be."""
    return {
        f"articles/{article.slug}.md": serialize(article, []).encode()
        for article in Article.objects.all()
    } | {"tags.json": b"[]\n"}


def test_a_sync_that_is_killed_has_done_all_or_nothing(
    separate_connections, export, sync, tree, tmp_path
):
    for number in range(12):
        factories.article(f"Article {number}", body="Old.")
    export()
    for path in (tree / "articles").iterdir():
        path.write_text(path.read_text().replace("Old.", "New."))
    (tree / "articles/article-0.md").unlink()
    (tree / "articles/new.md").write_text("# New\n\nNew.")
    for at in range(3, 90, 6):
        if not run_and_kill(sync, at):
            break
        assert Article.objects.filter(body="Old.").count() == 12
        assert not Article.objects.filter(title="New").exists()
        assert SyncedFile.objects.count() == 13
    else:
        sync()
    assert not Article.objects.filter(body="Old.").exists()
    assert Article.objects.count() == 12
    assert sync() == "Nothing to sync.\n"


def test_two_syncs_at_once_wait_for_each_other(manage, export, tree):
    for number in range(5):
        factories.article(f"Article {number}", body="Old words.\n")
    export()
    for path in (tree / "articles").iterdir():
        path.write_text(path.read_text().replace("Old words.", "New words."))
    processes = [manage("sync_articles", tree) for _process in range(2)]
    outputs = [wait(process)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    last_words = sorted(output.splitlines()[-1].split()[0] for output in outputs)
    assert last_words == ["Nothing", "Synced"]


def test_a_process_that_waits_says_so(manage, export, tree):
    factories.article("Peace")
    export()
    descriptor = os.open(tree, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    process = manage("export_articles", tree)
    assert "Waiting for another process" in process.stderr.readline()
    os.close(descriptor)
    wait(process)
    assert process.returncode == 0


def test_a_full_disk_changes_nothing(manage, export, tree, tmp_path):
    articles = [factories.article(f"Article {number}", body="Old.") for number in range(3)]
    export()
    before = contents(tree)
    edit_all(articles[:1], "Small.")
    edit_all(articles[1:], "Large." * 1000)
    program = tmp_path / "full.py"
    program.write_text(FULL_DISK.replace("MAX_BYTES", "4000"))
    process = manage("export_articles", tree, program=str(program))
    _output, errors = process.communicate(timeout=60)
    if connection.vendor == "postgresql":  # SQLite can't write its own files either.
        assert "file too large" in errors
    assert process.returncode == 1
    assert "Traceback" not in errors
    assert contents(tree) == before


def test_the_round_trip_is_proven_without_touching_the_database(manage):
    factories.article("Peace", tags=["calm"], aliases=["Concord"], summary="Short.")
    factories.article("سلام", language="ar", translation_of="peace", body="انظر [[Peace]].")
    before = [*Article.objects.order_by("pk").values()]
    process = manage("prove_roundtrip")
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert output.splitlines()[-1] == "json: the same bytes."
    assert "md: the same bytes." in output
    assert [*Article.objects.order_by("pk").values()] == before


def test_the_round_trip_of_a_site_without_articles_is_proven(manage):
    process = manage("prove_roundtrip")
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert output.splitlines()[-1] == "json: the same bytes."


def test_a_proof_that_is_interrupted_leaves_no_database(manage, tmp_path):
    program = tmp_path / "interrupted.py"
    program.write_text(INTERRUPTED_PROOF)
    process = manage("prove_roundtrip", program=str(program))
    _output, errors = wait(process)
    assert (process.returncode, errors) == (130, "CommandError: Interrupted.\n")
    if connection.vendor == "postgresql":  # Those of SQLite are in a temporary folder.
        with connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE '%interrupted'")
            assert not cursor.fetchall()


def test_the_watch_follows_an_editor_until_it_is_interrupted(manage, export, tree):
    factories.article("Peace", body="Old.")
    export()
    process = manage("sync_articles", tree, "--watch")
    assert "Watching" in process.stdout.readline()
    assert "Nothing to sync" in process.stdout.readline()
    path = tree / "articles/peace.md"
    text = path.read_text()
    path.write_text(text.replace("status: published", "status: unknown"))
    assert "articles/peace.md:" in process.stderr.readline()
    path.write_text(text.replace("Old.", "New."))
    assert "changed  articles/peace.md" in process.stdout.readline()
    assert "Synced" in process.stdout.readline()
    assert Article.objects.get().body == "New."
    process.send_signal(signal.SIGINT)
    wait(process)
    assert process.returncode == 0
