"""Django's JSON fixtures, with times that stay the same when they are loaded and dumped again.

Registered as ``json`` in ``SERIALIZATION_MODULES``.
"""

from datetime import datetime
from typing import Any

from django.core.serializers import json
from django.core.serializers.json import Deserializer, DjangoJSONEncoder

__all__ = ["Deserializer", "Serializer"]


class Encoder(DjangoJSONEncoder):
    """Django writes thousandths of a second if a time has millionths: “.000” if these are few."""

    def default(self, value: Any) -> Any:
        encoded = super().default(value)
        return encoded.replace(".000", "", 1) if isinstance(value, datetime) else encoded


class Serializer(json.Serializer):
    def serialize(self, queryset: Any, **options: Any) -> Any:
        return super().serialize(queryset, **{"cls": Encoder, **options})
