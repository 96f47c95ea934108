"""The desk: Django's admin for articles and tags."""

# django-taggit registers an admin for its own models, which nobody may use here.
import taggit.admin
from django.conf import settings
from django.contrib import admin
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from articles.admin.article import ArticleAdmin
from articles.admin.failed_search import FailedSearchAdmin
from articles.admin.tag import TagAdmin
from articles.models import Article, FailedSearch, Tag

__all__ = ["ArticleAdmin", "MissAdmin", "TagAdmin"]

admin.site.unregister(taggit.admin.Tag)
admin.site.register(Article, ArticleAdmin)
admin.site.register(Tag, TagAdmin)
admin.site.register(FailedSearch, FailedSearchAdmin)
admin.site.site_header = (
    _("Diwan desk")
    if settings.SITE_NAME == "Diwan"
    else format_lazy("Diwan · {}", settings.SITE_NAME)
)
admin.site.site_title = format_lazy(_("{} desk"), settings.SITE_NAME)
admin.site.index_title = _("What would you like to work on?")
# Two kinds of things have two links in the header; the form has use for the room.
admin.site.enable_nav_sidebar = False
