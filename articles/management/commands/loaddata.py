"""loaddata as Django has it, finished in its own transaction, with one line for what is wrong."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.commands import loaddata

from articles.serializers import json_records
from articles.serializers.loading import FixtureError, Load, UnknownSource

PROBLEM = re.compile(r"^(Problem installing fixture '[^']*': )?(Error deserializing object: )?")


class Command(loaddata.Command):
    def find_fixtures(self, fixture_label: str) -> list[tuple[str, str | None, str | None]]:
        """A file that is named by its path is found there: no folder is read for it."""
        path = Path(fixture_label)
        if path.suffix == ".md" and path.is_file():
            return [(str(path), str(path.parent), path.stem)]
        found: list[tuple[str, str | None, str | None]] = super().find_fixtures(fixture_label)
        return found

    def loaddata(self, fixture_labels: Sequence[str]) -> None:
        super().loaddata(fixture_labels)
        Load.current(self.using).finish()

    def load_label(self, fixture_label: str) -> None:
        self.records = self._records(fixture_label)
        self.begun = 0
        try:
            super().load_label(fixture_label)
        except FixtureError:
            raise
        except Exception as error:
            raise self._refusal(fixture_label, self.begun, error) from error
        Load.current(self.using).origin = UnknownSource()

    def save_obj(self, obj: Any) -> bool:
        if self.records:
            Load.current(self.using).origin = self.records[self.begun]
        self.begun += 1
        try:
            saved: bool = super().save_obj(obj)
        except FixtureError:
            raise
        except Exception as error:
            raise self._refusal(obj.object._meta.label, self.begun - 1, error) from error
        return saved

    def _records(self, fixture_label: str) -> list[json_records.Record]:
        """The records of a fixture, if it is a single file of JSON."""
        files = [Path(found[0]) for found in self.find_fixtures(fixture_label)]
        json = len(files) == 1 and files[0].suffix == ".json" and files[0].is_file()
        # Records that are passed over would be counted too.
        return json_records.read(files[0]) if json and not self.ignore else []

    def _refusal(self, what: str, number: int, error: Exception) -> FixtureError:
        """One line for whatever Django finds wrong with a record: where, and what."""
        said = PROBLEM.sub("", " ".join(str(error).split())) or type(error).__name__
        if number < len(self.records):
            return self.records[number].said(said)
        return FixtureError(f"{what}: {said}")
