"""How gunicorn serves the site: `gunicorn --config site/config/gunicorn.py config.wsgi`."""

import signal
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from config import settings

chdir = str(settings.BASE_DIR)
bind = f"127.0.0.1:{settings.PORT}"
workers = settings.WEB_CONCURRENCY
worker_class = "gthread"
# Far more threads than a worker can keep busy: a client that sends slowly holds one all the while.
threads = 32
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 1_000_000
max_requests_jitter = 100_000
# What a client says about HTTPS counts only when it is the proxy that says it.
forwarded_allow_ips = "127.0.0.1,::1" if settings.BEHIND_PROXY else ""
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Leave Ctrl-C to the arbiter, which stops the workers: a second signal can lock one up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
