"""What only the other system understands in a text: replaced where there is an equivalent, and
reported where there is none."""

import re
from collections.abc import Callable, Iterator, Set
from functools import partial

from django.utils.translation import gettext as _

from articles.importing.documents import Problem

# Of Jekyll and Hugo: the path or name of a document, and where links to it lead.
REFERENCE = re.compile(
    r"\{\{[<%]-?\s*(?:rel)?ref\s+(?:path=)?[\"`]?(?P<hugo>[^\"`\s<>%{}=]+)[\"`]?"
    r"(?:[^{}\n]{0,300}?\blang=[\"`]?(?P<language>[\w-]+))?[^{}\n]{0,300}?[%>]\}\}"
    r"|(?:\{\{-?\s*site\.(?:base)?url\s*-?\}\}\s*)*"
    r"\{%-?\s*(?P<tag>link|post_url)\s+(?P<jekyll>[^\s%]+)\s*-?%\}"
    r"|(?:\{\{-?\s*site\.(?:base)?url\s*-?\}\}\s*)+(?=/)"
    r"|\{\{-?\s*[\"'](?P<filtered>[^\"'{}]*)[\"']\s*"
    r"(?:\|\s*(?:(?:relative|absolute)_url|prepend:\s*site\.(?:base)?url)\s*)+-?\}\}"
)
FENCED = r"^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(?P<fence>`{3,}+|~{3,}+).*?^[ \t>]*(?P=fence)"
# Code of Jekyll and Hugo, each tag on a line of its own.
HIGHLIGHT = re.compile(
    rf"(?P<fenced>{FENCED})"
    r"|^(?:\{%-?[ ]*highlight|\{\{[<%][ ]*highlight)[ ]+\"?(?P<language>[\w+#-]+)[^{}\n]*?"
    r"(?:%\}|[%>]\}\})[ \t]*\n"
    r"(?P<code>(?:(?!```|\{%-?[ ]*highlight|\{\{[<%][ ]*highlight)[^\n]*\n)*?)"
    r"(?:\{%-?[ ]*endhighlight[ ]*-?%\}|\{\{[<%][ ]*/[ ]*highlight[ ]*[%>]\}\})[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
# Of Jekyll: the braces between are no tags. A null character, which no text contains, separates
# them until all tags have been replaced.
RAW = re.compile(
    r"\{%-?[ ]*raw[ ]*-?%\}(?P<text>(?:(?!\{%-?[ ]*raw\b).)*?)\{%-?[ ]*endraw[ ]*-?%\}", re.DOTALL
)
TAG_START = re.compile(r"(?<=\{)(?=[{%])")
NO_TAG = "\0"
# Of MDX.
COMMENT = re.compile(r"\{/\*(?:(?!\{/\*).)*?\*/\}", re.DOTALL)
# Of MDX: imports display nothing, and a tab only its label. Files in attributes are URLs.
MODULE = re.compile(
    r"^import[ \t](?:[^\n{}]*\{[^{}]*\}[ \t]*from)?[^\n]*[\"'][ \t]*;?[ \t]*$", re.MULTILINE
)
TABS = re.compile(
    r"^[ \t]*(?:<Tabs\b[^<>\n]*>|</Tabs>|</TabItem>"
    r"|<TabItem\b(?:[^<>\n]*?\slabel=[\"'](?P<label>[^\"'\n]+)[\"'])?[^<>\n]*>)[ \t]*$",
    re.MULTILINE,
)
FILE_ATTRIBUTE = re.compile(
    r"(?<==)\{[ ]*(?:require|useBaseUrl)\([ ]*[\"'](?P<file>[^\"'\n]+)[\"'][ ]*\)"
    r"(?:\.default)?[ ]*\}"
)
# Of kramdown and MkDocs, after a heading or on the next line.
HEADING_ID = re.compile(
    r"^(?P<heading>[ ]{0,3}\#{1,6}[ \t][^\n{}]*?[^\s{}])(?P<break>[ \t]*\n|[ \t]+)"
    r"\{:?[ \t]*(?:[^{}\n]{0,200}[ \t])?(?:\#|id=)[\"']?(?P<id>[^\s\"'{}]+)"
    r"[^{}\n]{0,200}\}[ \t]*$",
    re.MULTILINE,
)
CLOSING_SEQUENCE = re.compile(r"(?<![ \t#])[ \t]+#+\Z")
# Of kramdown, on a line of its own, for the block above or below.
ATTRIBUTES = re.compile(
    r"^[ \t]*(?P<attributes>\{:(?:no_toc|toc|[ \t]*[#.][\w-]|[ \t]*[\w-]+=)[^{}\n]*\})[ \t]*$",
    re.MULTILINE,
)
# Of kramdown and MkDocs, after what they belong to.
INLINE_ATTRIBUTES = re.compile(
    r"(?P<inline>(?<=[)\]>*:])\{(?::[ \t]*|[ \t]*(?=\.|(?:align|class|data-[\w-]+|height|loading"
    r"|rel|style|target|title|width)\b))[^{}\n]{1,300}\}"
    r"|(?<=[ \t])\{:?[ \t]*\.[\w-][^{}\n]{0,300}\}(?=[ \t]*$))",
    re.MULTILINE,
)
ICON = re.compile(r"(?P<icon>:(?:material|octicons|fontawesome|simple)-[\w-]+:)")
# What has no equivalent: shortcodes, Liquid, JSX and imports of MDX, attributes of blocks.
FOREIGN = re.compile(
    r"\{\{[<%]\s*/?(?P<shortcode>[\w.][\w/.-]*)(?:(?!\{\{)[^\n])*?[%>]\}\}"
    r"|\{%-?\s*(?P<liquid>\w+)(?:(?!\{%)[^\n])*?%\}"
    r"|^(?P<module>import|export)\s[^\n]*(?:from\s|=|\()[^\n]*$"
    r"|<(?P<component>[A-Z]\w*)[\s/>]"
    rf"|{ATTRIBUTES.pattern}|{INLINE_ATTRIBUTES.pattern}"
    rf"|{ICON.pattern}"
    r"|(?P<output>\{\{-?[ \t]*[A-Za-z_][^{}\n]*\}\})",
    re.MULTILINE,
)
# The groups of this pattern that are reported: of all systems, of sites and of MDX.
KINDS = frozenset(("shortcode", "liquid", "attributes"))
SITE_KINDS = frozenset(("inline", "icon"))
MDX_KINDS = frozenset(("module", "component"))
CODE = re.compile(rf"{FENCED}|`[^`\n]*`", re.M | re.S)
# A shortcode of Hugo that is displayed as it is.
ESCAPED = re.compile(
    r"\{\{(?P<open>[<%])/\*(?P<shortcode>(?:(?!\{\{)[^\n])*?)\*/(?P<close>[>%])\}\}"
)
# Of mdBook and MkDocs, mostly in code: another file takes the place of the line.
INCLUSION = re.compile(
    r"\{\{\#\w*include[ \t]+(?P<mdbook>[^{}\n]+?)[ \t]*\}\}"
    r"|(?<!-)-{1,9}8<-{1,9}[ \t]+[\"'](?P<snippet>[^\"'\n]+)[\"']"
)
HINT = re.compile(
    rf"\{{[{{%:/]|\{{[ \t]?[\w.]|\bid=|8<-|^import\s|^export\s|<[A-Z]|{ICON.pattern}",
    re.MULTILINE,
)
# One of these is in what the pattern finds. Looking for them takes a thirtieth of its time.
HINT_PARTS = (
    "{",
    "import",
    "export",
    "<",
    ":material-",
    ":octicons-",
    ":fontawesome-",
    ":simple-",
)


def convert(
    body: str,
    path: str,
    first_line: int,
    *,
    language: str = "",
    is_site: bool = False,
    is_mdx: bool = False,
    has_liquid: bool = False,
) -> tuple[str, list[Problem]]:
    """Return the text with references as URLs, and what was not understood. Code stays as it is.

    >>> convert('[a]({{< ref "/b.md" >}})', "a.md", 1)[0]
    '[a](/b.md)'
    """
    if not any(part in body for part in HINT_PARTS) or not HINT.search(body):
        return body, []
    # Liquid is expanded in code, too.
    body = HIGHLIGHT.sub(_fenced, RAW.sub(_raw, body) if has_liquid else body)
    if is_mdx:
        body = _markdown_of_mdx(body)
    body = outside_of_code(REFERENCE, partial(_reference, language), body)
    body = outside_of_code(HEADING_ID, _heading, body)
    kinds = KINDS | (SITE_KINDS if is_site else set()) | (MDX_KINDS if is_mdx else set())
    kinds |= {"output"} if has_liquid else set()
    problems = [
        *_problems(body, path, first_line, kinds),
        *_inclusions(body, path, first_line),
    ]
    for pattern in (ATTRIBUTES, INLINE_ATTRIBUTES, ICON) if is_site else (ATTRIBUTES,):
        body = outside_of_code(pattern, lambda _match: "", body)
    body = ESCAPED.sub(r"{{\g<open>\g<shortcode>\g<close>}}", body)
    return body.replace(NO_TAG, ""), problems


def _markdown_of_mdx(body: str) -> str:
    """Return the text, line by line, without what displays nothing."""
    body = outside_of_code(COMMENT, lambda match: "\n" * match[0].count("\n"), body)
    body = outside_of_code(MODULE, lambda match: "\n" * match[0].count("\n"), body)
    body = outside_of_code(
        TABS, lambda match: f"**{match['label']}**" if match["label"] else "", body
    )
    return outside_of_code(FILE_ATTRIBUTE, lambda match: f'"{match["file"]}"', body)


def outside_of_code(
    pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str], body: str
) -> str:
    """Return the text with what the pattern finds outside of code replaced."""
    return "".join(
        part if is_code else pattern.sub(replace, part) for part, is_code in split_code(body)
    )


