"""The URLs of the pages about the history of articles, below those of their admin."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_safe

from articles.admin.base import BaseAdmin
from articles.admin.changes_feed import changes_feed, feed_settings
from articles.admin.comparison import compare
from articles.admin.history import revision_page
from articles.admin.recent_changes import operation_page, recent_changes, undo_operation
from articles.admin.restoring import restore, undo

# The list of revisions has the URL that Django gives it: see `ArticleAdmin.history_view`.
PAGES: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
    "compare": ("<int:pk>/compare/", compare),
    "recent_changes": ("recent-changes/", recent_changes),
    "operation": ("operations/<uuid:operation>/", operation_page),
    "revision": ("<int:pk>/history/<int:number>/", revision_page),
}
# They show a form, and do what it is for when it is posted.
ACTIONS: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
    "feed_settings": ("recent-changes/feed/", feed_settings),
    "undo_operation": ("operations/<uuid:operation>/undo/", undo_operation),
    "restore": ("<int:pk>/history/<int:number>/restore/", restore),
    "undo": ("<int:pk>/history/<int:number>/undo/", undo),
}
FEED = "recent-changes/feed/<slug:token>/"
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
require_form_methods = require_http_methods(["GET", "HEAD", "POST"])


def history_urls(model_admin: BaseAdmin) -> list[URLPattern]:
    def url(name: str, methods: Decorator, route: str, view: Callable[..., Any]) -> URLPattern:
        wrapped = model_admin.admin_site.admin_view(methods(partial(view, model_admin)))
        return path(route, wrapped, name=f"articles_article_{name}")

    return [
        *(url(name, require_safe, *page) for name, page in PAGES.items()),
        *(url(name, require_form_methods, *action) for name, action in ACTIONS.items()),
        # Its token takes the part of a login.
        path(FEED, changes_feed, name="articles_article_changes_feed"),
    ]
