"""Plain functions that create content for tests, with `editing`, as an editor does."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Permission, User
from django.utils import timezone

from articles import editing
from articles.models import Article, Status
from articles.text import names

numbers = count(1)


def article(title: str = "", *, tags: Iterable[str] = (), **fields: Any) -> Article:
    """A saved article, published unless `status` says otherwise."""
    title = title or f"Article {next(numbers)}"
    fields.setdefault("slug", names.slug(title))
    fields.setdefault("status", Status.PUBLISHED)
    article = Article(title=title, **fields)
    editing.save(article, tags)
    return article


def hidden_articles(**fields: Any) -> None:
    """A draft, an archived, a scheduled and an expired article: “Secret …”."""
    now = timezone.now()
    article("Secret draft", status=Status.DRAFT, **fields)
    article("Secret of old", status=Status.ARCHIVED, **fields)
    article("Secret of tomorrow", publish_at=now + timedelta(days=1), **fields)
    article("Secret of yesterday", expire_at=now - timedelta(days=1), **fields)


def rename(article: Article, *, title: str = "", slug: str = "") -> None:
    """Save `article` with another title or slug."""
    article.title = title or article.title
    article.slug = slug or article.slug
    editing.save(article)


def user(name: str = "", *permissions: str, **fields: Any) -> User:
    """A staff user with these permissions of the app, such as ``change_article``."""
    fields.setdefault("is_staff", True)
    user = User.objects.create_user(name or f"user-{next(numbers)}", password="pass", **fields)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="articles", codename__in=permissions)
    )
    return user


def editor(name: str = "") -> User:
    """A staff user with all permissions of the app."""
    permissions = Permission.objects.filter(content_type__app_label="articles")
    return user(name, *permissions.values_list("codename", flat=True))
