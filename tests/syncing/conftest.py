"""Fixtures for the tests of exporting and syncing."""

import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).parents[2]

# Seconds.
PROCESS_TIMEOUT = 90


@pytest.fixture
def media(settings, tmp_path):
    """The media folder of the site."""
    settings.MEDIA_ROOT = tmp_path / "media root"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def tree(tmp_path, media):
    """The path of a folder that does not exist yet."""
    return tmp_path / "tree"


@pytest.fixture
def export(tree):
    """Export to `tree`. Returns what the command prints."""

    def export(*options, folder=tree):
        return run("export_articles", folder, *options)

    return export


@pytest.fixture
def sync(tree):
    """Sync `tree`. Returns what the command prints."""

    def sync(*options, folder=tree):
        return run("sync_articles", folder, *options)

    return sync


@pytest.fixture
def write(tree):
    """Write a document, with front matter and a text."""

    def write(name, front_matter="", body="Words.\n"):
        path = tree / "articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\n{front_matter}\n---\n\n{body}")
        return path

    return write


@pytest.fixture
def manage(separate_connections, media):
    """Start `manage.py` as another process on the database of the test. If it does not end, it is
    killed, so that no test waits for it forever."""
    timers = []

    def manage(*arguments, program=None, **options):
        values = connection.settings_dict
        name = values["NAME"]
        url = f"sqlite:///{name}"
        if connection.vendor == "postgresql":
            url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "MEDIA_ROOT": str(media),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, program or "manage.py", *map(str, arguments)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, **pipes, **options)
        timers.append(threading.Timer(PROCESS_TIMEOUT, process.kill))
        timers[-1].start()
        return process

    yield manage
    for timer in timers:
        timer.cancel()


def run(command, folder, *options):
    output = io.StringIO()
    call_command(command, str(folder), *options, stdout=output, stderr=output)
    return output.getvalue()


def contents(folder):
    """Return the bytes of all files of a folder by path, hidden ones included."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
