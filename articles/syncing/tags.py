"""The file with the tags and their synonyms, in the form of a fixture."""

import json
from typing import Any

from articles.models import Tag, TagSynonym


def tags_file() -> bytes:
    """Return all tags and those synonyms that readers may see, as records for `loaddata`.

    The same tags give the same bytes: it has no primary keys, and nothing of their history.
    """
    tags = Tag.objects.order_by("key").values_list("name", "slug", "description")
    records = [_record("tag", name=name, slug=slug, description=text) for name, slug, text in tags]
    synonyms = TagSynonym.objects.filter(hidden=False).order_by("key")
    for name, tag in synonyms.values_list("name", "tag__name"):
        records.append(_record("tagsynonym", name=name, tag=[tag]))
    return (json.dumps(records, ensure_ascii=False, indent=1) + "\n").encode()


def _record(model: str, **fields: Any) -> dict[str, Any]:
    return {"model": f"articles.{model}", "fields": fields}
