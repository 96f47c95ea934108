"""Articles with all that Markdown offers: nothing overlaps or is cut off; code can be copied."""

import pytest
from playwright.sync_api import expect

from tests import factories

NAMES = ("one", "two", "three")
BADGES = "\n".join(f"[![{name}](https://a.example/{name}.svg)](/b)" for name in NAMES)
LEVELS = "\n".join("  " * level + f"- Level {level + 1}" for level in range(10))
WIDE = "|" + " Country of origin |" * 12 + "\n|" + "---|" * 12 + "\n|" + " 12,345,678 |" * 12
EVERYTHING = f"""
![one](https://a.example/1.svg)
![two](https://a.example/2.svg)
![three](https://a.example/3.svg)

{BADGES}

The mass $m$ of $E = mc^2$, ==marked==^[An *inline* note.], again[^a], again[^a], and again[^a].

$$\\begin{{cases}}\\frac{{a}}{{b}} & x \\le 0 \\\\ \\sqrt{{c}} & x > 0\\end{{cases}}$$

## Code {{#code}}

```python
def register(name: str) -> None:  # Adds a name.
    print(f"{{name}} is one of {{42}}")
```

```diff
- removed
+ added
```

```mermaid
graph TD; A-->B
```

    plain

!!! warning "An admonition"
    Its text.

    {WIDE.replace(chr(10), chr(10) + "    ")}

::: tip
Another
:::

{LEVELS}

{WIDE}

- [x] Done
- [-] Dropped

![A map](https://a.example/map.png "Caption")

[^a]: A note.
"""
HEBREW = f"""\
- שלום עולם
- C#
- [ ] Python
- שלום
  - Java

## C# {{#c}}

$x$ שלום

{EVERYTHING}"""

OVERLAPS = """() => {
    const prose = document.querySelector(".prose");
    const boxes = [...prose.querySelectorAll(".missing-image")].flatMap((element) =>
        [...element.getClientRects()]);
    const words = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (words.nextNode()) {
        const { parentElement } = words.currentNode;
        const isElsewhere = parentElement.closest(".missing-image, annotation");
        if (isElsewhere || !words.currentNode.data.trim()) continue;
        const range = document.createRange();
        range.selectNodeContents(words.currentNode);
        texts.push(...range.getClientRects());
    }
    const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    return [boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => meet(a, b))).length,
        boxes.flatMap((a) => texts.filter((b) => meet(a, b))).length];
}"""


@pytest.fixture
def everything(live_server):
    factories.article("Everything", body=EVERYTHING, language="en")
    factories.article("הכול", slug="hebrew", body=HEBREW, language="he")
    return {"English": "/articles/everything/", "Hebrew": "/articles/hebrew/"}


def test_axe_finds_nothing_in_any_kind_of_content(open_page, everything, violations, screenshot):
    for name, path in everything.items():
        page = open_page(path)
        assert violations(page) == [], name
        screenshot(page, f"prose-{name}")


@pytest.mark.parametrize("width", [390, 1280])
def test_placeholders_of_images_overlap_neither_text_nor_each_other(open_page, everything, width):
    page = open_page(width=width)
    for path in everything.values():
        page.goto(path)
        assert page.evaluate(OVERLAPS) == [0, 0]


def test_a_row_of_badges_is_a_row_of_small_words(open_page, everything):
    page = open_page(everything["English"], width=390)
    links = [page.get_by_role("link", name=name, exact=True) for name in NAMES]
    boxes = [link.locator(".missing-image").bounding_box() for link in links]
    assert len({round(box["y"]) for box in boxes}) == 1
    assert all(box["height"] < 30 for box in boxes)


def test_the_tenth_level_of_a_list_has_room_for_words_on_a_phone(open_page, everything, overflows):
    for path in everything.values():
        page = open_page(path, width=390)
        item = page.locator("li", has_text="Level 10").last
        assert item.bounding_box()["width"] > 100
        assert not overflows(page)


SIDES = """() => [...document.querySelectorAll(".prose > ul:first-of-type li, .prose h2")].map(
(element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return Math.round(element.getBoundingClientRect().right - range.getBoundingClientRect().right);
})"""


def test_items_and_headings_in_latin_letters_stay_on_the_right_of_a_hebrew_page(
    open_page, everything
):
    page = open_page(everything["Hebrew"], width=800)
    distances = page.evaluate(SIDES)
    assert len(distances) >= 6
    assert max(distances) < 40
    assert page.locator(".prose li[dir]").count() == 0


def test_a_wide_table_is_a_named_region_that_scrolls_by_keyboard_and_shows_it(
    open_page, everything
):
    page = open_page(everything["English"], width=390)
    table = page.get_by_role("region", name="Table 2")
    assert "local, local, scroll, scroll" in table.evaluate(
        "e => getComputedStyle(e).backgroundAttachment"
    )
    table.focus()
    page.keyboard.press("ArrowRight")
    expect(table).not_to_have_js_property("scrollLeft", 0)


def test_three_references_to_a_note_have_distinct_links_back(open_page, everything):
    page = open_page(everything["English"])
    links = page.locator("li", has_text="A note.").locator(".footnote-back")
    assert links.all_inner_texts() == ["↩︎1", "↩︎2", "↩︎3"]
    names = [link.get_attribute("aria-label") for link in links.all()]
    assert len(set(names)) == 3


def test_code_is_copied_by_keyboard_and_the_copying_is_announced(open_page, everything):
    page = open_page(everything["English"], permissions=["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button", name="Copy").first
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("def register(name: str) -> None:  # Adds a name.\n    print(")
    assert page.get_by_role("button", name="Copy", exact=True).count() == 3


def test_without_scripts_there_is_no_button(open_page, everything):
    page = open_page(everything["English"], java_script_enabled=False)
    assert page.locator(".prose pre").count() == 4
    assert page.locator(".prose button").count() == 0


def test_the_language_of_code_is_visible(open_page, everything):
    page = open_page(everything["English"])
    label = "getComputedStyle(e, '::before').content"
    labels = [pre.evaluate(f"e => {label}") for pre in page.locator(".prose pre").all()]
    assert labels == ['"Python"', '"Diff"', '"mermaid"', "none"]


def test_formulas_are_drawn_and_not_read_twice(open_page, everything):
    page = open_page(everything["English"])
    assert page.locator("math").count() == 3
    assert page.locator("math[display=block]").bounding_box()["height"] > 40
    assert not page.locator("annotation").first.is_visible()
