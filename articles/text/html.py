"""Events → HTML: one small function for each kind of node, and the table that names them.

All text and every address is escaped here, and raw HTML is shown as text. `sanitize` is a second
wall behind these rules: it changes nothing that they write.
"""

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

import nh3

from articles.text import autolinks, names, urls, wikilinks
from articles.text.events import Event, is_wikilink

if TYPE_CHECKING:
    from articles.text.markdown import Page

Rule = Callable[["Page", Event], None]

GLOBAL = {"class", "id", "aria-label", "role", "tabindex"}
ATTRIBUTES = {
    "a": {"href", "title", "rel", "data-name"},
    "img": {"src", "alt", "title", "loading"},
    "input": {"type", "checked", "disabled"},
    "ol": {"start"},
    "details": {"open"},
    "th": {"scope"},
}
# fmt: off
ALLOWED_TAGS = frozenset((
    "a", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em",
    "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "input", "li",
    "ol", "p", "pre", "section", "span", "strong", "summary", "sup", "table", "tbody", "td",
    "th", "thead", "tr", "ul",
))
# fmt: on
CLEANER = nh3.Cleaner(
    tags=set(ALLOWED_TAGS),
    attributes={tag: GLOBAL | ATTRIBUTES.get(tag, set()) for tag in ALLOWED_TAGS},
    url_schemes={*urls.SCHEMES, "wiki"},
    link_rel=None,
    strip_comments=True,
)

CALLOUTS = {
    "note": "note abstract summary tldr info todo quote cite example",
    "tip": "tip hint success check done",
    "important": "important question help faq",
    "warning": "warning attention",
    "caution": "caution failure fail missing danger error bug",
}
LOOK = {kind: look for look, kinds in CALLOUTS.items() for kind in kinds.split()}

WORDS = {
    "en": {
        "note": "Note",
        "tip": "Tip",
        "important": "Important",
        "warning": "Warning",
        "caution": "Caution",
        "done": "Done",
        "open": "To do",
        "table": "Table",
        "footnotes": "Footnotes",
        "back": "Back to the text",
    },
    "ar": {
        "note": "ملاحظة",
        "tip": "نصيحة",
        "important": "مهم",
        "warning": "تحذير",
        "caution": "تنبيه",
        "done": "تم",
        "open": "لم يتم",
        "table": "جدول",
        "footnotes": "الحواشي",
        "back": "العودة إلى النص",
    },
}


def words(language: str) -> dict[str, str]:
    """The words that the rules themselves write, in the article's language or in English."""
    return WORDS.get(language.lower().split("-")[0], WORDS["en"])


def sanitize(html: str) -> str:
    return CLEANER.clean(html)


def text(page: "Page", event: Event) -> None:
    if page.in_code or page.in_link:
        page.say(event.value)
        return
    for part, url in autolinks.split(event.value):
        if url:
            page.write(_anchor(url, ""))
            page.say(part)
            page.write("</a>")
        else:
            page.say(part)


def code(page: "Page", event: Event) -> None:
    page.write("<code>")
    page.say(event.value)
    page.write("</code>")


def soft_break(page: "Page", event: Event) -> None:
    page.write("\n")
    page.note(" ")


def hard_break(page: "Page", event: Event) -> None:
    page.write("<br>\n")
    page.note(" ")


def raw_html(page: "Page", event: Event) -> None:
    page.say(event.value)


def html_block(page: "Page", event: Event) -> None:
    if event.edge == "start":
        page.write("<p>")
    else:
        page.write("</p>\n")
        page.end_block()


def rule(page: "Page", event: Event) -> None:
    page.write("<hr>\n")


def inline(tag: str) -> Rule:
    def write(page: "Page", event: Event) -> None:
        page.write(f"<{tag}>" if event.edge == "start" else f"</{tag}>")

    return write


def container(tag: str) -> Rule:
    """A block that holds blocks."""

    def write(page: "Page", event: Event) -> None:
        page.end_block()
        page.write(f"<{tag}>\n" if event.edge == "start" else f"</{tag}>\n")

    return write


def leaf(tag: str) -> Rule:
    """A block that holds text, or text and blocks."""

    def write(page: "Page", event: Event) -> None:
        page.end_block()
        page.write(f"<{tag}>" if event.edge == "start" else f"</{tag}>\n")

    return write


def paragraph(page: "Page", event: Event) -> None:
    page.end_block()
    if not page.in_figure:
        page.write("<p>" if event.edge == "start" else "</p>\n")
    elif event.edge == "end":
        page.in_figure = False


def heading(page: "Page", event: Event) -> None:
    page.end_block()
    tag = (event.value["level"] if event.edge == "start" else event.value).lower()
    if event.edge == "start":
        page.write(f'<{tag} id="{escape(page.next_anchor())}">')
    else:
        page.write(f"</{tag}>\n")


def code_block(page: "Page", event: Event) -> None:
    page.end_block()
    page.in_code = event.edge == "start"
    if event.edge == "end":
        page.write("</code></pre>\n")
        return
    info = event.value["Fenced"].split() if isinstance(event.value, dict) else []
    language = f' class="language-{escape(info[0])}"' if info else ""
    page.write(f'<pre tabindex="0"><code{language}>')


def list_(page: "Page", event: Event) -> None:
    page.end_block()
    if event.edge == "end":
        page.write("</ol>\n" if event.value else "</ul>\n")
    elif event.value is None:
        page.write("<ul>\n")
    else:
        page.write("<ol>\n" if event.value == 1 else f'<ol start="{event.value}">\n')


def item(page: "Page", event: Event) -> None:
    page.end_block()
    if event.edge == "end":
        page.write("</li>\n")
    else:
        page.write('<li class="task">' if page.is_task() else "<li>")


