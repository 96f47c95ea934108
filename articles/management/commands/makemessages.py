"""Let the catalogues ask for what the interface says now, without GNU gettext."""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

from articles import catalogues


class Command(BaseCommand):
    help = "Updates the catalogues of translations; begins one for a language that is named."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("-l", "--locale", default="", help="such as fr or zh_Hans")

    def handle(self, *args: Any, locale: str = "", **options: Any) -> None:
        paths = {*catalogues.FOLDER.glob("*/LC_MESSAGES/django.po")}
        if locale:
            paths.add(catalogues.FOLDER / locale / "LC_MESSAGES" / "django.po")
        for path in sorted(paths):
            catalogue = catalogues.update(path)
            missing = sum(
                not _is_translated(message.string) for message in catalogue if message.id
            )
            self.stdout.write(
                f"{path.parts[-3]}: {len(catalogue)} sentences, {missing} to translate."
            )


def _is_translated(string: str | Sequence[str] | None) -> bool:
    return bool(string) and all([string] if isinstance(string, str) else string or ())
