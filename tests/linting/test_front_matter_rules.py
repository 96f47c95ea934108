"""What the linter says about the fields of a document."""

import pytest

from articles.linting.lint_run import LintArguments, LintSite, run


def document(fields, body="Words."):
    return f"---\n{fields}\n---\n\n{body}\n"


def test_all_faults_of_a_document_are_reported_at_their_values(lint):
    fields = "title: Peace\nbogus: 1\nstatus: open\nlanguage: no such\ncreated: soon\nslug: A B"
    findings = lint({"a.md": document(fields)})
    assert [(rule, line) for rule, line, _column, _source in findings] == [
        ("front-matter", line) for line in (3, 4, 5, 6, 7)
    ]
    assert [source for *_position, source in findings] == ["1", "open", "no such", "soon", "A B"]


@pytest.mark.parametrize(
    "text",
    [
        "Words without a title.",
        "---\ntitle: [a\n---\n",
        "---\ntitle: {a: b}\n---\n",
        "---\ntitle: A\ntitle: B\n---\n",
        "---\ntitle: A\n---\n\nText \x01",
        "---\ntitle: A\npublish_at: 2026-01-02T00:00:00Z\nexpire_at: 2026-01-01T00:00:00Z\n---\n",
        f"---\ntitle: {'x' * 201}\n---\n",
        "---\ntitle: A#B\n---\n",
        b"---\ntitle: A\n---\n\n\xff\n",
    ],
)
def test_what_loaddata_refuses_is_a_fault(lint, text):
    assert {rule for rule, *_ in lint({"a.md": text})} - {"long-title"} == {"front-matter"}


def test_a_byte_that_is_not_utf_8_is_found(lint):
    content = "---\ntitle: A\n---\n\né ".encode() + b"\xff"
    assert lint({"a.md": content}) == [("front-matter", 5, 3, "\ufffd")]


@pytest.mark.parametrize(
    ("field", "source"),
    [
        ("summary: Report #2", "Report #2"),
        ("summary: War: a history", "War: a history"),
        ("aliases: [yes, Calm]", "yes"),
        ("aliases:\n- Calm\n- 2024-01-01", "2024-01-01"),
        ("author: 0123", "0123"),
        ("author: 1.10", "1.10"),
        ("author: 12:30", "12:30"),
        ("tags: on", "on"),
        ("language: no", "no"),
        ("summary:\tCalm", ":\t"),
        ("summary: null", "null"),
    ],
)
def test_suspicious_yaml_is_reported(lint, field, source):
    findings = lint({"a.md": document(f"title: Peace\n{field}")})
    assert [(rule, text) for rule, *_, text in findings] == [("suspicious-yaml", source)]


@pytest.mark.parametrize(
    "field",
    [
        'summary: "Report #2"',
        "summary: 'War: a history'",
        "summary: Read it. # for editors",
        "summary: |\n  War: yes #2\n  no",
        "summary: >-\n  12:30\n\n  a: b",
        'summary: "War\n  is: over #1"',
        "featured: yes",
        "created: 2024-01-01T00:00:00Z",
        'aliases: ["yes", Calm, "2024-01-01"]',
        "aliases:\n- C#",
        "summary: http://example.org",
        "author: 1984",
        "# title: no",
        "summary:",
        "summary: هدوء",
    ],
)
def test_other_yaml_is_not(lint, field):
    assert lint({"a.md": document(f"title: Peace\n{field}")}) == []


def test_yaml_in_the_body_is_text(rules):
    assert rules("summary: Report #2\n\n---\n\ntitle: yes") == []


@pytest.mark.parametrize(
    ("title", "is_long"), [("x" * 80, False), ("x" * 81, True), ("e\u0301" * 80, False)]
)
def test_titles_have_a_limit(lint, title, is_long):
    findings = lint({"a.md": document(f"title: {title}")})
    assert findings == ([("long-title", 2, 8, title)] if is_long else [])


def test_a_missing_summary_is_reported_at_the_title(lint):
    files = {"a.md": document("slug: x\ntitle: Peace"), "b.md": document("title: B\nsummary: x")}
    assert lint(files, ignore="orphan,dead-end") == [("missing-summary", 3, 8, "")]


def test_a_title_from_a_heading_is_found(lint):
    files = {"a.md": "# Peace\n\nWords."}
    assert lint(files, ignore="orphan,dead-end") == [("missing-summary", 1, 1, "")]


def test_mixed_scripts_are_reported_in_all_names(lint):
    fields = (
        "title: P\u0430ypal\nsummary: P\u0430ypal\naliases:\n- Calm\n- P\u0430ypal B\n"
        "tags: [x, P\u0430y]"
    )
    findings = lint({"a.md": document(fields)})
    assert [(rule, line, column) for rule, line, column, _source in findings] == [
        ("mixed-scripts", line, column) for line, column in ((2, 8), (3, 10), (6, 3), (7, 11))
    ]


def test_several_documents_in_a_file_are_linted(lint):
    text = "---\ntitle: A\n---\n[[Gone]]\n\f\n---\ntitle: B\n---\n\n🙂 [[Lost]] [[A]]"
    assert lint({"a.md": text}) == [
        ("wanted-link", 4, 1, "[[Gone]]"),
        ("wanted-link", 10, 3, "[[Lost]]"),
    ]


def test_a_name_with_a_number_sign_is_explained_and_not_fixed(write):
    folder = write({"a.md": document("title: Report #2\naliases: War #1\nsummary: Part #3")})
    arguments = LintArguments(paths=[str(folder)], select=["suspicious-yaml"], workers=0, fix=True)
    outcome = run(arguments, LintSite())
    assert [item.line for item in outcome.findings] == [2, 3]
    assert all("Leave them out" in item.message for item in outcome.findings)
    assert 'title: Report #2\naliases: War #1\nsummary: "Part #3"' in (folder / "a.md").read_text()


@pytest.mark.parametrize(
    ("field", "fixed"),
    [
        ("summary: Report #2 # for editors", 'summary: "Report #2" # for editors'),
        (
            "summary: Report #2 # diwan-lint-disable-line long-title",
            'summary: "Report #2" # diwan-lint-disable-line long-title',
        ),
        ("summary: Calm #diwan-lint-disable-line", "summary: Calm #diwan-lint-disable-line"),
        ("summary: Report #2 # 3", "summary: Report #2 # 3"),
        # A slug has no number sign, so that quotation marks would only make it invalid.
        ("slug: calm #2", "slug: calm #2"),
        ("translation_of: calm #2", "translation_of: calm #2"),
        ("language: en #2", "language: en #2"),
    ],
)
def test_a_comment_does_not_become_a_part_of_the_value(write, field, fixed):
    folder = write({"a.md": document(f"title: Peace\n{field}")})
    run(LintArguments(paths=[str(folder)], workers=0, fix=True), LintSite())
    assert (folder / "a.md").read_text() == document(f"title: Peace\n{fixed}")
