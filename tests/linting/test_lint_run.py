"""Runs of the linter: fixes, baselines, exceptions, configuration."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.linting.findings import LintError
from articles.linting.fixes import apply_fixes
from articles.linting.lint_run import LintArguments, LintSite, run
from articles.linting.options import LintOptions
from articles.linting.runner import LintItem
from articles.linting.runner import lint as lint_items
from articles.workers import Workers


def document(body="", **fields):
    lines = "".join(f"{key}: {value}\n" for key, value in {"title": "Peace", **fields}.items())
    return f"---\n{lines}---\n\n{body}\n"


def lint_folder(folder, **arguments):
    return run(LintArguments(paths=[str(folder)], workers=0, **arguments), LintSite())


BROKEN = document(
    "🙂 P\u0430ypal, [[P\u0430y]]\n\n| a | b |\n|---|---|\n| [[A|b|c]] | ![[d.png|e]] |",
    summary='War: Report #2 "x"',
    author="yes",
)
FIXED = document(
    "🙂 Paypal, [[P\u0430y]]\n\n| a | b |\n|---|---|\n| [[A\\|b\\|c]] | ![[d.png\\|e]] |",
    summary='"War: Report #2 \\"x\\""',
    author='"yes"',
)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_fixes_change_nothing_else(write, line_end, mark):
    folder = write({"a.md": mark + BROKEN.replace("\n", line_end).encode()})
    lint_folder(folder, fix=True)
    fixed = mark + FIXED.replace("\n", line_end).encode()
    assert (folder / "a.md").read_bytes() == fixed
    lint_folder(folder, fix=True)
    assert (folder / "a.md").read_bytes() == fixed


def test_a_diff_changes_nothing(write):
    folder = write({"a.md": BROKEN})
    outcome = lint_folder(folder, diff=True)
    assert outcome.code == 1
    assert "-author: yes\n" in outcome.report and '+author: "yes"\n' in outcome.report
    assert (folder / "a.md").read_text() == BROKEN
    assert lint_folder(write({"a.md": FIXED}), diff=True).report == ""


def test_a_diff_has_the_lines_that_patch_expects(write):
    """Those that end at line feeds, and a mark if the last one does not."""
    texts = ["---\ntitle: A\n---\nA\u2028B\n", "---\ntitle: B\nauthor: yes\n---\nEnd"]
    folder = write({"a.md": "\f".join(texts)})
    lines = lint_folder(folder, diff=True).report.split("\n")[2:]
    assert lines == [
        "@@ -4,6 +4,6 @@",
        " A\u2028B",
        " \f---",
        " title: B",
        "-author: yes",
        '+author: "yes"',
        " ---",
        " End",
        "\\ No newline at end of file",
        "",
    ]


def test_a_diff_is_written_to_the_output_file(write, tmp_path):
    folder = write({"a.md": BROKEN})
    outcome = lint_folder(folder, diff=True, output=str(tmp_path / "fixes.diff"))
    assert (outcome.code, outcome.report) == (1, "")
    assert '+author: "yes"\n' in (tmp_path / "fixes.diff").read_text()


def test_a_media_folder_that_does_not_exist_is_refused(write, tmp_path):
    folder = write({"a.md": BROKEN})
    with pytest.raises(LintError, match="nowhere: there is no such folder"):
        lint_folder(folder, media=[str(tmp_path / "nowhere")])


def test_a_file_that_cannot_be_written_is_named(write, monkeypatch):
    folder = write({"a.md": BROKEN})
    monkeypatch.setattr(os, "access", lambda *_arguments: False)
    outcome = lint_folder(folder, fix=True)
    assert outcome.code == 2
    assert "can't be written" in outcome.problems[0]


def test_a_name_gets_no_fix_that_would_be_refused(write):
    folder = write({"a.md": document(title="Report #2")})
    lint_folder(folder, fix=True)
    assert (folder / "a.md").read_text() == document(title="Report #2")


def test_a_baseline_accepts_what_it_has_wherever_it_moves(write, tmp_path):
    folder = write({"a.md": document("[[Gone]] [[Gone]]")})
    options = {"baseline": str(tmp_path / "baseline.json"), "max_warnings": 0}
    assert lint_folder(folder, write_baseline=True, **options).code == 0
    assert lint_folder(folder, **options).code == 0
    write({"a.md": document("Words.\n\n[[Gone]]\n\n[[Gone]]")})
    assert lint_folder(folder, **options).findings == []
    write({"a.md": document("[[Gone]] [[Gone]] [[Gone]] [[Lost]]")})
    outcome = lint_folder(folder, **options)
    assert [finding.source for finding in outcome.findings] == ["[[Gone]]", "[[Lost]]"]
    assert outcome.code == 1


def test_a_baseline_that_does_not_exist_is_refused(write, tmp_path):
    with pytest.raises(LintError, match=r"no such file\. --write-baseline writes it"):
        lint_folder(write({"a.md": BROKEN}), baseline=str(tmp_path / "none.json"))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 1, "findings": 3}', "[" * 9999])
def test_a_file_that_is_no_baseline_is_refused(write, tmp_path, content):
    folder = write({"a.md": document(), "baseline.json": content})
    with pytest.raises(LintError, match="is no baseline"):
        lint_folder(folder, baseline=str(tmp_path / "baseline.json"))


EXCEPTIONS = [
    "<!-- diwan-lint-disable-next-line wanted-link -- later -->\n[[Gone]]",
    "[[Gone]] %% diwan-lint-disable-line %%",
    "<!-- diwan-lint-disable orphan, wanted-link -->\n\n[[Gone]]\n\n[[Gone]]",
    "[[Gone]]\n\n<!--diwan-lint-disable-file wanted-link-->",
    "<!-- diwan-lint-disable wanted-link -->\n[[Gone]]\n<!-- diwan-lint-enable wanted-link -->",
]
NO_EXCEPTIONS = [
    "<!-- diwan-lint-disable-next-line orphan -->\n[[Gone]]",
    "<!-- diwan-lint-disable-next-line -->\n\n[[Gone]]",
    "`<!-- diwan-lint-disable wanted-link -->` [[Gone]]",
    "```\n<!-- diwan-lint-disable-file -->\n```\n[[Gone]]",
    "<!-- diwan-lint-disable -->\n<!-- diwan-lint-enable -->\n\n[[Gone]]",
    "# diwan-lint-disable-file\n\n[[Gone]]",
]


@pytest.mark.parametrize("body", EXCEPTIONS)
def test_comments_turn_rules_off(rules, body):
    assert rules(body) == []


@pytest.mark.parametrize("body", NO_EXCEPTIONS)
def test_other_comments_do_not(rules, body):
    assert rules(body) == ["wanted-link"]


def test_comments_in_front_matter_turn_rules_off(lint):
    text = "---\n# diwan-lint-disable-next-line long-title\ntitle: {}\n---\n".format("x" * 90)
    assert lint({"a.md": text}) == []


@pytest.mark.parametrize(
    ("comment", "column", "source"),
    [
        ("<!-- diwan-lint-disable orphan, wanted-lnk -- why -->", 33, "wanted-lnk"),
        ("🙂 %% diwan-lint-disable-line later %%", 30, "later"),
        ("<!-- diwan-lint-disable-nextline orphan -->", 6, "diwan-lint-disable-nextline"),
    ],
)
def test_a_comment_that_names_no_rule_is_reported(lint, comment, column, source):
    findings = lint({"a.md": document(comment)})
    assert findings == [("unknown-rule", 5, column, source)]
    assert lint({"a.md": document(f"`{comment}`")}) == []


def test_a_misspelled_rule_in_front_matter_is_reported(lint):
    text = "---\ntitle: Peace\n# diwan-lint-disable orphans\n---\n"
    assert lint({"a.md": text}) == [("unknown-rule", 3, 22, "orphans")]


def configured(write, table, **arguments):
    return lint_folder(write({"a.md": document("[[Gone]]"), "pyproject.toml": table}), **arguments)


def test_levels_come_from_the_configuration_and_flags_win(write):
    table = '[tool.diwan.lint]\nwanted-link = "error"\nignore = ["orphan"]\nmax-warnings = 9\n'
    outcome = configured(write, table)
    assert outcome.code == 1
    assert {item.rule for item in outcome.findings} == {
        *("wanted-link", "dead-end", "missing-summary")
    }
    assert configured(write, table, rule=["wanted-link=warn"]).code == 0
    assert (
        configured(write, table, select=["wanted-link"], rule=["wanted-link=off"]).findings == []
    )
    nested = '[tool.diwan.lint.rules]\nwanted-link = "off"\n'
    assert configured(write, nested, select=["wanted-link,orphan"]).code == 0


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('[tool.diwan.lint]\nwanted-lnk = "off"', "Did you mean “wanted-link”"),
        ('[tool.diwan.lint]\nwanted-link = "maybe"', "Allowed are off, info, warn, error"),
        ("[tool.diwan.lint]\nmax-warnings = true", "is not a number"),
        ("[tool.diwan.lint]\nexclude = 3", "is not a list of strings"),
        ('[tool.diwan]\nlint = "x"', "is not a table"),
        ("[tool.diwan.lint", "is not TOML"),
        ('[tool.diwan.lint]\nrules = "x"', "rules"),
        ('[tool.diwan.lint]\nselect = ["x"]', "is not a rule"),
    ],
)
def test_a_wrong_configuration_is_refused(write, table, message):
    with pytest.raises(LintError, match=message):
        configured(write, table)


@pytest.mark.parametrize(
    "arguments",
    [
        {"select": ["nonsense"]},
        {"ignore": ["orphans"]},
        {"rule": ["orphan"]},
        {"rule": ["orphan=loud"]},
        {"config": "/nowhere/pyproject.toml"},
        {"tags": "/nowhere/tags.json"},
        {"baseline": "/nowhere/baseline.json"},
        {"context": ["/nowhere"]},
        {"output": "/nowhere/report"},
        {"write_baseline": True},
        {"paths": ["/nowhere"]},
        {"paths": ["/dev/null"]},
    ],
)
def test_wrong_options_are_refused(write, arguments):
    folder = write({"a.md": document()})
    with pytest.raises(LintError):
        run(LintArguments(**{"paths": [str(folder)], **arguments}), LintSite())


def test_files_of_the_context_give_names_only(write):
    folder = write(
        {"a/a.md": document("[[War#Part]]"), "b/b.md": document("## Part\n[[X]]", title="War")}
    )
    outcome = lint_folder(
        folder / "a", context=[str(folder / "b")], select=["wanted-link,broken-section"]
    )
    assert outcome.findings == []


def test_a_folder_without_markdown_is_not_clean(write):
    folder = write({"pages/a.txt": "", "context/b.txt": "", "a.md": document()})
    with pytest.raises(LintError, match=r"pages: there is no Markdown file in it\."):
        lint_folder(folder / "pages")
    assert lint_folder(folder, context=[str(folder / "context")]).code == 0


def test_what_cannot_be_read_is_a_problem(write, tmp_path):
    folder = write({"content/a.md": document(), "content/large.md": "x", "outside.md": "x"})
    os.truncate(folder / "content" / "large.md", 100_000_000)
    (folder / "content" / "link.md").symlink_to(folder / "outside.md")
    outcome = lint_folder(folder / "content")
    assert outcome.code == 2
    assert len(outcome.problems) == 2
    assert {item.file for item in outcome.findings} == {str(folder / "content" / "a.md")}


@pytest.mark.parametrize("name", ["سلام.md", "a\nb.md", "a,b:c%.md", "🙂.MD", "x.markdown"])
@pytest.mark.parametrize("format", ["text", "github", "json", "sarif", "junit"])
def test_any_file_name_is_reported(write, name, format):
    assert lint_folder(write({name: document("[[Gone]]")}), format=format).report


def test_many_files_are_linted_in_worker_processes(write):
    files = {f"{n}.md": document(f"[[{n + 1}]] [[{n + 1}#x]]", title=str(n)) for n in range(250)}
    outcome = run(LintArguments(paths=[str(write(files))], workers=2), LintSite())
    alone = lint_folder(write({}))
    assert outcome.findings == alone.findings
    assert sum(item.rule == "broken-section" for item in outcome.findings) == 249


TEXT = st.text(max_size=300) | st.text("-:[]{}|#`\n\r\t \\<>!%\"'*a1é\U0001f642", max_size=300)


@given(st.binary(max_size=300) | TEXT.map(lambda text: text.encode(errors="replace")))
def test_any_file_gets_an_answer(content):
    items = [
        LintItem("a.md", content=b"---\ntitle: A\n---\n\n" + content),
        LintItem("b.md", content=content),
    ]
    findings = lint_items(items, LintOptions(), Workers(0)).findings
    for name, source in (("a.md", items[0].content), ("b.md", content)):
        lines = source.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").split("\n")
        for finding in findings:
            if finding.file == name:
                assert finding.line <= len(lines)
                assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1
        fixed, _count = apply_fixes(source, [item for item in findings if item.file == name])
        assert fixed == source or any(item.edits for item in findings)
