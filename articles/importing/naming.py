"""Documents → titles, slugs and aliases that no other article has.

A name that two documents claim belongs to the one whose article has it, then to one that was
imported before, then to the one in the fewest folders, then to the first by path. The other one
has its folder in its title.
"""

import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.importing.documents import Problem, SourceDocument
from articles.importing.trees import extension
from articles.models import Article, Name
from articles.models.fields import SLUG_LENGTH, truncate, validate_name
from articles.models.name import Kind
from articles.sql import chunks, fetch, placeholders
from articles.text import names

# Queries for many values: Django takes longer to prepare these than the database to find them.
STORED_NAMES = 'SELECT language, "key", kind, article_id FROM articles_name WHERE "key" IN ({})'
STORED_SLUGS = "SELECT slug, id FROM articles_article WHERE slug IN ({})"
# What links are made of, and what stands for it in a name.
REPLACEMENTS = str.maketrans({"[": "(", "]": ")", "|": "-", "\n": " ", "\t": " ", "\r": " "})
SHARP = re.compile(r"^#+|#(?=[^#])")
# Characters that a title leaves for a folder or a number.
SUFFIX_LENGTH = 60


@dataclass(slots=True)
class Entry:
    """A document with the names that its article gets, without its body. `pk` is the article that
    it became earlier; one that `is_fixed` keeps the names that it has."""

    path: str
    source_title: str
    language: str
    name: str
    urls: tuple[str, ...]
    # A valid slug or none, and the one that is made of the title.
    requested_slug: str
    title_slug: str
    requested_aliases: tuple[str, ...]
    # The keys of the title, of the name, and of the aliases.
    source_keys: tuple[str, ...]
    # A hash of the text, empty without one.
    text_digest: bytes = b""
    pk: int | None = None
    is_fixed: bool = False
    # The article was deleted here, and is not imported again.
    is_deleted: bool = False
    # The title, the aliases and the language of the article that it became earlier.
    stored_names: tuple[str, Sequence[str]] = ("", ())
    stored_language: str = ""
    title: str = ""
    slug: str = ""
    aliases: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, document: SourceDocument, language: str) -> "Entry":
        name = clean_name(document.name)
        title = clean_name(document.title) or name or clean_name(document.path)
        aliases = tuple(filter(None, map(clean_name, document.aliases)))
        slug = document.slug if names.is_slug(document.slug, SLUG_LENGTH) else ""
        return cls(
            path=document.path,
            source_title=title,
            language=language,
            name=name,
            urls=document.urls,
            # Mostly the same one, which takes memory once.
            requested_slug=sys.intern(slug),
            title_slug=sys.intern(names.slug(title)),
            requested_aliases=aliases,
            source_keys=tuple(map(_key, (title, name, *aliases))),
            text_digest=text_digest(document.body),
        )

    @property
    def title_key(self) -> str:
        """The key of the title that the document has in the source."""
        return self.source_keys[0]

    @property
    def name_key(self) -> str:
        return self.source_keys[1]

    @property
    def alias_keys(self) -> tuple[str, ...]:
        return self.source_keys[2:]

    def name_keys(self) -> list[str]:
        """Return the keys of the names that it has here."""
        return [names.fold(name) for name in (self.title, self.slug, *self.aliases)]

    def has_stored_names(self) -> bool:
        """Whether title and aliases are those that its article has already."""
        title, aliases = self.stored_names
        return (title, tuple(aliases)) == (self.title, self.aliases)


def text_digest(body: str) -> bytes:
    """Return a hash of a text without the white space around it; of an empty one, no bytes."""
    text = body.strip()
    return hashlib.blake2b(text.encode(), digest_size=16).digest() if text else b""


def clean_name(text: str) -> str:
    """Return a name without what can't be linked to, on one line and cut to its maximum length.

    >>> clean_name("#5 [draft] | a"), clean_name("C#")
    ('5 (draft) - a', 'C#')
    """
    text = " ".join(SHARP.sub("", text.translate(REPLACEMENTS)).split())[: names.NAME_LENGTH]
    try:
        validate_name(text)
    except ValidationError:
        return ""
    return text


def _key(text: str) -> str:
    """Return the key of a name. The plan, the index of links and the entries share one string."""
    return sys.intern(names.fold(text))


