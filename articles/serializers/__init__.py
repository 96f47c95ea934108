"""Fixtures: documents (Markdown with front matter) and JSON records ⇄ articles."""

from articles.serializers.markdown import Deserializer, Serializer

__all__ = ["Deserializer", "Serializer"]
