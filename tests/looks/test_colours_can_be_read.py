"""Every pair of colours that meet on a page keeps the contrast of WCAG 2.2 AA, by day and by night."""
import re
from pathlib import Path

import pytest

TEXT, PART = 4.5, 3.0
PAIRS = [
    ("ink", "paper", 7), ("ink", "card", 7), ("ink", "brand-soft", 7), ("ink", "warn-soft", 7), ("ink", "danger-soft", 7),
    ("ink-2", "paper", TEXT), ("ink-2", "card", TEXT), ("ink-2", "brand-soft", TEXT), ("ink-2", "warn-soft", TEXT), ("ink-2", "danger-soft", TEXT),
    ("on-brand", "brand", TEXT), ("on-brand", "brand-strong", TEXT), ("on-danger", "danger", TEXT), ("on-accent", "accent", TEXT),
    ("link", "paper", TEXT), ("link", "card", TEXT), ("link", "brand-soft", TEXT),
    ("on-header", "header", 7), ("on-header", "strip", 7), ("on-header-2", "header", TEXT), ("on-header-2", "strip", TEXT),
    ("danger", "card", TEXT), ("danger", "paper", TEXT), ("danger", "danger-soft", TEXT),
    ("warn", "card", TEXT), ("warn", "paper", TEXT), ("warn", "warn-soft", TEXT),
    ("ok", "card", TEXT), ("ok", "paper", TEXT), ("ok", "ok-soft", TEXT),
    ("control", "card", PART), ("control", "paper", PART), ("brand", "card", PART), ("brand", "paper", PART),
    ("focus", "focus-inner", PART), ("focus", "header", PART), ("focus", "strip", PART), ("accent", "header", PART),
    ("bar-s4", "card", PART), ("bar-s3", "card", PART), ("bar-s2", "card", PART), ("bar-s1", "card", PART),
]  # fmt: skip


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    """WCAG 2.2, definition of relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(scope="module")
def themes(root: Path) -> dict[str, dict[str, str]]:
    sheet = (root / "static/css/tokens.css").read_text()
    day, night = sheet.split("@media (prefers-color-scheme: dark)", 1)
    light = colours(day)
    return {"light": light, "dark": light | colours(night.split("@media", 1)[0])}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_a_pair_of_colours_has_its_contrast(themes: dict, theme: str, front: str, back: str, least: float) -> None:
    ratio = contrast(themes[theme][front], themes[theme][back])
    assert ratio >= least, f"{front} on {back} ({theme}): {ratio:.2f} < {least}"


def test_the_promised_ratios_of_the_design_hold(themes: dict) -> None:
    light = themes["light"]
    promised = {("ink", "paper"): 15.2, ("ink-2", "paper"): 6.7, ("on-brand", "brand"): 7.7, ("danger", "danger-soft"): 6.7, ("control", "card"): 3.9, ("focus", "header"): 7.8}
    for (front, back), least in promised.items():
        assert contrast(light[front], light[back]) >= least, (front, back)


def test_colours_are_written_in_the_tokens_only(root: Path) -> None:
    for sheet in ("portal.css", "forms.css"):
        assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", (root / "static/css" / sheet).read_text()), sheet
