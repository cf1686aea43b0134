"""How an answer was spoken: measures against answers whose pauses and words are known."""

from __future__ import annotations

import pytest

from jobcopilot.voice.delivery import USUAL, measure
from jobcopilot.voice.port import Span, Word


def evenly(text: str, start: float, end: float) -> list[Word]:
    words = text.split()
    step = (end - start) / len(words)
    return [Word(word, start + n * step, start + (n + 1) * step) for n, word in enumerate(words)]


ANSWER = [*evenly("I led the, um, team", 1.0, 3.0), *evenly("that we that we built.", 4.5, 6.5)]
VOICED = [Span(1.0, 3.0), Span(4.5, 5.5), Span(5.7, 6.5)]


def test_rates_leave_pauses_out_or_in() -> None:
    got = measure(ANSWER, VOICED, asked_at=0.4)
    assert got.words == 9, "um is no word"
    assert got.seconds == pytest.approx(5.5)
    assert got.speaking_rate == pytest.approx(9 / 5.5 * 60)
    assert got.articulation_rate == pytest.approx(9 / 4.0 * 60), "200 ms is no pause"
    assert got.seconds_to_first_word == pytest.approx(0.6)


def test_pauses_are_counted_and_placed() -> None:
    got = measure(ANSWER, VOICED)
    (pause,) = got.pauses
    assert (pause.start, pause.seconds) == (3.0, 1.5)
    assert pause.mid_clause is True
    assert got.longest_pause == 1.5
    ended = measure([*evenly("I led it.", 0, 2), *evenly("We won.", 3, 4)], [Span(0, 2), Span(3, 4)])
    assert ended.pauses[0].mid_clause is False
    assert ended.pauses_mid_clause == 0
    assert measure([], [Span(0, 2), Span(3, 4)]).pauses[0].mid_clause is None


def test_what_nobody_recorded_is_neither_time_nor_a_pause() -> None:
    # Silence from 3.0 to 4.5, of which 3.3 to 4.0 is missing; then half a second out of a voiced stretch.
    voiced = [Span(1.0, 3.0), Span(4.5, 5.5), Span(6.0, 6.5)]
    got = measure(ANSWER, voiced, asked_at=0.4, missing=[Span(5.5, 6.0), Span(3.3, 4.0)])
    assert got.seconds == pytest.approx(5.5 - 0.7 - 0.5)
    # Somebody may have spoken in between: two silences.
    assert [(one.start, one.seconds) for one in got.pauses] == [(3.0, pytest.approx(0.3)), (4.0, 0.5)]
    assert got.speaking_rate == pytest.approx(9 / 4.3 * 60)
    assert got.articulation_rate == pytest.approx(9 / 3.5 * 60)
    assert got.seconds_to_first_word == pytest.approx(0.6)
    # Whole pauses may be missing, and where the first word may be, nobody knows when it came.
    assert measure(ANSWER, voiced, missing=[Span(2.9, 4.6), Span(5.4, 6.1)]).pauses == ()
    assert measure(ANSWER, voiced, asked_at=0.4, missing=[Span(0.5, 0.9)]).seconds_to_first_word is None
    assert measure(ANSWER, voiced, asked_at=0.4, missing=[Span(0.1, 0.3)]).seconds == pytest.approx(5.5)


def test_fillers_hedges_restarts_and_who() -> None:
    got = measure(ANSWER, VOICED)
    assert dict(got.fillers) == {"um": 1}
    assert got.fillers_at_least == 1
    assert got.restarts == 1
    assert (got.said_i, got.said_we) == (1, 2)
    more = measure(
        evenly("Umm you know I think it was kind of, uh, very very fast I mean", 0, 8), [Span(0, 8)]
    )
    assert more.fillers == {"um": 1, "uh": 1, "you know": 1, "i mean": 1}
    assert more.hedges == {"i think": 1, "kind of": 1}
    assert more.restarts == 0, "very very is emphasis"
    assert [moment.at for moment in more.moments] == sorted(moment.at for moment in more.moments)


def test_nothing_said_measures_nothing() -> None:
    got = measure([], [])
    assert (got.words, got.speaking_rate, got.articulation_rate, got.seconds_to_first_word) == (
        0,
        None,
        None,
        None,
    )
    assert got.fillers_a_minute is None
    assert got.longest_pause == 0.0


def test_every_usual_range_names_its_source() -> None:
    assert all(usual.source and (usual.low or usual.high) for usual in USUAL.values())
