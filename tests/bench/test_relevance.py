"""Test collections, and the measures of how well they are searched."""

import math

import pytest

from tests.bench import relevance, smart

DOCUMENTS = """.I 1
.T
wings and
slipstreams
.A
ting-yili
.W
lift of a wing .
  .not a section
.I 2
.W
shear flow past a flat plate
.X
7	5	1
.I 3
.T
boundary layers
.W
the plate of a heated boundary layer
"""
QUESTIONS = ".I 001\n.W\nwhat is the lift of wings .\n.I 004\n.W\nflow past a plate\n.A\nTing\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tiny.all.3").write_text(DOCUMENTS)
    (tmp_path / "tiny.qry").write_text(QUESTIONS)
    (tmp_path / "tinyqrel").write_text("1 1 2 \n\n2 2 1\n2 3 3\n2 1 -1\n")
    return tmp_path


def test_documents_have_their_title_and_text(folder):
    documents = smart.read_collection(folder).documents
    assert [document.number for document in documents] == [1, 2, 3]
    assert documents[0].title == "wings and\nslipstreams"
    assert documents[0].text == "lift of a wing .\n  .not a section"
    assert documents[1].title == ""


def test_judgments_count_questions_whose_numbers_differ(folder):
    questions = smart.read_collection(folder).questions
    assert [question.text for question in questions] == [
        "what is the lift of wings .",
        "flow past a plate",
    ]
    assert [question.grades for question in questions] == [{1: 3}, {2: 4, 3: 2}]


def test_judgments_name_questions_by_their_numbers(folder):
    (folder / "tinyqrel").write_text("4\t2\t0\t0.000000\n  04 3\n")
    [question] = smart.read_collection(folder).questions
    assert question == smart.Question("flow past a plate", {2: 5, 3: 5})


def test_judgments_in_the_format_of_trec(folder):
    (folder / "tinyqrel").write_text("4 0 2 1\n4 0 3 1\n4 0 1 0\n")
    [question] = smart.read_collection(folder).questions
    assert question.grades == {2: 5, 3: 5}


def test_a_folder_of_collections(folder):
    other = folder / "other"
    other.mkdir()
    for name, file in (("A.ALL", "tiny.all.3"), ("query.text", "tiny.qry"), ("A.REL", "tinyqrel")):
        (folder / file).rename(other / name)
    assert [collection.name for collection in smart.read_collections(folder)] == ["other"]


def test_an_incomplete_collection_is_an_error(folder):
    (folder / "tinyqrel").unlink()
    with pytest.raises(ValueError, match="0 files"):
        smart.read_collection(folder)


def test_two_documents_with_one_number_are_an_error(folder):
    (folder / "tiny.all.3").write_text(DOCUMENTS + DOCUMENTS)
    with pytest.raises(ValueError, match="2 documents with the number 1"):
        smart.read_collection(folder)


def test_a_collection_without_answers_is_an_error(folder):
    (folder / "tinyqrel").write_text("1 1 -1\n")
    with pytest.raises(ValueError, match="No question"):
        smart.read_collection(folder)


def test_the_measures():
    grades = {1: 4, 2: 1}
    ideal = 4 + 1 / math.log2(3)
    assert relevance.ndcg([1, 2], grades) == pytest.approx(1)
    assert relevance.ndcg([5, 2, 1], grades) == pytest.approx((1 / math.log2(3) + 2) / ideal)
    assert relevance.ndcg([*range(10, 20), 1], grades) == 0
    assert relevance.recall([5, 2, 6], grades) == 0.5
    assert relevance.recall([*range(10, 30), 1], grades) == 0
    assert relevance.reciprocal_rank([5, 2, 1], grades) == 0.5
    assert relevance.reciprocal_rank([], grades) == 0


def test_forms_of_a_question():
    question = "What are the effects of heat on a thin flat plate?"
    forms = [rewrite(question) for rewrite in relevance.FORMS.values()]
    assert forms == [question, "effects heat thin flat plate", "effects heat thin flat"]


@pytest.mark.django_db
def test_all_engines_find_the_answer(folder):
    collection = smart.read_collection(folder)
    for by_engine in relevance.measure(collection).values():
        assert {name: scores.mrr for name, scores in by_engine.items()} == {
            "Diwan": 1,
            "bm25s": 1,
            "FTS5": 1,
        }


def test_titles_that_no_article_can_have_get_the_number_of_the_document():
    documents = [
        smart.Document(7, "", "a"),
        smart.Document(8, "Wing", ""),
        smart.Document(9, "wing", ""),
    ]
    documents += [smart.Document(number, "long " * 50, "text") for number in (10, 11)]
    articles = relevance.build_articles(documents)
    assert [article.title for article in articles[:3]] == ["7", "Wing", "wing 9"]
    assert f"{articles[3].title}{articles[3].body}".split() == ["long"] * 50 + ["text"]
    assert len({article.slug for article in articles}) == 5


def test_records_may_end_with_a_slash(tmp_path):
    (tmp_path / "doc-text").write_text("\n1\nlift of\na wing\n   /\n2\nshear flow\n   /\n /\n")
    (tmp_path / "query-text").write_text("1\nFLOW\n/\n")
    (tmp_path / "rlv-ass").write_text("1\n  2\n   /\n")
    [collection] = smart.read_collections(tmp_path)
    assert [d.text for d in collection.documents] == ["lift of\na wing", "shear flow"]
    assert collection.questions == [smart.Question("FLOW", {2: 5})]


def test_titles_that_differ_only_in_signs_have_different_slugs():
    documents = [smart.Document(1, "ALGOL 60", ""), smart.Document(2, "ALGOL-60", "")]
    assert len({article.slug for article in relevance.build_articles(documents)}) == 2
