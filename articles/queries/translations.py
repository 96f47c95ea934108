"""Articles with the same content in other languages."""

from collections.abc import Iterable, Mapping

from articles.models import fields
from articles.models.link_resolution import (
    Candidate,
    Translation,
    candidates_of_articles,
    resolve,
)
from articles.models.name import language_rank


def translations(pk: int, language: str, *, public: bool = True) -> list[Translation]:
    """Return the translations of the article `pk`, which is in `language`, in order of language;
    only those that readers may see, unless `public` is false. One query."""
    return resolve(candidates_of_articles([pk], public=public), pk, language).translations


def translations_by_article(languages: Mapping[int, str]) -> dict[int, list[Translation]]:
    """Return the public translations of several articles, given as primary key → language.

    One query, which takes thousands of articles.
    """
    if not languages:
        return {}
    candidates: dict[int, list[Candidate]] = {pk: [] for pk in languages}
    for candidate in candidates_of_articles(languages, public=True):
        candidates[candidate.origin].append(candidate)
    return {pk: resolve(candidates[pk], pk, languages[pk]).translations for pk in languages}


def default_version(versions: Iterable[Translation]) -> Translation:
    """Return the version for readers of none of the languages: the one in the site's language if
    there is one (`hreflang="x-default"`)."""
    return min(
        versions, key=lambda version: language_rank(version.language, fields.site_language())
    )
