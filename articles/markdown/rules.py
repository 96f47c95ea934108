"""Events → HTML: one small function for each kind of node, and the table that names them.

All text and every address is escaped here, and raw HTML is shown as text.
"""

from collections.abc import Callable

from articles.markdown import autolinks, labels, urls, wikilinks
from articles.markdown.escaping import attribute, escape
from articles.markdown.events import Event, is_wikilink
from articles.markdown.footnotes import reference_id
from articles.markdown.state import Image, Page

Rule = Callable[[Page, Event], None]


def render(page: Page) -> str:
    """All that the rules write for a page."""
    for event in page:
        if event.kind in NESTING and page.is_too_deep(event):
            page.end_block()
        else:
            RULES[event.kind](page, event)
    page.end_block()
    return "".join(page.out) + page.footnotes.html()


def text(page: Page, event: Event) -> None:
    if page.in_code or page.in_link:
        page.say(event.value)
        return
    for part, url in autolinks.split(event.value):
        if url:
            page.write(anchor(url, bare=True))
            page.say(part)
            page.write("</a>")
        else:
            page.say(part)


def code(page: Page, event: Event) -> None:
    page.write("<code>")
    page.say(event.value)
    page.write("</code>")


def soft_break(page: Page, event: Event) -> None:
    page.write("\n")
    page.note(" ")


def hard_break(page: Page, event: Event) -> None:
    page.write("<br>\n")
    page.note(" ")


def raw_html(page: Page, event: Event) -> None:
    page.say(event.value)


def html_block(page: Page, event: Event) -> None:
    if event.edge == "start":
        page.write(f"<p{page.turn()}>")
    else:
        page.write("</p>\n")
        page.end_block()


def rule(page: Page, event: Event) -> None:
    page.write("<hr>\n")


def inline(tag: str) -> Rule:
    def write(page: Page, event: Event) -> None:
        page.write(f"<{tag}>" if event.edge == "start" else f"</{tag}>")

    return write


def container(tag: str) -> Rule:
    """A block that holds blocks."""

    def write(page: Page, event: Event) -> None:
        page.end_block()
        page.write(f"<{tag}{page.turn()}>\n" if event.edge == "start" else f"</{tag}>\n")

    return write


def leaf(tag: str) -> Rule:
    """A block that holds text, or text and blocks."""

    def write(page: Page, event: Event) -> None:
        page.end_block()
        page.write(f"<{tag}{page.turn()}>" if event.edge == "start" else f"</{tag}>\n")

    return write


def paragraph(page: Page, event: Event) -> None:
    page.end_block()
    if event.edge == "start":
        page.in_figure = is_figure(page)
    if not page.in_figure:
        page.write(f"<p{page.turn()}>" if event.edge == "start" else "</p>\n")
    elif event.edge == "end":
        page.in_figure = False


def is_figure(page: Page) -> bool:
    """Whether the paragraph that has just begun is nothing but a picture with something to say."""
    first = page.events[page.index]
    if (first.kind, first.edge) != ("Image", "start"):
        return False
    alt, after = page.plain(page.index + 1, "Image")
    last = page.events[after]
    if (last.kind, last.edge) != ("Paragraph", "end"):
        return False
    source = picture_source(page, first)
    if urls.shown(source, page.media):
        return bool(first.value["title"])
    return bool(alt or urls.caption(source))


def heading(page: Page, event: Event) -> None:
    if event.edge == "start":
        page.end_block()
        page.begin_heading()
    else:
        level = int(event.value[1])
        page.end_heading(level)
        page.end_block()
        page.write(f"</h{level}>\n")


def code_block(page: Page, event: Event) -> None:
    page.end_block()
    page.in_code = event.edge == "start"
    if event.edge == "end":
        page.write("</code></pre>\n")
        return
    info = event.value["Fenced"].split() if isinstance(event.value, dict) else []
    language = f' class="language-{attribute(info[0])}"' if info else ""
    page.write(f'<pre tabindex="0"><code{language}>')


