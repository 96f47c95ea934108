"""The rules of the linter: their names, their default levels, and what they look for."""

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """How much a finding matters. Only errors fail a run, and warnings beyond `--max-warnings`."""

    OFF = "off"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"


class LintRule(NamedTuple):
    """A rule, its default level, and in a few words what it reports. Some of the findings of a
    `fixable` one have a fix."""

    name: str
    level: Level
    summary: str
    fixable: bool = False


RULES = (
    LintRule("ambiguous-name", Level.ERROR, "a name of several articles, and links by it"),
    LintRule("broken-block", Level.ERROR, "a link to a block that does not exist"),
    LintRule("broken-section", Level.ERROR, "a link to a section that does not exist"),
    LintRule("dead-end", Level.WARN, "an article that links to no other one"),
    LintRule("dropped-html", Level.WARN, "HTML that articles may not contain"),
    LintRule("duplicate-heading", Level.WARN, "two sections of one article with one name"),
    LintRule("front-matter", Level.ERROR, "what loaddata refuses"),
    LintRule("heading-jump", Level.WARN, "a heading that skips a level"),
    LintRule("long-title", Level.WARN, "a title that lists and search engines cut"),
    LintRule("missing-alt", Level.WARN, "an image without alternative text"),
    LintRule("missing-image", Level.ERROR, "a file that is not in the media folder"),
    LintRule("missing-summary", Level.WARN, "an article without a summary"),
    LintRule("mixed-scripts", Level.WARN, "a word with letters of several scripts", fixable=True),
    LintRule("near-duplicate-tag", Level.WARN, "two tags that differ by a letter"),
    LintRule("orphan", Level.WARN, "an article that no other one links to"),
    LintRule("remote-image", Level.WARN, "an image of another site, which is not displayed"),
    LintRule("suspicious-yaml", Level.WARN, "YAML that means something else", fixable=True),
    LintRule("tag-without-description", Level.WARN, "a tag that says nothing about itself"),
    LintRule("unescaped-bar", Level.ERROR, "a link that a table cuts at its bar", fixable=True),
    LintRule("unknown-rule", Level.WARN, "a comment of the linter that names no rule"),
    LintRule("unknown-tag", Level.WARN, "a tag that the file of tags does not have"),
    LintRule("unlinked-mention", Level.INFO, "the name of an article that is not a link"),
    LintRule("unpublished-link", Level.WARN, "a link to an article that readers can't see"),
    LintRule("wanted-link", Level.WARN, "a link to a name that no article has"),
)
BY_NAME = {rule.name: rule for rule in RULES}
