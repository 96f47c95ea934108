"""Three-way merges of states of an article: the authored fields with the tags and the body."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from articles.text.merge import Choice, Conflict, merge, merge_sets, merge_values

# Lists whose items change independently of each other.
SETS = frozenset(("aliases", "former", "tags"))


class MergedState(NamedTuple):
    """A merged state, and the fields that both sides have changed differently."""

    state: dict[str, Any]
    conflicts: list[str]


def merge_states(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> MergedState:
    """Return `mine` with what changed from `base` to `theirs`.

    Lists merge as sets and the body by words. Where both sides have changed the same, differently,
    the value is that of `mine`, and the field is a conflict. The status is that of `mine`.
    """
    state, conflicts = dict(mine), []
    for name in mine.keys() & theirs.keys() - {"status"}:
        state[name], is_conflict = _merge_field(name, base.get(name), mine[name], theirs[name])
        if is_conflict:
            conflicts.append(name)
    return MergedState(state, [name for name in mine if name in conflicts])


def _merge_field(name: str, base: Any, mine: Any, theirs: Any) -> tuple[Any, bool]:
    """Return the merged value, and whether there is a conflict."""
    if name in SETS:
        return merge_sets(base or [], mine, theirs), False
    if name == "body":
        body = merge(base or "", mine, theirs)
        return body.resolve([Choice.MINE] * len(body.conflicts)), not body.is_clean
    value = merge_values(base, mine, theirs)
    return (mine, True) if isinstance(value, Conflict) else (value, False)
