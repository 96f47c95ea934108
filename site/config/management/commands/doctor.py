"""Check the site and the machine that it runs on, and say what to do."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.diagnosis import diagnose
from config.readiness import Result, Status

WIDTH = 18


class Command(BaseCommand):
    help = (
        "Checks the settings, the database, files, disk space and Redis, each with what to do if"
        " something is wrong. Changes nothing, and works while the database does not respond."
        " Exits with 1 if a check fails."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        results = []
        for name, result in diagnose():
            self.print_result(name, result)
            results.append(result)
        if failed := sum(result.status == Status.FAILED for result in results):
            raise CommandError(f"{failed} of {len(results)} checks failed.")
        self.stdout.write("Nothing failed.")

    def print_result(self, name: str, result: Result) -> None:
        styles = {
            Status.OK: self.style.SUCCESS,
            Status.WARNING: self.style.WARNING,
            Status.FAILED: self.style.ERROR,
            Status.UNKNOWN: self.style.WARNING,
        }
        status = styles[result.status](f"{result.status:8}")
        self.stdout.write(f"{status} {name:{WIDTH}} {result.reason}")
        for line in filter(None, (result.detail, result.advice)):
            self.stdout.write(f"{'':{8 + WIDTH}}  {line}")
