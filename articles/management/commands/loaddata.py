"""loaddata as Django has it, with one line for whatever is wrong instead of a traceback."""

from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError

from articles.loading import FixtureError, RecordError


class Command(loaddata.Command):
    def load_label(self, fixture_label: str) -> None:
        try:
            super().load_label(fixture_label)
        except RecordError as error:
            raise FixtureError(f"{fixture_label}: {error}") from error
        except FixtureError:
            raise
        except (DatabaseError, DeserializationError, ValueError) as error:
            raise FixtureError(" ".join(str(error).split())) from error
