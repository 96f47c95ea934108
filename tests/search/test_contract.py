"""The contract of search, the same on both databases: what matches, and in which order."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from articles import editing
from articles.models import Article, FailedSearch, SearchDocument, Status, Tag
from articles.search import DEFAULT_LIMITS, Limits, candidates, ranking, search_articles
from articles.search.candidates import build_segments
from articles.search.index import TAG_PREFIX
from articles.search.lexicon import MAX_TAGS_OF_WORD, current_lexicon
from articles.search.plan import build_plan
from articles.search.query import parse_query
from articles.search.statistics import weigh
from articles.views import search as search_view
from tests import factories

pytestmark = pytest.mark.django_db


def titles(query, **options):
    """Return the titles of the results that match the whole query."""
    results = search_articles(query, **options)
    return [] if results.relaxed else [hit.article.title for hit in results.hits]


WORDS = Path(__file__).with_name("contract-words.txt")


def cases():
    for line in WORDS.read_text(encoding="utf-8").splitlines()[1:]:
        language, text, query, matches = (part.strip() for part in line.split("|"))
        text = text.replace("\\n", "\n")
        yield pytest.param(
            language, text, query, matches == "yes", id=f"{language}: {text} ← {query}"
        )


@pytest.mark.parametrize(("language", "text", "query", "matches"), list(cases()))
def test_a_query_matches_a_text(language, text, query, matches):
    factories.article("Subject", language=language, body=text)
    factories.article("Other", body="Nothing of it.")
    assert titles(query) == (["Subject"] if matches else [])


def test_one_query_matches_articles_of_every_language():
    factories.article("Nations", body="nations")
    factories.article("Les nations", language="fr", slug="les-nations", body="nationales")
    factories.article("الأمم", language="ar", body="nation")
    assert set(titles("nation")) == {"Nations", "Les nations", "الأمم"}
    assert titles("nation", language="fr") == ["Les nations"]


FIELDS = {
    "title": {"title": "Peace of mind"},
    "alias": {"aliases": ["Peace for all"]},
    "former name": {"former": ["Peaceful"]},
    "tag": {"tags": ["world peace"]},
    "synonym of a tag": {"tags": ["harmony"]},
    "heading": {"body": "## How peace begins\n\nAt home."},
    "summary": {"summary": "About peace."},
    "body": {"body": "There was peace."},
    "code": {"body": "`peace`"},
    "table": {"body": "| a |\n| - |\n| peace |"},
    "note": {"body": "A.[^1]\n\n[^1]: peace"},
    "link": {"body": "[[Elsewhere|peace]]"},
}


@pytest.mark.parametrize("field", FIELDS)
def test_a_word_matches_in_each_field(field):
    fields = {"title": "Subject", **FIELDS[field]}
    factories.article(**fields)
    factories.article("Other")
    if field == "synonym of a tag":
        editing.save_tag(Tag.objects.get(name="harmony"), ["peace"])
    assert titles("peace") == [fields["title"]]


@pytest.mark.parametrize("field", ["body", "summary"])
def test_a_word_that_is_wrapped_at_the_end_of_a_line_is_shown_as_one(field):
    factories.article("Library", language="ja", **{field: "東京の図書\n館です。"})
    (hit,) = search_articles("図書館").hits
    assert ("図書館", True) in hit.snippet


def test_fields_rank_in_the_order_title_alias_heading_body():
    text = "Nothing was said of it, " * 9
    factories.article("Zero", slug="zero", body=f"{text} peace")
    factories.article("One", body=f"{text}\n\n## Peace\n\nOnce.")
    factories.article("Three", aliases=["Peace and quiet"], body=text)
    factories.article("Four peaces", body=text)
    factories.article("The peace five", body=text)
    assert titles("peace") == ["The peace five", "Four peaces", "Three", "One", "Zero"]


def test_an_article_with_a_tag_ranks_above_one_that_mentions_the_word():
    text = "Nothing was said of it, " * 9
    factories.article("Mentioned", body=f"{text} peace")
    factories.article("Tagged", tags=["peace"], body=text)
    assert titles("peace") == ["Tagged", "Mentioned"]


def test_a_text_about_a_word_ranks_above_a_heading_of_a_long_article():
    factories.article("Heading", body="## Peace\n\n" + "talks " * 8000)
    factories.article("Body", body="peace talks " * 50)
    assert titles("peace") == ["Body", "Heading"]


def test_a_rare_word_weighs_more_than_a_common_one():
    for number in range(9):
        factories.article(f"Article {number}", body="peace talks and more and more peace")
    factories.article("Rare", body="harmony and more and more of it")
    factories.article("Common", body="peace and peace and peace and peace")
    results = search_articles("harmony peace")
    assert results.hits[0].article.title == "Rare" and results.hits[0].missing == ["peace"]


def test_stop_words_of_a_question_neither_match_nor_lack():
    factories.article("Treaty", body="An agreement that ended hostilities.")
    for number in range(9):
        factories.article(f"Article {number}", body="What is this and how was it for them?")
    results = search_articles("what is the agreement for how hostilities ended?")
    assert results.hits[0].article.title == "Treaty" and not results.hits[0].missing
    assert not results.relaxed


def test_words_of_grammar_alone_are_words():
    factories.article("Question", body="What is what?")
    assert titles("what") == titles("what is") == ["Question"]


def test_stop_words_are_highlighted_only_if_all_words_are():
    factories.article("Subject", body="The end of the war. What is it?")
    for query, expected in (("the end of the war", {"end", "war"}), ("what is", {"What", "is"})):
        [hit] = search_articles(query).hits
        assert {fragment for fragment, marked in hit.snippet if marked} == expected


def test_a_phrase_does_not_match_across_the_summary_and_the_text():
    article = factories.article("Subject", summary="A red fox.", body="Box of a brown fox.")
    for query in ('"red fox"', '"brown fox"'):
        assert [hit.article for hit in search_articles(query).hits] == [article]
        assert not search_articles(query).without_phrases
    assert search_articles('"fox box"').without_phrases


def test_the_words_of_the_summary_and_the_text_count_together():
    article = factories.article("Subject", summary="Red foxes.", body="A fox, and foxes.")
    row = SearchDocument.objects.get(article=article)
    counts = dict(zip(row.roots.split(), row.counts, strict=True))
    assert row.length == 4  # Stop words are not counted.
    assert ord(counts["fox"]) == 32 + 3


def test_words_that_were_not_looked_up_are_not_called_missing(monkeypatch):
    monkeypatch.setattr(ranking, "MAX_EXACT", 1)
    for number in range(3):
        factories.article(f"Rare {number}", body="rare common")
    for number in range(30):
        factories.article(f"Other {number}", body="common")
    hits = search_articles("rare common", limits=Limits(postings=5)).hits
    assert [(hit.article.title[:4], hit.missing) for hit in hits] == [("Rare", [])] * 3


def test_an_article_whose_name_is_the_query_comes_first():
    factories.article("Defense budget of the budget for defense", body="defense budget " * 9)
    factories.article("Expenditure", aliases=["Defense Budget"])
    assert titles("defense-BUDGET")[0] == "Expenditure"
    assert titles('"defense budget"')[0] == "Expenditure"


def test_an_article_whose_name_is_the_query_comes_first_within_a_tag_or_language():
    factories.article("Apparatus", aliases=["Gizmo Set"], tags=["tools"], language="fr")
    factories.article("Gizmo set of a gizmo", tags=["tools"], language="fr")
    factories.article("Device", aliases=["Gizmo-set"], slug="device", language="en")
    for filters in ({"tag": "tools"}, {"language": "fr"}, {"language": "FR", "tag": "tools"}):
        assert titles("gizmo set", **filters) == ["Apparatus", "Gizmo set of a gizmo"]
    assert titles("tag:tools gizmo set") == ["Apparatus", "Gizmo set of a gizmo"]
    assert titles("gizmo set", language="de") == []


@pytest.mark.parametrize("name", ["∑", 'The "Great" Game', 'צה"ל', "C & C++"])
def test_an_article_with_symbols_in_its_name_is_found_by_that_name(name):
    factories.article(f"{name} and more of it", body=name * 9)
    factories.article(name)
    assert titles(name)[0] == name


def test_bodies_rank_by_term_frequency_and_ties_by_title():
    factories.article("B", body="peace and more and more")
    factories.article("A", body="peace and more and more")
    factories.article("C", body="peace and peace and peace")
    assert titles("peace") == ["C", "A", "B"]


def test_words_that_form_a_phrase_rank_higher():
    factories.article("A", body="peace in the world, and the talks")
    factories.article("B", body="world, and in the peace talks the")
    assert titles("peace talks") == ["B", "A"]


def test_a_whole_word_ranks_above_a_prefix():
    factories.article("Peacekeeping")
    factories.article("Peace at last and after all")
    assert titles("peace") == ["Peace at last and after all", "Peacekeeping"]


def test_if_many_articles_have_the_last_word_its_prefix_matches_only_in_names():
    for number in range(20):
        factories.article(f"Peace {number}")
    factories.article("Peacekeeping")
    factories.article("Missions", body="peacekeeping")
    results = search_articles("peace", page=3)
    assert (results.total, results.hits[-1].article.title) == (21, "Peacekeeping")
    assert set(titles("peacek")) == {"Peacekeeping", "Missions"}


def test_the_total_is_a_lower_bound_if_too_many_names_start_with_the_query():
    limits = Limits(names=3, prefix_below=1)
    for number in range(3):
        factories.article(f"Warsaw {number}")
    factories.article("Peace", body="war")
    results = search_articles("war", limits=limits)
    assert (results.total, results.more) == (4, False)
    factories.article("Warsaw 3")
    results = search_articles("war", limits=limits)
    assert (results.total, results.more) == (4, True)


def test_a_tag_filter_ignores_diacritics():
    factories.article("One", tags=["Şehir planı"])
    factories.article("Two", tags=["Şehir"])
    assert titles("tag:sehir") == ["Two"]
    assert titles('tag:"sehir plani"') == titles('tag:"Şehir planı"') == ["One"]
    assert titles("-tag:sehir one") == ["One"]


def test_a_tag_filter_takes_a_name_or_synonym():
    factories.article("One", tags=["International Cooperation"], body="peace")
    factories.article("Two", tags=["history"], body="peace")
    editing.save_tag(Tag.objects.get(name="International Cooperation"), ["working together"])
    for query in (
        'tag:"international cooperation"',
        "tag:international-cooperation peace",
        'peace TAG:"Working  together"',
        "peace -tag:history",
    ):
        assert titles(query) == ["One"], query
    assert titles("tag:unknown") == titles("peace tag:unknown") == []
    assert titles("tag:history -peace") == []
    assert titles("peace", tag="history") == ["Two"]


def test_only_public_articles_are_found_and_counted():
    now = timezone.now()
    factories.article("Peace", tags=["shared"])
    for status in (Status.DRAFT, Status.REVIEW, Status.ARCHIVED):
        factories.article(f"Peace {status}", status=status, tags=["shared", "hidden"])
    tomorrow = factories.article("Peace 4", publish_at=now + timedelta(days=1), tags=["shared"])
    factories.article("Peace 5", expire_at=now - timedelta(days=1), language="fr")
    results = search_articles("peace")
    assert [hit.article.title for hit in results.hits] == ["Peace"] and results.total == 1
    assert [(facet.label, facet.count) for facet in results.tags] == [("shared", 1)]
    assert [facet.value for facet in results.languages] == ["en"]
    Article.objects.filter(pk=tomorrow.pk).update(publish_at=now)
    assert search_articles("peace").total == 2


def test_tag_facets_are_in_order_of_their_counts():
    factories.article("Peace 1", tags=["often", "always"])
    factories.article("Peace 2", tags=["often", "always", "a seldom"])
    factories.article("Peace 3", tags=["always"])
    facets = [(facet.label, facet.count) for facet in search_articles("peace").tags]
    assert facets == [("always", 3), ("often", 2), ("a seldom", 1)]


def test_a_change_is_found_in_the_same_transaction():
    article = factories.article("Peace", body="old", tags=["war"])
    article.body = "new"
    editing.save(article, ["peacekeeping"])
    assert titles("new") == ["Peace"] and titles("old") == titles("war") == []
    assert titles("tag:peacekeeping") == ["Peace"]
    factories.rename(article, title="Harmony", slug="harmony")
    assert titles("harmony") == titles("peace") == ["Harmony"]
    editing.delete([article])
    assert titles("harmony") == [] and not SearchDocument.objects.exists()


def test_of_a_text_with_too_many_terms_the_first_ones_are_indexed():
    """A tsvector with more than 1 MiB of terms would hold broken ones, without an error."""
    letters = str.maketrans("0123456789", "абвгдежзик")
    words = [f"сло{number:05}во".translate(letters) for number in range(40_000)]
    text = " ".join(words)
    factories.article("Книга", language="ru", body=f"## {text[:9999]}\n\n{text[9999:]}")
    row = SearchDocument.objects.get()
    assert 650_000 < len(f"{row.roots}{row.terms}".encode()) < 1 << 20
    indexed = row.body.split()
    for word in [*indexed[::997], indexed[-2]]:
        assert titles(f'"{word}"') == ["Книга"], word
    assert titles(f'"{words[-1]}"') == []


def test_a_change_that_is_rolled_back_is_not_found():
    article = factories.article("Peace", body="old")
    with transaction.atomic():
        article.body = "new"
        editing.save(article, [])
        assert titles("new") == ["Peace"]
        transaction.set_rollback(True)
    assert titles("new") == [] and titles("old") == ["Peace"]


def test_a_renamed_tag_is_found_by_its_new_name_and_synonyms_at_once():
    factories.article("One", tags=["war"])
    tag = Tag.objects.get(name="war")
    tag.name = "armed conflict"
    editing.save_tag(tag, ["hostilities"])
    assert titles("conflicts") == titles("hostility") == titles("war") == ["One"]
    editing.save_tag(tag, [])
    editing.delete_tags([tag])
    assert titles("conflict") == titles("war") == []


def test_articles_loaded_from_fixtures_are_found(tmp_path, django_capture_on_commit_callbacks):
    file = tmp_path / "peace.md"
    file.write_text("---\ntitle: Peace\nstatus: published\ntags: [harmony]\n---\n\nQuiet times.\n")
    with django_capture_on_commit_callbacks(execute=True):
        call_command("loaddata", file, verbosity=0)
    assert titles("quiet") == titles("harmony") == titles("peace") == ["Peace"]


def test_reindex_rebuilds_the_index(capsys):
    factories.article("Peace", tags=["harmony"])
    factories.article("War")
    SearchDocument.objects.all().delete()
    assert titles("peaceful") == []
    call_command("reindex", batch_size=1)
    assert titles("harmony") == titles("peaceful") == ["Peace"]
    assert capsys.readouterr().out == "Indexed 2 article(s).\n"


HOSTILE = [
    *(
        "",
        " ",
        '"',
        '""',
        '"""',
        "'",
        "''",
        "-",
        "--",
        "*",
        "a*",
        "(",
        ")",
        "a AND",
        "NOT a",
        "OR",
    ),
    *(
        "NEAR(a b)",
        "a:b",
        "terms:a",
        "^a",
        "{a}",
        "a & b",
        "a | !b",
        "a <-> b",
        "a:*",
        "\\",
        "\\'",
    ),
    *("a\0b", "\0", "\ud800", "'; DROP TABLE x; --", "%", "_", "%s", "{}", "$1", "tag:", 'tag:"'),
    *(
        "-tag:",
        "tag:-",
        "-a",
        "-a -b",
        '-"a b"',
        "x" * 10_000,
        "x " * 5_000,
        '"' * 10_000,
        "é" * 999,
    ),
    *(
        "\U0001f600",
        "\u202e",
        "\ufeff",
        "ﷺ" * 200,
        "a\u0301" * 200,
        "½",
        "²",
        "\x1f",
        "e\u0301",
        "_a",
    ),
    *("=peace", "#1", "@en", "~0", "^peace", "\N{KELVIN SIGN}", "İ", "ı", "图" * 300, "ก" * 300),
]


