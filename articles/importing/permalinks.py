"""Patterns of URLs, ``/:year/:month/:title/`` → the URLs of documents, as Jekyll and Hugo do."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from articles.importing.fields import Values, flatten
from articles.importing.front_matter import Value
from articles.importing.trees import stem
from articles.text import names

PLACEHOLDER = re.compile(r":(?P<name>[a-z_]+)(?:\[[^\]]*\])?")
DATED_NAME = re.compile(r"\d{4}-\d\d?-\d\d?-(?=.)")
SPACES = re.compile(r"[\s,]+")
# Patterns that Jekyll has names for.
JEKYLL_STYLES = {
    "date": "/:categories/:year/:month/:day/:title/",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title/",
    "weekdate": "/:categories/:year/W:week/:short_day/:title/",
    "none": "/:categories/:title/",
}


@dataclass(frozen=True)
class Permalink:
    """The pattern for documents of one type, such as “posts”, in one folder; an empty `type` is
    that of all documents."""

    pattern: str
    type: str = ""
    folder: str = ""

    def applies_to(self, path: str, type_: str) -> bool:
        return self.type in ("", type_) and f"{path}/".startswith(self.folder)


def document_type(path: str) -> str:
    """Return the type of a document of Jekyll by its path: that of the first folder with a mark.

    >>> document_type("war/_posts/2020-01-02-peace.md"), document_type("about.md")
    ('posts', '')
    """
    folders = path.split("/")[:-1]
    marked = next((folder[1:] for folder in folders if folder.startswith("_")), "")
    return "posts" if marked == "drafts" else marked


def expand(pattern: str, path: str, fields: Mapping[str, Value], values: Values) -> str:
    """Return the URL of the document at `path`, relative to the folder of documents.

    `fields` are those of its front matter, and `values` what was understood of them. Returns an
    empty string for a pattern with unknown placeholders, or with a time that is not known.
    """
    texts = _placeholders(path, fields, values)
    if any(match["name"] not in texts for match in PLACEHOLDER.finditer(pattern)):
        return ""
    url = PLACEHOLDER.sub(lambda match: texts[match["name"]], pattern)
    return re.sub("/{2,}", "/", f"/{url}")


def _placeholders(path: str, fields: Mapping[str, Value], values: Values) -> dict[str, str]:
    folder, base = posixpath.dirname(path), stem(path)
    # A page in a folder of its own is called as that.
    base = posixpath.basename(folder) if base in ("index", "_index") and folder else base
    name = DATED_NAME.sub("", base)
    slug = values.get("slug") or name
    collection, _slash, rest = path.lstrip("_").partition("/")
    texts: dict[str, str] = {
        "categories": "/".join(_categories(folder, fields)),
        "collection": collection,
        "path": rest.removesuffix(posixpath.splitext(path)[1]),
        "name": name,
        "basename": base,
        "title": slug,
        "slug": slug,
        "output_ext": "",
        "section": path.partition("/")[0] if folder else "",
        "sections": folder,
        "filename": base,
        "contentbasename": base,
        "slugorfilename": slug,
        "slugorcontentbasename": slug,
    }
    texts["slugified_categories"] = "/".join(
        names.slug(category) for category in _categories(folder, fields)
    )
    return texts | _times(values.get("created"))


def _categories(folder: str, fields: Mapping[str, Value]) -> list[str]:
    """Return the categories of a post of Jekyll: the folders above those of posts, and its own."""
    above, _posts, _below = f"{folder}/".partition("_posts/")
    folders = [part for part in above.split("/") if part and above != f"{folder}/"]
    value = fields.get("categories", fields.get("category", ""))
    is_text = isinstance(value, str) and "categories" in fields
    own = SPACES.split(str(value)) if is_text else flatten(value)
    return list(dict.fromkeys(text.strip().lower() for text in (*folders, *own) if text.strip()))


def _times(moment: datetime | None) -> dict[str, str]:
    if not moment:
        return {}
    form = {
        **{"year": "%Y", "short_year": "%y", "month": "%m", "day": "%d", "y_day": "%j"},
        **{"hour": "%H", "minute": "%M", "second": "%S", "week": "%V"},
        **{"short_day": "%a", "long_day": "%A", "weekdayname": "%A", "weekday": "%w"},
        **{"short_month": "%b", "long_month": "%B", "monthname": "%B"},
    }
    numbers = {"i_month": moment.month, "i_day": moment.day}
    numbers["yearday"] = moment.timetuple().tm_yday
    texts = {name: moment.strftime(code) for name, code in form.items()}
    return texts | {name: str(number) for name, number in numbers.items()}
