"""A spoken session with a microphone that says what the test wants: every turn, every key, everything that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.practice.interviewers.port import Turn, Utterance
from jobcopilot.practice.session_events import Ended, Marked
from jobcopilot.practice.spoken.port import (
    AnswerHeard,
    GoneOn,
    LevelHeard,
    Pausing,
    Said,
    SpokenHow,
    Told,
    Withdrawn,
    WordsHeard,
)
from jobcopilot.practice.spoken.session import Parts, SpokenSession
from jobcopilot.voice import events
from jobcopilot.voice.port import DeviceLost, DeviceMissing
from tests.fakes.ear import SECONDS, FakeEar, Following
from tests.fakes.practice import Practice, ScriptedInterviewer, make_practice

LONG = "I looked at the plan because the data had grown and added an index"


class Spoken:
    """A spoken session, its microphone, and whoever follows it."""

    def __init__(self, practice: Practice, number: int, how: SpokenHow, **parts: Any) -> None:
        self.practice = practice
        self.ears: list[FakeEar] = []
        self.opened = threading.Event()
        self.kept: list[Path] = []
        self.learned: list[events.Stopped] = []
        given: dict[str, Any] = {
            "open_session": lambda: practice.open(number),
            "folder": practice.books.folder / f"session-{number}",
            "open_ear": self._open,
            "keep": self.kept.append,
            "learned": self.learned.append,
        }
        self.session = SpokenSession(Parts(**(given | parts)), how)
        self.follow = Following(self.session)

    def _open(self, folder: Path) -> FakeEar:
        folder.mkdir(parents=True)
        self.ears.append(FakeEar(folder))
        return self.ears[-1]

    @property
    def ear(self) -> FakeEar:
        return self.ears[-1]

    def said(self) -> list[tuple[str, str, str]]:
        """What was said, as the database has it, without what was cut short."""
        view = self.session.session.view()
        return [(one.role, one.kind, one.text) for one in view.messages]


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return make_practice(tmp_path)


@pytest.fixture
def speak(practice: Practice) -> Iterator[Callable[..., Spoken]]:
    made: list[Spoken] = []

    def begin(number: int | None = None, *, how: SpokenHow | None = None, **parts: Any) -> Spoken:
        chosen = practice.create(questions=2) if number is None else number
        made.append(Spoken(practice, chosen, how or SpokenHow(file="x", real_time=False), **parts))
        return made[-1]

    yield begin
    for one in made:
        one.session.close()
        one.follow.end()


class Gated(ScriptedInterviewer):
    """Thinks until it is let, or stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.let = threading.Event()
        self.thinks = threading.Event()
        self.stopped = threading.Event()
        self.waits_for = "answer"

    def speak(self, turn: Turn) -> Utterance:
        self.stopped.clear()
        if turn.request == self.waits_for:
            self.thinks.set()
            while not self.let.wait(0.01) and not self.stopped.is_set():
                pass
        return super().speak(turn)

    def cancel(self) -> None:
        super().cancel()
        self.stopped.set()


