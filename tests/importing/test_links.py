"""Links and files of documents: each leads to the same document here."""

import pytest

from articles.importing.link_index import normalize_url
from articles.models import Article, Link
from articles.models.link_resolution import candidates_of_links, resolve

PNG, OTHER = b"\x89PNG one", b"\x89PNG two"


def body(title):
    return Article.objects.get(title=title).body


def targets(title):
    """Return the titles of the articles to which the stored links of an article lead."""
    article = Article.objects.get(title=title)
    Article.objects.update(status="published")
    resolved = resolve(
        candidates_of_links(article.pk, article.language), article.pk, article.language
    )
    pks = {target.pk for target in resolved.targets.values()}
    return {*Article.objects.filter(pk__in=pks).values_list("title", flat=True)}


@pytest.mark.parametrize(
    "link",
    [
        "[[War]]",
        "[[war|label]]",
        "[[W&#97;r]]",
        "[[a/War]]",
        "[[a/War.md|x]]",
        "[[../a/War]]",
        "[[War#Causes]]",
        "[[War#^id1]]",
        "[[Conflict]]",
        "![[War]]",
        "| a |\n|---|\n| [[War\\|label]] |",
        "[x](../a/War.md)",
        "[x](../a/War.md#causes)",
        "[x](</a/War.md>)",
        "[x](../a/War)",
        "[x](War.md)",
        "[x][y]\n\n[y]: ../a/War.md",
    ],
)
def test_each_form_of_a_link_resolves(import_tree, link):
    war = "---\naliases: [Conflict]\n---\n## Causes\n\nWords ^id1"
    report = import_tree({"a/War.md": war, "b/Index.md": link})
    assert (report.links.resolved, report.links.wanted, report.links.ambiguous) == (1, 0, 0)
    assert targets("Index") == {"War"}


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("[[War]]", "[[War (b)|War]]"),
        ("[[War|label]]", "[[War (b)|label]]"),
        ("[[War#Causes]]", "[[War (b)#Causes|War § Causes]]"),
        ("![[War]]", "![[War (b)]]"),
        ("| a |\n|-|\n| [[War\\|x]] |", "| a |\n|-|\n| [[War (b)\\|x]] |"),
        ('[*x*](War.md#causes "t")', '[*x*](/articles/war-b/#causes "t")'),
        ("[x][y]\n\n[y]: War.md", "[x][y]\n\n[y]: /articles/war-b/"),
        ("`[[War]]` \\[[War]]", "`[[War]]` \\[[War]]"),
    ],
)
def test_a_link_is_rewritten_if_it_would_lead_elsewhere(import_tree, link, expected):
    import_tree({"War.md": "x", "b/War.md": "## Causes", "b/Index.md": link})
    assert body("Index") == expected
    assert Link.objects.filter(source__title="Index").exists() == ("`" not in link)


def test_a_link_to_the_heading_that_became_the_title_leads_to_the_article(import_tree):
    import_tree({"a.md": "# The war\n\nx", "b.md": "[[a#The war]] [x](a.md#the-war)"})
    assert body("b") == "[[a|a § The war]] [x](/articles/the-war/)"


def test_files_are_stored_once_under_safe_names(import_tree, media):
    files = {
        "a/map.png": PNG,
        "b/map.png": OTHER,
        "b/same.png": PNG,
        "b/Plan *1*.pdf": b"%PDF",
        "b/never-linked.png": b"x",
    }
    text = "![[a/map.png|300]] ![x](map.png) ![[same.png]] [p](<Plan *1*.pdf>) [[Plan *1*.pdf]]"
    report = import_tree({**files, "b/N.md": text})
    assert len(list(media.iterdir())) == 3
    assert report.files_stored == 3 and report.files_reused == 1
    assert (media / "map.png").read_bytes() == PNG
    assert "![[map.png|300]]" in body("N") and "![[map.png]]" in body("N")
    assert "](/media/Plan%20-1-.pdf)" in body("N")


@pytest.mark.parametrize(
    "link",
    [
        *("![[none.png]]", "[[none.pdf]]", "![none](none.png)", "[none](none.pdf)"),
        *("[none](sub/none.png)", "[none][x]\n\n[x]: none.pdf"),
    ],
)
def test_a_file_that_is_missing_is_reported_with_its_line(import_tree, link):
    report = import_tree({"a.md": f"Text.\n\n{link}\n"})
    (problem,) = report.problems
    assert (problem.path, problem.line) == ("a.md", 3)
    assert "none.p" in problem.message
    assert not report.wanted


def test_files_of_the_media_folder_are_never_changed(import_tree, media):
    media.mkdir()
    (media / "map.png").write_bytes(OTHER)
    import_tree({"N.md": "![[map.png]]", "map.png": PNG})
    assert (media / "map.png").read_bytes() == OTHER
    assert len(list(media.iterdir())) == 2 and body("N") != "![[map.png]]"


@pytest.mark.parametrize("name", ["x.exe", "x.html", "x.js", "x.svg.sh"])
def test_files_that_articles_do_not_show_are_not_stored(import_tree, media, name):
    import_tree({"N.md": f"[x]({name}) ![[{name}]]", name: b"x"})
    assert not media.exists()


