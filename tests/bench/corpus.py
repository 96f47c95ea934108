"""A seeded generator of articles, and a quick way to fill a database with them."""

import random
from collections.abc import Iterator, Sequence
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
    """Yield the same `count` articles each time. A few names and tags are used far more often."""
    rng = random.Random(SEED)
    vocabulary = [_word(rng) for _ in range(4000)]
    article_names = _add_aliases(_titles(rng, vocabulary, count))
    tags = _titles(rng, vocabulary, TAGS)
    for title, *aliases in article_names:
        yield Generated(
            title=title,
            aliases=aliases,
            summary=_sentence(rng, vocabulary),
            body=_body(rng, vocabulary, article_names),
            tags=sorted({tags[_popular(rng, TAGS)] for _ in range(rng.randint(3, 6))}),
        )


def _word(rng: random.Random) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(1, 4)))


def _titles(rng: random.Random, vocabulary: list[str], count: int) -> list[str]:
    titles: dict[str, str] = {}
    while len(titles) < count:
        title = " ".join(rng.choices(vocabulary, k=rng.randint(2, 4))).capitalize()
        titles.setdefault(names.fold(title), title)
    return list(titles.values())


def _add_aliases(titles: list[str]) -> list[list[str]]:
    """Return the names of each article. “Old” is no word of the vocabulary."""
    return [
        [title, f"Old {title.lower()}"] if number % 2 else [title]
        for number, title in enumerate(titles)
    ]


def _popular(rng: random.Random, count: int) -> int:
    """Return a random index below `count`, lower ones more often (a cubic distribution)."""
    return min(int(count * rng.random() ** 3), count - 1)


def _sentence(rng: random.Random, vocabulary: list[str]) -> str:
    words = (vocabulary[_popular(rng, len(vocabulary))] for _ in range(rng.randint(8, 18)))
    return " ".join(words).capitalize() + "."


def _body(rng: random.Random, vocabulary: list[str], article_names: list[list[str]]) -> str:
    length, word_count = rng.randint(400, 900), 0
    sentences = []
    while word_count < length:
        sentences.append(_sentence(rng, vocabulary))
        word_count += sentences[-1].count(" ") + 1
    for position in rng.sample(range(len(sentences)), rng.randint(5, 10)):
        target = rng.choice(article_names[_popular(rng, len(article_names))])
        link = f"[[{target}]]" if rng.random() < 0.5 else f"[[{target}|these words]]"
        sentences[position] = f"{sentences[position][:-1]} {link}."
    paragraphs = [sentences[start : start + 5] for start in range(0, len(sentences), 5)]
    parts = []
    for number, paragraph in enumerate(paragraphs):
        if number % 3 == 2:
            parts.append(f"## {rng.choice(vocabulary).capitalize()} {number}")
        parts.append(" ".join(paragraph))
    return "\n\n".join(parts) + "\n"


def fill(count: int) -> None:
    """Insert `count` articles into an empty database, with all derived data."""
    batch: list[Generated] = []
    for number, generated in enumerate(generate(count), 1):
        batch.append(generated)
        if len(batch) == BATCH or number == count:
            first = number - len(batch)
            articles = [_article(item, first + offset) for offset, item in enumerate(batch)]
            insert(articles, [item.tags for item in batch])
            batch = []


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
    tags = {tag.name: tag for names_of_one in tag_names for tag in _tags(names_of_one)}
    Tagging.objects.bulk_create(
        Tagging(content_object=article, tag=tags[name], sort_key=article.sort_key)
        for article, names_of_one in zip(articles, tag_names, strict=True)
        for name in names_of_one
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
    missing = [name for name in tag_names if name not in TAG_CACHE]
    TAG_CACHE.update({tag.name: tag for tag in editing.get_or_create_tags(missing)})
    return [TAG_CACHE[name] for name in tag_names]


def _revision(article: Article, tag_names: list[str]) -> Revision:
    state = snapshot(article, tag_names)
    mark = fingerprint(state, article.body)
    return Revision(article=article, number=1, fields=state, body=article.body, fingerprint=mark)
