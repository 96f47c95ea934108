"""Worker processes that compute a pure function of many items. They are optional: without them
the same function is called in this process.

A worker is started as a new program (`spawn`) on all systems: a fork would copy the locks and
connections of the threads of a server.
"""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import ModuleType, TracebackType
from typing import Self, TypeVar

import django
from django.conf import settings

Item = TypeVar("Item")
Result = TypeVar("Result")

# Fewer items take less time than the start of a process, which takes about half a second.
MIN_ITEMS = 200
# Items of one call: many enough to make calls cheap, few enough to share the work evenly.
CHUNK_SIZE = 25
# Lists of items that `Workers.map` has submitted before it waits for the first one.
MAX_SUBMITTED = 2
# Each process takes up to 80 MB, and one process can't write faster than four compute.
MAX_PROCESSES = 4
# Objects between two runs of the garbage collector, which finds nothing in pure functions and in
# rows that are written: 700 by default, which costs a tenth of the time.
GC_THRESHOLD = 20_000


# What the models need to be imported.
APPS = ["django.contrib.contenttypes", "django.contrib.auth", "taggit", "articles"]
# What pure functions of documents read from the settings: the defaults of fields.
SETTINGS = ("LANGUAGE_CODE", "TIME_ZONE")


class WorkerError(RuntimeError):
    """A worker process has ended before it was done."""


class Workers:
    """Computes pure functions of lists of items, in several processes if there are many items.

    By default there are as many processes as are useful. Use it as a context manager, which ends
    them, and lets the garbage collector of this process run less often meanwhile.
    """

    def __init__(self, processes: int | None = None) -> None:
        self._processes = available_processes() if processes is None else processes
        self._executor: ProcessPoolExecutor | None = None

    @property
    def processes(self) -> int:
        return self._processes

    def __enter__(self) -> Self:
        self._gc_threshold = gc.get_threshold()
        gc.set_threshold(GC_THRESHOLD)
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        gc.set_threshold(*self._gc_threshold)
        self.close()

    def close(self) -> None:
        """End the processes. What they are still computing is lost."""
        if self._executor:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None

    def submit(
        self, function: Callable[[list[Item]], list[Result]], items: list[Item]
    ) -> Callable[[], list[Result]]:
        """Begin to compute `function`, and return what waits for the results of all `items`.

        `function` is one of a module; it takes a list and returns a list of the same length, of
        what can be pickled. Waiting raises what it has raised, and `WorkerError` if a process
        dies.
        """
        if self._processes < 2 or not (self._executor or len(items) >= MIN_ITEMS):
            results = function(items) if items else []
            return lambda: results
        executor = self._executor = self._executor or self._start()
        try:
            with _without_main_module():
                futures = [executor.submit(function, part) for part in _parts(items)]
        except BrokenProcessPool as error:
            raise _dead_worker() from error
        return lambda: _gather(futures)

    def map(
        self, function: Callable[[list[Item]], list[Result]], batches: Iterable[list[Item]]
    ) -> Iterator[Result]:
        """Yield the results for all items of the `batches`, in their order.

        While the results of one batch are used, the next ones are computed. Raises what `submit`
        raises.
        """
        submitted: deque[Callable[[], list[Result]]] = deque()
        for batch in batches:
            submitted.append(self.submit(function, batch))
            if len(submitted) > MAX_SUBMITTED:
                yield from submitted.popleft()()
        for results in submitted:
            yield from results()

    def _start(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        names = SETTINGS if settings.configured else ()
        values = {name: getattr(settings, name) for name in names}
        return ProcessPoolExecutor(self._processes, context, _prepare, (values,))


@contextmanager
def _without_main_module() -> Iterator[None]:
    """Let processes that start meanwhile not import the main module of the program.

    `spawn` would do so, and if that is a script without ``if __name__ == "__main__"``, run the
    load once more in each of them.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def set_up_django(**values: object) -> None:
    """Set Django up so that modules with models can be imported, to call a pure function of one.

    A worker needs no settings of the site but those in `values`: no secret, no database.
    """
    if not settings.configured:
        settings.configure(INSTALLED_APPS=APPS, USE_TZ=True, **values)
    django.setup()


def available_processes(maximum: int = MAX_PROCESSES) -> int:
    """Return how many processes can compute at the same time; 1 if none should be started."""
    if multiprocessing.current_process().daemon:
        return 1  # It may not have children.
    affinity = getattr(os, "sched_getaffinity", None)
    processors = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(processors, maximum)


def _prepare(values: dict[str, object]) -> None:
    """Leave Ctrl-C to the main process, and end when it does, even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(GC_THRESHOLD)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    set_up_django(**values)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _parts(items: list[Item]) -> Iterator[list[Item]]:
    for start in range(0, len(items), CHUNK_SIZE):
        yield items[start : start + CHUNK_SIZE]


def _gather(futures: list[Future[list[Result]]]) -> list[Result]:
    try:
        return [result for future in futures for result in future.result()]
    except BrokenProcessPool as error:
        raise _dead_worker() from error


def _dead_worker() -> WorkerError:
    return WorkerError(
        "A worker process ended before it was done, maybe because the memory was used up."
        " With “--workers 0”, for rebuild “--jobs 0”, no processes are started."
    )