def list_(page: Page, event: Event) -> None:
    page.end_block()
    if event.edge == "end":
        page.write("</ol>\n" if event.value else "</ul>\n")
    elif event.value is None:
        page.write(f"<ul{page.turn()}>\n")
    else:
        start = "" if event.value == 1 else f' start="{event.value}"'
        page.write(f"<ol{start}{page.turn()}>\n")


def item(page: Page, event: Event) -> None:
    page.end_block()
    if event.edge == "end":
        page.write("</li>\n")
    else:
        task = ' class="task"' if page.is_task() else ""
        page.write(f"<li{task}{page.turn()}>")


def task_marker(page: Page, event: Event) -> None:
    checked, word = (' checked=""', "done") if event.value else ("", "open")
    label = attribute(page.words[word])
    page.write(f'<input type="checkbox" disabled=""{checked} aria-label="{label}"> ')


def callout(page: Page, event: Event) -> None:
    page.end_block()
    if event.edge == "end":
        page.write("</details>\n" if page.callouts.pop() else "</div>\n")
        return
    kind, fold = event.value
    classes = f"alert alert-{labels.LOOK_OF.get(kind, 'note')}"
    page.callouts.append(bool(fold))
    if fold:
        opened = ' open=""' if fold == "+" else ""
        page.write(f'<details class="{classes}"{opened}{page.turn()}>\n')
    else:
        page.write(f'<div class="{classes}"{page.turn()}>\n')
    if not page.next_is("CalloutTitle"):
        title = escape(labels.callout_title(kind, page.words))
        tag = "summary" if fold else "p"
        page.write(f'<{tag} class="alert-title">{title}</{tag}>\n')


def callout_title(page: Page, event: Event) -> None:
    page.end_block()
    tag = "summary" if page.callouts[-1] else "p"
    if event.edge == "start":
        page.write(f'<{tag} class="alert-title"{page.turn()}>')
    else:
        page.write(f"</{tag}>\n")


def table(page: Page, event: Event) -> None:
    page.end_block()
    if event.edge == "start":
        page.alignments = event.value
        page.tables += 1
        label = attribute(f"{page.words['table']} {page.tables}")
        region = f'class="table" role="region" tabindex="0" aria-label="{label}"'
        page.write(f"<div {region}{page.turn()}><table>\n")
    else:
        page.write("</tbody></table></div>\n" if page.has_rows else "</table></div>\n")
        page.has_rows = False


def table_head(page: Page, event: Event) -> None:
    page.cell, page.in_head = 0, event.edge == "start"
    page.write("<thead><tr>" if page.in_head else "</tr></thead>\n")


def table_row(page: Page, event: Event) -> None:
    page.cell = 0
    if event.edge == "start" and not page.has_rows:
        page.write("<tbody>\n")
        page.has_rows = True
    page.write("<tr>" if event.edge == "start" else "</tr>\n")


def table_cell(page: Page, event: Event) -> None:
    page.end_block()
    tag = "th" if page.in_head else "td"
    if event.edge == "end":
        page.write(f"</{tag}>")
        return
    side = page.alignments[page.cell].lower() if page.cell < len(page.alignments) else "none"
    page.cell += 1
    scope = ' scope="col"' if page.in_head else ""
    aligned = "" if side == "none" else f' class="{side}"'
    page.write(f"<{tag}{scope}{aligned}{page.turn()}>")


def link(page: Page, event: Event) -> None:
    if event.edge == "end":
        page.end_link()
    elif page.in_link:
        page.open_link("")
    elif is_wikilink(event):
        wikilink(page, event)
    elif (found := urls.article(event.value["dest_url"])) and wikilinks.is_name(found[0]):
        page.begin_link(event, *found)
    else:
        plain_link(page, event)


def plain_link(page: Page, event: Event) -> None:
    url = event.value["dest_url"]
    if event.value["link_type"] == "Email" and not url.startswith("mailto:"):
        url = f"mailto:{url}"
    if urls.allowed(url):
        bare = event.value["link_type"] == "Autolink"
        page.write(anchor(url, event.value["title"], bare=bare))
        page.open_link("</a>")
    else:
        page.open_link("")


