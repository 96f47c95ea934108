#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError


def main() -> None:
    # site/ must never hold an __init__.py: it would hide Python's own module of that name.
    sys.path.insert(0, str(Path(__file__).resolve().parent / "site"))
    is_linter = sys.argv[1:2] == ["lint_articles"]
    module = "config.lint_settings" if is_linter else "config.settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", module)
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(2 if is_linter else 1)
    except DatabaseError as error:
        # Imported here, because the package imports models, which need the settings.
        from articles.management.database_errors import describe, is_expected

        if not is_expected(error) or "--traceback" in sys.argv:
            raise
        text = f"The database can't be used: {describe(error)} See “manage.py doctor”."
        print(text, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
