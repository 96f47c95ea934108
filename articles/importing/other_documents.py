"""Documents of a source that its system reads and we don't: listed with the reason."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from articles.importing.documents import Problem, SkippedDocument
from articles.importing.trees import SourceTree, with_extension

# Org mode, reStructuredText, AsciiDoc, Textile, notebooks, canvases of Obsidian.
NOT_READ = (".org", ".rst", ".adoc", ".asciidoc", ".textile", ".ipynb", ".canvas")
HTML = (".html", ".htm")


def other_documents(
    tree: SourceTree, folders: tuple[str, ...], html_folders: tuple[str, ...] = ()
) -> Iterator[SkippedDocument]:
    """Yield the documents in `folders` that are not Markdown; HTML only in `html_folders`, since
    elsewhere it is a template, or a file beside the documents."""
    for path in with_extension(tree, *NOT_READ, *HTML):
        if path.lower().endswith(HTML):
            text = _("It is HTML, not Markdown. Import it with --format pandoc.")
            is_document = path.startswith(html_folders)
        else:
            text = _("It is a document, but not Markdown: it can't be read.")
            is_document = path.startswith(folders)
        if is_document:
            yield SkippedDocument(Problem(path, 0, text))
