"""Where a URL or an e-mail address in running text begins and ends."""

import sys
import unicodedata

import pytest

from articles.markdown import autolinks

PUNCTUATION = [
    character
    for character in map(chr, range(0x80, sys.maxunicode + 1))
    if unicodedata.category(character) in ("Pe", "Pf", "Pi", "Po", "Ps")
]


def links(text):
    parts = list(autolinks.split(text))
    assert "".join(part for part, _url in parts) == text
    return [part for part, url in parts if url]


@pytest.mark.parametrize(
    "url", ["https://example.org/a", "https://example.org", "www.example.org"]
)
def test_punctuation_of_any_script_at_the_end_is_not_part_of_a_url(url):
    wrong = [mark for mark in PUNCTUATION if links(f"{url}{mark} x") != [url]]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "[{}]",
        "[{}][1]",
        "{{{}}},",
        "({}).",
        "（{}）です",
        "「{}」を",
        "【{}】〔{}〕",
        "“{}”的",
        "‘{}’的",
        "«{}»х",
        '"{}","{}"',
        "{}，好",
        "{}（例）",
        "网址:{}；",
        "\u2067{}\u2069\u200f",
    ],
)
def test_a_url_ends_at_brackets_and_quotation_marks(text):
    for url in ("https://example.org/a(b)[c]", "http://www.example.org/é", "www.example.org"):
        assert set(links(text.format(url, url))) == {url}


@pytest.mark.parametrize(
    "url",
    [
        "https://fr.wikipedia.org/wiki/L’Équipe",
        "https://ja.wikipedia.org/wiki/ジョン・スミス",
        "https://ar.wikipedia.org/wiki/واشنطن،_دي_سي",
        "https://fa.wikipedia.org/wiki/می\u200cشود",
        "https://example.org/{id}?a[b]=(c)#d",
        "http://bücher.example",
        "http://例子.中国/路",
        "http://пример.рф",
    ],
)
def test_punctuation_within_a_url_is_part_of_it(url):
    assert links(f"({url})") == [url]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("见https://example.org的网站", "https://example.org"),
        ("见www.example.org的网站。", "www.example.org"),
        ("https://example.org에서", "https://example.org"),
        ("请写信到info@example.org联系我们", "info@example.org"),
        ("info@example.co.kr로 보내세요", "info@example.co.kr"),
        ("ต่อinfo@example.orgนะ", "info@example.org"),
        ("راسل info@example.orgو", "info@example.org"),
        ("E-mail:info@example.org.", "info@example.org"),
        ("「info@example.org」へ", "info@example.org"),
        ("ל-info@example.org", "info@example.org"),
        ("müller@bücher.example", "müller@bücher.example"),
        ("info@例子.中国", "info@例子.中国"),
    ],
)
def test_text_of_another_script_is_not_part_of_a_domain_or_an_address(text, link):
    assert links(text) == [link]


def test_mail_addresses_lead_to_mail():
    parts = list(autolinks.split("a@example.org mailto:b@example.org"))
    assert [url for _part, url in parts if url] == ["mailto:a@example.org", "mailto:b@example.org"]


@pytest.mark.parametrize(
    "text",
    [
        "x@y",
        "a@example.org_",
        "xhttps://example.org",
        "/a@example.org",
        "http://a_b.c_d",
    ],
)
def test_what_is_no_address_is_text(text):
    assert links(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "漢a@",
        "a@漢",
        "x@" + "漢a",
        "https://e.org/]",
        "a-",
        "www.",
        "mailto:",
        "a.b@",
        "https://e.org/a’b,",
    ],
)
def test_adversarial_text_takes_linear_time(text, elapsed):
    with elapsed(3):
        list(autolinks.split(text * 100_000 + " x@y.z"))
