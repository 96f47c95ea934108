"""Django's `loaddata`, with derived data in its transaction and errors in one line."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializationError

from articles.management.progress import Progress
from articles.serializers import json_records
from articles.serializers.loading import FixtureLoad, LoadedObject
from articles.serializers.markdown import DeserializedArticle
from articles.serializers.sources import FixtureError, RecordSource, UnknownSource
from articles.workers import WorkerError, Workers

ARTICLE = "articles.article"


class Command(loaddata.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--workers",
            type=int,
            help="How many processes parse the texts of many articles (default: one for each"
            " processor, at most 4; with 0, this process does it).",
        )

    def handle(self, *fixture_labels: str, **options: Any) -> None:
        self.workers: int | None = options["workers"]
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
            Workers(self.workers) as workers,
            Progress(self.stdout, total, verbosity=self.verbosity) as self.progress,
        ):
            self.load = FixtureLoad(self.using, workers, self.progress.advance)
            super().loaddata(fixture_labels)
            try:
                self.load.finish()
            except WorkerError as error:
                raise CommandError(str(error)) from error

    def load_label(self, fixture_label: str) -> None:
        self.records: list[json_records.Record] = []
        self.record_index = 0
        try:
            if not fixture_label.endswith(".md"):
                self.load.flush()  # Its records may refer to articles.
            self.records = self._records(fixture_label)
            self.progress.total += sum(record.model == ARTICLE for record in self.records)
            super().load_label(fixture_label)
        except CommandError:
            raise
        except DeserializationError as error:
            raise self._explain(fixture_label, error) from error
        except Exception as error:
            raise FixtureError(f"{fixture_label}: {json_records.one_line(error)}") from error

    def save_obj(self, obj: Any) -> bool:
        try:
            saved: bool = super().save_obj(LoadedObject(obj, self.load, self._source(obj)))
        except CommandError:
            raise
        except WorkerError as error:
            raise CommandError(str(error)) from error
        except Exception as error:
            raise self._explain(obj.object._meta.label, error) from error
        self.record_index += 1
        if not (isinstance(obj, DeserializedArticle) or self._is_followed_by_article()):
            self.load.flush()
        return saved

    def _is_followed_by_article(self) -> bool:
        """Whether the next record is known to refer to no other article."""
        following = self.records[self.record_index : self.record_index + 1]
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
            return json_records.read(file, stream.read())

    def _source(self, obj: Any) -> RecordSource:
        if isinstance(obj, DeserializedArticle):
            return obj.document
        return self.records[self.record_index] if self.records else UnknownSource()

    def _explain(self, label: str, error: Exception) -> FixtureError:
        """Return one line for an error that Django raised at the current record."""
        if self.record_index < len(self.records):
            return self.records[self.record_index].explain(error)
        return FixtureError(f"{label}: {json_records.one_line(error)}")
