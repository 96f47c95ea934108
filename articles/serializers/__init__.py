"""Fixtures: Markdown documents and JSON records ⇄ articles and tags."""

from articles.serializers.markdown import Deserializer, Serializer

__all__ = ["Deserializer", "Serializer"]
