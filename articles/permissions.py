"""What staff may read and change of articles and tags, beyond what all readers see.

One rule for lists, suggestions, error messages and the like: `viewable_articles`. Editors are the
users who may publish. Writers may change articles but not publish them: only their own ones are
theirs to read and change before they are public.
"""

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from articles.models import (
    Article,
    Draft,
    Kind,
    Name,
    Revision,
    Status,
    Tag,
    Tagging,
    TrashedArticle,
)
from articles.models.article import ArticleQuerySet
from articles.models.name import NameQuerySet
from articles.models.visibility import public
from articles.search import Scope
from articles.text import names

AnyUser = User | AnonymousUser
UNPUBLISHED = (Status.DRAFT, Status.REVIEW)


def viewable_articles(user: AnyUser) -> ArticleQuerySet:
    """The articles that `user` may read in the admin.

    Writers read what is public and their own articles. To add articles is not enough: users who
    may only do that read what is public.
    """
    articles: ArticleQuerySet = Article.objects.all()
    if can_view_all(user):
        return articles
    if not _can_view(user, "article"):
        return articles.public()
    return articles.filter(public() | Q(owner=user.pk))


def viewable_names(user: AnyUser) -> NameQuerySet:
    """The names of `viewable_articles` that `user` may be shown."""
    if can_view_all(user):
        return Name.objects.all()
    own = Q(article__owner=user.pk) if _can_view(user, "article") else Q()
    return Name.objects.filter(own | public("article__") & ~Q(kind=Kind.HIDDEN))


def viewable_revisions(user: AnyUser) -> QuerySet[Revision]:
    """The revisions that `user` may read, those of articles in the trash included.

    Writers read those of their own articles, and of other public ones their own revisions and
    those that readers could see. Who reads only what is public reads no revision: what is public
    now was not always.
    """
    revisions = Revision.all_objects.all()
    if can_view_all(user):
        return revisions
    if not _can_view(user, "article"):
        return revisions.none()
    readable = Q(editor=user.get_username()) | _was_public()
    own = Q(article__owner=user.pk) | Q(trashed__owner=user.pk)
    return revisions.filter(own | public("article__") & readable)


def _was_public() -> Q:
    """Return a condition under which readers could see a revision of an article that is public.

    One with a schedule may have been hidden until the next: only the present one is certain. This
    is less than `Revision.objects.public_states`, but needs no dates, which JSON has as texts.
    """
    published = Q(is_draft=False, fields__status=Status.PUBLISHED)
    later = Revision.objects.filter(
        article=OuterRef("article"), number__gt=OuterRef("number"), is_draft=False
    )
    unscheduled = _is_empty("publish_at") & _is_empty("expire_at")
    return published & (unscheduled | ~Q(Exists(later)))


def _is_empty(name: str) -> Q:
    """Return the condition that a field of a revision is null or missing."""
    return Q(**{f"fields__{name}": None}) | Q(**{f"fields__{name}__isnull": True})


def viewable_drafts(user: AnyUser) -> QuerySet[Draft]:
    """The drafts of published articles that `user` may read: writers, their own."""
    drafts: QuerySet[Draft] = Draft.objects.all()
    if can_view_all(user):
        return drafts
    if not _can_view(user, "article"):
        return drafts.none()
    return drafts.filter(Q(owner=user.pk) | Q(article__owner=user.pk))


def own_draft_revisions(user: AnyUser) -> QuerySet[Revision]:
    """The last revision by `user` of each draft that `user` began.

    It is the user's own text, whatever happens to the article. A later revision by another user is
    not: that may have what the article says now.
    """
    if not user.has_perm("articles.change_article"):
        return Revision.objects.none()
    own = Revision.objects.filter(
        article=OuterRef("pk"), editor=user.get_username(), is_draft=True
    ).order_by("-number")
    drafts = Draft.objects.filter(owner=user.pk)
    return Revision.objects.filter(pk__in=drafts.values(own=Subquery(own.values("pk")[:1])))


def hidden_draft_revisions(user: AnyUser) -> QuerySet[Revision]:
    """Those of `own_draft_revisions` whose article the user may not read any more."""
    revisions = own_draft_revisions(user)
    if can_view_all(user):
        return revisions.none()
    return revisions.exclude(article__in=viewable_articles(user).order_by())


def search_scope(user: AnyUser) -> Scope:
    """What `user` may find by a search in the admin."""
    return Scope(viewable_articles(user), viewable_names(user), viewable_drafts(user))


def can_view_all(user: AnyUser) -> bool:
    """Return whether `user` may read all articles, and not only public and own ones."""
    return _can_view(user, "article") and not is_writer(user)


def is_writer(user: AnyUser) -> bool:
    """Return whether `user` may change articles but not publish them."""
    return user.has_perm("articles.change_article") and not can_publish(user)


def can_publish(user: AnyUser) -> bool:
    return user.has_perm("articles.publish_article")


def can_import(user: AnyUser) -> bool:
    """Return whether `user` may import articles: it creates, changes and publishes them, and
    creates the tags that they have."""
    actions = ("add_article", "change_article", "publish_article", "add_tag")
    return user.has_perms(f"articles.{action}" for action in actions)


def can_change_article(user: AnyUser, article: Article) -> bool:
    """Return whether `user` may change `article`, as it is stored, or propose a change of it.

    Writers change their own articles until these are published. Of a published article they may
    save a draft, unless it has the draft of another user.
    """
    can_write = _can_write(user, article) or _can_propose(user, article)
    return user.has_perm("articles.change_article") and can_write


def can_save_article(user: AnyUser, article: Article) -> bool:
    """Return whether `user` may change the row of `article`, which readers see if it is published,
    and not only a draft of it."""
    return user.has_perm("articles.change_article") and _can_write(user, article)


def can_delete_article(user: AnyUser, article: Article) -> bool:
    """Return whether `user` may delete `article`: without the permission to publish, only an
    unpublished one of their own."""
    return user.has_perm("articles.delete_article") and _can_write(user, article)


def restorable_articles(user: AnyUser) -> QuerySet[TrashedArticle]:
    """The deleted articles that `user` may read and restore: see `can_restore_article`."""
    trashed = TrashedArticle.objects.all()
    if not _can_change_or_delete(user):
        return trashed.none()
    if can_publish(user):
        return trashed
    return trashed.filter(owner=user.pk, status__in=UNPUBLISHED)


def can_restore_article(user: AnyUser, article: Article) -> bool:
    """Return whether `user` may restore `article` from the trash: who may change it may, and who
    may delete it."""
    return _can_change_or_delete(user) and _can_write(user, article)


def _can_change_or_delete(user: AnyUser) -> bool:
    return any(user.has_perm(f"articles.{action}_article") for action in ("change", "delete"))


def _can_write(user: AnyUser, article: Article) -> bool:
    is_unpublished = article.status in UNPUBLISHED
    return can_publish(user) or (is_unpublished and article.owner_id == user.pk)


def _can_propose(user: AnyUser, article: Article) -> bool:
    if article.status != Status.PUBLISHED or not can_view_article(user, article):
        return False
    return not Draft.objects.filter(pk=article.pk).exclude(owner=user.pk).exists()


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
