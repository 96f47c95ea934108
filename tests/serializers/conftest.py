"""Fixtures for the tests of loading."""

import pytest
from django.core.management import call_command


@pytest.fixture
def load(tmp_path, transactional_db):
    """Write texts to files and load them in one go, `.json` where they are lists."""

    def load(*texts):
        files = []
        for number, text in enumerate(texts, 1):
            json_text = not text.lstrip().startswith(("---", "#"))
            file = tmp_path / f"{number}.{'json' if json_text else 'md'}"
            file.write_bytes(text.encode())
            files.append(str(file))
        call_command("loaddata", *files, verbosity=0)

    return load