@pytest.mark.parametrize("query", HOSTILE, ids=[str(n) for n in range(len(HOSTILE))])
def test_any_text_is_a_valid_query(client, query):
    factories.article("Peace", body="a b", tags=["a"])
    response = client.get("/search/", {"q": query.encode(errors="replace").decode()})
    assert response.status_code == 200
    assert search_articles(query).total <= 1


@pytest.mark.parametrize("query", ["=peace", "#1", "@en", "~0", "_mission"])
def test_the_term_prefixes_of_the_index_have_no_meaning_in_a_query(query):
    factories.article("Missions", body="peaceful and war")
    assert titles(f"{query} war") == titles(f"{query.lstrip('=#@~_')} war")


@pytest.mark.parametrize(
    "filters", [{"tag": "\0'x"}, {"language": "en'\" OR"}, {"language": "x" * 999}]
)
def test_an_unknown_tag_or_language_matches_nothing(client, filters):
    factories.article("Peace")
    response = client.get("/search/", {"q": "peace", **filters})
    assert response.status_code == 200 and "No results for" in response.content.decode()


FEW = Limits(candidates=3, postings=30)


def test_if_too_many_articles_match_those_in_which_the_word_weighs_most_are_ranked():
    assert DEFAULT_LIMITS.candidates <= 1000
    text = "Nothing was said of it, " * 99
    factories.article("Old peace", body=text)
    factories.article("Alias", aliases=["Peaces"], body=text)
    factories.article("Often", body=f"{text} {'peace ' * 30}")
    for number in range(40):
        factories.article(f"Article {number}", body=f"{text} peace")
    results = search_articles("peace", limits=FEW)
    assert [hit.article.title for hit in results.hits] == ["Old peace", "Alias", "Often"]
    assert results.more and results.total == 3


