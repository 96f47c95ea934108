"""The checks of readiness: what each finds, and how long they may take."""

import os
import shutil
import socket
import sqlite3
import threading
import time
from collections import namedtuple
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.core.cache.backends.locmem import LocMemCache
from django.db import DatabaseError, connection, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from articles.models import Article
from config import environment, readiness
from config.availability import Availability
from config.readiness import Problem, Readiness, Result, Status, run_check
from config.storage import HashedStaticFiles

USAGE = namedtuple("USAGE", "free")


def problem(check):
    """Return the status and the reason of a check that does not succeed."""
    with pytest.raises(Problem) as raised:
        check()
    assert raised.value.result.advice
    return raised.value.result.status, raised.value.result.reason


@pytest.mark.django_db(transaction=True)
def test_all_checks_of_a_new_site_succeed(separate_connections):
    results = Readiness().results()
    assert {name: result.status for name, result in results.items()} == dict.fromkeys(
        readiness.NAMES, Status.OK
    ), results


@pytest.mark.django_db
def test_the_database_is_named_with_its_version():
    reason = readiness.check_database()
    assert reason.startswith(connection.display_name) and reason.endswith("responds.")


@pytest.mark.django_db
def test_a_missing_file_is_not_created(tmp_path, monkeypatch):
    if connection.vendor != "sqlite":
        return
    file = tmp_path / "db.sqlite3"
    monkeypatch.setitem(connection.settings_dict, "NAME", file)
    assert problem(readiness.check_database) == (Status.FAILED, "There is no database file.")
    assert not file.exists()


@pytest.mark.django_db
def test_an_old_version_of_the_database_fails(monkeypatch):
    monkeypatch.setattr(connection, "get_database_version", lambda: (1, 2))
    status, reason = problem(readiness.check_database)
    assert status == Status.FAILED
    assert "1.2" in reason and "or later" in reason


@pytest.mark.django_db
def test_migrations_that_are_not_applied_fail():
    last = max(MigrationRecorder(connection).applied_migrations())
    MigrationRecorder(connection).record_unapplied(*last)
    assert problem(readiness.check_migrations) == (Status.FAILED, "1 not applied.")


@pytest.mark.django_db
def test_migrations_of_a_newer_version_warn():
    assert readiness.check_migrations() == "All are applied."
    MigrationRecorder(connection).record_applied("articles", "9999_newer")
    status, reason = problem(readiness.check_migrations)
    assert (status, reason) == (Status.WARNING, "1 applied by a newer version of the site.")


@pytest.mark.django_db
def test_migrations_of_an_app_that_is_gone_are_ignored():
    MigrationRecorder(connection).record_applied("former_app", "0001_initial")
    assert readiness.check_migrations() == "All are applied."


@pytest.mark.django_db(transaction=True)
def test_a_server_that_only_lets_read_fails():
    assert readiness.check_database_writable() == "It can be written."
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        assert problem(readiness.check_database_writable)[1] == "It cannot be written."
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")


@pytest.fixture
def writable_on(django_db_blocker):
    """Return a function that checks a file of SQLite, with a connection of its own."""

    def writable_on(file):
        database = environment.sqlite("DATABASE_URL", str(file), Path("/"))
        database["OPTIONS"]["timeout"] = 0.1
        connection_settings = {**connections.settings["default"], **database}
        results = []

        def check():
            wrapper = DatabaseWrapper(connection_settings, "default")
            connections["default"] = wrapper
            results.append(run_check(readiness.check_database_writable))
            wrapper.close()

        with django_db_blocker.unblock():
            thread = threading.Thread(target=check)
            thread.start()
            thread.join()
        return results[0][:2]

    return writable_on


def create_table(file):
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode = wal")
        database.execute("CREATE TABLE articles_contentversion (id, number)")


def test_a_file_that_can_only_be_read_fails(unprivileged_folder, writable_on):
    file = unprivileged_folder / "db.sqlite3"
    create_table(file)
    assert writable_on(file) == (Status.OK, "It can be written.")
    file.chmod(0o444)
    assert writable_on(file) == (Status.FAILED, "It cannot be written.")


def test_a_database_that_another_process_writes_to_can_be_written(tmp_path, writable_on):
    file = tmp_path / "db.sqlite3"
    create_table(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert writable_on(file) == (Status.OK, "Another process is writing to it.")


@pytest.mark.django_db
def test_stale_data_warns(peace):
    assert readiness.check_derived_data() == "Nothing is stale."
    Article.objects.update(derived_by="")
    status, reason = problem(readiness.check_derived_data)
    assert status == Status.WARNING
    assert reason.startswith("1 article(s)")


def test_static_files_need_a_manifest(tmp_path, monkeypatch):
    storage = HashedStaticFiles(location=tmp_path)
    monkeypatch.setattr(readiness, "staticfiles_storage", storage)
    assert problem(readiness.check_static_files)[1] == "There is no manifest of them."
    (tmp_path / "staticfiles.json").write_text(
        '{"paths": {"a.css": "a.1.css"}, "version": "1.1", "hash": ""}'
    )
    assert "after the server started" in problem(readiness.check_static_files)[1]
    monkeypatch.setattr(readiness, "staticfiles_storage", HashedStaticFiles(location=tmp_path))
    assert readiness.check_static_files() == "The manifest has 1 files."


def test_the_folder_of_media_must_be_writable(unprivileged_folder, settings, monkeypatch):
    folder = settings.MEDIA_ROOT = unprivileged_folder / "media"
    assert readiness.check_media() == "The folder can be created."
    folder.mkdir()
    assert readiness.check_media() == "The folder can be written."
    folder.chmod(0o555)
    # `access` asks for the real user, and root may do everything.
    monkeypatch.setattr(readiness.os, "access", effective_access)
    assert problem(readiness.check_media) == (Status.FAILED, "The folder cannot be written.")


def effective_access(path, mode, access=os.access):
    return access(path, mode, effective_ids=True)


@pytest.mark.parametrize(
    ("free", "expected"),
    [
        (readiness.MIN_FREE - 1, (Status.FAILED, "0.2 GB free.")),
        (readiness.LOW_FREE - 1, (Status.WARNING, "1.0 GB free.")),
    ],
)
def test_little_disk_space_warns_and_less_fails(monkeypatch, free, expected):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: USAGE(free))
    assert problem(readiness.check_disk) == expected


