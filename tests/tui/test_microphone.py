"""Trying the microphone: what is chosen is kept, what is heard is shown, what cannot be is said."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.errors import JobcopilotError
from jobcopilot.practice.spoken.pauses import LearnedPauses
from jobcopilot.practice.spoken.port import LevelHeard, SpokenEvent, SpokenHow, StateChanged, Told, WordsHeard
from jobcopilot.practice.spoken.preflight import SENTENCE, Checked
from jobcopilot.settings import load_settings
from jobcopilot.tui.modals.microphone import MicrophoneDialogue, checked_words, pauses_words
from jobcopilot.voice.port import DeviceMissing
from tests.tui.driving import NARROW
from tests.tui.practice_home import InPractice, in_practice, practice_in

pytestmark = pytest.mark.slow  # each drives a whole screen
DEVICES: list[dict[str, Any]] = [
    {"name": "Built-in", "api": "ALSA", "rate": 48_000, "channels": 2, "default": True, "note": ""},
    {"name": "Héadset [bold]", "api": "ALSA", "rate": 16_000, "channels": 1, "default": False, "note": "low"},
]


class ScriptedRehearsal:
    """Hears what the test says."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.told: queue.SimpleQueue[SpokenEvent | JobcopilotError | None] = queue.SimpleQueue()
        self.calls: list[str] = []

    def events(self) -> Iterator[SpokenEvent]:
        while (event := self.told.get()) is not None:
            if isinstance(event, JobcopilotError):
                raise event
            yield event

    def done(self) -> None:
        self.calls.append("done")
        self.told.put(None)

    def close(self) -> None:
        self.calls.append("close")
        self.told.put(None)


async def opened(
    room: InPractice, monkeypatch: pytest.MonkeyPatch, rehearsal: ScriptedRehearsal
) -> tuple[MicrophoneDialogue, list[tuple[str, str, bool]]]:
    """Open the dialogue over these devices; also return what is listened with."""
    asked: list[tuple[str, str, bool]] = []

    def made(how: SpokenHow, *, calibrate: bool = False) -> ScriptedRehearsal:
        asked.append((how.device, how.api, calibrate))
        return rehearsal

    monkeypatch.setattr("jobcopilot.voice.listening.microphones", lambda: DEVICES)
    room.practice.runtime.__dict__["rehearsal"] = made
    await room.press("v")
    dialogue = room.home.app.screen
    assert isinstance(dialogue, MicrophoneDialogue)
    await room.home.until(lambda: dialogue.menu is not None, "the microphones")
    return dialogue, asked


async def test_a_sentence_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rehearsal = ScriptedRehearsal(
        Checked("Built-in", 48_000, 9.0, -70, -24, 0.3, SENTENCE, "my task was to help", 5, 15)
    )
    async with in_practice(tmp_path, NARROW, practice_in(tmp_path)) as room:
        dialogue, asked = await opened(room, monkeypatch, rehearsal)
        assert "Héadset [bold]  ALSA, 16 kHz  low" in room.text()
        await room.press("j", "j")
        await room.press_only("r")
        began = time.monotonic() - 7.0
        rehearsal.told.put(StateChanged("listening", began))
        await room.home.until(lambda: dialogue.live.since == began, "the clock of this trial")
        for _ in range(12):
            rehearsal.told.put(LevelHeard(-20, 0.3, voiced=True))
        rehearsal.told.put(WordsHeard("my task was", "to kelp", 1))
        await room.home.until(lambda: "my task was to kelp" in room.text(), "the words")
        assert "level good" in room.text()
        assert SENTENCE.split(",")[0] in room.text()
        await room.press_only("ctrl+d")
        await room.home.until(lambda: "5 of 15 words understood" in room.text(), "what was found")
        assert asked == [("Héadset [bold]", "ALSA", False)]
        assert rehearsal.calls[0] == "done"
        assert not dialogue.has_class("-listening")


async def test_what_is_chosen_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with in_practice(tmp_path, NARROW, practice_in(tmp_path)) as room:
        await opened(room, monkeypatch, ScriptedRehearsal(Checked()))
        file = room.practice.runtime.home.settings_file
        await room.press("j", "j", "enter")
        await room.home.until(lambda: "Kept: Héadset [bold]" in room.text(), "that it is kept")
        assert load_settings(file).voice.device == "Héadset [bold]"
        await room.press("escape", "v")
        await room.home.until(lambda: "● Héadset" in room.text(), "the choice")
        await room.press("k", "k", "enter")
        await room.home.until(lambda: "Kept: the microphone that the system" in room.text(), "the system's")
        assert (load_settings(file).voice.device, load_settings(file).voice.api) == ("", "")


async def test_escape_stops_listening_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rehearsal = ScriptedRehearsal(Checked())
    async with in_practice(tmp_path, NARROW, practice_in(tmp_path)) as room:
        dialogue, asked = await opened(room, monkeypatch, rehearsal)
        await room.press_only("c")
        await room.home.until(lambda: dialogue.has_class("-listening"), "listening")
        await room.home.until(lambda: bool(asked), "the rehearsal")
        await room.home.until(lambda: dialogue._rehearsal is not None, "the rehearsal")
        await room.press("escape")
        await room.home.until(lambda: not dialogue.has_class("-listening"), "its end")
        assert asked == [("", "", True)]
        assert room.home.app.screen is dialogue
        await room.press("escape")
        assert room.home.app.screen is not dialogue


async def test_what_cannot_be_heard_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rehearsal = ScriptedRehearsal(Checked())
    async with in_practice(tmp_path, NARROW, practice_in(tmp_path)) as room:
        await opened(room, monkeypatch, rehearsal)
        rehearsal.told.put(DeviceMissing("The microphone is busy", "hw:0", "Close what uses it."))
        await room.press("r")
        await room.home.until(lambda: "The microphone is busy: hw:0. Close what" in room.text(), "the words")

        def none() -> list[dict[str, Any]]:
            raise DeviceMissing("There is no PortAudio", "libportaudio.so", "Install it.")

        monkeypatch.setattr("jobcopilot.voice.listening.microphones", none)
        await room.press("escape", "v")
        await room.home.until(lambda: "There is no PortAudio" in room.text(), "the words")


def test_words_of_what_was_found() -> None:
    good = Checked("Built-in", 44_100, 9, -70, -24, 0.3, SENTENCE, "all of it", 15, 15)
    assert checked_words(good).splitlines() == [
        "✓ You can begin.",
        "15 of 15 words understood: “all of it”",
        "voice -24 dB, noise -70 dB, Built-in, 44.1 kHz",
    ]
    silent = Checked(
        "Built-in", 44_100, troubles=(Told("no-voice", "Nobody was heard", "why", "What next."),)
    )
    assert checked_words(silent).splitlines() == [
        "! Nobody was heard: why. What next.",
        "nobody spoke, Built-in, 44.1 kHz",
    ]
    learned = Checked(voice_decibels=-20, pauses=LearnedPauses((2.0,) * 5, (3.0,) * 5), new_pauses=4)
    assert "4 pauses learned" in pauses_words(learned)
    assert "2.4 s" in pauses_words(learned)
    assert "nobody spoke" in pauses_words(Checked())
