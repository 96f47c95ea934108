"""Template tags for the metadata in the head of a page."""

from django import template

from articles import metadata

register = template.Library()
register.simple_tag(metadata.article_metadata)
register.simple_tag(metadata.tag_metadata)
register.simple_tag(metadata.site_metadata)
