"""HTML becomes Markdown; nothing of it can run, and any HTML is converted or refused soon."""

from contextlib import suppress
from time import process_time

import pytest

from articles.importing.html_text import Dropped, HTMLError, dropped_elements, html_to_markdown


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h2>A <em>b</em></h2><p>c <strong>d</strong></p>", "## A *b*\n\nc **d**"),
        ("<p>1. a *b* $5 [[x]]</p>", "1\\. a \\*b\\* \\$5 \\[\\[x\\]]"),
        ("<p>a<br>b</p>", "a\\\nb"),
        ("<p>a<b>b<br></b><br>&nbsp;</p><h2>c<br></h2>", "a**b**\n\n## c"),
        ("<div>a<br><ul><li>b<br></li></ul><br>c</div>", "a\n\n- b\n\nc"),
        ('<p>a<br><b><img src="b.png"></b></p>', "a\\\n**![](b.png)**"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ('<ol start="3"><li>a</li><li>b</li></ol>', "3. a\n4. b"),
        ('<pre><code class="language-php">a &lt; b\n</code></pre>', "```php\na < b\n```"),
        ('<pre class="brush: js;">x</pre>', "```js\nx\n```"),
        ("<p><code>a`b</code></p>", "``a`b``"),
        ('<a href="https://a.b/">t</a>', "[t](https://a.b/)"),
        ('<img src="a (1).png" alt="A [b]">', "![A \\[b\\]](<a (1).png>)"),
        (
            "<table><tr><th>A</th><th>B</th></tr><tr><td>a|b</td><td>c<br>d</td></tr></table>",
            "| A | B |\n| --- | --- |\n| a\\|b | c<br>d |",
        ),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("x<sub>2</sub> <mark>m</mark> <del>d</del>", "x<sub>2</sub> ==m== ~~d~~"),
        ("<p>a<p>b<hr>", "a\n\nb\n\n---"),
        ("<script>alert(1)</script><p onclick='x'>a</p>", "a"),
        ('<a href="javascript:alert(1)">a</a>', "a"),
        ("", ""),
    ],
)
def test_html_becomes_markdown(html: str, expected: str) -> None:
    assert html_to_markdown(html) == expected


def test_links_and_images_can_be_rewritten() -> None:
    html = (
        '<a href="https://a.b/x"> X y </a><a href="/z">z</a><img src="i.png">'
        '<a href="i (1).jpg"><b>b</b></a>'
    )
    markdown = html_to_markdown(
        html,
        rewrite_link=lambda url, text: f"[[{text}]]" if url.endswith("x") else None,
        rewrite_file=lambda url: f"media/{url}" if url.endswith("g") else url,
    )
    assert markdown == "[[X y]][z](/z)![](media/i.png)[**b**](<media/i (1).jpg>)"


def test_elements_whose_content_is_lost_are_reported_with_their_line() -> None:
    html = "<p>a</p>\n<IFRAME src='x'></IFRAME>\n\n<video>"
    assert list(dropped_elements(html)) == [Dropped(1, "iframe"), Dropped(3, "video")]


@pytest.mark.parametrize("unit", ["<p>", "<div>", "<b>", "<b>x</b>", "<li>x", "<", "<a href=x>"])
def test_any_html_is_converted_or_refused_soon(unit: str) -> None:
    start = process_time()
    with suppress(HTMLError):
        html_to_markdown(unit * 2_000)
    assert process_time() - start < 4


def test_html_that_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(HTMLError) as caught:
        html_to_markdown("<div>" * 61)
    assert caught.value.message == "Elements are nested more than 60 levels deep."
