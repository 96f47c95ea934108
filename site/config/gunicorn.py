"""Configuration of gunicorn: `gunicorn --config site/config/gunicorn.py config.wsgi`.

gunicorn executes this file when it starts and again on HUP, and then starts new workers.
"""

import ctypes
import importlib
import itertools
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

SITE = str(Path(__file__).resolve().parents[1])
# The option of Linux's prctl that sets the signal for the death of the parent process.
PR_SET_PDEATHSIG = 1
# Where prometheus-client keeps the files of processes; the folder's name has that of the master.
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
METRICS_PREFIX = "diwan-metrics-"


def current_settings() -> ModuleType:
    """Return the settings of the site as they are in the files and the environment right now.

    Nothing of them stays in the master process: its workers would inherit the modules, and the
    variables of a `.env` file that has changed since.
    """
    environment = dict(os.environ)
    settings = importlib.import_module("config.settings")
    os.environ.clear()
    os.environ.update(environment)
    for name in [name for name in sys.modules if name.partition(".")[0] == "config"]:
        del sys.modules[name]
    return settings


if SITE not in sys.path:
    sys.path.insert(0, SITE)
settings = current_settings()
address = f"[{settings.BIND}]" if ":" in settings.BIND else settings.BIND

chdir = str(settings.BASE_DIR)
bind = settings.BIND if settings.BIND.startswith("unix:") else f"{address}:{settings.PORT}"
workers = settings.WEB_CONCURRENCY
worker_class = "config.worker.Worker"
threads = settings.SERVER_THREADS
timeout = 60
# Longer than the time that a statement may take, and shorter than the unit's TimeoutStopSec.
graceful_timeout = 25
keepalive = 5
max_requests = 1_000_000
max_requests_jitter = 100_000
# Of the proxy's headers, gunicorn trusts X-Forwarded-Proto only. By default it would also take the
# scheme from other headers, and parts of the URL from SCRIPT_NAME and PATH_INFO.
forwarded_allow_ips = ",".join(map(str, settings.TRUSTED_PROXIES)) if settings.BEHIND_PROXY else ""
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
forwarder_headers = ""
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Create the folder of the metrics, in which workers count, and remove those of masters that
    were killed. A master that replaces another one (USR2) gets one of its own."""
    if not settings.MONITORING_ALLOWED or is_own(os.environ.get(METRICS_FOLDER, "")):
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{METRICS_PREFIX}*"):
        if not Path("/proc", folder.name.split("-")[2]).exists():
            shutil.rmtree(folder, ignore_errors=True)
    os.environ[METRICS_FOLDER] = tempfile.mkdtemp(prefix=f"{METRICS_PREFIX}{os.getpid()}-")


def is_own(folder: str) -> bool:
    return Path(folder).name.startswith(f"{METRICS_PREFIX}{os.getpid()}-")


def on_reload(server: Any) -> None:
    on_starting(server)


def on_exit(server: Any) -> None:
    if is_own(folder := os.environ.get(METRICS_FOLDER, "")):
        shutil.rmtree(folder, ignore_errors=True)


def pre_fork(server: Any, worker: Any) -> None:
    """Give a worker the lowest number that no other one has, for the names of its files. Workers
    that an earlier version of this file has started have none."""
    used = {getattr(other, "metrics_slot", None) for other in server.WORKERS.values()}
    worker.metrics_slot = next(slot for slot in itertools.count() if slot not in used)


def post_fork(server: Any, worker: Any) -> None:
    """End a worker when the master is killed: it would keep the port from a new master."""
    os.environ["METRICS_SLOT"] = str(worker.metrics_slot)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def post_worker_init(worker: Any) -> None:
    """Ignore Ctrl-C in workers: the arbiter stops them, and a second signal can lock them up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
