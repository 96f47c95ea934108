"""loaddata as Django has it, with one line for whatever is wrong instead of a traceback."""

from pathlib import Path

from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError

from articles.loading import FixtureError, RecordError


class Command(loaddata.Command):
    def find_fixtures(self, fixture_label: str) -> list[tuple[str, str | None, str | None]]:
        """A file that is named by its path is found there: no folder is read for it."""
        path = Path(fixture_label)
        if path.suffix == ".md" and path.is_file():
            return [(str(path), str(path.parent), path.stem)]
        found: list[tuple[str, str | None, str | None]] = super().find_fixtures(fixture_label)
        return found

    def load_label(self, fixture_label: str) -> None:
        try:
            super().load_label(fixture_label)
        except RecordError as error:
            raise FixtureError(f"{fixture_label}: {error}") from error
        except FixtureError:
            raise
        except (DatabaseError, DeserializationError, ValueError) as error:
            raise FixtureError(" ".join(str(error).split())) from error
