"""URLs in stored HTML."""

import pytest

from articles.markdown import parse, urls


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="/articles/b/#x">b</a>', '<a href="https://e.org/articles/b/#x">b</a>'),
        ('<a href="#fn_1" id="r">1</a>', '<a href="https://e.org/articles/a/#fn_1" id="r">1</a>'),
        ('<a id="r" href="#fn">1</a>', '<a id="r" href="https://e.org/articles/a/#fn">1</a>'),
        (
            '<img src="/media/a&amp;b.png" alt="">',
            '<img src="https://e.org/media/a&amp;b.png" alt="">',
        ),
        ('<a href="//cdn.example/x">x</a>', '<a href="https://cdn.example/x">x</a>'),
        ('<a href="other">x</a>', '<a href="https://e.org/articles/a/other">x</a>'),
        ('<a href="mailto:a@b.example">x</a>', '<a href="mailto:a@b.example">x</a>'),
        ('<a href="https://x.example/?a=b">x</a>', '<a href="https://x.example/?a=b">x</a>'),
        ('<p>say href="/x" and src="/y"</p>', '<p>say href="/x" and src="/y"</p>'),
        ('<code>&lt;a href="/x"&gt;</code>', '<code>&lt;a href="/x"&gt;</code>'),
    ],
)
def test_urls_are_made_absolute(html, expected):
    assert urls.absolutize_urls(html, "https://e.org/articles/a/") == expected


@pytest.mark.parametrize(
    ("source", "links"),
    [
        ("https://e.org/articles/war/", ["war"]),
        ("http://E.org:8000/articles/war.md#plot, (www.e.org/articles/b).", ["war", "b"]),
        ("<https://e.org/articles/war/>", ["war"]),
        ("[a](//e.org/articles/war/?from=feed#plot)", ["war"]),
        ('<a href="https://e.org/articles/war">a</a>', ["war"]),
        ("[https://e.org/articles/war/](https://x.example/)", []),
        ("https://x.example/articles/war/ https://e.org/articles/ https://e.org/tags/a/", []),
        ("`https://e.org/articles/war/`", []),
    ],
)
def test_urls_of_the_site_are_links_to_articles(source, links):
    document = parse(source, hosts=["e.org", "www.e.org"])
    assert [link.name for link in document.links] == links
