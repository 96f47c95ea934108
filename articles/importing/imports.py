"""A source → articles: all of it in one transaction, as one operation."""

import pickle
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from articles.editing import LoadOptions
from articles.importing import registry
from articles.importing.articles import ArticleImport
from articles.importing.documents import Problem, SkippedDocument
from articles.importing.fitting import fit_language
from articles.importing.formats import Format
from articles.importing.link_index import LinkIndex
from articles.importing.links import LinkRewriter
from articles.importing.media import MediaStore, SourceFiles
from articles.importing.naming import Entry, NamePlan
from articles.importing.options import ImportOptions
from articles.importing.reports import ImportReport
from articles.importing.trees import SourceTree
from articles.models.fields import site_language
from articles.models.imported_document import PATH_LENGTH, SOURCE_LENGTH
from articles.serializers.loading import FixtureLoad
from articles.workers import Workers

COMMENT = "Imported from {source}"


def import_documents(
    tree: SourceTree,
    options: ImportOptions | None = None,
    *,
    user: AbstractBaseUser | None = None,
    workers: Workers | None = None,
    begin: Callable[[int], object] = int,
    advance: Callable[[int], object] = int,
) -> ImportReport:
    """Import the documents of a tree, and return what was done.

    `begin` is called with the number of documents when they have been read, `advance` with the
    number of those that were written each time. The revisions have the user and the operation of
    the report, by which `editing.undo_operation` undoes the import.

    Everything or nothing is written. Raises `formats.UnknownFormat`, `files.FileError` if the
    source can't be read or a file can't be written, and the errors of the database.
    """
    options = options or ImportOptions()
    source_format = registry.choose(tree, options.format)
    source = (options.source or tree.name)[:SOURCE_LENGTH]
    load_options = LoadOptions(comment=options.comment or COMMENT.format(source=source), user=user)
    report = ImportReport(source, source_format.name, options.dry_run, str(load_options.operation))
    report.problems += tree.problems
    with tempfile.TemporaryFile() as spool:
        workers = workers or Workers(0)
        reading = Reading(source_format, tree, options, report, workers)
        entries = list(reading.read(spool))
        begin(len(entries))
        spool.seek(0)
        media = MediaStore(Path(settings.MEDIA_ROOT), dry_run=options.dry_run)
        try:
            with transaction.atomic():
                load = FixtureLoad(workers=workers, report=advance, options=load_options)
                status = options.status or source_format.default_status
                articles = ArticleImport(load, report, options, status)
                articles.match(entries)
                links = _links(entries, tree, media)
                for entry in entries:
                    articles.add(entry, pickle.load(spool), links)
                articles.finish()
                transaction.set_rollback(options.dry_run)
        except BaseException:
            media.undo()
            raise
    report.files_stored, report.files_reused = media.stored, media.reused
    return report


def _links(entries: list[Entry], tree: SourceTree, media: MediaStore) -> LinkRewriter:
    plan = NamePlan(entries)
    index = LinkIndex(entries, iter(tree.sizes))
    store_file = SourceFiles(tree, media).store
    return LinkRewriter(index, plan, settings.MEDIA_URL, store_file, media.store)


@dataclass
class Reading:
    """The documents of a tree are read once, and written to a temporary file: together, they may
    not fit into memory."""

    format: Format
    tree: SourceTree
    options: ImportOptions
    report: ImportReport
    workers: Workers

    def read(self, spool: IO[bytes]) -> Iterator[Entry]:
        """Write the documents to `spool`, and yield what the plan of names needs of each."""
        paths: set[str] = set()
        default = self.options.language or site_language()
        for document in self.format.read(self.tree, self.options, self.workers):
            if isinstance(document, SkippedDocument):
                self.report.add_skipped(document.problem)
            elif document.path in paths or not 0 < len(document.path) <= PATH_LENGTH:
                message = _("Its path is not unique, or has more than %(limit)d characters.") % {
                    "limit": PATH_LENGTH
                }
                self.report.add_skipped(Problem(document.path, 0, message))
            else:
                paths.add(document.path)
                self.report.problems += document.problems
                self.report.unknown_keys.update(document.unknown_keys)
                pickle.dump(document, spool, pickle.HIGHEST_PROTOCOL)
                problems: list[Problem] = []
                yield Entry.of(document, fit_language(document, default, problems))
                self.report.problems += problems
