"""The formats of Markdown: each recognised, and what is its own understood."""

import multiprocessing
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from articles.importing import registry
from articles.importing.front_matter import split
from articles.importing.options import ImportOptions
from articles.importing.reports import Outcome
from articles.importing.trees import open_tree
from articles.models import Article, Status
from articles.workers import MIN_ITEMS, Workers
from tests.importing.trees import write_tree

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452")


def article(title):
    return Article.objects.get(title=title)


def tags(title):
    return sorted(article(title).tags.values_list("name", flat=True))


def messages(report):
    return [problem.message for problem in report.problems]


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"a.md": ""}, "obsidian"),
        ({"pages/a.md": "", "journals/2020_01_02.md": ""}, "logseq"),
        ({"logseq/config.edn": "", "pages/a.md": ""}, "logseq"),
        ({"quartz.config.ts": "", "content/a.md": ""}, "quartz"),
        ({"docusaurus.config.js": "", "docs/a.md": ""}, "docusaurus"),
        ({"mkdocs.yml": "", "docs/a.md": ""}, "mkdocs"),
        ({"hugo.toml": "", "content/a.md": ""}, "hugo"),
        ({"config.toml": "", "content/a.md": ""}, "hugo"),
        ({"site/config/_default/hugo.yaml": "", "site/content/a.md": ""}, "hugo"),
        ({"_config.yml": "", "_posts/2020-01-02-a.md": ""}, "jekyll"),
        ({"docs/_config.yml": "", "docs/a.md": ""}, "jekyll"),
    ],
)
def test_formats_are_recognised(tmp_path, files, name):
    with open_tree(write_tree(tmp_path, files)) as tree:
        assert registry.choose(tree).name == name


def test_fields_are_mapped(import_tree):
    report = import_tree(
        {
            "a.md": """---
title: War
description: A long
  conflict.
date: 2020-01-02 10:20:30 +0100
lastmod: 2021-05-06
published: true
categories: [history, "#conflict"]
tags: army navy
aliases: [Conflict, /old/war-page/]
permalink: /2020/war/
lang: en_GB
author: {name: Ann}
cssclasses: wide
nested: {deep: {deeper: [x]}}
---
Words.
"""
        }
    )
    war = article("War")
    assert war.summary == "A long conflict."
    assert war.created.isoformat() == "2020-01-02T09:20:30+00:00"
    assert war.updated.isoformat() == "2021-05-06T00:00:00+00:00"
    assert (war.status, war.slug, war.language, war.author) == ("published", "war", "en-GB", "Ann")
    assert war.aliases == ["a", "Conflict", "war page"]
    assert tags("War") == ["army", "conflict", "history", "navy"]
    assert report.unknown_keys == {"cssclasses": 1, "nested": 1}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a, b", ["a", "b"]),
        ("a b", ["a", "b"]),
        ("[a, b c]", ["a", "b c"]),
        ("{x: [a], y: {z: b}}", ["a", "b"]),
        ("'#a/b'", ["a/b"]),
        ("", []),
    ],
)
def test_tags_are_a_text_a_list_or_nested(import_tree, value, expected):
    import_tree({"War.md": f"---\ntags: {value}\n---\n"})
    assert tags("War") == expected


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ("draft: true", "draft"),
        ("draft: false", "published"),
        ("published: false", "draft"),
        ("publish: true", "published"),
        ("status: archived", "archived"),
        ("x: y", "draft"),
    ],
)
def test_statuses_are_mapped(import_tree, fields, status):
    import_tree({"War.md": f"---\n{fields}\n---\n"})
    assert article("War").status == status


def test_front_matter_in_toml_and_json_is_read(import_tree):
    import_tree(
        {
            "hugo.toml": "",
            "content/a.md": '+++\ntitle = "War"\ndate = 2020-01-02\ntags = ["x"]\n+++\nWords.',
            "content/b.md": '{\n"title": "Peace", "draft": true\n}\nWords.',
        }
    )
    assert tags("War") == ["x"] and article("War").body == "Words."
    assert article("War").created.year == 2020
    assert article("Peace").status == Status.DRAFT and article("Peace").body == "Words."


def test_invalid_front_matter_is_read_line_by_line_and_reported(import_tree):
    report = import_tree({"a.md": "---\ntitle: Report: 2020\ntags: [a, b]\n---\nWords."})
    assert article("Report: 2020").body == "Words." and tags("Report: 2020") == ["a", "b"]
    assert [(problem.line, problem.message[:16]) for problem in report.problems] == [
        (2, "This is not YAML")
    ]