def test_a_tag_of_most_articles_is_read_only_if_the_texts_do_not_say_enough(monkeypatch):
    for number in range(40):
        factories.article(f"Article {number}", tags=["peace talks"])
    factories.article("Text", body="peace")
    tag = f"{TAG_PREFIX}{Tag.objects.get().pk}"
    plan = build_plan(parse_query("peace"), current_lexicon(), {})
    words = weigh(plan.clauses, current_lexicon())
    for enough, postings, is_read, is_all in (
        (2, 30, True, False),
        (1, 30, False, False),
        (1, 100, True, True),
    ):
        monkeypatch.setattr(candidates, "MAX_EXACT", enough)
        segments, exhaustive = build_segments(plan, words, postings)
        assert any(tag in segment.expression for segment in segments) == is_read
        assert exhaustive == is_all


@pytest.mark.parametrize("query", ["peace", 'peace -"other phrase"', "peace talks"])
def test_articles_with_a_common_tag_are_found_by_it_alone(monkeypatch, query):
    monkeypatch.setattr(candidates, "MAX_EXACT", 2)
    for number in range(40):
        factories.article(f"Article {number}", tags=["peace talks"])
    for number in range(3):
        factories.article(f"Draft {number}", body="peace", status=Status.DRAFT)
    assert len(search_articles(query, limits=Limits(postings=30)).hits) == 10


