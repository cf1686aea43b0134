"""How answers were spoken: kept with them, over turns and streams, compared over sessions, gone with them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pytest

from jobcopilot.practice.export import session_json, session_markdown, session_object
from jobcopilot.practice.spoken_delivery import Deliveries, DeliveryMoment, SpokenTurn, talk_share
from jobcopilot.voice.port import Span, Word
from tests.fakes.practice import Practice, make_practice, run_through
from tests.unit.test_models_cli import ModelShell
from tests.unit.test_voice_delivery import ANSWER, VOICED, evenly

LONG = "I looked at the plan because the data had grown and added an index"


@dataclass(frozen=True)
class Turn:
    stream: str
    started: float
    ended: float
    words: tuple[Word, ...]
    voiced: tuple[Span, ...]
    missing: tuple[Span, ...] = ()


FIRST_PARTS = ("stream-1", 1.0, 6.5, tuple(ANSWER), tuple(VOICED))
FIRST = Turn(*FIRST_PARTS)


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return make_practice(tmp_path)


def answered(practice: Practice) -> tuple[int, int]:
    """Return a session and the message of its answer."""
    session = run_through(practice, practice.create(questions=1), [LONG])
    (message,) = (one for one in session.view().messages if one.role == "person")
    return session.id, message.id


def test_an_answer_is_measured_once_and_kept(practice: Practice) -> None:
    session_id, message_id = answered(practice)
    deliveries = Deliveries(practice.fresh_books())
    kept = deliveries.keep(message_id, [FIRST], asked_at=0.4, interviewer_seconds=2.0)
    assert kept is not None
    assert (kept.session_id, kept.order, kept.words, kept.pauses) == (session_id, 1, 9, 1)
    assert kept.speaking_rate == pytest.approx(9 / 5.5 * 60)
    assert kept.articulation_rate == pytest.approx(9 / 4.0 * 60)
    assert kept.seconds_to_first_word == pytest.approx(0.6)
    assert kept.target_seconds == 180
    assert (dict(kept.fillers), kept.fillers_at_least, kept.heard_again) == ({"um": 1}, 1, False)
    assert kept.turns == (SpokenTurn("stream-1", 1.0, 6.5, tuple(ANSWER)),)
    told = [(one.kind, one.text) for one in kept.moments]
    assert told == [("filler", "um"), ("pause", "1.5 s"), ("restart", "that we")]
    assert all(one.stream == "stream-1" for one in kept.moments)
    assert deliveries.of(session_id) == (kept,)
    assert talk_share([kept]) == pytest.approx(3.8 / 5.8)
    again = deliveries.keep(message_id, [FIRST])
    assert again is not None
    assert again.seconds_to_first_word is None
    assert deliveries.of(session_id) == (again,), "measured anew, not twice"
    assert talk_share([again]) is None, "nobody else spoke aloud"


def test_turns_of_two_streams_are_one_answer(practice: Practice) -> None:
    session_id, message_id = answered(practice)
    later = Turn("stream-1", 8.5, 9.5, tuple(evenly("And it worked.", 8.5, 9.5)), (Span(8.5, 9.5),))
    other = Turn("stream-2", 100.0, 102.0, tuple(evenly("uh in the end.", 100, 102)), (Span(100, 102),))
    kept = Deliveries(practice.fresh_books()).keep(message_id, [FIRST, later, other], asked_at=0.0)
    assert kept is not None
    assert kept.words == 9 + 3 + 3
    # 1.0 to 9.5 of the first stream, two seconds of the other, nothing in between.
    assert kept.seconds == pytest.approx(8.5 + 2.0)
    assert kept.pauses == 2
    assert kept.longest_pause == pytest.approx(2.0)
    assert DeliveryMoment("stream-2", 100.0, "filler", "uh") in kept.moments
    assert DeliveryMoment("stream-1", 6.5, "pause", "2.0 s") in kept.moments
    assert [turn.stream for turn in kept.turns] == ["stream-1", "stream-1", "stream-2"]
    assert session_id == kept.session_id


def test_what_nobody_recorded_is_no_part_of_an_answer(practice: Practice) -> None:
    _, message_id = answered(practice)
    deliveries = Deliveries(practice.fresh_books())
    gap = Turn(*FIRST_PARTS, missing=(Span(3.2, 4.4),))
    # Of the second stream half a second is missing before anybody spoke: it is in no time of the answer.
    other = Turn(
        "stream-2", 0.3, 12.0, tuple(evenly("in the end.", 10, 12)), (Span(10, 12),), (Span(9.0, 9.5),)
    )
    kept = deliveries.keep(message_id, [gap, other], asked_at=0.4)
    assert kept is not None
    assert kept.seconds == pytest.approx(5.5 - 1.2 + 2.0)
    assert (kept.pauses, kept.paused_seconds, kept.longest_pause) == (0, 0.0, 0.0)
    assert kept.seconds_to_first_word == pytest.approx(0.6)


def test_what_a_second_pass_finds_is_added(practice: Practice) -> None:
    session_id, message_id = answered(practice)
    deliveries = Deliveries(practice.fresh_books())
    deliveries.keep(message_id, [FIRST])
    more = [DeliveryMoment("stream-1", 5.6, "filler", "uh"), DeliveryMoment("stream-1", 1.1, "filler", "um")]
    found = deliveries.add_fillers(message_id, more)
    assert found is not None
    assert (dict(found.fillers), found.fillers_at_least, found.heard_again) == ({"um": 2, "uh": 1}, 3, True)
    assert [one.at for one in found.moments] == sorted(one.at for one in found.moments)
    assert deliveries.of(session_id) == (found,)
    assert deliveries.add_fillers(message_id, more) == found, "two processes listened: counted once"
    assert deliveries.add_fillers(999, more) is None


def test_nothing_is_kept_of_what_nobody_said(practice: Practice) -> None:
    session_id, message_id = answered(practice)
    deliveries = Deliveries(practice.fresh_books())
    assert deliveries.keep(message_id, []) is None
    assert deliveries.keep(message_id, [Turn("stream-1", 0, 1, (), ())]) is None
    assert deliveries.keep(999, [FIRST]) is None
    assert deliveries.of(session_id) == ()


def test_sessions_are_compared_over_time(practice: Practice) -> None:
    books = practice.fresh_books()
    first, message = answered(practice)
    Deliveries(books).keep(message, [FIRST], asked_at=0.5, interviewer_seconds=3.8)
    practice.later(days=1)
    second, message = answered(practice)
    Deliveries(books).keep(
        message, [Turn("s", 0, 4, tuple(evenly("We did it in a week.", 0, 4)), (Span(0, 4),))]
    )
    typed, _ = answered(practice)
    earlier, later = Deliveries(books).trends()
    assert [earlier.session_id, later.session_id] == [first, second]
    assert typed not in (first, second)
    assert earlier.at < later.at
    assert earlier.speaking_rate == pytest.approx(9 / 5.5 * 60)
    assert (earlier.fillers_at_least, earlier.answers, earlier.longest_pause) == (1, 1, 1.5)
    assert earlier.talk_share == pytest.approx(0.5)
    assert earlier.pauses_a_minute == pytest.approx(60 / 5.5)
    assert later.speaking_rate == pytest.approx(90)
    assert (later.talk_share, later.seconds_to_first_word, later.fillers_at_least) == (None, None, 0)


def test_it_goes_with_the_answer_and_with_the_session(practice: Practice) -> None:
    session_id, message_id = answered(practice)
    deliveries = Deliveries(practice.fresh_books())
    deliveries.keep(message_id, [FIRST])
    with practice.fresh_books().writing() as connection:
        connection.execute("DELETE FROM practice_message WHERE id = ?", (message_id,))
    assert deliveries.of(session_id) == ()
    session_id, message_id = answered(practice)
    deliveries.keep(message_id, [FIRST])
    practice.history.delete(session_id)
    assert practice.rows("SELECT count(*) FROM practice_delivery") == [(0,)]
    assert deliveries.trends() == ()


def test_what_is_stored_is_readable(practice: Practice) -> None:
    _, message_id = answered(practice)
    Deliveries(practice.fresh_books()).keep(message_id, [FIRST])
    ((details,),) = practice.rows("SELECT details FROM practice_delivery")
    assert set(json.loads(details)) == {"turns", "fillers", "hedges", "moments"}


def test_it_stands_in_what_is_exported(
    practice: Practice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session_id, message_id = answered(practice)
    deliveries = Deliveries(practice.fresh_books())
    view = practice.sessions.view(session_id)
    assert session_object(view)["delivery"] is None
    assert "How it was spoken" not in session_markdown(view, UTC)
    deliveries.keep(message_id, [FIRST], asked_at=0.4, interviewer_seconds=3.8)
    spoken = deliveries.of(session_id)
    made = json.loads(session_json(view, spoken))["delivery"]
    assert made["talk_share"] == 0.5
    (one,) = made["answers"]
    assert (one["question"], one["words"], one["fillers_at_least"], one["longest_pause"]) == (1, 9, 1, 1.5)
    assert one["moments"][0] == {
        "stream": "stream-1",
        "at": pytest.approx(1.8, abs=0.5),
        "kind": "filler",
        "text": "um",
    }
    assert all(usual["source"] for usual in made["usual"].values())
    text = session_markdown(view, UTC, spoken)
    assert "- 0:06 min (usual for this interview: up to 3:00), 9 words" in text
    assert "- at least 1 filler (um 1)" in text
    assert "- 1 pause, the longest 1.5 s, 1 in mid-clause" in text
    assert "You spoke 50% of the time" in text
    shell = ModelShell(tmp_path / "home", capsys)
    assert "## How it was spoken" in shell("practice", "report", str(session_id))
    assert json.loads(shell("practice", "report", str(session_id), "--json"))["delivery"]["answers"] == [one]
    shell("practice", "report", str(session_id), "--to", str(tmp_path / "report.json"))
    assert json.loads((tmp_path / "report.json").read_text())["delivery"] == made
