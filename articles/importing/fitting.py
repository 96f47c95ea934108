"""The values of documents → values that articles may have. What doesn't fit is reported."""

from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.importing.documents import Problem, SourceDocument
from articles.models import STATUSES
from articles.models.article import Article
from articles.models.fields import SUMMARY_LENGTH, truncate, validate_language, validate_name
from articles.models.tag import TAG_LENGTH
from articles.serializers.times import localize
from articles.text import names

AUTHOR_LENGTH = Article._meta.get_field("author").max_length or 0
EARLIEST = datetime(1000, 1, 1, tzinfo=UTC)
LATEST = timedelta(days=365_000)


def fit_summary(document: SourceDocument, problems: list[Problem]) -> str:
    """Return the summary, cut between words if it is too long."""
    text = " ".join(document.summary.split())
    if len(text) <= SUMMARY_LENGTH:
        return text
    problems.append(
        Problem(
            document.path,
            0,
            _("The summary was cut to %(limit)d characters.") % {"limit": SUMMARY_LENGTH},
        )
    )
    return f"{text[: SUMMARY_LENGTH - 1].rpartition(' ')[0] or text[: SUMMARY_LENGTH - 1]}…"


def fit_language(document: SourceDocument, default: str, problems: list[Problem]) -> str:
    """Return the language, or the default one if it is none."""
    language = names.language_tag(document.language) if document.language else default
    try:
        validate_language(language)
    except ValidationError as error:
        problems.append(Problem(document.path, 0, f"language: {error.messages[0]}"))
        return default
    return language


def fit_time(
    value: datetime | None, document: SourceDocument, problems: list[Problem]
) -> datetime | None:
    """Return a time with its offset. One that the clocks skip or repeat is taken as UTC."""
    if value is None:
        return None
    try:
        moment = localize(value)
    except ValueError:
        moment = value.replace(tzinfo=UTC)
    except OverflowError:
        moment = EARLIEST - timedelta(days=1)
    if EARLIEST <= moment <= timezone.now() + LATEST:
        return moment.astimezone(UTC)
    problems.append(
        Problem(
            document.path,
            0,
            _("The time %(time)s was left out: it can't be right.") % {"time": value},
        )
    )
    return None


def fit_tags(document: SourceDocument, problems: list[Problem]) -> list[str]:
    """Return the tags that can be tags here, each once."""
    by_key: dict[str, str] = {}
    for tag in document.tags:
        if message := _tag_problem(tag):
            problems.append(
                Problem(
                    document.path,
                    0,
                    _("The tag “%(tag)s” was left out: %(problem)s")
                    % {"tag": truncate(tag), "problem": message},
                )
            )
        else:
            by_key.setdefault(names.fold(tag), " ".join(tag.split()))
    return list(by_key.values())


def _tag_problem(tag: str) -> str:
    if len(tag) > TAG_LENGTH:
        return _("it has more than %(limit)d characters.") % {"limit": TAG_LENGTH}
    try:
        validate_name(tag)
    except ValidationError as error:
        return str(error.messages[0])
    return ""


def fit_status(document: SourceDocument, default: str) -> str:
    return document.status if document.status in STATUSES else default
