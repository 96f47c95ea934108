"""Derive the stored data of all articles again."""

from typing import Any

from django.core.management.base import BaseCommand

from articles import derived


class Command(BaseCommand):
    help = "Derives HTML, names, links, sort keys and search rows of all articles again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Rebuilt {derived.rebuild()} article(s).")
