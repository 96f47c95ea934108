"""The languages of a site that has its documents in several."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from articles.importing.trees import extension

# At the end of the name of a file, before its extension.
LANGUAGE_SUFFIX = re.compile(r"\.(?P<language>[a-z]{2}(?:-[a-z]{2,4})?)\Z", re.IGNORECASE)


def language_suffix(path: str) -> str:
    """Return the language in the name of a file, or an empty string.

    >>> language_suffix("docs/war.de.md"), language_suffix("docs/war.md")
    ('de', '')
    """
    match = LANGUAGE_SUFFIX.search(path[: len(path) - len(extension(path))])
    return match["language"].lower() if match else ""


@dataclass(frozen=True)
class SiteLanguages:
    """The languages that the settings of a site name, in lower case; none if they name none.

    `folders` have the documents of one language each. Those of the default language are also shown
    at URLs without it. It can be pickled.
    """

    codes: tuple[str, ...] = ()
    default: str = ""
    folders: Mapping[str, str] = field(default_factory=dict)

    def split(self, base: str, relative: str) -> tuple[str, str]:
        """Return the language of the document with a path relative to the folder `base`, and the
        path without a language in the name of its file."""
        suffix = language_suffix(relative)
        if suffix in self.codes:
            ending = extension(relative)
            return suffix, f"{relative[: -len(suffix) - len(ending) - 1]}{ending}"
        return self.folders.get(base, self.default), relative

    def urls(self, urls: Iterable[str], language: str) -> list[str]:
        """Return the URLs at which a document in a language is shown."""
        plain = list(urls)
        if not language:
            return plain
        below = [f"/{language}{url}" for url in plain if url.startswith("/")]
        return [*plain, *below] if language == self.default else below
