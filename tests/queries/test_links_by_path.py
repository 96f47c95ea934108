"""Links by a path, such as [[Folder/Note]]: which article they lead to, everywhere alike."""

import pytest

from articles import derived, editing
from articles.models import Article, Link, Status
from articles.models.link import LinkTarget
from articles.queries import maintenance
from articles.queries.article_page import article_page
from articles.queries.link_map import build_link_map
from articles.queries.links import document_targets, link_targets
from articles.queries.neighbourhood import neighbourhood
from articles.queries.statistics import wanted_articles
from tests import factories

pytestmark = pytest.mark.django_db


def linking_to(article):
    links = Link.objects.to(article).public()
    assert set(Link.objects.public().first_to(LinkTarget.from_article(article), 9)) == set(links)
    return [link.source.title for link in links]


def wanted():
    names = [(row.name, row.number) for row in wanted_articles().names]
    nodes = [node for _tag, nodes in build_link_map().groups for node in nodes if not node.slug]
    assert sorted(names) == sorted((node.title, node.weight) for node in nodes)
    return names


@pytest.mark.parametrize(
    "target",
    ["Folder/Note", "A/B/Note", "Folder/Note.md", "Note.md", "../note", "/Note", "x/ Note"],
)
def test_a_path_leads_to_the_article_with_the_name_of_its_last_part(target):
    note = factories.article("Note")
    source = factories.article("Source", body=f"See [[{target}#Part|it]].")
    assert {t.slug for t in link_targets(source).values()} == {"note"}
    assert {t.slug for t in document_targets(source, derived.parse(source)).values()} == {"note"}
    assert linking_to(note) == ["Source"]
    assert wanted() == []
    assert list(maintenance.orphans(Article.objects.all())) == [source]
    assert maintenance.link_counts([note.pk, source.pk]) == {note.pk: (1, 0), source.pk: (0, 1)}
    assert maintenance.with_wanted_links(Article.objects.all()).count() == 0


def test_a_path_leads_to_the_article_that_has_the_whole_as_its_name():
    protocol, note = factories.article("IP"), factories.article("TCP/IP")
    source = factories.article("Source", body="[[TCP/IP]]")
    assert [t.slug for t in link_targets(source).values()] == ["tcp-ip"]
    assert linking_to(protocol) == []
    assert linking_to(note) == ["Source"]
    assert set(maintenance.orphans(Article.objects.all())) == {protocol, source}
    assert maintenance.link_counts([protocol.pk])[protocol.pk].incoming == 0
    editing.delete([note], None)
    assert [t.slug for t in link_targets(source).values()] == ["ip"]
    assert linking_to(protocol) == ["Source"]


def test_an_article_with_the_name_of_the_file_comes_before_one_without_the_extension():
    factories.article("README")
    file = factories.article("README.md")
    source = factories.article("Source", body="[[README.md]]")
    assert [t.slug for t in link_targets(source).values()] == [file.slug]


def test_a_hidden_article_with_the_whole_name_changes_nothing_for_readers(client):
    note = factories.article("Note")
    source = factories.article("Source", body="[[Folder/Note|x]]")
    html = client.get("/articles/source/").content
    factories.article("Folder/Note", slug="other", status=Status.DRAFT)
    assert [t.slug for t in link_targets(source).values()] == ["note"]
    assert linking_to(note) == ["Source"]
    assert client.get("/articles/source/").content == html


def test_a_path_without_an_article_wants_its_last_part():
    factories.article("One", body="[[Folder/Note]] [[Folder/Note]] [[Other/Note.md]]")
    factories.article("Two", body="[[Note]]")
    assert wanted() == [("Note", 2)]
    factories.article("Folder/Note", slug="whole")
    assert wanted() == [("Note", 2)]
    editing.delete(list(Article.objects.filter(slug="one")), None)
    factories.article("Three", body="[[Folder/Note]]")
    assert wanted() == [("Note", 1)]


def test_the_graph_and_related_articles_follow_paths():
    note, whole = factories.article("Note"), factories.article("Whole/Note")
    both = factories.article("Both", body="[[Folder/Note]] [[Whole/Note]] [[Folder/New]]")
    other = factories.article("Other", body="[[Note]] [[Whole/Note]]")
    nodes, _columns, edges = neighbourhood(both, 9)
    assert {(both.pk, note.pk), (both.pk, whole.pk)} <= set(edges)
    assert [node.title for node in nodes if not node.slug] == ["New"]
    assert {edge.target for edge in build_link_map().edges if edge.source == both.pk} > {
        note.pk,
        whole.pk,
    }
    (row,) = [r for r in article_page(both.slug).related if r.slug == other.slug]
    assert row.links == 2
    (row,) = [r for r in article_page(note.slug).related if r.slug == whole.slug]
    assert row.cited == 2


def test_each_link_is_listed_once(client):
    factories.article("Note")
    source = factories.article("Source", body="[[Folder/Note|a]] [[Folder/New|b]] [[Note|c]]")
    items = client.get("/api/v1/articles/source/links").json()["items"]
    targets = [(item["label"], (item["article"] or {}).get("slug")) for item in items]
    assert targets == [("a", "note"), ("b", None), ("c", "note")]
    items = client.get("/api/v1/articles/note/backlinks").json()["items"]
    assert [item["label"] for item in items] == ["a", "c"]
    html = client.get("/articles/source/").content.decode()
    assert '<a href="/articles/note/">a</a>' in html
    client.force_login(factories.editor())
    html = client.get("/articles/source/").content.decode()
    assert '<a class="wanted" href="/admin/articles/article/add/?title=New">b</a>' in html
    panel = client.get(f"/admin/articles/article/{source.pk}/change/").content.decode()
    assert panel.count("?title=New") == 1
