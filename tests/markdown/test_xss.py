"""Markdown that tries to run a script, in every place where Markdown takes text."""

import re
from pathlib import Path

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.markdown import formulas, rules
from articles.markdown.parser import parse
from articles.markdown.sanitizer import ALLOWED_TAGS, ATTRIBUTES, CLASSES, TAGS_WITH_DIR, sanitize
from articles.markdown.state import RenderState
from articles.text import names

ROOT = Path(__file__).parents[2]
VECTORS = (Path(__file__).parent / "xss.txt").read_text().splitlines()

# Where a vector may stand: {} is its place.
CONTEXTS = {
    "alone": "{}",
    "in a line": "text {} text",
    "link text": "[{}](/a)",
    "link address": "[x]({})",
    "link address in brackets": "[x](<{}>)",
    "link title": '[x](/a "{}")',
    "reference": "[x][r] ![x][r]\n\n[r]: {}",
    "reference title": "[x][r]\n\n[r]: /a '{}'",
    "image text": "![{}](/media/a.png) ![{}](https://evil.example/a.png)",
    "image address": "![x]({}) ![x](</media/{}>)",
    "image title": '![x](/media/a.png "{}")',
    "autolink": "<{}> <https://example.org/{}> https://example.org/{}",
    "wikilink": "[[{}]]",
    "wikilink section": "[[x#{}]] [[#{}]]",
    "wikilink label": "[[x|{}]] ![[x.png|{}]]",
    "article address": "[x](/articles/{}/) [x](/articles/x/#{})",
    "heading": "# {}",
    "list": "- {}\n- [ ] {}\n1. {}",
    "quote": "> {}",
    "table": "| {} | a |\n|:-:|---|\n| {} | [[x\\|{}]] |",
    "footnote": "x[^1] y[^{}]\n\n[^1]: {}\n\n[^{}]: z",
    "definition": "{}\n: {}",
    "alert title": "> [!note] {}\n> x",
    "foldable alert title": "> [!note]- {}\n> x",
    "alert type": "> [!{}]\n> x",
    "code": "`{}`\n\n    {}",
    "code information": "```{}\n{}\n```",
    "struck out": "~~{}~~ **{}** _{}_",
    "highlighted": "=={}==",
    "inline note": "x^[{}]",
    "formula": "${}$ $`{}`$ $\\text{{}}$ $$\\begin{matrix}{}&{}\\end{matrix}$$",
    "displayed formula": "$$\n{}\n$$\n\n```math\n{}\n```",
    "admonition": '!!! note "{}"\n    {}',
    "container": "::: {}\n{}\n:::\n\n::: note {}\n{}\n:::",
    "element": "<b>{}</b> <span lang={}>{}</span>",
    "attribute": '<a href="{}" title="{}" id="{}">x</a>',
    "attribute in other quotes": "<a href='{}' title='{}' name='{}'>x</a>",
    "attribute without quotes": "<a href={} title={} id={}>x</a> <abbr title={}>x</abbr>",
    "name of an attribute": "<b {}>x</b> <img src=/media/x.png {}>",
    "name of an element": "<{}>x</{}>",
    "image in HTML": '<img src="{}" alt="{}" title="{}" width="{}"> <img src=/media/{} alt={}>',
    "alignment and language": '<p align="{}" dir="{}" lang="{}">x</p>\n<td colspan="{}">',
    "block of HTML": "<div>\n{}\n\n{}\n\n</div>\n\n{}",
    "details": "<details {}><summary>{}</summary>{}\n\n{}",
    "heading in HTML": '<h2 id="{}">{}</h2>',
    "table in HTML": "<table>{}<tr>{}<td>{}</table>\n\n{}",
    "list in HTML": "<ul>{}<li>{}</ul><dl><dt>{}<dd>{}",
    "preformatted": "<pre>{}</pre> <code>{}</code>",
    "comment": "a <!-- {} --> b\n\n<!-- {}\n\n{} -->",
    "unclosed comment": "<!-- {}",
    "Obsidian comment": "%%{}%% %%\n\n{}\n%%{}",
    "script": "<script>{}</script> a <script>{}\n\n<style>{}",
    "svg": "<svg>{}<g>{}</svg>{}\n\n<svg>\n{}\n\n{}",
    "math": "<math>{}<mtext>{}</math>{}",
    "textarea": "<textarea>{}</textarea><title>{}</title><xmp>{}</xmp>",
    "noscript": "<noscript>{}</noscript><template>{}</template><noembed>{}</noembed>",
    "select": "<select><option>{}</select><object>{}</object><form>{}</form>",
    "unclosed elements": "<a href=/x><b><i><ruby><rt>{}\n\n<blockquote><figure>{}",
    "plain text": "<plaintext>{}\n\n{}",
    "template tag": "{% {} %} {{< {} >}} [x]({% {} %}) <a href='{% {} %}'>",
}
FOOTNOTE_ID = re.compile(r"fn(ref)?_\d+(_\d+)?")
SCHEMES = ("http", "https", "mailto", "tel", "wiki")
URLS = ("href", "src")
MATHML = "{http://www.w3.org/1998/Math/MathML}"


def faults(markup):
    """What the HTML holds that may not be there: (tag, attribute, value)."""
    for element in html5lib.parseFragment(markup, namespaceHTMLElements=False).iter():
        if element.tag == "DOCUMENT_FRAGMENT":
            continue
        tag = element.tag.removeprefix(MATHML)
        if tag not in ALLOWED_TAGS or (tag in formulas.ATTRIBUTES) != element.tag.startswith(
            MATHML
        ):
            yield element.tag, "", ""
        for name, value in element.attrib.items():
            if not may_have(tag, name, value):
                yield element.tag, name, value


