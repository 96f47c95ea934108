"""Django's admin for articles, tags and failed searches."""

# django-taggit registers an admin for its own models, which this project does not use.
import taggit.admin
from django.conf import settings
from django.contrib import admin
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from articles.admin.article import ArticleAdmin
from articles.admin.failed_search import FailedSearchAdmin
from articles.admin.tag import TagAdmin
from articles.models import Article, FailedSearch, Tag

__all__ = ["ArticleAdmin", "FailedSearchAdmin", "TagAdmin"]

admin.site.unregister(taggit.admin.Tag)
admin.site.register(Article, ArticleAdmin)
admin.site.register(Tag, TagAdmin)
admin.site.register(FailedSearch, FailedSearchAdmin)
admin.site.site_header = (
    _("Diwan admin")
    if settings.SITE_NAME == "Diwan"
    else format_lazy("Diwan · {}", settings.SITE_NAME)
)
admin.site.site_title = format_lazy(_("{} admin"), settings.SITE_NAME)
admin.site.index_title = _("Dashboard")
admin.site.index_template = "admin/articles/dashboard/dashboard.html"
# The header links to every list already, and the article form needs the width.
admin.site.enable_nav_sidebar = False
