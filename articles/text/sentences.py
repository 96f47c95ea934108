"""Text → its first sentences, or the sentence around a position."""

import re

MAX_LENGTH = 240
SIDE_LENGTH = MAX_LENGTH // 2
# A pattern that begins with a class is faster than one that begins with an assertion: what the
# character in the class is, is asserted behind it.
STOP, WIDE_STOP = ".!?…؟۔।", "。！？"
SENTENCE_END = re.compile(
    rf"[{STOP}{WIDE_STOP}\n]"
    rf"(?:(?<=[{STOP}])(?<![{STOP}][{STOP}])[{STOP}]*+[\"'”’»)\]]*+\s+"
    rf"|(?<=[{WIDE_STOP}])[{WIDE_STOP}]*[」』”’）]*|(?<=\n)\n*)"
)


def first_sentences(text: str) -> str:
    """Return as many sentences as fit into `MAX_LENGTH` characters, or else the first words.

    >>> first_sentences("One. Two.")
    'One. Two.'
    """
    if len(text) <= MAX_LENGTH:
        return text.strip()
    matches = SENTENCE_END.finditer(text[:MAX_LENGTH])
    ends = [match.start() + len(match[0].rstrip()) for match in matches]
    if ends:
        return text[: ends[-1]].strip()
    return f"{first_words(text, MAX_LENGTH)} …"


def first_words(text: str, length: int) -> str:
    """Return the first words of a text, at most `length` characters: fewer words than fit rather
    than a part of one, unless there is no space to cut at.

    >>> first_words("one two three", 9)
    'one two'
    """
    head = text[:length]
    return head.rpartition(" ")[0] or head


def last_words(text: str, length: int) -> str:
    """Return the last words of a text, at most `length` characters.

    >>> last_words("one two three", 9)
    'three'
    """
    tail = text[-length:]
    return tail.partition(" ")[2] or tail


def context(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the rest of the sentence before and after ``text[start:end]``.

    Each side has at most `SIDE_LENGTH` characters, cut between words and marked with an ellipsis.

    >>> context("One. Two three four. Five.", 9, 14)
    ('Two ', ' four.')
    """
    before = text[max(0, start - SIDE_LENGTH * 2) : start]
    return _before(before), _after(text[end : end + SIDE_LENGTH * 2])


def _before(text: str) -> str:
    sentence = SENTENCE_END.split(text)[-1].lstrip()
    if len(sentence) <= SIDE_LENGTH:
        return sentence
    return f"… {last_words(sentence, SIDE_LENGTH)}"


def _after(text: str) -> str:
    match = SENTENCE_END.search(text)
    sentence = text[: match.end()].rstrip() if match else text.rstrip()
    if len(sentence) <= SIDE_LENGTH:
        return sentence
    return f"{first_words(sentence, SIDE_LENGTH)} …"
