"""How gunicorn serves the site: `gunicorn --config site/config/gunicorn.py config.wsgi`."""

import socket
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from config import settings

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter

# A thread may wait this long for the next bytes of a request, in seconds.
RECEIVE_TIMEOUT = 10

chdir = str(settings.BASE_DIR)
bind = f"127.0.0.1:{settings.PORT}"
workers = settings.WEB_CONCURRENCY
worker_class = "gthread"
# More threads than a worker can keep busy, so that clients which send slowly leave some free.
threads = 16
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
# What a client says about HTTPS counts only when it is the proxy that says it.
forwarded_allow_ips = "127.0.0.1,::1" if settings.BEHIND_PROXY else ""
control_socket_disable = True


def when_ready(server: "Arbiter") -> None:
    """Give up on clients that stop halfway: accepted connections inherit the limit."""
    limit = struct.pack("ll", RECEIVE_TIMEOUT, 0)
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
