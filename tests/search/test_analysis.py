"""The analyzer and the snippets: how words are matched, and where a text is cut."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from articles.search import analysis, snippets, stemming


@pytest.mark.parametrize(
    ("text", "language", "roots", "marked"),
    [
        ("Peace missions ended.", "en", {"mission"}, ["missions"]),
        ("L'État, c'est moi", "fr", {"etat"}, ["État"]),
        ("The nation's Straße", "en", {"nation", "strass"}, ["nation", "Straße"]),
        ("كَتَبَ الكِتابَ", "ar", {"كتاب"}, ["الكِتابَ"]),
        ("東京都の図書館です", "ja", {"図書", "書館"}, ["図書館"]),
        ("葛\U000e0100城市の", "ja", {"葛城", "城市"}, ["葛\U000e0100城市の"]),
        ("İSTANBUL'da", "tr", {"istanbul"}, ["İSTANBUL'da"]),
        ("e\u0301lans", "fr", {"elan"}, ["e\u0301lans"]),
        ("nothing", "en", {"no"}, []),
    ],
)
def test_matches_are_spans_of_words_in_their_surface_form(text, language, roots, marked):
    forms = analysis.analyze(text, language, len(text)).forms
    words = roots.union(*(forms.get(root, ()) for root in roots))
    spans = snippets.merge_spans(analysis.match_spans(text, words))
    assert [text[start:end] for start, end in spans] == marked


def excerpt(text, word):
    """Return the snippet of a text for a word, and what is highlighted in it."""
    spans = list(analysis.match_spans(text, {word}))
    fragments = snippets.snippet(text, spans)
    return "".join(part for part, _marked in fragments), [p for p, marked in fragments if marked]


def test_a_short_text_is_not_cut():
    assert excerpt("One peace. Two.", "peace") == ("One peace. Two.", ["peace"])


def test_a_long_text_is_cut_at_sentences():
    text = "Much was said before it. " * 9 + "There was peace then. " + "More was said. " * 40
    snippet, marked = excerpt(text, "peace")
    assert snippet.startswith("… There was peace then. More was said.")
    assert (
        snippet.endswith("said. …") and len(snippet) <= snippets.LENGTH + 4 and marked == ["peace"]
    )


def test_a_sentence_that_does_not_fit_is_cut_between_words():
    text = "word " * 200 + "peace " + "word " * 200
    snippet, marked = excerpt(text, "peace")
    assert snippet.startswith("… word ") and snippet.endswith(" word …") and marked == ["peace"]
    assert len(snippet) <= snippets.LENGTH + 4


def test_a_text_without_spaces_is_cut_at_the_length():
    snippet, marked = excerpt("x" * 3000, "peace")
    assert len(snippet) <= snippets.LENGTH + 2 and marked == []


def test_a_snippet_is_taken_from_where_matches_are_densest():
    text = "Peace. " + "Other things. " * 60 + "Peace and peace and peace."
    assert excerpt(text, "peace")[1] == ["Peace", "peace", "peace"]


def test_spellings_that_differ_in_case_diacritics_or_digits_have_the_same_terms():
    for first, second in (
        ("İSTANBUL", "istanbul"),
        ("مدرسة", "مَدْرَسَه"),
        ("Ｃafé", "CAFE"),
        ("٢٠", "20"),
    ):
        first_terms, second_terms = (analysis.terms_of_word(w, "") for w in (first, second))
        assert first_terms.sequence == second_terms.sequence


def test_a_snippet_is_cut_between_words_however_long_they_are():
    word = "interdepartmental"
    start = 20 * len(f"{word} ")
    fragments = snippets.snippet(f"{word} " * 40, [(start, start + len(word))])
    assert fragments[0] == ("… ", False) and fragments[-1] == (" …", False)
    assert {part for text, _marked in fragments[1:-1] for part in text.split()} == {word}


@pytest.mark.parametrize("language", sorted(stemming.STEMMERS))
def test_every_language_with_a_stemmer_stems(language):
    assert stemming.STEMMERS_OF_THREAD.stem("a", language)


def test_threads_do_not_share_a_stemmer():
    with ThreadPoolExecutor(max_workers=1) as pool:
        other = pool.submit(lambda: stemming.STEMMERS_OF_THREAD.stemmer("en")).result()
    assert other is not stemming.STEMMERS_OF_THREAD.stemmer("en")


def test_all_forms_of_a_word_have_a_root_in_common():
    for language, forms in {
        "en": ("mission", "Missions"),
        "de": ("Häuser", "Haus", "hauser"),
        "ar": ("والكتاب", "كتاب"),
        "sw": ("kitabu", "Kitabu"),
    }.items():
        roots = [analysis.terms_of_word(form, language).roots for form in forms]
        assert frozenset.intersection(*roots), (language, roots)
    assert analysis.terms_of_word("図書館", "ja").roots == {"図書", "書館", "図", "書", "館"}
