"""The command that lints articles: exit codes, the database, and the commands of docs/ci.md."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from articles.linting.lint_rules import RULES
from articles.linting.pytest_plugin import assert_content_clean
from articles.models import Tag
from tests import factories

ROOT = Path(settings.BASE_DIR)
CLEAN = "---\ntitle: Peace\nsummary: Words.\n---\n\nWords.\n"


def manage(*arguments, cwd=ROOT, **environment):
    """Run the command without a secret key, and with a database that can't be reached."""
    names = ("SECRET_KEY", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "NO_COLOR")
    inherited = {key: value for key, value in os.environ.items() if key not in names}
    unusable = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "lint_articles", *arguments],
        cwd=cwd,
        env={**inherited, **unusable, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.once
def test_files_are_linted_without_a_database(tmp_path):
    (tmp_path / "a.md").write_text(CLEAN)
    result = manage("--ignore", "orphan,dead-end", str(tmp_path))
    assert (result.returncode, result.stdout) == (0, "No findings in 1 file.\n")
    result = manage("--rule", "orphan=error", str(tmp_path), DATABASE_URL="nonsense")
    assert result.returncode == 1
    assert "a.md:2:8: error: No other article links to this one. [orphan]" in result.stdout


def test_an_interrupted_run_exits_with_2(tmp_path, monkeypatch):
    def interrupt(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("articles.management.commands.lint_articles.run", interrupt)
    with pytest.raises(CommandError, match="Interrupted") as caught:
        call_command("lint_articles", str(tmp_path))
    assert caught.value.returncode == 2


@pytest.mark.once
def test_what_cannot_run_exits_with_2():
    for arguments in (["/nowhere"], ["--nonsense"], []):
        result = manage(*arguments, DATABASE_URL="nonsense")
        assert result.returncode == 2
        assert result.stderr and "Traceback" not in result.stderr


def test_a_database_without_tables_is_to_be_migrated(monkeypatch):
    def fail(*_arguments):
        raise OperationalError("no such table: articles_article")

    monkeypatch.setattr("articles.management.commands.lint_articles.run", fail)
    with pytest.raises(CommandError, match=r"Run “manage\.py migrate”") as caught:
        call_command("lint_articles")
    assert caught.value.returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["--select", "nonsense", "."],
        ["--format", "nonsense", "."],
        ["--max-warnings", "-1", "."],
        ["--database", "."],
    ],
)
def test_wrong_options_are_refused(arguments):
    with pytest.raises(CommandError):
        call_command("lint_articles", *arguments)


@pytest.mark.once
def test_a_report_is_written_to_a_file(tmp_path):
    (tmp_path / "a.md").write_text("Words.")
    result = manage(str(tmp_path), "--output", str(tmp_path / "out.json"), "--format", "json")
    assert (result.returncode, result.stdout) == (1, "")
    assert (tmp_path / "out.json").read_text().startswith("{")


@pytest.mark.once
def test_the_fixtures_are_clean():
    result = manage("fixtures/tags.json", "fixtures/articles", "--max-warnings", "0")
    assert result.returncode == 0, result.stdout


@pytest.mark.django_db
def test_the_database_is_linted_as_its_documents(capsys):
    factories.article("Peace", body="🙂 [[War#Gone]] [[Old war]] [[Nothing]]", summary="S.")
    war = factories.article("War", body="## Part\n[[Peace]]", summary="S.", tags=["unknown"])
    war.former = war.hidden_former = ["Old war"]
    war.save()
    Tag.objects.update(description="")
    with pytest.raises(SystemExit) as exit_code:
        call_command("lint_articles", "--workers", "0", "--rule", "wanted-link=warn")
    assert exit_code.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    assert [re.sub(r":\d+:\d+: (\w+): .*\[", r": \1 [", line) for line in lines[:-1]] == [
        "articles/peace.md: error [broken-section]",
        "articles/peace.md: warning [wanted-link]",
        "tags.json: warning [tag-without-description]",
    ]


@pytest.mark.django_db
def test_files_of_the_database_cannot_be_changed():
    with pytest.raises(CommandError, match="Name the files"):
        call_command("lint_articles", "--fix")


@pytest.mark.once
def test_the_assertion_of_the_pytest_plugin(tmp_path):
    (tmp_path / "a.md").write_text(CLEAN)
    assert_content_clean(str(tmp_path))
    with pytest.raises(AssertionError, match=r"a\.md:2:8: warning: .*orphan"):
        assert_content_clean(str(tmp_path), max_warnings=0)
    assert_content_clean(str(tmp_path), max_warnings=0, ignore="orphan,dead-end")


@pytest.mark.once
def test_the_commands_of_the_example_run(tmp_path):
    example, hooks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/ci.md").read_text(), re.DOTALL)
    steps = yaml.safe_load(example)["jobs"]["lint"]["steps"]
    commands = [step["run"] for step in steps if "manage.py" in step.get("run", "")]
    assert len(commands) == 2
    for command in commands:
        command = command.replace("lint.sarif", str(tmp_path / "l"))
        python, script, *arguments = shlex.split(command)
        assert (python, script, arguments[0]) == ("python", "manage.py", "lint_articles")
        result = manage(*arguments[1:])
        assert result.returncode == 0, result.stdout
    assert (tmp_path / "l").exists()
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    (repository,) = yaml.safe_load(hooks)["repos"]
    assert repository["hooks"][0]["id"] == hook["id"]
    script = shlex.split(hook["entry"])[1:]
    assert script == ["manage.py", "lint_articles"]
    assert manage(*hook["args"]).returncode == 0


def test_all_rules_are_documented():
    text = (ROOT / "docs/lint.md").read_text()
    rows = re.findall(r"^\| `([\w-]+)` \| (\w+) \|", text, re.MULTILINE)
    assert rows == [(rule.name, rule.level.value) for rule in RULES]
