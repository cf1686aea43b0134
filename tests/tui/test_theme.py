"""Our themes keep the contrast of WCAG AA in every pair that is drawn."""

from __future__ import annotations

import pytest
from textual.theme import Theme

from jobcopilot.jobs.views import STATUSES
from jobcopilot.tui.start import Glance
from jobcopilot.tui.theme import OWN_THEMES, contrast, palette_of
from tests.tui.driving import opened

GROUNDS = ("background", "surface", "panel", "cursor")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", OWN_THEMES, ids=lambda theme: theme.name)
async def test_text_and_signs_stand_out(theme: Theme) -> None:
    async with opened(glance=Glance(theme=theme.name)) as driven:
        palette = palette_of(driven.app)
        assert palette.background == theme.background.upper()  # type: ignore[union-attr]
        states = {palette.of_status(status) for status in STATUSES} | {
            palette.of_level(level) for level in ("high", "medium", "low", None)
        }
        for ground in GROUNDS:
            under = getattr(palette, ground)
            for text in (palette.foreground, palette.muted, palette.accent, *states):
                assert contrast(text, under) >= 4.5, (text, ground)


@pytest.mark.parametrize("theme", OWN_THEMES, ids=lambda theme: theme.name)
async def test_what_is_painted_stands_out(theme: Theme) -> None:
    """Measured on the screen itself: no painted character has less contrast than AA asks of signs, text more."""
    async with opened(glance=Glance(theme=theme.name)) as driven:
        for strip in driven.app.screen._compositor.render_strips():
            for segment in strip:
                style = segment.style
                if style is None or not segment.text.strip(" ─│▏▎▁▔━╸·▅▇▆▄▃▂█▌▋▊▉"):
                    continue
                assert style.color is not None
                assert style.bgcolor is not None
                text, under = style.color.get_truecolor().hex, style.bgcolor.get_truecolor().hex
                assert contrast(text, under) >= 4.5, (segment.text, text, under)


async def test_other_themes_can_be_chosen_and_are_kept(tmp_path: object) -> None:
    async with opened(glance=Glance(theme="nord")) as driven:
        assert driven.app.theme == "nord"
        assert palette_of(driven.app).background == "#2E3440"


async def test_an_unknown_theme_gives_ours() -> None:
    async with opened(glance=Glance(theme="no such theme")) as driven:
        assert driven.app.theme == "jobcopilot-dark"
