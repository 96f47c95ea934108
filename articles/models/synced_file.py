"""What the last export or sync of a folder saw, file by file."""

from django.db import models

# Hexadecimal digits of SHA-256.
DIGEST_LENGTH = 64


class SyncedFolder(models.Model):
    """A folder that articles are exported to and synced from, on this machine.

    The path identifies it, and nothing in the folder does: of two copies of a folder, each has
    seen another state of the database.
    """

    path = models.TextField(unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.path


class SyncedFile(models.Model):
    """A file of a folder, and the article in the state that the last export or sync saw.

    Not content, and in no dump. There are no foreign keys to article and revision: what is
    deleted is told from what has never been by the keys that are left.
    """

    folder = models.ForeignKey(SyncedFolder, on_delete=models.CASCADE, related_name="files")
    # The path within the folder, in NFC, with slashes.
    name = models.TextField()
    # SHA-256 of the content. Empty if the folder has no such file, and is not to have it.
    digest = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    # That of the content that an export is about to write: if it is killed, the file has either.
    pending = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    # Whether an export wrote the file, or would have written the same.
    exported = models.BooleanField(default=False)
    article_pk = models.BigIntegerField(null=True)
    # The newest revision of the article, the base of a merge.
    revision_pk = models.BigIntegerField(null=True)
    # What else is in a document, and no revision tells: see `syncing.state`.
    stamp = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    # After a conflict: `digest`, `stamp` and `revision_pk` of the two sides, the base once the
    # file has been edited, the text of the `file`, and what was `merged` of it.
    conflict = models.JSONField(null=True)

    # The text of the file, the base of the next merge, where no revision is equal to it: of an
    # article that was merged, and of the tags.
    base = models.TextField(blank=True, db_default="", default="")
    # Whether a merge left the database with edits that the file lacks.
    is_behind = models.BooleanField(db_default=False, default=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["folder", "name"], name="synced_file_is_unique"),
        ]

    def __str__(self) -> str:
        return self.name
