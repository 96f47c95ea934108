"""What `dumpdata` reads: one state of the database, and no personal data without a label."""

import io
import json
import threading
from contextlib import suppress

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from articles import editing
from articles.models import Article, Revision, Tagging
from articles.transactions import read_snapshot
from tests import factories

NATURAL = {"use_natural_primary_keys": True, "use_natural_foreign_keys": True}


class Interrupted(io.StringIO):
    """A file during whose first write of an article another connection saves some."""

    def __init__(self, save):
        super().__init__()
        self.save = save
        self.interrupted = False

    def write(self, text):
        if '"articles.article"' in text and not self.interrupted:
            self.interrupted = True
            in_thread(self.save)
        return super().write(text)


def in_thread(function):
    """Run `function` on a connection of its own. Fail if it does not end or raises an error."""
    errors = []

    def run():
        try:
            function()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(10)
    assert not thread.is_alive(), "The dump blocks writers."
    assert not errors


def write_content():
    factories.article("New", tags=["new"], body="New.")
    first = Article.objects.get(slug="first")
    first.body = "Changed."
    editing.save(first, ["other"])
    editing.delete([Article.objects.get(slug="second")])


@pytest.mark.parametrize("options", [NATURAL, {}], ids=["natural keys", "primary keys"])
@pytest.mark.usefixtures("separate_connections")
def test_a_dump_is_one_state_of_the_database_while_editors_save(tmp_path, options):
    factories.article("First", tags=["old"], body="Old.")
    factories.article("Second", tags=["old"])
    before = io.StringIO()
    call_command("dumpdata", "articles", stdout=before, **options)
    out = Interrupted(write_content)
    call_command("dumpdata", "articles", stdout=out, **options)
    assert out.interrupted and out.getvalue() == before.getvalue()
    assert set(Article.objects.values_list("slug", flat=True)) == {"first", "new"}
    file = tmp_path / "dump.json"
    file.write_text(out.getvalue())
    call_command("flush", interactive=False, verbosity=0)
    call_command("loaddata", str(file), verbosity=0)
    assert (Article.objects.count(), Tagging.objects.count(), Revision.objects.count()) == (
        2,
        2,
        2,
    )


@pytest.mark.django_db(transaction=True)
def test_writes_after_a_snapshot_take_the_lock_as_the_settings_say():
    mode = getattr(connection, "transaction_mode", None)
    with suppress(RuntimeError), read_snapshot():
        assert connection.in_atomic_block
        raise RuntimeError
    assert getattr(connection, "transaction_mode", None) == mode
    factories.article("Saved")


def models_in_dump(*labels):
    out = io.StringIO()
    call_command("dumpdata", *labels, stdout=out)
    return {row["model"] for row in json.loads(out.getvalue())}


@pytest.fixture
def private_rows(db):
    user = factories.user("amina")
    Session.objects.create(session_key="x", session_data="y", expire_date=timezone.now())
    LogEntry.objects.create(user=user, action_flag=1, object_repr="x")
    factories.article("Peace", tags=["calm"])


def test_without_a_label_personal_data_is_left_out(private_rows):
    models = models_in_dump()
    assert {"articles.article", "articles.tag", "articles.revision"} <= models
    assert not models & {"auth.user", "sessions.session", "admin.logentry"}
    assert "pass" not in str(models)


@pytest.mark.django_db(transaction=True)
def test_a_dump_without_a_label_loads(tmp_path):
    call_command("firstrun", stdout=io.StringIO())
    file = tmp_path / "dump.json"
    call_command("dumpdata", output=str(file), **NATURAL)
    call_command("flush", interactive=False, verbosity=0)
    call_command("loaddata", str(file), verbosity=0)
    assert Article.objects.count() == 4 and not User.objects.exists()
    assert Group.objects.get(name="Editors").permissions.exists()


@pytest.mark.parametrize(
    ("label", "model"),
    [
        ("auth", "auth.user"),
        ("auth.user", "auth.user"),
        ("sessions", "sessions.session"),
        ("admin.logentry", "admin.logentry"),
    ],
)
def test_personal_data_is_dumped_for_a_label(private_rows, label, model):
    assert model in models_in_dump(label)


def test_the_help_says_what_is_left_out(capsys):
    with pytest.raises(SystemExit):
        call_command("dumpdata", "--help")
    assert "users with their password hashes" in " ".join(capsys.readouterr().out.split())


def test_an_unknown_label_is_an_error(db):
    with pytest.raises(CommandError, match="nothing"):
        call_command("dumpdata", "nothing")
