"""Tags that render the metadata of pages in their head."""

from django import template

from articles import metadata

register = template.Library()
register.inclusion_tag("articles/metadata/article.html")(metadata.article_metadata)
register.inclusion_tag("articles/metadata/tag.html")(metadata.tag_metadata)
register.inclusion_tag("articles/metadata/site.html")(metadata.site_metadata)
