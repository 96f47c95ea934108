"""Languages by their tags → what they are called, by themselves and by others."""

from functools import cache

from babel import Locale, UnknownLocaleError


@cache
def own_name(tag: str) -> str:
    """What speakers of a language (BCP 47 tag) call it, or the tag if nobody has told us.

    >>> own_name("ar"), own_name("fr-CA"), own_name("tlh")
    ('العربية', 'français (Canada)', 'tlh')
    """
    return _name(tag, "") or tag


@cache
def name(tag: str, reader: str) -> str:
    """What the language of a tag is called in the language of the reader.

    >>> name("ar", "en"), name("en", "ar")
    ('Arabic', 'الإنجليزية')
    """
    return _name(tag, reader) or tag


def _name(tag: str, reader: str) -> str:
    try:
        locale = Locale.parse(tag, sep="-")
        return locale.get_display_name(reader.replace("-", "_") or None) or ""
    except (UnknownLocaleError, ValueError):
        return ""
