"""Puts into the head of a page what it says of itself to machines."""

from django import template

from articles import metadata

register = template.Library()
register.simple_tag(metadata.of_article, name="article_for_machines")
register.simple_tag(metadata.of_tag, name="tag_for_machines")
register.simple_tag(metadata.of_site, name="site_for_machines")
