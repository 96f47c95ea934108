"""Exports of WordPress (WXR, an extension of RSS) → documents.

An export is read twice: links and images may name what comes later in the file.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from urllib.parse import unquote, urlsplit

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from articles.files import FileError
from articles.importing.documents import Problem, ReadDocument, SkippedDocument, SourceDocument
from articles.importing.html_text import HTMLError, dropped_elements, html_to_markdown
from articles.importing.options import ImportOptions
from articles.importing.requirements import MissingRequirement, optional_module
from articles.importing.shortcodes import expand_shortcodes
from articles.importing.trees import SourceTree
from articles.importing.xml_records import (
    Element,
    XMLError,
    find_xml,
    is_xml,
    open_xml,
    read_records,
)
from articles.models import Status

IGNORED = {"wp:comment", "wp:postmeta", "wp:termmeta"}
RECORDS = {"item", "language", "wp:author", "wp:base_blog_url"}
DOCUMENT_TYPES = ("post", "page")
STATUSES = {
    "publish": Status.PUBLISHED,
    "future": Status.PUBLISHED,
    "draft": Status.DRAFT,
    "pending": Status.REVIEW,
    "private": Status.DRAFT,
}
TAXONOMIES = ("category", "post_tag")
# The category of posts without one.
NO_CATEGORY = "uncategorized"
UPLOADS = "uploads/"
# The editor's comments about blocks, and the marks of excerpts and pages.
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
BLOCK_COMMENT = re.compile(r"<!--\s+/?wp:")
BLOCK_TAG = re.compile(
    r"\s*</?(?:address|article|aside|blockquote|dd|div|dl|dt|fieldset|figcaption|figure|footer|form"
    r"|h[1-6]|header|hr|li|main|nav|noscript|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul)"
    r"[\s/>]",
    re.IGNORECASE,
)
# The end of a line, perhaps with the element that it stands for.
LINE_END = re.compile(r"(?:<br[ ]?/?>)?(?<![ \t])[ \t]*\n", re.IGNORECASE)
PREFORMATTED = re.compile(r"(<pre\b.*?(?:</pre>|\Z))", re.IGNORECASE | re.DOTALL)


@dataclass
class Export:
    """What all posts of an export depend on: the files that it names, URL → path in the source,
    or an empty string for a file that the source does not have."""

    path: str
    attachments: dict[str, str] = field(default_factory=dict)
    uploads: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    # The URL of the blog, and the names of authors by what they log in with.
    url: str = ""
    authors: dict[str, str] = field(default_factory=dict)


def is_export(tree: SourceTree) -> bool:
    """Return whether a source has an export of WordPress."""
    return bool(export_path(tree))


def export_path(tree: SourceTree) -> str:
    """Return the path of the first export of a source, or an empty string."""
    return find_xml(tree, lambda root: root.name == "rss" and "xmlns:wp" in root.attributes)


def read_wordpress(tree: SourceTree, options: ImportOptions) -> Iterator[ReadDocument]:
    """Yield the posts and pages of an export.

    Raises `FileError` if it is not well-formed, or if markdownify is not installed.
    """
    path = export_path(tree)
    if not path:
        raise FileError(tree.name, "it has no export of WordPress (XML that begins with <rss>).")
    try:
        optional_module("markdownify", "Exports of WordPress")
        export = read_export(tree, path)
    except MissingRequirement as error:
        raise FileError(path, error.message) from error
    except XMLError as error:
        raise FileError(path, f"line {error.line}: {error.message}") from error
    with open_xml(tree, path) as stream:
        for item in read_records(stream, {"item"}, IGNORED):
            if document := _document(export, item):
                yield document


def read_export(tree: SourceTree, path: str) -> Export:
    """Read what posts depend on. Raises `XMLError` if the export is not well-formed."""
    export = Export(path, uploads=_uploads(tree))
    with open_xml(tree, path) as stream:
        ignored = {*IGNORED, "content:encoded", "excerpt:encoded"}
        for record in read_records(stream, RECORDS, ignored):
            if record.name == "language":
                export.language = record.text.strip()
            elif record.name == "wp:base_blog_url":
                export.url = record.text.strip().rstrip("/")
            elif record.name == "wp:author":
                login = record.value("wp:author_login")
                export.authors[login] = record.value("wp:author_display_name") or login
            elif url := record.value("wp:attachment_url"):
                export.attachments[url] = _local_path(export, url)
    return export


def _uploads(tree: SourceTree) -> dict[str, str]:
    """Return the files of a source by their path in the folder of uploads, or else by their
    whole path."""
    return {path.rpartition(UPLOADS)[2]: path for path in tree.sizes if not is_xml(path)}


def _local_path(export: Export, url: str) -> str:
    path = unquote(urlsplit(url).path).rpartition(UPLOADS)[2]
    return export.uploads.get(path, "")


def _document(export: Export, item: Element) -> ReadDocument | None:
    """Return a post as a document, None for what is no text of readers, such as a menu."""
    kind, status = item.value("wp:post_type"), item.value("wp:status")
    title = unescape(item.value("title")) or item.value("wp:post_name")
    name = f"“{title}” ({kind})" if title else f"The {kind or 'item'} {item.value('wp:post_id')}"
    if kind == "attachment":
        return _attachment(export, item)
    if kind not in DOCUMENT_TYPES:
        return _skipped(
            export, item, _("%(name)s is not imported: only posts and pages are.") % {"name": name}
        )
    if status not in STATUSES:
        return _skipped(
            export,
            item,
            _("%(name)s has the status %(status)s.") % {"name": name, "status": status},
        )
    if any(child.is_truncated for child in item.children):
        return _skipped(export, item, _("%(name)s is too long.") % {"name": name})
    try:
        return _post(export, item, title)
    except HTMLError as error:
        return _skipped(export, item, f"{name}: {error.message}")


def _skipped(export: Export, item: Element, message: str) -> SkippedDocument:
    return SkippedDocument(Problem(export.path, item.line, message))


def _attachment(export: Export, item: Element) -> ReadDocument | None:
    """Return what to report of a file: nothing if the source has it."""
    url = item.value("wp:attachment_url")
    if export.attachments.get(url):
        return None
    message = _("The file %(url)s is not in the source: images of it stay remote.") % {"url": url}
    return _skipped(export, item, message)


def _post(export: Export, item: Element, title: str) -> SourceDocument:
    content = item.find("content:encoded")
    html, line = (content.text, content.line) if content else ("", item.line)
    expanded, unknown = expand_shortcodes(html)
    issues = [
        *(
            (issue.line, _("Shortcode %(name)s is not understood.") % {"name": f"[{issue.name}]"})
            for issue in unknown
        ),
        *(
            (part.line, _("Element %(name)s is left out.") % {"name": f"<{part.name}>"})
            for part in dropped_elements(expanded)
        ),
    ]
    problems = [Problem(export.path, line + offset, message) for offset, message in issues]
    hidden_because = _visibility_problem(item)
    if hidden_because:
        problems.append(Problem(export.path, item.line, hidden_because))
    date = _date(item.value("wp:post_date_gmt"))
    is_scheduled = item.value("wp:status") == "future"
    return SourceDocument(
        path=f"{item.value('wp:post_type')}/{item.value('wp:post_id') or item.value('link')}",
        body=f"{to_markdown(export, expanded)}\n",
        body_line=line,
        # Elements are not line by line what they become.
        line_numbers=(line,),
        file=export.path,
        title=title,
        slug=unquote(item.value("wp:post_name")),
        urls=tuple(
            filter(None, [item.value("link"), item.value("guid"), *_queries(export, item)])
        ),
        summary=_plain(item.value("excerpt:encoded")),
        status=Status.DRAFT if hidden_because else STATUSES[item.value("wp:status")],
        author=export.authors.get(item.value("dc:creator"), item.value("dc:creator")),
        language=export.language,
        # A scheduled post is published at its date.
        created=None if is_scheduled else date,
        publish_at=date if is_scheduled and not hidden_because else None,
        updated=_date(item.value("wp:post_modified_gmt")),
        tags=tuple(_tags(item)),
        problems=tuple(sorted(problems)),
    )


def _queries(export: Export, item: Element) -> list[str]:
    """Return the URLs of a post by its number, relative to the site and as a whole."""
    query = f"/?p={item.value('wp:post_id')}"
    if not item.value("wp:post_id").isdecimal():
        return []
    return [query, f"{export.url}{query}"] if export.url else [query]


def _visibility_problem(item: Element) -> str:
    if item.value("wp:post_password"):
        return _("The post has a password: it becomes a draft.")
    if item.value("wp:status") == "private":
        return _("The post is private: it becomes a draft.")
    if item.value("wp:status") == "future" and not _date(item.value("wp:post_date_gmt")):
        return _("The post is scheduled, without a valid date in GMT: it becomes a draft.")
    return ""


def _tags(item: Element) -> list[str]:
    terms = [
        unescape(child.text).strip()
        for child in item.children
        if child.name == "category" and child.attributes.get("domain") in TAXONOMIES
        if child.attributes.get("nicename") != NO_CATEGORY
    ]
    return list(dict.fromkeys(filter(None, terms)))


def _date(text: str) -> datetime | None:
    """Return a date of WordPress, in UTC. Drafts have 0000-00-00 00:00:00."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _plain(html: str) -> str:
    return " ".join(unescape(strip_tags(html)).split())


