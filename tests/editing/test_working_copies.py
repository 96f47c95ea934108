"""Working copies: one for each open form of a user, limited in size, number and age."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from articles import editing
from articles.editing import working_copies
from articles.models import ContentVersion, WorkingCopy
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return factories.user("sara")


def store(user, form_id="a", article=None, body="Typed."):
    return editing.store_working_copy(user, form_id, article, 1, {"body": body})


def ids(user):
    return set(WorkingCopy.objects.filter(user=user).values_list("form_id", flat=True))


def test_each_form_has_one_working_copy(user):
    article = factories.article()
    for form_id, body in (("a", "One"), ("b", "Two"), ("a", "Three")):
        store(user, form_id, article, body)
    copies = WorkingCopy.objects.order_by("form_id").values_list("form_id", "fields")
    assert list(copies) == [("a", {"body": "Three"}), ("b", {"body": "Two"})]
    store(factories.user("omar"), "a", article, "Mine")
    assert WorkingCopy.objects.get(user=user, form_id="a").fields == {"body": "Three"}
    editing.discard_working_copy(user, "a")
    assert ids(user) == {"b"} and WorkingCopy.objects.count() == 2


def test_a_working_copy_is_no_content(user):
    article = factories.article()
    version = ContentVersion.objects.get().number
    store(user, article=article)
    assert ContentVersion.objects.get().number == version and article.revisions.count() == 1


def test_the_working_copy_of_a_deleted_article_becomes_that_of_a_new_one(user):
    article = factories.article()
    store(user, article=article)
    editing.delete([article])
    assert WorkingCopy.objects.of_form(user.pk, None).get().fields == {"body": "Typed."}


def test_a_text_that_is_too_long_is_refused_and_the_one_before_stays(user):
    store(user)
    with pytest.raises(ValidationError, match="too long"):
        store(user, body="x" * (working_copies.MAX_LENGTH + 1))
    assert WorkingCopy.objects.get().fields == {"body": "Typed."}


def test_the_oldest_working_copies_of_a_user_give_way(user, monkeypatch):
    monkeypatch.setattr(working_copies, "MAX_PER_USER", 2)
    other = factories.user("omar")
    store(other)
    for form_id in "abc":
        store(user, form_id)
    assert ids(user) == {"b", "c"} and ids(other) == {"a"}
    WorkingCopy.objects.filter(user=other).update(updated=timezone.now() - timedelta(days=31))
    store(user, "d")
    assert ids(user) == {"c", "d"} and not ids(other)


def test_a_user_is_editing_for_a_minute(user):
    article = factories.article()
    store(user, article=article)
    assert WorkingCopy.objects.editing_now(article.pk).count() == 1
    WorkingCopy.objects.update(updated=timezone.now() - timedelta(seconds=61))
    assert WorkingCopy.objects.editing_now(article.pk).count() == 0
