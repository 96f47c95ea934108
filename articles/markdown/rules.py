"""Events → HTML: one small function for each kind of node, and the table that names them.

Rules escape all text and every URL. Raw HTML has become events of the elements that are allowed.
"""

from collections.abc import Callable
from urllib.parse import unquote

from articles.markdown import (
    autolinks,
    code_blocks,
    formulas,
    headings,
    html_rules,
    images,
    labels,
    urls,
    wikilinks,
)
from articles.markdown.escaping import attribute, escape, title_attribute
from articles.markdown.events import Event, is_wikilink
from articles.markdown.footnotes import reference_id
from articles.markdown.state import RenderState

Rule = Callable[[RenderState, Event], None]


def render(state: RenderState) -> str:
    """Return the HTML of a document, its footnotes included."""
    for event in state:
        if event.kind in NESTED_BLOCKS and state.exceeds_max_depth(event):
            state.end_block()
        else:
            RULES[event.kind](state, event)
    state.end_block()
    return "".join(state.html) + state.footnotes.html()


def render_heading(state: RenderState) -> None:
    """Render the beginning of a document up to the end of its first heading."""
    for event in state:
        RULES[event.kind](state, event)
        if state.headings:
            break


def text(state: RenderState, event: Event) -> None:
    if state.in_code or state.in_link:
        state.write_text(event.value)
        return
    for part, url in autolinks.split(event.value):
        if not url:
            state.write_text(part)
            continue
        if not begin_article_link(state, url, event):
            state.write(anchor(url, bare=True))
            state.begin_link("</a>")
        state.write_text(part)
        state.end_link()


def code(state: RenderState, event: Event) -> None:
    state.write("<code>")
    state.write_text(event.value)
    state.write("</code>")


def soft_break(state: RenderState, event: Event) -> None:
    state.write("\n")
    state.add_text(" ")


def hard_break(state: RenderState, event: Event) -> None:
    state.write("<br>\n")
    state.add_text(" ")


def thematic_break(state: RenderState, event: Event) -> None:
    state.write("<hr>\n")


def inline(tag: str) -> Rule:
    def write(state: RenderState, event: Event) -> None:
        state.write(f"<{tag}>" if event.edge == "start" else f"</{tag}>")

    return write


def container(tag: str) -> Rule:
    """Return the rule for a block that contains blocks."""

    def write(state: RenderState, event: Event) -> None:
        state.end_block()
        state.write(
            f"<{tag}{state.dir_attribute()}>\n" if event.edge == "start" else f"</{tag}>\n"
        )

    return write


def leaf(tag: str) -> Rule:
    """Return the rule for a block that contains text, or text and blocks."""

    def write(state: RenderState, event: Event) -> None:
        state.end_block()
        state.write(f"<{tag}{state.dir_attribute()}>" if event.edge == "start" else f"</{tag}>\n")

    return write


def paragraph(state: RenderState, event: Event) -> None:
    state.end_block()
    if event.edge == "start":
        state.in_figure = images.is_figure(state)
    if not state.in_figure:
        state.write(f"<p{state.dir_attribute()}>" if event.edge == "start" else "</p>\n")
    elif event.edge == "end":
        state.in_figure = False


def heading(state: RenderState, event: Event) -> None:
    if event.edge == "start":
        state.end_block()
        state.begin_heading(event.value["id"] or "", event.value.get("align", ""))
    else:
        level = state.end_heading(headings.level(event))
        state.end_block()
        state.write(f"</h{level}>\n")


def repeated_title(state: RenderState, event: Event) -> None:
    # Links to it keep working.
    text, identifier = event.value
    anchor = state.id_for(identifier) if identifier else state.anchor_for(text)
    state.write(f'<a id="{anchor}"></a>\n')


def block_id(state: RenderState, event: Event) -> None:
    state.block_id = event.value


def list_(state: RenderState, event: Event) -> None:
    state.end_block()
    if event.edge == "end":
        state.write("</ol>\n" if event.value else "</ul>\n")
    elif event.value is None:
        state.write(f"<ul{state.id_attribute()}>\n")
    else:
        start = "" if event.value == 1 else f' start="{event.value}"'
        state.write(f"<ol{state.id_attribute()}{start}>\n")


def item(state: RenderState, event: Event) -> None:
    state.end_block()
    if event.edge == "end":
        state.write("</li>\n")
        return
    task = ' class="task"' if state.is_task() else ""
    state.write(f"<li{task}{state.id_attribute()}>")
    direction = state.direction_attribute()
    if state.next_is("TaskListMarker", ""):
        task_marker(state, next(iter(state)))
    state.isolate_item(direction)


def task_marker(state: RenderState, event: Event) -> None:
    checked, key = (' checked=""', "done") if event.value else ("", "open")
    label = attribute(state.labels[key])
    state.write(f'<input type="checkbox" disabled=""{checked} aria-label="{label}"> ')


def callout(state: RenderState, event: Event) -> None:
    state.end_block()
    if event.edge == "end":
        state.write("</details>\n" if state.callouts.pop() else "</div>\n")
        return
    kind, fold = event.value
    classes = f"alert alert-{labels.CALLOUT_STYLE.get(kind, 'note')}"
    state.callouts.append(bool(fold))
    if fold:
        is_open = ' open=""' if fold == "+" else ""
        state.write(f'<details class="{classes}"{is_open}{state.dir_attribute()}>\n')
    else:
        state.write(f'<div class="{classes}"{state.dir_attribute()}>\n')
    if not state.next_is("CalloutTitle"):
        title = escape(labels.callout_title(kind, state.labels))
        tag = "summary" if fold else "p"
        state.write(f'<{tag} class="alert-title">{title}</{tag}>\n')


