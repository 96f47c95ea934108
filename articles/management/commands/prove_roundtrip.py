"""Prove that a dump, loaded into an empty database, is dumped as the same bytes."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from articles.management.errors import errors_in_one_line
from articles.syncing import prove_roundtrip


class Command(BaseCommand):
    help = (
        "Dumps the site as Markdown and as JSON, loads each dump into a scratch database of the"
        " same engine, dumps that, and compares the bytes. Exits with 1 at the first difference."
    )

    def handle(self, *args: Any, verbosity: int = 1, **options: Any) -> None:
        report = self.stdout.write if verbosity else str
        with errors_in_one_line():
            difference = prove_roundtrip(report)
        if difference:
            self.stderr.write(str(difference))
            sys.exit(1)
