"""The parts of a query."""

from articles.search.query import parse_query


def _kinds(text):
    return [part.kind for part in parse_query(text).parts]


def test_a_word_in_quotation_marks_is_exact_among_few_words():
    assert _kinds('module "matches" contexts') == ["word", "phrase", "word"]


def test_a_sentence_mentions_words_in_quotation_marks():
    sentence = 'how can one check that a module "matches" the contexts of its use'
    assert _kinds(sentence) == ["word"] * 13
    assert parse_query(sentence).words[7].text == "matches"
    assert sentence[parse_query(sentence).parts[7].start :].startswith("matches")


def test_a_sentence_requires_phrases_and_exclusions():
    sentence = 'how can one check that a "module matches" the contexts of -"its" use'
    parts = parse_query(sentence).parts
    assert [part.text for part in parts if part.kind == "phrase"] == ["module matches", "its"]
    assert [part.text for part in parts if part.excluded] == ["its"]
