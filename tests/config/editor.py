"""A process that edits articles: reads commands from the lines of stdin, prints results as JSON.

A command is JSON: the name of a function below and its arguments. The tests of the page cache
start it, because a change must be visible in other processes than the one that makes it.
"""

import json
import sys
from datetime import timedelta
from io import StringIO

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from articles import editing  # noqa: E402
from articles.models import Article, ContentVersion, Status, Tag, TrashedArticle  # noqa: E402


def create(slug: str, title: str, body: str = "", status: str = Status.PUBLISHED) -> None:
    editing.save(Article(slug=slug, title=title, body=body, status=status), [])


def schedule(slug: str, title: str, publish_in: float, expire_in: float) -> list[float]:
    """Create an article that is public between two moments, given in seconds from now.

    Returns these moments, in seconds since 1970.
    """
    now = timezone.now()
    article = Article(
        slug=slug,
        title=title,
        status=Status.PUBLISHED,
        publish_at=now + timedelta(seconds=publish_in),
        expire_at=now + timedelta(seconds=expire_in),
    )
    editing.save(article, [])
    return [article.publish_at.timestamp(), article.expire_at.timestamp()]


def schedule_change(slug: str, publish_in: float, **fields: str) -> float:
    """Schedule a change of a public article, in seconds from now. Return when, as `schedule`."""
    changed = article(slug)
    for name, value in fields.items():
        setattr(changed, name, value)
    publish_at = timezone.now() + timedelta(seconds=publish_in)
    editing.schedule(changed, publish_at)
    return publish_at.timestamp()


def publish(slug: str) -> None:
    editing.publish([article(slug)], None)


def change(slug: str, **fields: str) -> None:
    changed = article(slug)
    for name, value in fields.items():
        setattr(changed, name, value)
    editing.save(changed)


def set_tags(slug: str, tags: list[str]) -> None:
    editing.save(article(slug), tags)


def delete_tags() -> None:
    editing.delete_tags(Tag.objects.all())


def delete(slug: str) -> None:
    editing.delete([article(slug)])


def restore() -> None:
    editing.restore_from_trash(TrashedArticle.objects.all())


def store_html_of_earlier_version(slug: str, html: str) -> None:
    Article.objects.filter(slug=slug).update(html=html, derived_by="earlier")
    ContentVersion.objects.bump()


def rebuild() -> None:
    call_command("rebuild", verbosity=0, stdout=StringIO())


def article(slug: str) -> Article:
    return Article.objects.get(slug=slug)


COMMANDS = {
    command.__name__: command
    for command in (
        create,
        schedule,
        schedule_change,
        publish,
        change,
        set_tags,
        delete_tags,
        delete,
        restore,
        store_html_of_earlier_version,
        rebuild,
    )
}

if __name__ == "__main__":
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(COMMANDS[name](**arguments)), flush=True)
