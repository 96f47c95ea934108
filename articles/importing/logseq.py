"""Logseq graphs: pages and journals, each an outline of blocks."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time
from typing import NamedTuple
from urllib.parse import unquote

from django.utils.translation import gettext as _

from articles import files
from articles.importing import front_matter, texts
from articles.importing.documents import (
    Problem,
    ReadDocument,
    SkippedDocument,
    SourceDocument,
)
from articles.importing.fields import FieldReader, clean_tag
from articles.importing.flavours import find_root
from articles.importing.markdown_files import MAX_SIZE, inline_tags, markdown_paths
from articles.importing.options import ImportOptions
from articles.importing.other_documents import other_documents
from articles.importing.syntax import split_code
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
# Stands for a line that goes.
REMOVED = "\0"
MOVED_ID = re.compile(r"(?<![ \t])[ \t]*(?P<removed>(?:\n\0)*)\n\0(?P<id>[0-9a-f-]{36})(?=\n|\Z)")
IMAGE_SIZE = re.compile(r"(?<=\))\{:[ ]*(?:height|width)[^{}\n]*\}")
# What Org mode has, too.
ORG = re.compile(r"^[ \t]*(?:- )?(?P<name>#\+BEGIN_\w+|SCHEDULED:|DEADLINE:)", re.MULTILINE)
LOGBOOK = re.compile(
    r"^[ \t]*:LOGBOOK:(?:(?!:LOGBOOK:).)*?:END:[ \t]*\n?", re.MULTILINE | re.DOTALL
)
LABELLED = re.compile(r"(?<!!)\[(?P<label>[^\[\]|\n]+)\]\(\[\[(?P<page>[^\[\]|\n]+)\]\]\)")
BRACKETED = re.compile(r"#\[\[(?P<tag>[^\[\]]+)\]\]")
PAGE = re.compile(r"#?\[\[(?P<page>[^\[\]]+)\]\]")
JOURNAL = re.compile(r"(\d{4})[_-](\d\d)[_-](\d\d)\Z")
TITLE_FORMAT = re.compile(
    r"^[^;\n]*:journal/page-title-format\s+\"(?P<format>[^\"\n]+)\"", re.MULTILINE
)
DEFAULT_TITLE_FORMAT = "MMM do, yyyy"
FORMAT_PART = re.compile(r"y{2,4}|M{1,4}|do|d{1,2}|E{1,4}")
PATH_SEPARATOR = re.compile(r"___|%2F", re.IGNORECASE)


def detect(tree: SourceTree) -> bool:
    """Whether there is a graph: its configuration, or both folders."""
    return _root(tree) is not None


def _root(tree: SourceTree) -> str | None:
    root = find_root(tree, "logseq/config.edn")
    if root is not None:
        return root
    for folder in FOLDERS:
        if not any(path.startswith(folder) for path in tree.sizes):
            return None
    return ""


def read(tree: SourceTree, options: ImportOptions) -> Iterator[ReadDocument]:
    """Yield the pages and journals of a graph. References to blocks need all pages first."""
    root = _root(tree) or ""
    folders = tuple(root + folder for folder in FOLDERS)
    graph = Graph(_pages_of_blocks(tree, folders), _title_format(tree, root))
    for path in markdown_paths(tree):
        if path.startswith(folders):
            yield _read_page(tree, path, graph, options)
        else:
            reason = _("It is neither in pages/ nor in journals/.")
            yield SkippedDocument(Problem(path, 0, reason))
    yield from other_documents(tree, folders)


class Graph(NamedTuple):
    """What pages depend on: the pages of blocks by their ids, and how journals are called."""

    pages: dict[str, str]
    title_format: str


def _title_format(tree: SourceTree, root: str) -> str:
    """Return the format of the names of journals in the settings of a graph."""
    path = f"{root}logseq/config.edn"
    if path in tree.sizes:
        with suppress(files.FileError):
            text = texts.decode(tree.read(path, MAX_SIZE), path).text
            if match := TITLE_FORMAT.search(text):
                return match["format"]
    return DEFAULT_TITLE_FORMAT


def journal_title(day: date, form: str) -> str:
    """Return how a journal is called in a format of Logseq.

    >>> [journal_title(date(2024, 1, 2), form) for form in ("EEE, MMM do, yyyy", "d.M.yy")]
    ['Tue, Jan 2nd, 2024', '2.1.24']
    """
    ordinal = {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10 if day.day // 10 != 1 else 0, "th")
    texts = {
        **{"yyyy": day.strftime("%Y"), "yy": day.strftime("%y"), "MMMM": day.strftime("%B")},
        **{"MMM": day.strftime("%b"), "MM": day.strftime("%m"), "M": str(day.month)},
        **{"do": f"{day.day}{ordinal}", "dd": day.strftime("%d"), "d": str(day.day)},
        **{"EEEE": day.strftime("%A"), "EEE": day.strftime("%a"), "E": day.strftime("%a")},
    }
    return FORMAT_PART.sub(lambda match: texts.get(match[0], match[0]), form)


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


def _read_page(tree: SourceTree, path: str, graph: Graph, options: ImportOptions) -> ReadDocument:
    try:
        text, problems = texts.decode(tree.read(path, MAX_SIZE), path)
    except files.FileError as error:
        return SkippedDocument(Problem(path, 0, error.problem))
    parts = _split(text)
    reader = FieldReader(path)
    reader.read(parts)
    blocks = _convert(parts.body, path, parts.body_line, graph)
    values = reader.values
    name = page_name(path)
    values["tags"] = tuple(map(clean_tag, values.get("tags", ())))
    if options.inline_tags:
        values["tags"] = tuple(dict.fromkeys((*values["tags"], *inline_tags(blocks.text))))
    if day := _day(name):
        values.setdefault("created", datetime.combine(day, time.min))
        names = (*values.get("aliases", ()), journal_title(day, graph.title_format))
        values["aliases"] = names
    return SourceDocument(
        path=path,
        body=blocks.text,
        body_line=parts.body_line,
        line_numbers=blocks.lines,
        name=name,
        problems=(*problems, *reader.problems, *blocks.problems),
        unknown_keys=tuple(reader.unknown_keys),
        **{"title": name, **values},
    )


def _day(name: str) -> date | None:
    """Return the day of a journal, None for the name of any other page."""
    try:
        return date.fromisoformat(name) if JOURNAL.match(name) else None
    except ValueError:
        return None


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
        # Values are often written as links to pages.
        fields[match["key"]] = PAGE.sub(r"\g<page>", match["value"])
        numbers[match["key"]] = number
    body = "\n".join(lines[len(fields) :])
    return front_matter.ForeignFrontMatter(fields, numbers, body, len(fields) + 1)


class _Blocks(NamedTuple):
    """The blocks of a page as Markdown, the line of the file that each line is from, and what was
    not understood."""

    text: str
    lines: tuple[int, ...]
    problems: list[Problem]


def _convert(body: str, path: str, first_line: int, graph: Graph) -> _Blocks:
    """Return the blocks of a page as Markdown: references to blocks become links to them."""
    problems: list[Problem] = []
    parts = []
    line = first_line
    for part, is_code in split_code(_without_properties(body)):
        parts.append(part if is_code else _convert_part(part, path, line, graph, problems))
        line += part.count("\n")
    lines = "".join(parts).replace("\t", "  ").split("\n")
    numbered = [(first_line + index, text) for index, text in enumerate(lines)]
    remaining = [(number, text) for number, text in numbered if text != REMOVED]
    return _Blocks(
        "\n".join(text for _number, text in remaining),
        tuple(number for number, _text in remaining),
        sorted(problems),
    )


def _without_properties(body: str) -> str:
    """Return the text with marks in the place of lines that go, and the ids of blocks at the ends
    of their first lines."""
    text = LOGBOOK.sub(lambda match: _removed(match[0]), body)
    text = HIDDEN_LINE.sub(lambda match: _removed(match[0]), text)
    text = BLOCK_ID.sub(lambda match: f"\0{match['id']}", text)
    return MOVED_ID.sub(rf" ^\g<id>\g<removed>\n{REMOVED}", text).replace(f"{REMOVED}^", "^")


def _removed(text: str) -> str:
    end = "\n" if text.endswith("\n") else ""
    return "\n".join([REMOVED] * len(text.removesuffix("\n").split("\n"))) + end


def _convert_part(
    body: str, path: str, first_line: int, graph: Graph, problems: list[Problem]
) -> str:
    def report(match: re.Match[str], message: str) -> None:
        line = first_line + match.string.count("\n", 0, match.start())
        problems.append(Problem(path, line, message))

    def link(match: re.Match[str], embed: str = "") -> str:
        if page := graph.pages.get(match["id"]):
            label = match.groupdict().get("label")
            return f"{embed}[[{page}#^{match['id']}{f'|{label}' if label else ''}]]"
        report(match, _("No block has the id %(id)s.") % {"id": match["id"]})
        return match[0]

    def embed(match: re.Match[str]) -> str:
        return f"![[{match['page']}]]" if match["page"] else link(match, "!")

    text = REFERENCE.sub(link, EMBED.sub(embed, body))
    text = LABELLED.sub(r"[[\g<page>|\g<label>]]", text)
    text = BRACKETED.sub(lambda match: f"[[{match['tag']}]]", text)
    text = IMAGE_SIZE.sub("", MARKER.sub(_task, text))
    for match in MACRO.finditer(text):
        report(
            match,
            _("The macro “%(name)s” has no equivalent. It stays as text.")
            % {"name": match["name"]},
        )
    for match in ORG.finditer(text):
        report(
            match, _("“%(name)s” has no equivalent. It stays as text.") % {"name": match["name"]}
        )
    return text


def _task(match: re.Match[str]) -> str:
    return f"{match['bullet']}[{'x' if match['marker'] == 'DONE' else ' '}] "
