"""Processes that measure or are measured, with the settings of the benchmark."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench import client

ROOT = Path(__file__).resolve().parents[2]


def run_in_process(url: str, *arguments: str) -> Any:
    """Run a measurement of `in_process` on the database `url`, in a process of its own, and
    return its result."""
    command = [sys.executable, "-m", "tests.bench.in_process", *arguments]
    process = subprocess.run(
        command, cwd=ROOT, env=environment(url), stdout=subprocess.PIPE, check=True
    )
    return json.loads(process.stdout)


def environment(url: str, port: int = 8000) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
        "DATABASE_URL": url,
        "DEBUG": "off",
        "BEHIND_PROXY": "off",
        "ALLOWED_HOSTS": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": "2",
        "SECRET_KEY": "not a secret: for the benchmark only",
        # There are no collected static files, which whitenoise warns of.
        "PYTHONWARNINGS": "ignore:No directory at:UserWarning",
    }


@contextmanager
def served(url: str, application: str = "config.wsgi", **variables: str) -> Iterator[int]:
    """Run gunicorn with the database `url` and extra environment variables, and yield its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "site/config/gunicorn.py"]
    command += ["--log-level", "error", application]
    server = subprocess.Popen(command, cwd=ROOT, env=environment(url, port) | variables)
    try:
        for _ in range(100):
            try:
                client.Connection(port).get("/healthz")
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
