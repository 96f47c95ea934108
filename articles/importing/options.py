"""What the user decides about an import."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ImportOptions:
    """The choices of one import. Readers use `folder_tags` and `inline_tags`."""

    # The name of a format, or an empty string to detect it.
    format: str = ""
    # With the path of a document, this identifies the article that it became. By default the name
    # of the folder or file.
    source: str = ""
    # The folders of a document become tags of it.
    folder_tags: bool = False
    # So do the ``#tags`` in its text.
    inline_tags: bool = False
    # Of documents that don't say. An empty status is the default one of the format, an empty
    # language that of the site.
    status: str = ""
    language: str = ""
    # Replace articles that were edited or deleted here since the last import.
    overwrite: bool = False
    # Report what would happen, and write nothing.
    dry_run: bool = False
    # That of the revisions. An empty one names the source.
    comment: str = ""
