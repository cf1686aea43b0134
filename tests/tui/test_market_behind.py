"""The postings behind a figure of the market: one key from the figure, with their addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobcopilot.market.views import Behind
from jobcopilot.tui.modals.behind import BehindDialogue
from jobcopilot.tui.screens.market import MarketScreen
from tests.fakes.market_figures import FakeMarket
from tests.tui.driving import NARROW, WIDE
from tests.tui.test_market import market, shows


@pytest.mark.slow
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
async def test_enter_lists_the_postings_behind_what_is_in_front(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    fake = FakeMarket()
    async with market(tmp_path, fake, size) as (home, _):
        for expected in (
            Behind("pay"),
            Behind("postings"),
            Behind("skill", "SQL"),
            Behind("skill", "Kubernetes"),
            Behind("company", "Globex"),
        ):
            await home.press("enter")
            assert shows(home, BehindDialogue)
            assert fake.behinds[-1] == expected
            text = home.text()
            assert "the first 2 of 412 postings" in text
            assert "Senior Data Engineer" in text
            assert "€82–95k" in text
            assert "1 Sep – 4 Oct" in text
            await home.press("escape", "tab")
        assert fake.asked[-1].role == ""


async def test_a_posting_is_copied_and_one_without_an_address_says_so(tmp_path: Path) -> None:
    async with market(tmp_path, FakeMarket()) as (home, _):
        await home.press("enter")
        assert "greenhouse:globex · https://globex.example/jobs/1" in home.text()
        await home.press("y")
        assert "was sent to the terminal's clipboard" in home.text()
        await home.press("j", "o")
        assert "came with no web address" in home.text()
        assert "\x1b" not in home.text()
        await home.press("q")
        assert shows(home, MarketScreen)


async def test_nothing_is_behind_where_nothing_was_collected(tmp_path: Path) -> None:
    fake = FakeMarket(n=0, with_pay=0, feeds=0)
    async with market(tmp_path, fake) as (home, _):
        await home.press("enter")
        assert shows(home, MarketScreen)
        assert fake.behinds == []
