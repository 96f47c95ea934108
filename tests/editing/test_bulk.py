"""Changes of many articles by one action."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from articles import editing
from articles.models import Article, ContentVersion, Revision, RevisionKind, Status, Tag
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_revisions_of_an_action_have_one_operation():
    articles = [factories.article(), factories.article(tags=["peace"])]
    operation = uuid4()
    assert editing.add_tags(articles, ["peace", "war"], None, operation=operation) == articles
    revisions = Revision.objects.filter(operation=operation)
    assert {revision.kind for revision in revisions} == {RevisionKind.BULK}
    assert [revision.tag_names for revision in revisions] == [["peace", "war"]] * 2
    assert editing.remove_tags(articles[:1], ["War"], None) == articles[:1]
    assert editing.tag_names(articles[0]) == ["peace"]
    assert articles[0].revisions.last().kind == RevisionKind.TAGS


def test_synonyms_stand_for_their_tags():
    article = factories.article(tags=["peace"])
    editing.save_tag(Tag.objects.get(), ["calm"])
    assert editing.add_tags([article], ["Calm"], None) == []
    editing.remove_tags([article], ["Calm"], None)
    assert editing.tag_names(article) == []


def test_what_would_change_nothing_writes_nothing():
    article = factories.article(tags=["peace"])
    version = ContentVersion.objects.current()
    assert editing.add_tags([article], ["peace"], None) == []
    assert editing.remove_tags([article], ["war"], None) == []
    assert editing.publish([article], None) == []
    assert article.revisions.count() == 1 and ContentVersion.objects.current() == version


def test_an_action_changes_all_articles_or_none():
    articles = [factories.article("First"), factories.article("Second")]

    def refuse_second(article):
        if article.title == "Second":
            raise PermissionDenied

    for change in (editing.unpublish, editing.archive):
        with pytest.raises(PermissionDenied):
            change(articles, None, refuse_second)
    with pytest.raises(PermissionDenied):
        editing.add_tags(articles, ["new"], None, refuse_second)
    assert Article.objects.filter(status=Status.PUBLISHED).count() == 2
    assert not Tag.objects.exists()


def test_new_tags_can_be_refused():
    with pytest.raises(ValidationError):
        editing.add_tags([factories.article()], ["new"], None, create_tags=False)
