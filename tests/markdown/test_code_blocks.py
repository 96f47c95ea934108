"""Highlighted code: the languages, the limits, and that no text is lost."""

import html
import re
import time

import pytest
from pygments.lexers import find_lexer_class_by_name

from articles.markdown.code_blocks import (
    LANGUAGES,
    MAX_BLOCK,
    MAX_DOCUMENT,
    highlight,
    lexer_class,
)
from articles.markdown.parser import parse


def block(language, code):
    return parse(f"```{language}\n{code}\n```").html


def test_a_token_has_the_class_of_its_type_in_pygments():
    assert '<span class="k">def</span> <span class="nf">f</span>' in block("python", "def f(): 1")


@pytest.mark.parametrize("language", ["python", "py", "Python", "{.python}", "python,ignore"])
def test_a_language_has_all_its_names(language):
    assert '<span class="k">if</span>' in block(language, "if x: pass")
    assert 'data-language="Python"' in block(language, "if x: pass")


@pytest.mark.parametrize("language", ["mermaid", "plantuml", "d2", "unknown-language"])
def test_a_diagram_or_an_unknown_language_is_plain_code_that_names_it(language):
    assert block(language, "graph <TD>") == (
        f'<pre tabindex="0" data-language="{language}"><code class="language-{language}">'
        "graph &lt;TD&gt;\n</code></pre>\n"
    )


def test_a_language_whose_lexer_is_slow_is_named():
    assert block("csharp", "if (x) {}") == (
        '<pre tabindex="0" data-language="C#"><code class="language-csharp">'
        "if (x) {}\n</code></pre>\n"
    )


def test_code_without_a_language_names_none():
    assert "data-language" not in block('title="A file.py"', "if x: pass")
    assert block("", "if x: pass") == '<pre tabindex="0"><code>if x: pass\n</code></pre>\n'


def test_the_plain_text_has_the_code_as_it_was_written():
    assert parse("```py\n\nif x:\n\tpass\n\n\n```").text == "if x:\n\tpass"


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_text_is_lost(language):
    code = "\n\n  # <a> & 'b' \"c\"\r\n\tif x == 1 {\n}\n/* é 字 🙂 */ $x: [y]\n\n"
    markup = highlight(code, lexer_class(language))
    assert html.unescape(re.sub("<[^>]*>", "", markup)) == code.replace("\r\n", "\n")
    assert not re.search("<(?!/?span)", markup)


def test_long_code_is_not_highlighted():
    line = "if x: pass\n"
    fits, exceeds = line * (MAX_BLOCK // len(line)), line * (MAX_BLOCK // len(line) + 1)
    assert "<span" in block("python", fits.rstrip())
    assert "<span" not in block("python", exceeds)
    document = parse(f"```python\n{fits}```\n\n" * (MAX_DOCUMENT // len(fits) + 1)).html
    *first, last = document.split("</pre>")[:-1]
    assert all("<span" in part for part in first) and "<span" not in last


# What lexers take longest for.
HOSTILE = ("\n", "a\n", "a.", "a", "\\'", '\\"', "/", "//", "0", "(", "{{", "<", "&", "!", "'a")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_hostile_code_is_highlighted_in_time(language):
    lexer = find_lexer_class_by_name(language)
    for unit in HOSTILE:
        start = time.process_time()
        highlight((unit * MAX_BLOCK)[: MAX_BLOCK // 2], lexer)
        assert time.process_time() - start < 1.5, unit