def anchor(url: str, title: str = "", *, bare: bool = False) -> str:
    """The start tag of a link to another site or page; `bare` if it shows its own address."""
    shown = f' title="{attribute(title)}"' if title else ""
    kind = "external bare" if bare else "external"
    rel = f' class="{kind}" rel="noopener noreferrer"' if urls.is_external(url) else ""
    return f'<a href="{attribute(urls.encoded(url))}"{shown}{rel}>'


def wikilink(page: Page, event: Event) -> None:
    name, section = wikilinks.target(event.value["dest_url"])
    if not (wikilinks.is_name(name) if name else section):
        page.say(page.source_of(event))
        page.plain_until_end("Link")
        return
    page.begin_link(event, name, section)
    if not event.value["link_type"]["WikiLink"]["has_pothole"]:
        page.say(wikilinks.label(name, section))
        page.plain_until_end("Link")
        page.end_link()


def picture_source(page: Page, event: Event) -> str:
    """Where a picture is fetched from; one in double brackets is named within our own media."""
    source: str = event.value["dest_url"]
    if not is_wikilink(event):
        return source
    source = source.removesuffix("\\")
    named = page.media and not source.startswith("/") and "://" not in source
    return page.media[0] + source if named else source


def image(page: Page, event: Event) -> None:
    source = picture_source(page, event)
    alt = page.plain_until_end("Image")
    if is_wikilink(event) and not event.value["link_type"]["WikiLink"]["has_pothole"]:
        alt = ""
    visible = urls.shown(source, page.media)
    page.images.append(Image(source, alt, visible))
    if visible:
        shown_image(page, source, alt, event.value["title"])
    else:
        missing_image(page, alt or urls.caption(source))


def shown_image(page: Page, source: str, alt: str, title: str) -> None:
    page.note(alt)
    tip = f' title="{attribute(title)}"' if title and not page.in_figure else ""
    src = attribute(urls.encoded(source))
    img = f'<img src="{src}" alt="{attribute(alt)}"{tip} loading="lazy">'
    if not page.in_figure:
        page.write(img)
        return
    page.end_block()
    page.write(f"<figure>{img}<figcaption>")
    page.say(title)
    page.write("</figcaption></figure>\n")


def missing_image(page: Page, shown: str) -> None:
    """The words of a picture that may not be shown, in its place."""
    if page.in_figure:
        page.write('<figure class="missing-image"><figcaption>')
        page.say(shown)
        page.write("</figcaption></figure>\n")
    elif shown:
        page.write('<span class="missing-image">')
        page.say(shown)
        page.write("</span>")


def footnote_reference(page: Page, event: Event) -> None:
    number, occurrence = page.footnotes.refer(event.value)
    own = reference_id(number, occurrence)
    page.write(f'<sup><a class="footnote-ref" href="#fn_{number}" id="{own}">{number}</a></sup>')


def footnote_definition(page: Page, event: Event) -> None:
    page.end_block()
    if event.edge == "start":
        page.begin_footnote(event.value)
    else:
        page.end_footnote()


RULES: dict[str, Rule] = {
    "Text": text,
    "Code": code,
    "SoftBreak": soft_break,
    "HardBreak": hard_break,
    "Html": raw_html,
    "InlineHtml": raw_html,
    "HtmlBlock": html_block,
    "Rule": rule,
    "Emphasis": inline("em"),
    "Strong": inline("strong"),
    "Strikethrough": inline("del"),
    "Paragraph": paragraph,
    "Heading": heading,
    "BlockQuote": container("blockquote"),
    "CodeBlock": code_block,
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
    "Image": image,
    "FootnoteReference": footnote_reference,
    "FootnoteDefinition": footnote_definition,
}

NESTING = frozenset(("BlockQuote", "Callout", "CalloutTitle", "DefinitionList", "Item", "List"))
