"""Images: in a line or as figures, and the placeholders of those that may not be displayed."""

import re

from articles.markdown import embeds, urls
from articles.markdown.elements import Image
from articles.markdown.escaping import attribute, title_attribute
from articles.markdown.events import Event, is_wikilink
from articles.markdown.state import RenderState
from articles.markdown.wikilinks import one_line, unescape
from articles.text.line_breaks import unwrap

# As in Obsidian: ``![[map.png|300]]``, ``![[map.png|A map|300x200]]``, ``![A map|300](map.png)``.
SIZE = re.compile(
    r"(?:\A|\|)\s*(?P<width>\d{1,4})(?:[x×](?P<height>\d{1,4}))?\s*\Z", re.IGNORECASE
)

# The width, and perhaps the height, in CSS pixels.
Size = dict[str, int]


def image_source(state: RenderState, event: Event) -> str:
    """Return the URL of an image. In ``![[file]]``, the path is relative to our own media."""
    source: str = event.value["dest_url"]
    if not is_wikilink(event):
        return source
    source = unescape(one_line(source))
    is_file_name = state.media and not source.startswith("/") and "://" not in source
    return state.media[0] + source if is_file_name else source


def image_text(event: Event, text: str) -> tuple[str, Size]:
    """Return the alternative text and the size of an image from the text between its brackets."""
    if event.value["link_type"] == "Html":
        return text, event.value["size"]
    if is_wikilink(event) and not event.value["link_type"]["WikiLink"]["has_pothole"]:
        return "", {}
    match = SIZE.search(text)
    if not match or not (is_wikilink(event) or match[0].startswith("|")):
        return text, {}
    size = {name: int(pixels) for name, pixels in match.groupdict().items() if pixels}
    return (text[: match.start()].rstrip(), size) if all(size.values()) else (text, {})


def image(state: RenderState, event: Event) -> None:
    source = image_source(state, event)
    alt, size = image_text(event, state.consume_text("Image"))
    kind = embed_kind(state, event)
    if kind == "article":
        if not embeds.embed_article(state, event, alt):
            state.write_text(state.source_text(event))
        return
    if kind:
        state.files.append((source, event.start, event.end))
        embeds.embed_file(state, source, alt, kind, dimensions(size))
        return
    displayed = urls.is_displayable_image(source, state.media)
    state.images.append(Image(source, alt, displayed, event.start, event.end))
    if displayed:
        write_image(state, source, alt, caption(event, alt), size)
    else:
        label = alt or unwrap(event.value["title"]) or urls.fallback_label(source)
        write_image_placeholder(state, label)


def embed_kind(state: RenderState, event: Event) -> str:
    """Return what is embedded: an article or a kind of file, an empty string for a picture."""
    target: str = event.value["dest_url"]
    if is_wikilink(event) and embeds.is_article(unescape(one_line(target))):
        return "article"
    source = image_source(state, event)
    kind = embeds.file_kind(source)
    return kind if kind != "picture" and urls.is_displayable_image(source, state.media) else ""


def caption(event: Event, alt: str) -> str:
    """Return the title of an image. In ``![[map.png|Words]]``, the words are the caption too."""
    title: str = event.value["title"]
    return alt if is_wikilink(event) else title


def dimensions(size: Size) -> str:
    return "".join(f' {name}="{pixels}"' for name, pixels in size.items())


def write_image(state: RenderState, source: str, alt: str, title: str, size: Size) -> None:
    if not (state.in_figure and title == alt):
        state.add_words(alt)
    tooltip = "" if state.in_figure or title == alt else title_attribute(title)
    src = attribute(urls.percent_encode(source))
    img = f'<img src="{src}" alt="{attribute(alt)}"{tooltip}{dimensions(size)} loading="lazy">'
    if not state.in_figure:
        state.write(img)
        return
    state.end_block()
    state.write(f"<figure{state.id_attribute()}>{img}<figcaption>")
    state.write_text(unwrap(title))
    state.write("</figcaption></figure>\n")


def write_image_placeholder(state: RenderState, label: str) -> None:
    """Write the label of an image that may not be displayed, in its place."""
    if state.in_figure:
        state.write(f'<figure{state.id_attribute()} class="missing-image"><figcaption>')
        state.write_words(label)
        state.write("</figcaption></figure>\n")
    elif label:
        state.write('<span class="missing-image">')
        state.write_words(label)
        state.write("</span>")


def is_figure(state: RenderState) -> bool:
    """Return whether the paragraph that has just begun is a single image with a caption."""
    first = state.events[state.index]
    if (first.kind, first.edge) != ("Image", "start"):
        return False
    text, after = state.text_until_end(state.index + 1, "Image")
    last = state.events[after]
    if (last.kind, last.edge) != ("Paragraph", "end") or embed_kind(state, first):
        return False
    source = image_source(state, first)
    alt, _size = image_text(first, text)
    if urls.is_displayable_image(source, state.media):
        return bool(caption(first, alt))
    return bool(alt or first.value["title"] or urls.fallback_label(source))
