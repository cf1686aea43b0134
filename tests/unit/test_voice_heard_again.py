"""Fillers that a transcript left out: what a second hearing counts, and what it must not."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jobcopilot.voice.delivery import measure
from jobcopilot.voice.engine import errands
from jobcopilot.voice.engine.audio import write_flac
from jobcopilot.voice.engine.errands import is_steady
from jobcopilot.voice.heard_again import (
    PROMPT,
    WINDOW,
    FoundFiller,
    between,
    together,
    windows,
    with_fillers,
    wordless,
)
from jobcopilot.voice.port import RATE, Span, Word
from tests.unit.test_voice_delivery import evenly

FIRST = evenly("so the result was that costs went down", 0.0, 8.0)


def test_the_prompt_is_short() -> None:
    assert len(PROMPT) <= 32


def test_a_filler_between_the_same_words_counts() -> None:
    again = evenly("So, um, the result was, uhh that costs erm went down.", 0.0, 8.0)
    assert [one.kind for one in between(FIRST, again)] == ["um", "uh", "erm"]
    assert between(FIRST, again)[0].at == again[1].start


@pytest.mark.parametrize(
    "again",
    [
        "so the result was that costs went down",
        "so um result was that costs went down",  # "the" heard as "um"
        "let me think, so the result was",  # words of the prompt, and an end that was lost
        "",
    ],
)
def test_what_is_no_further_filler_does_not(again: str) -> None:
    assert between(FIRST, evenly(again, 0.0, 8.0) if again else []) == []


def test_what_is_known_is_not_counted_twice() -> None:
    first = evenly("um the result uh was good", 0.0, 6.0)
    assert between(first, first) == []
    again = evenly("um the result uh was um good", 0.0, 6.0)
    assert [one.kind for one in between(first, again)] == ["um"]
    changed = evenly("um the um results uh was good", 0.0, 6.0)
    assert [one.kind for one in between(first, changed)] == ["um"]


def test_a_voiced_stretch_without_a_word_is_looked_at() -> None:
    voiced = [Span(0, 2), Span(3.0, 3.4), Span(4.0, 4.1), Span(5, 6.5), Span(8.0, 8.5)]
    words = [Word("so", 0.2, 1.8), Word("we", 5.1, 6.4), Word("won", 8.5, 8.8)]
    assert wordless(voiced, words) == [Span(3.0, 3.4)]
    assert wordless(voiced, words, [Word("um", 3.1, 3.3)]) == []


def test_two_ways_of_finding_one_sound_count_once() -> None:
    first = [FoundFiller(1.0, "um"), FoundFiller(9.0, "uh")]
    second = [FoundFiller(1.3, "um or uh"), FoundFiller(4.0, "um or uh"), FoundFiller(4.2, "um or uh")]
    assert [one.at for one in together(first, second)] == [1.0, 4.0, 4.2, 9.0]


def test_what_is_found_counts_among_the_measures() -> None:
    first = measure(evenly("um so the result was good", 0.0, 6.0), [Span(0.0, 6.0)])
    more = with_fillers(first, [FoundFiller(4.0, "uh"), FoundFiller(2.0, "um")])
    assert (more.fillers, more.fillers_at_least) == ({"um": 2, "uh": 1}, 3)
    assert more.fillers_a_minute == pytest.approx(30)
    assert [(moment.at, moment.text) for moment in more.moments] == [(0.0, "um"), (2.0, "um"), (4.0, "uh")]
    assert with_fillers(first, []) == first
    assert with_fillers(measure([], []), []).fillers_a_minute is None


def test_windows_are_cut_where_nobody_speaks() -> None:
    voiced = [Span(0, 5), Span(6, 11), Span(12, 14), Span(20, 50)]
    found = windows(voiced)
    assert found[:2] == [Span(0, 11), Span(12, 14)]
    assert all(window.seconds <= WINDOW for window in found)
    assert found[2].start == 20
    assert found[-1].end == 50
    assert windows([]) == []
    # Thirty milliseconds of silence lie inside a word.
    close = [Span(0, 6), Span(6.5, 11.9), Span(11.93, 13)]
    assert windows(close) == [Span(0, 6), Span(6.5, 13)]


def tone(
    seconds: float, pitch: np.ndarray[tuple[int], np.dtype[np.float64]] | float
) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    count = round(seconds * RATE)
    phase = np.cumsum(np.full(count, 1.0) * pitch) / RATE * 2 * np.pi
    sound = sum(np.sin(phase * n) / n for n in (1, 2, 3))
    return (np.asarray(sound) * 6_000).astype(np.int16)


def test_a_held_tone_is_steady_and_noise_and_a_glide_are_not() -> None:
    assert is_steady(tone(0.4, 120.0))
    rng = np.random.default_rng(3)
    assert not is_steady((rng.normal(0, 3_000, 6_400)).astype(np.int16))
    assert not is_steady(tone(0.5, np.linspace(90, 260, 8_000)))
    assert not is_steady(np.zeros(6_400, np.int16))
    assert not is_steady(tone(0.1, 120.0)), "too short to tell"


def test_the_second_hearing_is_prompted_and_held_against_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[float, str | None]] = []

    class Verbatim:
        def __init__(self, folder: Path, *, threads: int) -> None:
            assert (folder, threads) == (tmp_path / "model", 1)

        def recognise(self, audio: Any, offset: float, *, prompt: str | None = None) -> Sequence[Word]:
            heard.append((offset, prompt))
            return (
                evenly("so um the result", offset, offset + 2)
                if offset < 10
                else evenly("was good", offset, offset + 2)
            )

    monkeypatch.setattr("jobcopilot.voice.engine.whisper.Whisper", Verbatim)
    monkeypatch.setattr(errands, "_stand_back", lambda: None)
    monkeypatch.setattr(errands, "voiced_in", lambda _sound: (Span(1.0, 3.0), Span(14.0, 16.0)))
    path = tmp_path / "recording.flac"
    write_flac(path, iter([np.zeros(RATE * 30, np.int16)]))
    known = [*evenly("so the result", 6.0, 8.0), *evenly("was good", 19, 21)]
    told = errands.fillers(
        {
            "recording": str(path),
            "model": str(tmp_path / "model"),
            "start": 5.0,
            "end": 22.0,
            "words": [[word.text, word.start, word.end] for word in known],
        },
        threading.Event(),
    )
    assert [(round(offset, 1), prompt) for offset, prompt in heard] == [(5.9, PROMPT), (18.9, PROMPT)]
    assert told == {"fillers": [{"at": pytest.approx(6.4), "kind": "um"}]}
