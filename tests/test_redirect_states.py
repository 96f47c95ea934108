"""No order of changes makes a redirect loop or a chain of redirects: a state machine.

After each change, every URL that an article has ever had answers 200, redirects once to a URL that
answers 200, or answers 404 or 410.
"""

from contextlib import suppress
from itertools import cycle

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from articles import editing
from articles.models import Article, Name, Revision, Status, TrashedArticle
from articles.text import names

pytestmark = pytest.mark.django_db

# Few names, so that articles meet at them; two are one by the rules of names.
NAMES = ["alpha", "beta", "gamma", "Béta", "delta", "secret"]
URLS = ["/articles/{}/", "/articles/{}", "/articles/{}.md", "/api/v1/articles/{}"]
PROFILE = settings(
    # The rules are the same on PostgreSQL, where they take longer.
    max_examples=12 if connection.vendor == "sqlite" else 6,
    stateful_step_count=14,
    deadline=None,
    derandomize=True,
    database=None,
    # Shrinking a failure would take minutes; the steps of the first one are printed.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

name = st.sampled_from(NAMES)
some_names = st.lists(name, max_size=2)
language = st.sampled_from(["en", "ar"])
status = st.sampled_from([Status.PUBLISHED, Status.PUBLISHED, Status.DRAFT, Status.ARCHIVED])
index = st.integers(0, 5)


class Site(RuleBasedStateMachine):
    """Articles that editors change in all ways, some of which are refused."""

    def __init__(self):
        super().__init__()
        # Statistics are cached by content version, which starts at the same number in each run.
        cache.clear()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.client = Client()
        # The names by which readers have reached an article.
        self.public_keys = set()
        # One kind of URL after the other: a request for each of them would take minutes.
        self.urls = cycle(URLS)

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize(aliases=some_names)
    def create_two(self, aliases):
        """Changes need articles."""
        self.create("alpha", "alpha", "en", Status.PUBLISHED, aliases)
        self.create("secret", "secret", "en", Status.DRAFT, [])

    @rule(title=name, slug=name, language=language, status=status, aliases=some_names)
    def create(self, title, slug, language, status, aliases):
        article = Article(title=title, slug=names.slug(slug), language=language, status=status)
        article.aliases = aliases
        save(article)

    @rule(number=index, title=name, slug=name)
    def rename(self, number, title, slug):
        for article in pick(Article.objects.order_by("pk"), number):
            article.title, article.slug = title, names.slug(slug)
            save(article)

    @rule(number=index, aliases=some_names, former=st.booleans())
    def change_names(self, number, aliases, former):
        for article in pick(Article.objects.order_by("pk"), number):
            article.aliases = aliases
            article.former = article.former if former else []
            save(article)

    @rule(number=index, status=status)
    def change_status(self, number, status):
        for article in pick(Article.objects.order_by("pk"), number):
            article.status = status
            save(article)

    @rule(number=index, title=name, slug=name)
    def publish_a_draft_with_another_name(self, number, title, slug):
        for article in pick(Article.objects.order_by("pk"), number):
            article.title, article.slug = title, names.slug(slug)
            attempt(editing.save_draft, article)
            if hasattr(Article.objects.get(pk=article.pk), "draft"):
                attempt(editing.publish_draft, article, None)

    @rule(number=index, source=index)
    def translate(self, number, source):
        for article in pick(Article.objects.order_by("pk"), number):
            for other in pick(Article.objects.exclude(pk=article.pk).order_by("pk"), source):
                article.translation_of = other.slug
                save(article)

    @rule(number=index)
    def restore_a_revision(self, number):
        for revision in pick(Revision.objects.order_by("-pk"), number):
            attempt(editing.restore, revision, None)

    @rule(number=index)
    def undo(self, number):
        for revision in pick(Revision.objects.order_by("-pk"), number):
            attempt(editing.undo, revision, None)

    @rule(number=index)
    def delete(self, number):
        editing.delete(pick(Article.objects.order_by("pk"), number))

    @rule(number=index, survivor=index)
    def merge(self, number, survivor):
        """Delete an article, and let its names lead to another one."""
        for article in pick(Article.objects.order_by("pk"), number):
            for other in pick(Article.objects.exclude(pk=article.pk).order_by("pk"), survivor):
                editing.delete([article])
                other.aliases = [*other.aliases, article.title, article.slug]
                save(other)

    @rule(number=index)
    def restore_from_trash(self, number):
        attempt(editing.restore_from_trash, pick(TrashedArticle.objects.order_by("pk"), number))

    @rule(number=index)
    def empty_trash(self, number):
        rows = pick(TrashedArticle.objects.order_by("pk"), number)
        editing.empty_trash(TrashedArticle.objects.filter(pk__in=[row.pk for row in rows]))

    @invariant()
    def every_url_answers_or_redirects_once(self):
        public = set(Name.objects.public().values_list("key", flat=True))
        url = next(self.urls)
        for text in sorted({*NAMES, *Article.objects.values_list("slug", flat=True)}):
            status, key = self.status_of(url.format(text)), names.fold(text)
            assert (status == 200) == (key in public), (text, status)
            assert status != 410 or key in self.public_keys, text
        self.public_keys |= public

    def status_of(self, url):
        """Return the status that a browser ends at, after at most one redirect."""
        response = self.client.get(url)
        if response.status_code == 301:
            response = self.client.get(response["Location"])
            assert response.status_code == 200, (url, response.status_code)
        assert response.status_code in (200, 404, 410), (url, response.status_code)
        return response.status_code


def pick(rows, number):
    """Return one of the rows in a list, or none."""
    rows = list(rows)
    return [rows[number % len(rows)]] if rows else []


def attempt(function, *arguments):
    """Call a function of `editing`, which may refuse the change."""
    with suppress(ValidationError, IntegrityError), transaction.atomic():
        function(*arguments)


def save(article):
    attempt(editing.save, article)


def test_no_order_of_changes_makes_a_loop_or_a_chain(settings):
    settings.API_RATE = 10**6
    run_state_machine_as_test(Site, settings=PROFILE)
