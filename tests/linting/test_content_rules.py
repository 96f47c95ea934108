"""What the linter says about the body of one document."""

import pytest

from articles.linting.lint_run import LintArguments, LintSite, run

CLEAN = [
    "Words.",
    "## Part\n\n### Detail\n\n## Part two",
    "```\n[[Never]] ![](/media/x.png) <center> P\u0430ypal\n```",
    "`[[Never]]` and `<center>`",
    "<!-- [[Never]] <center> P\u0430ypal -->",
    "%%[[Never]] P\u0430ypal%%",
    "Vec<T> and a < b",
    "| [[Peace\\|it]] | `|` |\n|---|---|\n| [[Peace\\|it]] | x |",
    "[[Peace|it]] | not a table",
    "```\n| a | b |\n|---|---|\n| [[Peace|it]] | x |\n```",
    "## Αθήνα\n\n## Москва\n\n## 東京タワー",
    "Δx, kΩ, μm, PDFка, ITшник, α-decay, C++ и Python3, 3D-Modell, T細胞",
]


@pytest.mark.parametrize("body", CLEAN)
def test_nothing_is_said_about(rules, body):
    assert rules(body) == []


BODIES = [
    ("### Deep", "heading-jump", "### Deep"),
    ("## Part\n\n#### Deeper", "heading-jump", "#### Deeper"),
    ("## Part\n\nText\n\n## Part", "duplicate-heading", "## Part"),
    ("## قسم\n\n## قسم", "duplicate-heading", "## قسم"),
    ("<center>x</center>", "dropped-html", "<center>"),
    ("🙂 ü <FONT size='1'>x</font>", "dropped-html", "<FONT size='1'>"),
    ("![](/media/map.png)", "missing-alt", "![](/media/map.png)"),
    ("🙂 ![[map.png]]", "missing-alt", "![[map.png]]"),
    ("![a](https://example.org/a.png)", "remote-image", "![a](https://example.org/a.png)"),
    ("![a](/media/none.png)", "missing-image", "![a](/media/none.png)"),
    ("![a](map.png)", "missing-image", "![a](map.png)"),
    ("![[paper.pdf]]", "missing-image", "![[paper.pdf]]"),
    ("text P\u0430ypal", "mixed-scripts", "P\u0430ypal"),
    ("М\u043e\u0441kва и \u0405oviet", "mixed-scripts", "\u0405oviet"),
    ("| a | b |\n|---|---|\n| [[Peace|it]] | x |", "unescaped-bar", "[[Peace|it]]"),
    ("> | a | b |\n> |---|---|\n> | x | [[Peace|it]] |", "unescaped-bar", "[[Peace|it]]"),
    ("| [[Peace|it]] | b |\n|---|---|\n| c | d |", "unescaped-bar", "[[Peace|it]]"),
    ("[[#Gone]]", "broken-section", "[[#Gone]]"),
    ("[x](#gone)", "broken-section", "[x](#gone)"),
    ("[[#^gone]]", "broken-block", "[[#^gone]]"),
    ("é [[Nothing|x]]", "wanted-link", "[[Nothing|x]]"),
    ("> - ü [[Nothing]]", "wanted-link", "[[Nothing]]"),
    ("![[Nothing]]", "wanted-link", "![[Nothing]]"),
]


@pytest.mark.parametrize(("body", "rule", "source"), BODIES)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_it_reports(lint, body, rule, source, line_end, mark):
    text = f"---\ntitle: Peace\n---\n\n🙂 Words.\n\n{body}\n"
    content = mark + text.replace("\n", line_end).encode()
    findings = lint({"peace.md": content, "media/map.png": b"x"})
    line, column = position(text, text.rindex(source))
    assert (rule, line, column, source) in findings
    assert {name for name, *_ in findings} == {rule} | ({"mixed-scripts"} & {rule})


def test_a_heading_that_the_page_lowers_is_explained(write):
    folder = write({"a.md": "---\ntitle: A\n---\n\n## First\n\n# Second\n\n### Third\n"})
    outcome = run(LintArguments(paths=[str(folder)], select=["heading-jump"]), LintSite())
    first, third = (finding.message for finding in outcome.findings)
    assert first.startswith("“First” is 2 levels below the title: headings of the first level")
    assert third == "“Third” is 2 levels below the one before."


def position(text, index):
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def test_files_of_the_media_folder_are_looked_up_as_the_site_does(lint):
    body = "![a](/media/a%20b.png?size=2) ![[film.mp4]] ![a](/media/../x.png)"
    findings = lint({"a.md": f"---\ntitle: A\n---\n{body}", "media/a b.png": "x", "x.png": "x"})
    assert [(rule, source) for rule, _line, _column, source in findings] == [
        ("missing-image", "![[film.mp4]]"),
        ("missing-image", "![a](/media/../x.png)"),
    ]


def test_a_section_is_a_duplicate_only_below_the_same_heading(rules):
    assert rules("## A\n\n### Notes\n\n## B\n\n### Notes") == []
    assert rules("## A\n\n### Notes\n\n### Notes") == ["duplicate-heading"]


@pytest.mark.parametrize(
    "line",
    [
        "é [[Nothing]] <center> ![](x.png)\n",
        "P\u0430ypal, &amp; ",
        "<!-- diwan-lint-disable-line orphan --> `x`\n",
        "| [[a|b]] | c |\n",
        "## Part\n\n",
    ],
)
def test_many_findings_take_linear_time(lint, elapsed, line):
    with elapsed(8):
        assert lint({"a.md": f"---\ntitle: A\n---\n{line * 1000}"}) is not None


@pytest.mark.parametrize(
    "body",
    [
        "https://p\u0430ypal.com/x",
        "info@p\u0430ypal.com",
        "Read p\u0430ypal.txt",
        "Words ^id-p\u0430ypal",
        "::: {#p\u0430ypal}",
    ],
)
def test_identifiers_are_reported_and_not_fixed(write, body):
    """A fix would change where a link leads to."""
    text = f"---\ntitle: A\nsummary: See https://p\u0430ypal.com\n---\n\n{body}\n"
    folder = write({"a.md": text})
    outcome = run(LintArguments(paths=[str(folder)], workers=0, fix=True), LintSite())
    assert (folder / "a.md").read_text() == text
    assert [item.rule for item in outcome.findings].count("mixed-scripts") == 2


@pytest.mark.parametrize("name", ["code", "kbd", "pre", "samp"])
def test_code_in_html_is_code(rules, name):
    body = f"<{name}>P\u0430ypal</{name}>\n\n<{name}>\nP\u0430ypal\n</{name}>\n"
    assert rules(body) == []
    assert rules(f"{body}\nP\u0430ypal") == ["mixed-scripts"]
