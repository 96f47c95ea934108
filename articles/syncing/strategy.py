"""What a sync does with what was edited in the database."""

from enum import StrEnum


class Strategy(StrEnum):
    """What happens to articles that were edited in the database since the last export or sync:
    `OURS` keeps them as the database has them, `THEIRS` takes the files, `MERGE` merges both."""

    OURS = "ours"
    THEIRS = "theirs"
    MERGE = "merge"
