"""What a replica of the database says of itself, and what is wrong with that."""

import time
from typing import Any, NamedTuple

# Seconds that a replica may lag behind, as it does after each save.
MAX_LAG = 0.7
CONTENT_NUMBER = "SELECT coalesce(max(number), 0) FROM articles_contentversion"
# `pg_stat_wal_receiver` has a row while the server is connected to its primary.
REPLICA_STATE = f"""SELECT pg_is_in_recovery(), EXISTS (SELECT FROM pg_stat_wal_receiver),
    ({CONTENT_NUMBER}), extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())"""
LOOK = "Look into its log, and at pg_stat_replication on the primary."


class ReplicaState(NamedTuple):
    """Whether a server is a replica and receives changes, the number of its content version, and
    the age in seconds of the last transaction that it has replayed, if any."""

    is_replica: bool
    is_connected: bool
    number: int
    age: float | None

    def problem(self, required: int) -> tuple[str, str] | None:
        """Return what is wrong, and what to do. `required` is the number of the content version
        that the primary had."""
        if not self.is_replica:
            return "It is a primary server of its own.", "Correct DATABASE_REPLICA_URL."
        if missing := max(required - self.number, 0):
            age = f", its latest transaction is {self.age:.0f} s old" if self.age else ""
            return f"It lags behind: {missing} change(s) of content are missing{age}.", LOOK
        if not self.is_connected:
            return "It is not connected to the primary.", LOOK
        return None


def content_number(connection: Any) -> int:
    """Return the number of a database's content version."""
    with connection.cursor() as cursor:
        cursor.execute(CONTENT_NUMBER)
        (number,) = cursor.fetchone()
    return int(number)


def read_state(replica: Any, required: int) -> ReplicaState:
    """Return the state of a replica as soon as it has the content of a version, or after
    `MAX_LAG`."""
    deadline = time.monotonic() + MAX_LAG
    with replica.cursor() as cursor:
        while True:
            cursor.execute(REPLICA_STATE)
            state = ReplicaState(*cursor.fetchone())
            if state.number >= required or time.monotonic() > deadline:
                return state
            time.sleep(MAX_LAG / 10)
