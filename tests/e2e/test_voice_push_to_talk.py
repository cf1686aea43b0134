"""Push-to-talk on a virtual microphone: the device is closed while nobody talks, and nothing of then is kept."""

# ruff: noqa: F401, F811  # fixtures are imported by name
from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jobcopilot.practice.spoken.port import AnswerHeard, SpokenHow, StateChanged, Told
from jobcopilot.voice.engine.audio import read_audio
from jobcopilot.voice.port import RATE
from tests.e2e.test_spoken_microphone import room, said
from tests.e2e.test_spoken_session import runtime_of
from tests.e2e.test_voice_listening import errors, words_of
from tests.fakes.ear import SECONDS, Following
from tests.fakes.practice import make_practice
from tests.fakes.speech import MODEL, SENTENCES
from tests.fakes.virtual_microphone import VirtualMicrophone, microphone

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform != "linux", reason="the virtual microphone is PulseAudio's"),
]
ASIDE = (SENTENCES[0], SENTENCES[4])
ANSWERS = ((SENTENCES[1], SENTENCES[2]), (SENTENCES[3], SENTENCES[0]))


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds of the sound server, which tells nobody."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def test_what_is_said_while_the_microphone_is_closed_is_neither_heard_nor_kept(
    room: VirtualMicrophone, tmp_path: Path
) -> None:
    practice = make_practice(tmp_path / "home")
    runtime = runtime_of(practice)
    number = practice.create(questions=2)

    def open_devices() -> int:
        return len(room.control("list", "source-outputs", "short").split("\n")) - 1

    how = SpokenHow(model=str(MODEL), hotwords=(), device="default", turn_taking="push-to-talk")
    follow = Following(runtime.spoken_session(number, how))
    aside, _ = said(tmp_path, "aside", ASIDE)
    for place, sentences in enumerate(ANSWERS):
        follow.state("waiting")
        until(lambda: open_devices() == 0, "the microphone is closed")
        # Said to somebody else, while nobody is to hear it.
        room.play(aside).wait(SECONDS)
        assert open_devices() == 0
        follow.spoken.talk()
        follow.state("listening")
        assert open_devices() == 1
        path, text = said(tmp_path, f"answer-{place}", sentences)
        room.play(path).wait(SECONDS)
        follow.spoken.talk()
        heard = follow.wait(AnswerHeard).message
        assert errors(words_of(heard.text), words_of(text)) <= 0.1
    follow.wait(StateChanged, lambda event: event.state == "over")
    follow.end()
    assert not follow.of(Told)
    (recording,) = (practice.books.folder / f"session-{number}").rglob("*.flac")
    kept = sum(block.size for block in read_audio(recording)) / RATE
    spoken = sum(
        sum(block.size for block in read_audio(tmp_path / f"answer-{place}.wav")) for place in range(2)
    )
    # What was said aside is longer than the little before and after each answer.
    assert spoken / RATE - 0.5 <= kept <= spoken / RATE + 3.0
