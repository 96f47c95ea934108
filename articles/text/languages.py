"""Language tags → the names of languages.

The names come from Babel, which has those of Unicode's CLDR. Articles can be in any language, and
Django has names for a third of these only, without regional variants.
"""

from functools import lru_cache

from babel import Locale, UnknownLocaleError

# Names that are kept in memory. A site has articles in far fewer languages.
MAX_NAMES = 1024


@lru_cache(maxsize=MAX_NAMES)
def own_name(tag: str) -> str:
    """Return the name of a language (BCP 47 tag) in the language itself, or the tag if CLDR has
    no name for it.

    Babel keeps the data of a language in memory once it is used, about 1 MB. Call this for the
    languages of articles and of the interface, not for tags from a request.

    >>> own_name("ar"), own_name("fr-CA"), own_name("tlh")
    ('العربية', 'français (Canada)', 'tlh')
    """
    return _display_name(tag, "") or tag


@lru_cache(maxsize=MAX_NAMES)
def display_name(tag: str, reader: str) -> str:
    """Return the name of a language in the language of the reader, or the tag.

    >>> display_name("ar", "en"), display_name("en", "ar")
    ('Arabic', 'الإنجليزية')
    """
    return _display_name(tag, reader) or tag


def _display_name(tag: str, reader: str) -> str:
    try:
        locale = Locale.parse(tag, sep="-")
        return locale.get_display_name(reader.replace("-", "_") or None) or ""
    except (UnknownLocaleError, ValueError):
        return ""
