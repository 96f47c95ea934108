"""A seeded generator of articles, and a quick way to fill a database with them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from articles import derived, editing
from articles.models import Article, ContentVersion, Revision, Status, Tag, Tagging
from articles.models.revision import fingerprint, snapshot
from articles.text import names

SEED = 20_26
TAGS = 200
BATCH = 500
START = datetime(2026, 1, 1, tzinfo=UTC)
SYLLABLES = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "is")]


@dataclass(frozen=True)
class Generated:
    """One article of the corpus: 400 to 900 words, 5 to 10 links, 3 to 6 tags; every other one
    has a second name."""

    title: str
    aliases: list[str]
    summary: str
    body: str
    tags: list[str]


def generate(count: int) -> Iterator[Generated]:
    """The same `count` articles each time. Some names and tags are far more popular than most."""
    chance = random.Random(SEED)
    vocabulary = [_word(chance) for _ in range(4000)]
    called = _called(_titles(chance, vocabulary, count))
    tags = _titles(chance, vocabulary, TAGS)
    for title, *aliases in called:
        yield Generated(
            title=title,
            aliases=aliases,
            summary=_sentence(chance, vocabulary),
            body=_body(chance, vocabulary, called),
            tags=sorted({tags[_popular(chance, TAGS)] for _ in range(chance.randint(3, 6))}),
        )


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(1, 4)))


def _titles(chance: random.Random, vocabulary: list[str], count: int) -> list[str]:
    found: dict[str, str] = {}
    while len(found) < count:
        title = " ".join(chance.choices(vocabulary, k=chance.randint(2, 4))).capitalize()
        found.setdefault(names.fold(title), title)
    return list(found.values())


def _called(titles: list[str]) -> list[list[str]]:
    """The names of each article. No word of the vocabulary is “old”."""
    return [
        [title, f"Old {title.lower()}"] if place % 2 else [title]
        for place, title in enumerate(titles)
    ]


def _popular(chance: random.Random, count: int) -> int:
    """An index below `count`; the first ones come up most."""
    return min(int(count * chance.random() ** 3), count - 1)


def _sentence(chance: random.Random, vocabulary: list[str]) -> str:
    words = (vocabulary[_popular(chance, len(vocabulary))] for _ in range(chance.randint(8, 18)))
    return " ".join(words).capitalize() + "."


def _body(chance: random.Random, vocabulary: list[str], called: list[list[str]]) -> str:
    wanted, written = chance.randint(400, 900), 0
    sentences = []
    while written < wanted:
        sentences.append(_sentence(chance, vocabulary))
        written += sentences[-1].count(" ") + 1
    for place in chance.sample(range(len(sentences)), chance.randint(5, 10)):
        target = chance.choice(called[_popular(chance, len(called))])
        link = f"[[{target}]]" if chance.random() < 0.5 else f"[[{target}|these words]]"
        sentences[place] = f"{sentences[place][:-1]} {link}."
    paragraphs = [sentences[start : start + 5] for start in range(0, len(sentences), 5)]
    parts = []
    for number, paragraph in enumerate(paragraphs):
        if number % 3 == 2:
            parts.append(f"## {chance.choice(vocabulary).capitalize()} {number}")
        parts.append(" ".join(paragraph))
    return "\n\n".join(parts) + "\n"


def fill(count: int) -> None:
    """Put `count` articles into an empty database, with all that is derived from them."""
    batch: list[Generated] = []
    for number, generated in enumerate(generate(count), 1):
        batch.append(generated)
        if len(batch) == BATCH or number == count:
            _insert(batch, number - len(batch))
            batch = []


@transaction.atomic
def _insert(batch: list[Generated], first: int) -> None:
    articles = [_article(item, first + offset) for offset, item in enumerate(batch)]
    for article in articles:
        derived.derive(article)
    Article.objects.bulk_create(articles)
    tags = {tag.name: tag for item in batch for tag in _tags(item.tags)}
    Tagging.objects.bulk_create(
        Tagging(content_object=article, tag=tags[name], sort_key=article.sort_key)
        for article, item in zip(articles, batch, strict=True)
        for name in item.tags
    )
    derived.refresh(articles)
    Revision.objects.bulk_create(
        _revision(article, item) for article, item in zip(articles, batch, strict=True)
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


KNOWN: dict[str, Tag] = {}


def _tags(wanted: list[str]) -> list[Tag]:
    missing = [name for name in wanted if name not in KNOWN]
    KNOWN.update({tag.name: tag for tag in editing.get_or_create_tags(missing)})
    return [KNOWN[name] for name in wanted]


def _revision(article: Article, item: Generated) -> Revision:
    state = snapshot(article, item.tags)
    mark = fingerprint(state, article.body)
    return Revision(article=article, number=1, fields=state, body=article.body, fingerprint=mark)
