"""The checks of an article: what it lacks, and where."""

import pytest

from articles import derived
from articles.models import Article
from articles.queries.checks import Check, Gap, article_checks
from articles.queries.links import document_targets
from tests import factories

pytestmark = pytest.mark.django_db


def checks(body="", *, summary="A summary.", has_tags=True, **fields):
    article = Article(title="Peace", slug="peace", body=body, summary=summary, **fields)
    document = derived.parse(article)
    targets = document_targets(article, document)
    return article_checks(article, document, targets, has_tags=has_tags)


def test_an_article_without_gaps_fails_no_check():
    factories.article("War", body="## Causes")
    assert (
        checks("# Peace\n\n## Part\n\n### Detail\n\n[[War#Causes]] ![A map](/media/map.png)") == []
    )


def test_a_missing_summary_and_missing_tags_are_reported():
    assert checks(summary=" \n", has_tags=False) == [Check(Gap.SUMMARY), Check(Gap.TAGS)]


def test_images_without_alternative_text_are_reported_wherever_they_are():
    body = "![](/media/a.png) ![ ](/media/b.png) ![A map](/media/c.png) [^1]\n\n[^1]: ![[d.png]]"
    assert checks(body) == [Check(Gap.ALT_TEXT, ("/media/a.png", "/media/b.png", "/media/d.png"))]


def test_headings_that_skip_a_level_are_reported():
    body = "### Early\n\n## Part\n\n### Detail\n\n##### Deep\n\n## End"
    assert checks(body) == [Check(Gap.HEADING_LEVEL, ("Early", "Deep"))]


def test_html_that_was_dropped_is_reported_with_its_lines():
    body = (
        "a <font>b</font>\n\n> <div>\n> <script>c</script>\n> <li>d\n\n%%e\n%%\n\n<T> <b>f</b>\n\n"
        "<!-- g --> <center>h"
    )
    assert checks(body) == [
        Check(Gap.DROPPED_HTML, ("<font> (1)", "<script> (4)", "<li> (5)", "<center> (12)"))
    ]


def test_links_to_missing_sections_are_reported(django_assert_max_num_queries):
    factories.article("War", body="## Causes", aliases=["Conflict"])
    factories.article("Secret", status="draft")
    body = (
        "## Part é\n\n[[War#Causes]] [[Conflict#Origins|its *origins*]] [[#Part é]] [[#Gone]] "
        "[[Nowhere#Part]] [[Secret#Part]] [old & *new*](#old) Note[^1]\n\n[^1]: Text"
    )
    with django_assert_max_num_queries(3):
        assert checks(body) == [Check(Gap.SECTION, ("its origins", "Gone", "old & new"))]


def test_a_stored_article_is_checked_as_it_is_in_the_form():
    article = factories.article("Peace", body="## Part\n\n[[Peace#New]]", summary="S", tags=["x"])
    article.body = "## New\n\n[[Peace#New]] [[Peace#Part]]"
    document = derived.parse(article)
    targets = document_targets(article, document)
    result = article_checks(article, document, targets, has_tags=True)
    assert result == [Check(Gap.SECTION, ("Peace § Part",))]


def test_links_to_blocks_paths_and_fragments_of_github_are_checked():
    factories.article("War", body="## Origins & Causes\n\n### Plot\n\nA block. ^mark")
    exist = ["[[War#^mark]]", "[[War#Origins & Causes#Plot]]", "[x](War.md#origins--causes)"]
    assert checks(" ".join(exist)) == []
    missing = ["[[War#^gone|a]]", "[[Folder/War.md#Gone|b]]", "[c](War.md#gone)", "[[#^x|d]]"]
    assert checks(" ".join(missing)) == [Check(Gap.SECTION, ("a", "b", "c", "d"))]


def test_only_pictures_need_an_alternative_text():
    factories.article("Note")
    body = "![[Note]] ![[film.mp4]] ![[a.pdf]] ![[d.png|300]] ![[e.png|Words|300]]"
    assert checks(body) == [Check(Gap.ALT_TEXT, ("/media/d.png",))]