def to_markdown(export: Export, html: str) -> str:
    """Convert the content of a post. Raises `HTMLError`."""

    def rewrite_file(url: str) -> str:
        path = export.attachments.get(url) or _local_path(export, _full_size(url))
        return path or url

    return html_to_markdown(paragraphs(html), rewrite_file=rewrite_file)


def _full_size(url: str) -> str:
    """Return the URL of an image without the size that WordPress adds: ``map-300x200.png``."""
    return re.sub(r"-\d+x\d+(?=\.\w+$)", "", url)


def paragraphs(html: str) -> str:
    """Return HTML with the paragraphs and line breaks that WordPress makes of blank lines and line
    ends, as its function wpautop does, unless the text consists of blocks."""
    if BLOCK_COMMENT.search(html):
        return COMMENT.sub("", html)
    parts = PREFORMATTED.split(COMMENT.sub("", html.replace("\r\n", "\n")))
    parts[::2] = map(_autop, parts[::2])
    # PHP is code there, and not one of the instructions that HTML leaves out.
    parts[1::2] = (part.replace("<?", "&lt;?") for part in parts[1::2])
    return "".join(parts)


def _autop(html: str) -> str:
    chunks = [chunk.strip("\n") for chunk in re.split(r"\n[ \t]*\n", html)]
    return "\n\n".join(_paragraph(chunk) for chunk in chunks if chunk.strip())


def _paragraph(chunk: str) -> str:
    if BLOCK_TAG.match(chunk):
        return chunk
    return f"<p>{LINE_END.sub('<br>', chunk.strip())}</p>"