def test_only_files_of_the_source_are_stored(import_tree, media, tmp_path):
    (tmp_path / "secret.png").write_bytes(PNG)
    import_tree({"N.md": "![](../secret.png) ![[../secret.png]] ![](/etc/secret.png)"})
    assert not media.exists()


def test_a_query_tells_posts_apart_only_by_their_number():
    first, second = (normalize_url(f"https://example.org/?p={number}") for number in (1, 2))
    assert first != second
    assert normalize_url("https://example.org/?page_id=2") == second
    assert normalize_url("https://example.org/") not in (first, second)
    assert normalize_url("https://example.org/a/?utm=1") == "//example.org/a"


def test_links_to_sections_and_blocks_that_do_not_exist_are_reported(import_tree):
    files = {
        "War.md": "# War\n\n## Causes\n\n### Old\n\nWords ^id1\n\n"
        "[a](#causes) [[#Old]] [b](#war)\n\n"
        "[c](#none) [[#nothing]] [[#^id2]]",
        "Peace.md": "[[War#Causes]] [[War#causes#old]] [[War#^id1]] [[War#War]] "
        "[x](War.md#causes)\n"
        "[x](War.md#Causes)\n[[War#Cause]]\n![[War#^id9]] [[None#Part]]\n[x](War.md#c%C3%A9)",
    }
    report = import_tree(files)
    assert [(problem.path, problem.line, problem.message) for problem in report.problems] == [
        ("Peace.md", 3, "“War” has no section “Cause”: the link leads to its beginning."),
        ("Peace.md", 4, "“War” has no block “^id9”: the link leads to its beginning."),
        ("Peace.md", 5, "“War” has no section “cé”: the link leads to its beginning."),
        ("War.md", 11, "“War” has no section “none”: the link leads to its beginning."),
        ("War.md", 11, "“War” has no section “nothing”: the link leads to its beginning."),
        ("War.md", 11, "“War” has no block “^id2”: the link leads to its beginning."),
    ]
    assert report.links.missing_sections == 6
    assert import_tree({}).links.missing_sections == 6
    assert import_tree({"New.md": "[[New#x]]"}, dry_run=True).links.missing_sections == 7


def test_a_path_is_not_the_nearest_note_of_that_name(import_tree):
    import_tree({"C.md": "", "sub/C.md": "[[../C]] [[/C]] [[./C]] [[C]]"})
    assert body("C (sub)") == "[[../C]] [[/C]] [[C (sub)|./C]] [[C (sub)|C]]"
    assert targets("C (sub)") == {"C", "C (sub)"}


def test_pages_and_times_of_files_stay(import_tree):
    files = {"a%1.pdf": b"%PDF", "b.mp4": b"v", "c.canvas": b"{}"}
    link = "![[a%1.pdf#page=2]] [[a%1.pdf#page=2]] | ![[b.mp4#t=10\\|x]] |"
    report = import_tree({**files, "Index.md": f"{link} ![[c.canvas]]"})
    text = body("Index")
    assert text.startswith("![[a-1.pdf#page=2]]") and "(/media/a-1.pdf#page=2)" in text
    assert "![[b.mp4#t=10\\|x]]" in text
    assert [problem.message for problem in report.problems] == [
        "“c.canvas” is a file that articles don't show, or that can't be read."
    ]
    assert not report.links.wanted


@pytest.mark.parametrize(
    ("body_", "expected"),
    [
        ('<img src="img/map.png" width=9>', '<img src="/media/map.png" width=9>'),
        ("<p>é <img alt=x src = img/map.png></p>", "<p>é <img alt=x src = /media/map.png></p>"),
        ("- <img\n  src='img/map.png'>", "- <img\n  src='/media/map.png'>"),
        ('a <a href="Note.md#part">b</a>', 'a <a href="/articles/note-a/#part">b</a>'),
        ("`<img src=img/map.png>`", "`<img src=img/map.png>`"),
        ("    <img src=img/map.png>", "    <img src=img/map.png>"),
        ("!!! note\n    é <img src=img/map.png>", "!!! note\n    é <img src=/media/map.png>"),
        ("!!! note\n\n    é [x](Note.md)", "!!! note\n\n    é [x](/articles/note-a/)"),
        ("???+ a\n    ![](img/map.png)", "???+ a\n    ![](/media/map.png)"),
        ("??? a\n    [x][y]\n\n[y]: Note.md", "??? a\n    [x][y]\n\n[y]: /articles/note-a/"),
    ],
)
def test_urls_in_html_and_in_callouts_are_resolved(import_tree, body_, expected):
    note = {"Note.md": "## Part", "a/Note.md": "## Part", "a/img/map.png": PNG}
    import_tree({**note, "a/Index.md": body_})
    assert body("Index") == expected


def test_elements_that_articles_cannot_have_are_reported(import_tree):
    report = import_tree(
        {"a.md": '# A\n\nb `<iframe>`\n\n<video src="x"></video>\n<iframe></iframe>'}
    )
    assert [(problem.line, problem.message) for problem in report.problems] == [
        (5, "Element <video> is left out."),
        (6, "Element <iframe> is left out."),
    ]
