"""Markdown → HTML, contents, text and links."""

from articles.markdown.elements import Heading, Image, Link
from articles.markdown.parser import Document, parse, split_title

__all__ = ["Document", "Heading", "Image", "Link", "parse", "split_title"]
