"""Plain text → Markdown that displays the same text."""

import re

# What Markdown, or one of the extensions of this site, would read as syntax anywhere in a line.
SYNTAX = re.compile(
    r"""
      [\\`*$~]
    | (?<!\w)_ | _(?!\w)
    | \[(?=[\[^!]|[ xX]\]|[^\[\]\n]{0,200}\][(\[:])
    | \](?=[\](\[:])
    | <(?=[a-zA-Z/!?])
    | &(?=[a-zA-Z0-9]{2,31};|\#)
    | =(?==) | %(?=%) | \^(?=\[) | (?<!\S)\^
    """,
    re.VERBOSE,
)
# What begins a block at the beginning of a line.
BLOCK_START = re.compile(r"\s*(?:([#>|]|[-+](?=\s|$|-)|=|~|!!!|:)|(\d{1,9})(?=[.)](?:\s|$)))")


def escape(text: str) -> str:
    """Escape text in a line: ``2 * 3`` becomes ``2 \\* 3``."""
    return SYNTAX.sub(r"\\\g<0>", text)


def escape_block_start(line: str) -> str:
    """Escape the beginning of a line, whose rest is Markdown: ``1. x`` becomes ``1\\. x``."""
    match = BLOCK_START.match(line)
    if not match:
        return line
    position = match.start(1) if match[1] else match.end(2)
    return f"{line[:position]}\\{line[position:]}"


def code_span(code: str) -> str:
    """Return inline code: ``a`b`` becomes ``` ``a`b`` ```."""
    code = " ".join(code.split())
    if not code:
        return ""
    fence = "`" * (_longest_run(code) + 1)
    padding = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{fence}{padding}{code}{padding}{fence}"


def code_block(code: str, language: str = "") -> str:
    """Return a fenced block of code, in a language that Pygments may know."""
    fence = "`" * max(3, _longest_run(code) + 1)
    return f"{fence}{language}\n{code.strip(chr(10))}\n{fence}"


def table(rows: list[list[str]], has_header: bool) -> str:
    """Return a table from cells of Markdown. Without a header, the cells of the first row are
    empty. Line breaks in cells become ``<br>``; shorter rows are filled up."""
    width = max(map(len, rows), default=0)
    if not width:
        return ""
    rows = rows if has_header else [[""] * width, *rows]
    lines = [_row(row + [""] * (width - len(row))) for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _row(cells: list[str]) -> str:
    return "".join(f"| {_cell(cell)} " for cell in cells) + "|"


def _cell(markdown: str) -> str:
    lines = [line.strip().removesuffix("\\") for line in markdown.split("\n")]
    return "<br>".join(filter(None, lines)).replace("|", "\\|")


def _longest_run(code: str) -> int:
    return max(map(len, re.findall("`+", code)), default=0)
