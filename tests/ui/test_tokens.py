"""The colours of static/arena.css can be told apart (WCAG 2.2, 1.4.3 and 1.4.11), in light and in dark."""

import re
from itertools import product

import pytest
from django.conf import settings

CSS = (settings.BASE_DIR / "static" / "arena.css").read_text()
TOKENS = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}, #\w{6})\);", CSS))
SCHEMES = {"light": 0, "dark": 1}

TEXT = [
    *product(["ink", "quiet", "spruce", "fjord", "amber", "rowan"], ["paper", "sheet"]),
    *product(["ink", "quiet", "spruce", "fjord"], ["spruce-wash"]),
    *product(["ink", "fjord"], ["fjord-wash"]),
    *product(["ink", "quiet", "amber", "fjord"], ["amber-wash"]),
    *product(["ink", "quiet", "rowan", "fjord"], ["rowan-wash"]),
    ("on-spruce", "spruce"),
    ("on-spruce", "spruce-deep"),
    ("spruce-deep", "spruce-wash"),
]
EDGES = list(product(["control", "spruce", "rowan", "amber", "fjord"], ["paper", "sheet"]))


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str, scheme: str) -> float:
    lights = [luminance(TOKENS[name].split(", ")[SCHEMES[scheme]]) for name in (first, second)]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read_on_its_ground(text, ground, scheme):
    assert contrast(text, ground, scheme) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_the_edge_of_a_control_can_be_seen(edge, ground, scheme):
    assert contrast(edge, ground, scheme) >= 3


def test_every_colour_is_in_some_pair():
    assert set(TOKENS) - {"line"} == {name for pair in TEXT + EDGES for name in pair}


def test_components_name_tokens_and_never_a_colour():
    components = CSS.split("@layer components {", 1)[1].split("@layer print", 1)[0]
    assert re.findall(r"#[0-9a-f]{3,6}\b", components) == ["#fff"]  # the ground of the QR code, which phones read


def test_every_variable_that_is_used_is_defined():
    assert set(re.findall(r"var\((--[\w-]+)", CSS)) <= set(re.findall(r"(--[\w-]+):", CSS))
