"""Processes of the site that are killed, ended and restarted while editors save."""

import os
import random
import signal
import time

import pytest

from tests.operations.content import USERNAMES
from tests.operations.editors import Editor, editors_of, wait_for_saves, working
from tests.operations.faults import ROUNDS, row_for_editors
from tests.operations.services import wait_until

EDITORS = 3


def at_a_random_moment():
    """Wait up to a tenth of a second: the time of a save."""
    time.sleep(random.uniform(0, 0.1))


def answers(editors):
    """Return the statuses of the responses, and the names of errors, that editors have got."""
    return {answer for editor in editors for answer in editor.answers}


def test_killed_workers(site, report):
    editors, longest = editors_of(site, EDITORS), 0.0
    with working(editors):
        for _ in range(ROUNDS):
            at_a_random_moment()
            os.kill(random.choice(site.workers), signal.SIGKILL)
            longest = max(longest, wait_for_saves(editors, EDITORS))
            wait_until(lambda: len(site.workers) == 2)
    report(row_for_editors("kill -9 of a worker", site, editors, ROUNDS, longest))


def test_killed_master(site, report):
    editors, longest = editors_of(site, EDITORS), 0.0
    with working(editors):
        for _ in range(ROUNDS):
            at_a_random_moment()
            site.kill()
            site.start()
            longest = max(longest, wait_for_saves(editors, EDITORS))
    report(row_for_editors("kill -9 of the master", site, editors, ROUNDS, longest))


@pytest.mark.parametrize("site", ["PostgreSQL"], indirect=True)
def test_killed_postmaster(site, postgresql, report):
    editors, longest = editors_of(site, EDITORS), 0.0
    with working(editors):
        for _ in range(ROUNDS):
            at_a_random_moment()
            postgresql.kill()
            postgresql.start()
            longest = max(longest, wait_for_saves(editors, EDITORS))
    report(row_for_editors("kill -9 of the postmaster", site, editors, ROUNDS, longest))


def test_reloads_interrupt_no_request(site, report):
    editors = editors_of(site, EDITORS)
    with working(editors):
        for _ in range(ROUNDS):
            at_a_random_moment()
            old = set(site.workers)
            site.process.send_signal(signal.SIGHUP)
            wait_until(lambda old=old: len(site.workers) == 2 and not old & set(site.workers))
    report(row_for_editors("reload (HUP) under load", site, editors, ROUNDS))
    assert answers(editors) == {302}


def test_a_stop_finishes_the_requests_that_have_begun(site, report):
    editors, longest = editors_of(site, EDITORS), 0.0
    with working(editors):
        for _ in range(ROUNDS):
            at_a_random_moment()
            site.stop()
            assert site.process.returncode == 0
            site.start()
            longest = max(longest, wait_for_saves(editors, EDITORS))
    report(row_for_editors("SIGTERM under load", site, editors, ROUNDS, longest))
    # A connection that is refused has lost nothing, and a proxy sends its request again.
    assert answers(editors) == {302, "ConnectionRefusedError"}


def test_eight_editors(site, report):
    """Two editors have the same article: of changes that meet, one is a conflict."""
    editors = [Editor(site, name, 1 + number % 4) for number, name in enumerate(USERNAMES)]
    with working(editors):
        wait_for_saves(editors, 10 * ROUNDS)
    report(row_for_editors("8 editors, 4 articles", site, editors, 1))
    # With SQLite on a busy machine, the form may be shown again: the database is locked.
    busy = {200} if site.engine == "SQLite" else set()
    assert {302, 409} <= answers(editors) <= {302, 409} | busy
