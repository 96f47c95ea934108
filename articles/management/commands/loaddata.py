"""Django's `loaddata`, with derived data in its transaction and all faults at once."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import loaddata
from django.core.serializers import python
from django.core.serializers.base import DeserializedObject
from django.db import DatabaseError, IntegrityError

from articles.management.errors import errors_in_one_line, faults_line_by_line
from articles.management.jobs import number_of_processes
from articles.management.progress import Progress
from articles.serializers import json_records
from articles.serializers.loading import FixtureLoad, LoadedObject
from articles.serializers.markdown import DeserializedArticle
from articles.serializers.sources import (
    Fault,
    FixtureError,
    RecordSource,
    UnknownSource,
    displayed_path,
)
from articles.transactions import larger_cache
from articles.workers import WorkerError, Workers

ARTICLE = "articles.article"


class Command(loaddata.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--workers",
            type=number_of_processes,
            help="How many processes parse the texts of many articles (default: one for each"
            " processor, at most 4; with 0, this process does it).",
        )

    def handle(self, *fixture_labels: str, **options: Any) -> None:
        self.workers: int | None = options["workers"]
        with faults_line_by_line(self), errors_in_one_line():
            super().handle(*fixture_labels, **options)

    def find_fixtures(self, fixture_label: str) -> list[tuple[str, str | None, str | None]]:
        """Find a Markdown file by its path.

        Django lists the folder of each file, which takes quadratic time for a folder of files.
        """
        path = Path(fixture_label)
        if path.suffix == ".md" and path.is_file():
            return [(str(path), str(path.parent), path.stem)]
        fixtures: list[tuple[str, str | None, str | None]] = super().find_fixtures(fixture_label)
        return fixtures

    def loaddata(self, fixture_labels: Sequence[str]) -> None:
        # One article for each document; `load_label` adds those of JSON files.
        total = sum(label.endswith(".md") for label in fixture_labels)
        with (
            larger_cache(),
            Workers(self.workers) as workers,
            Progress(self.stdout, total, verbosity=self.verbosity) as self.progress,
        ):
            self.load = FixtureLoad(self.using, workers, self.progress.advance)
            self.is_finished = False
            try:
                super().loaddata(fixture_labels)
                self._finish()
            except IntegrityError as error:  # Records refer to rows that were not stored.
                self.load.faults.add([Fault("", 0, "", json_records.one_line(error))])
                self.load.faults.raise_all()

    def reset_sequences(self, connection: Any, models: Any) -> None:
        """Finish the load before Django reports how much was installed."""
        self._finish()
        super().reset_sequences(connection, models)

    def _finish(self) -> None:
        if not self.is_finished:
            self.load.finish()
            self.is_finished = True

    def load_label(self, fixture_label: str) -> None:
        self.records: list[json_records.Record] = []
        self.record_index = 0
        file = displayed_path(fixture_label)
        self.load.faults.add_file(file)
        try:
            if not fixture_label.endswith(".md"):
                self.load.flush()  # Its records may refer to articles.
                self.records = self._records(fixture_label)
            self.progress.total += sum(record.model == ARTICLE for record in self.records)
            if self.records:
                self._load_records()
            else:
                super().load_label(fixture_label)
        except json_records.UnreadableFixture as error:
            self.load.faults.add(error.faults)
        except (FixtureError, DatabaseError, WorkerError):
            raise
        except Exception as error:
            self.load.faults.add([Fault(file, 0, "", json_records.one_line(error))])

    def _load_records(self) -> None:
        """Deserialize the records one by one, so that an error in one hides no others."""
        self.fixture_count += 1
        self.fixture_object_count += len(self.records)
        for index, record in enumerate(self.records):
            self.record_index = index
            try:
                deserialized = self._deserialize(record)
            except Exception as error:
                # After the first fault articles are not stored, so records can't refer to them.
                unstored = [self.load.has_article] if self.load.faults else []
                self._refuse(record.explain(error, *unstored), error)
            else:
                self.loaded_object_count += self.save_obj(deserialized)

    def _refuse(self, faults: list[Fault], error: Exception) -> None:
        """Collect the faults of a record that Django raised `error` for."""
        self.load.faults.add(faults)
        if isinstance(error, DatabaseError):  # The transaction has failed.
            self.load.faults.raise_all()

    def _deserialize(self, record: json_records.Record) -> DeserializedObject:
        deserialized: DeserializedObject
        (deserialized,) = python.Deserializer(
            [json.loads(record.text)], using=self.using, handle_forward_references=True
        )
        return deserialized

    def save_obj(self, obj: Any) -> bool:
        source = self._source(obj)
        try:
            saved: bool = super().save_obj(LoadedObject(obj, self.load, source))
        except (CommandError, WorkerError):
            raise
        except Exception as error:
            self._refuse(self._explain(obj, error), error)
            return False
        if not (isinstance(obj, DeserializedArticle) or self._is_followed_by_article()):
            self.load.flush()
        return saved

    def _is_followed_by_article(self) -> bool:
        """Whether the next record is known to refer to no other article."""
        following = self.records[self.record_index + 1 : self.record_index + 2]
        return any(record.model == ARTICLE for record in following)

    def _records(self, fixture_label: str) -> list[json_records.Record]:
        """Return the records of a label that is a single JSON file, else an empty list."""
        fixtures = self.find_fixtures(fixture_label)
        # With --ignorenonexistent Django skips records, so its count is not theirs.
        if self.ignore or len(fixtures) != 1 or not Path(file := fixtures[0][0]).is_file():
            return []
        _name, serialization_format, compression = self.parse_name(Path(file).name)
        if serialization_format != "json":
            return []
        opener: Any = self.compression_formats[compression]
        open_fixture, mode = opener
        with open_fixture(file, mode) as stream:
            return json_records.read_stream(file, stream)

    def _source(self, obj: Any) -> RecordSource:
        if isinstance(obj, DeserializedArticle):
            return obj.document
        return self.records[self.record_index] if self.records else UnknownSource()

    def _explain(self, obj: Any, error: Exception) -> list[Fault]:
        """Return the faults for an error that Django raised when it saved an object."""
        if self.records:
            return self.records[self.record_index].explain(error)
        return [Fault("", 0, obj.object._meta.label, json_records.one_line(error))]
