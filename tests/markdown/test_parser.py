"""What a Markdown text becomes: HTML, by case files that anyone can add to, and what is in it."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest

from articles.markdown import wikilinks
from articles.markdown.parser import Heading, Image, count_words, parse, split_title

CASES = Path(__file__).parent / "cases"
# A title, the Markdown and the HTML, each ended by a line with nothing but a dot.
CASE = re.compile(r"(?P<title>[^\n]+)\n\.\n(?P<source>.*?)\n\.\n(?P<html>.*?)\n\.\n\n?", re.DOTALL)


def cases():
    for file in sorted(CASES.glob("*.md")):
        _name, _dot, language = file.stem.partition(".")
        text, position = file.read_text(), 0
        while match := CASE.match(text, position):
            position = match.end()
            case = (match["source"], match["html"], language or "en")
            yield pytest.param(*case, id=f"{file.stem}: {match['title']}")
        assert position == len(text), f"{file.name}: “{text[position : position + 60]}” is no case"


@pytest.mark.parametrize(("source", "html", "language"), list(cases()))
def test_case(source, html, language):
    assert parse(source, language=language, media=("/media/",)).html.rstrip() == html


# Headings, text, images


def test_headings_have_a_level_text_and_anchor():
    quotation = "> ### أمن\n> سجل الدولة هو الديوان\n> ### End"
    source = f"# A *b* [[C|c]] `d`[^1]\n\n## A\n\n## a\n\n{quotation}\n\n[^1]: x"
    assert parse(source).headings == (
        Heading(2, "A b c d", "a-b-c-d"),
        Heading(3, "A", "a"),
        Heading(3, "a", "a-1"),
        Heading(4, "أمن", "أمن", "rtl"),
        Heading(4, "End", "end"),
    )
    assert '<h4 id="أمن">أمن</h4>' in parse(source).html
    assert '<h4 id="end" dir="ltr">' in parse(source).html


def test_anchors_are_unique():
    anchors = [heading.anchor for heading in parse("# a\n# a\n# a-1\n# a\n# a-1").headings]
    assert anchors == ["a", "a-1", "a-1-1", "a-2", "a-1-2"]


@pytest.mark.parametrize(
    ("heading", "section"),
    [("⚠️ Caution", "⚠ caution"), ("❤️", "❤"), ("İzmir", "izmir"), ("a" * 3000, "a" * 3000)],
)
def test_a_link_leads_to_the_anchor_of_its_section(heading, section):
    document = parse(f"# {heading}\n\n# Other\n\n[[#{section}]] [[Peace#{section}]]")
    anchor = document.headings[0].anchor
    assert {link.fragment for link in document.links} == {anchor}
    assert document.html.count(f"#{quote(anchor)}") == 2


def test_an_anchor_never_equals_another_id_of_the_page():
    source = "# site_main\n\n# fn_1\n\n# fnref_1\n\nx[^1]\n\n[^1]: y"
    anchors = [heading.anchor for heading in parse(source).headings]
    ids = re.findall(r' id="([^"]*)"', parse(source).html)
    assert anchors == ["site-main", "fn-1", "fnref-1"]
    assert [i for i in ids if i not in anchors] == ["fnref_1", "fn_1"]


@pytest.mark.parametrize(
    "heading",
    [
        "# War & Peace",
        "# <b>War</b> <font>&</font> Peace<!-- x -->",
        "#\t*War* &amp; Peace #",
        "War &\nPeace\n===",
        "\n# WAR & ‘PEACE’",
    ],
)
def test_a_heading_that_repeats_the_title_is_not_shown_but_keeps_its_anchor(heading):
    title = "WAR & 'Peace'" if "‘" in heading else "War & Peace"
    document = parse(f"{heading}\n\n[[#War & Peace]]\n\n## War & Peace\n\n# End\n", title=title)
    assert document.html == (
        '<a id="war-peace"></a>\n<p><a href="#war-peace">War &amp; Peace</a></p>\n'
        '<h3 id="war-peace-1">War &amp; Peace</h3>\n<h2 id="end">End</h2>\n'
    )
    assert document.headings[0] == Heading(3, "War & Peace", "war-peace-1")
    assert document.text == "War & Peace\nWar & Peace\nEnd"


def test_a_target_of_links_may_stand_before_the_title():
    document = parse('<a id="top"></a>\n\n# War\n\n# End', title="War")
    assert document.html == '<a id="top"></a><a id="war"></a>\n<h2 id="end">End</h2>\n'


def test_without_another_first_level_heading_the_levels_stay():
    document = parse("# War\n\n## A", title="War")
    assert document.html == '<a id="war"></a>\n<h2 id="a">A</h2>\n'


@pytest.mark.parametrize(
    "source",
    [
        "# Peace",
        "## War",
        "> # War",
        "Text.\n\n# War",
        "# War[^1]\n\n[^1]: x",
        "# [War](/a)",
        "# War ![](/media/a.png)",
    ],
)
def test_a_heading_that_says_more_than_the_title_is_shown(source):
    html = parse(source, title="War", media=("/media/",)).html
    assert "<h2 " in html
    assert "<h1" not in html


@pytest.mark.parametrize(
    ("source", "title", "rest"),
    [
        ("# C#", "C#", ""),
        ("# C\\# #", "C#", ""),
        ("# C #", "C", ""),
        ("#\tA\\_b &amp; c ##  \nText", "A_b & c", "Text"),
        ("   # [A](https://example.org) **b** `c` [[d|e]]\n\n    code\n", "A b c e", "    code\n"),
        ("\n\nA *long*\ntitle\n===\n\nText", "A long title", "Text"),
        ("深度\n学习\n===", "深度学习", ""),
        ("[a]: /b\n\n# A\n\n[a]", "A", "[a]: /b\n\n[a]"),
        ("<!-- a -->\n\n%%b%%\n\n# A <!-- c -->%%d%%\n\ne", "A", "<!-- a -->\n\n%%b%%\n\ne"),
        ("<h1 align=center>A <b>b</b></h1>\n\nc", "A b", "c"),
        ("<h1>أ\n<em>b</em></h1> <p>c</p>\nd", "أ b", " <p>c</p>\nd"),
        ("<h1>A\nb\n\nc", "A b", "c"),
        ('<a id="top"></a>\n\n# A\n\nb', "A", '<a id="top"></a>\n\nb'),
        ("# [Title](https://example.org) **b** { #id }\n\nText", "Title b", "Text"),
        ("# A<br>b `c`", "A b c", ""),
        ("# [A][a]\n\n[a]: /b", "A", "[a]: /b"),
        ("A\n:b\n===\n\n:c\n\nd\n: e", "A :b", ":c\n\nd\n: e"),
        ('# A\n!!! note "B"\n    c', "A", '!!! note "B"\n    c'),
        ("# A\n:::note[B]\nc\n:::", "A", ":::note[B]\nc\n:::"),
        ("A\n===\n$$ b $$", "A", "$$ b $$"),
    ],
)
def test_the_title_of_a_document_is_its_first_heading_as_plain_text(source, title, rest):
    assert split_title(source) == (title, rest)


@pytest.mark.parametrize(
    "source", ["", "#War", "\\# War", "## War", "    # War", "> # War", "a\n\n# b"]
)
def test_a_document_that_does_not_begin_with_a_heading_has_no_title(source):
    assert split_title(source) is None


def test_plain_text_has_one_line_per_block_and_no_markup():
    source = (
        "# *War*\n\nOne\ntwo[^1] [[a|b]] &amp; `c` <i>\n\n- x\n- y\n\n| h |k |\n|--|--|\n| 1 | 2 |"
        "\n\n[^1]: Note.\n"
    )
    assert parse(source).text == "War\nOne two b & c\nx\ny\nh\nk\n1\n2\nNote."


def test_derived_text_has_no_markup_comments_or_attributes():
    source = (
        "<h1 align=center id=x>T<br>t <!-- c --></h1>\n\n"
        "<p align=right>a<br>b <b class=x>c</b>%%d%%</p>\n\n"
        "<table><tr><td>e</td><td>f</td></tr></table>\n\n<details><summary>g</summary>\n\n"
        "- h<script>i</script>\n\n</details>\n\n"
        "<img src=/media/j.png alt=j> <ruby>k<rt>l</rt></ruby>\n\n"
        "m <br> <!-- c --> n [^1] o\n\n[^1]: p"
    )
    document = parse(source, media=("/media/",))
    assert document.text == "T t\na b c\ne\nf\ng\nh\nj kl\nm n o\np"
    assert document.headings == (Heading(2, "T t", "x"),)
    assert document.images == (Image("/media/j.png", "j", True),)
    assert document.word_count == 15


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("![a](/media/x.png)![b](/media/y.png)", "a b"),
        ("![a](x)![b](y)", "a b"),
        ("w![a](/media/x.png)v", "w a v"),
        ("w![](/media/x.png)v", "w v"),
        ("(![a](/media/x.png)), ![b](/y).", "(a), b."),
        ("[![a](/media/x.png)](/b)[![c](/d)](/e)", "a c"),
        ("<img src=/media/x.png alt=a><img alt=b>", "a b"),
        ("图![画](/media/x.png)文", "图画文"),
        ('![](https://example.org/x.png "T")', "T"),
        ('a ![](https://example.org/x.png "T\nt") b', "a T t b"),
        ("![](https://example.org/x.png)", "x.png"),
    ],
)
def test_images_are_words_of_their_own_in_plain_text(source, text):
    assert parse(source, media=("/media/",)).text == text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("Don't count — “this” twice-told tale", 5),
        ("深度学习", 2),
        ("深度学 x", 3),
        ("مُحَمَّد رسول", 2),
        ("हिन्दी भाषा", 2),
        ("!!! … 1", 1),
    ],
)
def test_word_count(text, number):
    assert count_words(text) == number
    assert parse(text).word_count == number


def test_images_of_our_own_media_are_displayed():
    source = "![a](/media/x.png) ![b](https://example.com/y.png) ![[z.png]]"
    assert parse(source, media=("/media/",)).images == (
        Image("/media/x.png", "a", True),
        Image("https://example.com/y.png", "b", False),
        Image("/media/z.png", "", True),
    )
    assert not any(image.displayed for image in parse(source.replace("![[z.png]]", "")).images)


def test_images_are_listed_in_the_order_in_which_the_page_shows_them():
    source = "[^b]: ![b](/media/b.png)\n\n[^a]: ![a](/media/a.png)\n\n![c](/media/c.png) [^a] [^b]"
    document = parse(source, media=("/media/",))
    alts = [image.alt for image in document.images]
    assert alts == re.findall('alt="(.)"', document.html) == ["c", "a", "b"]


def test_an_image_from_an_allowed_prefix_is_displayed():
    html = parse("![a](https://example.com/y.png)", media=("/media/", "https://example.com/")).html
    assert html == '<p><img src="https://example.com/y.png" alt="a" loading="lazy"></p>\n'


# Links and their sentences


def only_link(source):
    (link,) = parse(source).links
    return link


def test_a_link_has_a_name_key_fragment_and_label():
    link = only_link("[[War_and  Peace#The Plot|the *novel*]]")
    assert (link.name, link.key) == ("War_and Peace", "war and peace")
    assert (link.fragment, link.label) == ("the-plot", "the novel")


def test_links_are_in_source_order_including_footnotes():
    source = "[[a]] x[^1]\n\n[^1]: [[b]] [[c]]\n\n[[d]] `[[no]]` [[#here]]"
    assert [link.name for link in parse(source).links] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("source", "before", "after"),
    [
        ("One. Two [[x]] three. Four.", "Two ", " three."),
        ("Is it? “No!” [[x]] is… Four.", "", " is…"),
        ("# H\n\nTwo *a*\n`b` [[x]] [[x|c]]? Four.", "Two a b ", " c?"),
        ("- One\n- Two [[x]]\n- Three", "Two ", ""),
        ("هل هذا؟ هنا [[x]] نص؟ لا.", "هنا ", " نص؟"),
        ("一。二[[x]]三。四。", "二", "三。"),
        ("It costs 3.50 [[x]] a day", "It costs 3.50 ", " a day"),
    ],
)
def test_the_sentence_around_a_link(source, before, after):
    link = parse(source).links[0]
    assert (link.before, link.after) == (before, after)


def test_a_link_that_is_wrapped_within_chinese_text_is_one_link():
    link = only_link("他在\n研究[[深度\n学习|深\n度]]的\n方法。好")
    assert (link.name, link.key, link.label) == ("深度学习", "深度学习", "深度")
    assert (link.before, link.after) == ("他在研究", "的方法。")


def test_plain_text_has_no_space_where_chinese_text_is_wrapped():
    source = "深度\n学习\n\n- 用\n  Python\n\n![图\n画](/a.png)\n\n한국\n어"
    assert parse(source).text == "深度学习\n用 Python\n图画\n한국 어"


@pytest.mark.parametrize("filler", ["word ", "字", "x"])
def test_a_long_sentence_is_cut_between_words_where_there_are_any(filler):
    link = only_link(filler * 300 + "[[x]] " + filler * 300)
    assert link.before.startswith("… ")
    assert link.after.endswith(" …")
    assert 200 <= len(link.before + link.label + link.after) <= 250
    if filler == "word ":
        assert set((link.before + link.after).split()) == {"word", "…"}


# Links at read time


def resolve(source, urls):
    def render(link):
        url = urls.get(link.key)
        return f"<{url}|{link.fragment}|{link.name}|{link.label}|{link.is_embed}>"

    return wikilinks.replace_wikilinks(parse(source).html, render)


def test_links_are_resolved_by_name():
    html = resolve("[[War#Plot|the *w*]] [[a'b]] [x](/y) [[#z]]", {"war": "/articles/krieg/"})
    assert html == (
        "<p></articles/krieg/|plot|War|the <em>w</em>|False> <None||a'b|a'b|False> "
        '<a href="/y">x</a> <a href="#z">z</a></p>\n'
    )


@pytest.mark.parametrize("name", ["C#", "مُحَمَّد", 'War & "Peace"', "a%20b", "<b>", "A-", "É"])
def test_a_missing_link_keeps_its_name_exactly(name):
    links = []
    html = parse(f"[[{name}]] [[{name}|x]]").html
    wikilinks.replace_wikilinks(html, lambda link: links.append(link) or "")
    assert [link.name for link in links] == [name, name]
    assert {link.key for link in links} == {wikilinks.names.fold(name)}


@pytest.mark.parametrize(
    ("source", "fragments"),
    [
        ("[[War#The plot]]", ["the-plot"]),
        ("[[War#Part 1#The plot|x]]", ["part-1#the-plot"]),
        ("[[War#^Abc1]]", ["^abc1"]),
        ("![[War]] [[War]]", [""]),
        ("[[War]] [x](/y#z)", []),
    ],
)
def test_the_fragment_of_a_stored_link_is_that_of_the_link(source, fragments):
    document = parse(source)
    assert [link.fragment for link in wikilinks.detailed_links(document.html)] == fragments
    assert [link.fragment for link in document.links if link.fragment] == [
        fragment for fragment in fragments if fragment
    ]


def test_blocks_beyond_the_maximum_depth_are_flattened():
    html = parse(">" * 200 + " word\n" + "- " * 200 + "[[x]]\n\n" + ">" * 101 + "[!note]- a").html
    assert html.count("<blockquote>") == html.count("</blockquote>") == 200
    assert "word" in html
    assert "[[x]]" not in html


# Time

HOSTILE = {
    "opened wikilinks": "[[" * 50_000,
    "opened brackets": "[" * 100_000,
    "opened images": "![" * 10_000,
    "quotes in quotes": ">" * 20_000,
    "quotes and lists in a line": "> - " * 30_000,
    "lists in lists": "\n".join("  " * depth + "- x" for depth in range(2_000)),
    "wikilinks": "[[a]]" * 10_000,
    "wikilinks in a line with words": "word [[a|b]] " * 2_000,
    "a long target": "[[" + "a" * 10_000 + "|x]]",
    "a long heading": "# " + "a - " * 10_000,
    "the same heading": "# a\n" * 5_000,
    "notes": "".join(f"[^{n}]" for n in range(2_000)) + "\n\n[^1]: x" * 2_000,
    "the same note": "[^1]" * 5_000 + "\n\n[^1]: x",
    "cells": "|" + "a|" * 5_000 + "\n|" + "-|" * 5_000,
    "punctuation after a URL": "http://a.b/" + ".)" * 1_000_000,
    "e-mail addresses": "a.漢" * 100_000 + "@",
    "emphasis": "*a **b " * 5_000,
    "punctuation": "!" * 500_000,
    "sentences": "A. " * 50_000 + "[[x]]" + " A." * 50_000,
    "entities": "&amp;" * 20_000,
    "escapes in a target": "[[" + r"\_&amp;#" * 20_000 + "]]",
    "lines in a target": "[[" + "a\n> " * 20_000 + "]]",
    "spaces in a target": "[[" + "a" + " " * 200_000 + "b]]",
    "a title of spaces": '[x](/a "' + " " * 200_000 + '")',
    "lines of one character": "字\n" * 50_000,
    "emphasis across lines": "*\n_" * 10_000,
    "colons": "a\n: b\n" + ":a\n" * 50_000,
    "colons after spaces": ": b\n" + " " * 200_000 + ":a",
    "bars in an image": "![" + "| " * 100_000 + "300](/media/a.png)",
    "callouts": "> [!note] *a\n" * 2_000,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_is_parsed_in_linear_time(source, elapsed):
    with elapsed(3):
        parse(source)


def test_a_megabyte_of_text_is_parsed_in_time(elapsed):
    paragraph = "Some *words* about [[War and Peace|that]] and `code`, at www.example.org.\n\n"
    with elapsed(5):
        parse(paragraph * (1_000_000 // len(paragraph)))