def test_the_articles_with_all_words_are_ranked_even_if_each_word_is_in_too_many():
    text = "Nothing was said of it, " * 99
    factories.article("Both", body=f"{text} peace {text} war")
    for number in range(40):
        word = "peace" if number % 2 else "war"
        factories.article(f"Article {number}", body=f"{text} {word}")
    results = search_articles("peace war", limits=FEW)
    assert results.hits[0].article.title == "Both" and results.full_matches == 1


def test_candidates_that_readers_may_not_see_take_no_place_of_others():
    for number in range(30):
        factories.article(f"Draft {number}", body="peace " * 9, status=Status.DRAFT)
    factories.article("Public", body="peace and nothing else of it")
    assert titles("peace", limits=Limits(candidates=2)) == ["Public"]


def test_if_no_article_has_all_words_those_with_some_are_listed_with_a_note(client):
    factories.article("One", body="peace and war")
    factories.article("Two", body="peace and peace and nothing else")
    factories.article("Three", body="nothing of it")
    results = search_articles("peace war harmony")
    assert results.relaxed and [hit.article.title for hit in results.hits] == ["One", "Two"]
    assert search_articles("peace war").relaxed is False
    assert titles('"peace or" harmony') == []
    html = client.get("/search/", {"q": "peace war harmony"}).content.decode()
    assert "No article contains all of these words" in html
    assert 'Missing: <s dir="auto">harmony</s></p>' in " ".join(html.split())


