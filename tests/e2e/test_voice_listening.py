"""Speech through the whole listening process: real Silero, a real small Whisper, espeak-ng's voices."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from jobcopilot.errors import BadInput
from jobcopilot.voice.events import (
    Event,
    Stopped,
    Transcribed,
    TurnEnded,
    TurnPaused,
    TurnResumed,
)
from jobcopilot.voice.listening import Listener, ListenTo
from jobcopilot.voice.port import RATE, SpeechModelMissing
from jobcopilot.voice.transcribing import normal
from tests.fakes.speech import MODEL, SENTENCES, Sound, answer, silence, write_wav

pytestmark = pytest.mark.system


def listen(tmp_path: Path, sound: Sound, **how: object) -> list[Event]:
    path = write_wav(tmp_path / "said.wav", sound)
    what = ListenTo(tmp_path / "kept", MODEL, file=path, **how)  # type: ignore[arg-type]
    return list(Listener(what).events())


def ended(told: list[Event]) -> list[TurnEnded]:
    return [one for one in told if isinstance(one, TurnEnded)]


def words_of(text: str) -> list[str]:
    return [normal(word) for word in text.split()]


def errors(heard: list[str], said: list[str]) -> float:
    """Word error rate: changes, additions and omissions by the words said (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for place, word in enumerate(said, 1):
        before, row[0] = row[0], place
        for at, other in enumerate(heard, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (word != other))
    return row[-1] / len(said)


def test_an_answer_becomes_its_words(tmp_path: Path) -> None:
    rng = random.Random(5)
    said = answer([rng.choice(SENTENCES) for _ in range(20)], [rng.uniform(0.4, 0.9) for _ in range(19)])
    told = listen(tmp_path, said.sound)
    (turn,) = ended(told)
    assert errors(words_of(turn.text), words_of(said.text)) <= 0.05
    assert turn.reason == "silence"
    confirmed = [word for one in told if isinstance(one, Transcribed) for word in one.confirmed]
    assert list(turn.words[: len(confirmed)]) == confirmed, "a confirmed word changed"
    windows = [one.covers - one.settled for one in told if isinstance(one, Transcribed)]
    assert max(windows[len(windows) // 2 :]) < 14
    stopped = told[-1]
    assert isinstance(stopped, Stopped)
    assert stopped.samples == pytest.approx(said.sound.size * RATE / 22_050, abs=32)
    revisions = [one.revision for one in told if isinstance(one, (TurnPaused, TurnResumed))]
    assert revisions == sorted(revisions)


def test_a_thinking_pause_withdraws_the_ending(tmp_path: Path) -> None:
    said = answer([SENTENCES[0], SENTENCES[1]], [0.9])
    told = listen(tmp_path, said.sound)
    (turn,) = ended(told)
    assert turn.revision >= 1
    assert words_of(turn.text) == words_of(said.text)
    assert turn.at - said.spoken[-1].end <= 1.8


def test_no_model_and_no_recording_are_told_in_words(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "said.wav", silence(1.0))
    with pytest.raises(SpeechModelMissing, match="is not there"):
        list(Listener(ListenTo(tmp_path / "a", tmp_path / "none", file=path)).events())
    with pytest.raises(BadInput, match="is not there"):
        list(Listener(ListenTo(tmp_path / "b", MODEL, file=tmp_path / "none.wav")).events())