def test_a_session_is_spoken_from_begin_to_end(speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    follow = spoken.follow
    for number in range(2):
        follow.state("listening")
        spoken.ear.tell(events.Level(at=1.0, decibels=-30.0, peak=0.2, voiced=True))
        assert follow.wait(LevelHeard).decibels == -30.0
        spoken.ear.start("I looked at", "the plant")
        heard = follow.wait(WordsHeard)
        assert (heard.confirmed, heard.tentative) == ("I looked at", "the plant")
        spoken.ear.pause()
        assert follow.wait(Pausing).wait == 1.2
        spoken.ear.resume()
        follow.wait(GoneOn)
        spoken.ear.hear("the plan because", "the data")
        assert follow.wait(WordsHeard).confirmed == "I looked at the plan because"
        spoken.ear.end("the data had grown")
        answer = follow.wait(AnswerHeard).message
        assert answer.text == "I looked at the plan because the data had grown"
        assert answer.audio == "stream-1/recording.flac#t=0.70,4.00"
        follow.state("thinking")
        follow.wait(Said, lambda said: isinstance(said.event, Marked))
        follow.wait(Said, lambda said: isinstance(said.event, Ended))
        assert answer.state == "sent", number
    follow.state("over")
    follow.end()
    assert [kind for _, kind, _ in spoken.said()] == ["question", "answer", "question", "answer", "closing"]
    assert spoken.session.session.status == "completed"
    revisions = [event.revision for event in follow.of(WordsHeard)]
    assert revisions == sorted(revisions)
    assert spoken.ear.closed.is_set()
    assert spoken.kept == [spoken.ear.folder]


def test_whoever_goes_on_takes_the_answer_back(practice: Practice, speak: Callable[..., Spoken]) -> None:
    practice.interviewer = thinking = Gated()
    spoken = speak()
    follow = spoken.follow
    follow.state("listening")
    spoken.ear.say("I looked at the plan")
    first = follow.wait(AnswerHeard).message
    assert thinking.thinks.wait(SECONDS)
    spoken.ear.start("because the data")
    withdrawn = follow.wait(Withdrawn)
    assert (withdrawn.answer_id, withdrawn.reply_id) == (first.id, None)
    follow.state("listening")
    view = spoken.session.session.view()
    assert [one.role for one in view.messages] == ["interviewer"]
    assert view.draft.startswith("I looked at the plan")
    assert not spoken.session.session.owed
    assert follow.wait(WordsHeard, lambda words: "data" in words.confirmed).confirmed == (
        "I looked at the plan because the data"
    )
    thinking.let.set()
    spoken.ear.end("had grown")
    answer = follow.wait(AnswerHeard).message
    assert answer.text == "I looked at the plan because the data had grown"
    assert answer.audio.split() == ["stream-1/recording.flac#t=0.70,4.00"] * 2
    follow.state("listening")
    assert [text for role, _, text in spoken.said() if role == "person"] == [answer.text]
    assert len(follow.of(Withdrawn)) == 1
    # Nothing of what was begun for the first half was told.
    assert [said.event.message.kind for said in follow.of(Said) if isinstance(said.event, Ended)] == [
        "question", "question",
    ]  # fmt: skip


def test_what_a_stale_pass_heard_is_neither_shown_nor_stored(speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    spoken.follow.state("listening")
    ear = spoken.ear
    ear.start("one")
    ear.pause()
    ear.resume()
    ear.hear("STALE", revision=0)
    ear.hear("two")
    ear.hear("STALE", turn=7)
    ear.end("three four five")
    assert spoken.follow.wait(AnswerHeard).message.text.endswith("two three four five")
    spoken.follow.state("listening")
    shown = " ".join(f"{one.confirmed} {one.tentative}" for one in spoken.follow.of(WordsHeard))
    assert "STALE" not in shown


def test_a_turn_without_words_is_no_answer(speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    spoken.follow.state("listening")
    spoken.ear.say("")
    spoken.ear.say(LONG)
    assert spoken.follow.wait(AnswerHeard).message.text == LONG
    assert len(spoken.follow.of(AnswerHeard)) == 1


def test_the_microphone_that_is_missing_leaves_typing(speak: Callable[..., Spoken]) -> None:
    def missing(_folder: Path) -> FakeEar:
        raise DeviceMissing("There is no microphone", "none is plugged in", "Plug one in, or type.")

    spoken = speak(open_ear=missing)
    follow = spoken.follow
    told = follow.wait(Told)
    assert (told.code, told.severe, told.hint) == ("device-missing", True, "Plug one in, or type.")
    follow.state("typing")
    spoken.session.answer(LONG)
    assert follow.wait(AnswerHeard).message.audio == ""
    follow.state("typing")
    spoken.session.answer(LONG)
    follow.state("over")


def test_a_microphone_that_is_pulled_out_keeps_what_was_said(speak: Callable[..., Spoken]) -> None:
    spoken = speak(how=SpokenHow())
    follow = spoken.follow
    follow.state("listening")
    spoken.ear.start("I looked at the", "plan")
    follow.wait(WordsHeard)
    spoken.ear.end("plan because", reason="stream")
    spoken.ear.tell(DeviceLost("The microphone is gone", "it was pulled out"))
    assert follow.wait(Told).severe
    follow.state("typing")
    assert spoken.session.session.view().draft == "I looked at the plan because"
    assert not follow.of(AnswerHeard)
    spoken.session.type_instead()
    follow.state("listening")
    assert len(spoken.ears) == 2
    spoken.ear.say("the data had grown")
    assert follow.wait(AnswerHeard).message.text == "I looked at the plan because the data had grown"
