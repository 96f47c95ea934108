"""The notes of a page: numbered as they are referred to, gathered at its end."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from articles.markdown.escaping import attribute

if TYPE_CHECKING:
    from articles.markdown.state import Image

BACK = "↩\ufe0e"  # The selector keeps it from being drawn as an emoji.


class Footnotes:
    """What has been referred to and what has been written so far."""

    def __init__(self, words: dict[str, str]) -> None:
        self.words = words
        self.numbers: dict[str, int] = {}
        self.references: dict[str, int] = {}
        self.notes: dict[str, str] = {}
        self._images: dict[str, Sequence[Image]] = {}

    def refer(self, label: str) -> tuple[int, int]:
        """The number of the note, and how many references to it there are by now."""
        label = label.casefold()
        self.references[label] = self.references.get(label, 0) + 1
        return self._number(label), self.references[label]

    def _number(self, label: str) -> int:
        return self.numbers.setdefault(label, len(self.numbers) + 1)

    def add(self, label: str, note: str, images: "Sequence[Image]" = ()) -> None:
        """Store the HTML of a note and its images. Of two with one label the first counts."""
        label = label.casefold()
        self.notes.setdefault(label, note)
        self._images.setdefault(label, images)

    def images(self) -> "list[Image]":
        """The images of all notes in the order in which `html`, called before, shows them."""
        return [image for label in self.numbers for image in self._images.get(label, ())]

    def html(self) -> str:
        """The section at the end of the page; notes that nothing refers to come last."""
        if not self.notes:
            return ""
        for label in self.notes:
            self._number(label)
        name = attribute(self.words["footnotes"])
        items = "".join(self._item(label, number) for label, number in self.numbers.items())
        return f'<section class="footnotes" aria-label="{name}">\n<ol>\n{items}</ol>\n</section>\n'

    def _item(self, label: str, number: int) -> str:
        note = self.notes.get(label, "")
        times = range(1, self.references.get(label, 0) + 1)
        back = "".join(self._back(number, occurrence) for occurrence in times)
        if note.endswith("</p>\n"):
            note = note.removesuffix("</p>\n") + back + "</p>\n"
        else:
            note += back
        return f'<li id="fn_{number}">{note}</li>\n'

    def _back(self, number: int, occurrence: int) -> str:
        label = f"{self.words['back']} {number}" + (f".{occurrence}" if occurrence > 1 else "")
        href = f"#{reference_id(number, occurrence)}"
        return (
            f' <a class="footnote-back" href="{href}" aria-label="{attribute(label)}">{BACK}</a>'
        )


def reference_id(number: int, occurrence: int) -> str:
    """The id of a reference to a note.

    >>> reference_id(1, 1), reference_id(1, 2)
    ('fnref_1', 'fnref_1_2')
    """
    return f"fnref_{number}_{occurrence}" if occurrence > 1 else f"fnref_{number}"
