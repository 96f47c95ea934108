"""What search means. The same suite decides it on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from articles import editing
from articles.models import Article, FailedSearch, SearchDocument, Status, Tag
from articles.search import index, lexicon, results, search_articles
from articles.search.plan import plan
from articles.search.query import parse
from tests import factories

pytestmark = pytest.mark.django_db


def titles(question, **narrowed):
    """What answers to all of a question."""
    found = search_articles(question, **narrowed)
    return [] if found.loose else [hit.article.title for hit in found.hits]


WORDS = Path(__file__).with_name("contract-words.txt")


def cases():
    for line in WORDS.read_text(encoding="utf-8").splitlines()[1:]:
        language, text, asked, found = (part.strip() for part in line.split("|"))
        text = text.replace("\\n", "\n")
        yield pytest.param(
            language, text, asked, found == "yes", id=f"{language}: {text} ← {asked}"
        )


@pytest.mark.parametrize(("language", "text", "asked", "found"), list(cases()))
def test_words_find_what_is_written(language, text, asked, found):
    factories.article("Subject", language=language, body=text)
    factories.article("Other", body="Nothing of it.")
    assert titles(asked) == (["Subject"] if found else [])


def test_one_question_finds_articles_of_every_language():
    factories.article("Nations", body="nations")
    factories.article("Les nations", language="fr", slug="les-nations", body="nationales")
    factories.article("الأمم", language="ar", body="nation")
    assert set(titles("nation")) == {"Nations", "Les nations", "الأمم"}
    assert titles("nation", language="fr") == ["Les nations"]


PLACES = {
    "title": {"title": "Peace of mind"},
    "other name": {"aliases": ["Peace for all"]},
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


@pytest.mark.parametrize("place", PLACES)
def test_a_word_is_found_wherever_it_stands(place):
    fields = {"title": "Subject", **PLACES[place]}
    factories.article(**fields)
    factories.article("Other")
    if place == "synonym of a tag":
        editing.save_tag(Tag.objects.get(name="harmony"), ["peace"])
    assert titles("peace") == [fields["title"]]


def test_a_name_weighs_more_than_a_tag_that_more_than_a_heading_that_more_than_text():
    factories.article("Zero", slug="zero", body="peace " * 50)
    factories.article("One", body="## Peace\n\nOnce.")
    factories.article("Two", tags=["peace"], body="Nothing.")
    factories.article("Three", aliases=["Peace and quiet"], body="Nothing.")
    factories.article("Four peaces", body="Nothing.")
    factories.article("The peace five", body="Nothing.")
    assert titles("peace") == ["The peace five", "Four peaces", "Three", "Two", "One", "Zero"]


def test_a_heading_of_a_long_text_weighs_more_than_a_text_that_repeats_the_word():
    factories.article("Heading", body="## Peace\n\n" + "talks " * 8000)
    factories.article("Body", body="peace " * 50)
    assert titles("peace") == ["Heading", "Body"]


def test_the_article_that_is_called_so_comes_first():
    factories.article("Defense budget of the budget for defense", body="defense budget " * 9)
    factories.article("Expenditure", aliases=["Defense Budget"])
    assert titles("defense-BUDGET")[0] == "Expenditure"
    assert titles('"defense budget"')[0] == "Expenditure"


def test_it_comes_first_too_among_those_of_a_tag_or_a_language():
    factories.article("Apparatus", aliases=["Gizmo Set"], tags=["tools"], language="fr")
    factories.article("Gizmo set of a gizmo", tags=["tools"], language="fr")
    factories.article("Device", aliases=["Gizmo-set"], slug="device", language="en")
    for narrowed in ({"tag": "tools"}, {"language": "fr"}, {"language": "FR", "tag": "tools"}):
        assert titles("gizmo set", **narrowed) == ["Apparatus", "Gizmo set of a gizmo"]
    assert titles("tag:tools gizmo set") == ["Apparatus", "Gizmo set of a gizmo"]
    assert titles("gizmo set", language="de") == []


@pytest.mark.parametrize("name", ["∑", 'The "Great" Game', 'צה"ל', "C & C++"])
def test_an_article_with_signs_in_its_name_is_found_by_it(name):
    factories.article(f"{name} and more of it", body=name * 9)
    factories.article(name)
    assert titles(name)[0] == name


def test_a_text_that_has_the_word_more_often_comes_first_and_equals_go_by_title():
    factories.article("B", body="peace and more and more")
    factories.article("A", body="peace and more and more")
    factories.article("C", body="peace and peace and peace")
    assert titles("peace") == ["C", "A", "B"]


def test_words_that_stand_in_a_row_weigh_more():
    factories.article("A", body="peace in the world, and the talks")
    factories.article("B", body="world, and in the peace talks the")
    assert titles("peace talks") == ["B", "A"]


def test_a_whole_word_goes_before_one_that_only_begins_so():
    factories.article("Peacekeeping")
    factories.article("Peace at last and after all")
    assert titles("peace") == ["Peace at last and after all", "Peacekeeping"]


def test_where_many_have_the_last_word_only_names_are_looked_at_that_begin_so():
    for number in range(20):
        factories.article(f"Peace {number}")
    factories.article("Peacekeeping")
    factories.article("Missions", body="peacekeeping")
    found = search_articles("peace", page=3)
    assert (found.total, found.hits[-1].article.title) == (21, "Peacekeeping")
    assert set(titles("peacek")) == {"Peacekeeping", "Missions"}


def test_of_very_many_names_that_begin_so_the_number_is_at_least(monkeypatch):
    monkeypatch.setattr(results, "EACH", 3)
    monkeypatch.setattr(results, "FEW", 1)
    for number in range(3):
        factories.article(f"Warsaw {number}")
    factories.article("Peace", body="war")
    assert (search_articles("war").total, search_articles("war").more) == (4, False)
    factories.article("Warsaw 3")
    assert (search_articles("war").total, search_articles("war").more) == (4, True)


def test_a_tag_is_asked_for_with_or_without_its_marks():
    factories.article("One", tags=["Şehir planı"])
    factories.article("Two", tags=["Şehir"])
    assert titles("tag:sehir") == ["Two"]
    assert titles('tag:"sehir plani"') == titles('tag:"Şehir planı"') == ["One"]
    assert titles("-tag:sehir one") == ["One"]


def test_a_tag_is_asked_for_by_name_or_synonym():
    factories.article("One", tags=["International Cooperation"], body="peace")
    factories.article("Two", tags=["history"], body="peace")
    editing.save_tag(Tag.objects.get(name="International Cooperation"), ["working together"])
    for asked in (
        'tag:"international cooperation"',
        "tag:international-cooperation peace",
        'peace TAG:"Working  together"',
        "peace -tag:history",
    ):
        assert titles(asked) == ["One"], asked
    assert titles("tag:unknown") == titles("peace tag:unknown") == []
    assert titles("tag:history -peace") == []
    assert titles("peace", tag="history") == ["Two"]


def test_only_public_articles_are_found_counted_and_shown():
    now = timezone.now()
    factories.article("Peace", tags=["shared"])
    for status in (Status.DRAFT, Status.REVIEW, Status.ARCHIVED):
        factories.article(f"Peace {status}", status=status, tags=["shared", "hidden"])
    tomorrow = factories.article("Peace 4", publish_at=now + timedelta(days=1), tags=["shared"])
    factories.article("Peace 5", expire_at=now - timedelta(days=1), language="fr")
    found = search_articles("peace")
    assert [hit.article.title for hit in found.hits] == ["Peace"] and found.total == 1
    assert [(facet.label, facet.count) for facet in found.tags] == [("shared", 1)]
    assert [facet.value for facet in found.languages] == ["en"]
    Article.objects.filter(pk=tomorrow.pk).update(publish_at=now)
    assert search_articles("peace").total == 2


def test_the_tag_that_most_results_have_comes_first():
    factories.article("Peace 1", tags=["often", "always"])
    factories.article("Peace 2", tags=["often", "always", "a seldom"])
    factories.article("Peace 3", tags=["always"])
    counted = [(facet.label, facet.count) for facet in search_articles("peace").tags]
    assert counted == [("always", 3), ("often", 2), ("a seldom", 1)]


def test_what_an_editor_changes_is_found_in_the_same_transaction():
    article = factories.article("Peace", body="old", tags=["war"])
    article.body = "new"
    editing.save(article, ["peacekeeping"])
    assert titles("new") == ["Peace"] and titles("old") == titles("war") == []
    assert titles("tag:peacekeeping") == ["Peace"]
    factories.rename(article, title="Harmony", slug="harmony")
    assert titles("harmony") == titles("peace") == ["Harmony"]
    editing.delete([article])
    assert titles("harmony") == [] and not SearchDocument.objects.exists()


def test_a_book_of_ever_new_words_is_found_by_those_that_fit_into_the_index():
    """A tsvector with more than 1 MiB of terms would hold broken ones, without a word of it."""
    letters = str.maketrans("0123456789", "абвгдежзик")
    new = [f"сло{number:05}во".translate(letters) for number in range(40_000)]
    text = " ".join(new)
    factories.article("Книга", language="ru", body=f"## {text[:9999]}\n\n{text[9999:]}")
    row = SearchDocument.objects.get()
    assert 700_000 < len(row.terms.encode()) < 1 << 20
    indexed = row.body.partition("  ")[0].split()
    for word in [*indexed[::997], indexed[-2]]:
        assert titles(f'"{word}"') == ["Книга"], word
    assert titles(f'"{new[-1]}"') == []


def test_what_is_rolled_back_is_not_found():
    article = factories.article("Peace", body="old")
    with transaction.atomic():
        article.body = "new"
        editing.save(article, [])
        assert titles("new") == ["Peace"]
        transaction.set_rollback(True)
    assert titles("new") == [] and titles("old") == ["Peace"]


def test_a_tag_is_found_by_its_new_words_at_once():
    factories.article("One", tags=["war"])
    tag = Tag.objects.get(name="war")
    tag.name = "armed conflict"
    editing.save_tag(tag, ["hostilities"])
    assert titles("conflicts") == titles("hostility") == titles("war") == ["One"]
    editing.save_tag(tag, [])
    editing.delete_tags([tag])
    assert titles("conflict") == titles("war") == []


def test_what_follows_from_fixtures_is_found(tmp_path, django_capture_on_commit_callbacks):
    file = tmp_path / "peace.md"
    file.write_text("---\ntitle: Peace\nstatus: published\ntags: [harmony]\n---\n\nQuiet times.\n")
    with django_capture_on_commit_callbacks(execute=True):
        call_command("loaddata", file, verbosity=0)
    assert titles("quiet") == titles("harmony") == titles("peace") == ["Peace"]


def test_the_index_can_be_made_again(capsys, monkeypatch):
    monkeypatch.setattr(index, "BATCH", 1)
    factories.article("Peace", tags=["harmony"])
    factories.article("War")
    SearchDocument.objects.all().delete()
    assert titles("peaceful") == []
    call_command("reindex")
    assert titles("harmony") == titles("peaceful") == ["Peace"]
    told = capsys.readouterr().out
    assert "1 of 2" in told and "Indexed 2 article(s)." in told


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


@pytest.mark.parametrize("asked", HOSTILE, ids=[str(n) for n in range(len(HOSTILE))])
def test_whatever_is_typed_is_answered(client, asked):
    factories.article("Peace", body="a b", tags=["a"])
    response = client.get("/search/", {"q": asked.encode(errors="replace").decode()})
    assert response.status_code == 200
    assert search_articles(asked).total <= 1


@pytest.mark.parametrize("asked", ["=peace", "#1", "@en", "~0", "_mission"])
def test_the_marks_of_the_index_are_nothing_that_can_be_asked_for(asked):
    factories.article("Missions", body="peaceful and war")
    assert titles(f"{asked} war") == titles(f"{asked.lstrip('=#@~_')} war")


@pytest.mark.parametrize(
    "narrow", [{"tag": "\0'x"}, {"language": "en'\" OR"}, {"language": "x" * 999}]
)
def test_nothing_is_found_where_there_is_no_such_tag_or_language(client, narrow):
    factories.article("Peace")
    assert client.get("/search/", {"q": "peace", **narrow}).status_code == 200


def test_where_many_are_found_the_best_are_among_the_first(monkeypatch):
    """As with a word that stands in most of many articles, with a small number for many."""
    assert results.MOST <= 1000
    monkeypatch.setattr("articles.search.results.MOST", 5)
    factories.article("Old peace", body="old")
    factories.article("Alias", aliases=["Peaces"])
    factories.article("Tagged", tags=["peace"])
    factories.article("Headed", body="## Peace\n\nOnce.")
    for number in range(20):
        factories.article(f"Article {number}", body="peace " * 9)
    found = search_articles("peace")
    first = [hit.article.title for hit in found.hits[:4]]
    assert first == ["Old peace", "Alias", "Tagged", "Headed"]
    assert found.more and found.total == 9


def test_where_no_article_has_all_words_those_that_have_some_are_shown_and_told_apart(client):
    factories.article("One", body="peace and war")
    factories.article("Two", body="peace and peace and nothing else")
    factories.article("Three", body="nothing of it")
    found = search_articles("peace war harmony")
    assert found.loose and [hit.article.title for hit in found.hits] == ["One", "Two"]
    assert search_articles("peace war").loose is False
    assert search_articles('"peace and" harmony zebra').hits == []
    html = client.get("/search/", {"q": "peace war harmony"}).content.decode()
    assert "No article has all of these words" in html


def test_a_name_with_words_in_a_row_is_found_among_many_that_have_the_words(monkeypatch):
    """As with words that stand in most of many articles, with a small number for many."""
    monkeypatch.setattr("articles.search.backends.LOOKED_AT", 5)
    factories.article("United Nations of old")
    factories.article("History", body="## The United Nations\n\nOnce.")
    for number in range(20):
        factories.article(f"Article {number}", body="nations were united")
    factories.article("New", body="united nations")
    assert titles('"united nations"') == ["United Nations of old", "History", "New"]


@pytest.fixture
def few_at_once(monkeypatch):
    """A small number for how many articles are looked at together."""
    monkeypatch.setattr("articles.search.backends.LOOKED_AT", 3)


@pytest.mark.usefixtures("few_at_once")
def test_words_in_a_row_are_found_in_the_oldest_of_many_articles_that_have_them(client):
    factories.article("Oldest", body="The quick brown marmot sleeps.")
    for number in range(20):
        factories.article(f"Article {number}", body="A marmot, quick to run, and brown.")
    assert titles('"quick brown marmot"') == ["Oldest"]
    assert titles('marmot -"quick to run"') == ["Oldest"]
    assert titles('"quick brown run"') == []
    client.get("/search/", {"q": '"quick brown marmot"'})
    assert not FailedSearch.objects.exists()


@pytest.mark.usefixtures("few_at_once")
def test_nothing_is_said_to_be_nowhere_that_was_not_looked_for_everywhere(client, monkeypatch):
    monkeypatch.setattr("articles.search.backends.FARTHEST", 6)
    for number in range(20):
        factories.article(f"Article {number}", body="A marmot, quick to run, and brown.")
    html = client.get("/search/", {"q": '"quick brown marmot"'}).content.decode()
    assert "not all of them were looked at" in html
    assert not FailedSearch.objects.exists()
    assert titles('"quick to run"')


def test_the_last_word_of_a_row_is_not_taken_as_a_beginning():
    factories.article("Subject", body="pea")
    row, begun = (plan(parse(asked), lexicon.current(), {}) for asked in ("図書館", "図書館 pea"))
    assert row.opened() == row
    assert begun.opened().beginning == "pea"


@pytest.mark.usefixtures("few_at_once")
def test_all_that_have_words_in_a_row_are_counted_each_once():
    for number in range(12):
        body = "quick and brown" if number % 3 else "quick brown"
        factories.article(f"Article {number}", body=body)
    found = search_articles('"quick brown"')
    assert (found.total, found.more, len(found.hits)) == (4, False, 4)
    assert search_articles('-"quick brown" quick').total == 8


@pytest.mark.parametrize(
    ("text", "asked"),
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
def test_a_snippet_has_its_hit_where_a_space_stands_only_before_it(text, asked):
    factories.article("Subject", language="ja", body=text)
    [hit] = search_articles(asked).hits
    assert [piece for piece, marked in hit.snippet if marked] == [asked]
