"""Shortcodes of WordPress are left out, and reported; words in brackets are text."""

import pytest

from articles.importing.shortcodes import UnknownShortcode, expand_shortcodes


@pytest.mark.parametrize(
    ("html", "expected", "unknown"),
    [
        ('a\n[gallery ids="1,2"] b', "a\n b", [(1, "gallery")]),
        ('[caption id="x"]<img src="y"> Cap[/caption]', '<img src="y"> Cap', []),
        ("[embed]https://a.b/[/embed]", "https://a.b/", []),
        ("[box]text[/box]", "text", [(0, "box")]),
        ('[my-form id="3"]', "", [(0, "my-form")]),
        ("[sic] and [1] and [a b]", "[sic] and [1] and [a b]", []),
        ("[[gallery]]", "[gallery]", []),
        (
            '[code language="python"]a = b[0] &lt; 1\n\nc<d[/code]',
            '<pre><code class="language-python">a = b[0] &lt; 1\n\nc&lt;d</code></pre>',
            [],
        ),
        ('<pre>[a b="c"] [b]x[/b]</pre>[a b="c"]', '<pre>[a b="c"] [b]x[/b]</pre>', [(0, "a")]),
        ("[" * 5000, "[" * 5000, []),
    ],
)
def test_shortcodes(html: str, expected: str, unknown: list[tuple[int, str]]) -> None:
    assert expand_shortcodes(html) == (expected, [UnknownShortcode(*row) for row in unknown])