def test_an_article_without_a_word_of_little_information_follows_those_with_all_words(client):
    for number in range(20):
        factories.article(f"Article {number}", body="peace and more of it")
    factories.article("Both", body="harmony and so much more of it, and also peace")
    factories.article("Rare", body="harmony and harmony")
    results = search_articles("harmony peace")
    first = [hit.article.title for hit in results.hits[:2]]
    assert sorted(first) == ["Both", "Rare"] and results.full_matches == 1
    assert [hit.missing for hit in results.hits[:2] if hit.article.title == "Rare"] == [["peace"]]
    html = " ".join(client.get("/search/", {"q": "harmony peace"}).content.decode().split())
    assert "No article contains all of these words" not in html and "Missing: <s" in html


def test_two_words_are_not_drowned_in_articles_with_one_of_them():
    for number in range(60):
        factories.article(f"Article {number}", body="peace talks" if number % 2 else "war games")
    factories.article("Both", body="war and peace")
    results = search_articles("peace war")
    assert results.total == 20 and results.hits[0].article.title == "Both"


def test_an_unfinished_word_that_is_longer_than_its_root_is_completed():
    factories.article("Subject", body="They discussed international cooperation.")
    factories.article("Other", body="An internal matter for Mr Cope.")
    for query in ("cooperat", "internationa", "cooperati"):
        assert titles(query) == ["Subject"], query


