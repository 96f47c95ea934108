"""What staff may read of articles and tags, beyond what all readers see.

One rule for lists, suggestions, error messages and the like: `viewable_articles`.
"""

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from articles.models import Article, Name, Revision, Tag, Tagging
from articles.models.article import ArticleQuerySet
from articles.models.name import NameQuerySet
from articles.text import names

AnyUser = User | AnonymousUser


def viewable_articles(user: AnyUser) -> ArticleQuerySet:
    """The articles that `user` may read in the admin. To add articles is not enough: those users
    read what is public."""
    articles: ArticleQuerySet = (
        Article.objects.all() if _can_view(user, "article") else Article.objects.public()
    )
    return articles


def viewable_names(user: AnyUser) -> NameQuerySet:
    """The names of `viewable_articles` that `user` may be shown."""
    if _can_view(user, "article"):
        return Name.objects.all()
    return Name.objects.public().filter(article__in=viewable_articles(user))


def viewable_revisions(user: AnyUser) -> QuerySet[Revision]:
    """The revisions that `user` may read: those of articles that are theirs to read in the admin.

    What is public was not always, so who reads only that reads no revision.
    """
    revisions = Revision.objects.all()
    return revisions if _can_view(user, "article") else revisions.none()


def can_view_article(user: AnyUser, article: Article) -> bool:
    return viewable_articles(user).filter(pk=article.pk).exists()


def can_view_name(user: AnyUser, name: Name) -> bool:
    """Return whether `user` may be told which article has `name`."""
    return viewable_names(user).filter(pk=name.pk).exists()


def can_view_tag_name(user: AnyUser, name: str) -> bool:
    """Return whether `user` may be told which tag has `name` as its name or synonym."""
    if _can_view(user, "tag"):
        return True
    tag = Tag.objects.resolve([name], public=True).get(names.fold(name))
    return bool(tag and Tagging.objects.public_tags().filter(pk=tag.pk).exists())


def _can_view(user: AnyUser, model: str) -> bool:
    """Return whether `user` may read all objects of `model`, as in the admin."""
    return any(user.has_perm(f"articles.{action}_{model}") for action in ("view", "change"))
