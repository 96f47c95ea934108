"""Print the licences of the packages that the site needs; exit with 1 if one is not permitted."""

import sys
from importlib.metadata import distribution

from tests.tools.requirements import pins

# They are not in the metadata of these packages, but in a file.
UNDECLARED = {"pyromark": "MIT"}
# Of the GNU licences, only the LGPL lets a program have another licence.
FORBIDDEN = ("GPL", "GNU General Public", "GNU Affero", "SSPL", "Commons Clause")
PERMITTED = ("LGPL", "GNU Lesser General Public")


def licences() -> dict[str, str]:
    """Return the licences by the names of the packages, which must be installed."""
    names = sorted({pin.name for pin in pins("site")})
    return {name: licence(name) for name in names if is_needed(name)}


def is_needed(name: str) -> bool:
    """Whether this platform needs a package of the site."""
    markers = [pin.requirement.marker for pin in pins("site") if pin.name == name]
    return any(marker is None or marker.evaluate() for marker in markers)


def licence(name: str) -> str:
    metadata = distribution(name).metadata
    classifiers = [
        text.rpartition(" :: ")[2]
        for text in metadata.get_all("Classifier", [])
        if text.startswith("License :: ")
    ]
    # Some packages have the whole text in the field License.
    first_line = (metadata.get("License") or "").partition("\n")[0]
    declared = metadata.get("License-Expression") or ", ".join(classifiers) or first_line
    return declared or UNDECLARED.get(name, "")


def is_permitted(licence: str) -> bool:
    """Whether a program with a licence of its own may use a package with this one.

    >>> is_permitted("LGPL-3.0-only"), is_permitted("AGPL-3.0"), is_permitted("")
    (True, False, False)
    """
    for name in PERMITTED:
        licence = licence.replace(name, "permitted")
    return bool(licence) and not any(name in licence for name in FORBIDDEN)


def main() -> int:
    for name, text in licences().items():
        print(f"{name:20} {text or 'unknown'}")
    forbidden = [name for name, text in licences().items() if not is_permitted(text)]
    if forbidden:
        print(f"Licence not permitted: {', '.join(forbidden)}", file=sys.stderr)
    return 1 if forbidden else 0


if __name__ == "__main__":
    sys.exit(main())
