#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError, OperationalError


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
        # Other classes, such as ProgrammingError, are mistakes of the program.
        if type(error) not in (DatabaseError, OperationalError) or "--traceback" in sys.argv:
            raise
        reason = str(error).partition("\n")[0]
        print(f"The database can't be used: {reason}. See “manage.py doctor”.", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
