"""The tags of a site, as a file of fixtures lists them, and tags that are almost equal."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from articles.linting.findings import Finding
from articles.linting.linted_texts import LintedFile
from articles.text import names

TAG, SYNONYM = "articles.tag", "articles.tagsynonym"
NAME = re.compile(r'"name"\s*:\s*("(?:[^"\\]|\\.)*")')
# Shorter tags differ by a letter and mean something else: war, wax.
MIN_SIMILAR = 6


@dataclass(frozen=True, slots=True)
class ListedTag:
    """A tag, the characters of its name in the file, and whether it has a description."""

    name: str
    start: int
    end: int
    has_description: bool


@dataclass(frozen=True)
class TagList:
    """The tags of a file by key, and the keys of their synonyms."""

    file: str
    tags: dict[str, ListedTag]
    synonyms: frozenset[str]

    def __contains__(self, key: object) -> bool:
        return key in self.tags or key in self.synonyms


def read_tag_list(file: LintedFile) -> TagList:
    """Read a file of fixtures. Raises ValueError if it is none."""
    records = json.loads(file.text)
    if not isinstance(records, list):
        raise ValueError("the file is not a list of records.")
    positions = _positions(file.text)
    tags: dict[str, ListedTag] = {}
    synonyms = set()
    for model, fields in map(_record, records):
        name = fields.get("name")
        if not isinstance(name, str):
            continue
        start, end = next(positions.get(name, iter(())), (0, 0))
        if model == TAG:
            description = str(fields.get("description") or "").strip()
            tags[names.fold(name)] = ListedTag(name, start, end, bool(description))
        elif model == SYNONYM:
            synonyms.add(names.fold(name))
    return TagList(file.name, tags, frozenset(synonyms))


def _record(record: object) -> tuple[str, dict[str, object]]:
    if not isinstance(record, dict) or not isinstance(record.get("fields"), dict):
        return "", {}
    return str(record.get("model")).lower(), record["fields"]


def _positions(text: str) -> dict[str, Iterator[tuple[int, int]]]:
    """Return where the names in the file stand, in their order."""
    positions: dict[str, list[tuple[int, int]]] = {}
    for match in NAME.finditer(text):
        name = json.loads(match[1])
        positions.setdefault(name, []).append((match.start(1) + 1, match.end(1) - 1))
    return {name: iter(ranges) for name, ranges in positions.items()}


def tag_list_findings(file: LintedFile, tags: TagList, near: dict[str, str]) -> Iterator[Finding]:
    """Yield the findings about the tags in the file of tags."""
    for key, tag in tags.tags.items():
        if not tag.has_description and file.options.reports("tag-without-description"):
            message = f"The tag “{tag.name}” has no description."
            yield file.finding("tag-without-description", tag.start, tag.end, message)
        if key in near and file.options.reports("near-duplicate-tag"):
            message = f"The tag “{tag.name}” is almost “{near[key]}”. Is it another one?"
            yield file.finding("near-duplicate-tag", tag.start, tag.end, message)


def near_duplicates(usage: Counter[str]) -> dict[str, str]:
    """Return, by the key of a tag, the tag that differs from it by one letter, by spaces, by the
    order of its words, or by a plural, and that is used more often (or comes first).

    `usage` has the number of uses of each tag, by name. Takes linear time: only tags that are
    equal without one letter are compared.

    >>> near_duplicates(Counter({"alliances": 2, "aliances": 1, "war 1": 1, "war 2": 1}))
    {'aliances': 'alliances'}
    """
    groups: dict[str, list[str]] = {}
    for name in sorted(usage):
        for form in _forms(names.fold(name)):
            groups.setdefault(form, []).append(name)
    near: dict[str, str] = {}
    for group in groups.values():
        first = min(group, key=lambda name: (-usage[name], name))
        for name in group:
            if name != first and _are_similar(names.fold(name), names.fold(first)):
                near.setdefault(names.fold(name), first)
    return near


def _forms(key: str) -> set[str]:
    """Return the forms of which similar tags share one."""
    compact = key.replace(" ", "")
    forms = {"".join(sorted(key)), compact}
    if len(compact) >= MIN_SIMILAR:
        forms |= {compact[:index] + compact[index + 1 :] for index in range(len(compact))}
    return forms


def _are_similar(one: str, other: str) -> bool:
    if _digits(one) != _digits(other):
        return False
    if sorted(one.split()) == sorted(other.split()):
        return True
    compact, other_compact = one.replace(" ", ""), other.replace(" ", "")
    if compact == other_compact:
        return True
    is_long = min(len(compact), len(other_compact)) >= MIN_SIMILAR - 1
    return is_long and OSA.distance(compact, other_compact) == 1


def _digits(text: str) -> list[str]:
    return [character for character in text if character.isdigit()]


def count_tags(tags: Iterable[str], listed: TagList | None) -> Counter[str]:
    """Return the number of uses of each tag, by the first of its spellings."""
    spelling: dict[str, str] = {}
    if listed:
        spelling = {key: tag.name for key, tag in listed.tags.items()}
    usage = Counter(dict.fromkeys(spelling.values(), 0))
    for name in tags:
        key = names.fold(name)
        if listed is None or key not in listed.synonyms:
            usage[spelling.setdefault(key, name)] += 1
    return usage
