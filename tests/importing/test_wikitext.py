"""Wikitext becomes Markdown; what is not understood is reported with its line."""

from contextlib import suppress
from time import process_time

import pytest

from articles.importing import requirements
from articles.importing.requirements import MissingRequirement
from articles.importing.wikitext import Issue, Wiki, WikitextError, convert

WIKI = Wiki(
    namespaces={"kategorie": 14, "datei": 6, "diskussion": 1, "": 0},
    page_url="https://de.wikipedia.org/wiki/",
    files={"a map.png": "images/a/A_map.png"},
)


def markdown(source: str, title: str = "Paris") -> str:
    return convert(source, title, WIKI).markdown.rstrip("\n")


def messages(source: str) -> list[Issue]:
    return convert(source, "Paris", WIKI).issues


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[[../]]", "[[A/B]]"),
        ("[[../../|x]]", "[[A|x]]"),
        ("[[../D]]", "[[A/B/D|../D]]"),
        ("[[../../../E]]", "[[../../../E]]"),
    ],
)
def test_links_to_pages_above(source: str, expected: str) -> None:
    assert markdown(source, "A/B/C") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # emphasis
        ("'''Paris''' is the ''capital''.", "**Paris** is the *capital*."),
        ("'''''both''''' and L'''amour''", "***both*** and L'*amour*"),
        ("'''open\nnext", "**open**\nnext"),
        ("a'''b''' and '''\"c\"'''d", 'a**b** and <strong>"c"</strong>d'),
        ("<b>a</b> <i>b</i> <s>c</s>", "**a** *b* ~~c~~"),
        # headings
        ("== History ==\ntext", "## History\n\ntext"),
        ("==== Deep ====", "#### Deep"),
        # links
        ("[[Berlin]]", "[[Berlin]]"),
        ("[[berlin|The city]]", "[[berlin|The city]]"),
        ("[[Main_Page#Some_section|there]]", "[[Main Page#Some section|there]]"),
        ("[[#Section]]", "[[#Section]]"),
        ("[[street]]s and [[Bus]]es", "[[street|streets]] and [[Bus|Buses]]"),
        ("[[/Sub|x]]", "[[Paris/Sub|x]]"),
        ("[[../]]", "[[../]]"),
        ("[[Media:A_map.png|x]]", "[x](images/a/A_map.png)"),
        ("[[A|''b'' c]]", "[[A|b c]]"),
        ("[[Mission: Impossible]]", "[[Mission: Impossible]]"),
        ("[https://a.b/c label]", "[label](https://a.b/c)"),
        ("[https://a.b/(c)]", "<https://a.b/(c)>"),
        ("https://a.b/c", "https://a.b/c"),
        ("[[w:Paris|P]]", "[P](https://en.wikipedia.org/wiki/Paris)"),
        (
            "[[:fr:Île de_la Cité|I]]",
            "[I](https://fr.wikipedia.org/wiki/%C3%8Ele_de_la_Cit%C3%A9)",
        ),
        # files
        ("[[Datei:A_map.png]]", "![](images/a/A_map.png)"),
        ("[[File:B.png|thumb|200px|left|A [[small|big]] one]] x", "![A big one](B.png)\n\nx"),
        ('[[File:B.png|alt=Alt|Cap "x"]]', '![Alt](B.png "Cap ”x”")'),
        ("<gallery>\nFile:A map.png|One\n</gallery>", "![One](images/a/A_map.png)"),
        ("<gallery>\nFile:B.png|alt=A|Cap ''i'' [[L|l]]\n</gallery>", '![A](B.png "Cap i l")'),
        # blocks
        ("# a\n<!-- b -->\n# c\n\nd\n  <!-- e --> <!-- f -->\ng<!-- h -->", "1. a\n2. c\n\nd\ng"),
        ("<div>a</div> H<sub>2</sub>O", "a\n\nH<sub>2</sub>O"),
        ("<blockquote>a</blockquote> ''b''\n code", "> a\n\n*b*\n\n```\ncode\n```"),
        # lists
        ("* a\n** b\n*** c\n* d", "- a\n  - b\n    - c\n- d"),
        ("# a\n## b\n# c", "1. a\n   1. b\n2. c"),
        ("\n".join(f"# {n}" for n in range(9)) + "\n# x\n#* y", None),
        ("*** c", "- - - c"),
        ("* a\n*: more", "- a\n\n  more"),
        ("; term : one\n: two", "term\n: one\n: two"),
        (": indented", "indented"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        # tables
        ('{| class="x"\n! A !! B\n|-\n| 1 || 2\n|}', "| A | B |\n| --- | --- |\n| 1 | 2 |"),
        ("{|\n|+ Caption\n! A\n|-\n| [[X|y]]\n|}", "Caption\n\n| A |\n| --- |\n| [[X\\|y]] |"),
        (
            "{|\n! A !! B\n|-\n| rowspan=2 | 1 || 2\n|-\n| 3\n|-\n| colspan=2 | 4\n|}",
            "| A | B |\n| --- | --- |\n| 1 | 2 |\n|  | 3 |\n| 4 |  |",
        ),
        ("{|\n|-\n| 1\n* a\n|}", "|  |\n| --- |\n| 1<br>- a |"),
        # code, formulas, text
        ("<nowiki>''x'' [[y]]</nowiki>", "''x'' \\[[y\\]]"),
        ("<math>x^2_1</math>", "$x^2_1$"),
        ('<math display="block">x\ny</math>', "$$\nx y\n$$"),
        ('<syntaxhighlight lang="py">\na = ""\n</syntaxhighlight>', '```py\na = ""\n```'),
        ("<code>a_b</code> <pre>''c''</pre>", "`a_b`\n\n```\n''c''\n```"),
        (" code\n  more", "```\ncode\n more\n```"),
        ("2 * 3 costs $5, snake_case", "2 \\* 3 costs \\$5, snake_case"),
        ("1. no list\n- nor this", "1\\. no list\n\\- nor this"),
        ("&lt;b&gt; x<sub>2</sub><br/>y", "\\<b> x<sub>2</sub><br>y"),
        ("a\n----\nb", "a\n\n---\n\nb"),
        ("<blockquote>a\n\nb</blockquote>", "> a\n> \n> b"),
        ("a<!-- no -->b __NOTOC__", "ab"),
        ("<poem>a\nb</poem>", "a<br>b"),
        ("<noinclude>a</noinclude><includeonly>b</includeonly>", "a"),
        # templates that are the same in most wikis
        ("{{lang|de|Wort}} {{PAGENAME}}", "Wort Paris"),
    ],
)
def test_wikitext_becomes_markdown(source: str, expected: str | None) -> None:
    if expected is None:
        assert markdown(source).endswith("10. x\n    - y")
    else:
        assert markdown(source) == expected


