"""The tags and attributes that a document may contain: the second line of defence.

The rules in `rules.py` write nothing else, so sanitizing doesn't change their output.
"""

import nh3

from articles.markdown import code_blocks, formulas, urls
from articles.markdown.html_attributes import ALIGNMENTS
from articles.markdown.html_elements import ALLOWED, BLOCKS, HEADINGS, ROWS

ATTRIBUTES: dict[str, set[str]] = {
    "abbr": {"title"},
    "audio": {"src", "controls", "preload", "aria-label"},
    "a": {"href", "title", "rel", "id", "aria-label", "data-name", "data-fragment"},
    "code": {"class"},
    "details": {"open"},
    "div": {"role", "tabindex", "aria-label", "lang"},
    "img": {"src", "alt", "title", "width", "height", "loading"},
    "input": {"aria-label", "checked", "disabled"},
    "ol": {"start"},
    "p": {"lang"},
    "pre": {"data-language", "tabindex"},
    "section": {"aria-label"},
    "span": {"id", "lang"},
    "td": {"colspan", "rowspan"},
    "th": {"scope", "colspan", "rowspan"},
    "video": {"src", "width", "height", "controls", "preload", "aria-label"},
    **formulas.ATTRIBUTES,
}
CALLOUT_CLASSES = {
    "alert",
    *(f"alert-{style}" for style in ("note", "tip", "important", "warning", "caution")),
}
CLASSES: dict[str, set[str]] = {
    "a": {"wiki", "embed", "external", "bare", "footnote-ref", "footnote-back"},
    "details": CALLOUT_CLASSES,
    "div": CALLOUT_CLASSES | {"table", *ALIGNMENTS},
    "figure": {"missing-image"},
    "li": {"task"},
    "p": {"alert-title", *ALIGNMENTS},
    "section": {"footnotes"},
    "span": {"missing-image", *code_blocks.CLASSES},
    "summary": {"alert-title"},
    **{tag: {*ALIGNMENTS} for tag in (*HEADINGS, "td", "th")},
    **formulas.CLASSES,
}
TAGS_WITH_DIR = BLOCKS - ROWS - {"pre", "table"} | {"bdi", "bdo", "span"}
# Headings, and blocks that an author may give an id.
for _tag in (*TAGS_WITH_DIR, "figure", "pre"):
    ATTRIBUTES.setdefault(_tag, set()).add("id")
ALLOWED_TAGS = ALLOWED | {"audio", "bdi", "input", "section", "video", *formulas.ATTRIBUTES}

CLEANER = nh3.Cleaner(
    tags=set(ALLOWED_TAGS),
    attributes=ATTRIBUTES,
    allowed_classes=CLASSES,
    tag_attribute_values={
        "input": {"type": {"checkbox"}},
        **{tag: {"dir": {"ltr", "rtl"}} for tag in TAGS_WITH_DIR},
    },
    url_schemes={*urls.SCHEMES, "wiki"},
    link_rel=None,
)


def sanitize(html: str) -> str:
    return CLEANER.clean(html)
