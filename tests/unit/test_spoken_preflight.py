"""Trying the microphone: level, noise, the words of a sentence, and pauses that are learned."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from jobcopilot.practice.spoken.pauses import LearnedPauses, load_pauses, pauses_file, save_pauses
from jobcopilot.practice.spoken.port import LevelHeard, SpokenEvent, StateChanged, Told, WordsHeard
from jobcopilot.practice.spoken.preflight import Checked, Rehearsal, words_right
from jobcopilot.voice import events
from jobcopilot.voice.port import DeviceMissing
from tests.fakes.ear import FakeEar

SENTENCE = "My task was to help the customer, and costs went down."


def levels(ear: FakeEar, voice: float = -20.0, noise: float = -60.0, until: float = 4.0) -> None:
    for place in range(int(until * 10)):
        voiced = place % 4 != 0
        ear.tell(events.Level(at=place / 10, decibels=voice if voiced else noise, peak=0.3, voiced=voiced))


def rehearse(ear: FakeEar, **how: object) -> tuple[Checked, list[SpokenEvent]]:
    made = Rehearsal(ear, **({"sentence": SENTENCE} | how))  # type: ignore[arg-type]
    told = list(made.events())
    return made.checked, told


def test_a_sentence_is_read_back(tmp_path: Path) -> None:
    ear = FakeEar(tmp_path)
    levels(ear)
    ear.say("my task was to help the customer and costs went town")
    over = threading.Event()
    checked, told = rehearse(ear, over=over.set)
    assert (checked.right, checked.words) == (10, 11)
    assert checked.heard == "my task was to help the customer and costs went town"
    assert (checked.voice_decibels, checked.noise_decibels, checked.peak) == (-20.0, -60.0, 0.3)
    assert checked.source == "fake"
    assert checked.good
    assert over.is_set()
    assert "stop" in ear.asked
    assert isinstance(told[0], StateChanged)
    assert 0 <= time.monotonic() - told[0].at < 600, "since when, on the clock that the screen counts by"
    assert [one for one in told if isinstance(one, LevelHeard)]
    assert [one for one in told if isinstance(one, WordsHeard)][-1].confirmed == checked.heard


@pytest.mark.parametrize(
    ("how", "said", "codes"),
    [
        ({"voice": -52.0, "noise": -75.0}, SENTENCE, ["quiet"]),
        ({"voice": -30.0, "noise": -36.0}, SENTENCE, ["noise"]),
        ({}, "something else was said about other things altogether", ["words"]),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, how: dict[str, float], said: str, codes: list[str]) -> None:
    ear = FakeEar(tmp_path)
    levels(ear, **how)
    ear.say(said)
    checked, _ = rehearse(ear)
    assert [one.code for one in checked.troubles] == codes
    assert all(one.hint for one in checked.troubles)
    assert not checked.good


def test_nobody_speaks(tmp_path: Path) -> None:
    ear = FakeEar(tmp_path)
    for place in range(60):
        ear.tell(events.Level(at=place / 10, decibels=-70.0, peak=0.0, voiced=False))
    ear.tell(events.Warned(at=2.0, code="zeros", title="Silence", message="exact zeros", hint="Unmute it."))
    checked, told = rehearse(ear, seconds=5.0)
    assert [one.code for one in checked.troubles] == ["zeros", "no-voice"]
    assert [one.code for one in told if isinstance(one, Told)] == ["zeros"]
    assert checked.voice_decibels is None


def test_what_cannot_listen_says_so_and_leaves_nothing_behind(tmp_path: Path) -> None:
    ear = FakeEar(tmp_path)
    ear.tell(DeviceMissing("There is no microphone", "none is plugged in", "Plug one in."))
    over = threading.Event()
    with pytest.raises(DeviceMissing):
        rehearse(ear, over=over.set)
    assert over.is_set()


def test_pauses_are_learned_and_kept(tmp_path: Path) -> None:
    ear = FakeEar(tmp_path)
    levels(ear)
    ear.start("I built a search")
    file = pauses_file(tmp_path, 1)
    before = LearnedPauses((), (0.7,))
    made = Rehearsal(ear, sentence="", before=before, learned=lambda learned: save_pauses(file, learned))
    for event in made.events():
        if isinstance(event, WordsHeard) and event.confirmed:
            made.done()
    # The fake has heard 0.8 and 0.9 s.
    assert made.checked.pauses == load_pauses(file) == LearnedPauses((), (0.8, 0.9))
    assert made.checked.good
    assert made.checked.words == 0


def test_pauses_that_cannot_be_read_are_learned_anew(tmp_path: Path) -> None:
    file = pauses_file(tmp_path, 1)
    assert load_pauses(file) == LearnedPauses()
    for broken in ("", "[]", '{"finished": 3}', '{"finished": ["x", -1, 99, 0.5], "open": []}'):
        file.write_text(broken, "utf-8")
        assert load_pauses(file).finished in ((), (0.5,))
    save_pauses(file, LearnedPauses((0.5, 0.6), (1.5,) * 5))
    learned = load_pauses(file)
    assert learned == LearnedPauses((0.5, 0.6), (1.5,) * 5)
    finished, unfinished = learned.waits
    assert finished < unfinished


def test_words_count_in_their_order() -> None:
    assert words_right("one two three four", "One, two; THREE four.") == 4
    assert words_right("one two three four", "four three two one") == 1
    assert words_right("one two three four", "one and two four") == 3
    assert words_right("one two", "") == 0
