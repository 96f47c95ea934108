r"""TeX formulas → MathML Core, by math-core, in a form that the sanitizer and the CSP let pass.

A formula that math-core can't convert is displayed as its source.
"""

import re

from math_core import LatexError, LatexToMathML

from articles.markdown.escaping import as_serialized, escape
from articles.markdown.events import Event
from articles.markdown.state import RenderState

# In characters. Longer formulas are displayed as their source.
MAX_LENGTH = 2_000
# math-core and browsers nest calls as formulas nest groups: their stack is finite.
MAX_NESTING = 50
# Characters of MathML in a document: a formula can be 50 times as long as its source.
MAX_MATHML = 2_000_000

# The elements of MathML Core that math-core writes, and their attributes.
ATTRIBUTES: dict[str, set[str]] = {
    "annotation": {"encoding"},
    "math": {"display"},
    "menclose": {"notation"},
    "mfrac": {"displaystyle", "linethickness"},
    "mi": {"mathvariant"},
    "mmultiscripts": set(),
    "mn": set(),
    "mo": {
        *("form", "lspace", "maxsize", "minsize", "movablelimits"),
        *("rspace", "stretchy", "symmetric"),
    },
    "mover": {"accent"},
    "mpadded": {"width", "height", "depth", "voffset", "lspace"},
    "mphantom": set(),
    "mprescripts": set(),
    "mroot": set(),
    "mrow": {"displaystyle", "scriptlevel"},
    "mspace": {"width", "height", "depth"},
    "msqrt": set(),
    "mstyle": {"displaystyle", "scriptlevel"},
    "msub": set(),
    "msubsup": set(),
    "msup": set(),
    "mtable": {"displaystyle", "scriptlevel"},
    "mtd": set(),
    "mtext": set(),
    "mtr": set(),
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
    "semantics": set(),
}
# The CSP forbids style attributes. What each declaration in them does, as a class of prose.css.
CLASS_OF = {
    "text-align:left": "math-left",
    "text-align:right": "math-right",
    "padding-left:0": "math-flush-left",
    "padding-right:0": "math-flush-right",
    "padding-left:1em": "math-gap",
    "width:50%": "math-half",
    "width:100%": "math-wide",
    **{
        f"border-{side}:0.05em solid currentcolor": f"math-line-{side}"
        for side in ("top", "right", "bottom", "left")
    },
}
CLASSES: dict[str, set[str]] = {"mtable": {*CLASS_OF.values()}, "mtd": {*CLASS_OF.values()}}

TAG = re.compile(r"<(?P<end>/?)(?P<name>\w+)(?P<attributes>[^>]*?)(?P<empty>/?)>")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
# HTML for fonts within text.
FONT_TAGS = frozenset(("b", "code", "em", "i", "span"))
NESTING = re.compile(r"\\.|(?P<start>[{])|(?P<end>[}])", re.DOTALL)
ENVIRONMENTS = re.compile(r"\\(?:begin|left)\b")

CONVERTER = LatexToMathML(annotation=True, fancy_error=False)


class UnsupportedError(Exception):
    """A formula can't be displayed as MathML."""


def formula(state: RenderState, event: Event) -> None:
    """Write a formula, and its source as plain text."""
    display = event.kind == "DisplayMath"
    source = _without_backticks(event.value.strip())
    try:
        if state.mathml_length > MAX_MATHML:
            raise UnsupportedError
        mathml = to_mathml(source, display=display)
        state.mathml_length += len(mathml)
    except UnsupportedError:
        state.write(f'<code class="math">{escape(source)}</code>')
    else:
        state.write(mathml)
    state.add_text(source)


def _without_backticks(source: str) -> str:
    """Return the source of a formula in GitHub's notation for those that look like Markdown."""
    is_quoted = len(source) > 2 and source[0] == source[-1] == "`"
    return source[1:-1] if is_quoted else source


def to_mathml(source: str, *, display: bool) -> str:
    r"""Return a formula as MathML Core, with its source as an annotation.

    `display` if it stands in a line of its own. Raises `UnsupportedError` for a formula that is
    too long or nested too deep, or that math-core doesn't understand.

    >>> to_mathml("n^2", display=False)  # doctest: +ELLIPSIS
    '<math><semantics><msup><mi>n</mi><mn>2</mn></msup><annotation ...>n^2</annotation>...'
    """
    if len(source) > MAX_LENGTH or nesting(source) > MAX_NESTING:
        raise UnsupportedError
    try:
        mathml = CONVERTER.convert_with_local_state(source, displaystyle=display)
    except LatexError as error:
        raise UnsupportedError from error
    return as_serialized(TAG.sub(_allowed_tag, mathml))


def nesting(source: str) -> int:
    """Return an upper bound of how deep the groups and environments of a formula are nested."""
    depth = deepest = 0
    for match in NESTING.finditer(source):
        depth += bool(match["start"]) - bool(match["end"])
        deepest = max(deepest, depth)
    return deepest + len(ENVIRONMENTS.findall(source))


def _allowed_tag(match: re.Match[str]) -> str:
    """Return a tag as the sanitizer lets it pass. Raises `UnsupportedError` for others."""
    name = match["name"]
    if name in FONT_TAGS:
        return ""
    if name not in ATTRIBUTES:
        raise UnsupportedError
    if match["end"]:
        return match[0]
    attributes = "".join(
        f' {key}="{value}"'
        for key, value in ATTRIBUTE.findall(match["attributes"])
        if key in ATTRIBUTES[name]
    )
    end = f"</{name}>" if match["empty"] else ""
    return f"<{name}{attributes}{_class_attribute(name, match['attributes'])}>{end}"


def _class_attribute(name: str, attributes: str) -> str:
    style = re.search(r'style="([^"]*)"', attributes)
    if not style or name not in CLASSES:
        return ""
    declarations = (re.sub(r"\s*:\s*", ":", part.strip()) for part in style[1].split(";"))
    classes = [CLASS_OF[declaration] for declaration in declarations if declaration in CLASS_OF]
    return f' class="{" ".join(classes)}"' if classes else ""
