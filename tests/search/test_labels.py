"""Articles found by the labels of the links that lead to them."""

import pytest

from articles import editing, rebuilding
from articles.models import Link, Status
from articles.search import search_articles
from articles.search.labels import find_by_label
from articles.text import names
from tests import factories

pytestmark = pytest.mark.django_db


def find(label):
    return find_by_label([names.fold(label)])


def test_the_label_of_a_link_finds_its_target():
    article = factories.article("United Nations")
    factories.article(
        body="The [[United Nations|World organization]] and the [UN](united-nations.md)."
    )
    assert find("world  Organization") == [article.pk]
    assert find("world") == find("united nations") == find("") == []


def test_what_most_links_lead_to_comes_first():
    first, second = factories.article("Mercury (planet)"), factories.article("Mercury (element)")
    factories.article("C", body="[[Mercury (element)|mercury]]")
    for _ in range(2):
        factories.article(body="[[Mercury (planet)|Mercury]] [[Other|Mercury]]")
    assert find("mercury") == [first.pk, second.pk]


def test_a_label_of_links_to_many_articles_means_none_of_them():
    targets = [factories.article() for _ in range(12)]
    factories.article(body=" ".join(f"[[{target.title}|here]]" for target in targets))
    assert find("here") == []


def test_links_and_targets_that_readers_do_not_see_do_not_count():
    factories.article("Seen")
    hidden = factories.article("Hidden", status=Status.DRAFT)
    factories.article(body="[[Hidden|label]]")
    factories.article(body="[[Seen|secret]]", status=Status.DRAFT)
    assert find("label") == find("secret") == []
    hidden.status = Status.PUBLISHED
    editing.save(hidden)
    assert find("label") == [hidden.pk]


def test_a_label_leads_where_its_link_does_in_its_language():
    english, german = (
        factories.article("Peace"),
        factories.article("Peace", language="de", slug="de"),
    )
    factories.article(language="de", body="[[Peace|Ruhe]]")
    factories.article(language="en", body="[[Peace|calm]]")
    assert (find("ruhe"), find("calm")) == ([german.pk], [english.pk])


def test_a_link_by_a_path_counts_once():
    article = factories.article("Note")
    factories.article(body="[[Folder/Note|label]] [[Folder/Note]]")
    assert find("label") == find("folder/note") == [article.pk]
    whole = factories.article("Folder/Note", slug="whole")
    assert find("label") == [whole.pk]


def test_labels_that_are_no_names_have_no_key():
    factories.article(body=f"[[Peace]] [[Peace|peace]] [[Peace|{'long ' * 50}]] [[Peace|—]]")
    assert set(Link.objects.values_list("label_key", flat=True)) <= {"", "-"}


def test_rebuilding_writes_the_keys():
    article = factories.article("Peace")
    factories.article(body="[[Peace|calm]]")
    Link.objects.update(label_key="")
    assert find("calm") == []
    rebuilding.rebuild()
    assert find("calm") == [article.pk]


def test_the_number_of_queries_does_not_grow(django_assert_num_queries):
    for number in range(3):
        factories.article(f"Target {number}")
        factories.article(body=f"[[Target {number}|label]]")
    with django_assert_num_queries(2):
        assert len(find("label")) == 3
    with django_assert_num_queries(1):
        find("nothing")


def titles(query, **filters):
    return [hit.article.title for hit in search_articles(query, **filters).hits]


def test_the_target_of_a_label_comes_right_after_the_articles_with_that_name():
    factories.article("Target", language="de", tags=["calm"], body="nothing of it")
    factories.article("Other", body="world organization", tags=["calm"])
    factories.article(
        body="[[Target|World organization]] world organization", title="World organization now"
    )
    assert titles("world organization")[0] == "Target"
    factories.article("World organization", body="")
    assert titles("world organization")[:2] == ["World organization", "Target"]
    assert titles("world organization", language="de") == ["Target"]
    assert titles("world organization", language="en")[0] == "World organization"
    assert "Target" not in titles("world organization", language="en")
    assert titles("world organization tag:calm") == titles("world organization", tag="calm")
    assert titles("world organization", tag="calm") == ["Target", "Other"]
    assert "Target" not in titles("world organization -peace")
