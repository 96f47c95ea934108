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


def test_stop_words_leave_room_for_others_in_a_long_query():
    words = [f"w{number}" for number in range(70)]
    query = parse_query(" and the ".join(words))
    assert [word.text for word in query.words if word.text in words] == words[:64]
    assert query.truncated and not query.may_be_prefix


def test_a_long_query_of_few_words_besides_stop_words_is_read_to_its_end():
    query = parse_query(f"{'what is the name of the ' * 12} river")
    assert query.words[-1].text == "river"
    assert query.may_be_prefix and not query.truncated


def test_stop_words_alone_are_words_like_others():
    assert len(parse_query("to be or not to be " * 12).parts) == 64
