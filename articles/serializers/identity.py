"""Which stored row a record stands for: found by names, never by the primary key alone.

Another database, or the same one at another time, gives a primary key to another row. A record
with the key of a row that has other names is refused where records refer to the row by its key
(articles and tags), and gets a new key where none do (synonyms, taggings and revisions).
"""

from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Q

from articles import derived, editing
from articles.models import Article, Name, Revision, Tag, Tagging, TagSynonym
from articles.models.fields import truncate
from articles.serializers.sources import FixtureError, RecordSource
from articles.text import names

NATURAL_KEYS = "Dump with --natural-primary and --natural-foreign, which need no primary keys."
# JSON has milliseconds only.
PRECISION = timedelta(milliseconds=1)


class Unwritten(NamedTuple):
    """The articles of a batch that are not written yet: those that exist by primary key, and the
    languages and keys of all names."""

    articles: dict[int, Article]
    keys: set[tuple[str, str]]


class ArticleMatcher:
    """Matches records of articles with stored articles, with a few queries for each batch.

    Call `read` with the records of a batch, then `match` and `reserve` for each of them in their
    order, and `forget_first` when the oldest batch has been written.
    """

    def __init__(self) -> None:
        self._by_pk: dict[int, Article] = {}
        self._by_slug: dict[str, Article] = {}
        # By language and key, the primary keys of the articles that have the names of a batch.
        self._owners: dict[tuple[str, str], int] = {}
        self._batches: deque[Unwritten] = deque()

    def read(self, records: Sequence[tuple[Article, RecordSource]]) -> None:
        """Read what is stored under the slugs, primary keys and titles of the records."""
        slugs = [article.slug for article, _source in records]
        unidentified = [article for article, source in records if "slug" in source.omitted]
        keys = {names.fold(name) for item in unidentified for name in (item.title, item.slug)}
        owners = Name.objects.filter(key__in=keys).values_list("language", "key", "article")
        self._owners = {(language, key): pk for language, key, pk in owners} if keys else {}
        pks = {*self._owners.values(), *(article.pk for article, _source in records)} - {None}
        rows = Article.objects.defer(*derived.DERIVED)
        stored = list(rows.filter(Q(slug__in=slugs) | Q(pk__in=pks) if pks else Q(slug__in=slugs)))
        self._by_pk = {row.pk: row for row in stored}
        self._by_slug = {row.slug: row for row in stored}
        self._batches.append(Unwritten({}, set()))

    def match(self, article: Article, source: RecordSource) -> Article | None:
        """Return the stored article that a record updates, without its derived columns, or None.

        Sets the primary key of an article that exists. A record without a slug gets the slug of
        the article that has its title, or a free one.
        """
        if "slug" in source.omitted:
            stored = self._with_title(article)
            article.slug = self._current(stored).slug if stored else self._free_slug(article)
        else:
            stored = self._with_slug(article, source)
        article.pk = stored.pk if stored else article.pk
        return stored

    def reserve(self, article: Article) -> None:
        """Remember an article that is not written yet."""
        articles, reserved = self._batches[-1]
        if article.pk:
            articles[article.pk] = article
        keys = article.keys()
        reserved.update((article.language, key) for key in keys)

    def forget_first(self) -> None:
        """Forget the articles of the oldest batch, which are stored by now."""
        self._batches.popleft()

    def _current(self, stored: Article) -> Article:
        """Return the article as its record has it, if that is not written yet."""
        records = (batch.articles.get(stored.pk) for batch in self._batches)
        return next((article for article in records if article), stored)

    def _with_title(self, article: Article) -> Article | None:
        """Return the article with the same title, or with the slug of the title and a name like
        it.

        Other articles with that slug have other titles, such as “Q&A” and “Q/A”.
        """
        key = names.fold(article.title)
        pk = self._owners.get((article.language, key), 0)
        if owner := self._by_pk.get(pk):
            current = self._current(owner)
            if names.fold(current.title) == key or current.slug == article.slug:
                return owner
        return None

    def _free_slug(self, article: Article) -> str:
        slug, language = article.slug, article.language

        def is_reserved(slug: str) -> bool:
            key = language, names.fold(slug)
            return any(key in batch.keys for batch in self._batches)

        if slug in self._by_slug or (language, names.fold(slug)) in self._owners:
            return editing.free_slug(article.title, language, is_reserved=is_reserved)
        if is_reserved(slug):
            return editing.free_slug(article.title, language, is_reserved=is_reserved)
        return slug

    def _with_slug(self, article: Article, source: RecordSource) -> Article | None:
        """Return the article with the slug or the primary key of the record.

        Raises FixtureError if these are two articles, or if the one with that primary key neither
        has nor had the record's slug.
        """
        owner: Article | None = None
        for stored in (self._by_slug.get(article.slug), self._by_pk.get(article.pk or 0)):
            if stored and article.pk and stored.pk != article.pk:
                problem = f"the article “{stored.slug}” has the primary key {stored.pk}."
                raise FixtureError(source.fault("slug", f"{problem} {NATURAL_KEYS}"))
            owner = stored or owner
        if owner and not _share_slug(article, owner):
            problem = f"{owner.pk} is the primary key of “{truncate(owner.title)}” ({owner.slug})."
            raise FixtureError(source.fault("pk", f"{problem} {NATURAL_KEYS}"))
        return owner


