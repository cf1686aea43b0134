"""Two processes on one session: one of them speaks and takes answers, and a dead one holds up nobody.

The other process is a real one. It tells on stdout what it does, and does one thing for each line it is given.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jobcopilot.cli.practice_talk import Talk
from jobcopilot.errors import BadInput, NotFound, UsageError
from jobcopilot.practice.session_claim import LEASE, HeldElsewhere, Holders, beating
from jobcopilot.practice.session_events import Began, Ended, Piece
from tests.fakes.practice import Practice, heard, make_practice

LONG = "I looked at the plan because the data had grown and added an index"
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


def _child(folder: str, number: int, how: str) -> None:
    """Hold a session, one step for each line on stdin ("race": as fast as it can, letting go now and then)."""
    practice = make_practice(Path(folder), existing=True)
    if how == "race":
        _race(practice, number)
        return
    try:
        session = practice.open(number)
        print("opened", flush=True)
        if session.status == "pending":
            session.begin()
        for line in sys.stdin:
            match line.strip():
                case "reply":
                    for event in session.reply():
                        if isinstance(event, Piece):
                            print("piece", flush=True)
                            sys.stdin.readline()
                case "pause":
                    session.pause()
                case "answer":
                    session.answer(LONG)
                case "go_on":
                    session.go_on()
            print("done", flush=True)
    except UsageError as refused:
        print(f"refused: {refused}", flush=True)


def _race(practice: Practice, number: int) -> None:
    draw = random.Random(os.getpid())
    print("ready", flush=True)
    sys.stdin.readline()
    said = 0
    while True:
        try:
            if practice.sessions.view(number).row.status == "completed":
                break
            session = practice.open(number)
            if session.status == "pending":
                session.begin()
            heard(session)
            while (seen := session.current) is not None:
                answer = session.answer(f"Answer {os.getpid()} to {seen.text}")
                said += 1
                assert answer.asked_id == seen.id, "it is given to the question that was seen"
                if draw.random() < 0.3:
                    session.pause()
                    time.sleep(draw.uniform(0.01, 0.1))  # so that the other one has a chance
                    break
                heard(session)
        except UsageError:
            # Whoever does not have it looks again in a moment, as a person would.
            time.sleep(draw.uniform(0.002, 0.03))
    print(f"said {said}", flush=True)


class Other:
    """Another process on the same home."""

    def __init__(self, folder: Path, number: int, how: str = "step") -> None:
        command = [sys.executable, "-m", "tests.unit.test_session_claim", str(folder), str(number), how]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def hears(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def does(self, what: str) -> str:
        """Let it take one step; return what it tells of it."""
        self.tell(what)
        return self.hears()

    def tell(self, what: str) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(f"{what}\n")
            self.process.stdin.flush()


@contextmanager
def other(folder: Path, number: int, how: str = "step") -> Iterator[Other]:
    """Run another process until the block ends."""
    process = Other(folder, number, how)
    try:
        yield process
    finally:
        process.process.kill()
        process.process.communicate()


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return make_practice(tmp_path)


def test_a_session_that_is_open_elsewhere_is_not_taken_up_nor_deleted(
    practice: Practice, tmp_path: Path
) -> None:
    number = practice.create()
    with other(tmp_path, number) as there:
        assert there.hears() == "opened"
        with pytest.raises(HeldElsewhere, match="open in another Jobcopilot"):
            practice.open(number)
        with pytest.raises(HeldElsewhere):
            practice.history.delete(number)
        assert practice.sessions.view(number).row.id == number, "looking is for everybody"
        assert there.does("reply") == "piece"
        with pytest.raises(HeldElsewhere):
            practice.open(number)
        assert practice.rows("SELECT state FROM practice_message") == [("speaking",)], "it speaks on"


def test_who_pauses_lets_it_go_and_is_told_where_it_went(practice: Practice, tmp_path: Path) -> None:
    number = practice.create()
    with other(tmp_path, number) as there:
        assert there.hears() == "opened"
        assert there.does("pause") == "done"
        session = practice.open(number)
        heard(session)
        session.answer(LONG)
        heard(session)
        session.pause()
        before = (
            practice.rows("SELECT * FROM practice_message"),
            practice.rows("SELECT * FROM practice_asked"),
        )
        # It may take the session up anew by now, but what it saw last is not what was said last.
        assert there.does("answer").startswith("refused: The session went on in another Jobcopilot")
        after = practice.rows("SELECT * FROM practice_message"), practice.rows("SELECT * FROM practice_asked")
        assert after == before


def test_who_pauses_and_goes_on_has_it_again(practice: Practice, tmp_path: Path) -> None:
    number = practice.create()
    with other(tmp_path, number) as there:
        assert there.hears() == "opened"
        assert [there.does("pause"), there.does("go_on")] == ["done", "done"]
        with pytest.raises(HeldElsewhere):
            practice.open(number)


@needs_signals
def test_a_killed_process_holds_up_nobody(practice: Practice, tmp_path: Path) -> None:
    number = practice.create()
    with other(tmp_path, number) as there:
        assert there.hears() == "opened"
        assert there.does("reply") == "piece"
        there.process.send_signal(signal.SIGKILL)
        there.process.wait()
        session = practice.open(number)
        heard(session)
        assert [one.state for one in session.view().messages] == ["interrupted", "complete"]


@needs_signals
def test_a_suspended_process_loses_it_in_time_and_writes_nothing_more(
    practice: Practice, tmp_path: Path
) -> None:
    number = practice.create()
    with other(tmp_path, number) as there:
        assert there.hears() == "opened"
        assert there.does("reply") == "piece"
        there.process.send_signal(signal.SIGSTOP)
        with pytest.raises(HeldElsewhere):
            practice.open(number)
        practice.books.holders = Holders(
            practice.books.folder / "running", monotonic=lambda: time.monotonic() + LEASE
        )
        session = practice.open(number)
        heard(session)
        session.answer(LONG)
        stored = practice.rows("SELECT id, text, state, kind FROM practice_message")
        there.process.send_signal(signal.SIGCONT)
        there.tell("")
        told = there.hears()
        while told == "piece":
            told = there.does("")
        assert told.startswith("refused: The session went on in another Jobcopilot")
        assert practice.rows("SELECT id, text, state, kind FROM practice_message") == stored
        heard(session)
        assert session.view().asked[0].status == "answered"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_two_processes_race_and_every_question_is_asked_and_answered_once(
    practice: Practice, tmp_path: Path
) -> None:
    spoke: set[int] = set()
    for seed in range(3):
        number = practice.create(questions=8, skills=("Python", "SQL", "Airflow"), seed=seed)
        with other(tmp_path, number, "race") as one, other(tmp_path, number, "race") as two:
            both = (one, two)
            assert [there.hears() for there in both] == ["ready", "ready"]
            for there in both:
                there.tell("go")
            told = [there.hears() for there in both]
            assert [there.process.wait(120) for there in both] == [0, 0], told
            spoke |= {at for at, words in enumerate(told) if words != "said 0"}
        view = practice.sessions.view(number)
        assert view.row.status == "completed"
        assert {message.state for message in view.messages} == {"complete"}
        for asked in view.asked:
            mine = [message for message in view.messages if message.asked_id == asked.id]
            assert [message.kind for message in mine] == ["question", "answer"]
            assert asked.text in mine[1].text
        assert practice.rows(
            "SELECT count(*), count(DISTINCT asked_id) FROM practice_assessment WHERE asked_id IN"
            " (SELECT id FROM practice_asked WHERE session_id = ?)",
            number,
        ) == [(8, 8)]
    assert spoke == {0, 1}, "both had their turns"


def test_an_interviewer_that_fails_where_the_session_left_fails_for_nobody_else(practice: Practice) -> None:
    number = practice.create()
    left = practice.open(number)
    left.begin()
    there = left.reply()
    assert isinstance([next(there), next(there)][1], Piece)
    session = practice.open(number)
    here = session.reply()
    assert isinstance(next(here), Began)
    # As a server's connection that broke while this process was suspended.
    practice.interviewer.fail = 1
    with pytest.raises(HeldElsewhere):
        next(there)
    assert practice.interviewer.fail == 0, "it failed"
    assert [type(event) for event in here][-1] is Ended
    assert session.status == "in_progress"
    session.answer(LONG)


def test_the_later_of_two_screens_of_one_process_has_it(practice: Practice) -> None:
    number = practice.create()
    first = practice.open(number)
    first.begin()
    events = first.reply()
    assert isinstance(next(events), Began)
    second = practice.open(number)
    with pytest.raises(HeldElsewhere):
        list(events)
    assert practice.interviewer.cancelled == 1
    heard(second)
    assert [one.state for one in second.view().messages] == ["interrupted", "complete"]
    assert second.status == "in_progress", "nothing broke"
    for act in (lambda: first.answer(LONG), first.tick, first.pause):
        with pytest.raises(HeldElsewhere):
            act()


def test_a_session_that_is_over_or_deleted_is_held_by_nobody(practice: Practice) -> None:
    done = practice.open(practice.create(questions=1))
    done.begin()
    heard(done)
    done.answer(LONG)
    heard(done)
    done.tick()
    broken_off = practice.open(practice.create())
    broken_off.cancel()
    assert practice.rows("SELECT held_until FROM practice_session") == [(None,), (None,)]
    gone = practice.open(practice.create())
    gone.begin()
    practice.history.delete(gone.id)
    with pytest.raises(NotFound):
        gone.tick()


def test_a_session_that_broke_off_may_be_taken_up_anywhere(practice: Practice) -> None:
    session = practice.open(practice.create())
    session.begin()
    practice.interviewer.fail = 1
    with pytest.raises(BadInput):
        heard(session)
    assert practice.rows("SELECT status, held_until FROM practice_session") == [("error", None)]


def test_words_that_cannot_be_given_at_the_prompt_are_shown(
    practice: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    number = practice.create()
    session = practice.open(number)

    def taken_over() -> Iterator[str]:
        yield "The first answer that is long enough"
        practice.open(number)
        yield "The words that came too late"

    talk = Talk(session, [], quiet=False)
    talk._answers = taken_over()
    with pytest.raises(HeldElsewhere, match="went on in another Jobcopilot"):
        talk.hold()
    assert "Not given: The words that came too late" in capsys.readouterr().err
    said = [one.final for one in practice.sessions.view(number).messages if one.role == "person"]
    assert said == ["The first answer that is long enough"]


def test_a_lease_is_no_longer_than_it_can_be(practice: Practice) -> None:
    holders = Holders(practice.books.folder / "running", monotonic=lambda: 1_000.0)
    living = Holders(practice.books.folder / "running").new_name()
    stranger = f"practice-1-{'0' * 12}/1"
    assert not holders.elsewhere(living, holders.until()), "it is this process"
    assert not holders.elsewhere(stranger, holders.until()), "its process is gone"
    assert not holders.elsewhere(None, None)
    assert not holders.elsewhere(stranger, None)


def test_beats_come_until_the_block_ends_or_one_fails() -> None:
    beats = 0
    enough = threading.Event()

    def beat() -> None:
        nonlocal beats
        beats += 1
        if beats == 3:
            enough.set()
            raise OSError("the disk is full")

    with beating(beat, 0.001):
        assert enough.wait(20)
        assert not any(thread.name == "session" and _joined(thread) for thread in threading.enumerate())
    assert beats == 3


def _joined(thread: threading.Thread) -> bool:
    thread.join(20)
    return thread.is_alive()


if __name__ == "__main__":
    _child(sys.argv[1], int(sys.argv[2]), sys.argv[3])
