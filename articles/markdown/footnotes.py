"""Footnotes: numbered in the order of their references, shown at the end of the document."""

from collections.abc import Sequence

from articles.markdown.elements import Image
from articles.markdown.escaping import attribute

BACK_ARROW = "↩\ufe0e"  # The variation selector asks for text instead of an emoji.


class Footnotes:
    """The references and the notes of one document so far."""

    def __init__(self, labels: dict[str, str]) -> None:
        self.labels = labels
        self.numbers: dict[str, int] = {}
        self.references: dict[str, int] = {}
        self.notes: dict[str, str] = {}
        self._images: dict[str, Sequence[Image]] = {}

    def add_reference(self, label: str) -> tuple[int, int]:
        """Return the number of the note, and how many references to it there are so far."""
        label = label.casefold()
        self.references[label] = self.references.get(label, 0) + 1
        return self._number(label), self.references[label]

    def _number(self, label: str) -> int:
        return self.numbers.setdefault(label, len(self.numbers) + 1)

    def add(self, label: str, note: str, images: Sequence[Image] = ()) -> None:
        """Add the HTML and the images of a note. The first of several with one label counts."""
        label = label.casefold()
        self.notes.setdefault(label, note)
        self._images.setdefault(label, images)

    def images(self) -> list[Image]:
        """Return the images of all notes in the order of `html`, which must be called first."""
        return [image for label in self.numbers for image in self._images.get(label, ())]

    def html(self) -> str:
        """Return the section of footnotes. Notes without a reference come last."""
        if not self.notes:
            return ""
        for label in self.notes:
            self._number(label)
        name = attribute(self.labels["footnotes"])
        items = "".join(self._item(label, number) for label, number in self.numbers.items())
        return f'<section class="footnotes" aria-label="{name}">\n<ol>\n{items}</ol>\n</section>\n'

    def _item(self, label: str, number: int) -> str:
        note = self.notes.get(label, "")
        back = self._back_links(number, self.references.get(label, 0))
        if note.endswith("</p>\n"):
            note = note.removesuffix("</p>\n") + back + "</p>\n"
        else:
            note += back
        return f'<li id="fn_{number}">{note}</li>\n'

    def _back_links(self, number: int, references: int) -> str:
        """Return a link to each reference, with its number if there are several."""
        return "".join(
            self._back_link(number, occurrence, f"<sup>{occurrence}</sup>" * (references > 1))
            for occurrence in range(1, references + 1)
        )

    def _back_link(self, number: int, occurrence: int, mark: str) -> str:
        label = f"{self.labels['back']} {number}" + (f".{occurrence}" if occurrence > 1 else "")
        href = f"#{reference_id(number, occurrence)}"
        attributes = f'class="footnote-back" href="{href}" aria-label="{attribute(label)}"'
        return f" <a {attributes}>{BACK_ARROW}{mark}</a>"


def reference_id(number: int, occurrence: int) -> str:
    """Return the id of a reference to a note.

    >>> reference_id(1, 1), reference_id(1, 2)
    ('fnref_1', 'fnref_1_2')
    """
    return f"fnref_{number}_{occurrence}" if occurrence > 1 else f"fnref_{number}"
