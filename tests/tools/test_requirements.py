"""The files of `make lock`, without a network."""

import re
from importlib.metadata import PackageNotFoundError, requires

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.tools.licences import is_permitted, licences
from tests.tools.requirements import LOCKS, direct, pins

HASH = re.compile(r"sha256:[0-9a-f]{64}")


@pytest.mark.parametrize("group", LOCKS)
def test_each_package_has_one_version_and_hashes(group):
    for pin in pins(group):
        assert [spec.operator for spec in pin.requirement.specifier] == ["=="], pin
        assert pin.hashes and all(map(HASH.fullmatch, pin.hashes)), pin


@pytest.mark.parametrize("group", LOCKS)
def test_the_packages_of_pyproject_are_locked_in_the_same_versions(group):
    locked = {pin.name: pin.requirement for pin in pins(group)}
    for requirement in direct(group):
        pin = locked[canonicalize_name(requirement.name)]
        assert pin.specifier == requirement.specifier, "Run `make lock`"
        assert pin.marker == requirement.marker, "Run `make lock`"


@pytest.mark.parametrize("group", ["site", "import", "sentry", "dev"])
def test_what_the_packages_need_is_locked_too(group):
    locked = {pin.name for pin in pins(group)}
    extras = {
        (canonicalize_name(requirement.name), extra)
        for requirement in direct(group)
        for extra in requirement.extras
    }
    for name in locked:
        for needed in needs(name, {extra for package, extra in extras if package == name}):
            assert canonicalize_name(needed.name) in locked, f"{name} needs {needed}"


def needs(name: str, extras: set[str]) -> list[Requirement]:
    """Return what an installed package needs here. Others are for other platforms."""
    try:
        requirements = map(Requirement, requires(name) or [])
    except PackageNotFoundError:
        return []
    environments = [{**default_environment(), "extra": extra} for extra in ("", *extras)]
    return [
        requirement
        for requirement in requirements
        if not requirement.marker or any(map(requirement.marker.evaluate, environments))
    ]


@pytest.mark.parametrize("group", ["site", "import", "sentry"])
def test_developers_have_the_versions_of_the_site(group):
    dev = {(pin.name, pin.requirement.specifier, pin.hashes) for pin in pins("dev")}
    assert {(pin.name, pin.requirement.specifier, pin.hashes) for pin in pins(group)} <= dev


@pytest.mark.parametrize("group", LOCKS)
def test_no_file_names_where_packages_come_from(group):
    text = LOCKS[group].read_text(encoding="utf-8")
    assert not re.search(r"://|^-|index|find-links", text, re.MULTILINE)


def test_no_package_of_the_site_has_a_licence_that_the_site_would_have_to_take():
    assert {name: text for name, text in licences().items() if not is_permitted(text)} == {}


@pytest.mark.parametrize(
    ("licence", "permitted"),
    [
        ("MIT", True),
        ("LGPL-3.0-only", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("GPL-3.0-or-later", False),
        ("GNU General Public License v2 (GPLv2)", False),
        ("AGPL-3.0", False),
        ("MIT OR LGPL-2.1 OR GPL-2.0", False),
        ("", False),
    ],
)
def test_licences_are_told_apart(licence, permitted):
    assert is_permitted(licence) == permitted
