"""How somebody spoke, measured from answers whose pauses, words and fillers are known."""

from __future__ import annotations

import pytest

from jobcopilot.voice import events
from jobcopilot.voice.delivery import measure
from jobcopilot.voice.engine.whisper import Whisper
from tests.fakes.answers import at_16_khz, hear, recogniser
from tests.fakes.speech import MODEL, SENTENCES, answer

pytestmark = pytest.mark.system

PAUSES = [0.5, 0.8, 1.1, 0.6, 1.6, 0.9, 0.7, 2.0, 0.4, 2.4]
FILLERS = {"um"}


@pytest.mark.parametrize("voice", ["en-us", "en-gb", "en-us+f3", "en-us+m3"])
def test_pauses_rate_and_fillers(voice: str) -> None:
    sentences = [SENTENCES[(place * 2 + 2) % 5] for place in range(len(PAUSES) + 1)]
    said = answer(sentences, PAUSES, voices=(voice,), seed=len(voice))
    told = hear(at_16_khz(said.sound), recogniser(Whisper(MODEL)), hands_free=False)
    (turn,) = [one for one in told if isinstance(one, events.TurnEnded)]
    got = measure(turn.words, turn.voiced, asked_at=0.0)
    for before, seconds in zip(said.spoken, PAUSES, strict=False):
        near = [pause for pause in got.pauses if abs(pause.start - before.end) < 0.3]
        assert len(near) == 1, f"a pause of {seconds} s at {before.end:.2f} s: {got.pauses}"
        assert near[0].seconds == pytest.approx(seconds, abs=0.05)
    assert got.longest_pause == pytest.approx(max(PAUSES), abs=0.05)
    assert got.seconds_to_first_word == pytest.approx(1.0, abs=0.05)
    spoken = said.spoken[-1].end - said.spoken[0].start
    count = len([word for word in said.text.split() if word not in FILLERS])
    assert got.speaking_rate == pytest.approx(count / spoken * 60, rel=0.03)
    true = sum(word in FILLERS for word in said.text.split())
    assert 1 <= got.fillers_at_least <= true, "at least so many, never more than there were"
    print(
        f"{voice}: fillers, at least {got.fillers_at_least} of {true}: recall {got.fillers_at_least / true:.0%}"
    )