def task_marker(page: "Page", event: Event) -> None:
    checked, word = (" checked", "done") if event.value else ("", "open")
    label = escape(page.words[word])
    page.write(f'<input type="checkbox" disabled{checked} aria-label="{label}"> ')


def callout(page: "Page", event: Event) -> None:
    page.end_block()
    if event.edge == "end":
        page.write("</details>\n" if page.callouts.pop() else "</div>\n")
        return
    kind, fold = event.value
    look = LOOK.get(kind, "note")
    classes = f"alert alert-{look}"
    page.callouts.append(bool(fold))
    if fold:
        page.write(f'<details class="{classes}"{" open" if fold == "+" else ""}>\n')
    else:
        page.write(f'<div class="{classes}">\n')
    if not page.next_is("CalloutTitle"):
        title = page.words.get(kind) or page.words[look]
        callout_title(page, Event("CalloutTitle", "start", None, 0, 0))
        page.write(escape(title))
        callout_title(page, Event("CalloutTitle", "end", None, 0, 0))


def callout_title(page: "Page", event: Event) -> None:
    page.end_block()
    tag = "summary" if page.callouts[-1] else "p"
    page.write(f'<{tag} class="alert-title">' if event.edge == "start" else f"</{tag}>\n")


def table(page: "Page", event: Event) -> None:
    page.end_block()
    if event.edge == "start":
        page.alignments = event.value
        label = escape(page.words["table"])
        page.write(f'<div class="table" role="region" tabindex="0" aria-label="{label}"><table>\n')
    else:
        page.write("</tbody></table></div>\n" if page.has_rows else "</table></div>\n")
        page.has_rows = False


def table_head(page: "Page", event: Event) -> None:
    page.cell, page.in_head = 0, event.edge == "start"
    page.write("<thead><tr>" if page.in_head else "</tr></thead>\n")


def table_row(page: "Page", event: Event) -> None:
    page.cell = 0
    if event.edge == "start" and not page.has_rows:
        page.write("<tbody>\n")
        page.has_rows = True
    page.write("<tr>" if event.edge == "start" else "</tr>\n")


def table_cell(page: "Page", event: Event) -> None:
    page.end_block()
    tag = "th" if page.in_head else "td"
    if event.edge == "end":
        page.write(f"</{tag}>")
        return
    side = page.alignments[page.cell].lower() if page.cell < len(page.alignments) else "none"
    page.cell += 1
    scope = ' scope="col"' if page.in_head else ""
    page.write(f"<{tag}{scope}>" if side == "none" else f'<{tag}{scope} class="{side}">')


def link(page: "Page", event: Event) -> None:
    if event.edge == "end":
        page.end_link()
    elif is_wikilink(event):
        wikilink(page, event)
    elif found := urls.article(event.value["dest_url"]):
        page.begin_link(event, *found)
    else:
        _plain_link(page, event)


def _plain_link(page: "Page", event: Event) -> None:
    url = event.value["dest_url"]
    if event.value["link_type"] == "Email" and not url.startswith("mailto:"):
        url = f"mailto:{url}"
    if urls.allowed(url):
        page.write(_anchor(url, event.value["title"]))
        page.open_link("</a>")
    else:
        page.open_link("")


def _anchor(url: str, title: str) -> str:
    shown = f' title="{escape(title)}"' if title else ""
    rel = ' class="external" rel="noopener noreferrer"' if urls.is_external(url) else ""
    return f'<a href="{escape(urls.encoded(url))}"{shown}{rel}>'


def wikilink(page: "Page", event: Event) -> None:
    name, section = wikilinks.target(event.value["dest_url"].removesuffix("\\"))
    usable = (name or section) and len(name) <= wikilinks.NAME_LENGTH
    if name and not names.fold(name):
        usable = False
    if not usable:
        page.say(page.source_of(event))
        page.plain_until_end("Link")
        return
    page.begin_link(event, name, section)
    if page.next_is("Link", "end") or not event.value["link_type"]["WikiLink"]["has_pothole"]:
        page.say(wikilinks.label(name, section))
        page.plain_until_end("Link")
        page.end_link()


def picture_source(page: "Page", event: Event) -> str:
    """Where a picture is fetched from; one in double brackets is named within our own media."""
    source: str = event.value["dest_url"]
    return page.media[0] + source if is_wikilink(event) and page.media else source


def image(page: "Page", event: Event) -> None:
    source = picture_source(page, event)
    alt = page.plain_until_end("Image")
    if is_wikilink(event) and alt == event.value["dest_url"]:
        alt = ""
    visible = urls.shown(source, page.media)
    page.images.append((source, alt, visible))
    if visible:
        title = f' title="{escape(event.value["title"])}"' if event.value["title"] else ""
        src = escape(urls.encoded(source))
        page.write(f'<img src="{src}" alt="{escape(alt)}"{title} loading="lazy">')
    else:
        _missing_image(page, alt or source.rpartition("/")[2] or source)


def _missing_image(page: "Page", shown: str) -> None:
    if page.in_figure:
        page.write('<figure class="missing-image"><figcaption>')
        page.say(shown)
        page.write("</figcaption></figure>\n")
    else:
        page.write('<span class="missing-image">')
        page.say(shown)
        page.write("</span>")


def footnote_reference(page: "Page", event: Event) -> None:
    number, occurrence = page.refer(event.value)
    suffix = f"_{occurrence}" if occurrence > 1 else ""
    page.write(
        f'<sup><a class="footnote-ref" href="#fn_{number}" id="fnref_{number}{suffix}">'
        f"{number}</a></sup>"
    )


def footnote_definition(page: "Page", event: Event) -> None:
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
