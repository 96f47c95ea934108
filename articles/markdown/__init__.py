"""Markdown → HTML, contents, text and links."""

from articles.markdown.parser import Document, parse
from articles.markdown.state import Heading, Image, Link

__all__ = ["Document", "Heading", "Image", "Link", "parse"]
