"""The elements of HTML that an article may contain, and what becomes of all others.

Names are those of the HTML Standard and of earlier versions. Names that are in none of the sets
below, such as ``<plugin-id>`` or the ``<T>`` of ``Vec<T>``, are text.
"""


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Elements in a line of text.
INLINE = _names(
    "a abbr b bdo cite code del dfn em i ins kbd mark q rp rt ruby s samp small span strong sub "
    "sup u var"
)
VOID = _names("br hr img wbr")
HEADINGS = _names("h1 h2 h3 h4 h5 h6")
# Blocks that contain only text, and end where another block begins.
TEXT_BLOCKS = HEADINGS | {"p", "pre"}
ROWS = _names("tbody tfoot thead tr")
TABLE_PARTS = ROWS | {"caption", "td", "th"}
BLOCKS = (
    TEXT_BLOCKS
    | TABLE_PARTS
    | _names("blockquote dd details div dl dt figcaption figure li ol summary table ul")
)
ALLOWED = INLINE | VOID | BLOCKS

# The parents that an element needs. Its tags are dropped elsewhere.
PARENTS = {
    "caption": ("table",),
    "dd": ("dl",),
    "dt": ("dl",),
    "figcaption": ("figure",),
    "li": ("ul", "ol"),
    "rp": ("ruby",),
    "rt": ("ruby",),
    "summary": ("details",),
    "tbody": ("table",),
    "td": ("tr",),
    "tfoot": ("table",),
    "th": ("tr",),
    "thead": ("table",),
    "tr": ("tbody", "thead", "tfoot"),
}
# What contains the content of an element that can't contain it itself.
IMPLIED_CHILDREN = {
    "dl": "dd",
    "ol": "li",
    "table": "tbody",
    "tbody": "tr",
    "tfoot": "tr",
    "thead": "tr",
    "tr": "td",
    "ul": "li",
}

# Elements whose content is not text of the article.
WITHOUT_CONTENT = _names(
    "applet embed frameset iframe noembed noframes object script style template"
)
# Other elements: their tags are dropped, their content is not.
UNWRAPPED_BLOCKS = _names(
    "address article aside body center col colgroup dialog dir fieldset footer form frame head "
    "header hgroup html legend listing main menu nav noscript optgroup option plaintext search "
    "section select title xmp"
)
UNWRAPPED_INLINE = _names(
    "acronym area audio base basefont bdi bgsound big blink button canvas data datalist font "
    "image input isindex keygen label link map marquee math menuitem meta meter nobr noindex "
    "output param picture portal progress rb rtc selectedcontent slot source spacer strike svg "
    "textarea time track tt video"
)
# Void elements among them, which have no end tags to wait for.
DROPPED_VOID = _names("embed")
# Elements of other vocabularies: within them, all names are theirs.
FOREIGN = _names("math svg")
ALL_NAMES = ALLOWED | WITHOUT_CONTENT | UNWRAPPED_BLOCKS | UNWRAPPED_INLINE
