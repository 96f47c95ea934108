"""Tags of wikitext, those of HTML and of extensions → Markdown."""

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from articles.importing.escaping import code_block, code_span, escape
from articles.importing.wikitext.fragments import LEFT_OUT, LIST_MARKS
from articles.importing.wikitext.links import image_with_parameters, page_name
from articles.importing.wikitext.state import Node, State, inner_position
from articles.importing.wikitext.tables import table

# Tags whose content is text, with nothing to say about itself.
TRANSPARENT_NAMES = (
    "span center big font noinclude onlyinclude section article main header footer small tt bdi"
    " bdo rb nobr time data var samp dfn wbr"
)
TRANSPARENT = frozenset(TRANSPARENT_NAMES.split())
# Tags that mean the same in Markdown's HTML.
HTML_NAMES = "sub sup u ins kbd mark q abbr cite ruby rt rp"
HTML = frozenset(HTML_NAMES.split())
EMPHASIS = {"b": "'''", "strong": "'''", "i": "''", "em": "''"}
STRUCK = frozenset({"s", "strike", "del"})
SILENT = frozenset(
    ["includeonly", "templatestyles", "references", "indicator", "templatedata", "style", "script"]
)


def tag(state: State, node: Node, position: int) -> str:
    name = str(node.tag).strip().lower()
    if mark := node.wiki_markup:
        return _wiki_markup(state, node, str(mark), position)
    if rule := RULES.get(name):
        return rule(state, node, position)
    if name in EMPHASIS:
        mark = EMPHASIS[name]
        return "\n".join(
            f"{mark}{line}{mark}" if line.strip() else line
            for line in _content(state, node, position).split("\n")
        )
    if name in STRUCK:
        return _inline(state, node, position, "~~", "~~")
    if name in HTML:
        return _inline(state, node, position, f"<{name}>", f"</{name}>")
    if re.fullmatch("h[1-6]", name):
        return heading(state, node.contents, int(name[1]), position)
    if name not in SILENT | TRANSPARENT:
        state.report(
            _("Element %(subject)s is not understood: only its content stays."),
            f"<{name}>",
            position,
        )
    return "" if name in SILENT else _content(state, node, position)


def heading(state: State, code: Node, level: int, position: int) -> str:
    text = state.line_markdown(code, position) if code is not None else ""
    # Headings of one article are at most as high as the sections of a page, below its title.
    return state.fragments.block(f"{'#' * max(2, level)} {text}" if text else "", text)


def _wiki_markup(state: State, node: Node, mark: str, position: int) -> str:
    if mark in LIST_MARKS:
        return LIST_MARKS[mark]
    if mark.startswith("----"):
        return state.fragments.block("---", "")
    if mark == "{|":
        return table(state, node, position)
    return _content(state, node, position)


def _content(state: State, node: Node, position: int) -> str:
    if node.contents is None:
        return ""
    return state.inline(node.contents, inner_position(node, node.contents, position))


def _source(node: Node) -> str:
    return "" if node.contents is None else str(node.contents)


def _attribute(node: Node, name: str) -> str:
    return str(node.get(name).value).strip(" \"'") if node.has(name) else ""


def _inline(state: State, node: Node, position: int, before: str, after: str) -> str:
    """Return content on one line between marks."""
    text = " ".join(_content(state, node, position).replace("'''", "").replace("''", "").split())
    markdown = state.fragments.markdown(text)
    return (
        state.fragments.inline(before + markdown + after, state.fragments.plain(text))
        if text
        else ""
    )


def reference(state: State, node: Node, position: int) -> str:
    """Return a reference to a footnote, whose text is either here or in a tag with its name."""
    key = _define(state, node, position)
    return state.fragments.inline(f"[^{state.references.number(key, position)}]", "")


def define_references(state: State, node: Node, position: int) -> None:
    """Read the footnotes that are defined in a list of references."""
    for inner in node.contents.ifilter_tags() if node.contents is not None else ():
        _define_if_reference(state, node, inner, position)


def define_references_in_template(state: State, node: Node, position: int) -> None:
    """Read the footnotes that are defined in a template, such as Reflist."""
    for parameter in node.params:
        for inner in parameter.value.ifilter_tags():
            _define_if_reference(state, node, inner, position)


def _define_if_reference(state: State, outer: Node, node: Node, position: int) -> None:
    if str(node.tag).lower() == "ref" and node.has("name"):
        _define(state, node, inner_position(outer, node, position))


