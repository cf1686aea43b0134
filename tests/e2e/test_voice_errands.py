"""The listening process beside listening: fillers heard again, moments played, everything tried once."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from jobcopilot.errors import BadInput, Cancelled, JobcopilotError
from jobcopilot.voice.engine.audio import write_flac
from jobcopilot.voice.engine.errands import voiced_in
from jobcopilot.voice.heard_again import find_fillers
from jobcopilot.voice.listening import ask_once
from jobcopilot.voice.playing import Playing, around
from jobcopilot.voice.port import RATE, Span, SpeechModelMissing, Word
from tests.e2e.test_spoken_cli import jobcopilot
from tests.e2e.test_voice_speaking import Ear, sounding
from tests.fakes.speech import MODEL, SENTENCES, answer, say, silence, write_wav
from tests.fakes.virtual_microphone import VirtualMicrophone, microphone  # noqa: F401  # a fixture

pytestmark = pytest.mark.system
FILLED = (SENTENCES[2], SENTENCES[0], SENTENCES[1], SENTENCES[4])


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    said = answer(FILLED, [0.8, 0.8, 0.8], voices=["en-us"])
    return write_wav(tmp_path_factory.mktemp("said") / "said.wav", said.sound)


def spread(text: str, start: float, end: float) -> list[Word]:
    """Return words evenly over a stretch."""
    words = text.split()
    step = (end - start) / len(words)
    return [Word(one, start + n * step, start + (n + 1) * step) for n, one in enumerate(words)]


def transcript(spans: tuple[Span, ...], *, with_fillers: bool) -> list[Word]:
    """Return the true words, as a recogniser gives them that drops "um", or one that does not."""
    words: list[Word] = []
    for text, span in zip(FILLED, spans, strict=True):
        words += spread(text if with_fillers else text.replace("um ", ""), span.start, span.end)
    return words


def test_a_filler_that_the_transcript_lacks_is_found(spoken: Path) -> None:
    spans = answer(FILLED, [0.8, 0.8, 0.8], voices=["en-us"]).spoken
    whole = Span(0.0, spans[-1].end + 0.5)
    found = find_fillers(spoken, whole, transcript(spans, with_fillers=False), MODEL)
    print(f"recall of fillers: {len(found)} of 1")  # the tiny model was not made for prompts
    assert len(found) <= 1, "at least n is never more than there are"
    assert find_fillers(spoken, whole, transcript(spans, with_fillers=True), MODEL) == []


def test_an_uh_between_silences_is_found_without_a_word(tmp_path: Path) -> None:
    uh = say("er", "en-us", 90)
    sound = np.concatenate(
        (silence(0.5), say(SENTENCES[1]), silence(0.9), uh, silence(0.9), say(SENTENCES[4]))
    )
    path = write_wav(tmp_path / "said.wav", np.concatenate((sound, silence(0.5))))
    end = (sound.size + 11_025) / 22_050
    first = 0.5 + say(SENTENCES[1]).size / 22_050
    second = first + 1.8 + uh.size / 22_050
    words = [*spread(SENTENCES[1], 0.5, first), *spread(SENTENCES[4], second, end - 0.5)]
    found = find_fillers(path, Span(0.0, end), words, MODEL)
    print("found", found, "the sound is at", first + 0.9)
    assert len(found) <= 1
    assert all(abs(one.at - first - 0.9) < 0.5 for one in found)


def test_edges_of_a_kept_recording_are_those_of_the_sound(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    sound = rng.normal(0, 10, RATE * 4).astype(np.int16)
    assert voiced_in(sound) == ()
    with pytest.raises(SpeechModelMissing):
        find_fillers(tmp_path, Span(0, 1), [], tmp_path)


def test_listening_again_can_be_stopped(spoken: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        find_fillers(spoken, Span(0.0, 10.0), [], MODEL, stop=stop)


def test_everything_is_tried_in_a_process_that_may_crash() -> None:
    told = ask_once({"do": "probe", "model": str(MODEL)})
    assert told["silero"] is True
    assert told["whisper"] > 0
    assert ask_once({"do": "probe", "model": ""})["whisper"] is None


@pytest.mark.skipif(sys.platform != "linux", reason="the sound server is PulseAudio")
def test_a_moment_of_a_kept_recording_is_played(microphone: VirtualMicrophone, tmp_path: Path) -> None:  # noqa: F811
    when = np.arange(RATE * 60) / RATE
    # A second of tone at second 40, silence around it.
    tone = (np.sin(2 * np.pi * 300 * when) * 8_000 * ((when >= 40) & (when < 41))).astype(np.int16)
    path = tmp_path / "recording.flac"
    write_flac(path, iter([tone]))
    ear = Ear()
    assert Playing(path, *around(40.0)).wait()
    # All of the second, and nothing of what is further away; a machine that is busy may put gaps into it.
    assert 0.94 < sounding(ear.close()) < 2.5
    with pytest.raises(BadInput, match="no sound at that place"):
        Playing(path, 70.0, 80.0).wait()
    with pytest.raises(BadInput, match="not there"):
        Playing(tmp_path / "gone.flac", 0.0, 1.0).wait()
    playing = Playing(path, 0.0, 60.0)
    playing.stop()
    assert not playing.wait()


def test_without_an_output_it_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "PULSE_RUNTIME_PATH"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("PULSE_SERVER", str(tmp_path / "none"))
    path = tmp_path / "recording.flac"
    write_flac(path, iter([np.zeros(RATE, np.int16)]))
    with pytest.raises(JobcopilotError) as told:
        Playing(path, 0.0, 1.0).wait()
    assert told.value.hint


def test_a_session_that_was_spoken_is_heard_again_and_measured(tmp_path: Path) -> None:
    said = [
        answer(FILLED[1:], [0.6, 0.6], before=0.8, after=3.5, seed=one, voices=("en-us",)) for one in range(4)
    ]
    recording = write_wav(tmp_path / "said.wav", np.concatenate([one.sound for one in said]))
    home = tmp_path / "home"
    jobcopilot(
        home, "practice", "run", "--questions", 1, "--seed", 3, "--voice", "--file", recording, "--fast", "--whisper",
        MODEL, "--hotwords", "",
    )  # fmt: skip
    told = json.loads(jobcopilot(home, "practice", "delivery", 1, "--json").stdout)["delivery"]["answers"]
    assert told
    assert all(one["heard_again"] for one in told)
    assert all(one["longest_pause"] == pytest.approx(0.6, abs=0.15) for one in told)
    assert all(one["fillers_at_least"] == 0 for one in told), "nobody said um"
    report = json.loads(jobcopilot(home, "practice", "report", 1, "--json").stdout)
    assert report["delivery"]["answers"] == told
    kept = sorted((home / "data" / "practice" / "session-1").rglob("*.flac"))
    assert kept
    jobcopilot(home, "practice", "delete", 1, "--yes")
    assert not any(file.exists() for file in kept)
