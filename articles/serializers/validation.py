"""Checks of records: the first wrong value of one becomes a `FixtureError`."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import DateTimeField, Field, Model

from articles.models import Article
from articles.models.fields import validate_names
from articles.serializers.sources import RecordSource
from articles.serializers.times import localize

NAME_LISTS = ("aliases", "former", "hidden_former")


def check(instance: Model, source: RecordSource) -> None:
    """Raise FixtureError for the first field whose value is wrong."""
    check_not_null(instance, source)
    _localize_times(instance, source)
    try:
        instance.clean_fields()
        if isinstance(instance, Article):
            for field in NAME_LISTS:
                _check_names(instance, field)
            if instance.publish_at and instance.expire_at:
                instance.validate_constraints()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        field = "expire_at" if field == NON_FIELD_ERRORS else field
        raise source.error(field, messages[0]) from error


def check_not_null(instance: Model, source: RecordSource) -> None:
    """Refuse nulls, which `clean_fields` skips for fields that may be blank."""
    for field in instance._meta.concrete_fields:
        if _is_required(field) and getattr(instance, field.attname) is None:
            raise source.error(field.name, "is null. Leave it out, or give it a value.")


def _is_required(field: "Field[Any, Any]") -> bool:
    return not field.null and not field.primary_key and not field.is_relation


def _localize_times(instance: Model, source: RecordSource) -> None:
    for field in instance._meta.concrete_fields:
        value = getattr(instance, field.attname)
        if isinstance(field, DateTimeField) and value is not None:
            try:
                setattr(instance, field.attname, localize(value))
            except ValueError as error:
                raise source.error(field.name, str(error)) from error


def _check_names(article: Article, field: str) -> None:
    """Run `validate_names`, which `clean_fields` skips for values such as ``{}`` and ``""``."""
    try:
        validate_names(getattr(article, field))
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error
