"""The only writer of derived data: stored HTML, names, links, sort keys.

All of it is a pure function of one article's own fields, so `refresh` can derive it again at any
time. Whatever writes content writes in this order, in one transaction:

1. the article with its derived columns (`derive`),
2. names, links and taggings (`write_relations`), which refer to the article,
3. search rows and the revision (`complete_write`), which sum up the rest,
4. the content version, once and last (`ContentVersion.objects.bump`): its row is the same for all
   writers, who wait for each other from there on.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict
from itertools import chain
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from articles import derivation, fingerprints, markdown, search
from articles.derivation import Derivation, Source
from articles.markdown import urls
from articles.models import Article, ContentVersion, Kind, Link, Name, Tagging
from articles.models.fields import truncate
from articles.sql import chunks, fetch, insert_rows, placeholders
from articles.text import names

BATCH = 500
FINGERPRINTS: tuple[str, ...] = ("derived_by", "derived_from")
DERIVED: tuple[str, ...] = (
    "html",
    "toc",
    "text",
    "word_count",
    "image_url",
    "image_alt",
    "sort_key",
    "source_key",
    *FINGERPRINTS,
)

# An article's primary key, with language and key of one of its names.
Identity = tuple[int, str, str]
# An article with the document that its body was parsed into.
Parsed = tuple[Article, markdown.Document]
Result = TypeVar("Result")

# Two links are equal if these columns are.
LINK_COLUMNS = (
    "source_id",
    "position",
    "key",
    "path",
    "name",
    "fragment",
    "label",
    "label_key",
    "before",
    "after",
)

NAME_COLUMNS = ("key", "language", "kind", "text", "article_id")

# The field of the article that a name of each kind comes from.
FIELD_OF = {
    Kind.TITLE: "title",
    Kind.SLUG: "slug",
    Kind.ALIAS: "aliases",
    Kind.FORMER: "former",
    Kind.HIDDEN: "former",
}


class NameTaken(ValidationError):
    """The `name` of an article, from `field`, is `taken`: a name of another one, the `owner`."""

    def __init__(self, name: Name, taken: Name) -> None:
        super().__init__(
            _("“%(name)s” is already a name (%(kind)s) of “%(title)s” (%(slug)s)."),
            code="name_taken",
            params={
                "name": truncate(name.text),
                "kind": taken.get_kind_display(),
                "title": taken.article.title,
                "slug": taken.article.slug,
            },
        )
        self.name = name
        self.taken = taken
        self.field = FIELD_OF[Kind(name.kind)]
        self.owner = taken.article


def parse(article: Article) -> markdown.Document:
    """Return the article's body as a document, with the images that the site may display."""
    return markdown.parse(
        article.body,
        title=article.title,
        language=article.language,
        media=settings.IMAGE_URLS,
        hosts=settings.ALLOWED_HOSTS,
    )


def derive(article: Article) -> markdown.Document:
    """Set the derived columns of `article`, without saving it."""
    return set_columns(article, parse(article))


def set_columns(article: Article, document: markdown.Document) -> markdown.Document:
    """Set the derived columns of `article`, whose body was parsed into `document`."""
    article.html = document.html
    article.text = document.text
    article.word_count = document.word_count
    article.toc = [asdict(heading) for heading in document.headings]
    article.image_url, article.image_alt = _first_image(document)
    article.sort_key = names.sort_key(article.title)[: names.KEY_LENGTH]
    article.source_key = names.fold(article.translation_of) or None
    fingerprints.stamp(article)
    return document


def _first_image(document: markdown.Document) -> tuple[str, str]:
    """URL and alternative text of the first image that the page displays, or empty strings.

    The URL is that of the HTML: relative, unless the image is on one of `REMOTE_IMAGES`.
    """
    displayed = (image for image in document.images if image.displayed)
    image = next(displayed, None)
    return (urls.percent_encode(image.src), image.alt) if image else ("", "")


def build_names(article: Article) -> list[Name]:
    """Return the names of `article` as rows, not saved yet, one for each key."""
    by_key: dict[str, Name] = {}
    for kind, text in article.all_names():
        key = names.fold(text)
        name = Name(article=article, language=article.language, key=key, kind=kind, text=text)
        by_key.setdefault(key, name)
    return list(by_key.values())


def check_names(article: Article) -> None:
    """Raise `NameTaken` if another article has one of the names of `article`."""
    _refuse_conflict(build_names(article))


def claim_names(articles: Sequence[Article]) -> None:
    """Make the stored names of `articles` those of their fields. Call inside atomic().

    Raises `NameTaken` for a name of another article.
    """
    insert_names(release_names(articles))