def test_footnotes_are_numbered_and_named_ones_are_used_again() -> None:
    source = 'A<ref name="x">One</ref> b<ref name=x/> c<ref>Two [[X]]</ref> d<ref name="y" />'
    source += "\n<references><ref name=y>Three</ref></references>"
    text, _, notes = markdown(source).partition("\n\n")
    assert text == "A[^1] b[^1] c[^2] d[^3]"
    assert notes.split("\n") == ["[^1]: One", "[^2]: Two [[X]]", "[^3]: Three"]


def test_a_footnote_without_text_has_its_name_and_is_reported() -> None:
    assert markdown('a<ref name="z"/>') == "a[^1]\n\n[^1]: z"
    assert messages('x\na<ref name="z"/>') == [Issue(1, "Reference “z” has no text.")]


def test_a_cited_source_has_author_title_link_work_and_date() -> None:
    source = "<ref>{{Cite web|url=https://a.b/|title=T*|last=L|first=F|website=W|date=2020}}</ref>"
    assert markdown(f"x{source}").endswith("[^1]: F L, [T\\*](https://a.b/), *W*, 2020")


def test_categories_become_tags_unless_the_text_links_to_them() -> None:
    page = convert("[[Kategorie:Stadt|P]] [[Category:City]] [[:Category:X|x]]", "P", WIKI)
    assert page.tags == ["Stadt", "City"]
    assert page.markdown == "x\n"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{Infobox\n| a = b}}", "Template {{Infobox}} is not understood: it is left out."),
        ("<graph>x</graph>", "Element <graph> is not understood: only its content stays."),
        ("[[Help:X|x]]", "[[Help:X]] leads to no article: it becomes text."),
        ("[[fr:Paris]]", "[[fr:Paris]] leads to another language: it is left out."),
    ],
)
def test_what_is_not_understood_is_reported_with_its_line(source: str, message: str) -> None:
    assert messages(f"a\n\n* b {source}\nc") == [Issue(2, message)]


@pytest.mark.parametrize("silent", ["{{DEFAULTSORT:x}}", "{{reflist}}", "__TOC__", "<!-- x -->"])
def test_what_shows_nothing_is_left_out_in_silence(silent: str) -> None:
    page = convert(f"a {silent}", "P", WIKI)
    assert (page.markdown, page.issues) == ("a\n", [])


def test_text_after_something_left_out_is_no_code() -> None:
    assert markdown("{{X}} text") == "text"


@pytest.mark.parametrize(
    "unit",
    [
        *("{{a|", "[[a", "[[File:a|", "[http://a ", "<div>", "<ref name=a>", "{|\n|", "<!--"),
        *("'''a''", "* ", "*", ";a:", "\n ", "&amp;", "<b>a</b>", "== a ==\n", "[[a]]", "{{a}}"),
        "{|\n|-\n| rowspan=100 colspan=100 | a\n|}",
    ],
)
def test_any_text_is_converted_or_refused_soon(unit: str) -> None:
    start = process_time()
    with suppress(WikitextError):
        convert(unit * 2_000, "Title", WIKI)
    assert process_time() - start < 4


@pytest.mark.parametrize("unit", ["{{a|", "[[a", "<div>", "<!--"])
def test_what_would_take_quadratic_time_is_refused(unit: str) -> None:
    with pytest.raises(WikitextError) as caught:
        convert(unit * 1_001, "Title", WIKI)
    assert "more than 1,000 brackets or tags that are not closed" in caught.value.message


def test_the_message_says_how_to_get_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(requirements, "import_module", fail)
    with pytest.raises(MissingRequirement) as caught:
        convert("x", "Title", WIKI)
    assert "pip install -r requirements-import.txt" in caught.value.message
