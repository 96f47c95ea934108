"""Exports of WordPress: posts and pages become documents, all else is skipped with the reason."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from articles.files import FileError
from articles.importing.documents import Problem, ReadDocument, SkippedDocument, SourceDocument
from articles.importing.options import ImportOptions
from articles.importing.trees import FolderTree
from articles.importing.wordpress import is_export, paragraphs, read_wordpress

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><language>en-US</language>
"""
UPLOADS = "https://blog.example/wp-content/uploads/2020/01"


def item(content: str = "", **values: str) -> str:
    """Return an item with values of the namespace wp, or as named in `NAMES`."""
    names = {"title": "title", "link": "link", "excerpt": "excerpt:encoded"}
    fields = {"post_type": "post", "post_id": "1", "status": "publish", "title": "T", **values}
    elements = "".join(
        f"<{names.get(name, f'wp:{name}')}><![CDATA[{value}]]></{names.get(name, f'wp:{name}')}>"
        for name, value in fields.items()
        if name != "categories"
    )
    categories = fields.get("categories", "")
    return (
        f"<item>{elements}{categories}<wp:comment><wp:comment_content>c</wp:comment_content>"
        f"</wp:comment><content:encoded><![CDATA[{content}]]></content:encoded></item>\n"
    )


def read(folder: Path, *items: str) -> list[ReadDocument]:
    (folder / "export.xml").write_text(f"{HEAD}{''.join(items)}</channel></rss>")
    return list(read_wordpress(FolderTree(folder), ImportOptions()))


def document(folder: Path, content: str = "", **values: str) -> SourceDocument:
    (only,) = read(folder, item(content, **values))
    assert isinstance(only, SourceDocument)
    return only


def test_a_post_becomes_a_document_with_all_its_fields(tmp_path: Path) -> None:
    categories = (
        '<category domain="category" nicename="news">News</category>'
        '<category domain="post_tag" nicename="x">X y</category>'
        '<category domain="category" nicename="uncategorized">Uncategorized</category>'
        '<category domain="nav_menu" nicename="m">Menu</category>'
    )
    assert document(
        tmp_path,
        "<!-- wp:paragraph -->\n<p>A <b>b</b></p>\n<!-- /wp:paragraph -->",
        title="Hello &amp; world",
        link="https://blog.example/2020/01/hello/",
        post_name="%C3%A9t%C3%A9",
        excerpt="Short <i>text</i>",
        post_date_gmt="2020-01-02 03:04:05",
        post_modified_gmt="2020-02-02 03:04:05",
        post_id="7",
        categories=categories,
    ) == SourceDocument(
        path="post/7",
        body="A **b**\n",
        body_line=6,
        line_numbers=(6,),
        file="export.xml",
        title="Hello & world",
        slug="été",
        urls=("https://blog.example/2020/01/hello/", "/?p=7"),
        summary="Short text",
        status="published",
        language="en-US",
        created=datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
        updated=datetime(2020, 2, 2, 3, 4, 5, tzinfo=UTC),
        tags=("News", "X y"),
    )


@pytest.mark.parametrize(
    ("values", "status", "message"),
    [
        ({"status": "draft", "post_date_gmt": "0000-00-00 00:00:00"}, "draft", ""),
        ({"status": "pending"}, "review", ""),
        ({"status": "private"}, "draft", "The post is private: it becomes a draft."),
        ({"post_password": "x"}, "draft", "The post has a password: it becomes a draft."),
        (
            {"status": "future", "post_date_gmt": "0000-00-00 00:00:00"},
            "draft",
            "The post is scheduled, without a valid date in GMT: it becomes a draft.",
        ),
    ],
)
def test_nothing_hidden_is_published(
    tmp_path: Path, values: dict[str, str], status: str, message: str
) -> None:
    post = document(tmp_path, **values)
    assert (post.status, post.created) == (status, None)
    assert [problem.message for problem in post.problems] == [message] * bool(message)


def test_a_scheduled_post_is_published_at_its_date(tmp_path: Path) -> None:
    values = {"status": "future", "post_date_gmt": "2030-01-02 03:04:05"}
    post = document(tmp_path, **values)
    assert post.status == "published"
    assert (post.created, post.publish_at) == (None, datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert not post.problems
    protected = document(tmp_path, **values, post_password="x")
    assert (protected.status, protected.publish_at) == ("draft", None)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"status": "trash"}, "“T” (post) has the status trash."),
        ({"status": "auto-draft"}, "“T” (post) has the status auto-draft."),
        (
            {"post_type": "nav_menu_item"},
            "“T” (nav_menu_item) is not imported: only posts and pages are.",
        ),
        (
            {"post_type": "attachment", "attachment_url": f"{UPLOADS}/a.png"},
            f"The file {UPLOADS}/a.png is not in the source: images of it stay remote.",
        ),
    ],
)
def test_all_else_is_skipped_with_the_reason(
    tmp_path: Path, values: dict[str, str], message: str
) -> None:
    (only,) = read(tmp_path, item(**values))
    assert only == SkippedDocument(Problem("export.xml", 6, message))