class NamePlan:
    """The names of all documents of one import. Call inside atomic(), with articles locked."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        # By language and key, the index of the document that claims it; -1 for other articles.
        self._owners: dict[str, dict[str, int]] = {}
        # The first of them, of keys that documents in several languages claim.
        self._first_owners: dict[str, int] = {}
        self._slugs: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._stored_slugs: dict[tuple[str, str], int] = {}
        self._read_stored()
        order = sorted(range(len(entries)), key=self._precedence)
        order = [index for index in order if not entries[index].is_deleted]
        fixed = [index for index in order if entries[index].is_fixed]
        planned = [index for index in order if not entries[index].is_fixed]
        for index in fixed:
            for key in entries[index].name_keys():
                self._claim(index, key)
        for index in planned:
            self._check_language(index)
        # Slugs that articles have already stay, and are names of them: by language and key.
        self._stored_slugs |= {
            (entries[index].language, names.fold(entries[index].slug)): index
            for index in planned
            if entries[index].slug
        }
        for index in planned:
            self._choose_title(index)
        for index in planned:
            self._choose_slug(index)
        for index in planned:
            if entries[index].pk is not None:
                self._reserve_aliases(index)
        for index in planned:
            self._add_alias(index, entries[index].name, entries[index].name_key)
        for index in planned:
            self._add_aliases(index)
            self._add_path(index)
        # Links are resolved without them, and a large import needs the memory.
        for unused in (self._slugs, self._numbers, self._stored_slugs):
            unused.clear()

    def owner(self, key: str, language: str) -> int | None:
        """Return the index of the document to which a link by a name leads, -1 for another
        article, None if none has the name."""
        owner = self._owners.get(language, {}).get(key)
        return self._any_owner(key) if owner is None else owner

    def _any_owner(self, key: str) -> int | None:
        if key in self._first_owners:
            return self._first_owners[key]
        owners = (owners[key] for owners in self._owners.values() if key in owners)
        return next(owners, None)

    def _set_owner(self, language: str, key: str, index: int) -> None:
        first = self._any_owner(key)
        owners = self._owners.setdefault(language, {})
        if first is not None and key not in owners:
            self._first_owners.setdefault(key, first)
        owners.setdefault(key, index)

    def _precedence(self, index: int) -> tuple[bool, bool, int, str]:
        entry = self.entries[index]
        stored = entry.stored_names[0]
        has_title = bool(stored) and names.fold(stored) == entry.title_key
        return entry.pk is None, not has_title, entry.path.count("/"), entry.path

    def _read_stored(self) -> None:
        """Reserve the names of articles that are not written, and former names of all."""
        imported = {entry.pk: index for index, entry in enumerate(self.entries) if entry.pk}
        updated = {pk for pk, index in imported.items() if not self.entries[index].is_fixed}
        keys: set[str] = set()
        slugs: set[str] = set()
        for entry in self.entries:
            own = entry.title_slug, entry.requested_slug
            slugs.update(own)
            keys.update(entry.source_keys, map(names.fold, {*own, entry.slug}))
        for batch in chunks(sorted(keys)):
            for language, key, kind, pk in fetch(STORED_NAMES.format(placeholders(batch)), batch):
                # Former names stay: a document can't give them up.
                if pk not in updated or kind in (Kind.FORMER, Kind.HIDDEN):
                    self._set_owner(language, key, imported.get(pk, -1))
        for batch in chunks(sorted(slugs)):
            rows = fetch(STORED_SLUGS.format(placeholders(batch)), batch)
            self._slugs.update(slug for slug, pk in rows if pk not in updated)

    def _is_free(self, index: int, key: str) -> bool:
        language = self.entries[index].language
        owner = self._owners.get(language, {}).get(key, index)
        return owner == index and self._stored_slugs.get((language, key), index) == index

    def _check_language(self, index: int) -> None:
        """Let an article keep its language if its slug is a name of another one in the new one."""
        entry = self.entries[index]
        if (
            entry.slug
            and entry.language != entry.stored_language
            and not self._is_free(index, names.fold(entry.slug))
        ):
            message = _(
                "Its language stays “%(language)s”: another article has the name “%(name)s”."
            )
            values = {"name": entry.slug, "language": entry.stored_language}
            entry.problems += (Problem(entry.path, 0, message % values),)
            entry.language = entry.stored_language

    def _claim(self, index: int, key: str) -> None:
        self._set_owner(self.entries[index].language, sys.intern(key), index)

    def _choose_title(self, index: int) -> None:
        entry = self.entries[index]
        if self._is_free(index, entry.title_key):
            entry.title = entry.source_title
            self._claim(index, entry.title_key)
            return
        titles = self._other_titles(entry)
        entry.title = next(title for title in titles if self._is_available(index, title))
        taken, title = truncate(entry.source_title), truncate(entry.title)
        message = _("Another article has the name “%(name)s”: the title is “%(title)s”.") % {
            "name": taken,
            "title": title,
        }
        entry.problems += (Problem(entry.path, 0, message),)
        self._claim(index, names.fold(entry.title))

    def _is_available(self, index: int, text: str) -> bool:
        """Whether a name is free, in the database as well, which was not read for all of them."""
        key, entry = names.fold(text), self.entries[index]
        if not self._is_free(index, key):
            return False
        rows = Name.objects.filter(key=key, language=entry.language)
        return not rows.exclude(article=entry.pk).exists()

    def _other_titles(self, entry: Entry) -> Iterator[str]:
        """Yield the titles that a document may have instead of its own."""
        base = entry.source_title[: names.NAME_LENGTH - SUFFIX_LENGTH]
        stored = entry.stored_names[0]
        if stored.startswith(f"{base} ("):
            yield stored
        folders = entry.path.split("/")[:-1]
        for count in range(1, len(folders) + 1):
            suffix = clean_name(" ".join(folders[-count:]))[: SUFFIX_LENGTH - 3]
            yield f"{base} ({suffix})"
        yield from self._numbered(base, "{} ({})")

    def _numbered(self, base: str, form: str) -> Iterator[str]:
        """Yield numbered texts. Numbers that were tried for the same text are left out."""
        key = form.format(names.fold(base), "")
        while True:
            number = self._numbers[key] = self._numbers.get(key, 1) + 1
            yield form.format(base, number)

    def _choose_slug(self, index: int) -> None:
        entry = self.entries[index]
        if not entry.slug:
            slugs = self._slug_candidates(entry)
            entry.slug = next(slug for slug in slugs if self._can_have_slug(index, slug))
        self._slugs.add(entry.slug)
        self._claim(index, names.fold(entry.slug))

    def _slug_candidates(self, entry: Entry) -> Iterator[str]:
        if entry.requested_slug:
            yield entry.requested_slug
        has_title = entry.title == entry.source_title
        slug = entry.title_slug if has_title else names.slug(entry.title)
        yield slug
        yield from self._numbered(slug, "{}-{}")

    def _can_have_slug(self, index: int, slug: str) -> bool:
        """Whether the document can have the slug."""
        entry = self.entries[index]
        if slug in self._slugs or not self._is_free(index, names.fold(slug)):
            return False
        if slug in (entry.requested_slug, entry.title_slug):
            return True
        return self._is_available(index, slug) and not Article.objects.filter(slug=slug).exists()

    def _reserve_aliases(self, index: int) -> None:
        """Let an article keep the aliases that its document still has: otherwise a new document
        in fewer folders would get them by the next import."""
        entry = self.entries[index]
        requested = {entry.name_key, *entry.alias_keys}
        for key in map(names.fold, entry.stored_names[1]):
            if key in requested and self._is_free(index, key):
                self._claim(index, key)

    def _add_aliases(self, index: int) -> None:
        entry = self.entries[index]
        for alias, key in zip(entry.requested_aliases, entry.alias_keys, strict=True):
            self._add_alias(index, alias, key)

    def _add_alias(self, index: int, alias: str, key: str) -> None:
        """Let the document have a name, unless it is empty, or report that it is not free."""
        entry = self.entries[index]
        if not alias or self._has_name(index, key):
            return
        if self._is_free(index, key):
            entry.aliases += (alias,)
            self._claim(index, key)
            return
        message = _("The alias “%(alias)s” was dropped: another article has the name.") % {
            "alias": truncate(alias)
        }
        entry.problems += (Problem(entry.path, 0, message),)

    def _has_name(self, index: int, key: str) -> bool:
        """Whether the document has a name with this key here. It may only have reserved it."""
        entry = self.entries[index]
        is_owner = self._owners.get(entry.language, {}).get(key) == index
        return is_owner and key in entry.name_keys()

    def _add_path(self, index: int) -> None:
        """Let a document have its path as an alias, if it is not known by its own name."""
        entry = self.entries[index]
        key = entry.name_key or names.fold(entry.title)
        if entry.title == entry.source_title and self.owner(key, entry.language) == index:
            return
        path = clean_name(entry.path.removesuffix(extension(entry.path)))
        key = names.fold(path)
        if path and not self._has_name(index, key) and self._is_available(index, path):
            entry.aliases += (path,)
            self._claim(index, key)