def test_a_sentence_in_a_script_without_spaces_finds_the_articles_with_most_of_it():
    factories.article("Library", language="ja", body="東京都の図書館は広いです。")
    factories.article("Park", language="ja", body="公園です。")
    results = search_articles("東京の図書館はどこですか")
    assert results.hits[0].article.title == "Library" and results.relaxed


def test_long_questions_are_read_to_their_sixty_fourth_word():
    factories.article("Last", body="harmony")
    filler = " ".join(f"word{number}" for number in range(63))
    assert [hit.article.title for hit in search_articles(f"{filler} harmony").hits] == ["Last"]
    results = search_articles(f"more {filler} harmony")
    assert results.query.truncated and not results.hits


def test_a_name_with_a_phrase_is_found_among_many_articles_with_its_words():
    factories.article("United Nations of old")
    factories.article("History", body="## The United Nations\n\nOnce.")
    for number in range(20):
        factories.article(f"Article {number}", body="nations were united")
    factories.article("New", body="united nations")
    results = titles('"united nations"', limits=Limits(phrase_batch=5))
    assert results == ["United Nations of old", "History", "New"]


SMALL_BATCHES = Limits(phrase_batch=3)


def test_a_phrase_is_found_in_the_oldest_of_many_articles_with_its_words(rf):
    factories.article("Oldest", body="The quick brown marmot sleeps.")
    for number in range(20):
        factories.article(f"Article {number}", body="A marmot, quick to run, and brown.")
    assert titles('"quick brown marmot"', limits=SMALL_BATCHES) == ["Oldest"]
    assert titles('marmot -"quick to run"', limits=SMALL_BATCHES) == ["Oldest"]
    assert titles('"quick brown run"', limits=SMALL_BATCHES) == []
    search_view(rf.get("/search/", {"q": '"quick brown marmot"'}), SMALL_BATCHES)
    assert not FailedSearch.objects.exists()


def test_an_incomplete_phrase_search_says_so_and_is_not_counted_as_failed(rf):
    limits = Limits(phrase_batch=3, phrase_scan=6)
    for number in range(20):
        factories.article(f"Article {number}", body="A marmot, quick to run, and brown.")
    response = search_view(rf.get("/search/", {"q": '"quick brown marmot"'}), limits)
    assert "Too many matches to compare them all" in response.content.decode()
    assert not FailedSearch.objects.exists()
    assert titles('"quick to run"', limits=limits)


