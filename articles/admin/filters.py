"""The filters of the list of articles: their states as links, the others as fields of one form."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.admin.translations import language_name
from articles.models import Article, Tag
from articles.models.article import ArticleQuerySet
from articles.permissions import viewable_drafts, viewable_revisions
from articles.queries import maintenance, states, statistics
from articles.text import names
from articles.widgets import language_choices

# A datalist offers so many tags or users; any other one can be typed.
MAX_SUGGESTIONS = 300
MISSING = "missing-"
OUTDATED = "older"
STALE = "stale"

Articles = QuerySet[Article]


class Choice(NamedTuple):
    """A state of articles, the URL of the list with only these, and whether it is that now."""

    label: str
    url: str
    is_selected: bool


class ArticleFilter(admin.SimpleListFilter):
    """A filter whose field is in the form above the list.

    Without `lookups` its value is typed. `suggestions` are pairs of a value and its label.
    """

    parameter_name: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return []

    def has_output(self) -> bool:
        return True

    def suggestions(self) -> Sequence[tuple[str, str]]:
        return []

    @property
    def text(self) -> str:
        """The value without what no column can contain."""
        return (self.value() or "").replace("\0", "").strip()

    @property
    def selected_label(self) -> str:
        """The label of the value; empty if it selects nothing."""
        if not self.lookup_choices:
            return self.text
        return next((str(label) for value, label in self.lookup_choices if value == self.text), "")


class StateFilter(ArticleFilter):
    """What is to be done with articles, from their states and drafts."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", _("My drafts")),
            ("draft", _("Drafts")),
            ("review", _("In review")),
            ("scheduled", _("Scheduled")),
            ("live", _("Live")),
            ("changed", _("Live + draft")),
            ("archived", _("Archived")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Articles:
        articles: ArticleQuerySet = queryset
        drafts = viewable_drafts(request.user)
        match self.text:
            case "mine":
                return states.drafts_of(articles, drafts, request.user)
            case "draft":
                return articles.drafts()
            case "review":
                return states.in_review(articles, drafts)
            case "scheduled":
                return states.scheduled(articles, drafts)
            case "live":
                return articles.public()
            case "changed":
                return states.with_drafts(articles, drafts)
            case "archived":
                return articles.archived()
        return articles

    def links(self, changelist: ChangeList) -> list[Choice]:
        """Return the states with “All” first."""

        def choice(label: Any, value: str) -> Choice:
            changed = {self.parameter_name: value} if value else {}
            removed = [] if value else [self.parameter_name]
            url = changelist.get_query_string(changed, [*removed, "p"])
            return Choice(str(label), url, value == self.text)

        return [choice(_("All"), ""), *(choice(label, key) for key, label in self.lookup_choices)]


class TagFilter(ArticleFilter):
    title = _("tag")
    parameter_name = "tag"

    def suggestions(self) -> list[tuple[str, str]]:
        most_used, _more = statistics.most_used_tags(MAX_SUGGESTIONS)
        return sorted((tag.name, "") for tag in most_used)

    def queryset(self, request: HttpRequest, queryset: Any) -> Articles:
        articles: Articles = queryset
        if not self.text:
            return articles
        tag = Tag.objects.resolve([self.text]).get(names.fold(self.text))
        return articles.filter(taggings__tag=tag) if tag else articles.none()


class LanguageFilter(ArticleFilter):
    title = _("language")
    parameter_name = "language"

    def suggestions(self) -> list[tuple[str, str]]:
        return language_choices()

    def queryset(self, request: HttpRequest, queryset: Any) -> Articles:
        articles: Articles = queryset
        return articles.filter(language=self.text) if self.text else articles


class EditorFilter(ArticleFilter):
    title = _("changed by")
    parameter_name = "editor"

    def suggestions(self) -> list[tuple[str, str]]:
        users = User.objects.filter(is_staff=True, is_active=True).order_by("username")
        rows = users.only("username", "first_name", "last_name")[:MAX_SUGGESTIONS]
        return [(user.get_username(), user.get_full_name()) for user in rows]

    def queryset(self, request: HttpRequest, queryset: Any) -> Articles:
        articles: Articles = queryset
        if not self.text:
            return articles
        revisions = viewable_revisions(request.user).filter(editor=self.text)
        return articles.filter(pk__in=revisions.order_by().values("article"))


class PeriodFilter(ArticleFilter):
    title = _("changed")
    parameter_name = "changed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("1", _("In the last 24 hours")),
            ("7", _("In the last 7 days")),
            ("30", _("In the last 30 days")),
            ("365", _("In the last year")),
            (STALE, _("Not for a year")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Articles:
        articles: Articles = queryset
        if not self.selected_label:
            return articles
        if self.text == STALE:
            return maintenance.stale(articles)
        return articles.filter(updated__gte=timezone.now() - timedelta(days=int(self.text)))


class MissingFilter(ArticleFilter):
    title = _("without")
    parameter_name = "without"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("tags", _("Without tags")), ("summary", _("Without a summary"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Articles:
        articles: Articles = queryset
        if self.text == "tags":
            return statistics.only_with(maintenance.untagged, articles)
        return maintenance.without_summary(articles) if self.text == "summary" else articles


class LinksFilter(ArticleFilter):
    title = _("links")
    parameter_name = "links"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("wanted", _("With links to wanted articles")),
            ("orphan", _("Orphaned (no incoming links)")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Articles:
        articles: Articles = queryset
        if self.text == "wanted":
            return statistics.only_with(maintenance.with_wanted_links, articles)
        if self.text == "orphan":
            return statistics.only_with(maintenance.orphans, articles)
        return articles


class TranslationsFilter(ArticleFilter):
    title = _("translations")
    parameter_name = "translations"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        untranslated = [
            (f"{MISSING}{code}", _("Not in %(language)s") % {"language": language_name(code)})
            for code, _name in settings.LANGUAGES
        ]
        return [*untranslated, (OUTDATED, _("Older than the source"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Articles:
        articles: Articles = queryset
        if self.text == OUTDATED:
            articles = maintenance.outdated_translations(articles)
        elif self.text.removeprefix(MISSING) in dict(settings.LANGUAGES):
            language = self.text.removeprefix(MISSING)
            articles = maintenance.untranslated_into(articles, language)
        return articles


FILTERS: list[Any] = [
    StateFilter,
    TagFilter,
    LanguageFilter,
    EditorFilter,
    PeriodFilter,
    MissingFilter,
    LinksFilter,
    TranslationsFilter,
]
