"""Spellings of a word with and without signs find each other, in texts, names and queries."""

import pytest

from articles.models import Article, Draft, Name
from articles.search import Scope, find_matches, search_articles, suggest_names
from tests import factories

pytestmark = pytest.mark.django_db

SPELLINGS = [
    ("wifi", "wi-fi", "Wi‑Fi", "WI–FI", "wi\u00adfi", "wi fi", "Wi Fi"),
    ("email", "e-mail", "E‐Mail", "emails", "e mail"),
    ("covid19", "COVID-19", "Covid‑19", "covid 19", "COVID 19"),
    ("obrien", "O'Brien", "O’BRIEN", "Oʼbrien", "O`Brien", "O'Brien's"),
    ("US", "U.S.", "u.s", "U S"),
    ("USA", "U.S.A.", "U. S. A.", "u.s.a."),
    ("JRR Tolkien", "J.R.R. Tolkien", "J. R. R. Tolkien", "J R R Tolkien"),
    ("PhD", "Ph.D.", "ph.d"),
    ("motherinlaw", "mother-in-law"),
    ("TCPIP", "TCP/IP", "tcp-ip"),
    ("ATT", "AT&T", "at&t", "AT & T"),
    ("24D", "2,4-D", "2,4-d"),
    ("Chanel № 5", "Chanel No. 5", "Chanel no 5", "Chanel №5", "Chanel Nº 5"),
    ("مسئول", "مسؤول"),
    ("هيأة", "هيئة"),
    ("رؤوس", "رءوس"),
    ("nodejs", "Node.js", "NODE-JS"),
    ("snakecase", "snake_case", "snake-case"),
    ("Hawaii", "Hawaiʻi", "Hawai'i", "Hawai‘i"),
    ("Quran", "Qurʾan", "Qur'an"),
    ("компютер", "комп'ютер", "компʼютер"),
    ("גורג", "ג'ורג", "ג׳ורג"),
    ("צהל", 'צה"ל', "צה״ל"),
    ("1990s", "1990's"),
    ("1000000", "1,000,000", "1.000.000", "1 000 000", "1\u00a0000\u00a0000", "1'000'000"),
    ("1000000", "10,00,000", "١٠٠٠٠٠٠", "١٬٠٠٠٬٠٠٠", "۱٬۰۰۰٬۰۰۰", "１,０００,０００"),
    ("1234.56", "1,234.56", "1.234,56"),
    ("كتاب علي", "کتاب علی", "کتــاب علی"),
    ("میخواهم", "می خواهم", "می\u200cخواهم", "مى\u200cخواهم"),
    ("کتابها", "کتاب ها", "کتاب\u200cها", "كتاب\u200cها"),
    ("بزرگترین", "بزرگ ترین"),
    ("F16", "F 16", "f-16"),
    ("C++", "c++"),
    ("2024-01-15", "2024‐01‐15"),
]
# In texts; as names they differ.
PLURALS = [
    ("b52", "B-52", "B52s", "B-52s", "B‑52's"),
    ("mp3", "MP3s", "mp-3"),
    ("MiG29", "MiG-29", "MiG-29s", "mig29s"),
]


def spellings_with_others(groups, size):
    """Return each of the first spellings of each group, with the others among these."""
    return [(one, {*group[:size]} - {one}) for group in groups for one in group[:size]]


@pytest.mark.parametrize("spellings", SPELLINGS + PLURALS, ids="-".join)
def test_spellings_find_each_other(spellings):
    articles = {factories.article(body=f"Before {text} after.") for text in spellings}
    factories.article("Two", body="Before and after.")
    for query in spellings:
        results = search_articles(query)
        hits = results.hits[: len(articles)]
        assert {hit.article for hit in hits} == articles
        assert not results.relaxed
        for hit in hits:
            assert len("".join(part for part, is_marked in hit.snippet if is_marked)) > 1


@pytest.mark.parametrize(
    ("text", "query"),
    [("3.11", "311"), ("12:30", "1230"), ("10-20", "1020"), ("C#", "C++"), ("9/11", "911")],
)
def test_other_numbers_and_signs_do_not(text, query):
    factories.article("One", body=f"Before {text} after.")
    assert search_articles(query).hits == []


def test_phrases_are_as_they_are_written():
    article = factories.article(body="A wi-fi router and a wifi cable.")
    for query in ('"wi-fi router"', '"wi fi"', '"wifi cable"'):
        assert [hit.article for hit in search_articles(query).hits] == [article]
    assert search_articles('"wifi router"').without_phrases


def test_what_is_excluded_is_so_in_either_spelling():
    factories.article(body="router wifi")
    factories.article(body="router wi-fi")
    other = factories.article(body="router fi wi")
    assert [hit.article for hit in search_articles("router -wi-fi").hits] == [other]
    assert [hit.article for hit in search_articles("router -wifi").hits] == [other]


def test_names_and_tags_are_found_in_either_spelling():
    article = factories.article("Wi-Fi networks")
    tagged = factories.article("Cables", tags=["E-Mail"])
    assert search_articles("wifi networks").hits[0].article == article
    assert [name.article for name in suggest_names("wifi")] == [article]
    assert [hit.article for hit in search_articles("email").hits] == [tagged]


def test_a_compound_is_highlighted_as_a_whole():
    factories.article(body="The wi-fi of the U.S. and wifi.")
    [hit] = search_articles("wifi US").hits
    assert [part for part, marked in hit.snippet if marked] == ["wi-fi", "U.S", "wifi"]


NAMES = [group for group in SPELLINGS if not {"C++", "1990s", "1234.56"} & {*group}]


@pytest.mark.parametrize(("name", "others"), spellings_with_others(NAMES, 3))
def test_a_name_is_suggested_in_each_spelling(name, others):
    article = factories.article(f"The {name} network", slug="one")
    factories.article("The other network")
    for typed in others:
        assert [suggestion.article for suggestion in suggest_names(f"The {typed}")] == [article]


@pytest.mark.parametrize(("tag", "others"), spellings_with_others(NAMES, 3))
def test_the_articles_of_a_tag_are_found_in_each_spelling(tag, others):
    article = factories.article("One", tags=[tag])
    factories.article("Two", tags=["other"])
    for other in others:
        name = other.replace('"', "״")
        assert [hit.article for hit in search_articles(f'tag:"{name}"').hits] == [article]
        assert search_articles(f'one -tag:"{name}"').hits == []


def test_a_tag_with_the_very_name_precedes_one_that_is_spelled_otherwise():
    factories.article("One", tags=["Wi-Fi"])
    other = factories.article("Two", tags=["WiFi"])
    assert [hit.article for hit in search_articles("tag:wifi").hits] == [other]


def test_a_tag_of_other_numbers_is_another_tag():
    factories.article("One", tags=["3.11"])
    assert search_articles("tag:311").hits == []


@pytest.mark.parametrize("spellings", [group[:2] for group in PLURALS + NAMES], ids="-".join)
def test_editors_find_articles_in_each_spelling(spellings):
    articles = {factories.article(body=f"Before {text} after.").pk for text in spellings}
    factories.article("Two", body="Before and after.")
    scope = Scope(Article.objects.all(), Name.objects.all(), Draft.objects.all())
    for query in spellings:
        assert set(find_matches(query, scope).texts) == articles