def claim_new_names(articles: Sequence[Article]) -> None:
    """Like `claim_names`, for articles that have just been created and have no names yet."""
    insert_names(_new_names(articles))


def claim_free_names(articles: Sequence[Article], inserted: Collection[int] = ()) -> list[Name]:
    """Like `claim_names`, but return names of other articles instead of raising `NameTaken`.

    `inserted` are the primary keys of articles that have just been created and have no names yet.
    """
    new = release_names(articles, inserted)
    conflicts = _conflicts(new)
    _insert_names([name for name in new if _identity(name) not in conflicts])
    return [name for name in new if _identity(name) in conflicts]


def conflicting_names(articles: Sequence[Article]) -> list[Name]:
    """Return the names of `articles` that belong to other articles, without writing any."""
    current = _new_names(articles)
    conflicts = _conflicts(current)
    return [name for name in current if _identity(name) in conflicts]


def release_names(articles: Sequence[Article], inserted: Collection[int] = ()) -> list[Name]:
    """Delete stored names that `articles` no longer have and update those that they keep.

    Returns the names that are not stored yet. `inserted` are as in `claim_free_names`.
    """
    current = _new_names(articles)
    stored = [article.pk for article in articles if article.pk not in inserted]
    existing = {_identity(name): name for name in Name.objects.filter(article__in=stored)}
    stale = existing.keys() - {_identity(name) for name in current}
    if stale:
        Name.objects.filter(pk__in=[existing[identity].pk for identity in stale]).delete()
    _update_names(existing, current)
    return [name for name in current if _identity(name) not in existing]


def _new_names(articles: Sequence[Article]) -> list[Name]:
    """Return the names of `articles` as rows, not saved yet.

    Sorted, so that two transactions that store the same names can't deadlock.
    """
    return sorted(chain.from_iterable(map(build_names, articles)), key=_lock_order)


def _identity(name: Name) -> Identity:
    return (name.article_id, name.language, name.key)


def _lock_order(name: Name) -> tuple[str, str]:
    return (name.key, name.language)


def insert_names(new: Sequence[Name]) -> None:
    """Store names that are not stored yet. Raises `NameTaken` for one of another article."""
    if not new:
        return
    _refuse_conflict(new)
    try:
        with transaction.atomic():
            _insert_names(new)
    except IntegrityError:
        # Another transaction has stored one of the names since the check.
        _refuse_conflict(new)
        raise


def _insert_names(new: Sequence[Name]) -> None:
    rows = [[getattr(name, column) for column in NAME_COLUMNS] for name in new]
    insert_rows(Name, NAME_COLUMNS, rows)


def _update_names(existing: dict[Identity, Name], current: list[Name]) -> None:
    changed = []
    for name in current:
        row = existing.get(_identity(name))
        if row and (row.kind, row.text) != (name.kind, name.text):
            row.kind, row.text = name.kind, name.text
            changed.append(row)
    if changed:
        Name.objects.bulk_update(changed, ["kind", "text"])


def _refuse_conflict(new: Sequence[Name]) -> None:
    conflicts = _conflicts(new)
    for name in new:
        if conflict := conflicts.get(_identity(name)):
            raise NameTaken(name, conflict)


def _conflicts(new: Sequence[Name]) -> dict[Identity, Name]:
    """Return the names among `new` that belong to another article, stored or earlier in `new`.

    Maps the identity of each to the name of its owner.
    """
    owners: dict[tuple[str, str], Name] = {}
    for keys in chunks([name.key for name in new]):
        for name in Name.objects.filter(key__in=keys):
            owners[name.language, name.key] = name
    conflicts = {}
    for name in new:
        owner = owners.setdefault((name.language, name.key), name)
        if owner.article_id != name.article_id:
            conflicts[_identity(name)] = owner
    return conflicts


def record_links(parsed: Sequence[Parsed], inserted: Collection[int] = ()) -> None:
    """Make the stored links of articles those of their documents. Call inside atomic().

    `inserted` are the primary keys of articles that have just been created and have no links yet.
    """
    current = dict.fromkeys(
        (article.pk, position, *row)
        for article, document in parsed
        for position, row in enumerate(chain.from_iterable(map(_link_rows, document.links)))
    )
    stored = [article.pk for article, _document in parsed if article.pk not in inserted]
    existing = _stored_links(stored) if stored else {}
    stale = [pk for link, pk in existing.items() if link not in current]
    if stale:
        Link.objects.filter(pk__in=stale).delete()
    new = [link for link in current if link not in existing]
    insert_rows(Link, LINK_COLUMNS, new)