@pytest.mark.parametrize(
    "block", ["[" * 5000, "a: " + "[" * 5000, "a: &x [*x]", "? [a]\n: b", "- a", "a: !!python/x y"]
)
def test_hostile_front_matter_raises_nothing(block):
    assert split(f"---\n{block}\n---\nWords.").body


def test_folders_become_tags_on_request(import_tree):
    import_tree({"History/Wars/War.md": ""}, folder_tags=True)
    assert tags("War") == ["History", "Wars"]


def test_tags_in_texts_become_tags_on_request(import_tree):
    import_tree({"War.md": "#army `#code` https://x.org/#no [a](#no) #1"}, inline_tags=True)
    assert tags("War") == ["army"]


@pytest.mark.parametrize("content", ["A\r\nB", "A\rB", "A\nB"])
def test_line_ends_become_line_feeds(import_tree, content):
    import_tree({"War.md": content})
    assert article("War").body == "A\nB"


def test_other_encodings_are_read(import_tree):
    report = import_tree(
        {
            "bom.md": b"\xef\xbb\xbf---\ntitle: With BOM\n---\n",
            "utf16.md": "---\ntitle: Émile\n---\nñ".encode("utf-16"),
            "utf32.md": "# Ali\n".encode("utf-32"),
            "latin.md": "# Été\n\nñ".encode("latin-1"),
            "no-bom.md": "# سلم\n\nWords".encode("utf-16-le"),
            "no-bom-be.md": "# Big\n".encode("utf-16-be"),
            "cut.md": "# Cut".encode("utf-16")[:-1],
            "image.md": PNG,
            "stray.md": b"# Stray\n" + b"Words. " * 99 + b"\0",
            "more.md": b"\xe9\x01 x",
        }
    )
    titles = {"With BOM", "Émile", "Ali", "Été", "سلم", "Big", "Cu\ufffd", "Stray"}
    assert {*Article.objects.values_list("title", flat=True)} == titles
    assert [str(problem).partition(". ")[0] for problem in report.problems] == [
        "cut.md:1: Byte 0x74 is not UTF-16: it was replaced.",
        "latin.md:1: Byte 0xC9 is not UTF-8: read as Windows-1252",
        "no-bom-be.md:1: It has no byte order mark: read as UTF-16.",
        "no-bom.md:1: It has no byte order mark: read as UTF-16.",
        "stray.md:2: There were control characters, such as U+0000.",
    ]
    assert [str(problem) for problem in report.skipped] == [
        "image.md: It is not a text: it has bytes such as 0x00.",
        "more.md: It is not a text: it has bytes such as 0x01.",
    ]


def test_jekyll(import_tree):
    import_tree(
        {
            "_config.yml": "",
            "_posts/2020-01-02-war.md": "---\ntags: a b\n---\n{% post_url 2020-01-03-peace %}"
            "[p]({% post_url 2020-01-03-peace %}) [q]({{ site.baseurl }}{% link about.md %})",
            "_posts/2020-01-03-peace.md": "[w](/2020/01/02/war.html)"
            " [x]({{ '/about/' | relative_url }})",
            "about.md": "---\npermalink: /about/\n---\n",
        }
    )
    war = Article.objects.get(slug="war")
    assert war.created.date().isoformat() == "2020-01-02" and war.status == "published"
    assert "[p](/articles/peace/) [q](/about.md)" in war.body
    assert Article.objects.get(slug="peace").body == "[w](/articles/war/) [x](/articles/about/)"


def test_hugo(import_tree):
    report = import_tree(
        {
            "hugo.toml": "",
            "content/wars/index.md": '---\ntitle: Wars\n---\n[p]({{< ref "/peace" >}}) ![](a.png)',
            "content/wars/a.png": b"1",
            "content/peace.fr.md": '---\ntitle: Paix\nurl: /paix/\n---\n{{< chart "x" >}}',
            "content/peace.md": "---\ntitle: Peace\n---\n[w](/wars/) [f](/paix/)",
            "layouts/x.md": "",
        }
    )
    assert article("Wars").slug == "wars" and article("Paix").language == "fr"
    assert article("Wars").body == "[p](/articles/peace/) ![](/media/a.png)"
    assert article("Peace").body == "[w](/articles/wars/) [f](/articles/paix/)"
    assert any("shortcode “chart”" in message for message in messages(report))
    assert next(iter(report.skipped)).path == "layouts/x.md"


