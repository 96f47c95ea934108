"""Derive stored HTML, names, links and sort keys of all articles again."""

from typing import Any

from django.core.management.base import BaseCommand

from articles import derived


class Command(BaseCommand):
    help = "Derives stored HTML, names, links and sort keys of all articles again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Rebuilt {derived.rebuild()} article(s).")
