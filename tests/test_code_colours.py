"""The colours of highlighted code: readable in both themes (WCAG 2.2, 1.4.3)."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

COLOUR = re.compile(r"(--[\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
# Behind code, and behind changed or quoted parts of a page.
BACKGROUNDS = ("--surface", "--background")


def colours(name):
    css = Path(finders.find(f"articles/css/{name}.css")).read_text()
    return {match[1]: match.groups()[1:] for match in COLOUR.finditer(css)}


def luminance(colour):
    """The relative luminance of a colour, as WCAG 2.2 defines it."""
    channels = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted(map(luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TOKENS = {*colours("code"), "--text", "--text-muted", "--accent", "--danger"}


@pytest.mark.parametrize("token", sorted(TOKENS))
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_a_token_has_a_contrast_of_4_5_to_its_background(token, theme):
    all_colours = colours("tokens") | colours("code")
    for background in BACKGROUNDS:
        ratio = contrast(all_colours[token][theme], all_colours[background][theme])
        assert ratio >= 4.5, background
