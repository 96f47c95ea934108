"""Compares our rendering of documents with that of GitHub's parser, cmark-gfm.

    python -m tests.markdown.gfm FOLDER

prints how many of the folder's documents differ, by kind. Parts that have other markup here, such
as links to articles or callouts, differ on purpose: the numbers tell where to look.
"""

import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import html5lib
from cmarkgfm.cmark import Options, markdown_to_html_with_extensions

from articles.markdown import parse
from articles.text import frontmatter

OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
EXTENSIONS = ["table", "autolink", "strikethrough", "tasklist"]
# Elements whose content GitHub doesn't show, and the section of footnotes.
HIDDEN = ("script", "style", "iframe", "object", "template", "section", "title")
KINDS = {
    "headings": ("h1", "h2", "h3", "h4", "h5", "h6"),
    "links": ("a",),
    "code": ("pre", "code"),
    "lists": ("ul", "ol", "li"),
    "tables": ("table", "tr", "td", "th"),
    "quotes": ("blockquote",),
    "emphasis": ("em", "strong", "del", "b", "i", "s", "sup", "sub", "kbd"),
    "details": ("details", "summary"),
}
WORD = re.compile(r"\w+")


def parts(html: str) -> dict[str, list[str]]:
    """Return what readers see of HTML: its words, and the words of the elements of each kind."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    for element in [*tree.iter()]:
        if element.tag == "img":
            element.text = element.get("alt")
        for child in [*element]:
            # A comment's tag is a function.
            if child.tag in HIDDEN or not isinstance(child.tag, str):
                _remove(element, child)
    contents = {"words": _words(tree)}
    for kind, tags in KINDS.items():
        contents[kind] = [
            " ".join(_words(element))
            for element in tree.iter()
            if element.tag in tags and (element.tag != "a" or element.get("href"))
        ]
    return contents


def _remove(parent: Any, child: Any) -> None:
    """Remove an element, but not the text after it."""
    index = [*parent].index(child)
    if index:
        parent[index - 1].tail = (parent[index - 1].tail or "") + (child.tail or "")
    else:
        parent.text = (parent.text or "") + (child.tail or "")
    parent.remove(child)


def _words(element: Any) -> list[str]:
    return WORD.findall(" ".join(element.itertext()))


def rendered_by_github(source: str) -> str:
    return markdown_to_html_with_extensions(source, OPTIONS, EXTENSIONS)


def differences(source: str) -> list[str]:
    """Return the kinds of parts in which our rendering differs from cmark-gfm's."""
    ours = parts(parse(source, media=("",)).html)
    theirs = parts(rendered_by_github(source))
    return [kind for kind, contents in theirs.items() if ours[kind] != contents]


def compare(folder: Path) -> Counter[str]:
    """Return how many Markdown documents in `folder` differ in each kind of part."""
    count: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.md")):
        if path.is_file():
            count["documents"] += 1
            different = differences(body(path.read_text(encoding="utf-8", errors="replace")))
            count.update([*different, *(["any"] if different else [])])
    return count


def body(document: str) -> str:
    """Return a document without its front matter."""
    try:
        return frontmatter.split(document).body
    except ValueError:
        return document


def summary(count: Counter[str]) -> str:
    """Return the counts of `compare` in a line."""
    differing = ", ".join(f"{number} in {kind}" for kind, number in count.most_common()[1:])
    return f"{count['documents']} documents, of which differ: {differing or 'none'}"


if __name__ == "__main__":
    print(summary(compare(Path(sys.argv[1]))))
