"""A seeded generator of articles, and a quick way to fill a database with them.

Lengths are log-normal, as those of many kinds of documents are. Links and tags go to what has
many already (preferential attachment: Barabási and Albert, "Emergence of scaling in random
networks", Science 286, 1999), so that a few articles and tags are used far more than all others.
An article repeats the words that it is about, as real ones do (Church and Gale, "Poisson
mixtures", Natural Language Engineering 1(2), 1995). The words are those of `vocabulary`.
"""

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from django.db import transaction

from articles import derived, editing
from articles.models import Article, ContentVersion, Revision, Status, Tag, Tagging
from articles.models.revision import fingerprint, snapshot
from articles.text import names
from tests.bench.vocabulary import Vocabulary, build_vocabulary

SEED = 20_26
BATCH = 500
START = datetime(2026, 1, 1, tzinfo=UTC)
# Words of an article: the median of the log-normal distribution, the standard deviation of its
# logarithm, and the limits. The mean is about 370.
MEDIAN_LENGTH, LENGTH_SPREAD, SHORTEST, LONGEST = 250, 0.9, 50, 8000
# The share of the words of a text that are of its topic.
TOPIC_SHARE = 0.12
WORDS_PER_LINK, MAX_LINKS, WORDS_PER_EMPHASIS = 60, 80, 100
# The shares of links and tags that go to what is linked or used already.
ATTACHED_LINKS, ATTACHED_TAGS = 0.7, 0.97
FIRST_TAGS = 12


@dataclass(frozen=True)
class Generated:
    """One article: 50 to 8,000 words of Markdown, a link about every 60 words, 3 to 6 tags; every
    other article has a second name."""

    title: str
    aliases: list[str]
    summary: str
    body: str
    tags: list[str]


class Attachment:
    """Chooses things by preferential attachment: one that was chosen before with the probability
    `share`, each as often as it was chosen already, otherwise any."""

    def __init__(self, rng: random.Random, share: float, first: Iterable[int] = ()) -> None:
        self.rng = rng
        self.share = share
        self.chosen = list(first)

    def choose(self, count: int) -> int:
        """Return a number below `count`."""
        if self.chosen and self.rng.random() < self.share:
            number = self.rng.choice(self.chosen)
        else:
            number = self.rng.randrange(count)
        self.chosen.append(number)
        return number


class TakenNames:
    """The names of articles that are not inserted yet, no two alike."""

    def __init__(self) -> None:
        self.keys = {""}

    def add_title(self, title: str, number: int) -> str:
        """Return the title, with the number of its article if it is no name or taken."""
        title = title.strip()[: names.NAME_LENGTH]
        if not self.keys.isdisjoint(_keys(title)):
            # So short that its slug has the number too.
            title = f"{title[:60]} {number}".strip()
        self.keys |= _keys(title)
        return title

    def add_aliases(self, aliases: Iterable[str]) -> list[str]:
        """Return the aliases that are free."""
        free = []
        for alias in aliases:
            if len(alias) <= names.NAME_LENGTH and (key := names.fold(alias)) not in self.keys:
                self.keys.add(key)
                free.append(alias.strip())
        return free


def _keys(title: str) -> set[str]:
    return {names.fold(title), names.fold(names.slug(title))}


