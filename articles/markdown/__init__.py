"""Markdown → HTML, contents, text and links."""

from articles.markdown.elements import Heading, Image, Link
from articles.markdown.parser import RENDERER_VERSION, Document, parse, split_title

__all__ = ["RENDERER_VERSION", "Document", "Heading", "Image", "Link", "parse", "split_title"]
