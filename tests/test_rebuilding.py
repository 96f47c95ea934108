"""All derived data is derived again: the same in worker processes as in this one."""

from functools import partial

import pytest

from articles import editing, rebuilding
from articles.models import Article, Link, Name
from articles.workers import MIN_ITEMS, Workers
from tests import factories
from tests.serializers.test_markdown import derived_rows

pytestmark = pytest.mark.django_db


def test_worker_processes_derive_the_same(settings):
    settings.ALLOWED_HOSTS = ["wiki.example"]
    link = "[it](https://wiki.example/articles/article-1/), ![A map](/media/map.png)"
    for number in range(MIN_ITEMS):
        factories.article(f"Article {number}", tags=["history"], body=f"# Part\n\nSee {link}.")
    before = derived_rows()
    Article.objects.update(html="", text="", toc=[], word_count=0, sort_key="", image_url="")
    Link.objects.all().delete()
    Name.objects.all().delete()
    reported: list[int] = []
    with Workers(2) as workers:
        rebuilt = rebuilding.rebuild(reported.append, workers)
    assert derived_rows() == before
    assert (rebuilt.total, sum(reported)) == (MIN_ITEMS, MIN_ITEMS)


class SlowWorkers(Workers):
    """Calls `change` after the sources of a batch were read, and before it is written."""

    def __init__(self, change):
        super().__init__(0)
        self.change = change

    def submit(self, function, items):
        results = super().submit(function, items)
        self.change()
        return results


def test_an_article_that_is_saved_meanwhile_keeps_what_was_saved():
    article = factories.article("Peace", body="Old words.")
    article.body = "New words, and [[War]]."
    rebuilding.rebuild(workers=SlowWorkers(partial(editing.save, article)))
    assert "New words" in Article.objects.get().html
    assert Link.objects.get().name == "War"


def test_an_article_that_is_deleted_meanwhile_stays_deleted():
    article = factories.article("Peace")
    factories.article("War")
    rebuilding.rebuild(workers=SlowWorkers(partial(editing.delete, [article], None)))
    assert [article.title for article in Article.objects.all()] == ["War"]