def test_mkdocs(import_tree):
    import_tree(
        {
            "mkdocs.yml": "",
            "docs/index.md": "# Home\n\n[w](war/index.md#causes) [h](guide.md)",
            "docs/war/index.md": "# War\n\n## Causes\n\n[home](../index.md)",
            "docs/guide.md": "Words.\n\n# Guide",
        }
    )
    assert article("Home").body == "[w](/articles/war/#causes) [h](guide.md)"
    assert article("War").body == "## Causes\n\n[home](/articles/home/)"


def test_quartz_and_foam(import_tree, tmp_path):
    import_tree({"quartz.config.ts": "", "content/War.md": "[[Peace]]", "content/Peace.md": ""})
    assert article("War").status == Status.PUBLISHED
    assert import_tree({"x/Foam.md": ""}, format="foam").format == "foam"


IDENTIFIER = "6165d7a1-0000-4000-8000-000000000001"


def test_logseq(import_tree):
    report = import_tree(
        {
            "logseq/config.edn": "",
            "pages/War___Causes.md": f"title:: War/Causes\ntags:: a, [[b c]]\nalias:: Origins\n\n"
            f"- TODO Read\n- Block\n  id:: {IDENTIFIER}\n\t- child\n",
            "pages/Other.md": f"- see (({IDENTIFIER})) and #[[War/Causes]]"
            " {{embed [[Other]]}}\n"
            f"- ((6165d7a1-0000-4000-8000-000000000009)) {{{{query x}}}}",
            "journals/2020_01_02.md": "- day",
            "x.md": "",
        }
    )
    causes = article("War/Causes")
    assert tags("War/Causes") == ["a", "b c"] and "Origins" in causes.aliases
    assert f"- [ ] Read\n- Block ^{IDENTIFIER}\n  - child" in causes.body
    other = article("Other").body
    assert f"[[War/Causes#^{IDENTIFIER}]] and [[War/Causes]] ![[Other]]" in other
    assert article("2020-01-02").created.date().isoformat() == "2020-01-02"
    assert any("No block" in message for message in messages(report))
    assert any("macro “query”" in message for message in messages(report))
    assert report.outcomes == {Outcome.IMPORTED: 3, Outcome.SKIPPED: 1}


def test_times_of_publishing_and_expiry_come_along(import_tree, db):
    one = """+++
title = "One"
publishDate = 2040-01-01T00:00:00Z
expiryDate = 2041-01-01
+++
Words.
"""
    two = '{"title": "Two", "unpublishdate": "2020-01-01"}\nWords.\n'
    files = {"hugo.toml": "", "content/one.md": one, "content/two.md": two}
    import_tree(files)
    article = Article.objects.get(title="One")
    assert (article.publish_at.year, article.expire_at.year) == (2040, 2041)
    assert Article.objects.get(title="Two").expire_at.year == 2020
    assert not Article.objects.public().exists()
    assert import_tree({}).outcomes == {Outcome.UNCHANGED: 2}
    import_tree({"content/one.md": one.replace("2040-", "2030-").replace("2041-", "2031-")})
    article.refresh_from_db()
    assert (article.publish_at.year, article.expire_at.year) == (2030, 2031)


def test_a_time_of_publishing_that_was_set_here_stays(import_tree, db):
    import_tree({"a.md": "Words."})
    moment = timezone.now() + timedelta(days=9)
    Article.objects.update(publish_at=moment)
    import_tree({"a.md": "Other words."})
    assert Article.objects.get().body == "Other words."
    assert Article.objects.get().publish_at == moment
    import_tree({"a.md": "---\nexpiryDate: 2020-01-01\n---\nMore."})
    assert Article.objects.get().publish_at is None


def test_drafts_of_jekyll_are_not_published(import_tree, db):
    import_tree(
        {"_config.yml": "", "_drafts/idea.md": "Words.", "_posts/2020-01-02-a.md": "Words."}
    )
    assert dict(Article.objects.values_list("slug", "status")) == {
        "idea": Status.DRAFT,
        "a": Status.PUBLISHED,
    }


