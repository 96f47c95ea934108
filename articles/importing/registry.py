"""All formats, in the order in which they are recognised."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from articles.importing import flavours, logseq
from articles.importing.documents import ReadDocument
from articles.importing.flavours import Flavour, find_root
from articles.importing.formats import Format, Reader, UnknownFormat
from articles.importing.markdown_files import Configure, markdown_paths, reader_of, unchanged
from articles.importing.mediawiki import is_dump, read_mediawiki
from articles.importing.options import ImportOptions
from articles.importing.pandoc import has_documents, read_with_pandoc
from articles.importing.site_settings import configure_hugo, configure_jekyll, configure_mkdocs
from articles.importing.trees import SourceTree
from articles.importing.wordpress import is_export, read_wordpress
from articles.models import Status


def _site(
    name: str, label: str, flavour: Flavour, *marks: str, configure: Configure = unchanged
) -> Format:
    """Return a format whose root has a file with one of the names `marks`."""

    def root_of(tree: SourceTree) -> str | None:
        return find_root(tree, *marks)

    return Format(
        name,
        label,
        detect=lambda tree: root_of(tree) is not None,
        read=reader_of(flavour, root_of, configure),
        default_status=Status.PUBLISHED,
    )


def _without_workers(
    read: Callable[[SourceTree, ImportOptions], Iterator[ReadDocument]],
) -> Reader:
    """Return a reader that parses all documents in this process."""
    return lambda tree, options, _workers: read(tree, options)


def _vault(name: str, label: str) -> Format:
    """Return a format of notes, which is recognised only as a folder of Markdown."""
    return Format(name, label, _has_markdown, reader_of(flavours.VAULT, lambda _tree: ""))


def _has_markdown(tree: SourceTree) -> bool:
    return next(markdown_paths(tree), None) is not None


# Where the settings of Hugo are, and in which languages.
HUGO_FOLDERS = ("", "config/_default/")
EXTENSIONS = ("toml", "yaml", "yml", "json")
LOGSEQ = Format("logseq", "Logseq graph", logseq.detect, _without_workers(logseq.read))
# The last one that has Markdown files stands for all others.
FORMATS: tuple[Format, ...] = (
    LOGSEQ,
    _site("quartz", "Quartz", flavours.QUARTZ, "quartz.config.ts"),
    _site(
        "docusaurus",
        "Docusaurus",
        flavours.DOCUSAURUS,
        *(f"docusaurus.config.{extension}" for extension in ("js", "ts", "mjs", "cjs")),
    ),
    _site(
        "mkdocs",
        "MkDocs",
        flavours.MKDOCS,
        "mkdocs.yml",
        "mkdocs.yaml",
        configure=configure_mkdocs,
    ),
    _site(
        "hugo",
        "Hugo",
        flavours.HUGO,
        *(f"{folder}hugo.{extension}" for folder in HUGO_FOLDERS for extension in EXTENSIONS),
        *(f"config/_default/config.{extension}" for extension in EXTENSIONS),
        "config.toml",
        configure=configure_hugo,
    ),
    _site(
        "jekyll",
        "Jekyll",
        flavours.JEKYLL,
        "_config.yml",
        "_config.yaml",
        configure=configure_jekyll,
    ),
    Format("mediawiki", "MediaWiki", is_dump, _without_workers(read_mediawiki), Status.PUBLISHED),
    Format("wordpress", "WordPress", is_export, _without_workers(read_wordpress)),
    _vault("obsidian", "Obsidian vault, or any folder of Markdown"),
    _vault("foam", "Foam workspace"),
    _vault("markdown", "Folder of Markdown"),
    Format(
        "pandoc",
        "Word, OpenDocument or HTML, by pandoc",
        has_documents,
        _without_workers(read_with_pandoc),
    ),
)


def choose(tree: SourceTree, name: str = "") -> Format:
    """Return the format with a name, or the first one that recognises the tree.

    Raises `UnknownFormat`, which names the formats that there are.
    """
    names = ", ".join(item.name for item in FORMATS)
    for item in FORMATS:
        if item.name == name or (not name and item.detect(tree)):
            return item
    if name:
        raise UnknownFormat(f"“{name}” is not a format. There are {names}.")
    if not tree.sizes:
        raise UnknownFormat(_("“%(name)s” has no files.") % {"name": tree.name})
    raise UnknownFormat(
        _(
            "“%(name)s” has no documents that can be imported: Markdown (.md), XML of MediaWiki or"
            " WordPress, Word (.docx), OpenDocument (.odt) or HTML."
        )
        % {"name": tree.name}
    )
