"""What a report is made of."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from articles.linting.findings import Finding
from articles.linting.lint_rules import Level


@dataclass(frozen=True)
class Summary:
    """The findings that are reported, in order, the number of files that were linted, and how many
    fixes were made. `colours` is for terminals."""

    findings: Sequence[Finding]
    files: int
    fixed: int = 0
    colours: bool = False

    def count(self, level: Level) -> int:
        return self._levels[level]

    @property
    def fixable(self) -> int:
        return sum(1 for finding in self.findings if finding.edits)

    @property
    def _levels(self) -> Counter[Level]:
        return Counter(finding.level for finding in self.findings)