def test_urls_of_slugs_and_urls_relative_to_them_lead_to_documents(import_tree, db):
    report = import_tree(
        {
            "hugo.toml": "",
            "content/posts/one.md": "---\nslug: uno\n---\n[x](../two/)",
            "content/posts/two.md": "[y](/posts/uno/)",
        }
    )
    assert report.links.resolved == 2
    assert Article.objects.get(slug="uno").body == "[x](/articles/two/)"
    assert Article.objects.get(slug="two").body == "[y](/articles/uno/)"


def test_references_to_blocks_of_logseq_keep_their_labels(import_tree, db):
    number = "64a5c3f2-1111-4222-8333-123456789abc"
    import_tree(
        {
            "logseq/config.edn": "{}",
            "pages/a.md": f"- block\n  id:: {number}\n",
            "pages/b.md": f"- (({number})) and [c]((({number})))\n",
        }
    )
    body = Article.objects.get(title="b").body
    assert body.strip() == f"- [[a#^{number}]] and [[a#^{number}|c]]"


def test_patterns_of_urls_of_jekyll_lead_to_documents(import_tree, db):
    report = import_tree(
        {
            "_config.yml": "permalink: /blog/:year/:i_month/:title\n"
            "collections: {docs: {output: true, permalink: '/manual/:path/'}, x: {}}\n"
            "defaults: [{scope: {path: old, type: posts},"
            " values: {permalink: '/old/:slug.html'}}]\n",
            "_posts/2020-01-02-War.md": "Words.",
            "_posts/2020-01-03-own.md": "---\npermalink: /:categories/:day/:title/\n"
            "categories: A b\n---\n",
            "old/_posts/2020-01-04-past.md": "---\ndate: 2021-05-06 10:00\n---\n",
            "_docs/a/b.md": "Words.",
            "index.md": "[](/blog/2020/1/War) [](/a/b/03/own/) [](/old/past.html) [](/manual/a/b/)"
            " [](https://example.org/blog/2020/1/war)",
        }
    )
    assert report.links.resolved == 4
    body = Article.objects.get(slug="index").body
    expected = ("war", "own", "past", "b")
    assert body.startswith(" ".join(f"[](/articles/{slug}/)" for slug in expected))


@pytest.mark.parametrize("style", ["", "permalink: pretty\n", "permalink: [nonsense]\n", "{"])
def test_posts_of_jekyll_have_the_url_of_a_style(import_tree, db, style):
    post = "---\ncategories: [Big News, c]\n---\nWords."
    link = "[](/a/big%20news/c/2020/01/02/war.html)"
    import_tree({"_config.yml": style, "a/_posts/2020-01-02-war.md": post, "index.md": link})
    assert Article.objects.get(slug="index").body == "[](/articles/war/)"


def test_patterns_of_urls_of_hugo_lead_to_documents(import_tree, db):
    report = import_tree(
        {
            "hugo.yaml": "contentDir: texts\n"
            "permalinks: {page: {posts: '/:year/:monthname/:slug/'}}",
            "texts/posts/one.md": "---\ndate: 2020-02-03\nslug: uno\n---\n[x](/two/)",
            "texts/two.md": "[y](/2020/february/uno/)",
        }
    )
    assert report.links.resolved == 2 and not report.skipped


def test_titles_of_pages_come_from_the_navigation_of_mkdocs(import_tree, db):
    import_tree(
        {
            "mkdocs.yml": "docs_dir: texts\nplugins: [!!python/name:x.y '']\n"
            "nav:\n- Home: index.md\n"
            "- Section:\n  - The Great War: a/war.md\n  - own.md\n  - Other: own2.md\n"
            "- https://x.org\n",
            "texts/index.md": "Words.",
            "texts/a/war.md": "Words.\n\n# Later",
            "texts/own.md": "Words.",
            "texts/own2.md": "# Own title",
        }
    )
    titles = {*Article.objects.values_list("title", flat=True)}
    assert titles == {"Home", "The Great War", "own", "Own title"}


