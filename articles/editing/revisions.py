"""Revisions: the stored history of articles."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.utils import translation
from django.utils.functional import Promise

from articles.models import Article, Revision, Tagging
from articles.models.revision import fingerprint, snapshot


def record(
    article: Article,
    fields: dict[str, Any],
    user: AbstractBaseUser | None,
    comment: str | Promise,
    *,
    after: Revision | None,
) -> Revision:
    """Store the state of `article`, which is `fields` and its body, as the revision that follows
    `after`."""
    return Revision.objects.create(
        article=article,
        number=after.number + 1 if after else 1,
        fields=fields,
        body=article.body,
        fingerprint=fingerprint(fields, article.body),
        editor=user.get_username() if user else "",
        comment=in_site_language(comment),
    )


def record_loaded(articles: Sequence[Article], comment: str | Promise) -> None:
    """Store a revision of each article whose state differs from that of its newest revision.

    Call inside atomic(), after content was written without `save`.
    """
    newest = _newest(articles)
    tags = Tagging.objects.tags_by_article([article.pk for article in articles])
    comment = in_site_language(comment)
    revisions = []
    for article in articles:
        fields = snapshot(article, [tag.name for tag in tags[article.pk]])
        digest = fingerprint(fields, article.body)
        number, newest_digest = newest.get(article.pk, (0, ""))
        if digest != newest_digest:
            revision = Revision(article=article, number=number + 1, fields=fields, comment=comment)
            revision.body, revision.fingerprint = article.body, digest
            revisions.append(revision)
    Revision.objects.bulk_create(revisions)


def in_site_language(comment: str | Promise) -> str:
    """Translate a lazy comment into the site's language.

    A comment is stored once and read by all editors, so the language of the session that made
    the change does not matter.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return str(comment)


def _newest(articles: Sequence[Article]) -> dict[int, tuple[int, str]]:
    """Return number and fingerprint of each article's newest revision, by primary key."""
    rows = Revision.objects.filter(article__in=articles).order_by("article", "number")
    columns = rows.values_list("article", "number", "fingerprint")
    # Of two rows of one article the later one stays in the dictionary.
    return {pk: (number, digest) for pk, number, digest in columns}
