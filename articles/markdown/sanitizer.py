"""The tags and attributes that a document may contain: the second line of defence.

The rules in `rules.py` write nothing else, so sanitizing doesn't change their output.
"""

import nh3

from articles.markdown import urls

ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title", "rel", "id", "aria-label", "data-name"},
    "code": {"class"},
    "details": {"open"},
    "div": {"role", "tabindex", "aria-label"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
    "img": {"src", "alt", "title", "width", "height", "loading"},
    "input": {"aria-label", "checked", "disabled"},
    "li": {"id"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "section": {"aria-label"},
    "th": {"scope"},
}
CALLOUT_CLASSES = {
    "alert",
    *(f"alert-{style}" for style in ("note", "tip", "important", "warning", "caution")),
}
ALIGNMENTS = {"left", "center", "right"}
CLASSES: dict[str, set[str]] = {
    "a": {"wiki", "external", "bare", "footnote-ref", "footnote-back"},
    "details": CALLOUT_CLASSES,
    "div": CALLOUT_CLASSES | {"table"},
    "figure": {"missing-image"},
    "li": {"task"},
    "p": {"alert-title"},
    "section": {"footnotes"},
    "span": {"missing-image"},
    "summary": {"alert-title"},
    "td": ALIGNMENTS,
    "th": ALIGNMENTS,
}
# fmt: off
TAGS_WITHOUT_ATTRIBUTES = (
    "blockquote", "br", "dd", "del", "dl", "dt", "em", "figcaption", "hr", "strong", "sup",
    "table", "tbody", "thead", "tr", "ul",
)
# fmt: on
TAGS_WITH_DIR = (
    "blockquote",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ol",
    "p",
    "summary",
    "td",
    "th",
    "ul",
)
ALLOWED_TAGS = frozenset([*TAGS_WITHOUT_ATTRIBUTES, *ATTRIBUTES, *CLASSES])

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
