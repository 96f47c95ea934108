"""What may stand in a page, and the wall that lets nothing else through.

The rules in `html` write exactly this, so the wall changes nothing that they write.
"""

import nh3

from articles.markdown import urls

ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title", "rel", "id", "aria-label", "data-name"},
    "code": {"class"},
    "details": {"open"},
    "div": {"role", "tabindex", "aria-label"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
    "img": {"src", "alt", "title", "loading"},
    "input": {"aria-label", "checked", "disabled"},
    "li": {"id"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "section": {"aria-label"},
    "th": {"scope"},
}
ALERTS = {
    "alert",
    *(f"alert-{look}" for look in ("note", "tip", "important", "warning", "caution")),
}
SIDES = {"left", "center", "right"}
CLASSES: dict[str, set[str]] = {
    "a": {"wiki", "external", "bare", "footnote-ref", "footnote-back"},
    "details": ALERTS,
    "div": ALERTS | {"table"},
    "figure": {"missing-image"},
    "li": {"task"},
    "p": {"alert-title"},
    "section": {"footnotes"},
    "span": {"missing-image"},
    "summary": {"alert-title"},
    "td": SIDES,
    "th": SIDES,
}
# fmt: off
PLAIN = (
    "blockquote", "br", "dd", "del", "dl", "dt", "em", "figcaption", "hr", "strong", "sup",
    "table", "tbody", "thead", "tr", "ul",
)
# fmt: on
BLOCKS = (
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
ALLOWED_TAGS = frozenset([*PLAIN, *ATTRIBUTES, *CLASSES])

WALL = nh3.Cleaner(
    tags=set(ALLOWED_TAGS),
    attributes=ATTRIBUTES,
    allowed_classes=CLASSES,
    tag_attribute_values={
        "input": {"type": {"checkbox"}},
        **{tag: {"dir": {"ltr", "rtl"}} for tag in BLOCKS},
    },
    url_schemes={*urls.SCHEMES, "wiki"},
    link_rel=None,
)


def sanitize(html: str) -> str:
    return WALL.clean(html)
