"""Restoring an earlier state of an article."""

from django.contrib.auth.models import AbstractBaseUser
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from articles import derived
from articles.editing.articles import Authorize, allow, save
from articles.editing.drafts import save_draft
from articles.models import Article, Revision, RevisionKind
from articles.models.revision import STATUS_FIELDS, authored_values
from articles.transactions import retried_atomic

# What decides who sees an article does not come back with an earlier text of it, and former names
# keep leading to it.
PRESERVED = STATUS_FIELDS | {"former"}


def check_unique(article: Article) -> None:
    """Raise ValidationError if another article has the slug or a name of `article`."""
    derived.check_names(article)
    article.validate_unique()


@retried_atomic
def restore(
    revision: Revision,
    user: AbstractBaseUser | None,
    *,
    as_draft: bool = False,
    base: int | None = None,
    authorize: Authorize = allow,
    create_tags: bool = True,
) -> Revision | None:
    """Give the article the text, the names, the tags and all other fields of `revision`, but not
    its status and dates; with `as_draft`, as a draft if the article is published.

    Returns the new revision, or None if the article has that state already. `base`, `authorize`,
    `create_tags` and the errors are those of `save`.
    """
    article = Article.objects.locked([revision.article_id]).get()
    values = authored_values(revision.fields, revision.body)
    for name in values.keys() - PRESERVED:
        setattr(article, name, values[name])
    check_unique(article)
    return (save_draft if as_draft else save)(
        article,
        tags=revision.tag_names,
        user=user,
        comment=format_lazy(_("Restored revision {number}"), number=revision.number),
        base=base,
        authorize=authorize,
        create_tags=create_tags,
        kind=RevisionKind.RESTORED,
    )
