"""The only writer of derived rows: stored HTML, names, links and sort keys.

All of it is a pure function of one article's own fields, so it can be thrown away and
rebuilt in any order.
"""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from articles import search
from articles.models import Article, Kind, Link, Name, Tagging
from articles.text import markdown, names

BATCH = 500
DERIVED = ("html", "toc", "text", "words", "sort_key")

# The field of the article that a name of each kind comes from.
FIELD_OF = {
    Kind.TITLE: "title",
    Kind.SLUG: "slug",
    Kind.ALIAS: "aliases",
    Kind.FORMER: "former",
}


class NameTaken(ValidationError):
    """A name that the article wants is another's. `field` is where it comes from."""

    def __init__(self, text: str, kind: Kind, taken: Name) -> None:
        super().__init__(
            _("“%(name)s” is already a name (%(kind)s) of “%(title)s”."),
            code="name_taken",
            params={"name": text, "kind": taken.get_kind_display(), "title": taken.article.title},
        )
        self.field = FIELD_OF[kind]
        self.owner = taken.article


def parse(article: Article) -> markdown.Document:
    """The article's body as the site shows it."""
    return markdown.parse(article.body, language=article.language, media=(settings.MEDIA_URL,))


def derive(article: Article) -> markdown.Document:
    """Set the derived columns of `article`, without saving it."""
    document = parse(article)
    article.html = document.html
    article.text = document.text
    article.words = document.words
    article.toc = [
        {"level": heading.level, "text": heading.text, "anchor": heading.anchor}
        for heading in document.headings
    ]
    article.sort_key = names.sort_key(article.title)
    return document


def names_of(article: Article) -> list[Name]:
    """The names that `article` answers to, one a key."""
    wanted: dict[str, Name] = {}
    for kind, text in article.written_names():
        key = names.fold(text)
        name = Name(article=article, language=article.language, key=key, kind=kind, text=text)
        wanted.setdefault(key, name)
    return list(wanted.values())


def check_names(article: Article) -> None:
    """Raise `NameTaken` if another article has one of the names that `article` wants."""
    _refuse_clash([article], names_of(article))


def claim_names(articles: Sequence[Article]) -> None:
    """Make the names of `articles` what their fields say. Call inside atomic().

    Raises `NameTaken`, before anything is written, if a name is another article's.
    """
    wanted = [name for article in articles for name in names_of(article)]
    existing = {_identity(name): name for name in Name.objects.filter(article__in=articles)}
    vanished = existing.keys() - {_identity(name) for name in wanted}
    new = [name for name in wanted if _identity(name) not in existing]
    if vanished:
        Name.objects.filter(pk__in=[existing[identity].pk for identity in vanished]).delete()
    _insert_names(articles, new)
    _update_names(existing, wanted)


def claim_first_names(article: Article) -> None:
    """`claim_names` for an article that has just been stored for the first time."""
    wanted = names_of(article)
    _refuse_clash([article], wanted)
    Name.objects.bulk_create(wanted)


def _identity(name: Name) -> tuple[int, str, str]:
    return (name.article_id, name.language, name.key)


def _insert_names(articles: Sequence[Article], new: list[Name]) -> None:
    if not new:
        return
    _refuse_clash(articles, new)
    try:
        with transaction.atomic():
            Name.objects.bulk_create(new)
    except IntegrityError:
        _refuse_clash(articles, new)
        raise


def _update_names(existing: dict[tuple[int, str, str], Name], wanted: list[Name]) -> None:
    changed = []
    for name in wanted:
        row = existing.get(_identity(name))
        if row and (row.kind, row.text) != (name.kind, name.text):
            row.kind, row.text = name.kind, name.text
            changed.append(row)
    if changed:
        Name.objects.bulk_update(changed, ["kind", "text"])


def _refuse_clash(articles: Sequence[Article], wanted: list[Name]) -> None:
    claimed: dict[tuple[str, str], Name] = {}
    for name in wanted:
        first = claimed.setdefault((name.language, name.key), name)
        if first is not name:
            raise NameTaken(name.text, Kind(name.kind), first)
    keys = [name.key for name in wanted]
    own = [article.pk for article in articles if article.pk]
    taken = Name.objects.filter(key__in=keys).exclude(article__in=own).select_related("article")
    for other in taken.order_by("key"):
        if mine := claimed.get((other.language, other.key)):
            raise NameTaken(mine.text, Kind(mine.kind), other)


def record_links(documents: Sequence[tuple[Article, markdown.Document]]) -> None:
    """Make the outgoing links of articles what their documents say. Call inside atomic()."""
    wanted = {
        _place(link): link for article, document in documents for link in _links(article, document)
    }
    sources = [article for article, _document in documents]
    existing = {_place(link): link for link in Link.objects.filter(source__in=sources)}
    stale = [link.pk for place, link in existing.items() if place not in wanted]
    if stale:
        Link.objects.filter(pk__in=stale).delete()
    Link.objects.bulk_create(
        [link for place, link in wanted.items() if place not in existing], batch_size=BATCH
    )


def _links(article: Article, document: markdown.Document) -> list[Link]:
    return [
        Link(
            source=article,
            position=position,
            key=link.key,
            name=link.name,
            fragment=link.fragment,
            label=link.label,
            before=link.before,
            after=link.after,
        )
        for position, link in enumerate(document.links)
    ]


def _place(link: Link) -> tuple[object, ...]:
    """What makes two link rows the same."""
    return (
        link.source_id,
        link.position,
        link.key,
        link.name,
        link.fragment,
        link.label,
        link.before,
        link.after,
    )


def refresh(articles: Sequence[Article]) -> None:
    """Make all derived data of `articles` true again. Call inside atomic()."""
    before = [tuple(getattr(article, field) for field in DERIVED) for article in articles]
    documents = [(article, derive(article)) for article in articles]
    changed = [
        article
        for article, old in zip(articles, before, strict=True)
        if tuple(getattr(article, field) for field in DERIVED) != old
    ]
    Article.objects.bulk_update(changed, DERIVED, batch_size=BATCH)
    claim_names(articles)
    record_links(documents)
    sort_taggings(articles)
    search.index(articles)


def sort_taggings(articles: Sequence[Article]) -> None:
    """Repeat the articles' sort keys in their taggings, which a tag's page is ordered by."""
    current = Article.objects.filter(pk=OuterRef("content_object"))
    key = Subquery(current.values("sort_key")[:1])
    taggings = Tagging.objects.filter(content_object__in=articles)
    taggings.exclude(sort_key=key).update(sort_key=key)


def rebuild() -> int:
    """Derive everything again from what was written. Returns the number of articles."""
    count = 0
    for keys in _batches():
        with transaction.atomic():
            articles = list(Article.objects.filter(pk__in=keys))
            refresh(articles)
        count += len(articles)
    return count


def _batches() -> Iterator[list[int]]:
    keys = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))
