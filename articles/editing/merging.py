"""Three-way merges of states of an article: the authored fields with the tags and the body."""

from collections.abc import Mapping
from typing import Any, NamedTuple

# Lists whose items change independently of each other.
SETS = frozenset(("aliases", "former", "tags"))


class MergedState(NamedTuple):
    """A merged state, and the fields that both sides have changed differently."""

    state: dict[str, Any]
    conflicts: list[str]


def merge_states(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> MergedState:
    """Return `mine` with what changed from `base` to `theirs`. Both sides' conflicting changes of
    a field are reported; the field then has the value of `mine`. The status is that of `mine`."""
    state, conflicts = dict(mine), []
    for name, own in mine.items():
        old, other = base.get(name), theirs.get(name)
        if name == "status":
            continue
        if name in SETS:
            state[name] = merge_lists(old or [], own, other or [])
        elif own == old:
            state[name] = other
        elif other not in (old, own):
            conflicts.append(name)
    return MergedState(state, conflicts)


def merge_lists(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """Return the items of `mine` without those that `theirs` removed, and with those it added."""
    removed = {*base} - {*theirs}
    added = [item for item in theirs if item not in base and item not in mine]
    return [item for item in mine if item not in removed] + added
