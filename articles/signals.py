"""Signals of the app, for code outside of it, such as metrics. Without receivers they cost nothing
worth measuring."""

from django.dispatch import Signal

# A revision of an article was stored, and the transaction is over. `kind` is its RevisionKind.
revision_saved = Signal()
# A form was based on a revision that is no longer the newest one.
edit_conflict = Signal()
# A search has its results. `seconds` is how long that took.
search_finished = Signal()
