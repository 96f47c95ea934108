"""What the benchmark measures inside a process."""

import os
import subprocess
import sys


def test_it_can_be_imported():
    """It is not part of the other tests, and uses functions of all parts of the app."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    command = [sys.executable, "-c", "from tests.bench import in_process"]
    environment["PYTHONPATH"] = f".{os.pathsep}site"
    subprocess.run(command, env=environment, check=True)
