"""What the side panel of the article form shows besides fields: links, translations, history."""

from typing import Any

from django.http import HttpRequest

from articles.admin.links import link_panel
from articles.admin.translations import translation_panel
from articles.models import Article
from articles.permissions import viewable_articles, viewable_revisions
from articles.queries.revisions import live_number, recent_revisions


def side_panels(request: HttpRequest, article: Article, *, can_add: bool) -> dict[str, Any]:
    """Return the context of the panels about `article` as it is stored, which the user may see."""
    viewable = viewable_articles(request.user)
    recent = recent_revisions(viewable_revisions(request.user).filter(article=article))
    return {
        "link_panel": link_panel(article, viewable),
        "translation_panel": translation_panel(article, viewable, can_add=can_add),
        "recent_revisions": recent,
        "latest_revision": recent[0] if recent else None,
        "live_number": live_number(article.pk),
    }