def _raw(match: re.Match[str]) -> str:
    return TAG_START.sub(NO_TAG, match["text"])


def _fenced(match: re.Match[str]) -> str:
    return match["fenced"] or f"```{match['language']}\n{match['code']}```"


def _heading(match: re.Match[str]) -> str:
    """Return a heading with its id as we write it; a line that goes leaves an empty one."""
    line_break = "\n" if "\n" in match["break"] else ""
    heading = CLOSING_SEQUENCE.sub("", match["heading"])
    return f"{heading} {{#{match['id']}}}{line_break}"


def _reference(language: str, match: re.Match[str]) -> str:
    """Return the URL of a reference: from the root, it means a page in the same language, unless
    it names another one."""
    if match["tag"] == "post_url":
        return f"/_posts/{match['jekyll']}.md"
    if match["tag"]:
        return f"/{match['jekyll'].lstrip('/')}"
    if (name := match["hugo"]) and not re.search(r"/|\A#|\A\.", name):
        page, sharp, fragment = name.partition("#")
        return f"{page.removesuffix('.md')}.md{sharp}{fragment}"
    if language and name and name.startswith("/"):
        return f"/{(match['language'] or language).lower()}{name}"
    if match["filtered"] is not None:
        return f"/{match['filtered'].lstrip('/')}"
    return name or ""


