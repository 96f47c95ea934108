"""Documents of ours, and of a folder that MARKDOWN_DOCUMENTS names, next to cmark-gfm's HTML."""

import os
import re
from pathlib import Path

import pytest

from tests.markdown import gfm

ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT / "fixtures", ROOT / "docs", Path(__file__).parent / "cases"]
if os.environ.get("MARKDOWN_DOCUMENTS"):
    FOLDERS.append(Path(os.environ["MARKDOWN_DOCUMENTS"]))
# Links to articles, which cmark-gfm doesn't know.
WIKILINK = re.compile(r"\[\[(?:[^]|]*\|)?([^]]*)\]\]")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_documents_are_compared_by_kind(folder, capsys):
    count = gfm.compare(folder)
    with capsys.disabled():
        print(f"\n{folder.name}: {gfm.summary(count)}")
    assert count["documents"] > 0


def test_our_articles_differ_in_links_to_articles_only():
    for path in sorted((ROOT / "fixtures").rglob("*.md")):
        source = gfm.body(path.read_text(encoding="utf-8"))
        assert gfm.differences(WIKILINK.sub(r"\1", source)) == [], path.name


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("# A\n\n- *b* `c`\n\n<details>\n<summary>d</summary>\n\ne\n\n</details>", []),
        ("A<!-- b -->c <sub>d</sub> ![e](/f)", []),
        ("[[a]]", ["links"]),
        ("a %%b%%", ["words"]),
        ("<table>c</table>", ["tables"]),
    ],
)
def test_a_difference_is_of_the_kind_that_differs(source, kinds):
    assert gfm.differences(source) == kinds
