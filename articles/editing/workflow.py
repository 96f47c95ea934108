"""The way of an article, or of a draft of it, to its readers: review, schedule, publication."""

from datetime import datetime, timedelta
from typing import Unpack

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from articles.editing.articles import NOT_PUBLISHED, Authorize, SaveOptions, allow, lock_stored
from articles.editing.drafts import publish_draft, save_draft, save_row
from articles.editing.revisions import in_site_language
from articles.models import Article, ContentVersion, Draft, Revision, RevisionKind, Status
from articles.transactions import atomic_without_waiting

# Milliseconds for which the publication of a due draft waits for other transactions. Requests of
# readers wait for it.
MAX_WAIT = 1000
# A change is scheduled at least this long before its publication. Within that time each process
# learns of it.
MIN_LEAD = timedelta(seconds=1)


@transaction.atomic
def submit(article: Article, **options: Unpack[SaveOptions]) -> Revision | None:
    """Save `article`, as `save_draft` does, and ask for its review."""
    options["kind"] = RevisionKind.SUBMITTED
    return save_draft(article, status=Status.REVIEW, **options)


@transaction.atomic
def send_back(article: Article, note: str, **options: Unpack[SaveOptions]) -> Revision | None:
    """Save `article`, as `save_draft` does, as a draft again; `note` says what is to be changed.

    Raises ValidationError without a note, or if the article doesn't wait for review.
    """
    if not note.strip():
        raise ValidationError(gettext("Write a note that says what is to be changed."), "note")
    if workflow_status(article) != Status.REVIEW:
        raise ValidationError(gettext("This article isn't waiting for review any more."))
    options["kind"], options["comment"] = RevisionKind.RETURNED, note.strip()
    return save_draft(article, status=Status.DRAFT, **options)


def workflow_status(article: Article) -> Status:
    """Return the stored status of `article`; of a published one with a draft, that of the draft.

    Locks the article. Call inside atomic().
    """
    stored = lock_stored(article)
    status = Status(stored.status) if stored else Status.DRAFT
    if status != Status.PUBLISHED:
        return status
    draft = Draft.objects.select_related("revision").filter(pk=article.pk).first()
    return draft.status if draft else status


@transaction.atomic
def schedule(article: Article, at: datetime, **options: Unpack[SaveOptions]) -> Revision | None:
    """Save `article` and let readers see it, or the change of it, from `at` on.

    If readers see the article already, or have seen it, its draft is published then. Else the
    article itself is published with this date. Raises ValidationError for a date in the past, for
    one after the article has expired, and if the draft would change nothing.
    """
    check_schedule(at, article.expire_at)
    stored = lock_stored(article)
    if stored is None or not stored.is_due:
        article.publish_at = at
        return save_row(article, Status.PUBLISHED, **options)
    revision = save_draft(article, status=Status.DRAFT, **options)
    user = options.get("user")
    scheduled = Draft.objects.filter(pk=article.pk)
    if not scheduled.update(publish_at=at, scheduled_by=user.pk if user else None, failure=""):
        raise ValidationError(gettext("There is no change to schedule."), "no_change")
    ContentVersion.objects.bump(public=False, articles=())
    return revision


def check_schedule(at: datetime | None, expire_at: datetime | None) -> None:
    """Raise ValidationError if nothing can be published at that time, or if there is none."""
    if at is None:
        raise ValidationError(gettext("Enter the date and time of the publication."), "required")
    if at < timezone.now() + MIN_LEAD:
        raise ValidationError(gettext("This date is in the past. Publish it now instead."), "past")
    if expire_at and expire_at <= at:
        raise ValidationError(gettext("The article expires before that."), "expired")


@transaction.atomic
def cancel_schedule(article: Article, authorize: Authorize = allow) -> bool:
    """Keep the draft of `article`, but don't publish it without further action, and forget why it
    could not be published. Return whether it was scheduled, or could not be published."""
    stored = lock_stored(article)
    if stored:
        authorize(stored)
    drafts = Draft.objects.filter(~Q(failure="") | Q(publish_at__isnull=False), pk=article.pk)
    cancelled = bool(drafts.update(publish_at=None, scheduled_by=None, failure=""))
    if cancelled:
        ContentVersion.objects.bump(public=False, articles=())
    return cancelled


def publish_due() -> int:
    """Publish the drafts whose time has come, as they were scheduled. Return their number.

    The first request after that time calls this, whatever it asks for. Of several processes one
    publishes a draft, and the others wait for it, at most `MAX_WAIT`. A draft that can't be
    published, because the live article has changed too or a name is taken, stays with the reason.
    Raises a DatabaseError if the database can't be written.
    """
    due = list(Draft.objects.due().values_list("pk", flat=True))
    return sum(map(_publish_due, due))


def _publish_due(pk: int) -> bool:
    with atomic_without_waiting(MAX_WAIT):
        if lock_stored(Article(pk=pk)) is None:
            return False
        drafts = Draft.objects.due().filter(pk=pk)
        draft = drafts.select_related("article", "scheduled_by").first()
        if draft is None:
            return False
        if draft.article.status != Status.PUBLISHED:
            _record_failure(draft, NOT_PUBLISHED)
            return False
        try:
            # Messages for editors are stored: the language of this reader does not matter.
            with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
                publish_draft(draft.article, draft.scheduled_by, updated=draft.publish_at)
        except ValidationError as error:
            _record_failure(draft, " ".join(error.messages))
            return False
        except IntegrityError:
            _record_failure(draft, gettext_lazy("A name or the slug is taken."))
            return False
    return True


def _record_failure(draft: Draft, reason: str | Promise) -> None:
    """Let the draft stay unpublished, and tell editors why."""
    draft.failure = in_site_language(reason)
    draft.publish_at = draft.scheduled_by = None
    draft.save(update_fields=["publish_at", "scheduled_by", "failure"])
    ContentVersion.objects.bump(public=False, articles=())
