"""The admin's forms: posted values → articles and tags, or errors with links to conflicts."""

from articles.forms.actions import FormAction
from articles.forms.article import ArticleForm
from articles.forms.base import AdminModelForm, change_link, name_is_used
from articles.forms.tag import TagForm

__all__ = ["AdminModelForm", "ArticleForm", "FormAction", "TagForm", "change_link", "name_is_used"]
