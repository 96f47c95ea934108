"""Counts of public articles after all kinds of changes are those of a full count."""

import random
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db.models import F
from django.utils import timezone

from articles import editing
from articles.models import Article, ContentVersion, Status, Tag
from articles.models.content_version import LOG_LENGTH, MAX_LOGGED
from articles.models.trash import TrashedArticle
from articles.queries import counts, statistics
from tests import factories

pytestmark = pytest.mark.django_db
TAGS = [f"tag {number}" for number in range(6)]


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(counts, "BLOCK", 3)


def fresh(function, *args):
    """Return what a process that has just started returns."""
    before = dict(cache._cache), dict(cache._expire_info)
    cache.clear()
    result = function(*args)
    cache.clear()
    cache._cache.update(before[0])
    cache._expire_info.update(before[1])
    return result


def naive_totals():
    totals = {}
    for article in Article.objects.public():
        for tag in article.tags.all():
            totals[tag.pk] = totals.get(tag.pk, 0) + 1
    return totals


def naive_blocks():
    blocks = {}
    for article in Article.objects.public():
        blocks.setdefault(counts.block_of(article.pk), []).append(article.last_visible_change)
    return {number: (len(changes), max(changes)) for number, changes in blocks.items()}


def assert_exact():
    expected = naive_totals()
    assert counts.tag_totals() == expected == fresh(counts.tag_totals)
    assert dict(counts.article_blocks()) == naive_blocks() == fresh(counts.article_blocks)


class Editors:
    """Editors who do something at random."""

    def __init__(self, seed, clock):
        self.order, self.clock = random.Random(seed), clock

    def article(self):
        return self.order.choice(list(Article.objects.all()) or [factories.article()])

    def tags(self):
        return self.order.sample(TAGS, self.order.randint(0, 3))

    def fields(self):
        now = timezone.now()
        times = [None, None, now - timedelta(hours=1), now + timedelta(hours=1)]
        publish_at, expire_at = self.order.choice(times), self.order.choice(times)
        if publish_at and expire_at and expire_at <= publish_at:
            expire_at = publish_at + timedelta(hours=self.order.randint(1, 3))
        status = self.order.choice([Status.PUBLISHED, Status.PUBLISHED, Status.DRAFT])
        return {"status": status, "publish_at": publish_at, "expire_at": expire_at}

    def create(self):
        factories.article(tags=self.tags(), **self.fields())

    def save(self):
        article = self.article()
        for name, value in self.fields().items():
            setattr(article, name, value)
        editing.save(article, self.tags())

    def change_many(self):
        articles = list(Article.objects.order_by("pk")[: self.order.randint(2, 9)])
        change = self.order.choice([editing.publish, editing.archive])
        change(articles, None)

    def delete(self):
        editing.delete([self.article()])

    def restore(self):
        editing.restore_from_trash(list(TrashedArticle.objects.all()[:2]))

    def delete_tag(self):
        editing.delete_tags(list(Tag.objects.all()[:1]))

    def wait(self):
        self.clock.shift(timedelta(minutes=self.order.randint(10, 100)))

    def act(self):
        acts = [self.create, self.save, self.save, self.change_many, self.delete]
        self.order.choice([*acts, self.restore, self.delete_tag, self.wait, self.wait])()


@pytest.mark.parametrize("seed", range(6))
def test_counts_are_exact_whatever_editors_do(seed):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        editors = Editors(seed, clock)
        for _number in range(8):
            editors.create()
        for _number in range(40):
            editors.act()
            if editors.order.random() < 0.6:
                assert_exact()
        assert_exact()


@pytest.mark.parametrize("number", [1, MAX_LOGGED + 1])
def test_any_number_of_articles_can_change_at_once(number):
    articles = [factories.article(tags=["x"]) for _number in range(number)]
    assert_exact()
    editing.delete(articles)
    assert_exact()


def test_more_changes_than_the_log_holds():
    article = factories.article(tags=["x"])
    assert_exact()
    editing.delete([factories.article(tags=["x"])])
    for _number in range(LOG_LENGTH // 10):
        ContentVersion.objects.bump(articles=[article.pk])
    assert len(ContentVersion.objects.get().log) == LOG_LENGTH
    Article.objects.filter(pk=article.pk).update(status=Status.DRAFT)
    ContentVersion.objects.bump(articles=[])
    assert_exact()


def test_a_program_that_counts_changes_without_the_log():
    article = factories.article(tags=["x"])
    assert_exact()
    article.taggings.all().delete()
    ContentVersion.objects.update(number=F("number") + 1)
    assert_exact()


def test_another_database_with_a_log_of_its_own():
    """As after restoring a backup while the site runs."""
    article = factories.article(tags=["x"])
    other = factories.article(tags=["x", "y"])
    before = ContentVersion.objects.values().get()
    article.taggings.all().delete()
    ContentVersion.objects.bump(articles=[article.pk])
    assert_exact()
    ContentVersion.objects.update(**before)
    other.taggings.all().delete()
    ContentVersion.objects.bump(articles=[])
    assert_exact()


def test_a_change_reads_the_blocks_with_the_articles_that_have_changed(
    django_assert_num_queries,
):
    articles = [factories.article(tags=["x"]) for _number in range(20)]
    blocks = counts.taggings.current()
    editing.delete(articles[4:5])
    # The log, articles whose schedule is due, and one block.
    with django_assert_num_queries(3):
        changed = counts.taggings.current()
    number = counts.block_of(articles[4].pk)
    assert {n for n in blocks if changed.get(n) is not blocks[n]} == {number}
    ContentVersion.objects.bump(articles=[])
    with django_assert_num_queries(2):
        assert counts.taggings.current() is changed


@pytest.mark.parametrize("limit", [1, 2, 3, 9])
def test_of_tags_that_are_used_as_often_the_oldest_are_listed(limit):
    for tags in (["d", "c"], ["b"], ["a", "d"], ["b"], ["e"]):
        factories.article(tags=tags)
    expected = ["d", "b", "c", "a", "e"][:limit]
    assert [tag.name for tag in statistics.most_used_tags(limit)[0]] == sorted(expected)
    assert statistics.most_used_tags(limit)[1] == (limit < 5)
