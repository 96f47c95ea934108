"""A check of content for the tests of a project that uses pytest-django::

from articles.linting.pytest_plugin import assert_content_clean

def test_content():
    assert_content_clean("fixtures/articles", ignore=["orphan"], max_warnings=0)
"""

from typing import Any

from django.conf import settings

from articles.linting.lint_run import CLEAN, LintArguments, LintSite, run

LISTS = ("select", "ignore", "rule", "context", "media")


def assert_content_clean(*paths: str, **options: Any) -> None:
    """Fail with the report of the linter unless the files at `paths` are clean.

    `options` are those of `LintArguments`, which are the flags of the command; one value of a list
    may be a string. Raises `LintError` for a wrong option or path.
    """
    __tracebackhide__ = True
    site = LintSite(
        str(settings.MEDIA_ROOT), tuple(settings.IMAGE_URLS), tuple(settings.ALLOWED_HOSTS)
    )
    lists = {name: [options[name]] for name in LISTS if isinstance(options.get(name), str)}
    outcome = run(LintArguments(paths=paths, **options | lists), site)
    if outcome.code != CLEAN:
        raise AssertionError("\n".join(["", outcome.report, *outcome.problems]))