def test_attributes_of_kramdown_are_ids_or_left_out(import_tree, db):
    body = (
        "Words.\n{: .note .info}\n\n## One\n{: #v1 }\n\n## Two {: .x #v2}\n\n"
        "## Three { id='v3' }\n"
        "[](#v1) [](#v2) [](#v3)\n\n1. x\n{:toc}\n\n{:ok, value}\n\n```\n{: .note}\n```\n"
    )
    report = import_tree({"_config.yml": "", "a.md": body})
    stored = Article.objects.get()
    assert [(problem.line, problem.message.split("”")[0]) for problem in report.problems] == [
        (2, "The attributes “{: .note .info}"),
        (13, "The attributes “{:toc}"),
    ]
    assert [heading["anchor"] for heading in stored.toc] == ["v1", "v2", "v3"]
    assert "{:ok, value}" in stored.body and "```\n{: .note}" in stored.body
    assert "info" not in stored.body and stored.body.count("\n") == body.count("\n")


def test_lines_of_logseq_are_those_of_the_file(import_tree, db):
    body = (
        f"alias:: [[The Old]], #[[x y]]\n\n- a\n  collapsed:: true\n  id:: {IDENTIFIER}\n"
        f"- b\n  :LOGBOOK:\n  CLOCK: x\n  :END:\n- [[None]]\n- ```\n  #[[x]] (({IDENTIFIER}))\n"
        "  ```\n  {{query y}} ![](a.png){:height 1, :width 2}\n- SCHEDULED: <2024-01-02>\n"
        "- [[Jan 2nd, 2024]]\n"
    )
    report = import_tree(
        {
            "logseq/config.edn": '{;; :journal/page-title-format "d"\n}',
            "pages/a.md": body,
            "journals/2024_01_02.md": f"- (({IDENTIFIER}))",
        }
    )
    lines = [line for line, text in enumerate(body.split("\n"), 1) if "[[None" in text]
    assert [problem.line for problem in report.wanted] == lines
    assert [(problem.line, problem.message.split()[0]) for problem in report.problems] == [
        (14, "The"),
        (15, "“SCHEDULED:”"),
        (14, "“a.png”"),
    ]
    stored = article("a")
    assert stored.aliases == ["The Old", "x y"]
    assert f"- a ^{IDENTIFIER}\n" in stored.body and f"#[[x]] (({IDENTIFIER}))" in stored.body
    assert "CLOCK" not in stored.body and "height" not in stored.body
    assert article("2024-01-02").aliases == ["Jan 2nd, 2024"]


def test_urls_with_the_base_of_the_site_lead_to_documents(import_tree, db):
    report = import_tree(
        {
            "_config.yml": "url: https://x.org\nbaseurl: /base\n",
            "a.md": "[](/base/b/) [](https://x.org/base/b.html) [](https://y.org/base/b/)",
            "b.md": "Words.",
        }
    )
    assert report.links.resolved == 2
    assert article("a").body == "[](/articles/b/) [](/articles/b/) [](https://y.org/base/b/)"


def test_posts_of_jekyll_are_found_in_folders_of_categories(import_tree, db):
    import_tree(
        {
            "_config.yml": "",
            "news/_posts/2020-01-02-a.markdown": "Words.",
            "b.md": "[]({% post_url 2020-01-02-a %}) []({% post_url news/2020-01-02-a %})",
        }
    )
    assert article("b").body == "[](/articles/a/) [](/articles/a/)"


def test_code_in_tags_of_jekyll_and_hugo_is_fenced(import_tree, db):
    tags = "{% highlight ruby linenos %}\n[[a]] `{{< ref x >}}`\n{% endhighlight %}\n"
    short = '{{< highlight go "linenos=table" >}}\nx\n{{< /highlight >}}\n'
    fenced = "```\n" + short + "```\n"
    import_tree({"_config.yml": "", "a.md": f"{tags}{short}{fenced}{{% raw %}}x{{% endraw %}}\n"})
    code = "```ruby\n[[a]] `{{< ref x >}}`\n```\n```go\nx\n```\n"
    assert article("a").body == f"{code}{fenced}x\n"


def test_references_of_hugo_have_named_parameters(import_tree, db):
    import_tree(
        {
            "hugo.toml": "",
            "content/a.md": '[]({{< relref path="b.md" lang="en" >}}) []({{% ref "b" %}})',
            "content/b.md": "Words.",
        }
    )
    assert article("a").body == "[](b.md) [](b.md)"


