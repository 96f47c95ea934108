"""The only writer of derived rows: stored HTML, names, links and sort keys.

All of it is a pure function of one article's own fields, so it can be thrown away and
rebuilt in any order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from articles import markdown, search
from articles.markdown import urls
from articles.models import Article, ContentVersion, Kind, Link, Name, Tagging
from articles.models.fields import KEY_LENGTH, shortened
from articles.sql import CompiledQuery
from articles.text import names

BATCH = 500
# Fewer than any database takes in one query.
KEYS = 5_000
DERIVED = (
    "html",
    "toc",
    "text",
    "word_count",
    "image_url",
    "image_alt",
    "sort_key",
    "source_key",
)

# An article, and one of its names by language and key.
Identity = tuple[int, str, str]

# What makes two rows of links the same.
LINK_COLUMNS = (
    "source_id",
    "position",
    "key",
    "name",
    "fragment",
    "label",
    "before",
    "after",
)

# The field of the article that a name of each kind comes from.
FIELD_OF = {
    Kind.TITLE: "title",
    Kind.SLUG: "slug",
    Kind.ALIAS: "aliases",
    Kind.FORMER: "former",
}


class NameTaken(ValidationError):
    """A name that the article wants is another's. `field` is where it comes from."""

    def __init__(self, wanted: Name, taken: Name) -> None:
        super().__init__(
            _("“%(name)s” is already a name (%(kind)s) of “%(title)s” (%(slug)s)."),
            code="name_taken",
            params={
                "name": shortened(wanted.text),
                "kind": taken.get_kind_display(),
                "title": taken.article.title,
                "slug": taken.article.slug,
            },
        )
        self.field = FIELD_OF[Kind(wanted.kind)]
        self.owner = taken.article


def parse(article: Article) -> markdown.Document:
    """The article's body as the site shows it."""
    return markdown.parse(article.body, language=article.language, media=(settings.MEDIA_URL,))


def derive(article: Article) -> markdown.Document:
    """Set the derived columns of `article`, without saving it."""
    document = parse(article)
    article.html = document.html
    article.text = document.text
    article.word_count = document.word_count
    article.toc = [asdict(heading) for heading in document.headings]
    article.image_url, article.image_alt = _first_image(document)
    article.sort_key = names.sort_key(article.title)[:KEY_LENGTH]
    article.source_key = names.fold(article.translation_of) or None
    return document


def _first_image(document: markdown.Document) -> tuple[str, str]:
    """URL and alternative text of the first image that the page displays, or empty strings.

    The URL is relative, as in the HTML: only images of the site's own media are displayed.
    """
    displayed = (image for image in document.images if image.displayed)
    image = next(displayed, None)
    return (urls.percent_encode(image.src), image.alt) if image else ("", "")


def names_of(article: Article) -> list[Name]:
    """The names that `article` answers to, one a key."""
    wanted: dict[str, Name] = {}
    for kind, text in article.all_names():
        key = names.fold(text)
        name = Name(article=article, language=article.language, key=key, kind=kind, text=text)
        wanted.setdefault(key, name)
    return list(wanted.values())


def check_names(article: Article) -> None:
    """Raise `NameTaken` if another article has one of the names that `article` wants."""
    _refuse_clash(names_of(article))


def claim_names(articles: Sequence[Article]) -> None:
    """Make the names of `articles` what their fields say. Call inside atomic().

    Raises `NameTaken` if a name is another article's.
    """
    insert_names(release_names(articles))


def claim_free_names(articles: Sequence[Article]) -> list[Name]:
    """`claim_names`, but names that are another article's are given back, not claimed."""
    new = release_names(articles)
    taken = _clashes(new)
    Name.objects.bulk_create([name for name in new if _identity(name) not in taken])
    return [name for name in new if _identity(name) in taken]


def release_names(articles: Sequence[Article]) -> list[Name]:
    """Let go of the names that `articles` have no more. Returns those that they have not yet."""
    wanted = [name for article in articles for name in names_of(article)]
    existing = {_identity(name): name for name in Name.objects.filter(article__in=articles)}
    vanished = existing.keys() - {_identity(name) for name in wanted}
    if vanished:
        Name.objects.filter(pk__in=[existing[identity].pk for identity in vanished]).delete()
    _update_names(existing, wanted)
    return [name for name in wanted if _identity(name) not in existing]


def _identity(name: Name) -> Identity:
    return (name.article_id, name.language, name.key)


def insert_names(new: Sequence[Name]) -> None:
    """Store names that their articles have not got yet. Raises `NameTaken`."""
    if not new:
        return
    _refuse_clash(new)
    try:
        with transaction.atomic():
            Name.objects.bulk_create(new)
    except IntegrityError:
        _refuse_clash(new)
        raise


def _update_names(existing: dict[Identity, Name], wanted: list[Name]) -> None:
    changed = []
    for name in wanted:
        row = existing.get(_identity(name))
        if row and (row.kind, row.text) != (name.kind, name.text):
            row.kind, row.text = name.kind, name.text
            changed.append(row)
    if changed:
        Name.objects.bulk_update(changed, ["kind", "text"])


def _refuse_clash(wanted: Sequence[Name]) -> None:
    taken = _clashes(wanted)
    for name in wanted:
        if other := taken.get(_identity(name)):
            raise NameTaken(name, other)


def _clashes(wanted: Sequence[Name]) -> dict[Identity, Name]:
    """For each of `wanted` that another article has, or that another one wants first: its name."""
    owners: dict[tuple[str, str], Name] = {}
    for start in range(0, len(wanted), KEYS):
        keys = [name.key for name in wanted[start : start + KEYS]]
        for name in Name.objects.filter(key__in=keys).select_related("article"):
            owners[name.language, name.key] = name
    found = {}
    for name in wanted:
        owner = owners.setdefault((name.language, name.key), name)
        if owner.article_id != name.article_id:
            found[_identity(name)] = owner
    return found


def record_links(documents: Sequence[tuple[Article, markdown.Document]]) -> None:
    """Make the outgoing links of articles what their documents say. Call inside atomic()."""
    wanted = dict.fromkeys(
        (article.pk, position, *_written(link))
        for article, document in documents
        for position, link in enumerate(document.links)
    )
    sources = [article.pk for article, _document in documents]
    rows = _links_of.rows(*sources) if len(sources) == 1 else _links(sources)
    existing = {row[:-1]: row[-1] for row in rows}
    stale = [pk for link, pk in existing.items() if link not in wanted]
    if stale:
        Link.objects.filter(pk__in=stale).delete()
    new = [link for link in wanted if link not in existing]
    Link.objects.bulk_create(
        [Link(**dict(zip(LINK_COLUMNS, link, strict=True))) for link in new], batch_size=BATCH
    )


def _links(sources: Sequence[int]) -> Any:
    return Link.objects.filter(source__in=sources).values_list(*LINK_COLUMNS, "pk")


_links_of = CompiledQuery(lambda source, at: _links([source]))


def _written(link: markdown.Link) -> tuple[str, ...]:
    return (link.key, link.name, link.fragment, link.label, link.before, link.after)


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
    search.index_articles(articles)


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
            articles = list(Article.objects.locked(keys))
            refresh(articles)
            ContentVersion.objects.bump()
        count += len(articles)
    return count


def _batches() -> Iterator[list[int]]:
    keys = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))
