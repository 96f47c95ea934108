"""What the project changes in Django when it starts."""

import os
import subprocess
import sys

import pytest
from django.conf import settings


@pytest.mark.parametrize("url", ["sqlite:///db.sqlite3", "postgres://diwan@/diwan"])
def test_a_process_starts_with_either_database(url):
    """No module of the other database's backend has been imported before."""
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    environment["PYTHONPATH"] = f"{settings.BASE_DIR}:{settings.BASE_DIR}/site"
    command = [sys.executable, "-c", "import django; django.setup()"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
