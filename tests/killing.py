"""Work in a child process that is killed at one of its statements, or of its calls."""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import FrameType

from django.db import connection, connections


def run_and_kill(work: Callable[[], object], at: int) -> bool:
    """Run `work` in a copy of this process, and kill that before its statement number `at`.

    Return whether it was killed."""
    child = _fork()
    if child:
        _pid, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
        return os.WIFSIGNALED(status)
    _run(work, lambda number: number == at and os.kill(os.getpid(), signal.SIGKILL))
    return False


def count_statements(work: Callable[[], object], file: Path) -> int:
    """Return how many statements `work` executes, in a child process that writes into `file`."""
    child = _fork()
    if not child:
        _run(work, lambda number: file.write_text(str(number)))
    assert os.waitpid(child, 0)[1] == 0
    return int(file.read_text())


def points(total: int, count: int, *, fewer_in_ci: bool = True) -> Iterator[int]:
    """Yield `count` statements, spread evenly over all of them; in CI a third, since its time is
    limited."""
    if fewer_in_ci and os.environ.get("CI") == "true":
        count = min(count, max(count // 3, 4))
    return (1 + number * (total - 1) // (count - 1) for number in range(count))


def _fork() -> int:
    """Fork without connections, which both processes would use."""
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()
    return os.fork()


def _run(work: Callable[[], object], observe: Callable[[int], object]) -> None:
    numbers = iter(range(1, 1_000_000))

    def execute(run, sql, parameters, many, context):
        observe(next(numbers))
        return run(sql, parameters, many, context)

    try:
        with connection.execute_wrapper(execute):
            work()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def kill_at_call(work: Callable[[], object], folder: str, at: int) -> bool:
    """Run `work` in a copy of this process, and kill that at the call number `at` that the code in
    `folder` makes, or that is made of it. Return whether it was killed."""

    def kill(number: int) -> None:
        if number == at:
            os.kill(os.getpid(), signal.SIGKILL)

    return run_in_child(partial(_profile, work, folder, kill)) == -signal.SIGKILL


def count_calls(work: Callable[[], object], folder: str, file: Path) -> int:
    """Return how many calls there are to kill at. Runs `work`, and writes into `file`."""
    file.touch()
    status = run_in_child(
        partial(_profile, work, folder, lambda number: os.truncate(file, number))
    )
    assert status == 0
    return file.stat().st_size


def run_in_child(work: Callable[[], object]) -> int:
    """Run `work` in a copy of this process. Return its exit status, or a signal as a negative."""
    child = _fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        work()
        os._exit(0)
    except SystemExit as end:
        os._exit(int(end.code or 0))
    except BaseException:
        traceback.print_exc()
    os._exit(1)


def _profile(work: Callable[[], object], folder: str, observe: Callable[[int], object]) -> None:
    numbers = iter(range(1, 10_000_000))

    def profile(frame: FrameType, event: str, _argument: object) -> None:
        if event in ("call", "c_call") and frame.f_code.co_filename.startswith(folder):
            observe(next(numbers))

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
