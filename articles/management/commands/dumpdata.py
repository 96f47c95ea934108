"""Django's `dumpdata` without derived rows, which `loaddata` writes again."""

from typing import Any

from django.core.management.commands import dumpdata

DERIVED = (
    "articles.name",
    "articles.link",
    "articles.contentversion",
    "articles.searchdocument",
    "articles.failedsearch",
)


class Command(dumpdata.Command):
    def handle(self, *app_labels: str, **options: Any) -> None:
        options["exclude"] = [*options["exclude"], *DERIVED]
        super().handle(*app_labels, **options)
