"""Loading unchanged fixtures after an upgrade: revisions that earlier versions wrote."""

import hashlib
import json

import pytest

from articles.models import Revision
from articles.models.revision import complete, fingerprint
from tests.serializers.builders import document

TEXT = document("Peace", tags=["calm"], status="published", aliases=["Concord"])


def make_earlier(**changes):
    """Give the newest revision the form of a version without the field `translation_of`."""
    revision = Revision.objects.latest("number")
    revision.fields = {**revision.fields, **changes}
    del revision.fields["translation_of"]
    canonical = json.dumps([revision.fields, revision.body], sort_keys=True, ensure_ascii=True)
    revision.fingerprint = hashlib.sha256(canonical.encode()).hexdigest()
    revision.save()


def test_a_revision_without_a_new_field_is_that_of_an_unchanged_document(load):
    load(TEXT)
    make_earlier()
    load(TEXT)
    assert Revision.objects.count() == 1


def test_a_revision_with_a_field_that_no_longer_exists_is_that_of_an_unchanged_document(load):
    load(TEXT)
    make_earlier(category="none")
    load(TEXT)
    assert Revision.objects.count() == 1


@pytest.mark.parametrize("changes", [{"summary": "x"}, {"tags": []}, {"language": "ar"}])
def test_an_earlier_revision_of_another_state_is_followed_by_a_new_one(load, changes):
    load(TEXT)
    make_earlier(**changes)
    load(TEXT)
    assert Revision.objects.count() == 2


def test_a_changed_body_makes_one_revision(load):
    load(TEXT)
    make_earlier()
    load(TEXT.replace("Words.", "Other words."))
    load(TEXT.replace("Words.", "Other words."))
    assert Revision.objects.count() == 2


@pytest.mark.parametrize("empty", ["", None, [], False])
def test_the_fingerprint_stays_the_same_when_articles_get_a_new_optional_field(empty):
    fields = {"title": "X", "tags": ["a"]}
    assert fingerprint({**fields, "new": empty}, "") == fingerprint(fields, "")
    assert fingerprint({**fields, "new": "x"}, "") != fingerprint(fields, "")


@pytest.mark.django_db
def test_a_snapshot_is_completed_by_defaults():
    fields = complete({"title": "X", "category": "none"})
    assert fields["title"] == "X" and fields["translation_of"] == "" and fields["tags"] == []
    assert "category" not in fields
