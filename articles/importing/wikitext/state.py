"""What the rules of the conversion share while one text is converted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from articles.importing.escaping import escape_block_start
from articles.importing.wikitext.blocks import convert_blocks, paragraph_line
from articles.importing.wikitext.fragments import Fragments

# Characters of the source that a message quotes.
MAX_QUOTED = 80

# A node of mwparserfromhell, or the code in one. The library has no types.
Node = Any


class Issue(NamedTuple):
    """Something that was not understood, on which line of the text, counted from 0."""

    line: int
    message: str


@dataclass(frozen=True)
class Wiki:
    """What links depend on: names of namespaces in lower case → their numbers, the URL of a page
    of the wiki without its name, or an empty string, and the files of the source: key → path."""

    namespaces: dict[str, int] = field(default_factory=dict)
    page_url: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass
class References:
    """Footnotes: the number of each, by name or by position, its text, and where it first is.

    One that is mentioned but defined nowhere has its name as its text.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)

    def number(self, key: str, position: int) -> int:
        self.positions.setdefault(key, position)
        return self.numbers.setdefault(key, len(self.numbers) + 1)

    def definitions(self) -> str:
        texts = ((number, self.texts.get(key, key)) for key, number in self.numbers.items())
        return "\n".join(f"[^{number}]: {escape_block_start(text)}" for number, text in texts)

    def undefined(self) -> list[str]:
        return [key for key in self.numbers if key not in self.texts]


class State:
    """The state of a conversion.

    `parse` turns text into code, `convert` turns code into text with marks for its fragments.
    """

    def __init__(
        self,
        source: str,
        title: str,
        wiki: Wiki,
        parse: Callable[[str], Node],
        convert: Callable[["State", Node, int], str],
    ) -> None:
        self.title = title
        self.wiki = wiki
        self.fragments = Fragments()
        self.references = References()
        self.tags: dict[str, None] = {}
        self.issues: list[Issue] = []
        self._source = source
        self._parse = parse
        self._convert = convert

    def inline(self, code: Node, position: int) -> str:
        """Return code, which begins at `position` of the source, as text with marks."""
        return self._convert(self, code, position)

    def line_markdown(self, code: Node, position: int) -> str:
        """Return code as Markdown on one line."""
        text = " ".join(self.inline(code, position).split())
        return paragraph_line(text, self.fragments)

    def block_markdown(self, code: Node, position: int) -> str:
        """Return code as blocks of Markdown."""
        return convert_blocks(self.inline(code, position), self.fragments)

    def plain(self, code: Node, position: int) -> str:
        """Return code as text without any syntax, on one line."""
        text = self.fragments.plain(self.inline(code, position)).replace("''", "")
        return " ".join(text.split())

    def plain_text(self, source: str, position: int) -> str:
        """Return wikitext that the parser has left as text, such as a caption, without syntax."""
        return self.plain(self._parse(source), position)

    def report(self, message: str, subject: str, position: int) -> None:
        """Report what is not understood. `message` has a placeholder “subject”."""
        line = self._source.count("\n", 0, position)
        quoted = " ".join(subject.split())
        quoted = f"{quoted[:MAX_QUOTED]}…" if len(quoted) > MAX_QUOTED else quoted
        self.issues.append(Issue(line, message % {"subject": quoted}))


def inner_position(node: Node, code: Node, position: int) -> int:
    """Return where `code`, which is a part of `node`, begins, if `node` begins at `position`."""
    return position + max(0, str(node).find(str(code)))
