"""Test collections in the format of the SMART system, as Cranfield, CISI, CACM and MEDLINE are
handed out, or in that of NPL: numbered records that end with a slash.

A collection is a folder with one file of documents (its name contains ``.all`` or ``doc-text``),
one of questions (``qry`` or ``query``) and one of relevance judgments (``rel`` or ``rlv``), in
upper or lower case.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

RECORD = re.compile(r"^\.I\s+(\d+)[^\n]*\n", re.MULTILINE)
SLASH = re.compile(r"^\s*/\s*$", re.MULTILINE)
DOCUMENTS, QUESTIONS, JUDGMENTS = (".all", "doc-text"), ("qry", "query"), ("rel", "rlv")
SECTION = re.compile(r"^\.([A-Z])[ \t]*\n", re.MULTILINE)
# Cranfield's grades: 1 is a complete answer, 4 of minimum interest, -1 no answer.
LOWEST_GRADE = 4


@dataclass(frozen=True)
class Document:
    """A document. Its `title` may be empty."""

    number: int
    title: str
    text: str


@dataclass(frozen=True)
class Question:
    """A question, and the grade, above 0, of each document that answers it."""

    text: str
    grades: dict[int, int]


@dataclass(frozen=True)
class Collection:
    """The documents and the judged questions of a folder."""

    name: str
    documents: list[Document]
    questions: list[Question]


def read_collections(folder: Path) -> list[Collection]:
    """Return the collections in the subfolders of a folder, or else the one in it."""
    folders = [path for path in sorted(folder.iterdir()) if list_files(path, *DOCUMENTS)]
    return [read_collection(path) for path in folders or [folder]]


def read_collection(folder: Path) -> Collection:
    """Read a collection. Raise ValueError if one of its files is missing, two documents have the
    same number, or no question has an answer.

    Questions without an answer are left out.
    """
    documents = read_documents(the_file(folder, *DOCUMENTS))
    records = list(read_records(the_file(folder, *QUESTIONS)))
    judged = read_judgments(the_file(folder, *JUDGMENTS))
    numbers = [number for number, _sections in records]
    if not judged.keys() <= set(numbers):
        # The judgments of Cranfield count the questions, whatever their numbers are.
        numbers = list(range(1, len(records) + 1))
    questions = [
        Question(sections["W"], judged[number])
        for number, (_number, sections) in zip(numbers, records, strict=True)
        if number in judged
    ]
    if not questions:
        raise ValueError(f"No question in {folder} has an answer.")
    return Collection(folder.name, documents, questions)


def read_documents(path: Path) -> list[Document]:
    documents = [
        Document(number, sections.get("T", ""), sections.get("W", ""))
        for number, sections in read_records(path)
    ]
    number, count = Counter(document.number for document in documents).most_common(1)[0]
    if count > 1:
        raise ValueError(f"{path} has {count} documents with the number {number}.")
    return documents


def list_files(folder: Path, *parts: str) -> list[Path]:
    """Return the files of a folder whose name has one of `parts`."""
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in files if any(part in path.name.lower() for part in parts)]


def the_file(folder: Path, *parts: str) -> Path:
    """Return the only file of a folder whose name has one of `parts`."""
    files = list_files(folder, *parts)
    if len(files) != 1:
        raise ValueError(
            f"{folder} has {len(files)} files called *{'* or *'.join(parts)}*, not 1."
        )
    return files[0]


def read_records(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number of each record with its sections by letter, the first one of each."""
    text = path.read_text(encoding="latin-1")
    if not RECORD.search(text):
        yield from ((number, {"W": record}) for number, record in read_slashed_records(text))
        return
    _head, *parts = RECORD.split(text)
    for number, record in zip(parts[::2], parts[1::2], strict=True):
        _start, *pairs = SECTION.split(record)
        sections = zip(pairs[-2::-2], pairs[::-2], strict=True)
        yield int(number), {letter: text.strip() for letter, text in sections}


def read_slashed_records(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number of each record of NPL with its text."""
    for record in SLASH.split(text):
        number, *rest = record.split(maxsplit=1)[:2] or [""]
        if number.isdecimal() and rest:
            yield int(number), rest[0].strip()


def read_judgments(path: Path) -> dict[int, dict[int, int]]:
    """Return the grade of each answer, by the number of its question: higher is better, all alike
    in a collection without grades.

    A line has the numbers of a question and a document, and a grade; or, in TREC's format, those
    with a 0 after the first one and 1 for an answer.
    """
    judged: dict[int, dict[int, int]] = {}
    text = path.read_text(encoding="latin-1")
    if SLASH.search(text):
        return {
            number: dict.fromkeys(map(int, record.split()), LOWEST_GRADE + 1)
            for number, record in read_slashed_records(text)
        }
    lines = [line.split() for line in text.splitlines() if line.strip()]
    if all(line[1] == "0" for line in lines):
        lines = [
            [question, document] for question, _zero, document, grade in lines if grade != "0"
        ]
    for question, document, *rest in lines:
        grade = LOWEST_GRADE + 1 - int(rest[0] if rest else 0)
        if 0 < grade <= LOWEST_GRADE + 1:
            judged.setdefault(int(question), {})[int(document)] = grade
    return judged
