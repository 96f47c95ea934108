"""One run of the linter: arguments → a report, fixes in files, and an exit code."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from articles import files
from articles.linting import baseline, configuration, fixes, lint_paths
from articles.linting.configuration import Configuration
from articles.linting.database_items import DatabaseItems, tags_item
from articles.linting.findings import Finding, LintError
from articles.linting.lint_rules import Level
from articles.linting.options import LintOptions, change_levels
from articles.linting.reports import FORMATS
from articles.linting.reports.summary import Summary
from articles.linting.runner import Advance, LintItem, LintResult, lint
from articles.workers import Workers, available_processes

CLEAN, FINDINGS, FAILED = 0, 1, 2
# Fixes may make others possible. A rule that never ends must end too.
MAX_PASSES = 5
MAX_PROCESSES = 64


@dataclass(frozen=True)
class LintSite:
    """What the settings say: where images are displayed from, and the hosts of the site."""

    media_root: str = lint_paths.MEDIA
    image_urls: tuple[str, ...] = ("/media/",)
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class LintArguments:
    """The flags of the command. Without paths, the database is linted."""

    paths: Sequence[str] = ()
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    rule: Sequence[str] = ()
    context: Sequence[str] = ()
    media: Sequence[str] = ()
    tags: str = ""
    config: str = ""
    format: str = "text"
    output: str = ""
    baseline: str = ""
    write_baseline: bool = False
    max_warnings: int | None = None
    fix: bool = False
    diff: bool = False
    quiet: bool = False
    colours: bool = False
    workers: int | None = None


@dataclass(frozen=True)
class LintOutcome:
    """What a run prints, the exit code, and why files could not be read or written."""

    report: str
    code: int
    problems: Sequence[str] = ()
    findings: Sequence[Finding] = ()


@dataclass
class _Run:
    """The files of a run, and how they are linted."""

    items: Sequence[LintItem]
    tags: LintItem | None
    options: LintOptions
    processes: int
    problems: list[str]
    advance: Advance

    def lint(self) -> LintResult:
        with Workers(self.processes) as workers:
            return lint(self.items, self.options, workers, tags=self.tags, advance=self.advance)


def run(
    arguments: LintArguments,
    site: LintSite,
    advance: Advance = lambda _done, _added: None,
) -> LintOutcome:
    """Lint what the arguments name. Raises `LintError` if it can't."""
    _check(arguments)
    settings = _configuration(arguments)
    prepared = _prepare(arguments, settings, site, advance)
    result, fixed = prepared.lint(), 0
    if arguments.diff:
        return _diff(arguments, prepared, result)
    for _number in range(MAX_PASSES if arguments.fix else 0):
        made = _fix(prepared, result)
        fixed += made
        if not made:
            break
        result = prepared.lint()
    problems = [*prepared.problems, *result.problems]
    return _outcome(arguments, settings, replace(result, problems=problems), fixed)


def _check(arguments: LintArguments) -> None:
    if not arguments.paths and (arguments.fix or arguments.diff):
        raise LintError("--fix and --diff change files. Name the files or folders.")
    if arguments.write_baseline and not arguments.baseline:
        raise LintError("--write-baseline needs --baseline FILE.")


def _configuration(arguments: LintArguments) -> Configuration:
    paths = map(Path, arguments.paths)
    if arguments.config:
        settings = configuration.read_configuration(Path(arguments.config))
    else:
        settings = configuration.find_configuration(paths, Path.cwd())
    levels = change_levels(settings.levels, arguments.select, arguments.ignore, arguments.rule)
    warnings = arguments.max_warnings
    return replace(
        settings,
        levels=levels,
        baseline=arguments.baseline or settings.baseline,
        max_warnings=settings.max_warnings if warnings is None else warnings,
    )


def _prepare(
    arguments: LintArguments, settings: Configuration, site: LintSite, advance: Advance
) -> _Run:
    paths = [Path(path) for path in arguments.paths]
    configured = arguments.media or settings.media
    media = lint_paths.media_folders(paths, configured, site.media_root)
    options = LintOptions(
        settings.levels, settings.max_title_length, media, site.image_urls, site.hosts
    )
    processes = arguments.workers
    if processes is None:
        processes = available_processes(MAX_PROCESSES)
    if not paths:
        return _Run(DatabaseItems(), tags_item(), options, processes, [], advance)
    context = [Path(path) for path in (*settings.context, *arguments.context)]
    tags = arguments.tags or settings.tags
    collected = lint_paths.collect(paths, context, settings.exclude, tags)
    items, problems = collected.items, collected.problems
    return _Run(items, collected.tags, options, processes, problems, advance)


def _outcome(
    arguments: LintArguments, settings: Configuration, result: LintResult, fixed: int
) -> LintOutcome:
    findings: Sequence[Finding] = result.findings
    if arguments.write_baseline:
        baseline.write_baseline(Path(settings.baseline), findings)
        text = f"{len(findings):,} findings are in {settings.baseline} now.\n"
        return LintOutcome(text, FAILED if result.problems else CLEAN, result.problems)
    if settings.baseline:
        findings = baseline.new_findings(Path(settings.baseline), findings)
    code = FAILED if result.problems else _code(findings, settings.max_warnings)
    if arguments.quiet:
        findings = [finding for finding in findings if finding.level == Level.ERROR]
    summary = Summary(findings, result.files, fixed, arguments.colours)
    report = _reported(arguments, FORMATS[arguments.format](summary))
    return LintOutcome(report, code, result.problems, findings)


def _code(findings: Iterable[Finding], max_warnings: int | None) -> int:
    levels = [finding.level for finding in findings]
    too_many = max_warnings is not None and levels.count(Level.WARN) > max_warnings
    return FINDINGS if Level.ERROR in levels or too_many else CLEAN


def _reported(arguments: LintArguments, report: str) -> str:
    """Return what is to be printed of a report: nothing if it is written to a file."""
    if not arguments.output:
        return report
    try:
        files.write_lines(Path(arguments.output), [report.removesuffix("\n")])
    except files.FileError as error:
        raise LintError(str(error)) from error
    return ""


def _fix(prepared: _Run, result: LintResult) -> int:
    """Write the fixes of all findings. Return the number of those made."""
    count = 0
    for item, findings in _fixable(prepared, result):
        try:
            content, made = fixes.apply_fixes(item.read(), findings)
            if item.entry and made and os.access(item.entry.path, os.W_OK):
                files.write_if_changed(item.entry.path, content)
                count += made
            elif made:
                prepared.problems.append(f"{files.printable(item.name)}: it can't be written.")
        except files.FileError as error:
            prepared.problems.append(str(error))
    return count


def _fixable(prepared: _Run, result: LintResult) -> list[tuple[LintItem, list[Finding]]]:
    by_file = fixes.by_file(result.findings)
    if not by_file:
        return []
    return [(item, by_file[item.name]) for item in prepared.items if item.name in by_file]


def _diff(arguments: LintArguments, prepared: _Run, result: LintResult) -> LintOutcome:
    """Return what the fixes would change. The exit code says whether that is anything."""
    parts = []
    for item, findings in _fixable(prepared, result):
        before = item.read()
        after, _made = fixes.apply_fixes(before, findings)
        parts.append(fixes.unified_diff(item.name, before, after))
    problems = [*prepared.problems, *result.problems]
    code = FAILED if problems else FINDINGS if parts else CLEAN
    report = _reported(arguments, "".join(parts))
    return LintOutcome(report, code, problems, result.findings)
