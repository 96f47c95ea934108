"""Three-way merges of the article form: what was posted, what it was based on, and what is stored.

A page shows the parts of each merged field and posts them back with a choice for each conflict, so
that nothing depends on what is stored by then.
"""

import re
from collections.abc import Iterable, Mapping, Set
from typing import Any, NamedTuple

from django.http import QueryDict

from articles.admin.submitted import format_value, normalize, set_value, submitted_value
from articles.editing.merging import SETS
from articles.models.article import AUTHORED
from articles.text.merge import Choice, Conflict, Merge, merge, merge_sets, merge_values

# Fields that merge by words. Others, but for sets, are the value of one side.
TEXTS = frozenset(("summary", "body"))
MERGED_FIELDS = SETS | set(AUTHORED)
# How many parts a field may have that are posted back.
MAX_PARTS = 20_000
# Characters of the text around a conflict that are displayed with it.
CONTEXT = 100
NUMBER = re.compile(r"[0-9]{1,5}")
# The choice of the text that the user has edited.
EDITED = "edited"


class Part(NamedTuple):
    """A part of a merged text: a text, or a conflict with the text that has both sides, and the
    ends of the texts around it."""

    text: str
    conflict: Conflict[str] | None = None
    both: str = ""
    before: str = ""
    after: str = ""


class FieldMerge(NamedTuple):
    """A field of a form with the merge of its submitted texts."""

    name: str
    label: str
    merge: Merge

    @property
    def is_text(self) -> bool:
        """Whether a conflict can be resolved by both texts."""
        return self.name in TEXTS

    @property
    def parts(self) -> list[Part]:
        parts = self.merge.parts
        return [
            _conflict_part(part, parts[index - 1 : index], parts[index + 1 : index + 2])
            if isinstance(part, Conflict)
            else Part(part)
            for index, part in enumerate(parts)
        ]

    @property
    def text_with_mine(self) -> str:
        """The merged text with what was posted in all conflicts."""
        return self.merge.resolve([Choice.MINE] * len(self.merge.conflicts))


class FormMerge(NamedTuple):
    """The merged fields of a form, and the numbers of changes of both sides.

    `is_same` tells that what was posted is what is stored.
    """

    fields: list[FieldMerge]
    my_changes: int
    their_changes: int
    is_same: bool

    @property
    def conflict_count(self) -> int:
        return sum(len(field.merge.conflicts) for field in self.fields)

    def apply(self, data: QueryDict) -> None:
        """Make the merged fields what was submitted. There must be no conflict."""
        for field in self.fields:
            set_value(data, field.name, field.merge.resolve())


def _conflict_part(conflict: Conflict[str], before: Iterable[Any], after: Iterable[Any]) -> Part:
    """`before` and `after` are the part before and the one after the conflict, if there is one."""
    start = "".join(part for part in before if isinstance(part, str))
    end = "".join(part for part in after if isinstance(part, str))
    both = _resolve(conflict, Choice.BOTH)
    return Part("", conflict, both, before=start[-CONTEXT:], after=end[:CONTEXT])


def merge_forms(
    form: Any, newest: Any, base: Mapping[str, Any], fields_of_newest: Set[str]
) -> FormMerge:
    """Merge the posted `form` with the unbound form `newest`.

    `base` are the values on which `form` was filled in. The `fields_of_newest` are never those
    that were posted, and fields that are no part of an article always are.
    """
    form.full_clean()
    fields = []
    for name, field in form.fields.items():
        if name in fields_of_newest:
            merged = Merge((submitted_value(newest, name),), 0, 0)
        elif name in MERGED_FIELDS:
            merged = _merge_field(form, newest, base, name)
        else:
            merged = Merge((_posted(form, name),), 0, 0)
        fields.append(FieldMerge(name, str(field.label), merged))
    return FormMerge(
        fields,
        sum(field.merge.my_changes for field in fields),
        sum(field.merge.their_changes for field in fields),
        _is_same(form, newest, fields_of_newest),
    )


def _merge_field(form: Any, newest: Any, base: Mapping[str, Any], name: str) -> Merge:
    if name in SETS:
        return _merge_lists(form, newest, base.get(name) or [], name)
    texts = (
        format_value(form.fields[name], base.get(name)),
        _posted(form, name),
        submitted_value(newest, name),
    )
    if name in TEXTS:
        return merge(*texts)
    return Merge((merge_values(*texts),), texts[1] != texts[0], texts[2] != texts[0])


def _merge_lists(form: Any, newest: Any, base: list[str], name: str) -> Merge:
    field = form.fields[name]
    mine = form.cleaned_data.get(name, base)
    theirs = field.to_python(submitted_value(newest, name))
    text = format_value(field, merge_sets(base, mine, theirs))
    return Merge((text,), set(mine) != set(base), set(theirs) != set(base))


def _posted(form: Any, name: str) -> str:
    """Return the posted text, cleaned unless it is invalid."""
    if name in form.cleaned_data:
        return format_value(form.fields[name], form.cleaned_data[name])
    return normalize(form.data.get(name, ""))


def _is_same(form: Any, newest: Any, excluded: Set[str]) -> bool:
    names = (name for name in form.fields if name in MERGED_FIELDS and name not in excluded)
    return all(_values(form, name) == _values(newest, name, stored=True) for name in names)


def _values(form: Any, name: str, *, stored: bool = False) -> Any:
    text = submitted_value(form, name) if stored else _posted(form, name)
    return set(form.fields[name].to_python(text)) if name in SETS else text


def resolve_conflicts(data: QueryDict, names: Iterable[str]) -> None:
    """Put the parts of the fields `names`, which the page of a conflict posts, together."""
    for name in names:
        count = data.get(f"parts_{name}", "")
        if NUMBER.fullmatch(count) and int(count) <= MAX_PARTS:
            parts = [_posted_part(data, f"{name}_{index}") for index in range(int(count))]
            set_value(data, name, "".join(parts))


def _posted_part(data: QueryDict, key: str) -> str:
    """Return the text of a part, or the one that was chosen in a conflict: by default both."""

    def text(kind: str) -> str:
        return normalize(data.get(f"{kind}_{key}", ""))

    if f"theirs_{key}" not in data:
        return text("part")
    choice = data.get(f"choice_{key}")
    if choice == EDITED:
        return text("result")
    conflict = Conflict("", mine=text("mine"), theirs=text("theirs"))
    is_valid = choice in {option.value for option in Choice}
    return _resolve(conflict, Choice(choice) if is_valid else Choice.BOTH)


def _resolve(conflict: Conflict[str], choice: Choice) -> str:
    return Merge((conflict,), 1, 1).resolve([choice])


def has_posted_parts(data: QueryDict) -> bool:
    """Return whether `data` comes from the page of a conflict."""
    return any(name.startswith("parts_") for name in data)
