"""A file with findings that are accepted, so that only new ones fail.

A finding is recognised by its file, its rule and the text that it is about, so that lines may
move. Of equal ones, as many are accepted as the file has.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from articles import files
from articles.linting.findings import Finding, LintError

VERSION = 1
# By file, rule and text, the number of findings.
Accepted = Counter[tuple[str, str, str]]


def read_baseline(path: Path) -> Accepted:
    """Return the accepted findings. Raises `LintError` if the file can't be read."""
    try:
        data = json.loads(path.read_bytes())
        if not isinstance(data, dict) or data.get("version") != VERSION:
            raise ValueError(f"“version” is not {VERSION}")
        return Counter(dict(_rows(data["findings"])))
    except FileNotFoundError as error:
        message = "there is no such file. --write-baseline writes it."
        raise LintError(f"{path}: {message}") from error
    except OSError as error:
        raise LintError(f"{path}: {files.reason(error)}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = "is no baseline. Write one with --write-baseline."
        raise LintError(f"{path}: {message} ({error})") from error


def _rows(findings: dict[str, dict[str, dict[str, int]]]) -> Iterable[tuple[Any, int]]:
    for file, rules in findings.items():
        for rule, texts in rules.items():
            for text, count in texts.items():
                yield (file, rule, text), int(count)


def write_baseline(path: Path, findings: Iterable[Finding]) -> None:
    """Write a baseline with all `findings`, in a stable order. Raises `LintError`."""
    data: dict[str, dict[str, dict[str, int]]] = {}
    for (file, rule, text), count in sorted(
        Counter(_key(path, item) for item in findings).items()
    ):
        data.setdefault(file, {}).setdefault(rule, {})[text] = count
    content = json.dumps({"version": VERSION, "findings": data}, ensure_ascii=False, indent=1)
    try:
        files.write_if_changed(path, f"{content}\n".encode(errors="replace"))
    except files.FileError as error:
        raise LintError(str(error)) from error


def new_findings(path: Path, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that the baseline does not accept."""
    accepted = read_baseline(path)
    remaining = []
    for finding in findings:
        key = _key(path, finding)
        if accepted[key] > 0:
            accepted[key] -= 1
        else:
            remaining.append(finding)
    return remaining


def _key(baseline: Path, finding: Finding) -> tuple[str, str, str]:
    """The file is relative to the folder of the baseline, so that any current folder will do."""
    file = os.path.relpath(finding.file, baseline.parent).replace(os.sep, "/")
    return file, finding.rule, " ".join(finding.source.split()) or finding.message