@pytest.mark.parametrize(
    "query",
    [
        '"quick brown marmot"',
        'the sleep of a "quick brown marmot" in winter',
        '"brown marmot" "winter sleep"',
        '"Marmots"',
        "«quick brown marmot»",
    ],
)
def test_if_no_article_has_a_phrase_its_words_are_searched_and_the_page_says_so(client, query):
    factories.article("Marmots of the Alps", body="A quick, brown animal. Winter sleep.")
    factories.article("Other", body="Nothing of it.")
    results = search_articles(query)
    assert [hit.article.title for hit in results.hits] == ["Marmots of the Alps"]
    assert results.without_phrases == (query != '"Marmots"')
    page = client.get("/search/", {"q": query}).content.decode()
    assert ("Results without the quotation marks" in page) == results.without_phrases


@pytest.mark.parametrize(
    "query", ["zebra -peace", '"zebra" -peace', '"zebra" -"of it"', "tag:none -it"]
)
def test_words_that_no_article_has_and_exclusions_match_nothing(query):
    factories.article("Subject", body="War and peace.")
    factories.article("Other", body="Nothing of it.")
    assert search_articles(query).hits == []


def test_a_phrase_is_required_if_an_article_has_it():
    factories.article("Subject", body="A quick brown marmot.")
    factories.article("Other", body="A marmot, brown and quick.")
    results = search_articles('"quick brown marmot"')
    assert [hit.article.title for hit in results.hits] == ["Subject"]
    assert not results.without_phrases
    assert not search_articles('-"quick brown" zebra').without_phrases


def test_the_last_word_of_a_phrase_is_not_searched_as_a_prefix():
    factories.article("Subject", body="pea")
    phrase, word = (
        build_plan(parse_query(text), current_lexicon(), {}) for text in ("図書館", "図書館 pea")
    )
    assert not any(clause.may_be_prefix for clause in phrase.clauses)
    assert word.should[-1].may_be_prefix


def test_an_article_with_a_phrase_is_counted_once_over_all_batches():
    for number in range(12):
        body = "quick and brown" if number % 3 else "quick brown"
        factories.article(f"Article {number}", body=body)
    results = search_articles('"quick brown"', limits=SMALL_BATCHES)
    assert (results.total, results.more, len(results.hits)) == (4, False, 4)
    assert search_articles('-"quick brown" quick', limits=SMALL_BATCHES).total == 8


@pytest.mark.parametrize(
    ("text", "query"),
    [
        (
            "WHO は"
            + "世界中の人々の健康の増進と保護を目的とする組織である" * 6
            + "紛争"
            + "、交渉" * 99,
            "紛争",
        ),
        (
            "GDP " + "首都北京的一所综合性大学，" * 4 + "图书馆" + "历史悠久，规模宏大，" * 40,
            "图书馆",
        ),
    ],
)
def test_a_snippet_includes_its_match_if_the_only_space_is_before_it(text, query):
    factories.article("Subject", language="ja", body=text)
    [hit] = search_articles(query).hits
    assert [fragment for fragment, marked in hit.snippet if marked] == [query]


def test_a_word_of_many_tags_is_searched_in_the_most_used_of_them():
    for number in range(MAX_TAGS_OF_WORD + 1):
        factories.article(
            f"History {number:02}", tags=[f"history of {number:02}"], body="Nothing."
        )
    factories.article("Often", tags=["history of 00"], body="Nothing.")
    lexicon = current_lexicon()
    assert len(lexicon.tags_by_root["of"]) == MAX_TAGS_OF_WORD
    assert Tag.objects.get(name="history of 00").pk in lexicon.tags_by_root["of"]
    assert titles(f"tag:'history of {MAX_TAGS_OF_WORD}'".replace("'", '"')) == [
        f"History {MAX_TAGS_OF_WORD}"
    ]


def test_articles_with_little_of_a_question_are_results_if_they_are_among_the_best(monkeypatch):
    monkeypatch.setattr("articles.search.candidates.MAX_EXACT", 2)
    monkeypatch.setattr("articles.search.results.MIN_RESULTS", 2)
    rare = [factories.article(f"Rare {number}", body="zeppelin hangar common") for number in "012"]
    for number in range(5):
        factories.article(f"Common {number}", body="common")
    query = "zeppelin hangar common"
    assert titles(query) == ["Rare 0", "Rare 1", "Rare 2"]
    # Others take the places of those that are not public.
    for article in rare[:2]:
        article.status = Status.DRAFT
        editing.save(article)
    assert titles(query) == ["Rare 2", "Common 0"]