def _define(state: State, node: Node, position: int) -> str:
    """Store the text of a footnote. Return what identifies it."""
    name = _attribute(node, "name").rstrip("/").strip()
    group = _attribute(node, "group")
    key = " ".join(filter(None, [group, name])) if name else f"@{position}"
    if node.contents is not None and str(node.contents).strip():
        start = inner_position(node, node.contents, position)
        state.references.texts.setdefault(key, state.line_markdown(node.contents, start))
    return key


def _references(state: State, node: Node, position: int) -> str:
    define_references(state, node, position)
    return ""


def _nowiki(state: State, node: Node, _position: int) -> str:
    text = _source(node)
    return state.fragments.inline(escape(text).replace("\n", " "), text) if text else ""


def _math(state: State, node: Node, _position: int) -> str:
    formula = " ".join(_source(node).split())
    if not formula:
        return ""
    if _attribute(node, "display") == "block":
        return state.fragments.block(f"$$\n{formula}\n$$", formula)
    return state.fragments.inline(f"${formula}$", formula)


def _highlighted(state: State, node: Node, _position: int) -> str:
    code = _source(node)
    if node.has("inline") or _attribute(node, "enclose") == "none":
        return state.fragments.inline(code_span(code), code)
    language = re.sub(r"[^\w+#.-]", "", _attribute(node, "lang"))
    return state.fragments.block(code_block(code, language), code)


def _preformatted(state: State, node: Node, _position: int) -> str:
    code = re.sub("</?nowiki>", "", _source(node))
    return state.fragments.block(code_block(code), code)


def _code(state: State, node: Node, position: int) -> str:
    text = state.plain(node.contents, position) if node.contents is not None else ""
    return state.fragments.inline(code_span(text), text) if text else ""


def _line_break(state: State, _node: Node, _position: int) -> str:
    return state.fragments.inline("<br>", " ")


def _rule(state: State, _node: Node, _position: int) -> str:
    return state.fragments.block("---", "")


def _quotation(state: State, node: Node, position: int) -> str:
    if node.contents is None:
        return ""
    markdown = state.block_markdown(node.contents, inner_position(node, node.contents, position))
    return state.fragments.block(re.sub("^", "> ", markdown, flags=re.MULTILINE), "")


def _poem(state: State, node: Node, position: int) -> str:
    lines = _content(state, node, position).strip("\n").split("\n")
    line_break = state.fragments.inline("<br>", " ")
    return f"\n\n{line_break.join(line.strip() for line in lines)}\n\n"


def _gallery(state: State, node: Node, position: int) -> str:
    images = []
    for line in _source(node).split("\n"):
        name, *parameters = line.split("|")
        name = re.sub(r"\A\s*[^:|]+:", "", name)
        if name.strip():
            images.append(image_with_parameters(state, page_name(name), parameters, position))
    return "\n\n" + "\n\n".join(images) + "\n\n"


def _paragraph(state: State, node: Node, position: int) -> str:
    return f"\n\n{_content(state, node, position)}\n\n{LEFT_OUT}"


def _html_list(state: State, node: Node, position: int) -> str:
    """Convert a list of HTML as one of wikitext, whose marks begin lines."""
    mark = LIST_MARKS["#" if str(node.tag).lower() == "ol" else "*"]
    lines = []
    for item in node.contents.nodes if node.contents is not None else ():
        if str(getattr(item, "tag", "")).lower() == "li":
            text = _content(state, item, inner_position(node, item, position))
            first, *nested = [line for line in text.split("\n") if line.strip()] or [""]
            lines += [f"{mark}{first}", *(f"{mark}{_continued(line)}" for line in nested)]
    return "\n" + "\n".join(lines) + "\n"


def _continued(line: str) -> str:
    """Return a line of an item as a part of it: an item of its list, or a paragraph."""
    return line if line[0] in LIST_MARKS.values() else LIST_MARKS[":"] + line


RULES: dict[str, Callable[[State, Node, int], str]] = {
    "ref": reference,
    "references": _references,
    "nowiki": _nowiki,
    "math": _math,
    "syntaxhighlight": _highlighted,
    "source": _highlighted,
    "pre": _preformatted,
    "code": _code,
    "br": _line_break,
    "hr": _rule,
    "blockquote": _quotation,
    "poem": _poem,
    "gallery": _gallery,
    "p": _paragraph,
    "div": _paragraph,
    "table": table,
    "ul": _html_list,
    "ol": _html_list,
}
