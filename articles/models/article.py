"""The article, and the questions that are asked of many."""

import random
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from articles import url_for
from articles.models import fields
from articles.models.link import Link
from articles.models.name import Kind, Name
from articles.models.visibility import Status, hidden, public
from articles.text import names

if TYPE_CHECKING:
    from articles.models.tag import Tag

WORDS_PER_MINUTE = 220

# What an author writes, in the order in which a document shows it. Everything else is derived.
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


class ArticleQuerySet(models.QuerySet["Article"]):
    def public(self, at: datetime | None = None) -> Self:
        """What readers may see. Every public query starts here."""
        return self.filter(public(at=at))

    def hidden(self, at: datetime | None = None) -> models.QuerySet["Article", Any]:
        """The keys of what readers may not see, some of them twice.

        Questions about all articles leave these few out: to look at each one takes longer.
        """
        first, *others = (self.filter(part).order_by().values("pk") for part in hidden(at))
        return first.union(*others, all=True)

    def countable(self) -> Self:
        """`public` for questions about all of them: answered by the indexes alone."""
        hidden = Article.objects.hidden()
        return self.filter(status=Status.PUBLISHED).exclude(pk__in=hidden)

    def locked(self, keys: Iterable[int]) -> Self:
        """These articles, which nobody else changes until the transaction ends."""
        return self.select_for_update().filter(pk__in=keys).order_by("pk")

    def listed(self) -> Self:
        """Without the large columns, for lists."""
        return self.defer("body", "html", "text", "toc")

    def a_to_z(self, letter: str = "") -> Self:
        """In the order of an index, those under one letter if it is given."""
        articles = self.order_by("sort_key", "slug")
        if not letter:
            return articles
        first = names.sort_key(letter)[:1]
        return articles.filter(sort_key__gte=first, sort_key__lt=chr(ord(first) + 1))

    def after(self, article: "Article") -> Self:
        """Those that follow `article` in the order of an index."""
        return self.filter(sort_key__gte=article.sort_key).exclude(
            sort_key=article.sort_key, slug__lte=article.slug
        )

    def before(self, article: "Article") -> Self:
        """Those that precede `article`, nearest first."""
        return (
            self.filter(sort_key__lte=article.sort_key)
            .exclude(sort_key=article.sort_key, slug__gte=article.slug)
            .order_by("-sort_key", "-slug")
        )

    def random(self) -> "Article | None":
        """Any of them, equally likely where keys are, at the cost of a look into each index."""
        # Asked for together, SQLite would read all keys for the first and the last.
        keys = Article.objects.order_by("pk").values_list("pk", flat=True)
        first, last = keys.first(), keys.last()
        if first is None or last is None:
            return None
        rows = Article.objects.filter(pk__gte=random.randint(first, last)).order_by("pk")
        place = rows.only("sort_key", "slug").first()
        if not place:
            return self.a_to_z().first()
        following = self.filter(sort_key__gte=place.sort_key).exclude(
            sort_key=place.sort_key, slug__lt=place.slug
        )
        return following.a_to_z().first() or self.a_to_z().first()

    def recent(self) -> Self:
        return self.order_by("-updated", "-pk")

    def named(self, text: str) -> Self:
        """Those that have `text` within one of their names."""
        return self.filter(
            Exists(Name.objects.filter(article=OuterRef("pk"), key__contains=names.fold(text)))
        )

    def with_wanted_links(self) -> Self:
        """Those that link to a name that no article has."""
        return self.filter(Exists(Link.objects.wanted().filter(source=OuterRef("pk"))))

    def with_link_counts(self) -> Self:
        """With `links_in`, the number of other articles that link to one of its names, and
        `links_out`, the number of its links. Meant for a page of articles, not for all of them."""
        keys = Name.objects.filter(article=OuterRef(OuterRef("pk"))).values("key")
        incoming = Link.objects.filter(key__in=keys).exclude(source=OuterRef("pk"))
        outgoing = Link.objects.filter(source=OuterRef("pk"))
        return self.annotate(
            links_in=_count(incoming, Count("source", distinct=True)),
            links_out=_count(outgoing, Count("pk")),
        )

    def untranslated_into(self, language: str) -> Self:
        """Those that are no translation themselves and have none into `language`."""
        within = Q(language=language) | Q(language__startswith=f"{language}-")
        there = Article.objects.filter(within, source_key__isnull=False)
        renamed = Name.objects.filter(key__in=there.filter(~_has_source()).values("source_key"))
        return (
            self.filter(source_key=None)
            .exclude(within)
            .exclude(slug__in=there.values("translation_of"))
            .exclude(pk__in=renamed.values("article"))
        )

    def outdated_translations(self) -> Self:
        """Translations that were changed for the last time before their source was."""
        newer = Article.objects.filter(
            slug=OuterRef("translation_of"), updated__gt=OuterRef("updated")
        )
        renamed = Name.objects.filter(
            key=OuterRef("source_key"), article__updated__gt=OuterRef("updated")
        ).exclude(article=OuterRef("pk"))
        return self.filter(
            Exists(newer) | (~_has_source() & Exists(renamed)), source_key__isnull=False
        )

    def orphans(self) -> Self:
        """Those that no other article links to."""
        # Name by name: PostgreSQL would read all links for each article otherwise.
        incoming = Link.objects.filter(key=OuterRef("key")).exclude(source=OuterRef("article"))
        linked = Name.objects.filter(Exists(incoming), article=OuterRef("pk"))
        return self.filter(~Exists(linked))


