"""Permissions that views need in addition to those of `ArticleAdmin`."""

from django.http import HttpRequest


def can_view_unpublished(request: HttpRequest) -> bool:
    """Return whether the user may read all articles in the admin. To add articles is not enough:
    those users read what is public."""
    perms = ("articles.view_article", "articles.change_article")
    return any(request.user.has_perm(perm) for perm in perms)
