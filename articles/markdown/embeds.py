"""What is embedded with ``![[…]]`` and is no picture: articles, and files in our media folder.

An article becomes a link, which the page shows as a card with the article's title and summary.
Sound and video get the browser's player, which loads nothing before it is started; other files
get a link.
"""

from articles.markdown import urls, wikilinks
from articles.markdown.escaping import attribute
from articles.markdown.events import Event
from articles.markdown.state import RenderState

AUDIO = frozenset(("aac", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav", "weba"))
VIDEO = frozenset(("m4v", "mkv", "mov", "mp4", "ogv", "webm"))
# fmt: off
DOCUMENTS = frozenset((
    "7z", "csv", "doc", "docx", "epub", "gz", "odg", "odp", "ods", "odt", "pdf", "ppt", "pptx",
    "rtf", "tar", "tsv", "txt", "xls", "xlsx", "zip",
))
PICTURES = frozenset((
    "apng", "avif", "bmp", "gif", "heic", "ico", "jfif", "jpeg", "jpg", "jxl", "png", "svg", "tif",
    "tiff", "webp",
))
# fmt: on
FILES = {
    **dict.fromkeys(AUDIO, "audio"),
    **dict.fromkeys(VIDEO, "video"),
    **dict.fromkeys(DOCUMENTS, "document"),
    **dict.fromkeys(PICTURES, "picture"),
}


def file_kind(target: str) -> str:
    """Return the kind of file that a path or URL leads to, an empty string for any other name.

    >>> file_kind("plans/House.PDF#page=2"), file_kind("song.ogg"), file_kind("Next.js")
    ('document', 'audio', '')
    """
    path = target.partition("#")[0].partition("?")[0]
    _name, dot, extension = path.rpartition(".")
    return FILES.get(extension.strip().lower(), "") if dot else ""


def is_article(target: str) -> bool:
    """Return whether the target of an embed is an article, and not a file or a URL."""
    return not (file_kind(target) or "://" in target or target.startswith("/"))


def embed_article(state: RenderState, event: Event, label: str) -> bool:
    """Write a link to the article that `event` embeds. Return whether there can be such an
    article."""
    name, path = wikilinks.parse_path(event.value["dest_url"])
    name = wikilinks.linked_name(name)
    if not (wikilinks.is_valid_name(name) if name else path):
        return False
    label = label or wikilinks.default_label(name, path)
    if state.in_link:
        state.write_words(label)
        return True
    state.begin_article_link(name, path, event, is_embed=bool(name))
    state.write_words(label)
    state.end_link()
    return True


def embed_file(state: RenderState, source: str, label: str, kind: str, size: str) -> None:
    """Write a player or a link for a file. `size` are attributes of a video."""
    label = label or urls.fallback_label(source)
    url = attribute(urls.percent_encode(source))
    if state.in_link:
        state.write_words(label)
        return
    if kind == "document":
        state.write(f'<a href="{url}">')
        state.write_words(label)
        state.write("</a>")
        return
    dimensions = size if kind == "video" else ""
    name = attribute(label)
    state.write(
        f'<{kind} src="{url}"{dimensions} controls="" preload="none" aria-label="{name}"></{kind}>'
    )
    state.add_words(label)
