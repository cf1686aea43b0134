"""What a model reads while an answer is spoken is the beginning of what it is asked afterwards, to the letter."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from jobcopilot.inference.port import Cancel, ModelCrashed, Prefilled, Turn
from jobcopilot.practice.interviewers.model import ModelInterviewer
from jobcopilot.practice.session import Session
from jobcopilot.practice.spoken.ahead import ListeningAhead
from tests.fakes.ear import SECONDS
from tests.fakes.practice import heard, make_practice
from tests.fakes.scripted_model import Script, ScriptedModel, do

ANSWER = (
    "I rewrote the slow report with my team, and it became faster after I looked at the plan of the query."
)
GREETING = do("greet", "Hello, and welcome to this technical round.")
FOLLOW_UP = do("follow_up", "How much faster was the report in the end?")


@dataclass
class Reading(ScriptedModel):
    """A scripted model that keeps what it read ahead."""

    read: list[tuple[Turn, ...]] = field(default_factory=list)
    gentle: list[bool] = field(default_factory=list)
    hold: bool = False
    """Whether it reads until it is stopped."""
    reading: threading.Event = field(default_factory=threading.Event)

    def prefill(
        self, conversation: Sequence[Turn], cancel: Cancel | None = None, *, gentle: bool = False
    ) -> Prefilled:
        self.gentle.append(gentle)
        self.read.append(tuple(conversation))
        self.reading.set()
        if self.hold:
            assert cancel is not None
            assert cancel.wait(SECONDS), "reading ahead did not make way"
        return Prefilled(10, 2, 0.01, cancelled=self.hold)


def begun(folder: Path, script: list[Script]) -> tuple[Reading, Session]:
    practice = make_practice(folder)
    model = Reading(script)
    practice.interviewer = ModelInterviewer("llama", model)  # type: ignore[assignment]
    session = practice.open(practice.create(questions=2, skills=("Python",), interviewer="llama"))
    session.begin()
    heard(session)
    return model, session


def is_beginning(read: tuple[Turn, ...], asked: tuple[Turn, ...]) -> bool:
    """Whether what was read is what is asked, its last turn being open."""
    *before, last = read
    return (
        asked[: len(before)] == tuple(before)
        and len(asked) == len(read)
        and asked[-1].role == last.role == "user"
        and asked[-1].text.startswith(last.text)
    )


def test_every_beginning_is_a_beginning_of_the_request(tmp_path: Path) -> None:
    model, session = begun(
        tmp_path, [GREETING, FOLLOW_UP, do("move_on", "Thank you."), do("move_on", "Thanks.")]
    )
    said = ANSWER.split()
    for turn in range(3):
        model.read.clear()
        for count in (0, 3, 11, len(said)):
            session.listen_ahead(" ".join(said[:count]))
        session.answer(ANSWER)
        heard(session)
        asked = model.requests[-1].conversation
        assert len(model.read) == 4, turn
        assert all(is_beginning(read, asked) for read in model.read)
        # What is left is the end of the answer's fence and the task.
        left = asked[-1].text.removeprefix(model.read[-1][-1].text)
        assert left.startswith('\nANSWER>>>\nChoose "')
    assert all(model.gentle)
    assert session.status == "completed"


def test_in_a_silence_the_task_is_read_too(tmp_path: Path) -> None:
    model, session = begun(
        tmp_path, [GREETING, FOLLOW_UP, do("clarify", "It is about the plan of the query.")]
    )
    for said in (ANSWER, "What do you mean by that question?"):
        session.listen_ahead(said, ended=True)
        session.answer(said)
        heard(session)
        assert model.read[-1] == model.requests[-1].conversation
        assert not model.gentle[-1]
    # What rules will answer needs no reading.
    session.listen_ahead("Could you repeat the question, please?", ended=True)
    assert len(model.read) == 2


def test_a_word_that_turns_out_different_costs_the_rest_only(tmp_path: Path) -> None:
    model, session = begun(tmp_path, [GREETING, FOLLOW_UP])
    session.listen_ahead(ANSWER.replace("query", "quarry"))
    session.answer(ANSWER)
    heard(session)
    asked, read = model.requests[-1].conversation[-1].text, model.read[-1][-1].text
    same = next(at for at, (one, other) in enumerate(zip(read, asked, strict=False)) if one != other)
    assert asked[:same].endswith("the plan of the qu")


def test_an_answer_that_is_taken_back_leaves_the_conversation_as_it_was(tmp_path: Path) -> None:
    model, session = begun(tmp_path, [GREETING, FOLLOW_UP, FOLLOW_UP, do("move_on", "Thank you.")])
    first = model.requests[0].conversation
    session.listen_ahead("I rewrote")
    session.answer("I rewrote the slow report.")
    assert list(session.reply(lambda: False)) == []
    assert session.take_back() is None
    session.listen_ahead("I rewrote the slow report. With my team")
    session.answer(ANSWER)
    heard(session)
    after = model.requests[-1].conversation
    assert after[: len(first)] == first
    assert [turn.role for turn in after] == ["system", "user", "assistant", "user"]
    assert all(is_beginning(read, model.requests[1].conversation) for read in model.read[:1])
    # Also where the reply had been given: what was said to it is gone from the conversation.
    assert session.take_back() is not None
    session.answer(f"{ANSWER} And more.")
    heard(session)
    last = model.requests[-1].conversation
    assert [turn.role for turn in last] == ["system", "user", "assistant", "user"]
    assert last[:3] == after[:3]


def test_reading_makes_way_for_the_reply(tmp_path: Path) -> None:
    model, session = begun(tmp_path, [GREETING, FOLLOW_UP])
    model.hold = True
    reading = threading.Thread(target=session.listen_ahead, args=(ANSWER,))
    reading.start()
    assert model.reading.wait(SECONDS)
    session.answer(ANSWER)
    heard(session)
    reading.join(SECONDS)
    assert not reading.is_alive()
    assert session.view().messages[-1].kind == "follow_up"


def test_nothing_is_read_while_the_interviewer_speaks_or_nothing_is_asked(tmp_path: Path) -> None:
    model, session = begun(tmp_path, [GREETING, FOLLOW_UP])
    session.answer(ANSWER)
    session.listen_ahead("Too early")
    events = session.reply()
    next(events)
    session.listen_ahead("Too early")
    assert not model.read
    list(events)
    session.listen_ahead("Now")
    assert len(model.read) == 1


def test_a_model_that_cannot_read_ahead_is_asked_all_the_same(tmp_path: Path) -> None:
    model, session = begun(tmp_path, [GREETING, FOLLOW_UP])

    def broken(*_given: Any, **_how: Any) -> Prefilled:
        raise ModelCrashed("The model's engine died", "in a test")

    model.prefill = broken  # type: ignore[method-assign]
    with pytest.raises(ModelCrashed):
        session.listen_ahead(ANSWER)
    session.answer(ANSWER)
    heard(session)
    assert session.view().messages[-1].by == "scripted"


def test_a_fault_while_reading_along_costs_one_reading() -> None:
    read: queue.SimpleQueue[str] = queue.SimpleQueue()

    class Faulty:
        def listen_ahead(self, words: str, *, ended: bool = False) -> None:
            read.put(words)
            if words == "I":
                raise RuntimeError("nobody thought of this")

    ahead, session = ListeningAhead(), cast("Session", Faulty())
    ahead.want(session, "I")
    assert read.get(timeout=30) == "I"
    ahead.want(session, "I looked")
    assert read.get(timeout=30) == "I looked"
    ahead.close()
