"""Recordings of sessions: found, heard again, deleted as it is set."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from jobcopilot.errors import Cancelled, NotFound
from jobcopilot.practice.recordings import Recordings
from jobcopilot.practice.spoken.hearing import next_stream
from jobcopilot.practice.spoken_delivery import Deliveries, DeliveryMoment
from jobcopilot.runtime.recordings import after_session, keep_recordings_as_set
from jobcopilot.voice.heard_again import FoundFiller
from jobcopilot.voice.port import Span, Word
from tests.fakes.practice import Practice, heard, make_practice
from tests.fakes.speech import MODEL
from tests.unit.test_models_cli import ModelShell
from tests.unit.test_spoken_delivery import FIRST, answered
from tests.unit.test_voice_delivery import ANSWER


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return make_practice(tmp_path)


def recorded(practice: Practice, session_id: int, name: str = "stream-1/recording.flac") -> Path:
    books = practice.fresh_books()
    file = books.folder / f"session-{session_id}" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(b"x" * 1_000)
    with books.writing() as connection:
        connection.execute(
            "UPDATE practice_message SET audio = 'stream-1/recording.flac' WHERE session_id = ? AND role = 'person'",
            (session_id,),
        )
    return file


def spoken(practice: Practice) -> tuple[int, Path]:
    session_id, message_id = answered(practice)
    Deliveries(practice.fresh_books()).keep(message_id, [FIRST], asked_at=0.4)
    return session_id, recorded(practice, session_id)


def test_a_moment_is_found_with_what_is_around_it(practice: Practice) -> None:
    session_id, file = spoken(practice)
    recordings = Recordings(practice.fresh_books())
    (answer,) = Deliveries(practice.fresh_books()).of(session_id)
    pause = next(one for one in answer.moments if one.kind == "pause")
    stretch = recordings.of_moment(session_id, pause)
    assert stretch.recording == file
    assert stretch.start == pytest.approx(3.0 - 0.7)
    assert stretch.end == pytest.approx(3.0 + 1.5 + 1.8)
    assert recordings.of_moment(session_id, DeliveryMoment("stream-1", 0.2, "filler", "um")).start == 0.0
    (whole,) = recordings.of_answer(answer)
    assert (whole.start, whole.end) == (1.0, 6.5)
    file.unlink()
    with pytest.raises(NotFound, match=r"voice\.recordings"):
        recordings.of_moment(session_id, pause)
    with pytest.raises(NotFound):
        recordings.of_moment(session_id, DeliveryMoment("../../..", 0.2, "filler", "um"))
    (file.parent / "000000000000.pcm").write_bytes(b"xx")
    assert recordings.of_moment(session_id, pause).recording == file.parent, "while it is recorded"


def test_answers_are_heard_again_once(practice: Practice) -> None:
    session_id, file = spoken(practice)
    asked: list[tuple[Path, Span, Sequence[Word]]] = []

    def find(path: Path, stretch: Span, words: Sequence[Word]) -> list[FoundFiller]:
        asked.append((path, stretch, words))
        return [FoundFiller(5.6, "uh")]

    recordings = Recordings(practice.fresh_books())
    (heard,) = recordings.hear_again(session_id, find)
    assert (dict(heard.fillers), heard.fillers_at_least) == ({"um": 1, "uh": 1}, 2)
    assert asked == [(file, Span(1.0, 6.5), tuple(ANSWER))]
    assert recordings.hear_again(session_id, find) == ()
    other, _ = answered(practice)
    assert recordings.hear_again(other, find) == ()
    assert len(asked) == 1


def test_an_answer_whose_recording_is_gone_keeps_its_first_count(practice: Practice) -> None:
    session_id, file = spoken(practice)
    file.unlink()
    assert Recordings(practice.fresh_books()).hear_again(session_id, lambda *_: []) == ()
    (kept,) = Deliveries(practice.fresh_books()).of(session_id)
    assert (kept.heard_again, kept.fillers_at_least) == (False, 1)


def test_recordings_go_when_their_days_are_over(practice: Practice) -> None:
    session_id, file = spoken(practice)
    practice.later(days=9)
    younger, kept = spoken(practice)
    practice.later(days=1)
    recordings = Recordings(practice.fresh_books())
    assert recordings.keep("until deleted").sessions == 0
    assert recordings.keep("days", 11).sessions == 0
    removed = recordings.keep("days", 10)
    assert (removed.sessions, removed.size_bytes) == (1, 1_000)
    assert not file.exists()
    assert kept.exists()
    audio = practice.rows(
        "SELECT session_id, audio <> '' FROM practice_message WHERE role = 'person' ORDER BY 1"
    )
    assert audio == [(session_id, 0), (younger, 1)]
    assert len(Deliveries(practice.fresh_books()).of(session_id)) == 1, "what was measured stays"
    assert recordings.keep("none").sessions == 1
    assert not kept.exists()


def test_a_recording_stays_until_it_was_measured_and_a_day_at_most(practice: Practice) -> None:
    session_id, file = spoken(practice)
    recordings = Recordings(practice.fresh_books())
    # Another window opens, or another session ends, while this one is heard again or was left too early for it.
    assert recordings.keep("none").sessions == 0
    assert file.exists()
    recordings.hear_again(session_id, lambda *_: [])
    assert recordings.keep("none").sessions == 1
    assert not file.exists()
    _, never_heard = spoken(practice)
    practice.later(days=1)
    assert recordings.keep("none").sessions == 1
    assert not never_heard.exists()


def test_a_session_that_is_not_over_keeps_its_recording_for_as_long_as_it_is_gone_on_with(
    practice: Practice,
) -> None:
    session = practice.open(practice.create(questions=2))
    session.begin()
    heard(session)
    session.answer("I looked at the plan because the data had grown")
    file = recorded(practice, session.id)
    practice.later(days=29)
    recordings = Recordings(practice.fresh_books())
    assert recordings.keep("none").sessions == 0, "it may be gone on with, and is heard again then"
    assert recordings.keep("days", 30).sessions == 0
    session.tick()
    practice.later(days=29)
    assert recordings.keep("none").sessions == 0
    assert recordings.keep("days", 30).sessions == 0
    assert file.exists()
    practice.later(days=1)
    removed = recordings.keep("none")
    assert (removed.sessions, removed.size_bytes) == (1, 1_000)
    assert not file.exists()
    assert [one.audio for one in session.view().messages if one.role == "person"] == [""]
    # A later stream does not take the place of the one that went.
    assert next_stream(file.parent.parent) == 2
    assert recordings.keep("none").sessions == 0


def test_the_days_of_a_session_that_is_not_over_count_from_when_it_was_left(practice: Practice) -> None:
    session = practice.open(practice.create(questions=2))
    file = recorded(practice, session.id)
    practice.later(days=10)
    recordings = Recordings(practice.fresh_books())
    assert recordings.keep("days", 11).sessions == 0
    assert recordings.keep("until deleted").sessions == 0
    assert file.exists()
    assert recordings.keep("days", 10).sessions == 1
    assert not file.exists()


def test_the_settings_decide(practice: Practice) -> None:
    _, file = spoken(practice)
    runtime = practice.runtime
    assert keep_recordings_as_set(runtime).sessions == 0
    runtime.settings.voice.recordings = "none"
    session_id, other = spoken(practice)
    after_session(runtime, session_id)  # there is no Whisper model to hear it again with
    assert not other.exists()
    assert file.exists(), "nobody has tried yet"
    practice.later(days=1)
    keep_recordings_as_set(runtime)
    assert not file.exists()


def test_whoever_stops_the_second_hearing_keeps_the_recording(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = practice.runtime
    runtime.settings.voice.recordings = "none"
    session_id, file = spoken(practice)
    monkeypatch.setattr("jobcopilot.voice.models.find_model", lambda *_args, **_more: MODEL)
    stop = threading.Event()
    stop.set()
    recordings = Recordings(practice.fresh_books())
    assert recordings.hear_again(session_id, lambda *_: [], stop) == ()

    def stopped(*_args: object, **_more: object) -> list[FoundFiller]:
        raise Cancelled("Listening again was stopped")

    monkeypatch.setattr("jobcopilot.voice.heard_again.find_fillers", stopped)
    after_session(runtime, session_id)
    assert file.exists()
    practice.later(days=2)
    # Stopped between two answers it returns: the report was left, and the rest is heard the next time.
    after_session(runtime, session_id, stop)
    assert file.exists()
    (kept,) = Deliveries(practice.fresh_books()).of(session_id)
    assert not kept.heard_again


def test_the_command_line(practice: Practice, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shell = ModelShell(tmp_path / "home", capsys)
    assert "No session was spoken yet" in shell("practice", "delivery")
    typed, _ = answered(practice)
    assert "Nothing was spoken" in shell("practice", "delivery", str(typed))
    session_id, file = spoken(practice)
    told = shell("practice", "delivery", str(session_id))
    assert "at least 1 filler (um 1)" in told
    assert "  2  0:03.0  pause: 1.5 s" in told
    got = json.loads(shell("practice", "delivery", str(session_id), "--json"))
    assert got["delivery"]["answers"][0]["pauses"] == 1
    assert json.loads(shell("practice", "delivery", "--json"))["sessions"][0]["session"] == session_id
    assert "at least" in shell("practice", "delivery")
    assert "number 9 of 3" in shell.refused("practice", "play", str(session_id), "9")
    file.unlink()
    assert "not there any more" in shell.refused("practice", "play", str(session_id), "1")
    assert "no Whisper model" in shell.refused("practice", "delivery", str(session_id), "--again")
    assert "needs a session" in shell.refused("practice", "delivery", "--again")
    assert "There is no such session" in shell.refused("practice", "delivery", "99")