def _stored_links(sources: list[int]) -> dict[tuple[Any, ...], int]:
    """Return the primary keys of the links from `sources`, by the values of `LINK_COLUMNS`."""
    columns = ", ".join(f'"{column}"' for column in (*LINK_COLUMNS, "id"))
    condition = f"source_id IN ({placeholders(sources)})"
    rows = fetch(f"SELECT {columns} FROM articles_link WHERE {condition}", sources)
    return {tuple(row[:-1]): row[-1] for row in rows}


def _link_rows(link: markdown.Link) -> Iterator[tuple[str, ...]]:
    """Yield the row of a link, or both rows of a link by a path: see `Link.path`."""
    names_of_row = [(link.key, link.last_key and link.key, link.name)]
    if link.last_key:
        names_of_row.append((link.last_key, link.key, link.last_name))
    for key, path, name in names_of_row:
        label = (link.label, _label_key(link.label, key))
        yield (key, path, name, link.fragment, *label, link.before, link.after)


def _label_key(label: str, key: str) -> str:
    """Return the key of the label of a link by the name with `key`: see `Link.label_key`."""
    folded = names.fold(label) if len(label) <= names.NAME_LENGTH else ""
    return folded if folded != key and len(folded) <= names.KEY_LENGTH else ""


def copy_sort_keys(articles: Sequence[Article]) -> None:
    """Copy the articles' sort keys into their taggings, which order the pages of tags."""
    current = Article.objects.filter(pk=OuterRef("content_object"))
    key = Subquery(current.values("sort_key")[:1])
    taggings = Tagging.objects.filter(content_object__in=articles)
    taggings.exclude(sort_key=key).update(sort_key=key)


def write_relations(
    parsed: Sequence[Parsed],
    *,
    claim: Callable[[Sequence[Article]], None] | None = claim_names,
    tag: Callable[[Sequence[Article]], None] = copy_sort_keys,
    inserted: Collection[int] = (),
) -> None:
    """Write the names, links and taggings of articles whose derived columns are stored.

    `claim` writes the names, None if they have not changed; `tag` writes the taggings. `inserted`
    are the primary keys of articles that have just been created. Call inside atomic(), and
    `complete_write` afterwards.
    """
    articles = [article for article, _document in parsed]
    if claim:
        claim(articles)
    record_links(parsed, inserted)
    tag(articles)


def complete_write(
    articles: Sequence[Article],
    *,
    index: Callable[[Sequence[Article]], None] = search.index_articles,
    record: Callable[[Sequence[Article]], Result],
) -> Result:
    """Write the search rows of articles, and what `record` stores.

    Returns what `record` returns. Call inside the transaction of `write_relations`, which ends
    with a new content version.
    """
    index(articles)
    return record(articles)


def refresh(
    articles: Sequence[Article], derivations: Sequence[Derivation] | None = None
) -> list[Name]:
    """Derive all data of `articles` again and write what has changed. Call inside atomic().

    `derivations` are what is derived from them, if that was computed before. Returns the names
    that belong to other articles.
    """
    if derivations is None:
        derivations = derivation.derive(list(map(Source.of, articles)))
    analyzed = [each.analyzed for each in derivations]
    before = [_columns(article) for article in articles]
    parsed = [
        (article, set_columns(article, each.document))
        for article, each in zip(articles, derivations, strict=True)
    ]
    _update_columns(articles, before)
    conflicts: list[Name] = []
    write_relations(parsed, claim=lambda rows: conflicts.extend(claim_free_names(rows)))
    complete_write(
        articles,
        index=lambda rows: search.index_articles(rows, lambda _fields: analyzed),
        record=lambda _rows: None,  # Content is the same, so there is no revision.
    )
    ContentVersion.objects.bump()
    return conflicts


def _columns(article: Article) -> dict[str, Any]:
    return {column: getattr(article, column) for column in DERIVED}


def _update_columns(articles: Sequence[Article], before: Sequence[dict[str, Any]]) -> None:
    """Write the derived columns of articles in which they differ from `before`; often these are
    only the fingerprints."""
    changed: dict[tuple[str, ...], list[Article]] = {DERIVED: [], FINGERPRINTS: []}
    for article, stored in zip(articles, before, strict=True):
        different = {name for name, value in _columns(article).items() if value != stored[name]}
        if different:
            columns = FINGERPRINTS if different <= {*FINGERPRINTS} else DERIVED
            changed[columns].append(article)
    for columns, rows in changed.items():
        Article.objects.bulk_update(rows, columns, batch_size=BATCH)
