"""What a run of the linter depends on, beside the documents: levels of rules, and the site."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz, process

from articles.linting.findings import LintError
from articles.linting.lint_rules import BY_NAME, RULES, Level

Levels = Mapping[str, Level]
DEFAULT_LEVELS: Levels = {rule.name: rule.level for rule in RULES}
SPELLINGS = {"warning": Level.WARN, "none": Level.OFF, "note": Level.INFO}
MAX_TITLE_LENGTH = 80
# Of 100, by rapidfuzz.
MIN_SIMILARITY = 60


@dataclass(frozen=True)
class LintOptions:
    """`media` are folders in which the files under `media_urls[0]` are; images are displayed from
    `media_urls`. `hosts` are those of the site. A document without a language is in `language`.
    """

    levels: Levels = field(default_factory=lambda: dict(DEFAULT_LEVELS))
    max_title_length: int = MAX_TITLE_LENGTH
    media: tuple[str, ...] = ()
    media_urls: tuple[str, ...] = ("/media/",)
    hosts: tuple[str, ...] = ()

    def level(self, rule: str) -> Level:
        return self.levels.get(rule, Level.OFF)

    def reports(self, *rules: str) -> bool:
        """Return whether one of these rules is on."""
        return any(self.level(rule) != Level.OFF for rule in rules)


def parse_level(rule: str, value: Any) -> Level:
    """Return the level that a user has set. Raises `LintError`."""
    text = str(value).lower() if isinstance(value, str) else ""
    try:
        return SPELLINGS.get(text) or Level(text)
    except ValueError:
        allowed = ", ".join(Level)
        raise LintError(f"{rule}: {value!r} is not a level. Allowed are {allowed}.") from None


def check_rule(name: str) -> str:
    """Return the name of a rule. Raises `LintError` with a suggestion for any other name."""
    if name in BY_NAME:
        return name
    raise LintError(f"“{name}” is not a rule. {suggestion(name, BY_NAME)}")


def suggestion(name: str, names: Iterable[str]) -> str:
    """Return which of `names` may be meant, or all of them."""
    names = sorted(names)
    match = process.extractOne(name.lower(), names, scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY)
    return f"Did you mean “{match[0]}”?" if match else f"Allowed are {', '.join(names)}."


def split_names(values: Iterable[str]) -> list[str]:
    """Return the names in values such as ``"a,b"``."""
    return [name.strip() for value in values for name in value.split(",") if name.strip()]


def change_levels(
    levels: Levels, select: Iterable[str], ignore: Iterable[str], assignments: Iterable[str]
) -> dict[str, Level]:
    """Return `levels` after the flags: only the rules in `select`, if there are any, without those
    in `ignore`, and with what `assignments`, such as ``orphan=off``, set. Raises `LintError`."""
    changed = dict(levels)
    if selected := {check_rule(name) for name in split_names(select)}:
        for name, level in levels.items():
            active = DEFAULT_LEVELS[name] if level == Level.OFF else level
            changed[name] = active if name in selected else Level.OFF
    changed |= {check_rule(name): Level.OFF for name in split_names(ignore)}
    for assignment in split_names(assignments):
        name, equals, value = (part.strip() for part in assignment.partition("="))
        if not equals:
            raise LintError(f"--rule {assignment}: write a rule and a level, as in orphan=off.")
        changed[check_rule(name)] = parse_level(name, value)
    return changed
