"""The site with a header on each response: the CPU time that the server took to make it."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from config.wsgi import application as site

HEADER = "X-CPU-Milliseconds"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Handle a WSGI request. Views return whole responses, so all is done when they start."""
    start = time.process_time()

    def start_with_time(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        milliseconds = (time.process_time() - start) * 1000
        return start_response(status, [*headers, (HEADER, f"{milliseconds:.3f}")], *rest)

    return site(environ, start_with_time)
