"""Plain functions that make content for tests, the way an editor would: through `editing`."""

from collections.abc import Iterable
from itertools import count
from typing import Any

from django.contrib.auth.models import Permission, User

from articles import editing
from articles.models import Article, Status
from articles.text import names

numbers = count(1)


def article(title: str = "", *, tags: Iterable[str] = (), **fields: Any) -> Article:
    """A saved article, published unless `status` says otherwise."""
    title = title or f"Article {next(numbers)}"
    fields.setdefault("slug", names.slug(title))
    fields.setdefault("status", Status.PUBLISHED)
    made = Article(title=title, **fields)
    editing.save(made, tags)
    return made


def user(name: str = "", *permissions: str, **fields: Any) -> User:
    """A member of staff with these permissions on articles, such as ``change_article``."""
    fields.setdefault("is_staff", True)
    made = User.objects.create_user(name or f"user-{next(numbers)}", password="pass", **fields)
    wanted = Permission.objects.filter(
        content_type__app_label="articles", codename__in=permissions
    )
    made.user_permissions.set(wanted)
    return made


def editor(name: str = "") -> User:
    """A member of staff who may do everything with articles and tags."""
    permissions = Permission.objects.filter(content_type__app_label="articles")
    return user(name, *permissions.values_list("codename", flat=True))
