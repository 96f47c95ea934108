"""Folders of Markdown → documents: vaults of notes, and the sources of static sites."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from posixpath import dirname
from typing import NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from articles import files
from articles.importing import front_matter, syntax, texts
from articles.importing.documents import (
    Problem,
    ReadDocument,
    SkippedDocument,
    SourceDocument,
)
from articles.importing.fields import FieldReader, Values, clean_tag, last_part
from articles.importing.flavours import (
    DATED,
    INDEXES,
    Flavour,
    document_name,
    without_numbers,
)
from articles.importing.formats import Reader
from articles.importing.front_matter import Value
from articles.importing.options import ImportOptions
from articles.importing.other_documents import other_documents
from articles.importing.permalinks import PLACEHOLDER, document_type, expand
from articles.importing.site_languages import language_suffix
from articles.importing.trees import MARKDOWN, SourceTree, extension, stem
from articles.markdown import split_title
from articles.models import Status
from articles.text import names
from articles.workers import MIN_ITEMS, Workers

# Bytes of a file. An article may have a tenth of it.
MAX_SIZE = 10_000_000
# Bytes of the files that are parsed together.
BATCH_SIZE = 20_000_000
# A tag in a text, as Obsidian reads it: not only digits, and not within a word or URL.
INLINE_TAG = re.compile(r"(?<![\w/#&(\[`=\"'])#(?P<tag>[\w/-]*[^\W\d_][\w/-]*)")
CODE = re.compile(r"^(?P<fence>`{3,}+|~{3,}+).*?^(?P=fence)|`[^`\n]*`", re.MULTILINE | re.DOTALL)
FIRST_HEADING = re.compile(r"^# +(?P<text>.+?)[ #]*$", re.MULTILINE)

# Returns the flavour with what the settings of the site in a folder of the tree say.
Configure = Callable[[Flavour, SourceTree, str], Flavour]


def unchanged(flavour: Flavour, _tree: SourceTree, _root: str) -> Flavour:
    """Return the flavour: of systems without settings, or whose settings are programs."""
    return flavour


def reader_of(
    flavour: Flavour,
    root_of: Callable[[SourceTree], str | None],
    configure: Configure = unchanged,
) -> Reader:
    """Return the reader of a system that keeps documents as Markdown files."""

    def read(tree: SourceTree, options: ImportOptions, workers: Workers) -> Iterator[ReadDocument]:
        root = root_of(tree) or ""
        return _read(configure(flavour, tree, root), root, tree, options, workers)

    return read


class MarkdownFile(NamedTuple):
    """A file of a source, and all that its document depends on, which can be pickled.

    Its URL is relative to the folder `base`, and `site_title` is the title in the settings of the
    site.
    """

    path: str
    base: str
    content: bytes
    site_title: str
    flavour: Flavour
    options: ImportOptions


ReadFile = MarkdownFile | SkippedDocument


def _read(
    flavour: Flavour, root: str, tree: SourceTree, options: ImportOptions, workers: Workers
) -> Iterator[ReadDocument]:
    folders = _folders(flavour, root, tree)
    read_files = _read_files(flavour, root, folders, tree, options)
    parse = partial(parse_files, translation.get_language())
    yield from workers.map(parse, _batches(read_files))
    html_folders = tuple(folder for folder in folders if flavour.is_site and folder != root)
    yield from other_documents(tree, tuple(folders), html_folders)


def _folders(flavour: Flavour, root: str, tree: SourceTree) -> list[str]:
    """Return the folders that have the documents."""
    if flavour.is_site:
        return [root + name for name in flavour.folders]
    folder = next(
        (
            root + folder
            for folder in flavour.folders
            if any(path.startswith(root + folder) for path in markdown_paths(tree))
        ),
        root,
    )
    return [folder]


def _read_files(
    flavour: Flavour, root: str, folders: list[str], tree: SourceTree, options: ImportOptions
) -> Iterator[ReadFile]:
    # All titles together would be copied for each batch.
    titles, flavour = flavour.titles, replace(flavour, titles={})
    for path in markdown_paths(tree):
        base = next((base for base in folders if path.startswith(base)), None)
        if base is None:
            reason = _("It is not in a folder of documents (%(folders)s).") % {
                "folders": ", ".join(folders)
            }
            yield SkippedDocument(Problem(path, 0, reason))
        elif path[len(root) :].startswith(flavour.excluded):
            yield SkippedDocument(Problem(path, 0, _("It is in a folder that has no documents.")))
        else:
            try:
                content = tree.read(path, MAX_SIZE)
            except files.FileError as error:
                yield SkippedDocument(Problem(path, 0, error.problem))
            else:
                site_title = titles.get(path[len(base) :], "")
                yield MarkdownFile(path, base, content, site_title, flavour, options)


def _batches(read_files: Iterable[ReadFile]) -> Iterator[list[ReadFile]]:
    batch: list[ReadFile] = []
    size = 0
    for file in read_files:
        batch.append(file)
        size += len(file.content) if isinstance(file, MarkdownFile) else 0
        if len(batch) == MIN_ITEMS or size > BATCH_SIZE:
            yield batch
            batch, size = [], 0
    yield batch


def markdown_paths(tree: SourceTree) -> Iterator[str]:
    """Yield the paths of the Markdown files of a tree."""
    yield from (path for path in tree.sizes if extension(path) in MARKDOWN)


def parse_files(language: str | None, read_files: list[ReadFile]) -> list[ReadDocument]:
    """Return the documents in files, with messages in `language`; None is the language of the
    source code. This is a pure function, for worker processes."""
    with translation.override(language):
        return [
            file if isinstance(file, SkippedDocument) else _parse_file(file) for file in read_files
        ]


def _parse_file(file: MarkdownFile) -> ReadDocument:
    """Return the document in a file, or why there is none."""
    path, flavour, options = file.path, file.flavour, file.options
    try:
        text, problems = texts.decode(file.content, path)
    except files.FileError as error:
        return SkippedDocument(Problem(path, 0, error.problem))
    parts = front_matter.split(text)
    if flavour.has_meta and parts.body_line == 1:
        parts = front_matter.split_meta(text)
    reader = FieldReader(path, flavour.has_spaced_tags)
    reader.read(parts)
    language, relative = flavour.languages.split(file.base, path[len(file.base) :])
    body, syntax_problems = syntax.convert(
        flavour.dialect(parts.body, parts.fields),
        path,
        parts.body_line,
        language=language,
        is_site=flavour.is_site,
        is_mdx=flavour.is_mdx or extension(path) == ".mdx",
        has_liquid=flavour.has_liquid,
    )
    dated = _with_date(path, flavour, reader.values)
    fields = _with_urls(relative, flavour, language, parts.fields, dated)
    if flavour.has_numbers_and_ids:
        relative = without_numbers(relative)
        fields = _with_id(relative, parts.fields, fields)
        reader.unknown_keys = [key for key in reader.unknown_keys if key != "id"]
    values = _from_path(path, relative, flavour, language, fields, options)
    if options.inline_tags:
        values["tags"] = tuple(dict.fromkeys((*values.get("tags", ()), *inline_tags(body))))
    if not values.get("title"):
        name = relative if flavour.has_numbers_and_ids else file.base + relative
        values["title"], body, lines = title_of(
            body, name, file.site_title, is_site=flavour.is_site
        )
        parts = parts._replace(body_line=parts.body_line + lines)
    return SourceDocument(
        path=path,
        body=body,
        body_line=parts.body_line,
        problems=(*problems, *reader.problems, *syntax_problems),
        unknown_keys=tuple(reader.unknown_keys),
        **values,
    )


def _from_path(
    path: str,
    relative: str,
    flavour: Flavour,
    language: str,
    fields: Values,
    options: ImportOptions,
) -> Values:
    """Return the fields with what the path of a document says, where they say nothing."""
    values = dict(fields)
    suffix = language_suffix(path) if flavour.is_site else ""
    if tag := language if flavour.languages.codes else suffix:
        values.setdefault("language", names.language_tag(tag))
    if flavour.is_site and "_drafts" in relative.split("/")[:-1]:
        values["status"] = Status.DRAFT  # Jekyll's folder of what is not published.
    name = document_name(relative)
    paths = [relative]
    if flavour.is_site and (slug := values.get("slug")):
        # A page that has a folder of its own is named instead of that.
        folder = relative.rpartition("/")[0]
        paths.insert(0, f"{folder}/{slug}.md".lstrip("/"))
        if stem(relative) == "index":
            paths.insert(0, f"{folder.rpartition('/')[0]}/{slug}.md".lstrip("/"))
    generated = [url for each in paths for url in flavour.urls(each)]
    urls = [*values.get("urls", ()), *flavour.languages.urls(generated, language)]
    below = (f"{base}{url}" for base in flavour.bases for url in urls if url.startswith("/"))
    values["urls"] = tuple(dict.fromkeys((*urls, *below)))
    if flavour.is_site and name.lower() not in INDEXES:
        is_suffixed = suffix and suffix == language
        values.setdefault("slug", names.slug(f"{name} {suffix}" if is_suffixed else name))
    elif not flavour.is_site:
        values["name"] = stem(path)
    if options.folder_tags:
        folders = (clean_tag(folder.lstrip("_")) for folder in relative.split("/")[:-1])
        values["tags"] = tuple(dict.fromkeys((*values.get("tags", ()), *filter(None, folders))))
    return values


def _with_date(path: str, flavour: Flavour, values: Values) -> Values:
    """Return the values of a document with the date in the name of its file, or of the folder of
    which that is the index, unless it has one."""
    is_index = stem(path).lower() in INDEXES
    if not flavour.is_site or not (
        match := DATED.match(stem(dirname(path) if is_index else path))
    ):
        return values
    reader = FieldReader(path)
    reader.read(_date_field("-".join(match.group("year", "month", "day"))))
    return reader.values | values


def _with_urls(
    relative: str,
    flavour: Flavour,
    language: str,
    fields: Mapping[str, Value],
    values: Values,
) -> Values:
    """Return the values with the URLs that the patterns of the document or its site give."""
    type_ = document_type(relative)
    of_site = (item.pattern for item in flavour.permalinks if item.applies_to(relative, type_))
    below = flavour.languages.urls((f"/{url.lstrip('/')}" for url in islice(of_site, 1)), language)
    patterns = [*values.get("urls", ()), *below]
    urls = (
        expand(url, relative, fields, values) if PLACEHOLDER.search(url) else url
        for url in patterns
    )
    return {**values, "urls": tuple(filter(None, urls))}


def _with_id(relative: str, fields: Mapping[str, Value], values: Values) -> Values:
    """Return the values with the id of a document, which stands for the name of its file."""
    document_id = fields.get("id")
    if not isinstance(document_id, str) or stem(relative).lower() in INDEXES:
        return values
    return {"slug": names.slug(last_part(document_id)), **values}


def _date_field(text: str) -> front_matter.ForeignFrontMatter:
    year, month, day = text.split("-")
    fields: dict[str, front_matter.Value] = {"date": f"{year}-{int(month):02}-{int(day):02}"}
    return front_matter.ForeignFrontMatter(fields, {}, "", 1)


def title_of(body: str, path: str, site_title: str = "", *, is_site: bool) -> tuple[str, str, int]:
    """Return the title of a document without one, its body, and the lines that were removed.

    The heading that begins the body is the title, and leaves the body. Otherwise it is the one
    that the settings of the site give, or the first heading of the index of a folder, or the name
    of the file.
    """
    if body.lstrip().startswith("#") or re.match(r"\s*[^\n]+\n=+[ \t]*\n", body):
        heading = split_title(body)
        if heading and heading[0].strip():
            return heading[0], heading[1], body.count("\n") - heading[1].count("\n")
    if site_title:
        return site_title, body, 0
    name = stem(path)
    if name.lower() == "readme" or (is_site and name.lower() in INDEXES):
        if match := FIRST_HEADING.search(CODE.sub("", body)):
            return match["text"], body, 0
        return document_name(path), body, 0
    return document_name(path) if is_site else name, body, 0


def inline_tags(body: str) -> list[str]:
    """Return the distinct ``#tags`` in a text, not those in code.

    >>> inline_tags("About #peace/talks and `#code`, not a#b or #1.")
    ['peace/talks']
    """
    matches = INLINE_TAG.finditer(CODE.sub("", body))
    return list(dict.fromkeys(clean_tag(match["tag"].strip("/-")) for match in matches))
