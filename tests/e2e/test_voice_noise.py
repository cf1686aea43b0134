"""Half an hour of what is no speech: silence, a fan, a keyboard, music; not one word of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jobcopilot.voice import events
from jobcopilot.voice.engine.whisper import Whisper
from tests.fakes.answers import at_16_khz, hear, recogniser
from tests.fakes.speech import MODEL, Sound, chords, fan, keyboard, silence

pytestmark = pytest.mark.system

SECONDS = 450.0
"""Of each: half an hour together."""


@pytest.mark.parametrize(
    "noise", [silence, fan, keyboard, chords], ids=["silence", "fan", "keyboard", "music"]
)
def test_what_is_no_speech_gives_no_word(noise: Callable[[float], Sound]) -> None:
    told = hear(at_16_khz(noise(SECONDS)), recogniser(Whisper(MODEL)))
    heard = [one for one in told if isinstance(one, events.Transcribed) and (one.confirmed or one.tentative)]
    assert heard == []
    assert [one.text for one in told if isinstance(one, events.TurnEnded) and one.text] == []
    assert told[-1].at == pytest.approx(SECONDS, abs=1.0), "all of it was heard"
