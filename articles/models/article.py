"""The article and its queryset."""

import random
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from articles import url_for
from articles.models import fields
from articles.models.name import Kind
from articles.models.visibility import Status, hidden, public
from articles.text import names

WORDS_PER_MINUTE = 220

# The fields that an author writes, in the order of a Markdown document. All others are derived.
AUTHORED = (
    "slug",
    "title",
    "summary",
    "aliases",
    "former",
    "language",
    "translation_of",
    "status",
    "publish_at",
    "expire_at",
    "author",
    "featured",
    "body",
)
EXPIRES_TOO_EARLY = _("An article expires after it is published, not before.")


class ArticleQuerySet(models.QuerySet["Article"]):
    def public(self, at: datetime | None = None) -> Self:
        """The articles that readers may see. Every public query starts here."""
        return self.filter(public(at=at))

    def hidden(self, at: datetime | None = None) -> models.QuerySet["Article", Any]:
        """The primary keys of the articles that readers may not see, some of them twice.

        Queries over all articles exclude these few instead of testing each row: an index finds
        them.
        """
        first, *rest = (self.filter(part).order_by().values("pk") for part in hidden(at))
        return first.union(*rest, all=True)

    def countable(self) -> Self:
        """The same articles as `public`, for counts and the like over all of them.

        The form of the query differs: the database answers it from indexes alone, without reading
        a row. For a page of articles `public` is faster.
        """
        hidden = Article.objects.hidden()
        return self.filter(status=Status.PUBLISHED).exclude(pk__in=hidden)

    def drafts(self) -> Self:
        """The articles that are not published, and don't wait for that."""
        return self.filter(status=Status.DRAFT)

    def published(self) -> Self:
        """The published articles, whether readers can see them at this time or not."""
        return self.filter(status=Status.PUBLISHED)

    def archived(self) -> Self:
        return self.filter(status=Status.ARCHIVED)

    def in_review(self) -> Self:
        """The articles that wait for an editor to publish them or send them back."""
        return self.filter(status=Status.REVIEW)

    def opening(self, until: datetime) -> Self:
        """The published articles that readers can see for the first time until then, the next
        first."""
        dates = Q(publish_at__gt=timezone.now(), publish_at__lte=until)
        return self.filter(dates, status=Status.PUBLISHED).order_by("publish_at")

    def closing(self, until: datetime) -> Self:
        """The published articles that expire until then, the next first."""
        dates = Q(expire_at__gt=timezone.now(), expire_at__lte=until)
        return self.filter(dates, status=Status.PUBLISHED).order_by("expire_at")

    def locked(self, keys: Iterable[int]) -> Self:
        """The articles with these primary keys, locked until the transaction ends.

        Locked in the order of their keys, so that two transactions can't deadlock.
        """
        return self.select_for_update().filter(pk__in=keys).order_by("pk")

    def for_lists(self) -> Self:
        """Defer the large columns, and what is stored after them."""
        return self.defer("body", "html", "text", "toc", "hidden_former")

    def a_to_z(self, letter: str = "") -> Self:
        """In alphabetical order; only those under `letter`, if it is not empty."""
        articles = self.order_by("sort_key", "slug")
        if not letter:
            return articles
        first = names.sort_key(letter)[:1]
        return articles.filter(sort_key__gte=first, sort_key__lt=chr(ord(first) + 1))

    def random(self) -> "Article | None":
        """Return a random article in O(log n), or None if there is none.

        Uniform if neither primary keys nor the alphabetical order of this queryset have gaps.
        """
        # Two queries: SQLite reads all keys to find the first and the last in one.
        keys = Article.objects.order_by("pk").values_list("pk", flat=True)
        first, last = keys.first(), keys.last()
        if first is None or last is None:
            return None
        rows = Article.objects.filter(pk__gte=random.randint(first, last)).order_by("pk")
        start = rows.only("sort_key", "slug").first()
        if not start:
            return self.a_to_z().first()
        following = self.filter(sort_key__gte=start.sort_key).exclude(
            sort_key=start.sort_key, slug__lt=start.slug
        )
        return following.a_to_z().first() or self.a_to_z().first()

    def recent(self) -> Self:
        """Last updated first."""
        return self.order_by("-updated", "-pk")


