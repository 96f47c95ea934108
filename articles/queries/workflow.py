"""What waits to be done: reviews, drafts of a user, and scheduled publications.

Each function takes a fixed number of queries.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from articles.models import Article, Draft, Revision, RevisionKind, Status

MAX_ITEMS = 50


class Step(StrEnum):
    """Where an item is, or what happens to it next."""

    DRAFT = "draft"
    RETURNED = "returned"
    REVIEW = "review"
    PUBLISH = "publish"
    CHANGE = "change"
    EXPIRE = "expire"


class WorkItem(NamedTuple):
    """An article, or the draft of a published one, with its own `title`.

    `at` is when it came there, or when it is published; `editor` is who saved it last, and `note`
    why it was sent back or could not be published. If it `is_hidden`, the user may not read the
    article: it has only its primary key and the language of the draft.
    """

    article: Article
    title: str
    step: Step
    at: datetime
    editor: str
    note: str
    is_draft_of_published: bool
    is_hidden: bool = False


def waiting_for_review(limit: int = MAX_ITEMS) -> list[WorkItem]:
    """Return what waits for review, the longest first. `at` is when it was submitted."""
    articles = _with_newest(Article.objects.in_review())
    drafts = _drafts().in_review()
    items = [*_article_items(articles, limit), *_draft_items(drafts, limit)]
    return sorted(items, key=lambda item: item.at)[:limit]


def in_progress(
    user: AbstractBaseUser,
    viewable: QuerySet[Article],
    hidden: QuerySet[Revision],
    limit: int = MAX_ITEMS,
) -> list[WorkItem]:
    """Return the drafts of `user`: unpublished articles, changes of published ones that are
    `viewable`, and the `hidden` drafts. The last saved come first."""
    articles = _with_newest(Article.objects.filter(owner=user.pk))
    drafts = _drafts().filter(owner=user.pk, article__in=viewable.order_by())
    items = [
        # The index of own articles has the order within one status.
        *_article_items(articles.drafts(), limit),
        *_article_items(articles.in_review(), limit),
        *_draft_items(drafts, limit),
        *_hidden_items(hidden, limit),
    ]
    return sorted(items, key=lambda item: item.at, reverse=True)[:limit]


def scheduled(until: datetime, limit: int = MAX_ITEMS) -> list[WorkItem]:
    """Return what is published, changed or hidden by a schedule until then, the next first."""
    articles = Article.objects.for_lists()
    drafts = _drafts().filter(publish_at__lte=until).order_by("publish_at")[:limit]
    items = [
        *(
            _item(article, article.title, Step.PUBLISH, article.publish_at)
            for article in articles.opening(until)[:limit]
        ),
        *(
            _item(article, article.title, Step.EXPIRE, article.expire_at)
            for article in articles.closing(until)[:limit]
        ),
        *(_draft_item(draft, Step.CHANGE, draft.publish_at) for draft in drafts),
    ]
    return sorted(items, key=lambda item: item.at)[:limit]


def failed(limit: int = MAX_ITEMS) -> list[WorkItem]:
    """Return the changes that could not be published at their time; `note` says why."""
    drafts = _drafts().exclude(failure="").order_by("-revision_id")[:limit]
    return [
        _draft_item(draft, Step.DRAFT, draft.revision.created)._replace(note=draft.failure)
        for draft in drafts
    ]


def _with_newest(articles: Any) -> Any:
    """Add what the newest revision says, and when the article was submitted for review."""
    revisions = Revision.objects.filter(article=OuterRef("pk")).order_by("-number")
    newest = {
        f"newest_{name}": Subquery(revisions.values(name)[:1])
        for name in ("kind", "comment", "editor")
    }
    submitted = revisions.filter(kind=RevisionKind.SUBMITTED).values("created")[:1]
    return articles.for_lists().annotate(**newest, submitted=Subquery(submitted))


def _drafts() -> Any:
    """The drafts, whose articles and revisions are read afterwards: they are few, and a database
    without statistics would join all articles first."""
    drafts = Draft.objects.prefetch_related(
        Prefetch("article", Article.objects.for_lists()),
        Prefetch("revision", Revision.objects.defer("body")),
    )
    submitted = Revision.objects.filter(article=OuterRef("pk"), kind=RevisionKind.SUBMITTED)
    return drafts.annotate(submitted=Subquery(submitted.order_by("-number").values("created")[:1]))


def _article_items(articles: QuerySet[Any], limit: int) -> Iterable[WorkItem]:
    for article in articles.order_by("-updated", "-pk")[:limit]:
        at = article.submitted if article.status == Status.REVIEW else None
        step = _step(article.status, article.newest_kind)
        yield _item(
            article,
            article.title,
            step,
            at or article.updated,
            editor=article.newest_editor or "",
            note=article.newest_comment if step == Step.RETURNED else "",
        )


def _draft_items(drafts: QuerySet[Any], limit: int) -> Iterable[WorkItem]:
    for draft in drafts.order_by("-revision_id")[:limit]:
        at = draft.submitted if draft.status == Status.REVIEW else None
        step = _step(draft.status, draft.revision.kind)
        yield _draft_item(draft, step, at or draft.revision.created)


def _hidden_items(revisions: QuerySet[Revision], limit: int) -> Iterable[WorkItem]:
    for revision in revisions.defer("body").order_by("-created")[:limit]:
        article = Article(pk=revision.article_id, language=revision.fields.get("language", ""))
        title, step = revision.fields.get("title", ""), _step(revision.fields["status"], "")
        item = _item(article, title, step, revision.created, editor=revision.editor)
        yield item._replace(is_hidden=True)


def _step(status: str, newest_kind: str) -> Step:
    if status == Status.REVIEW:
        return Step.REVIEW
    return Step.RETURNED if newest_kind == RevisionKind.RETURNED else Step.DRAFT


def _draft_item(draft: Any, step: Step, at: datetime) -> WorkItem:
    revision = draft.revision
    return _item(
        draft.article,
        revision.fields.get("title", ""),
        step,
        at,
        editor=revision.editor,
        note=revision.comment if step == Step.RETURNED else "",
        is_draft=True,
    )


def _item(
    article: Article,
    title: str,
    step: Step,
    at: datetime,
    *,
    editor: str = "",
    note: str = "",
    is_draft: bool = False,
) -> WorkItem:
    is_draft = is_draft and article.status == Status.PUBLISHED
    return WorkItem(article, title, step, at, editor, note, is_draft)