def test_enough_disk_space_succeeds(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: USAGE(readiness.LOW_FREE))
    assert readiness.check_disk() == "1.0 GB free."


@pytest.fixture
def redis_url(settings):
    """Set the URL of Redis, whose server need not exist."""

    def use(port):
        pages = {**site_settings.SHARED, "LOCATION": f"redis://:hunter2@127.0.0.1:{port}/0"}
        settings.CACHES = {**settings.CACHES, "pages": pages}

    return use


def test_redis_that_is_stopped_or_frozen_fails_within_its_time_limit(redis_url):
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        for port in (1, frozen.getsockname()[1]):
            redis_url(port)
            start = time.monotonic()
            assert problem(readiness.check_cache) == (Status.FAILED, "Redis does not respond.")
            assert time.monotonic() - start < readiness.TIME_LIMIT


def test_without_redis_nothing_fails():
    assert readiness.check_cache().startswith("No CACHE_URL is set")


def test_without_a_replica_nothing_warns():
    assert readiness.check_replica().startswith("No DATABASE_REPLICA_URL")


def test_a_replica_that_does_not_respond_warns(settings, monkeypatch, django_db_blocker):
    database = environment.postgres("DATABASE_REPLICA_URL", "postgres://u:hunter2@127.0.0.1:1/d")
    replica = {**connections.settings["default"], **database}
    monkeypatch.setitem(connections.settings, "replica", replica)
    with django_db_blocker.unblock():
        assert problem(readiness.check_replica) == (Status.WARNING, "It does not respond.")


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_no_replica_warns_unless_the_primary_is_down(monkeypatch):
    if connection.vendor != "postgresql":
        return
    monkeypatch.setitem(connections.settings, "replica", connections.settings["default"])
    monkeypatch.setattr(readiness, "_connection", lambda alias: connection)
    assert problem(readiness.check_replica)[1] == "It is a primary server of its own."
    monkeypatch.setattr(readiness, "_required_number", lambda: None)
    assert readiness.check_replica() == "It responds. The primary database does not."


def test_a_replica_whose_check_does_not_end_only_warns():
    assert readiness.late("replica").status == Status.WARNING
    assert readiness.late("database").status == Status.FAILED


def test_the_log_tells_when_redis_responds_again(redis_url, monkeypatch, caplog):
    service = Availability("Redis")
    monkeypatch.setattr("config.availability.redis", service)
    monkeypatch.setattr("config.availability.MIN_INTERVAL", 0.0)
    redis_url(1)
    problem(readiness.check_cache)
    assert not service.is_available
    monkeypatch.setattr(readiness, "caches", {"pages": LocMemCache("readiness", {})})
    assert readiness.check_cache() == "Redis responds."
    assert service.is_available


@pytest.mark.parametrize("error", [DatabaseError, OSError])
def test_an_error_of_a_service_is_a_failure_whose_message_is_a_detail(error):
    result = run_check(raising(error("user hunter2\n  failed")))
    expected = f"{error.__name__}.", "user hunter2 failed"
    assert (result.status, result.reason, result.detail) == (Status.FAILED, *expected)


def test_an_error_of_the_check_is_a_failure_too(caplog):
    result = run_check(raising(ValueError("hunter2")))
    assert result == Result(Status.FAILED, "ValueError, see the log.")
    assert "hunter2" in caplog.text


def raising(error):
    def check():
        raise error

    return check


def succeed():
    return "fine"


def test_checks_that_need_the_one_that_failed_are_not_tried():
    groups = [{"first": raising(OSError()), "second": succeed}, {"third": succeed}]
    results = Readiness(groups).results()
    assert [result.status for result in results.values()] == ["failed", "unknown", "ok"]
    assert results["second"].reason == "Not tried: see first."


def test_a_check_that_does_not_end_costs_its_time_limit_and_one_thread(monkeypatch):
    monkeypatch.setattr(readiness, "TIME_LIMIT", 0.5)
    monkeypatch.setattr(readiness, "MAX_AGE", 0.0)
    frozen = threading.Event()
    started = []

    def wait():
        started.append(1)
        frozen.wait()
        return "at last"

    checks = Readiness([{"stuck": wait}, {"other": succeed}])
    start = time.monotonic()
    for _ in range(3):
        results = checks.results()
        assert results["stuck"].status == Status.FAILED and results["other"].status == Status.OK
    assert time.monotonic() - start < 20
    assert started == [1]
    frozen.set()
    checks.groups[0].thread.join()
    assert checks.results()["stuck"] == Result(Status.OK, "at last")


def test_frequent_requests_share_the_results_of_a_second(monkeypatch):
    calls = []

    def check():
        calls.append(1)
        return "fine"

    checks = Readiness([{"one": check}])
    for _ in range(20):
        checks.results()
    assert len(calls) == 1