class ArticleManager(models.Manager.from_queryset(ArticleQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, slug: str) -> "Article":
        article: Article = self.get(slug=slug)
        return article


class Article(models.Model):  # type: ignore[django-manager-missing]
    """An entry of the encyclopedia.

    The large columns come last: SQLite reads a row from its start, and queries for lists stop
    before them.
    """

    slug = models.CharField(
        _("slug"),
        max_length=fields.SLUG_LENGTH,
        unique=True,
        validators=[fields.validate_slug],
        help_text=_("The last part of the URL. Former slugs redirect here."),
    )
    title = models.CharField(
        _("title"), max_length=names.NAME_LENGTH, validators=[fields.validate_name]
    )
    language = fields.LanguageField(
        _("language"),
        max_length=35,
        default=fields.site_language,
        validators=[fields.validate_language],
        help_text=_("A language tag such as en, ar or zh-Hant."),
    )
    translation_of = models.CharField(
        _("translation of"),
        max_length=fields.SLUG_LENGTH,
        blank=True,
        validators=[fields.validate_slug],
        help_text=_("The article in another language that this one translates."),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT
    )
    publish_at = models.DateTimeField(
        _("publish at"),
        null=True,
        blank=True,
        validators=[fields.validate_datetime],
        help_text=_("Hidden from readers until then."),
    )
    expire_at = models.DateTimeField(
        _("expire at"),
        null=True,
        blank=True,
        validators=[fields.validate_datetime],
        help_text=_("Hidden from readers after that."),
    )
    featured = models.BooleanField(
        _("featured"),
        default=False,
        help_text=_("Shown on the home page under “Featured articles”."),
    )
    author = models.CharField(
        _("author"), max_length=150, blank=True, validators=[fields.validate_no_control_characters]
    )
    created = models.DateTimeField(
        _("created"), default=timezone.now, editable=False, validators=[fields.validate_datetime]
    )
    updated = models.DateTimeField(
        _("updated"), default=timezone.now, editable=False, validators=[fields.validate_datetime]
    )
    # Who may change it without the permission to publish. Not content, so not in fixtures.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        serialize=False,
        related_name="+",
        verbose_name=_("owner"),
    )
    sort_key = fields.KeyField(max_length=names.KEY_LENGTH, editable=False, serialize=False)
    source_key = fields.KeyField(
        max_length=names.KEY_LENGTH, null=True, editable=False, serialize=False
    )
    word_count = models.PositiveIntegerField(default=0, editable=False, serialize=False)
    aliases = models.JSONField(
        _("aliases"), default=list, blank=True, validators=[fields.validate_names]
    )
    former = models.JSONField(
        _("former names"), default=list, blank=True, validators=[fields.validate_names]
    )
    summary = models.TextField(
        _("summary"),
        max_length=fields.SUMMARY_LENGTH,
        blank=True,
        validators=[fields.validate_no_control_characters],
        help_text=_("One or two sentences, shown under the title and in lists."),
    )
    # Those of `former` that the article gave up before readers could see them.
    hidden_former = models.JSONField(
        default=list, blank=True, editable=False, validators=[fields.validate_names]
    )
    # See `articles.fingerprints`.
    derived_by = models.CharField(max_length=16, default="", editable=False, serialize=False)
    derived_from = models.CharField(max_length=16, default="", editable=False, serialize=False)
    image_url = models.TextField(blank=True, editable=False, serialize=False)
    image_alt = models.TextField(blank=True, editable=False, serialize=False)
    toc = models.JSONField(default=list, editable=False, serialize=False)
    html = models.TextField(blank=True, editable=False, serialize=False)
    body = models.TextField(_("body"), blank=True, validators=[fields.validate_body])
    text = models.TextField(blank=True, editable=False, serialize=False)

    # Not typed by Tag: imported here, it would come before Article in dumps.
    tags: models.Manager[Any] = TaggableManager(through="articles.Tagging", blank=True)

    objects = ArticleManager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        permissions = [("publish_article", _("Can publish articles"))]
        indexes = [
            models.Index(fields=["status", "sort_key", "slug"], name="article_a_to_z"),
            models.Index(fields=["status", "-updated", "-id"], name="article_recent"),
            models.Index(fields=["status", "id"], name="article_by_id"),
            models.Index(fields=["-updated", "-id"], name="article_admin"),
            models.Index(fields=["derived_by"], name="article_derived_by"),
            models.Index(fields=["language", "-updated", "-id"], name="article_admin_language"),
            models.Index(
                fields=["status", "language", "-updated", "-id"], name="article_language"
            ),
            models.Index(fields=["owner", "status", "-updated", "-id"], name="article_own"),
            models.Index(
                fields=["source_key", "language"],
                condition=Q(source_key__isnull=False),
                name="article_translations",
            ),
            models.Index(
                fields=["status", "sort_key", "slug"],
                condition=Q(featured=True),
                name="article_featured",
            ),
            models.Index(
                fields=["-updated", "-id"],
                condition=Q(summary=""),
                name="article_without_summary",
            ),
            # SQLite has no statistics of an index without rows: it takes these only because they
            # begin with the status, too.
            models.Index(
                fields=["status", "-publish_at", "-id"],
                condition=Q(publish_at__isnull=False),
                name="article_opens",
            ),
            models.Index(
                fields=["status", "-expire_at"],
                condition=Q(expire_at__isnull=False),
                name="article_closes",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(slug=""), name="article_has_slug"),
            models.CheckConstraint(condition=~Q(title=""), name="article_has_title"),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="article_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(publish_at=None)
                | Q(expire_at=None)
                | Q(expire_at__gt=F("publish_at")),
                name="article_expires_after_publication",
                violation_error_message=EXPIRES_TOO_EARLY,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return url_for.article(self.slug)

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    @property
    def is_public(self) -> bool:
        """Whether readers see it now: the rule of `visibility.public` for a loaded row."""
        return self.is_due and (self.expire_at is None or self.expire_at > timezone.now())

    @property
    def is_due(self) -> bool:
        """Whether it is published and its time has come: readers see it unless it has expired."""
        return self.status == Status.PUBLISHED and (
            self.publish_at is None or self.publish_at <= timezone.now()
        )

    @property
    def direction(self) -> str:
        return names.direction(self.language)

    @property
    def published(self) -> datetime:
        """When readers could first see it: the scheduled time, or else the time of creation."""
        return self.publish_at or self.created

    @property
    def last_visible_change(self) -> datetime:
        """When readers could first see it in its present state."""
        return max(self.updated, self.published)

    @property
    def reading_minutes(self) -> int:
        return max(1, round(self.word_count / WORDS_PER_MINUTE))

    def all_names(self) -> list[tuple[Kind, str]]:
        """Return the names in the article's fields. Of equal ones the first takes precedence."""
        all_names = [(Kind.TITLE, self.title), (Kind.SLUG, self.slug)]
        all_names += [(Kind.ALIAS, alias) for alias in self.aliases]
        hidden = {names.fold(name) for name in self.hidden_former}
        for name in self.former:
            kind = Kind.HIDDEN if names.fold(name) in hidden else Kind.FORMER
            all_names.append((kind, name))
        return all_names

    def public_names(self) -> list[tuple[Kind, str]]:
        """Return `all_names` without those that readers have never seen."""
        return [(kind, name) for kind, name in self.all_names() if kind != Kind.HIDDEN]

    def keys(self) -> list[str]:
        """Return the distinct keys of the article's names, hidden ones included: links use them
        all."""
        all_names = (self.title, self.slug, *self.aliases, *self.former)
        return list(dict.fromkeys(map(names.fold, all_names)))

    def authored(self) -> dict[str, Any]:
        """Return the values of the fields that an author writes, without tags."""
        return {name: getattr(self, name) for name in AUTHORED}
