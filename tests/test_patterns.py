"""Regular expressions mean the same in all versions of Python."""

import re
from importlib import import_module
from pkgutil import walk_packages

import articles

# A possessive quantifier of a group: until Python 3.11.4, which Debian 12 is older than, such a
# match may end too early (https://github.com/python/cpython/issues/106052). Atomic groups, which
# mean the same, are right in all versions.
POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)(?:[*+?]|\{[\d,]+\})\+")


def test_no_group_has_a_possessive_quantifier():
    names = [module.name for module in walk_packages(articles.__path__, "articles.")]
    assert len(names) > 100
    patterns = {
        f"{name}.{variable}": value.pattern
        for name in names
        if ".migrations" not in name
        for variable, value in vars(import_module(name)).items()
        if isinstance(value, re.Pattern)
    }
    assert len(patterns) > 100
    wrong = [name for name, text in patterns.items() if POSSESSIVE_GROUP.search(str(text))]
    assert wrong == []
