"""Entries → an Atom feed."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.markdown import urls
from articles.text import atom

WHEN = datetime(2026, 11, 21, 8, tzinfo=UTC)


def written(**fields):
    entry = {
        "id": "urn:x",
        "title": "Title",
        "language": "en",
        "url": "https://example.org/a/",
        "source": "https://example.org/a.md",
        "published": WHEN,
        "updated": WHEN,
        "author": "",
        "categories": [],
        "summary": "",
        "html": "",
    }
    feed = atom.Feed("urn:f", "Feed", "en", "/feed/", "/", WHEN, "Us", "/icon", [])
    return ElementTree.fromstring(
        atom.write(atom.Feed(**{**vars(feed), "entries": [atom.Entry(**{**entry, **fields})]}))
    )


@given(st.text(st.characters(codec=None)))
def test_it_is_xml_whatever_the_text_holds(text):
    root = written(title=text, html=text, author=f"x{text}", categories=[(text, text)])
    kept = root.find("a:entry/a:content", {"a": atom.NAMESPACE}).text or ""
    as_read = atom.possible(text).replace("\r\n", "\n").replace("\r", "\n")
    assert kept == as_read


@pytest.mark.parametrize("sign", ["\x00", "\x08", "\x0c", "\ufffe", "\uffff", "\ud800", "\x1f"])
def test_what_xml_cannot_hold_is_left_out(sign):
    assert written(title=f"a{sign}b").find("{*}entry/{*}title").text == "ab"


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
def test_addresses_are_made_absolute(html, expected):
    assert urls.absolutize_urls(html, "https://e.org/articles/a/") == expected
