"""A place in a text → the sentence around it."""

import re

LIMIT = 240
SIDE = LIMIT // 2
END = re.compile(r"(?:[.!?…؟۔।]+[\"'”’»)\]]*\s+|[。！？]+[」』”’）]*)")


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after ``text[start:end]`` in its sentence.

    Each side has at most `SIDE` characters, cut between words and marked with an ellipsis.

    >>> around("One. Two three four. Five.", 9, 14)
    ('Two ', ' four.')
    """
    return _before(text[max(0, start - SIDE * 2) : start]), _after(text[end : end + SIDE * 2])


def _before(text: str) -> str:
    ends = [match.end() for match in END.finditer(text)]
    sentence = text[ends[-1] :] if ends else text
    if len(sentence) <= SIDE:
        return sentence.lstrip()
    _word, _space, rest = sentence[-SIDE:].partition(" ")
    return f"… {rest}"


def _after(text: str) -> str:
    match = END.search(text)
    sentence = text[: match.end()] if match else text
    if len(sentence) <= SIDE:
        return sentence.rstrip()
    head, _space, _word = sentence[:SIDE].rpartition(" ")
    return f"{head} …"
