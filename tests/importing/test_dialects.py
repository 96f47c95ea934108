"""What MkDocs, Jekyll and Hugo add to Markdown: turned into Markdown, or reported."""

import pytest

from articles.importing import dialects
from articles.importing.syntax import convert
from articles.models import Article

PNG = b"\x89PNG one"


def article(title):
    return Article.objects.get(title=title)


def problems(report):
    return [*map(str, report.problems)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            '=== "A b"\n\n    c\n\n===+ "D"\n    e',
            '!!! note "A b"\n\n    c\n\n!!! note "D"\n    e',
        ),
        ('- x\n\n    === "A"\n', '- x\n\n    !!! note "A"\n'),
        ('```\n=== "A"\n```', '```\n=== "A"\n```'),
        ('=== "a `b`"', '!!! note "a `b`"'),
        ("A\n===\n", "A\n===\n"),
        (":material-check: :material-close:", "✓ ✗"),
        (
            '<figure markdown="span">\n  ![A "b"](c.png){ width="9" }\n</figure>',
            '<figure markdown="span">\n  <img src="c.png" alt="A &quot;b&quot;">\n</figure>',
        ),
        ('<div class="grid" markdown>\n- a\n</div>', "\n- a\n</div>"),
        (
            "| a | `b|c` |\n|:--|--:|\n| `x|y`, `` `|`` | z\\|z |\n\n`p|q`",
            "| a | `b\\|c` |\n|:--|--:|\n| `x\\|y`, `` `\\|`` | z\\|z |\n\n`p|q`",
        ),
        ("```\na | `b|c`\n--|--\n```", "```\na | `b|c`\n--|--\n```"),
    ],
)
def test_mkdocs(source, expected):
    assert dialects.mkdocs(source, {}) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[a]({{ site.repository }}/b) {{page.kind}}", "[a](https://example.org/b) note"),
        ("`{{ site.repository }}`", "`https://example.org`"),
        (
            "{{ site.url }}{{ site.x }} {{ site.list }}",
            "{{ site.url }}{{ site.x }} {{ site.list }}",
        ),
        (
            "{% raw %}{{ site.repository }}{% endraw %}",
            "{% raw %}{{ site.repository }}{% endraw %}",
        ),
        ("a{% comment %}\nb\n{%- endcomment -%}c", "a\n\nc"),
        ("* TOC\n{:toc}\n\na", "\n\n\na"),
        ("a | b\n--|--\n`x|y` | z", "a | b\n--|--\n`x\\|y` | z"),
        ('<div class="note" markdown="1">\n*a*\n</div>', "\n*a*\n</div>"),
    ],
)
def test_jekyll(source, expected):
    settings = {"repository": "https://example.org", "url": "https://x.org", "list": ["a"]}
    assert dialects.jekyll(settings)(source, {"kind": "note"}) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{{< figure src="a b.png" >}}', "![](<a b.png>)"),
        ('{{% figure link=/z src="a.png" caption="B" /%}}', '[![](<a.png> "B")](</z>)'),
        ("{{< vimeo 12 >}}", "<https://vimeo.com/12>"),
        ("{{< youtube id=x_y start=3 >}}", "<https://www.youtube.com/watch?v=x_y>"),
        (
            '{{< details summary="A b" open=true >}}\nc\n{{< /details >}}',
            "::: details A b\nc\n:::",
        ),
        ("{{% notice tip %}}\na\n{{% /notice %}}", "::: tip\na\n:::"),
        ('{{< alert color="danger" title="A" >}}\nb\n{{</ alert >}}', "::: danger A\nb\n:::"),
        ("{{< hint >}}\na\n{{< /hint >}}", "::: note\na\n:::"),
        ("{{< details A >}}b{{< /details >}}", "{{< details A >}}b{{< /details >}}"),
        (r'{{< figure src="a.png" alt="a \"b\"" >}}', '![a "b"](<a.png>)'),
        ("{{< unknown x >}} `{{< youtube a >}}`", "{{< unknown x >}} `{{< youtube a >}}`"),
    ],
)
def test_hugo(source, expected):
    assert dialects.hugo(source, {}) == expected


