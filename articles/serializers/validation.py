"""Checks of records: wrong values become faults."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, Model

from articles.models import Article
from articles.models.article import EXPIRES_TOO_EARLY
from articles.models.fields import validate_names
from articles.serializers.sources import NULL, Fault, FixtureError, RecordSource
from articles.serializers.times import localize

NAME_LISTS = ("aliases", "former", "hidden_former")
# Models of which the fields are remembered.
MAX_MODELS = 16


def check(instance: Model, source: RecordSource) -> None:
    """Raise FixtureError for all fields whose value is wrong."""
    if faults := find_faults(instance, source):
        raise FixtureError(*faults)


def find_faults(instance: Model, source: RecordSource) -> list[Fault]:
    """Return the faults of `source` and of values. Localizes the times of `instance`."""
    faults = list(source.faults)
    if source.complete:
        faults += _nulls(instance, source)
    if len(faults) > len(source.faults) or not source.complete:
        return faults
    faults += _localize_times(instance, source)
    faulty = {fault.field for fault in faults}
    if "slug" in source.omitted and "title" in faulty:
        faulty.add("slug")  # It is made of the title.
    return faults + list(_wrong_values(instance, source, faulty))


def _wrong_values(instance: Model, source: RecordSource, faulty: set[str]) -> Iterator[Fault]:
    """Yield the faults of all fields but the `faulty` ones."""
    messages = _messages(instance.clean_fields, faulty)
    if isinstance(instance, Article):
        for field in NAME_LISTS:
            messages |= _messages(_check_names, instance, field)
        if not (faulty or messages):
            messages |= _messages(_check_period, instance)
    for field, message in messages.items():
        if field not in faulty:
            yield source.fault(field, message)


def _messages(validate: Callable[..., object], *arguments: Any) -> dict[str, str]:
    """Return the first message of each field that `validate` refuses."""
    try:
        validate(*arguments)
    except ValidationError as error:
        return {field: messages[0] for field, messages in error.message_dict.items()}
    return {}


def check_not_null(instance: Model, source: RecordSource) -> None:
    """Raise FixtureError for nulls, which `clean_fields` skips for fields that may be blank."""
    if faults := list(_nulls(instance, source)):
        raise FixtureError(*faults)


def _nulls(instance: Model, source: RecordSource) -> Iterator[Fault]:
    for name in _required_fields(type(instance)):
        if getattr(instance, name) is None:
            yield source.fault(name, NULL)


@lru_cache(maxsize=MAX_MODELS)
def _required_fields(model: type[Model]) -> list[str]:
    return [
        field.name
        for field in model._meta.concrete_fields
        if not (field.null or field.primary_key or field.is_relation)
    ]


def _localize_times(instance: Model, source: RecordSource) -> Iterator[Fault]:
    """Localize the times of `instance`, and yield the faults of those that don't exist."""
    for name in _time_fields(type(instance)):
        if (value := getattr(instance, name)) is not None:
            try:
                setattr(instance, name, localize(value))
            except ValueError as error:
                yield source.fault(name, str(error))


@lru_cache(maxsize=MAX_MODELS)
def _time_fields(model: type[Model]) -> list[str]:
    fields = model._meta.concrete_fields
    return [field.name for field in fields if isinstance(field, DateTimeField)]


def _check_period(article: Article) -> None:
    """Check what a constraint of the model does too, without the database."""
    if article.publish_at and article.expire_at and article.expire_at <= article.publish_at:
        raise ValidationError({"expire_at": [EXPIRES_TOO_EARLY]})


def _check_names(article: Article, field: str) -> None:
    """Run `validate_names`, which `clean_fields` skips for values such as ``{}`` and ``""``."""
    try:
        validate_names(getattr(article, field))
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error
