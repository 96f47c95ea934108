"""All tags and their synonyms as values, and as the file that a folder has of them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from articles.models import Tag, TagSynonym
from articles.text import names

TAG, SYNONYM = "articles.tag", "articles.tagsynonym"


class TagFields(NamedTuple):
    """What the file says about a tag. A file that was not exported may lack a slug."""

    name: str
    slug: str = ""
    description: str = ""


class SynonymFields(NamedTuple):
    """A synonym, and the key of its tag."""

    name: str
    tag: str


@dataclass(frozen=True)
class TagSet:
    """Tags and synonyms by their keys."""

    tags: dict[str, TagFields] = field(default_factory=dict)
    synonyms: dict[str, SynonymFields] = field(default_factory=dict)

    @classmethod
    def of_records(cls, records: Iterable[tuple[str, Mapping[str, Any]]]) -> "TagSet":
        """Return the tags of records: the name of the model, and the fields."""
        tags: dict[str, TagFields] = {}
        synonyms: dict[str, SynonymFields] = {}
        for model, fields in records:
            name = str(fields.get("name"))
            if model == TAG:
                texts = (str(fields.get(field) or "") for field in ("slug", "description"))
                tags[names.fold(name)] = TagFields(name, *texts)
            else:
                tag = fields.get("tag")
                # Anything but a natural key is reported when it is loaded.
                text = str(tag[0]) if isinstance(tag, list) and tag else ""
                synonyms[names.fold(name)] = SynonymFields(name, names.fold(text))
        return cls(tags, synonyms)

    @classmethod
    def of_file(cls, text: str) -> "TagSet":
        """Return the tags in the text of a file that was read before; none if it is empty."""
        records = json.loads(text.removeprefix("\ufeff") or "[]")
        return cls.of_records((record["model"].lower(), record["fields"]) for record in records)

    @classmethod
    def stored(cls) -> "TagSet":
        """Return all tags, and those synonyms that readers may see."""
        tags = Tag.objects.values_list("key", "name", "slug", "description")
        synonyms = TagSynonym.objects.filter(hidden=False).values_list("key", "name", "tag__key")
        return cls(
            {key: TagFields(*fields) for key, *fields in tags},
            {key: SynonymFields(*fields) for key, *fields in synonyms},
        )

    def as_file(self) -> str:
        """Return the file, as records for `loaddata`.

        The same tags give the same text: it has no primary keys, and nothing of their history.
        """
        records = [
            {"model": TAG, "fields": fields._asdict() if fields.slug else _without_slug(fields)}
            for _key, fields in sorted(self.tags.items())
        ]
        for _key, (name, tag) in sorted(self.synonyms.items()):
            of = self.tags[tag].name if tag in self.tags else tag
            records.append({"model": SYNONYM, "fields": {"name": name, "tag": [of]}})
        return json.dumps(records, ensure_ascii=False, indent=1) + "\n"


def _without_slug(fields: TagFields) -> dict[str, Any]:
    return {"name": fields.name, "description": fields.description}
