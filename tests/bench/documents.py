"""A folder of real Markdown files → articles to measure with."""

from collections.abc import Iterator
from pathlib import Path

from articles.text import frontmatter, names
from tests.bench.corpus import Generated, TakenNames


def read_documents(folder: Path) -> Iterator[Generated]:
    """Yield the files ``*.md`` of a folder and its subfolders as articles.

    The title is the one in the front matter or else the name of the file, with a number if it is
    taken. Front matter that is not valid is part of the text.
    """
    taken = TakenNames()
    for number, path in enumerate(sorted(folder.rglob("*.md")), 1):
        fields, body = read_document(path)
        yield Generated(
            title=taken.add_title(" ".join(fields.get("title", [path.stem])), number),
            aliases=taken.add_aliases(fields.get("aliases", [])),
            summary="",
            body=body,
            tags=tag_names(fields.get("tags", [])),
        )


def read_document(path: Path) -> tuple[dict[str, list[str]], str]:
    """Return the fields of the front matter, each as a list of values, and the body of a file."""
    text = path.read_text(encoding="utf-8-sig", errors="replace").replace("\0", "")
    try:
        document = frontmatter.split(text)
    except frontmatter.FrontMatterError:
        return {}, text
    fields = {
        key: value if isinstance(value, list) else [value]
        for key, value in document.fields.items()
        if value
    }
    return fields, document.body


def tag_names(values: list[str]) -> list[str]:
    """Return the tags in the values of a field; one value may have several, with commas."""
    words = [
        name.strip()[: names.NAME_LENGTH // 2] for value in values for name in value.split(",")
    ]
    by_key = {names.fold(name): name for name in words}
    return [name for key, name in by_key.items() if key]