@pytest.mark.parametrize(
    ("mark", "folder"),
    [
        ({"hugo.toml": ""}, "content/"),
        ({"mkdocs.yml": ""}, "docs/"),
        ({}, ""),
        ({"logseq/config.edn": ""}, "pages/"),
    ],
)
def test_documents_that_are_not_markdown_are_skipped_with_the_reason(import_tree, mark, folder):
    file_names = ("b.org", "b.rst", "b.canvas", "b.html", "x.png")
    report = import_tree(
        {**mark, f"{folder}a.md": "", **{folder + name: "" for name in file_names}}
    )
    expected = [f"{folder}b.{ending}" for ending in ("canvas", "html", "org", "rst")]
    is_site = folder in ("content/", "docs/")
    assert [problem.path for problem in report.skipped] == [
        path for path in expected if is_site or not path.endswith("html")
    ]


@pytest.mark.parametrize("extension", ["markdown", "mkd", "mkdn", "mkdown", "mdown"])
def test_all_extensions_of_markdown_are_read(import_tree, extension):
    report = import_tree({f"War.{extension}": "Words.", "a.md": f"[](War.{extension}) [[War]]"})
    assert article("War").body == "Words."
    assert report.links.resolved == 2 and not report.problems


@pytest.fixture(scope="module")
def workers():
    """Two worker processes for all formats: they take seconds to start."""
    with Workers(2) as workers:
        yield workers


@pytest.mark.once
@pytest.mark.parametrize(
    ("settings_file", "folder"),
    [
        ({"a.txt": ""}, ""),
        ({"quartz.config.ts": ""}, "content/"),
        ({"docusaurus.config.js": ""}, "docs/"),
        ({"mkdocs.yml": "nav:\n- First of all: 7.md\n"}, "docs/"),
        ({"hugo.toml": '[permalinks]\nposts = "/:year/:slug/"'}, "content/posts/"),
        ({"_config.yml": "permalink: /:year/:title/\nname: Ours"}, "_posts/"),
    ],
)
def test_worker_processes_read_the_same_documents(
    tmp_path, settings, workers, settings_file, folder
):
    settings.LANGUAGE_CODE = "ar"  # Messages of commands are in English all the same.
    text = "---\ndate: 2020-01-02\ntags: a, b\ndraft: maybe\n---\n{{ site.name }} {{< x >}}\n"
    files = {f"{folder}{number}.md": text for number in range(MIN_ITEMS + 10)}
    tree = write_tree(tmp_path, {**settings_file, **files, f"{folder}binary.md": b"\0" * 100})
    with open_tree(tree) as source, translation.override(None):
        source_format = registry.choose(source)
        expected = list(source_format.read(source, ImportOptions(), Workers(0)))
        assert list(source_format.read(source, ImportOptions(), workers)) == expected
        assert multiprocessing.active_children()
    assert len(expected) == len(files) + 1


@pytest.mark.parametrize("language", [None, "en", "ar"])
def test_messages_of_worker_processes_are_in_the_active_language(tmp_path, language):
    files = {f"{number}.md": b"\0" * 100 for number in range(MIN_ITEMS)}
    with open_tree(write_tree(tmp_path, files)) as source, Workers(2) as workers:
        read = registry.choose(source).read
        with translation.override(language):
            expected = list(read(source, ImportOptions(), Workers(0)))
            assert list(read(source, ImportOptions(), workers)) == expected
    assert ("It is not a text" in expected[0].problem.message) == (language != "ar")


LANGUAGES_OF_HUGO = """baseURL = "https://example.org/"
[languages.en]
contentDir = "content/en"
[languages.de]
contentDir = "content/de"
[permalinks]
posts = "/:year/:slug/"
"""


def test_folders_of_languages_of_hugo(import_tree):
    post = '---\ntitle: "{}"\ndate: 2020-05-06\n---\n'
    report = import_tree(
        {
            "hugo.toml": LANGUAGES_OF_HUGO,
            "content/de/_index.md": '---\ntitle: Start\n---\n[a]({{< ref "/posts/first" >}})',
            "content/de/posts/first.md": f"{post.format('Erster')}[a](/2020/first/)",
            "content/en/_index.md": """---
title: Home
---
[a]({{< relref "/posts/first" >}})
[b]({{< ref path="/posts/first" lang="de" >}})
[c](/de/2020/first/)
[d](https://example.org/2020/first/)
""",
            "content/en/posts/first.md": post.format("First"),
        }
    )
    slugs = {title: article(title).slug for title in ("Erster", "First", "Home", "Start")}
    languages = {title: article(title).language for title in slugs}
    assert languages == {"Erster": "de", "First": "en", "Home": "en", "Start": "de"}
    german, english = (f"/articles/{slugs[title]}/" for title in ("Erster", "First"))
    assert article("Start").body.strip() == f"[a]({german})"
    assert article("Erster").body.strip() == f"[a]({english})"
    lines = ((english, "a"), (german, "b"), (german, "c"), (english, "d"))
    assert article("Home").body.split() == [f"[{label}]({url})" for url, label in lines]
    assert messages(report) == []


