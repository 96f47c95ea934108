"""The same results with and without worker processes."""

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from django.conf import settings

from articles import workers
from articles.workers import MIN_ITEMS, WorkerError, Workers, available_processes

MANY = list(range(3 * MIN_ITEMS))


def double(numbers):
    return [2 * number for number in numbers]


def process_ids(numbers):
    return [os.getpid() for _number in numbers]


def installed_apps_and_driver(numbers):
    return [(len(settings.INSTALLED_APPS), "psycopg" in sys.modules) for _number in numbers]


def fail(numbers):
    raise ValueError(f"{len(numbers)} items")


def die(numbers):
    os._exit(1)


@pytest.fixture(scope="module")
def pool():
    """Two processes for many tests: they take a second to start."""
    with Workers(2) as pool:
        pool.submit(double, MANY)()
        yield pool


def test_the_results_of_many_items_are_in_their_order(pool):
    pending = [pool.submit(double, MANY), pool.submit(double, [1, 2])]
    assert [results() for results in pending] == [double(MANY), [2, 4]]


def test_many_items_are_computed_in_other_processes(pool):
    assert os.getpid() not in pool.submit(process_ids, MANY)()


@pytest.mark.parametrize(("processes", "count"), [(2, MIN_ITEMS - 1), (1, len(MANY)), (0, 3)])
def test_no_process_is_started_for_few_items_or_on_one_processor(processes, count):
    before = set(multiprocessing.active_children())
    with Workers(processes) as pool:
        assert set(pool.submit(process_ids, MANY[:count])()) == {os.getpid()}
        assert set(multiprocessing.active_children()) == before


@pytest.mark.parametrize("processes", [0, 2])
def test_the_results_of_batches_are_in_their_order(processes, pool):
    batches = [MANY, [], [1, 2], MANY[:5], [3]]
    results = (pool if processes else Workers(0)).map(double, batches)
    assert list(results) == [*double(MANY), 2, 4, *double(MANY[:5]), 6]


def test_batches_are_not_read_far_ahead_of_the_results(pool):
    """All documents of a large source together would not fit into memory."""
    read = []

    def batches():
        for number in range(20):
            read.append(number)
            yield MANY[:MIN_ITEMS]

    next(pool.map(double, batches()))
    assert len(read) <= 4


def test_no_items_have_no_results():
    assert Workers(2).submit(fail, [])() == []


@pytest.mark.parametrize("processes", [0, 2])
def test_an_error_of_the_function_is_raised(processes, pool):
    with pytest.raises(ValueError, match="items"):
        (pool if processes else Workers(0)).submit(fail, MANY)()


def test_a_worker_that_dies_is_an_error_now_and_later():
    with Workers(2) as pool:
        for _time in range(2):
            with pytest.raises(WorkerError, match="“--workers 0”, for rebuild “--jobs 0”"):
                pool.submit(die, MANY)()


def test_a_process_needs_neither_settings_of_the_site_nor_a_driver_of_postgresql(monkeypatch):
    for variable in ("SECRET_KEY", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(variable, raising=False)
    with Workers(2) as pool:
        assert set(pool.submit(installed_apps_and_driver, MANY)()) == {(len(workers.APPS), False)}


def test_the_processes_end_with_the_block():
    before = set(multiprocessing.active_children())
    with Workers(2) as pool:
        pool.submit(double, MANY)()
        assert len(set(multiprocessing.active_children()) - before) == 2
    assert set(multiprocessing.active_children()) == before


def test_a_process_that_may_not_have_children_starts_none(monkeypatch):
    monkeypatch.setattr(multiprocessing.current_process(), "_config", {"daemon": True})
    assert available_processes() == 1


def test_there_are_as_many_processes_as_processors_up_to_a_limit(monkeypatch):
    for processors, expected in ((1, 1), (2, 2), (64, workers.MAX_PROCESSES)):
        ids = set(range(processors))
        monkeypatch.setattr(os, "sched_getaffinity", lambda _pid, ids=ids: ids, raising=False)
        assert available_processes() == expected


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_the_processes_end_when_their_parent_is_killed():
    script = textwrap.dedent("""
        import multiprocessing, time
        from articles.workers import Workers
        from tests.test_workers import MANY, double

        if __name__ == "__main__":
            pool = Workers(2)
            pool.submit(double, MANY)()
            print(*(child.pid for child in multiprocessing.active_children()), flush=True)
            time.sleep(60)
    """)
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    children = [int(pid) for pid in parent.stdout.readline().split()]
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    assert len(children) == 2
    deadline = time.monotonic() + 30
    while any(map(is_running, children)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_script_without_a_guard_is_not_run_once_more_by_the_processes(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            """
            from articles.workers import Workers
            from tests.test_workers import MANY, double

            print("run")
            with Workers(2) as pool:
                print(pool.submit(double, MANY)() == double(MANY))
            """
        )
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment)
    assert run.stdout.split() == ["run", "True"]


def test_the_garbage_collector_runs_less_often_only_meanwhile():
    before = gc.get_threshold()
    with Workers(0):
        assert gc.get_threshold()[0] == workers.GC_THRESHOLD
    assert gc.get_threshold() == before
