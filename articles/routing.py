"""Which database the queries of a thread go to: the primary, or a replica that is read only.

No code names a database: all queries use the connection *default*. So a request reads the replica
if that connection and the replica's are exchanged. A router of Django's would decide on each
queryset, and not on queries in SQL.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections

REPLICA_DB_ALIAS = "replica"


def uses_replica() -> bool:
    """Return whether the queries of this thread go to the replica now."""
    return connections[DEFAULT_DB_ALIAS].alias == REPLICA_DB_ALIAS


@contextmanager
def on_replica() -> Iterator[None]:
    """Let queries of this thread go to the replica. Call outside of transactions."""
    _exchange()
    try:
        yield
    finally:
        _exchange()


@contextmanager
def on_primary() -> Iterator[None]:
    """Let queries of this thread go to the primary, for a write while a replica is read."""
    if not uses_replica():
        yield
        return
    _exchange()
    try:
        yield
    finally:
        _exchange()


def _exchange() -> None:
    # As Django does when its tests share connections with another thread.
    default, replica = connections[DEFAULT_DB_ALIAS], connections[REPLICA_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS], connections[REPLICA_DB_ALIAS] = replica, default
