"""Words with signs inside them, and the words that others write without these."""

import pytest

from articles.search.compounds import find_compounds, joined_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # hyphens
        ("Wi-Fi", {"WiFi"}),
        ("wi\u2010fi wi\u2011fi wi\u2013fi wi\uff0dfi", {"wifi"}),
        ("e-mail", {"email"}),
        ("COVID-19", {"COVID19"}),
        ("F-16s", {"F16s"}),
        ("mother-in-law", {"motherinlaw", "motherin", "inlaw"}),
        ("E-Mail-Adresse", {"EMailAdresse", "EMail", "MailAdresse"}),
        ("Jean‐Luc", {"JeanLuc"}),
        ("בית־ספר", {"ביתספר"}),
        ("हिन्दी-भाषा", {"हिन्दीभाषा"}),
        ("cafe\u0301-bar", {"cafe\u0301bar"}),
        ("co\u00adop-erate", {"co\u00adoperate"}),
        ("東京Wi-Fi駅", {"WiFi"}),
        # apostrophes
        ("O'Brien O’Brien O‘Brien Oʼbrien O`Brien O′Brien O＇Brien", {"OBrien", "Obrien"}),
        ("O'Brien's", {"OBrien"}),
        ("D'Artagnan", {"DArtagnan"}),
        ("L'Oréal", {"LOréal"}),
        ("don't", {"dont"}),
        ("rock'n'roll", {"rocknroll", "rockn", "nroll"}),
        ("Hawaiʻi", {"Hawaii"}),
        ("комп'ютер компʼютер", {"компютер"}),
        ("ג'ורג ג׳ורג", {"גורג"}),
        ("1990's", {"1990s"}),
        # dots, slashes, underscores, ampersands
        ("U.S. and U.S.", {"US"}),
        ("U.S.A.", {"USA", "US", "SA"}),
        ("a.m.", {"am"}),
        ("Ph.D.", {"PhD"}),
        ("С.С.С.Р.", {"СССР", "ССС", "ССР", "СС", "СР"}),
        ("S.H.I.E.L.D.", {"SHIELD"}),
        ("J. R. R. Tolkien", {"JRR"}),
        ("J.R.R. Tolkien", {"JRR", "JR", "RR"}),
        # spaces
        ("the B 52 (F 16) and T 72B3", {"B52", "F16", "T72B3"}),
        ("کتاب ها و کتاب هایی", {"کتابها", "کتابهایی"}),
        ("می روم، نمي روم", {"میروم", "نميروم"}),
        ("بزرگ تر، بزرگ‌ترین", {"بزرگتر", "بزرگترین"}),
        ("Node.js", {"Nodejs"}),
        ("ASP.NET", {"ASPNET"}),
        ("TCP/IP", {"TCPIP"}),
        ("OS/2", {"OS2"}),
        ("AT&T", {"ATT"}),
        ("snake_case", {"snakecase"}),
        ("col·lecció", {"collecció"}),
        # numbers
        ("1,000,000", {"1000000"}),
        ("1.000.000", {"1000000"}),
        ("1 000 000", {"1000000"}),
        ("1\u202f000\u202f000", {"1000000"}),
        ("1’000’000", {"1000000"}),
        ("1'000'000", {"1000000"}),
        ("1_000_000", {"1000000"}),
        ("10,00,000", {"1000000"}),
        ("١٬٠٠٠٬٠٠٠", {"١٠٠٠٠٠٠"}),
        ("۱٬۰۰۰", {"۱۰۰۰"}),
        ("1,234.56", {"1234"}),
        ("1.234,56", {"1234"}),
        ("$12,345", {"12345"}),
    ],
)
def test_compounds_are_joined(text, words):
    assert set(joined_words(text)) == words
    assert {word for compound in find_compounds(text) for word in compound.words} == words


@pytest.mark.parametrize(
    "text",
    [
        "wifi email US obrien 1000000",
        "2024-01-15 12:30 3.11 10-20 24/7 9/11 555-1234 192.168.0.1 192.168.100.200",
        "the nation's peace, c'est l'eau qu'il",
        "C++ C# .NET 1990s 5G",
        "in 1990 200 people came, a 5 km run, it's 5, A 5",
        "سلامی خوب، دختر من",
        "12,34 1,0000 0.123.4",
        "one - two — three 'four' \"five\" (six) seven.",
        "a-path/of/many/parts-and-more",
        "東京-大阪",
    ],
)
def test_what_is_no_compound(text):
    assert [*joined_words(text), *find_compounds(text)] == []


def test_compounds_have_their_spans():
    text = "See Wi-Fi (in the U.S.), 1 000 km, J. R. Smith's wi-fi."
    spans = [text[start:end] for start, end, _words in find_compounds(text)]
    assert spans == ["Wi-Fi", "U.S", "1 000", "J. R.", "wi-fi"]


def test_words_come_as_often_as_their_compounds():
    assert joined_words("wi-fi, wi-fi\nand 1,000 wi-fi") == {"wifi": 3, "1000": 1}


@pytest.mark.parametrize(
    "part",
    ["a-", "1'000'", "a. ", "1 000 ", "a'", "-", "é\u0301.", "a&b/", "ʼ", "B 5 ", "می ", "ا ها "],
)
def test_texts_of_any_length_take_linear_time(part, elapsed):
    with elapsed(2):
        joined_words(part * 100_000)
        list(find_compounds(part * 100_000))
