"""A place in a text → the sentence around it."""

import re

LIMIT = 240
SIDE = LIMIT // 2
END = re.compile(r"[.!?…؟۔।]+[\"'”’»)\]]*\s+|[。！？]+[」』”’）]*|\n+")


def opening(text: str) -> str:
    """The first sentences of a text, as many as fit into `LIMIT` characters; or its first words.

    >>> opening("One. Two.")
    'One. Two.'
    """
    if len(text) <= LIMIT:
        return text.strip()
    ends = [match.start() + len(match[0].rstrip()) for match in END.finditer(text[:LIMIT])]
    if ends:
        return text[: ends[-1]].strip()
    return f"{text[:LIMIT].rpartition(' ')[0] or text[:LIMIT]} …"


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after ``text[start:end]`` in its sentence.

    Each side has at most `SIDE` characters, cut between words and marked with an ellipsis.

    >>> around("One. Two three four. Five.", 9, 14)
    ('Two ', ' four.')
    """
    return _before(text[max(0, start - SIDE * 2) : start]), _after(text[end : end + SIDE * 2])


def _before(text: str) -> str:
    sentence = END.split(text)[-1].lstrip()
    if len(sentence) <= SIDE:
        return sentence
    kept = sentence[-SIDE:]
    _word, _space, whole = kept.partition(" ")
    return f"… {whole or kept}"


def _after(text: str) -> str:
    match = END.search(text)
    sentence = text[: match.end()].rstrip() if match else text.rstrip()
    if len(sentence) <= SIDE:
        return sentence
    kept = sentence[:SIDE]
    whole, _space, _word = kept.rpartition(" ")
    return f"{whole or kept} …"