def split_code(body: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a text, and whether each is code."""
    position = 0
    for match in CODE.finditer(body):
        yield body[position : match.start()], False
        yield match[0], True
        position = match.end()
    yield body[position:], False


def _problems(body: str, path: str, first_line: int, kinds: Set[str]) -> Iterator[Problem]:
    line = first_line
    for part, is_code in split_code(body):
        position = 0
        for match in () if is_code else FOREIGN.finditer(part):
            line += part.count("\n", position, match.start())
            position = match.start()
            if (kind := match.lastgroup) and kind in kinds:
                yield Problem(path, line, _message(kind, match[kind]))
        line += part.count("\n", position)


def _inclusions(body: str, path: str, first_line: int) -> Iterator[Problem]:
    line = position = 0
    for match in INCLUSION.finditer(body):
        line += body.count("\n", position, match.start())
        position = match.start()
        message = _("“%(name)s” is not included here. The line stays as text.")
        name = match["mdbook"] or match["snippet"]
        yield Problem(path, first_line + line, message % {"name": name})


def _message(kind: str, text: str) -> str:
    messages = {
        "shortcode": _("The shortcode “%(name)s” has no equivalent. It stays as text."),
        "liquid": _("The Liquid tag “%(name)s” has no equivalent. It stays as text."),
        "output": _("The Liquid output “%(name)s” has no equivalent. It stays as text."),
        "module": _("“%(name)s” of MDX stays as text."),
        "component": _("The component “%(name)s” is left out."),
        "icon": _("The icon “%(name)s” is left out."),
    }
    attributes = _("The attributes “%(name)s” have no equivalent. They are left out.")
    return messages.get(kind, attributes) % {"name": text}
