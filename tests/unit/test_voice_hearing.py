"""What the listening process does with blocks: passes dropped under load, samples never; endings withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from jobcopilot.voice import events
from jobcopilot.voice.engine.audio import Floats
from jobcopilot.voice.engine.hearing import Hearing, Resuming
from jobcopilot.voice.engine.passes import Pass, PassesBeside, PassesHere, PassResult
from jobcopilot.voice.port import BLOCK, BLOCK_SECONDS, Span, Word
from jobcopilot.voice.sentences import WrittenSentences
from jobcopilot.voice.transcribing import joined
from jobcopilot.voice.turns import TurnDetector

SCRIPT = tuple(Word(f"w{n}" + ("." if n % 5 == 4 else ""), 1 + n * 0.4, 1.35 + n * 0.4) for n in range(40))


class Loud:
    """A detector that takes loudness for a voice."""

    def probability(self, block: Floats) -> float:
        return 0.9 if float(np.abs(block).max(initial=0.0)) > 0.1 else 0.01


def heard_in(window: Span) -> Sequence[Word]:
    return [word for word in SCRIPT if word.end > window.start + 0.05 and word.start < window.end - 0.1]


class Slow:
    """Passes that take some seconds of the stream."""

    def __init__(self, seconds: float) -> None:
        self.now = 0.0
        self._seconds = seconds
        self._asked: Pass | None = None
        self._ready = 0.0

    @property
    def busy(self) -> bool:
        return self._asked is not None

    def begin(self, asked: Pass) -> None:
        assert self._asked is None, "two passes at a time"
        self._asked, self._ready = asked, self.now + self._seconds

    def result(self, *, wait: bool = False) -> PassResult | None:
        if self._asked is None or (self.now < self._ready and not wait):
            return None
        asked, self._asked = self._asked, None
        return PassResult(asked, heard_in(asked.window), self._seconds)


class Room:
    """A hearing and what it told."""

    def __init__(self, passes: Any = None, resuming: Resuming | None = None) -> None:
        self.told: list[events.Event] = []
        self.passes = passes or PassesHere(heard_in)
        turns = TurnDetector(WrittenSentences())
        self.hearing = Hearing(Loud(), self.passes, turns, self.told.append, resuming or Resuming())
        self.samples = round((resuming or Resuming()).at * 16_000)

    def until(self, second: float, *, voice: tuple[float, float] = (1.0, 17.0)) -> Room:
        while self.hearing.at < second:
            at = self.hearing.at
            level = 8_000 if voice[0] <= at < voice[1] else 0
            self.hearing.hear(np.full(BLOCK, level, np.int16))
            self.samples += BLOCK
            if isinstance(self.passes, Slow):
                self.passes.now = self.hearing.at
        return self

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.told if isinstance(event, kind)]


def test_words_come_while_somebody_speaks_and_all_of_them_at_the_end() -> None:
    room = Room().until(20.0)
    (ended,) = room.of(events.TurnEnded)
    assert ended.text == joined(SCRIPT)
    assert ended.at - 17.0 == pytest.approx(1.2, abs=0.1)
    first = room.of(events.Transcribed)[0]
    assert first.at < 2.5
    assert ended.voiced[0].start == pytest.approx(1.0, abs=0.05)
    assert ended.voiced[-1].end == pytest.approx(17.0, abs=0.05)


def test_a_slow_machine_drops_passes_and_no_word() -> None:
    room = Room(Slow(3.0)).until(22.0)
    (ended,) = room.of(events.TurnEnded)
    assert ended.text == joined(SCRIPT)
    assert room.hearing.passes_dropped > 5
    assert room.hearing.passes_run < 10
    assert room.hearing.at * 16_000 == pytest.approx(room.samples)


def test_the_next_pass_begins_when_the_one_that_runs_is_over() -> None:
    took = 1.4
    room = Room(Slow(took)).until(22.0)
    covered, latest = 0.0, 0.0
    for event in room.of(events.Transcribed):
        waits = [event.at - word.end for word in SCRIPT if covered < word.end <= event.covers]
        latest, covered = max([latest, *waits]), event.covers
    # At worst said just after a pass began: that one, and the one that hears it.
    assert latest <= 2 * took + 3 * BLOCK_SECONDS


def test_a_last_pass_is_void_when_speech_goes_on() -> None:
    room = Room(Slow(0.3)).until(6.0, voice=(1.0, 5.0)).until(20.0, voice=(6.0, 17.0))
    (resumed,) = room.of(events.TurnResumed)
    (ended,) = room.of(events.TurnEnded)
    assert (resumed.revision, ended.revision) == (1, 1)
    assert ended.text == joined(SCRIPT[:11] + SCRIPT[12:]), "w11 fell into the silence: no voice under it"
    assert [event.revision for event in room.told] == sorted(event.revision for event in room.told)


def test_the_key_ends_in_mid_word_with_all_that_was_said() -> None:
    room = Room().until(5.0)
    room.hearing.done()
    (ended,) = room.of(events.TurnEnded)
    assert ended.reason == "key"
    assert ended.text.startswith(joined(SCRIPT[:9]))
    room.hearing.done()
    assert len(room.of(events.TurnEnded)) == 1


def test_muted_the_interviewer_is_not_taken_for_the_person() -> None:
    room = Room()
    room.hearing.muted = True
    room.until(18.0)
    assert not room.of(events.TurnStarted)


def test_another_process_goes_on_with_the_turn() -> None:
    first = Room().until(9.0)
    told = first.of(events.Transcribed)
    confirmed = tuple(word for one in told for word in one.confirmed)
    place = Resuming(
        at=max(0.0, told[-1].settled - 2), turn=1, revision=1, speaking=True, started=1.0,
        settled=told[-1].settled, confirmed=confirmed,
    )  # fmt: skip
    second = Room(resuming=place).until(20.0)
    assert not second.of(events.TurnStarted)
    (ended,) = second.of(events.TurnEnded)
    assert (ended.turn, ended.text) == (1, joined(SCRIPT))
    assert ended.revision >= 1


def test_a_turn_that_was_taken_over_is_measured_from_its_begin() -> None:
    """The gap of the death is neither voice nor a pause, and what the dead process told is not told again."""
    first = Room().until(9.0, voice=(1.0, 4.0))
    told = first.of(events.Transcribed)
    place = Resuming(
        at=0.0, follows=told[-1].settled - 1, turn=1, revision=1, speaking=True, started=1.0,
        settled=told[-1].settled, confirmed=tuple(word for one in told for word in one.confirmed),
    )  # fmt: skip
    second = Room(resuming=place).until(2.0)
    second.hearing.skip(2.512)
    second.until(3.2, voice=(2.5, 3.2)).until(4.0, voice=(3.2, 4.0)).until(20.0, voice=(5.0, 9.0))
    (ended,) = second.of(events.TurnEnded)
    assert [(span.start, span.end) for span in ended.voiced] == [
        pytest.approx(edges, abs=0.04) for edges in ((1.0, 2.0), (2.51, 4.0), (5.0, 9.0))
    ]
    assert [(span.start, span.end) for span in ended.missing] == [pytest.approx((2.0, 2.512), abs=0.04)]
    assert min(event.at for event in second.told) > place.follows
    assert len(second.of(events.TurnPaused)) == 2, "the pause in the sentence, and the end"
    # The next turn begins anew.
    second.until(30.0, voice=(21.0, 25.0))
    assert [one.missing for one in second.of(events.TurnEnded)][1:] == [()]


def test_whoever_takes_over_waits_as_long_as_the_words_ask_for() -> None:
    def ended(text: str) -> float:
        said = (Word("we", 1.0, 1.3), Word(text, 1.3, 2.9))
        place = Resuming(
            at=1.0, follows=1.0, turn=1, revision=1, speaking=True, started=1.0, settled=3.2, confirmed=said
        )
        (end,) = Room(resuming=place).until(12.0, voice=(1.0, 3.0)).of(events.TurnEnded)
        return float(end.wait)

    assert ended("and") > ended("shipped.")


def test_a_fault_of_the_recogniser_is_told_to_whoever_hears() -> None:
    def broken(window: Span) -> Sequence[Word]:
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="out of memory"):
        Room(PassesHere(broken)).until(5.0)


def test_passes_beside_run_in_their_own_time() -> None:
    passes = PassesBeside(heard_in)
    assert passes.result() is None
    passes.begin(Pass(Span(0, 3), 1, 0, last=False))
    busy = [passes.busy]
    done = passes.result(wait=True)
    assert done is not None
    assert [word.text for word in done.words] == ["w0", "w1", "w2", "w3", "w4."]
    assert [*busy, passes.busy] == [True, False]
    passes.close()


def test_silence_costs_no_pass() -> None:
    room = Room().until(60.0, voice=(0.0, 0.0))
    assert room.hearing.passes_run == 0
    assert len(room.of(events.Level)) == pytest.approx(60 / (3 * BLOCK_SECONDS), abs=2)
