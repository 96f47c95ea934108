"""Where a folder has what: the file of an article, tags, media, and the files of conflicts."""

import hashlib
import re
from collections.abc import Iterable

from django.core.management.base import CommandError

from articles.files import Folder, Listing

ARTICLES, MEDIA, TAGS = "articles/", "media/", "tags.json"
SUFFIX, CONFLICT_SUFFIX = ".md", ".conflict.md"
# Bytes of a file name before the suffix. File systems allow 255 with it.
MAX_NAME_BYTES = 200
# Names of devices on Windows, with any extension.
RESERVED = re.compile(r"con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$")
# Lines of a message: the rest is counted.
MAX_LISTED = 100


class SyncError(CommandError):
    """Why a folder was not exported or synced. Commands print it without a traceback."""

    @classmethod
    def listing(cls, heading: str, lines: Iterable[str]) -> "SyncError":
        return cls("\n".join([heading, *limited(list(lines))]))


def limited(lines: list[str]) -> list[str]:
    """Return `lines`, of many the first ones and the number of the others."""
    if len(lines) <= MAX_LISTED:
        return lines
    return [*lines[:MAX_LISTED], f"… and {len(lines) - MAX_LISTED:,} more."]


def article_file(slug: str) -> str:
    """Return the name of the file of an article. It depends on nothing but the slug.

    A slug that some system can't use as it is, or has the same file for as for another slug, gets
    a hash: names of devices, long ones, and those of earlier versions that are not in lower case.

    >>> article_file("peace"), article_file("con")
    ('articles/peace.md', 'articles/con~1143da2b.md')
    """
    if RESERVED.fullmatch(slug) or slug != slug.casefold() or len(slug.encode()) > MAX_NAME_BYTES:
        digest = hashlib.sha256(slug.encode()).hexdigest()[:8]
        short = slug.encode()[:MAX_NAME_BYTES].decode(errors="ignore")
        return f"{ARTICLES}{short}~{digest}{SUFFIX}"
    return f"{ARTICLES}{slug}{SUFFIX}"


def conflict_file(name: str) -> str:
    """Return the file beside another one that has both sides of a conflict.

    >>> conflict_file("articles/peace.md"), conflict_file(TAGS)
    ('articles/peace.conflict.md', 'tags.conflict.json')
    """
    stem, _dot, extension = name.rpartition(".")
    return f"{stem}.conflict.{extension}"


def is_document(name: str) -> bool:
    is_conflict = name.endswith(CONFLICT_SUFFIX)
    return name.startswith(ARTICLES) and name.endswith(SUFFIX) and not is_conflict


def relevant_problems(listing: Listing | Folder) -> list[str]:
    """Return what is wrong with files that are exported and synced. The documents behind a link to
    a folder, which is not entered, would count as deleted."""
    problems = (*listing.problems, *listing.linked_folders)
    return [str(problem) for problem in problems if _concerns_us(problem.path)]


def _concerns_us(path: str) -> bool:
    return f"{path}/".startswith((ARTICLES, MEDIA)) or path == TAGS