def callout_title(state: RenderState, event: Event) -> None:
    state.end_block()
    tag = "summary" if state.callouts[-1] else "p"
    if event.edge == "start":
        state.write(f'<{tag} class="alert-title"{state.dir_attribute()}>')
    else:
        state.write(f"</{tag}>\n")


def table(state: RenderState, event: Event) -> None:
    state.end_block()
    if event.edge == "start":
        state.alignments = event.value
        html_rules.begin_table(state)
    else:
        state.write("</tbody></table></div>\n" if state.has_rows else "</table></div>\n")
        state.has_rows = False


def table_head(state: RenderState, event: Event) -> None:
    state.cell, state.in_head = 0, event.edge == "start"
    state.write("<thead><tr>" if state.in_head else "</tr></thead>\n")


def table_row(state: RenderState, event: Event) -> None:
    state.cell = 0
    if event.edge == "start" and not state.has_rows:
        state.write("<tbody>\n")
        state.has_rows = True
    state.write("<tr>" if event.edge == "start" else "</tr>\n")


def table_cell(state: RenderState, event: Event) -> None:
    state.end_block()
    tag = "th" if state.in_head else "td"
    if event.edge == "end":
        state.write(f"</{tag}>")
        return
    in_range = state.cell < len(state.alignments)
    alignment = state.alignments[state.cell].lower() if in_range else "none"
    state.cell += 1
    scope = ' scope="col"' if state.in_head else ""
    align = "" if alignment == "none" else f' class="{alignment}"'
    state.write(f"<{tag}{scope}{align}{state.dir_attribute()}>")


def link(state: RenderState, event: Event) -> None:
    if event.edge == "end":
        state.end_link()
    elif state.in_link:
        state.begin_link("")
    elif is_wikilink(event):
        wikilink(state, event)
    elif not begin_article_link(state, event.value["dest_url"], event):
        plain_link(state, event)


def begin_article_link(state: RenderState, url: str, event: Event) -> bool:
    """Begin a link to an article if `url` is that of one. Return whether it is."""
    target = urls.parse_article_url(url, state.hosts)
    if not target or not wikilinks.is_valid_name(target[0]):
        return False
    name, fragment = target
    state.begin_article_link(name, (fragment,) if fragment else (), event)
    return True


def plain_link(state: RenderState, event: Event) -> None:
    url = event.value["dest_url"]
    if event.value["link_type"] == "Email" and not url.startswith("mailto:"):
        url = f"mailto:{url}"
    if url.startswith("#"):
        state.page_links.append((unquote(url[1:]), event.start, event.end))
    if urls.is_allowed(url):
        bare = event.value["link_type"] == "Autolink"
        state.write(anchor(url, event.value["title"], bare=bare))
        state.begin_link("</a>")
    else:
        state.begin_link("")


def anchor(url: str, title: str = "", *, bare: bool = False) -> str:
    """Return the start tag of a plain link; `bare` if its text is the URL itself."""
    classes = "external bare" if bare else "external"
    rel = f' class="{classes}" rel="noopener noreferrer"' if urls.is_external(url) else ""
    return f'<a href="{attribute(urls.percent_encode(url))}"{title_attribute(title)}{rel}>'


def wikilink(state: RenderState, event: Event) -> None:
    name, path = wikilinks.parse_path(event.value["dest_url"])
    name = wikilinks.linked_name(name)
    if not (wikilinks.is_valid_name(name) if name else path):
        state.write_text(state.source_text(event))
        state.consume_text("Link")
        return
    state.begin_article_link(name, path, event)
    if not event.value["link_type"]["WikiLink"]["has_pothole"]:
        state.write_text(wikilinks.default_label(name, path))
        state.consume_text("Link")
        state.end_link()


def footnote_reference(state: RenderState, event: Event) -> None:
    """Write a reference: within a link only its number, since links can't contain links."""
    number, occurrence = state.footnotes.add_reference(event.value)
    identifier = reference_id(number, occurrence)
    if state.in_link:
        state.write(f'<sup><span id="{identifier}">{number}</span></sup>')
        return
    state.write(
        f'<sup><a class="footnote-ref" href="#fn_{number}" id="{identifier}">{number}</a></sup>'
    )


def footnote_definition(state: RenderState, event: Event) -> None:
    state.end_block()
    if event.edge == "start":
        state.begin_footnote(event.value)
    else:
        state.end_footnote()


RULES: dict[str, Rule] = {
    "Text": text,
    "Code": code,
    "InlineMath": formulas.formula,
    "DisplayMath": formulas.formula,
    "SoftBreak": soft_break,
    "HardBreak": hard_break,
    **html_rules.RULES,
    "Rule": thematic_break,
    "Emphasis": inline("em"),
    "Strong": inline("strong"),
    "Strikethrough": inline("del"),
    "Mark": inline("mark"),
    "Paragraph": paragraph,
    "Heading": heading,
    "Title": repeated_title,
    "BlockId": block_id,
    "BlockQuote": container("blockquote"),
    "CodeBlock": code_blocks.code_block,
    "List": list_,
    "Item": item,
    "TaskListMarker": task_marker,
    "DefinitionList": container("dl"),
    "DefinitionListTitle": leaf("dt"),
    "DefinitionListDefinition": leaf("dd"),
    "Callout": callout,
    "CalloutTitle": callout_title,
    "Table": table,
    "TableHead": table_head,
    "TableRow": table_row,
    "TableCell": table_cell,
    "Link": link,
    "Image": images.image,
    "FootnoteReference": footnote_reference,
    "FootnoteDefinition": footnote_definition,
}

NESTED_BLOCKS = frozenset(
    ("BlockQuote", "Callout", "CalloutTitle", "DefinitionList", "Item", "List")
)