def _has_source() -> Exists:
    """Whether there is an article of the slug that one is said to be a translation of."""
    return Exists(Article.objects.filter(slug=OuterRef("translation_of")))


def _count(links: models.QuerySet[Link], number: Count) -> Coalesce:
    counted = links.order_by().values(one=Value(1)).annotate(number=number).values("number")
    return Coalesce(Subquery(counted), 0)


class ArticleManager(models.Manager.from_queryset(ArticleQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, slug: str) -> "Article":
        article: Article = self.get(slug=slug)
        return article


class Article(models.Model):  # type: ignore[django-manager-missing]
    """An entry of the encyclopedia.

    The large columns stand last: SQLite reads a row from its start, and lists stop early.
    """

    slug = models.CharField(
        _("slug"),
        max_length=fields.SLUG_LENGTH,
        unique=True,
        validators=[fields.validate_slug],
        help_text=_("The last part of the address. Former slugs lead here for ever."),
    )
    title = models.CharField(
        _("title"), max_length=fields.NAME_LENGTH, validators=[fields.validate_name]
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
        validators=[fields.validate_moment],
        help_text=_("Hidden from readers until then."),
    )
    expire_at = models.DateTimeField(
        _("expire at"),
        null=True,
        blank=True,
        validators=[fields.validate_moment],
        help_text=_("Hidden from readers from then on."),
    )
    featured = models.BooleanField(
        _("featured"), default=False, help_text=_("Shown on the home page under “Start here”.")
    )
    author = models.CharField(
        _("author"), max_length=150, blank=True, validators=[fields.validate_plain]
    )
    created = models.DateTimeField(
        _("created"), default=timezone.now, editable=False, validators=[fields.validate_moment]
    )
    updated = models.DateTimeField(
        _("updated"), default=timezone.now, editable=False, validators=[fields.validate_moment]
    )
    sort_key = fields.KeyField(max_length=fields.KEY_LENGTH, editable=False, serialize=False)
    source_key = fields.KeyField(
        max_length=fields.KEY_LENGTH, null=True, editable=False, serialize=False
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
        validators=[fields.validate_plain],
        help_text=_("One or two sentences that stand under the title and in lists."),
    )
    image_url = models.TextField(blank=True, editable=False, serialize=False)
    image_alt = models.TextField(blank=True, editable=False, serialize=False)
    toc = models.JSONField(default=list, editable=False, serialize=False)
    html = models.TextField(blank=True, editable=False, serialize=False)
    body = models.TextField(_("body"), blank=True, validators=[fields.validate_body])
    text = models.TextField(blank=True, editable=False, serialize=False)

    tags: "models.Manager[Tag]" = TaggableManager(through="articles.Tagging", blank=True)

    objects = ArticleManager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        permissions = [("publish_article", _("Can publish articles"))]
        indexes = [
            models.Index(fields=["status", "sort_key", "slug"], name="article_a_to_z"),
            models.Index(fields=["status", "-updated", "-id"], name="article_recent"),
            models.Index(fields=["-updated", "-id"], name="article_admin"),
            models.Index(fields=["language", "-updated", "-id"], name="article_admin_language"),
            models.Index(
                fields=["status", "language", "-updated", "-id"], name="article_language"
            ),
            models.Index(
                fields=["source_key", "language"],
                condition=Q(source_key__isnull=False),
                name="article_translations",
            ),
            models.Index(
                fields=["status", "sort_key"], condition=Q(featured=True), name="article_featured"
            ),
            models.Index(
                fields=["publish_at"], condition=Q(publish_at__isnull=False), name="article_opens"
            ),
            models.Index(
                fields=["expire_at"], condition=Q(expire_at__isnull=False), name="article_closes"
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
                violation_error_message=_("An article expires after it is published, not before."),
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
        """Whether readers see it now. The same rule as `public`, for a row that is at hand."""
        now = timezone.now()
        return (
            self.status == Status.PUBLISHED
            and (self.publish_at is None or self.publish_at <= now)
            and (self.expire_at is None or self.expire_at > now)
        )

    @property
    def direction(self) -> str:
        return names.direction(self.language)

    @property
    def published(self) -> datetime:
        """The moment from which readers could see it, as far as it is known."""
        return self.publish_at or self.created

    @property
    def last_visible_change(self) -> datetime:
        """The moment from which readers could see it as it is now."""
        return max(self.updated, self.published)

    @property
    def reading_minutes(self) -> int:
        return max(1, round(self.word_count / WORDS_PER_MINUTE))

    def all_names(self) -> list[tuple[Kind, str]]:
        """All that the article is called by its fields, what goes first where two are one."""
        written = [(Kind.TITLE, self.title), (Kind.SLUG, self.slug)]
        written += [(Kind.ALIAS, alias) for alias in self.aliases]
        return written + [(Kind.FORMER, former) for former in self.former]

    def keys(self) -> list[str]:
        """The keys of its names, each once."""
        return list(dict.fromkeys(names.fold(text) for _kind, text in self.all_names()))

    def authored(self) -> dict[str, Any]:
        """The values of the fields that an author writes, tags excepted."""
        return {name: getattr(self, name) for name in AUTHORED}
