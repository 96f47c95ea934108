"""The search page, suggestions, and counting failed searches."""

import time
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from xml.etree import ElementTree

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from articles.models import Article, FailedSearch, Status
from articles.models.failed_search import MAX_FAILED_SEARCHES, ON_PROBATION
from articles.search import Limits, did_you_mean
from articles.search.query import parse_query
from articles.views import search
from tests import factories

pytestmark = pytest.mark.django_db


def page(client, **query):
    response = client.get("/search/", query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_result_shows_title_snippet_tags_and_date(client):
    factories.article(
        "Peace <Corps>",
        body="It began early. The missions & their *peaceful* ends. " + "More was said. " * 40,
        tags=["history"],
    )
    html = page(client, q="peaceful")
    assert '<a href="/articles/peace-corps/">Peace &lt;Corps&gt;</a>' in html
    assert "The missions &amp; their <mark>peaceful</mark> ends. More" in html
    assert '<a href="/tags/history/" dir="auto">history</a>' in html
    assert f'datetime="{timezone.now():%Y-%m-%d}' in html
    assert '<meta name="robots" content="noindex">' in html


def test_a_result_has_the_direction_of_its_article_and_the_date_of_its_last_change(client):
    made = factories.article("السلام", language="ar", body="peace")
    changed = datetime(2004, 5, 6, 12, tzinfo=UTC)
    Article.objects.filter(pk=made.pk).update(created=datetime(2001, 2, 3, tzinfo=UTC))
    Article.objects.filter(pk=made.pk).update(updated=changed)
    html = page(client, q="peace")
    assert '<li lang="ar" dir="rtl">' in html
    assert ">May 6, 2004</time>" in html and "2001" not in html


def test_facets_filter_results_and_show_their_counts(client):
    factories.article("One", body="peace", tags=["war & peace", "both"])
    factories.article("Two", body="peace", tags=["both"])
    factories.article("Trois", body="peace", language="fr")
    html = page(client, q="peace")
    assert '<a href="?q=peace&amp;tag=war-peace" dir="auto">war &amp; peace</a> <small>1<' in html
    assert 'href="?q=peace&amp;language=fr" lang="fr" dir="auto">français</a> <small>1<' in html
    html = page(client, q="peace", tag="both")
    assert "2 articles" in html and "Trois" not in html
    assert '<a href="?q=peace"><span class="visually-hidden">Remove: </span>' in html
    assert "No results for" in page(client, q="peace", tag="unknown")
    assert "Two" not in page(client, q="peace", language="fr")


def test_links_keep_the_active_filters(client):
    for number in range(11):
        tags = ["both", "war"] if number else ["both"]
        factories.article(f"Paix {number}", body="peace", language="fr", tags=tags)
    factories.article("Peace", tags=["both"])
    html = page(client, q="peace", tag="both")
    assert 'href="?q=peace&amp;tag=both&amp;language=fr" lang="fr"' in html
    html = page(client, q="peace", tag="both", language="fr")
    assert 'href="?q=peace&amp;tag=war&amp;language=fr"' in html
    assert 'rel="next" href="?q=peace&amp;tag=both&amp;language=fr&amp;page=2"' in html
    html = page(client, q="peace", tag="both", language="fr", page=2)
    assert 'rel="prev" href="?q=peace&amp;tag=both&amp;language=fr"' in html
    html = page(client, q="peade", tag="both", language="fr")
    assert 'href="?q=peace&amp;tag=both&amp;language=fr"' in html


def test_a_page_has_ten_results(client):
    for number in range(23):
        factories.article(f"Peace {number:02}")
    first, last = page(client, q="peace"), page(client, q="peace", page=3)
    assert "23 articles" in first and 'rel="next" href="?q=peace&amp;page=2"' in first
    assert first.count("/articles/peace-") == 10 and last.count("/articles/peace-") == 3
    assert 'rel="prev" href="?q=peace&amp;page=2"' in last and 'rel="next"' not in last
    assert page(client, q="peace", page="99") == last
    assert page(client, q="peace", page="-1") == page(client, q="peace", page="²") == first


def test_if_more_articles_match_than_are_ranked_every_number_is_a_lower_bound(client, rf):
    def limited(**query):
        response = search(rf.get("/search/", query), Limits(candidates=15))
        return " ".join(response.content.decode().split())

    for number in range(31):
        factories.article(
            f"Text {number}", body="peace", tags=["all"], language="fr" if number % 2 else "en"
        )
    first, last = limited(q="peace"), limited(q="peace", page=9)
    assert "At least 15 articles" in first and "At least 15 articles" in last
    assert 'tag=all" dir="auto">all</a> <small>at least 15</small>' in first
    assert 'lang="fr" dir="auto">français</a> <small>at least 7</small>' in first
    best = "Only the best 15 matches are shown."
    assert best in last and best not in first
    every = page(client, q="peace")
    assert "31 articles" in every and "at least" not in every.lower() and best not in every
    assert 'lang="fr" dir="auto">français</a> <small>15</small>' in every


@pytest.mark.parametrize("query", ["budjet", "defence budgett", "Budget of Defence"])
def test_few_results_come_with_a_corrected_query(client, query):
    factories.article("Defense Budget", aliases=["Budget of Defense"], body="Expenditure.")
    assert 'href="/articles/defense-budget/"' in page(client, q=query)


@pytest.mark.parametrize(("count", "expected"), [(1, True), (2, True), (3, False)])
def test_similar_names_are_listed_only_with_few_results(client, count, expected):
    factories.article("Budgie")
    for _number in range(count):
        factories.article(body="budget")
    assert ('href="/articles/budgie/"' in page(client, q="budget")) is expected


def test_an_unknown_word_is_corrected_from_texts_and_tags(client):
    factories.article("One", body="Expenditure and reconnaissance.", tags=["diplomacy"])
    factories.article("Draft", body="Expenditures", tags=["diplomats"], status=Status.DRAFT)
    assert 'href="?q=expenditure"' in page(client, q="expenditrue")
    assert 'href="?q=one+diplomacy"' in page(client, q="one diplomcay")


@pytest.mark.parametrize(
    ("query", "better"),
    [
        ("milit military", "militia military"),
        ("المدرصة", "المدرسة"),
        ("Strasze", "Straße"),
        ("istambul", "İstanbul"),
        ("musterstadr", "musterstädt"),
        ("tag:milit militarx -milit", "tag:milit military -milit"),
        ('"milit milita', '"militia militia'),
    ],
)
def test_corrections_are_words_as_they_are_spelled(query, better):
    factories.article("Straße", body="military militia", language="de", tags=["Musterstädt"])
    factories.article("المدرسة", language="ar", slug="school")
    factories.article("İstanbul", language="tr")
    assert did_you_mean(parse_query(query))[0] == better


def test_an_empty_page_explains_how_to_search(client):
    for query in ("", "  ", '"', "-", "\0"):
        assert "How to search" in page(client, q=query)
    assert "How to search" in page(client)
    assert FailedSearch.objects.count() == 0


@pytest.mark.parametrize("query", ["-war", '-"united nations"', "-tag:peace", "-war -peace"])
def test_a_query_of_exclusions_only_needs_a_word(client, query):
    factories.article("Peace")
    html = page(client, q=query)
    assert "Enter at least one word." in html and "How to search" in html
    assert "Nothing found" not in html
    assert not FailedSearch.objects.exists()


def test_a_long_query_is_shortened_and_the_page_says_so(client):
    factories.article("Peace")
    html = page(client, q="peace " * 2000)
    assert "has been shortened" in html and "/articles/peace/" in html


def test_searches_without_results_are_counted(client):
    for query in ("Nowhere", "nowhere ", "somewhere"):
        page(client, q=query)
    rows = {row.query: (row.count, row.last_searched) for row in FailedSearch.objects.all()}
    today = timezone.now().date()
    assert rows == {"nowhere": (2, today), "somewhere": (1, today)}


def test_a_failed_search_is_counted_on_its_first_page_which_is_not_cached(client):
    for number in range(11):
        factories.article(f"Peace {number}")
    assert "no-store" in client.get("/search/", {"q": "peace nowhere"})["Cache-Control"]
    assert 'rel="prev"' in page(client, q="peace nowhere", page=2)
    assert FailedSearch.objects.get().count == 1


def test_a_failed_search_is_answered_even_if_it_cannot_be_counted(client, monkeypatch):
    def locked(_query: str) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(FailedSearch.objects, "record", locked)
    assert "No results for" in page(client, q="nowhere")


def test_personal_data_and_long_queries_are_not_stored(client):
    for query in ("me@example.org", "+49 170 123 45 67", "x" * 101):
        page(client, q=query)
    client.head("/search/", {"q": "nowhere"})
    page(client, q="nowhere", tag="history")
    assert not FailedSearch.objects.exists()


def fill(**fields):
    today = timezone.now().date()
    FailedSearch.objects.bulk_create(
        FailedSearch(query=f"word {n}", **{"last_searched": today, **fields})
        for n in range(MAX_FAILED_SEARCHES)
    )


@pytest.mark.parametrize("times", [1, 3])
def test_many_new_failed_searches_replace_each_other_and_not_the_older_ones(times):
    fill()
    for number in range(ON_PROBATION + 50):
        for _time in range(times):
            FailedSearch.objects.record(f"junk {number}")
    assert FailedSearch.objects.count() == MAX_FAILED_SEARCHES
    remaining = MAX_FAILED_SEARCHES - ON_PROBATION
    assert (
        FailedSearch.objects.filter(query__in=[f"word {n}" for n in range(remaining)]).count()
        == remaining
    )


def test_a_failed_search_that_comes_again_stays_after_many_others():
    fill()
    for _time in range(2):
        FailedSearch.objects.record("real")
    for number in range(ON_PROBATION + 50):
        FailedSearch.objects.record(f"junk {number}")
    assert FailedSearch.objects.get(query="real").count == 2


def test_failed_searches_of_long_ago_give_way_first():
    fill()
    old = FailedSearch.objects.order_by("pk")[5]
    old.count, old.last_searched = 9, timezone.now().date() - timedelta(days=91)
    old.save()
    FailedSearch.objects.record("new")
    assert not FailedSearch.objects.filter(pk=old.pk).exists()
    assert FailedSearch.objects.count() == MAX_FAILED_SEARCHES


@pytest.mark.django_db(transaction=True)
def test_a_failed_search_does_not_wait_for_a_lock(client):
    """Another connection writes: to the database on SQLite, to the same row on PostgreSQL."""
    FailedSearch.objects.record("nowhere")
    locked, release = Event(), Event()

    def write():
        with transaction.atomic():
            FailedSearch.objects.update(count=5)
            locked.set()
            release.wait(60)
        connection.close()

    writer = Thread(target=write)
    writer.start()
    try:
        assert locked.wait(30)
        start = time.monotonic()
        assert "No results for" in page(client, q="nowhere")
        assert time.monotonic() - start < 15
    finally:
        release.set()
        writer.join()
    page(client, q="nowhere")
    assert FailedSearch.objects.get().count == 6
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            timeout = cursor.execute("PRAGMA busy_timeout").fetchone()
        assert timeout[0] > 0


def test_the_admin_lists_failed_searches_read_only(client):
    FailedSearch.objects.record("nowhere")
    client.force_login(factories.user("", "view_article"))
    html = client.get("/admin/articles/failedsearch/").content.decode()
    assert "nowhere" in html and "/admin/articles/failedsearch/add/" not in html
    miss = FailedSearch.objects.get()
    assert client.post(f"/admin/articles/failedsearch/{miss.pk}/change/", {}).status_code == 403
    assert client.post(f"/admin/articles/failedsearch/{miss.pk}/delete/", {}).status_code == 403
    client.force_login(factories.user())
    assert client.get("/admin/articles/failedsearch/").status_code == 403


def test_the_admin_lists_the_most_frequent_failed_searches_first(client):
    for query in ("a seldom", "often", "often", "seldom"):
        FailedSearch.objects.record(query)
    client.force_login(factories.user("", "view_article"))
    html = client.get("/admin/articles/failedsearch/").content.decode()
    assert html.index(">often<") < html.index(">a seldom<") < html.index(">seldom<")


def suggested(client, typed):
    response = client.get("/search/suggest", {"q": typed})
    return [(row["name"], row["url"]) for row in response.json()["suggestions"]]


def test_equal_suggestions_are_told_apart_by_language(client):
    factories.article("Diwan")
    factories.article("Diwan", slug="diwan-fr", language="fr")
    factories.article("Diwans")
    response = client.get("/search/suggest", {"q": "diw"})
    notes = [row["note"] for row in response.json()["suggestions"]]
    assert sorted(notes) == ["", "English", "français"]
    assert "no-cache" in response["Cache-Control"]


def test_suggestions_are_names_with_the_prefix_then_names_with_such_a_word(client):
    factories.article("Peace", aliases=["Peacetime"])
    factories.article("Lasting Peace")
    factories.article("War", body="peace")
    factories.article("Peace in secret", status=Status.DRAFT)
    assert suggested(client, "pea") == [
        ("Peace", "/articles/peace/"),
        ("Lasting Peace", "/articles/lasting-peace/"),
    ]
    assert suggested(client, "Peacet") == [("Peacetime", "/articles/peace/")]
    for typed in ("", "\0", '"', "x" * 5000, "%", "-"):
        assert suggested(client, typed) == []


def test_titles_are_suggested_before_other_names_and_at_most_eight(client):
    factories.article("Peacetime", aliases=["Pea"])
    assert suggested(client, "pea") == [("Peacetime", "/articles/peacetime/")]
    for number in range(9):
        factories.article(f"Peak {number}")
    assert len(suggested(client, "pea")) == 8


def test_a_suggestion_has_the_direction_of_its_article(client):
    factories.article("NATO والدفاع المشترك", language="ar")
    row = client.get("/search/suggest", {"q": "nato"}).json()["suggestions"][0]
    assert (row["language"], row["direction"]) == ("ar", "rtl")


def test_the_opensearch_description_has_the_search_url(client):
    home = client.get("/").content.decode()
    assert (
        'type="application/opensearchdescription+xml" title="Diwan" href="/opensearch.xml"' in home
    )
    response = client.get("/opensearch.xml")
    assert response["Content-Type"].startswith("application/opensearchdescription+xml")
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))
    root = ElementTree.fromstring(response.content)
    url = root.find("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert url is not None
    assert url.get("template") == "http://testserver/search/?q={searchTerms}"


@pytest.mark.parametrize("count", [3, 40])
def test_a_search_takes_a_constant_number_of_queries(client, django_assert_max_num_queries, count):
    for number in range(count):
        factories.article(f"Article {number:03}", tags=[f"tag {number % 5}"])
    client.get("/search/", {"q": "article"})
    # On PostgreSQL, a transaction turns parallel plans off: it begins, does so, and ends.
    with django_assert_max_num_queries(15 if connection.vendor == "sqlite" else 18):
        client.get("/search/", {"q": "article"})


def test_words_of_grammar_are_not_corrected():
    factories.article("Then peace")
    assert did_you_mean(parse_query("the art of peece"))[0] == "the art of peace"
