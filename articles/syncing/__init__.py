"""A folder of documents ⇄ the database: export, and syncing in the other direction."""

from articles.syncing.export import ExportOptions, ExportReport, export
from articles.syncing.layout import SyncError
from articles.syncing.roundtrip import prove_roundtrip
from articles.syncing.strategy import Strategy
from articles.syncing.sync import SyncOptions, SyncResult, sync

__all__ = [
    "ExportOptions",
    "ExportReport",
    "Strategy",
    "SyncError",
    "SyncOptions",
    "SyncResult",
    "export",
    "prove_roundtrip",
    "sync",
]
