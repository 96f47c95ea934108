"""A folder of documents, and the findings about it."""

import pytest

from articles.linting.lint_run import LintArguments, LintSite, run

# Findings about articles as a whole, which most tests are not about.
WHOLE = "missing-summary,orphan,dead-end,unlinked-mention"


@pytest.fixture
def write(tmp_path):
    """Write files into the folder: texts or bytes by name. Returns the folder."""

    def write_files(files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return write_files


@pytest.fixture
def lint(write, tmp_path):
    """Lint files, and return rule, line, column and text of the findings in the order of files."""

    def findings(files, *, ignore=WHOLE, **arguments):
        write(files)
        arguments = {"paths": [str(tmp_path)], "ignore": [ignore], "workers": 0} | arguments
        outcome = run(LintArguments(**arguments), LintSite(media_root=str(tmp_path / "media")))
        return [(item.rule, item.line, item.column, item.source) for item in outcome.findings]

    return findings


@pytest.fixture
def rules(lint):
    """Lint one document with this body and these fields; return the rules with findings."""

    def names(body="", fields="", **arguments):
        document = f"---\ntitle: Peace\n{fields}---\n\n{body}"
        return [rule for rule, *_position in lint({"peace.md": document}, **arguments)]

    return names