def test_attributes_icons_and_output_are_reported_with_their_lines(import_tree):
    mkdocs = (
        "# A\n\n[b](https://example.org){ .button }\n"
        "![](m.png){: width=9 }\n:octicons-x-16: c { .d }"
    )
    report = import_tree({"mkdocs.yml": "", "docs/a.md": mkdocs, "docs/m.png": PNG})
    assert article("A").body == "[b](https://example.org)\n![](/media/m.png)\n c "
    assert problems(report) == [
        "docs/a.md:3: The attributes “{ .button }” have no equivalent. They are left out.",
        "docs/a.md:4: The attributes “{: width=9 }” have no equivalent. They are left out.",
        "docs/a.md:5: The icon “:octicons-x-16:” is left out.",
        "docs/a.md:5: The attributes “{ .d }” have no equivalent. They are left out.",
    ]


def test_liquid_that_is_not_known_is_reported(import_tree):
    report = import_tree(
        {"_config.yml": "", "a.md": "---\ntitle: A\n---\n\n{{ site.data.x | y }}"}
    )
    message = "The Liquid output “{{ site.data.x | y }}” has no equivalent. It stays as text."
    assert problems(report) == [f"a.md:5: {message}"]


def test_files_that_are_included_are_reported_also_in_code(import_tree):
    text = '# A\n\n```rust\n{{#rustdoc_include ../a.rs:here}}\n```\n\n--8<-- "b.md"\n{{x}}'
    report = import_tree({"a.md": text})
    assert problems(report) == [
        "a.md:4: “../a.rs:here” is not included here. The line stays as text.",
        "a.md:7: “b.md” is not included here. The line stays as text.",
    ]


def test_braces_in_notes_are_text(import_tree):
    text = "{{title}} $x_{a=1}$ {.y} [b](https://example.org){ .c } :material-x:"
    report = import_tree({"A.md": text})
    assert article("A").body == text and not report.problems


def test_shortcodes_of_hugo_that_are_escaped_are_displayed(import_tree):
    text = "# A\n\n`{{</* b */>}}`\n\n```\n{{%/* c */%}}\n```\n"
    report = import_tree({"hugo.toml": "", "content/a.md": text})
    assert article("A").body == "`{{< b >}}`\n\n```\n{{% c %}}\n```\n" and not report.problems


def test_references_of_hugo_find_pages_by_name(import_tree):
    b = '# B\n[]({{< ref "a" >}}) []({{< relref "a.md#c" >}}) []({{< ref "a#c" >}})'
    report = import_tree({"hugo.toml": "", "content/x/a.md": "# Other\n## C", "content/y/b.md": b})
    assert article("B").body == "[](a.md) [](a.md#c) [](a.md#c)"
    assert report.links.resolved == 3 and not report.problems


def test_liquid_between_raw_tags_is_text(import_tree):
    text = "{% raw %}{{ page.title | upcase }} {% link b.md %}{% endraw %}\n\n{% if x %}\n"
    report = import_tree({"_config.yml": "", "a.md": text})
    assert article("a").body == "{{ page.title | upcase }} {% link b.md %}\n\n{% if x %}\n"
    message = "The Liquid tag “if” has no equivalent. It stays as text."
    assert problems(report) == [f"a.md:3: {message}"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('[a]({{ "b/c" | relative_url }})', "[a](/b/c)"),
        ("[a]({{'/b' | prepend: site.baseurl | prepend: site.url}})", "[a](/b)"),
        ('{{ "a" | upcase }}', '{{ "a" | upcase }}'),
        ("## A ##\n{: #b}", "## A {#b}\n"),
        ("## C# {: #b}", "## C# {#b}"),
        ("# ## {#b}", "# ## {#b}"),
    ],
)
def test_urls_and_headings_of_jekyll(source, expected):
    assert convert(source, "a.md", 1, is_site=True, has_liquid=True)[0] == expected
