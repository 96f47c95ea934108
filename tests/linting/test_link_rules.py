"""What the linter says about links between documents."""

import pytest


def article(title, body="", **fields):
    fields = {"title": title, "status": "published", **fields}
    lines = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return f"---\n{lines}---\n\n{body}\n"


def rules_of(findings):
    return [(rule, source) for rule, *_position, source in findings]


def test_links_that_lead_to_an_article_are_clean(lint):
    body = (
        "[[War]] [[conflict|x]] [[War_and-Peace]] [[Folder/War]] [x](War.md#causes--effects) "
        "[[War#Causes & effects]] [[War#Causes & effects#Detail]] [[War#^mark]] ![[War]] "
        "[[the-war]] [[Old war]] [[#Part]]\n\n## Part"
    )
    target = "## Causes & effects\n\n### Detail\n\nA block. ^mark"
    war = article("War", target, slug="the-war", aliases="[Conflict]", former="[Old war]")
    files = {"a.md": article("Peace", body), "b.md": war, "c.md": article("War and peace")}
    assert lint(files) == []


@pytest.mark.parametrize(
    ("link", "rule"),
    [
        ("[[War#Gone]]", "broken-section"),
        ("[[War#Causes#Gone|x]]", "broken-section"),
        ("[x](War.md#gone)", "broken-section"),
        ("[[War#^gone]]", "broken-block"),
        ("![[War#Gone]]", "broken-section"),
        ("[[Peace#Gone]]", "broken-section"),
        ("[[Wax]]", "wanted-link"),
        ("[[سلام]]", "wanted-link"),
        ("[[Folder/Wax|x]]", "wanted-link"),
    ],
)
def test_links_that_lead_nowhere_are_reported(lint, link, rule):
    files = {"a.md": article("Peace", f"🙂 {link}"), "b.md": article("War", "## Causes")}
    assert lint(files) == [(rule, 6, 3, link)]


def test_links_in_footnotes_tables_and_quotes_are_found(lint):
    body = "A[^1]\n\n| a |\n|---|\n| [[One]] |\n\n> > [[Two]]\n\n[^1]: é [[Three]]"
    findings = lint({"a.md": article("Peace", body)})
    assert [(line, column, source) for _rule, line, column, source in findings] == [
        (10, 3, "[[One]]"),
        (12, 5, "[[Two]]"),
        (14, 9, "[[Three]]"),
    ]


def test_a_name_of_two_articles_is_reported_at_each_of_them_and_at_links(lint):
    files = {
        "a.md": article("War", slug="a"),
        "b.md": article("Peace", slug="b", aliases="[Calm, WAR]"),
        "c.md": article("C", "[[War]]"),
    }
    assert rules_of(lint(files)) == [
        ("ambiguous-name", "War"),
        ("ambiguous-name", "WAR"),
        ("ambiguous-name", "[[War]]"),
    ]


def test_a_slug_of_two_articles_is_reported(lint):
    files = {"a.md": article("A", slug="x"), "b.md": article("B", slug="x", language="ar")}
    assert rules_of(lint(files)) == [("ambiguous-name", "x")] * 2


def test_one_name_in_two_languages_is_clear(lint):
    files = {
        "a.md": article("Angola", "## Only here", slug="a"),
        "b.md": article("Angola", "## Nur hier", slug="b", language="de"),
        "c.md": article("C", "[[Angola#Only here]]"),
        "d.md": article("D", "[[Angola#Nur hier]]", language="de"),
    }
    assert lint(files) == []


def test_links_prefer_the_translation_into_their_language(lint):
    files = {
        "a.md": article("Peace", "## Part", slug="peace"),
        "b.md": article("سلام", "## قسم", slug="salam", language="ar", translation_of="peace"),
        "c.md": article("حرب", "[[Peace#قسم]] [[Peace#Part]]", slug="harb", language="ar"),
    }
    assert rules_of(lint(files)) == [("broken-section", "[[Peace#Part]]")]


@pytest.mark.parametrize(
    ("fields", "is_reported"),
    [
        ({"status": "draft"}, True),
        ({"status": "archived"}, True),
        ({"publish_at": "2999-01-01T00:00:00Z"}, True),
        ({"expire_at": "2001-01-01T00:00:00Z"}, True),
        ({"publish_at": "2001-01-01T00:00:00Z"}, False),
    ],
)
def test_links_to_what_readers_cannot_see_are_reported(lint, fields, is_reported):
    files = {"a.md": article("A", "[[B]]"), "b.md": article("B", "[[A]]", **fields)}
    expected = [("unpublished-link", 6, 1, "[[B]]")] if is_reported else []
    assert lint(files) == expected


def test_drafts_may_link_to_drafts(lint):
    draft = {"status": "draft"}
    files = {"a.md": article("A", "[[B]]", **draft), "b.md": article("B", "[[A]]", **draft)}
    assert lint(files) == []


def test_orphans_and_dead_ends_are_reported(lint):
    files = {
        "a.md": article("A", "[[B]] [[A]] [[C]]"),
        "b.md": article("B", "[[B]] `[[A]]`"),
        "c.md": article("C", "[[B]]"),
    }
    findings = lint(files, ignore="missing-summary,unlinked-mention")
    assert rules_of(findings) == [("orphan", ""), ("dead-end", "")]
    assert [line for _rule, line, *_ in findings] == [2, 2]


def mentions(lint, body, *titles, **fields):
    files = {f"{number}.md": article(title, **fields) for number, title in enumerate(titles)}
    files["z.md"] = article("Zebra", body, **fields)
    return [
        (line, column, source)
        for _r, line, column, source in lint(files, select=["unlinked-mention"], ignore="")
    ]


def test_the_first_mention_of_an_article_is_reported(lint):
    body = "🙂 Peace talks, peace-talks. The *War of the Roses* and `Peace` war"
    assert mentions(lint, body, "Peace", "Peace talks", "War of the Roses", "War") == [
        (6, 3, "Peace talks"),
        (6, 34, "War of the Roses"),
    ]


@pytest.mark.parametrize(
    ("text", "title", "source"),
    [
        ("在东京塔下", "东京塔", "东京塔"),
        ("في السَّلام العالمي", "السلام العالمي", "السَّلام العالمي"),
        ("Das Straßenfest", "Strassenfest", "Straßenfest"),
        ("हिन्दी भाषा का इतिहास", "हिन्दी भाषा", "हिन्दी भाषा"),
    ],
)
def test_mentions_are_found_in_all_scripts(lint, text, title, source):
    assert mentions(lint, text, title) == [(6, text.index(source) + 1, source)]


@pytest.mark.parametrize(
    "body",
    [
        "[[Peace]] and Peace",
        "[Peace](https://example.org)",
        "## Peace",
        "`Peace`",
        "```\nPeace\n```",
        "<!-- Peace -->",
        "Peaceful",
        "Zebra",
        "![Peace](/media/x.png)",
    ],
)
def test_these_are_no_mentions(lint, body):
    assert mentions(lint, body, "Peace") == []


def test_an_article_in_another_language_is_no_mention(lint):
    files = {"a.md": article("Gift", language="de"), "b.md": article("B", "A gift")}
    assert lint(files, select=["unlinked-mention"], ignore="") == []


def test_only_ten_mentions_are_reported_in_one_article(lint):
    titles = [f"Article{number}" for number in range(20)]
    assert len(mentions(lint, " ".join(titles), *titles)) == 10