def may_have(tag, name, value):
    if name == "class" and tag in CLASSES:
        return set(value.split()) <= CLASSES[tag]
    if name == "dir" and tag in TAGS_WITH_DIR:
        return value in ("ltr", "rtl")
    if name == "id":
        # Neither the ids of templates, which have an underscore, nor names of properties in two
        # words, which scripts may read from the document.
        return bool(names.slug(value) == value or FOOTNOTE_ID.fullmatch(value))
    if (tag, name) == ("input", "type"):
        return value == "checkbox"
    if name in URLS:
        # As browsers read it: without leading space and controls, tabs and line ends anywhere.
        scheme = re.match(r"([a-z][a-z0-9+.-]*):", re.sub(r"[\x00-\x20]", "", value), re.I)
        if scheme and scheme[1].lower() not in SCHEMES:
            return False
    return name in ATTRIBUTES.get(tag, ())


def rendered(source):
    """The HTML that our rules write, before the second wall."""
    return rules.render(RenderState(source, "en", media=("/media/",)))


def test_there_are_enough_vectors():
    assert len(set(VECTORS)) >= 200
    assert len(VECTORS) * len(CONTEXTS) >= 10_000


@pytest.mark.parametrize("context", CONTEXTS.values(), ids=CONTEXTS)
def test_no_vector_survives(context):
    """Not even through the first wall: the second has nothing to do."""
    pages = {source: rendered(source) for source in (context.replace("{}", v) for v in VECTORS)}
    assert {source: page for source, page in pages.items() if sanitize(page) != page} == {}
    assert list(faults("".join(pages.values()))) == []


@pytest.mark.parametrize(
    "markup",
    [
        "<script>x</script>",
        '<p onclick="x">y</p>',
        '<a href="javascript:x">y</a>',
        '<p class="site">y</p>',
        '<p style="x">y</p>',
        '<input type="text">',
        '<svg><a href="#">y</a></svg>',
        '<math href="/a"><mi>y</mi></math>',
        '<math><mi style="x" mathbackground="red">y</mi></math>',
        '<math><annotation-xml encoding="text/html"><p>y</p></annotation-xml></math>',
        "<math><mtext><table><mglyph><a href='javascript:x'>y</a></mglyph></table></mtext></math>",
        "<!-- x -->",
    ],
)
def test_the_sanitizer_alone_removes_what_is_not_allowed(markup):
    """Also proves that `faults` would see what came through."""
    assert "<!--" in markup or list(faults(markup))
    assert sanitize(markup) != markup
    assert not list(faults(sanitize(markup)))


def test_no_heading_can_have_an_id_that_a_page_or_a_script_uses():
    """Else a script would take the heading for its own element."""
    ids: set[str] = set()
    for folder, files, pattern in (
        ("templates/articles", "*.html", r' id="([\w-]+)"'),
        ("articles/static/articles/js", "*.js", r'"#([\w-]+)"'),
    ):
        for path in (ROOT / folder).glob(files):
            ids.update(re.findall(pattern, path.read_text(encoding="utf-8")))
    assert len(ids) > 10
    assert [name for name in ids if names.slug(name) == name] == []


@pytest.mark.parametrize("tag", ["b", "div", "details", "ul><li", "table><td", "blockquote"])
def test_elements_beyond_the_maximum_depth_are_dropped(tag):
    document = parse(f"<{tag}>" * 300 + "word")
    name = tag.split(">")[0]
    assert 20 < document.html.count(f"<{name}>") <= 100
    assert document.text == "word"
    assert name in {dropped.name for dropped in document.dropped}


MARKDOWN = st.text(alphabet="ab [](){}<>!#|`*_~^:\\-+\n\t\"'&;=/.1x@")
PIECES = st.lists(
    st.sampled_from(
        [
            *("[[", "]]", "|", "](", ")", "![", "[^1]", "[^1]: ", "> ", "> [!note]- ", "# ", "- "),
            *("- [x] ", "1. ", ": ", "\n", "\n\n", "    ", "`", "```", "**", "_", "~~", "<", ">"),
            *("|---|---|\n", "a | b\n", "http://", "javascript:", "&#106;", "\\", "\x00", "\xa0"),
            *(
                "<table>",
                "<td>",
                "</table>",
                "<ul>",
                "<li>",
                "<details>",
                "<summary>",
                "</details>",
            ),
            *("<script>", "</script>", "<svg>", "<ruby><rt>", "<pre>", "<!--", "-->", "%%", "<p>"),
            *(
                "<h2 id=x>",
                "<a href=/x>",
                "</a>",
                "<div align=left>",
                "</div>",
                "<center>",
                "<br>",
            ),
            *(
                "$",
                "$$",
                "==",
                "^[",
                "{% ",
                " %}",
                "{{< ",
                ":::note\n",
                "word",
                "أمن",
                "🙂",
                "/articles/a/",
                "/media/",
                "<b onclick=x>",
                "\r",
                "\u2028",
            ),
        ]
    )
).map("".join)


@given(MARKDOWN | PIECES | st.text())
def test_any_input_renders_to_allowed_html_only(source):
    document = parse(source, media=("/media/",))
    assert not list(faults(document.html))
    raw = source.encode(errors="replace").decode()
    assert sanitize(rendered(raw)) == rendered(raw)
