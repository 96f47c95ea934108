"""Django's fixtures of JSON Lines, with the times of `json_times`.

Registered as ``jsonl`` in ``SERIALIZATION_MODULES``.
"""

from typing import Any

from django.core.serializers import jsonl
from django.core.serializers.jsonl import Deserializer

from articles.serializers.json_times import Encoder

__all__ = ["Deserializer", "Serializer"]


class Serializer(jsonl.Serializer):
    def serialize(self, queryset: Any, **options: Any) -> Any:
        return super().serialize(queryset, **{"cls": Encoder, **options})
