"""A question and the words of the encyclopedia → the terms that an article has to have."""

import re
from dataclasses import dataclass, field, replace

from articles.search import analysis
from articles.search.lexicon import Lexicon
from articles.search.query import Part, Query
from articles.text import names

SHORTEST_BEGINNING = 2
NO_TAG = re.compile("[^a-z0-9-]")


Row = tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """One word of a question: an article has one of `terms` (the first is the word itself), or
    one of `tags`, or a word that begins with `beginning`."""

    terms: Row
    tags: frozenset[int] = frozenset()
    beginning: str = ""


@dataclass
class Plan:
    """An article has all of `wanted`, all `phrases` (words in a row), nothing of `without`, one
    tag of each of `tagged`, and is in `language` if one is named."""

    wanted: list[Wanted] = field(default_factory=list)
    phrases: list[Row] = field(default_factory=list)
    without: list[Wanted] = field(default_factory=list)
    without_phrases: list[Row] = field(default_factory=list)
    tagged: list[frozenset[int]] = field(default_factory=list)
    language: str = ""
    # Whether one of `wanted` is enough.
    loose: bool = False
    # The newest article, if many are likely to meet the plan.
    newest: int = 0

    @property
    def asks(self) -> bool:
        """Whether there is something that an article has to have."""
        return bool(self.wanted or self.tagged)

    @property
    def terms(self) -> frozenset[str]:
        """All terms that make a word a hit."""
        return frozenset(term for wanted in self.wanted for term in wanted.terms)

    @property
    def beginning(self) -> str:
        return self.wanted[-1].beginning if self.wanted else ""

    @property
    def may_be_loose(self) -> bool:
        return len(self.wanted) > 1 and not self.phrases

    def opened(self) -> "Plan":
        """The same with its last word as the beginning of one, if it does not end a row."""
        if not self.wanted or any(row[-1] in self.wanted[-1].terms for row in self.phrases):
            return self
        *others, last = self.wanted
        beginning = last.terms[0] if len(last.terms[0]) >= SHORTEST_BEGINNING else ""
        return replace(self, wanted=[*others, replace(last, beginning=beginning)])


def plan(query: Query, lexicon: Lexicon, tags: dict[str, int], language: str = "") -> Plan:
    """`tags` are those that the question names, by folded name."""
    # A term may have nothing in it that means something to a database.
    named = language and (NO_TAG.sub("", language.lower()) or "-")
    made = Plan(language=named, newest=lexicon.newest)
    for part in query.parts:
        if part.kind == "tag":
            exact = tags.get(names.fold(part.text))
            tagged = frozenset({exact}) if exact else lexicon.called(part.text)
            if part.without:
                made.without.append(Wanted((), tagged))
            else:
                made.tagged.append(tagged)
        elif part.without:
            _exclude(made, part, lexicon)
        else:
            _require(made, part, lexicon)
    return made


def _require(made: Plan, part: Part, lexicon: Lexicon) -> None:
    rows = [
        (written, analysis.forms(written, "").words)
        for written, _s, _e in analysis.split(part.text)
    ]
    if part.kind == "phrase":
        rows = [("", tuple(word for _written, row in rows for word in row))]
    for written, row in rows:
        if len(row) == 1 and written:
            made.wanted.append(_wanted(written, lexicon))
            continue
        made.wanted += [Wanted((word,)) for word in row]
        if len(row) > 1:
            made.phrases.append(row)


def _exclude(made: Plan, part: Part, lexicon: Lexicon) -> None:
    written = [word for word, _start, _end in analysis.split(part.text)]
    row = tuple(term for word in written for term in analysis.forms(word, "").words)
    if len(row) > 1:
        made.without_phrases.append(row)
    elif part.kind == "phrase":
        made.without.append(Wanted(row))
    elif row:
        made.without.append(_wanted(written[0], lexicon))


def _wanted(written: str, lexicon: Lexicon) -> Wanted:
    terms = lexicon.terms(written)
    return Wanted(terms, lexicon.tagged(terms))