def test_images_are_those_of_the_source_if_it_has_them(tmp_path: Path) -> None:
    (tmp_path / "uploads/2020/01").mkdir(parents=True)
    (tmp_path / "uploads/2020/01/a.png").write_bytes(b"x")
    attachment = item(post_type="attachment", attachment_url=f"{UPLOADS}/a.png")
    content = f'<p><img src="{UPLOADS}/a-300x200.png"><img src="{UPLOADS}/b.png"></p>'
    (post,) = read(tmp_path, item(content), attachment)
    assert isinstance(post, SourceDocument)
    assert post.body == f"![](uploads/2020/01/a.png)![]({UPLOADS}/b.png)\n"


def test_links_to_files_of_the_source_lead_to_them(tmp_path: Path) -> None:
    (tmp_path / "uploads/2020/01").mkdir(parents=True)
    (tmp_path / "uploads/2020/01/a b.pdf").write_bytes(b"x")
    links = f'<a href="{UPLOADS}/a%20b.pdf">a</a> <a href="{UPLOADS}/c.pdf">c</a>'
    post = document(tmp_path, f"<p>{links}</p>")
    assert post.body == f"[a](<uploads/2020/01/a b.pdf>) [c]({UPLOADS}/c.pdf)\n"


def test_posts_have_the_names_of_authors_and_the_urls_of_their_numbers(tmp_path: Path) -> None:
    blog = (
        "<wp:base_blog_url>https://blog.example/</wp:base_blog_url><wp:author>"
        "<wp:author_login>jd</wp:author_login>"
        "<wp:author_display_name>Jane Doe</wp:author_display_name></wp:author>"
    )
    creators = [f"<dc:creator>{name}</dc:creator>" for name in ("jd", "x")]
    posts = read(tmp_path, blog, *(item(categories=creator) for creator in creators))
    assert [post.author for post in posts if isinstance(post, SourceDocument)] == ["Jane Doe", "x"]
    (first, _second) = posts
    assert isinstance(first, SourceDocument)
    assert first.urls == ("/?p=1", "https://blog.example/?p=1")


def test_shortcodes_and_dropped_elements_are_reported_with_their_line(tmp_path: Path) -> None:
    content = '<!-- wp:html -->\n[contact-form-7 id="1"]\n\n<iframe src="x"></iframe>a'
    post = document(tmp_path, content)
    assert post.body == "a\n"
    assert post.problems == (
        Problem("export.xml", 7, "Shortcode [contact-form-7] is not understood."),
        Problem("export.xml", 9, "Element <iframe> is left out."),
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a\nb\n\nc", "<p>a<br>b</p>\n\n<p>c</p>"),
        ("<h2>x</h2>\n\na<!--more-->", "<h2>x</h2>\n\n<p>a</p>"),
        ("<pre>a\n\nb</pre>", "<pre>a\n\nb</pre>"),
        ("a<br />\nb<br> \nc", "<p>a<br>b<br>c</p>"),
        ('<pre lang="php"><?php f(); ?></pre>', '<pre lang="php">&lt;?php f(); ?></pre>'),
        ("<!-- wp:x -->\n<p>a\nb</p>", "\n<p>a\nb</p>"),
    ],
)
def test_blank_lines_separate_paragraphs_in_classic_posts(html: str, expected: str) -> None:
    assert paragraphs(html) == expected


def test_an_item_that_can_not_be_converted_is_skipped(tmp_path: Path) -> None:
    (only,) = read(tmp_path, item("<div>" * 200))
    assert isinstance(only, SkippedDocument)
    assert "nested more than 60 levels deep" in only.problem.message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f"{HEAD}<item>", "line 6: This is not well-formed XML"),
        (f"{HEAD}<item><b></item>", "mismatched tag"),
        ("<rss/>", "it has no export of WordPress"),
        ("x", "it has no export of WordPress"),
    ],
)
def test_a_broken_export_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "export.xml").write_text(content)
    with pytest.raises(FileError) as caught:
        list(read_wordpress(FolderTree(tmp_path), ImportOptions()))
    assert message in str(caught.value)


def test_other_feeds_are_no_exports(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text("<rss version='2.0'><channel/></rss>")
    assert not is_export(FolderTree(tmp_path))
