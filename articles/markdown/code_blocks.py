"""Code blocks → HTML, highlighted by Pygments' lexers, with the class names of its styles."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, Token
from pygments.token import _TokenType as TokenType
from pygments.util import ClassNotFound

from articles.markdown.escaping import attribute, escape
from articles.markdown.events import Event
from articles.markdown.state import RenderState

# In characters, of a block and of a document. What is longer is not highlighted.
MAX_BLOCK = 8_000
MAX_DOCUMENT = 40_000

# For code that looks like no program, most lexers take quadratic time: these a second at most for
# `MAX_BLOCK` characters (tests/markdown/test_code_blocks.py). Code in others is not highlighted.
# fmt: off
LANGUAGES = frozenset((
    "asm", "bash", "bat", "c", "clojure", "cmake", "common-lisp", "console", "cpp",
    "css", "dart", "diff", "django", "docker", "elixir", "erlang", "fortran", "fsharp", "go",
    "graphql", "groovy", "haskell", "html", "http", "ini", "java", "javascript", "jinja", "json",
    "jsx", "julia", "kotlin", "latex", "less", "lua", "matlab", "nginx", "nix", "ocaml", "perl",
    "php", "powershell", "protobuf", "pycon", "python", "r", "ruby", "rust", "scala", "scheme",
    "scss", "sql", "swift", "toml", "tsx", "typescript", "vim", "xml", "yaml", "zig",
))
# fmt: on
# The name of a language at the beginning of an info string, also in braces, as in Pandoc. What has
# an equals sign after it is an option.
LANGUAGE = re.compile(r"[{.]*(?P<language>\w[\w+#.-]*+)(?!=)")
# The types of tokens that prose.css colours, with the class names that Pygments gives them.
CLASS_OF: dict[TokenType, str] = {
    Comment: "c",
    Generic.Deleted: "gd",
    Generic.Heading: "gh",
    Generic.Inserted: "gi",
    Generic.Output: "go",
    Generic.Prompt: "gp",
    Generic.Subheading: "gh",
    Keyword: "k",
    Name.Attribute: "na",
    Name.Builtin: "nb",
    Name.Class: "nc",
    Name.Constant: "m",
    Name.Decorator: "nd",
    Name.Function: "nf",
    Name.Tag: "nt",
    Name.Variable: "nv",
    Number: "m",
    Operator.Word: "k",
    String: "s",
    Token: "",
}
CLASSES = frozenset(CLASS_OF.values()) - {""}


def code_block(state: RenderState, event: Event) -> None:
    """Write a code block, with the language that its author named."""
    state.end_block()
    code = state.consume_text("CodeBlock")
    info = event.value["Fenced"].split() if isinstance(event.value, dict) else []
    match = LANGUAGE.match(info[0]) if info else None
    lexer = lexer_class(match["language"].lower()) if match else None
    name = lexer.name if lexer else match["language"] if match else ""
    language = f' data-language="{attribute(name)}"' if name else ""
    classes = f' class="language-{attribute(info[0])}"' if info else ""
    state.write(f'<pre{state.id_attribute()} tabindex="0"{language}><code{classes}>')
    state.highlighted += len(code)
    is_short = len(code) <= MAX_BLOCK and state.highlighted <= MAX_DOCUMENT
    if lexer and is_short and LANGUAGES.intersection(lexer.aliases):
        state.write(highlight(code, lexer))
    else:
        state.write(escape(code))
    state.add_text(code)
    state.write("</code></pre>\n")
    state.end_block()


@lru_cache(maxsize=256)
def lexer_class(language: str) -> type[Lexer] | None:
    """Return the lexer of a language by one of its names in Pygments, or None."""
    try:
        return find_lexer_class_by_name(language)
    except ClassNotFound:
        return None


def highlight(code: str, lexer: type[Lexer]) -> str:
    """Return the HTML of `code`, its tokens in elements with a class.

    >>> highlight("if x: # why", lexer_class("python"))
    '<span class="k">if</span> x: <span class="c"># why</span>'
    """
    return "".join(_span(name, escape(text)) for name, text in _runs(code, lexer))


def _span(name: str, html: str) -> str:
    return f'<span class="{name}">{html}</span>' if name and not html.isspace() else html


def _runs(code: str, lexer: type[Lexer]) -> Iterator[tuple[str, str]]:
    """Yield the classes of tokens and their text. Neighbours with one class are joined."""
    tokens = lexer(stripnl=False, ensurenl=False).get_tokens(code)
    classes = ((class_name(token), text) for token, text in tokens)
    for name, run in groupby(classes, itemgetter(0)):
        yield name, "".join(text for _name, text in run)


@lru_cache(maxsize=1000)
def class_name(token: TokenType) -> str:
    """Return the class of the nearest type of token that has one, or an empty string."""
    # From the type itself to the root of all types.
    return next(CLASS_OF[part] for part in reversed(token.split()) if part in CLASS_OF)
