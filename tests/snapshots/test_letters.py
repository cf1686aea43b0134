"""How a letter and the outgoing mail look, cell by cell, at both sizes, with clock and zone pinned."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from jobcopilot.clock import FixedClock
from jobcopilot.runtime import Runtime
from jobcopilot.tui.app import JobcopilotApp
from jobcopilot.tui.board_data import BoardData
from jobcopilot.tui.modals.letter import LetterPanel
from jobcopilot.tui.screens.pipeline import PipelineScreen
from jobcopilot.tui.start import glance_at
from tests.tui.driving import NARROW, WIDE
from tests.tui.real_home import AtHome
from tests.tui.test_letters import met

pytestmark = pytest.mark.slow  # a screen is painted whole: seconds each, so CI compares them

BOTH = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
Steps = Callable[[AtHome], Awaitable[None]]


@pytest.fixture
def looks(
    snap_compare: Callable[..., bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Compare the screen after some keys in the pipeline with how it looked before."""
    monkeypatch.setattr(Input, "cursor_blink", False)
    monkeypatch.setattr(TextArea, "cursor_blink", False)

    def compare(
        size: tuple[int, int],
        *keys: str,
        before: Callable[[Runtime], object] | None = None,
        told: str = "",
    ) -> None:
        runtime = met(tmp_path / "home")
        if before is not None:
            before(runtime)
        app = JobcopilotApp(BoardData(runtime), glance_at(runtime.home.settings_file))

        async def run_before(pilot: Pilot[Any]) -> None:
            home = AtHome(app, pilot, runtime)
            await home.press("2")
            screen = app.screen
            assert isinstance(screen, PipelineScreen)
            await home.until(lambda: screen.line is not None, "the agenda")
            for key in keys:
                await home.press(key)
            panel = app.screen
            if isinstance(panel, LetterPanel):
                await home.until(lambda: panel.letter is not None, "the draft")
                await home.until(lambda: told in home.text(), told)
                await home.settled()

        assert snap_compare(app, terminal_size=size, run_before=run_before)

    return compare


def waiting(runtime: Runtime) -> None:
    """Have the letter that is due wait to leave."""
    contact = runtime.interviews.round(1).contacts[0].id
    letter = runtime.letters.draft("thank_you", round_id=1, contact_id=contact).letter
    runtime.letters.edit(letter.id, {"email": "barbara@acme.example"})
    runtime.mail_setup.change({"host": "smtp.example.com", "address": "ada@example.com", "name": "Ada"})
    runtime.letters.send(letter.id)


def uncertain(runtime: Runtime) -> None:
    """Have the letter that is due be one that perhaps left."""
    waiting(runtime)
    clock = runtime.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(seconds=10)
    runtime.mail_outbox.mark(
        "UPDATE letter SET state = 'uncertain', leaves_at = NULL,"
        " error = 'The connection broke after the letter was handed over: smtp.example.com:587: it took too long',"
        " hint = 'It may have arrived. Look into your mail program or ask; it is not sent again by itself.'"
    )


@BOTH
def test_a_draft(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "l")


@BOTH
def test_a_letter_that_waits(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "l", before=waiting)


@BOTH
def test_a_letter_that_perhaps_left(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "l", before=uncertain, told="sent again by itself")


@BOTH
def test_mail_setup(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "E")