def _share_slug(article: Article, stored: Article) -> bool:
    """Whether one of the two has the slug of the other, or had it before."""
    own, other = names.fold(article.slug), names.fold(stored.slug)
    return own in {other, *map(names.fold, stored.former)} or other in map(
        names.fold, article.former
    )


def match_tag(tag: Tag, source: RecordSource) -> Tag | None:
    """Return the stored tag with the name of the record, as its name or synonym, or None.

    Sets the primary key of a tag that exists. Raises FixtureError if the record has another one,
    or that of another tag.
    """
    owner: Tag | None = Tag.objects.resolve([tag.name]).get(names.fold(tag.name))
    if tag.pk and not (owner and owner.pk == tag.pk):
        other = owner or Tag.objects.filter(pk=tag.pk).first()
        if other:
            problem = f"the tag “{other.name}” has the primary key {other.pk}."
            raise FixtureError(source.fault("pk", f"{problem} {NATURAL_KEYS}"))
    tag.pk = owner.pk if owner else tag.pk
    return owner


def match_synonym(synonym: TagSynonym, source: RecordSource) -> None:
    """Set the primary key of a synonym that exists, and no other. Refuse that of another tag.

    It is hidden only if both the stored one and the record are, or the record doesn't tell.
    """
    stored = TagSynonym.objects.filter(key=synonym.key).select_related("tag").first()
    if stored and stored.tag_id != synonym.tag_id:
        raise FixtureError(
            source.fault("name", f"it is a synonym of the tag “{stored.tag.name}” already.")
        )
    synonym.pk = stored.pk if stored else None
    if stored:
        synonym.hidden = stored.hidden and (synonym.hidden or "hidden" in source.omitted)


def match_tagging(tagging: Tagging) -> None:
    """Set the primary key of a tagging that exists, and no other."""
    rows = Tagging.objects.filter(content_object=tagging.content_object_id, tag=tagging.tag_id)
    tagging.pk = rows.values_list("pk", flat=True).first() if tagging.pk else None


def match_revision(revision: Revision) -> bool:
    """Return whether the article has this revision already, under any number.

    If not, the revision gets its own number or, if another revision has that, the one after the
    article's last.
    """
    created = revision.created.replace(microsecond=revision.created.microsecond // 1000 * 1000)
    rows = Revision.objects.filter(article=revision.article_id)
    same_time = Q(created__gte=created, created__lt=created + PRECISION)
    for row in rows.filter(same_time | Q(number=revision.number, editor=revision.editor)):
        if row.has_state(revision.fields, revision.body):
            return True
    numbers = rows.order_by("-number").values_list("number", flat=True)
    if numbers.filter(number=revision.number).exists():
        revision.number = numbers[0] + 1
    revision.pk = None
    return False
