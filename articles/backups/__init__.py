"""The whole site in one file, and the site from this file again, on SQLite and PostgreSQL."""

from articles.backups.creation import BackupSummary, back_up
from articles.backups.errors import BackupError
from articles.backups.restoration import RestoreSummary, is_empty, restore

__all__ = ["BackupError", "BackupSummary", "RestoreSummary", "back_up", "is_empty", "restore"]