def generate(count: int) -> Iterator[Generated]:
    """Yield the same `count` articles each time."""
    rng = random.Random(SEED)
    vocabulary = build_vocabulary(rng)
    titles = _titles(rng, vocabulary, count)
    tags = _titles(rng, vocabulary, FIRST_TAGS + count // 5)
    links = Attachment(rng, ATTACHED_LINKS)
    tagging = Attachment(rng, ATTACHED_TAGS, range(FIRST_TAGS))
    for number, title in enumerate(titles):
        length = math.exp(rng.gauss(math.log(MEDIAN_LENGTH), LENGTH_SPREAD))
        words = _words(rng, vocabulary, title, int(min(max(length, SHORTEST), LONGEST)))
        targets = [
            _target(rng, links.choose(count), titles)
            for _ in range(min(len(words) // WORDS_PER_LINK, MAX_LINKS))
        ]
        yield Generated(
            title=title,
            aliases=_aliases(number, title),
            summary=_sentence(_words(rng, vocabulary, title, rng.randint(8, 18))),
            body=_body(rng, vocabulary, _with_markup(rng, words, targets)),
            tags=sorted({tags[tagging.choose(len(tags))] for _ in range(rng.randint(3, 6))}),
        )


def _titles(rng: random.Random, vocabulary: Vocabulary, count: int) -> list[str]:
    """Return distinct titles of one to four words, half of them names."""
    titles: dict[str, str] = {}
    while len(titles) < count:
        words = vocabulary.draw_content(rng, rng.choice((1, 1, 2, 2, 2, 3, 4)))
        if rng.random() < 0.5:
            words[0] = rng.choice(vocabulary.names)
        title = " of ".join(words) if len(words) == 2 and rng.random() < 0.2 else " ".join(words)
        titles.setdefault(names.fold(title), title[0].upper() + title[1:])
    return list(titles.values())


def _aliases(number: int, title: str) -> list[str]:
    """Return the second name of every other article. No title has a function word first."""
    return [f"The {title}"] if number % 2 else []


def _target(rng: random.Random, number: int, titles: Sequence[str]) -> str:
    """Return a link to an article by one of its names, every other one with a label."""
    title = titles[number]
    name = rng.choice([title, *_aliases(number, title)])
    return f"[[{name}]]" if rng.random() < 0.5 else f"[[{name}|{title.lower()}]]"


def _words(rng: random.Random, vocabulary: Vocabulary, title: str, count: int) -> list[str]:
    """Return words of which some are of a topic: the words of the title and others."""
    words = vocabulary.draw(rng, count)
    topic = [*title.split(), *vocabulary.draw_content(rng, 8 + count // 60)]
    for _ in range(int(count * TOPIC_SHARE)):
        words[int(count * rng.random())] = topic[int(len(topic) * rng.random() ** 2)]
    return words


def _with_markup(rng: random.Random, words: list[str], links: list[str]) -> list[str]:
    """Replace random words by links, and put others in bold or italics."""
    for _ in range(len(words) // WORDS_PER_EMPHASIS):
        position, mark = rng.randrange(len(words)), rng.choice(("*", "**"))
        words[position] = f"{mark}{words[position]}{mark}"
    for link in links:
        words[rng.randrange(len(words))] = link
    return words


def _sentence(words: Sequence[str]) -> str:
    text = " ".join(words)
    return f"{text[0].upper()}{text[1:]}."


def _body(rng: random.Random, vocabulary: Vocabulary, words: list[str]) -> str:
    """Return Markdown: sentences in paragraphs, some of them lists, with headings between."""
    sentences: list[str] = []
    start = 0
    while start < len(words):
        length = max(4, int(rng.gauss(19, 8)))
        sentences.append(_sentence(words[start : start + length]))
        start += length
    parts = []
    for number, first in enumerate(range(0, len(sentences), 5)):
        paragraph = sentences[first : first + 5]
        if number % 3 == 2:
            heading = " ".join(vocabulary.draw_content(rng, rng.randint(1, 3)))
            parts.append(f"## {heading.capitalize()}")
        is_list = number % 6 == 4
        parts.append(
            "\n".join(f"- {item}" for item in paragraph) if is_list else " ".join(paragraph)
        )
    return "\n\n".join(parts) + "\n"


def fill(articles: Iterator[Generated]) -> None:
    """Insert articles into an empty database, with all derived data."""
    number = 0
    while batch := list(islice(articles, BATCH)):
        rows = [_article(item, number + offset) for offset, item in enumerate(batch)]
        insert(rows, [item.tags for item in batch])
        number += len(batch)


def insert_in_batches(articles: Sequence[Article]) -> None:
    """Insert published articles without tags."""
    for start in range(0, len(articles), BATCH):
        batch = articles[start : start + BATCH]
        insert(batch, [[] for _article in batch])


@transaction.atomic
def insert(articles: Sequence[Article], tag_names: Sequence[list[str]]) -> None:
    """Insert unsaved articles, each with its tags, with all derived data and a revision."""
    for article in articles:
        derived.derive(article)
    Article.objects.bulk_create(articles)
    Tagging.objects.bulk_create(
        Tagging(content_object=article, tag=tag, sort_key=article.sort_key)
        for article, names_of_one in zip(articles, tag_names, strict=True)
        for tag in _tags(names_of_one)
    )
    derived.refresh(articles)
    Revision.objects.bulk_create(
        _revision(article, names_of_one)
        for article, names_of_one in zip(articles, tag_names, strict=True)
    )
    ContentVersion.objects.bump()


def _article(item: Generated, number: int) -> Article:
    moment = START + timedelta(minutes=number)
    return Article(
        title=item.title,
        slug=names.slug(item.title),
        aliases=item.aliases,
        summary=item.summary,
        body=item.body,
        status=Status.PUBLISHED,
        created=moment,
        updated=moment,
    )


TAG_CACHE: dict[str, Tag] = {}


def _tags(tag_names: list[str]) -> list[Tag]:
    missing = [name for name in tag_names if names.fold(name) not in TAG_CACHE]
    TAG_CACHE.update({tag.key: tag for tag in editing.get_or_create_tags(missing)})
    return [TAG_CACHE[names.fold(name)] for name in tag_names]


def _revision(article: Article, tag_names: list[str]) -> Revision:
    state = snapshot(article, tag_names)
    mark = fingerprint(state, article.body)
    return Revision(article=article, number=1, fields=state, body=article.body, fingerprint=mark)
