"""Saving articles, beside saving a bare model. Imported by `in_process`."""

import statistics
import time
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import reverse

from articles import editing
from articles.admin.submitted import submitted_value
from articles.models import Article, Status
from tests.bench import corpus
from tests.bench.models import BareArticle

REPEAT = 60


def save() -> dict[str, float]:
    """Return the median milliseconds of editing articles, and of the same with a bare model.

    `change` and `rename` are of random articles; `change new` is of articles that were created
    just before, like the bare ones that it is compared with.
    """
    new: list[Article] = []
    articles = list(Article.objects.order_by("?")[:REPEAT])
    drafts = [
        (item, f"{item.title} again {time.time_ns()}") for item in list(corpus.generate(REPEAT))
    ]
    bare = [BareArticle(slug=f"bare-{time.time_ns()}-{n}") for n in range(REPEAT)]
    texts = [item for item, _title in drafts]
    return {
        "create": median(lambda n: new.append(create(*drafts[n]))),
        "bare create": median(lambda n: bare_save(bare[n], texts[n])),
        "change": median(lambda n: change(articles[n])),
        "change new": median(lambda n: change(new[n])),
        "bare change": median(lambda n: bare_save(bare[n], texts[n])),
        "rename": median(lambda n: rename(articles[n])),
        "save in place": save_forms(articles),
    }


def save_forms(articles: list[Article]) -> float:
    """Return the median milliseconds of saving the form of published articles without a page."""
    setup_test_environment()
    client = Client()
    client.force_login(User.objects.get(username="bench"), settings.AUTHENTICATION_BACKENDS[-1])
    pages = [client.get(admin_url(article)).context for article in articles]
    forms = [page["adminform"].form for page in pages]
    bases = [page["base_revision"] for page in pages]

    def post(number: int) -> None:
        form = forms[number]
        data = {name: submitted_value(form, name) for name in form.fields}
        data |= {"_publish": "1", "revision": bases[number], "body": f"{data['body']}\nMore.\n"}
        url = admin_url(articles[number])
        response = client.post(url, data, headers={"Accept": "application/json"})
        assert response.status_code == HTTPStatus.OK, response.content

    return median(post)


def admin_url(article: Article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])


def median(action: Callable[[int], object]) -> float:
    times = []
    for number in range(REPEAT):
        start_time = time.perf_counter()
        action(number)
        times.append((time.perf_counter() - start_time) * 1000)
    return statistics.median(times)


def create(item: corpus.Generated, title: str) -> Article:
    article = Article(
        title=title, slug=editing.free_slug(title), body=item.body, status=Status.PUBLISHED
    )
    editing.save(article, item.tags)
    return article


def change(article: Article) -> None:
    article.body += "\nOne more sentence.\n"
    editing.save(article)


def rename(article: Article) -> None:
    article.title += f" {time.time_ns()}"
    editing.save(article)


@transaction.atomic
def bare_save(article: BareArticle, item: corpus.Generated) -> None:
    article.title, article.summary, article.body = item.title, item.summary, item.body
    article.save()
    article.tags.set(item.tags)
