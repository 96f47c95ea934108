"""No words are lost and nothing unpublished is shown, whatever happens in which order.

Two windows write one article while a third user runs actions of the list, times come, responses
are lost, sessions end and browsers crash. Each seed is one order. The requests are those that
browsers send.
"""

import random
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from articles import editing
from articles.models import Article, TrashedArticle
from config.publication import publication
from tests import factories
from tests.admin.utils import ARTICLE_LIST, log_in
from tests.interleaving import Expected, State, Window, words

pytestmark = pytest.mark.django_db

# The orders of events, 100 in all: rounds of as many articles. Most that can be wrong is the same
# on PostgreSQL, where they take longer.
ARTICLES, ROUNDS, EVENTS = 10 if connection.vendor == "sqlite" else 5, 10, 4
BODY = "One base1 two.\n\nThree base2 four base3 five.\n\nSix base4 seven.\n"
START = datetime(2026, 11, 30, 9, tzinfo=UTC)
URL = "/articles/peace/"
OF_WINDOWS = (
    *("type", "type", "save", "save", "save", "open", "schedule", "store_working_copy"),
    *("save_without_response", "lose_session", "crash"),
)
OF_DESK = (
    *("publish", "unpublish", "add_tag", "delete", "restore", "restore", "discard_draft"),
    *("pass_time", "pass_time", "pass_time", "pass_time"),
)
# What else shows articles to readers.
SURFACES = (
    "/",
    "/articles/peace.md",
    "/feed/",
    "/tags/",
    "/api/v1/articles/peace",
    "/api/v1/tags",
)


class Desk:
    """A third user, who runs actions of the list; the clock; and the readers."""

    def __init__(self, article, expected, clock):
        self.article, self.expected, self.clock = article, expected, clock
        self.client, self.reader = log_in(superuser("desk")), Client()

    def publish(self):
        self._run_action("publish")
        self.expected.publish()
        return True

    def unpublish(self):
        self._run_action("unpublish")
        self.expected.unpublish()
        return True

    def add_tag(self):
        word = f"desk{self.article.revisions.count()}"
        self._run_action("add_tags", tags=word, listed_tags=word)
        self.expected.add_word(word)
        return True

    def delete(self):
        self._run_action("delete_selected")
        self.expected.is_deleted = True
        return True

    def _run_action(self, action, **data):
        """Run an action on the article, as the page that asks for confirmation does."""
        pk = self.article.pk
        data |= {"action": action, "_selected_action": pk, "listed": pk, "confirmed": "yes"}
        self.client.post(ARTICLE_LIST, data)

    def restore(self):
        if not self.expected.is_deleted:
            return False
        url = f"{ARTICLE_LIST}restore_from_trash/"
        self.client.post(url, {"only": TrashedArticle.objects.get().pk})
        self.expected.is_deleted = False
        return True

    def discard_draft(self):
        if self.expected.is_deleted or not self.expected.draft:
            return False
        url = f"{ARTICLE_LIST}{self.article.pk}/discard/"
        self.client.post(url, {"revision": self.article.revisions.last().number})
        self.expected.discard_draft()
        return True

    def pass_time(self):
        self.clock.shift(timedelta(minutes=2))
        publication.next_check = publication.retry_at = 0.0
        self.expected.pass_time()
        return True

    def check(self):
        """Readers see the article as it was last published, and nothing that was saved is lost."""
        response = self.reader.get(URL)
        if self.expected.is_public:
            assert response.status_code == 200
            assert words(response.content.decode()) == self.expected.row.words
        else:
            assert response.status_code in (404, 410)
        assert self.expected.acknowledged <= self.expected.newest.words | self.expected.removed
        if not self.expected.is_deleted:
            assert stored_words() == self.expected.newest.words

    def check_surfaces(self):
        visible = self.expected.row.words if self.expected.is_public else set()
        for url in SURFACES:
            assert words(self.reader.get(url).content.decode()) <= visible, url


def stored_words():
    """Return the words of the newest state, which the form opens."""
    newest = editing.open_newest(Article.objects.get())
    return words(newest.body, newest.fields["summary"], *newest.fields["tags"])


def superuser(name):
    return User.objects.create(username=name, is_staff=True, is_superuser=True)


@pytest.mark.parametrize("seed", range(ARTICLES))
def test_nothing_is_lost_or_shown_too_early(seed):
    order = random.Random(seed)
    with time_machine.travel(START, tick=False) as clock:
        article = factories.article("Peace", body=BODY)
        expected = Expected(State(words(BODY)))
        desk = Desk(article, expected, clock)
        amina = superuser("amina")
        users = [amina, order.choice([amina, superuser("omar")])]
        windows = [Window(user, article, expected, order) for user in users]
        for _round in range(ROUNDS):
            for happen in events(order, desk, windows):
                print(happen)  # The last events, if the test fails.
                if happen():
                    desk.check()
        desk.check_surfaces()


def events(order, desk, windows):
    """Yield what happens in a round, after both windows have changed a state."""
    yield desk.restore
    for window in windows:
        yield from (window.open, window.type)
    for _number in range(EVENTS):
        if order.random() < 0.7:
            yield getattr(order.choice(windows), order.choice(OF_WINDOWS))
        else:
            yield getattr(desk, order.choice(OF_DESK))
