"""Configuration of gunicorn: `gunicorn --config site/config/gunicorn.py config.wsgi`."""

import signal
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from config import settings

chdir = str(settings.BASE_DIR)
address = f"[{settings.BIND}]" if ":" in settings.BIND else settings.BIND
bind = settings.BIND if settings.BIND.startswith("unix:") else f"{address}:{settings.PORT}"
workers = settings.WEB_CONCURRENCY
worker_class = "config.worker.Worker"
threads = settings.SERVER_THREADS
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 1_000_000
max_requests_jitter = 100_000
# Of the proxy's headers, gunicorn trusts X-Forwarded-Proto only. By default it would also take the
# scheme from other headers, and parts of the URL from SCRIPT_NAME and PATH_INFO.
forwarded_allow_ips = ",".join(map(str, settings.TRUSTED_PROXIES)) if settings.BEHIND_PROXY else ""
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
forwarder_headers = ""
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Ignore Ctrl-C in workers: the arbiter stops them, and a second signal can lock them up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
