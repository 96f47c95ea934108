"""Sites of Docusaurus: URLs by ids, slugs and names without numbers, and MDX."""

import pytest

from articles.models import Article

PNG = b"\x89PNG one"


def article(title):
    return Article.objects.get(title=title)


def test_imports_of_mdx_are_left_out_and_components_are_reported(import_tree):
    report = import_tree(
        {
            "docusaurus.config.js": "",
            "docs/01-intro.mdx": "---\nid: intro\nsidebar_label: Intro\n---\n"
            "import Tabs from '@theme/Tabs';\nimport './a.css'\n"
            "import {\n  A,\n  B,\n} from '@site/src/x';\n\n# Introduction\n\n<Chart>\n\n"
            "```js\nimport x from 'y'\n```\n",
            "docs/b.md": "# B\n\n[i](./01-intro.mdx) [j](/docs/intro)",
        }
    )
    assert article("Introduction").slug == "intro"
    assert article("Introduction").body == "<Chart>\n\n```js\nimport x from 'y'\n```\n"
    assert article("B").body == "[i](/articles/intro/) [j](/articles/intro/)"
    assert [*map(str, report.problems)] == [
        "docs/01-intro.mdx:14: The component “Chart” is left out."
    ]
    assert report.unknown_keys == {"sidebar_label": 1}


@pytest.mark.parametrize(
    "url",
    [
        "./02-guide/01-setup.md",
        "/docs/guide/set-up",
        "guide/set-up",
        "@site/docs/02-guide/01-setup.md",
    ],
)
def test_the_id_stands_for_the_name_of_the_file(import_tree, url):
    setup = "---\nid: set-up\n---\n# Setup\n[](../introduction) [](./other)"
    report = import_tree(
        {
            "docusaurus.config.ts": "",
            "docs/02-guide/01-setup.md": setup,
            "docs/02-guide/02-other.md": "# Other",
            "docs/01-intro.md": f"---\nid: introduction\n---\n# Intro\n[]({url})",
        }
    )
    assert article("Intro").body == "[](/articles/set-up/)"
    assert article("Setup").body == "[](/articles/introduction/) [](/articles/other/)"
    assert not report.problems and not report.unknown_keys


@pytest.mark.parametrize(
    ("path", "front_matter", "url"),
    [
        ("docs/01-a/02-b.md", "slug: /custom", "/docs/custom"),
        ("docs/01-a/02-b.md", "slug: custom", "/docs/a/custom"),
        ("docs/a.md", "slug: /", "/docs/"),
        ("docs/01-a/index.md", "slug: custom", "/docs/a/custom"),
        ("docs/01-a/index.md", "id: x", "/docs/a/"),
        ("docs/01-a/01-a.md", "", "/docs/a"),
        ("docs/1. b.md", "", "/docs/b"),
        ("docs/7.0-b.md", "", "/docs/7.0-b"),
        ("docs/2021-11-b.md", "", "/docs/2021-11-b"),
        ("blog/2021-11-02-b.md", "", "/blog/2021/11/02/b"),
        ("blog/2021-11-02-b.md", "slug: c", "/blog/c"),
    ],
)
def test_slugs_and_numbers_in_names_are_those_of_urls(import_tree, path, front_matter, url):
    document = f"---\n{front_matter}\n---\n# Target"
    import_tree({"docusaurus.config.js": "", path: document, "docs/z.md": f"# From\n[]({url})"})
    assert article("From").body == f"[](/articles/{article('Target').slug}/)"


def test_labels_of_tabs_and_files_in_attributes_stay(import_tree):
    tabs = "<Tabs>\n<TabItem value='a' label='One'>\n\nText\n\n</TabItem>\n</Tabs>\n"
    image = "<img src={require(\"./map.png\").default}/> <img src={useBaseUrl('/a/map.png')}/>"
    import_tree(
        {
            "docusaurus.config.js": "",
            "docs/a/b.mdx": f"# A\n{tabs}{image}",
            "docs/a/map.png": PNG,
        }
    )
    assert "<p><strong>One</strong></p>\n<p>Text</p>" in article("A").html
    assert article("A").body.count('<img src="/media/map.png"/>') == 2


def test_paths_and_slugs_lead_to_documents(import_tree):
    report = import_tree(
        {
            "docusaurus.config.js": "",
            "docs/a.md": "---\ntags: [{label: Big, permalink: /big}, small]\n---\n"
            "{/* hidden\n*/}\n[](@site/docs/b.mdx) ![](@site/static/a.png)"
            " [](/blog/hello) [](/blog/2021/08/26/later)",
            "docs/b.mdx": "Words.",
            "static/a.png": b"1",
            "blog/2021-08-26-welcome/index.md": "---\nslug: hello\n---\n",
            "blog/2021-08-26-later.md": "Words.",
        }
    )
    assert report.links.resolved == 4 and not report.problems
    assert sorted(article("a").tags.values_list("name", flat=True)) == ["Big", "small"]
    assert "hidden" not in article("a").body and article("a").body.startswith("\n")


def test_components_within_lines_are_reported(import_tree):
    report = import_tree(
        {"docusaurus.config.js": "", "docs/a.md": 'b\n\nc <Link to="/d">e</Link>\n'}
    )
    assert [*map(str, report.problems)] == ["docs/a.md:3: The component “Link” is left out."]
