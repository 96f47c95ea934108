"""Logseq graphs: pages and journals, each an outline of blocks."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from articles import files
from articles.importing import front_matter, texts
from articles.importing.documents import (
    Problem,
    ReadDocument,
    SkippedDocument,
    SourceDocument,
)
from articles.importing.fields import FieldReader, clean_tag
from articles.importing.flavours import find_root, mark_of
from articles.importing.markdown_files import CODE, MAX_SIZE, inline_tags, markdown_paths
from articles.importing.options import ImportOptions
from articles.importing.trees import SourceTree, stem

FOLDERS = ("pages/", "journals/")
PROPERTY = re.compile(r"^[ \t]*(?:- )?(?P<key>[A-Za-z][\w-]*):: ?(?P<value>.*)$")
BLOCK_ID = re.compile(r"^[ \t]*id:: (?P<id>[0-9a-f-]{36})[ \t]*$", re.MULTILINE)
REFERENCE = re.compile(
    r"(?:(?<!!)\[(?P<label>[^\[\]|\n]+)\]\((?=\(\([0-9a-f-]{36}\)\)\)))?"
    r"\(\((?P<id>[0-9a-f]{8}-[0-9a-f-]{27})\)\)(?(label)\))"
)
EMBED = re.compile(
    r"\{\{embed\s+(?:\(\((?P<id>[0-9a-f-]{36})\)\)|\[\[(?P<page>[^\[\]]+)\]\])\s*\}\}"
)
MACRO = re.compile(r"\{\{(?P<name>[\w-]+)[^{}\n]*\}\}")
MARKER = re.compile(r"^(?P<bullet>[ \t]*- )(?P<marker>TODO|DOING|NOW|LATER|WAITING|DONE) ", re.M)
HIDDEN_LINE = re.compile(
    r"^[ \t]*(?:collapsed|background-color|heading|logseq\.[\w.-]+):: .*\n?", re.MULTILINE
)
LOGBOOK = re.compile(r"^[ \t]*:LOGBOOK:.*?:END:[ \t]*\n?", re.MULTILINE | re.DOTALL)
BRACKETED = re.compile(r"#\[\[(?P<tag>[^\[\]]+)\]\]")
JOURNAL = re.compile(r"(\d{4})[_-](\d\d)[_-](\d\d)\Z")
PATH_SEPARATOR = re.compile(r"___|%2F", re.IGNORECASE)


def detect(tree: SourceTree) -> bool:
    """Whether there is a graph: its configuration, or both folders."""
    return _root(tree) is not None


def _root(tree: SourceTree) -> str | None:
    root = find_root(tree, mark_of("logseq/config.edn"))
    if root is not None:
        return root.removesuffix("logseq/")
    for folder in FOLDERS:
        if not any(path.startswith(folder) for path in tree.sizes):
            return None
    return ""


def read(tree: SourceTree, options: ImportOptions) -> Iterator[ReadDocument]:
    """Yield the pages and journals of a graph. References to blocks need all pages first."""
    root = _root(tree) or ""
    folders = tuple(root + folder for folder in FOLDERS)
    pages = _pages_of_blocks(tree, folders)
    for path in markdown_paths(tree):
        if path.startswith(folders):
            yield _read_page(tree, path, pages, options)
        else:
            reason = "It is neither in pages/ nor in journals/."
            yield SkippedDocument(Problem(path, 0, reason))


def _pages_of_blocks(tree: SourceTree, folders: tuple[str, ...]) -> dict[str, str]:
    """Return the names of pages by the ids of their blocks."""
    pages: dict[str, str] = {}
    for path in markdown_paths(tree):
        if path.startswith(folders):
            try:
                text = texts.decode(tree.read(path, MAX_SIZE), path).text
            except files.FileError:
                continue  # It is reported when the page is read.
            pages |= {match["id"]: page_name(path) for match in BLOCK_ID.finditer(text)}
    return pages


def page_name(path: str) -> str:
    """Return the name of a page from that of its file.

    >>> page_name("pages/War___Causes.md"), page_name("journals/2020_01_02.md")
    ('War/Causes', '2020-01-02')
    """
    name = PATH_SEPARATOR.sub("/", stem(path))
    match = JOURNAL.match(name)
    return "-".join(match.groups()) if match else unquote(name)


def _read_page(
    tree: SourceTree, path: str, pages: dict[str, str], options: ImportOptions
) -> ReadDocument:
    try:
        text, problems = texts.decode(tree.read(path, MAX_SIZE), path)
    except files.FileError as error:
        return SkippedDocument(Problem(path, 0, error.problem))
    parts = _split(text)
    reader = FieldReader(path)
    reader.read(parts)
    body, body_problems = _convert(parts.body, path, parts.body_line, pages)
    values = reader.values
    name = page_name(path)
    values["tags"] = tuple(map(clean_tag, values.get("tags", ())))
    if options.inline_tags:
        values["tags"] = tuple(dict.fromkeys((*values["tags"], *inline_tags(body))))
    if JOURNAL.match(stem(path)):
        journal = front_matter.ForeignFrontMatter({"date": name}, {}, "", 1)
        dated = FieldReader(path)
        dated.read(journal)
        values = dated.values | values
    return SourceDocument(
        path=path,
        body=body,
        body_line=parts.body_line,
        name=name,
        problems=(*problems, *reader.problems, *body_problems),
        unknown_keys=tuple(reader.unknown_keys),
        **{"title": name, **values},
    )


def _split(text: str) -> front_matter.ForeignFrontMatter:
    """Return the properties of a page, which are its first lines, and its blocks."""
    parts = front_matter.split(text)
    if parts.fields:
        return parts
    lines = text.split("\n")
    fields: dict[str, front_matter.Value] = {}
    numbers: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        match = PROPERTY.match(line)
        if not match or match["key"] == "id":
            break
        fields[match["key"]] = match["value"]
        numbers[match["key"]] = number
    body = "\n".join(lines[len(fields) :])
    return front_matter.ForeignFrontMatter(fields, numbers, body, len(fields) + 1)


def _convert(
    body: str, path: str, first_line: int, pages: dict[str, str]
) -> tuple[str, list[Problem]]:
    """Return the blocks of a page as Markdown: references to blocks become links to them."""
    problems: list[Problem] = []

    def link(match: re.Match[str], embed: str = "") -> str:
        if page := pages.get(match["id"]):
            label = match.groupdict().get("label")
            return f"{embed}[[{page}#^{match['id']}{f'|{label}' if label else ''}]]"
        line = first_line + body.count("\n", 0, match.start())
        problems.append(Problem(path, line, f"No block has the id {match['id']}."))
        return match[0]

    def embed(match: re.Match[str]) -> str:
        return f"![[{match['page']}]]" if match["page"] else link(match, "!")

    text = LOGBOOK.sub("", HIDDEN_LINE.sub("", body))
    text = BLOCK_ID.sub(lambda match: f"\0{match['id']}", text)
    text = re.sub(r"[ \t]*\n\0(\S+)", r" ^\1", text).replace("\0", "^")
    text = REFERENCE.sub(link, EMBED.sub(embed, text))
    text = BRACKETED.sub(lambda match: f"[[{match['tag']}]]", text)
    text = MARKER.sub(_task, text)
    for match in MACRO.finditer(CODE.sub("", text)):
        message = f"The macro “{match['name']}” has no equivalent. It stays as text."
        problems.append(Problem(path, 0, message))
    return text.replace("\t", "  "), problems


def _task(match: re.Match[str]) -> str:
    return f"{match['bullet']}[{'x' if match['marker'] == 'DONE' else ' '}] "
