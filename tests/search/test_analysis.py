"""Words and snippets: what is read from a text, and where it is cut."""

import pytest

from articles.search import analysis, snippets


@pytest.mark.parametrize(
    ("text", "language", "wanted", "marked"),
    [
        ("Peace missions ended.", "en", {"_mission"}, ["missions"]),
        ("L'État, c'est moi", "fr", {"etat"}, ["État"]),
        ("The nation's Straße", "en", {"nation", "strasse"}, ["nation", "Straße"]),
        ("كَتَبَ الكِتابَ", "ar", {"_كتاب"}, ["الكِتابَ"]),
        ("東京都の図書館です", "ja", {"図書", "書館"}, ["図書館"]),
        ("cafe\u0301s", "fr", {"cafes"}, ["cafe\u0301s"]),
        ("nothing", "en", {"no"}, []),
    ],
)
def test_hits_are_the_words_as_they_are_written(text, language, wanted, marked):
    places = snippets.joined(analysis.hits(text, language, wanted))
    assert [text[start:end] for start, end in places] == marked


def cut(text, word):
    places = list(analysis.hits(text, "en", {word}))
    pieces = snippets.snippet(text, places)
    return "".join(piece for piece, _marked in pieces), [p for p, marked in pieces if marked]


def test_a_short_text_is_shown_whole():
    assert cut("One peace. Two.", "peace") == ("One peace. Two.", ["peace"])


def test_a_long_text_is_cut_at_sentences():
    text = "Much was said before it. " * 9 + "There was peace then. " + "More was said. " * 40
    shown, marked = cut(text, "peace")
    assert shown.startswith("… There was peace then. More was said.")
    assert shown.endswith("said. …") and len(shown) <= snippets.LENGTH + 4 and marked == ["peace"]


def test_a_sentence_that_does_not_fit_is_cut_between_words():
    text = "word " * 200 + "peace " + "word " * 200
    shown, marked = cut(text, "peace")
    assert shown.startswith("… word ") and shown.endswith(" word …") and marked == ["peace"]
    assert len(shown) <= snippets.LENGTH + 4


def test_a_text_without_spaces_is_cut_all_the_same():
    shown, marked = cut("x" * 3000, "peace")
    assert len(shown) <= snippets.LENGTH + 2 and marked == []


def test_the_piece_with_most_of_what_was_asked_for_is_shown():
    text = "Peace. " + "Other things. " * 60 + "Peace and peace and peace."
    assert cut(text, "peace")[1] == ["Peace", "peace", "peace"]


def test_what_is_asked_and_what_is_written_become_the_same():
    for one, other in (
        ("İSTANBUL", "istanbul"),
        ("مدرسة", "مَدْرَسَه"),
        ("Ｃafé", "CAFE"),
        ("٢٠", "20"),
    ):
        assert analysis.forms(one, "").words == analysis.forms(other, "").words


def test_a_snippet_is_cut_between_words_however_long_they_are():
    word = "interdepartmental"
    start = 20 * len(f"{word} ")
    pieces = snippets.snippet(f"{word} " * 40, [(start, start + len(word))])
    assert pieces[0] == ("… ", False) and pieces[-1] == (" …", False)
    assert {part for piece, _marked in pieces[1:-1] for part in piece.split()} == {word}