def test_languages_in_the_names_of_files_of_hugo(import_tree):
    files = {
        "config/_default/hugo.toml": 'defaultContentLanguage = "en"',
        "config/_default/languages.toml": '[en]\nlanguageName = "English"\n[pt-br]\n',
        "content/post/one/index.md": "---\ntitle: One\n---\n",
        "content/post/one/index.pt-br.md": "---\ntitle: Um\n---\n",
        "content/a.pt-br.md": '[x](post/one/) [y]({{< ref "one" >}}) [z](/pt-br/post/one/)',
        "content/vue.js.md": '[x](post/one/index.md) [y]({{< ref "one" >}}) [z](/post/one/)',
    }
    report = import_tree(files)
    names = {(row.title, row.slug, row.language) for row in Article.objects.all()}
    assert names == {
        ("One", "one", "en"),
        ("Um", "one-pt-br", "pt-BR"),
        ("a", "a-pt-br", "pt-BR"),
        ("vue.js", "vue-js", "en"),
    }
    links = "[x](/articles/one-pt-br/) [y](/articles/one-pt-br/) [z](/articles/one-pt-br/)"
    assert article("a").body == links
    assert article("vue.js").body == "[x](/articles/one/) [y](one.md) [z](/articles/one/)"
    assert report.links.resolved == 6


@pytest.mark.parametrize(
    ("mark", "folder"), [("docusaurus.config.js", "blog/"), ("hugo.toml", "content/posts/")]
)
def test_a_post_has_the_date_of_its_folder(import_tree, mark, folder):
    import_tree({mark: "", f"{folder}2021-08-26-welcome/index.md": "Words."})
    post = article("welcome")
    assert (f"{post.created:%Y-%m-%d}", post.slug) == ("2021-08-26", "welcome")


def test_links_of_logseq_to_pages_keep_their_labels(import_tree):
    files = {"logseq/config.edn": "", "pages/a b.md": "- x", "pages/c.md": "- [the d]([[a b]])"}
    report = import_tree(files)
    assert article("c").body == "- [[a b|the d]]"
    assert report.links.resolved == 1


def test_times_of_go_are_read(import_tree):
    import_tree({"a.md": "---\ndate: 2023-05-06 07:08:09 +0200 CEST\n---\n"})
    assert article("a").created.isoformat() == "2023-05-06T05:08:09+00:00"


def test_posts_of_mkdocs_have_two_dates(import_tree):
    dates = "---\ndate:\n  created: 2023-01-31\n  updated: 2023-02-01\n---\n"
    import_tree({"mkdocs.yml": "", "docs/blog/posts/a.md": dates})
    times = article("a").created, article("a").updated
    assert [f"{time:%Y-%m-%d}" for time in times] == ["2023-01-31", "2023-02-01"]


def test_fields_of_multimarkdown_in_mkdocs(import_tree):
    meta = "Title: Peace: talks\nsummary: About\n    it\nauthors: A B\ncustom: x\n\n[x](c.md)\n"
    report = import_tree(
        {"mkdocs.yml": "", "docs/a.md": meta, "docs/b.md": "Note: this\nis text.\n\nWords.\n"}
    )
    peace = article("Peace: talks")
    assert (peace.author, peace.summary) == ("A B", "About it")
    assert peace.body == "[x](c.md)\n"
    assert article("b").body == "Note: this\nis text.\n\nWords.\n"
    assert [problem.line for problem in report.wanted] == [7]
    assert report.unknown_keys == {"custom": 1}


def test_names_and_times_of_pages_of_logseq(import_tree):
    properties = 'alias:: WaP, "War, and Peace"\ncreated-at:: 1577930400000\n'
    report = import_tree({"logseq/config.edn": "", "pages/a.md": f"{properties}\n- x"})
    assert article("a").aliases == ["WaP", "War, and Peace"]
    assert article("a").created.isoformat() == "2020-01-02T02:00:00+00:00"
    assert messages(report) == []
