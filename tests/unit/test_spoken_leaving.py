"""A spoken session whose streams end late, whose steps are refused, and which is left at a bad moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jobcopilot.errors import StorageError
from jobcopilot.practice.session_events import Marked
from jobcopilot.practice.spoken.growing import GrowingAnswer, SpokenAnswer
from jobcopilot.practice.spoken.port import AnswerHeard, Said, SpokenHow, Told, WordsHeard
from jobcopilot.voice import events
from jobcopilot.voice.port import DeviceMissing, Span
from tests.fakes.ear import words
from tests.fakes.practice import Practice, make_practice
from tests.fakes.spoken_session import Gated, LateEar, Spoken, speakers


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return make_practice(tmp_path)


@pytest.fixture
def speak(practice: Practice) -> Iterator[Callable[..., Spoken]]:
    with speakers(practice, SpokenHow(), LateEar) as begin:
        yield begin


@pytest.mark.parametrize("key", ["pause", "type_instead"])
def test_a_key_pressed_twice_opens_the_microphone_again(speak: Callable[..., Spoken], key: str) -> None:
    spoken = speak()
    follow = spoken.follow
    follow.state("listening")
    first = spoken.ears[0]
    first.start("I looked at")
    follow.wait(WordsHeard)
    press = getattr(spoken.session, key)
    press()
    assert first.stopped.wait(60)
    first.hear("the plan")
    follow.wait(WordsHeard, lambda heard: heard.confirmed == "I looked at the plan")
    press()
    # The stream that the first key closed ends only now.
    first.end("because", reason="stream")
    first.tell(None)
    follow.state("starting")
    follow.state("listening")
    assert len(spoken.ears) == 2
    spoken.ears[1].say("the data had grown")
    assert follow.wait(AnswerHeard).message.text == "I looked at the plan because the data had grown"
    assert not [one for one in follow.of(Told) if one.severe]


def test_an_answer_is_measured_also_where_the_person_leaves_before_the_reply(
    practice: Practice, speak: Callable[..., Spoken]
) -> None:
    practice.interviewer = Gated()
    measured: list[SpokenAnswer] = []
    spoken = speak(heard=measured.append)
    spoken.follow.state("listening")
    spoken.ears[0].say("I looked at the plan")
    answer = spoken.follow.wait(AnswerHeard).message
    spoken.session.close()
    spoken.ears[0].tell(None)
    spoken.follow.end()
    assert [one.message.id for one in measured] == [answer.id]


@pytest.mark.parametrize("key", ["skip", "go on with another answer"])
def test_an_answer_is_measured_also_where_its_reply_was_cut_short(
    practice: Practice, speak: Callable[..., Spoken], key: str
) -> None:
    practice.interviewer = Gated()
    measured: list[SpokenAnswer] = []
    spoken = speak(heard=measured.append)
    spoken.follow.state("listening")
    spoken.ears[0].say("I looked at the plan")
    answer = spoken.follow.wait(AnswerHeard).message
    spoken.session.interrupt()
    spoken.follow.state("listening")
    if key == "skip":
        spoken.session.act(lambda session: session.end())
    else:
        spoken.ears[0].say("and I added an index")
        spoken.follow.wait(AnswerHeard)
    spoken.follow.state("thinking")
    assert [one.message.id for one in measured] == [answer.id]


def test_an_answer_that_cannot_be_measured_is_answered_all_the_same(speak: Callable[..., Spoken]) -> None:
    def refuse(_answer: SpokenAnswer) -> None:
        raise StorageError("The disk is full", "delivery")

    spoken = speak(heard=refuse)
    spoken.follow.state("listening")
    spoken.ears[0].say("I looked at the plan because the data had grown")
    spoken.follow.wait(AnswerHeard)
    assert spoken.follow.wait(Told).title == "The disk is full"
    # The event that would have been told beside it is told.
    assert isinstance(spoken.follow.wait(Said).event, Marked)
    spoken.follow.state("listening")


def full(*_given: object, **_more: object) -> None:
    raise StorageError("The disk is full", "the database", "Free some space.")


def test_no_word_of_a_turn_is_lost_where_the_answer_before_cannot_be_taken_back(
    practice: Practice, speak: Callable[..., Spoken]
) -> None:
    practice.interviewer = Gated()
    spoken = speak(refuse={"take_back": full})
    spoken.follow.state("listening")
    spoken.ears[0].say("I looked at the plan")
    spoken.follow.wait(AnswerHeard)
    spoken.ears[0].start("because the data")
    assert spoken.follow.wait(Told).title == "The disk is full"
    assert spoken.follow.wait(WordsHeard, lambda heard: heard.confirmed).confirmed == "because the data"


def test_a_draft_that_cannot_be_kept_leaves_typing(speak: Callable[..., Spoken]) -> None:
    spoken = speak(refuse={"keep_draft": full})
    spoken.follow.state("listening")
    ear = spoken.ears[0]
    ear.start("I looked at")
    spoken.follow.wait(WordsHeard)
    ear.tell(None)
    spoken.follow.state("typing")
    assert ear.closed.is_set()
    assert "The disk is full" in [one.title for one in spoken.follow.of(Told)]


def test_every_recording_is_kept_whatever_else_is_refused(
    practice: Practice, speak: Callable[..., Spoken]
) -> None:
    kept: list[str] = []

    def keep(folder: Path) -> None:
        kept.append(folder.name)
        full()

    spoken = speak(refuse={"pause": full}, keep=keep)
    follow = spoken.follow
    follow.state("listening")
    spoken.ears[0].tell(None)
    follow.state("typing")
    spoken.session.type_instead()
    follow.state("listening")
    spoken.session.close()
    spoken.ears[1].tell(None)
    follow.end()
    assert kept == ["stream-1", "stream-2"]
    assert spoken.ears[1].closed.is_set()


def test_the_microphone_is_closed_whatever_fails(practice: Practice, speak: Callable[..., Spoken]) -> None:
    def broken(_text: str) -> None:
        raise RuntimeError("nobody thought of this")

    spoken = speak(refuse={"keep_draft": broken})
    spoken.follow.state("listening")
    spoken.session.close()
    with pytest.raises(RuntimeError):
        spoken.follow.end()
    assert spoken.ears[0].closed.is_set()


def test_what_is_said_beside_a_typed_answer_answers_nothing_else(speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    follow = spoken.follow
    follow.state("listening")
    ear = spoken.ears[0]
    ear.start("wait let me")
    follow.wait(WordsHeard)
    spoken.session.answer("I looked at the plan because the data had grown")
    assert follow.wait(AnswerHeard).message.text == "I looked at the plan because the data had grown"
    follow.state("listening")
    assert "done" in ear.asked
    ear.hear("type it")
    ear.say("we added an index because it was slow")
    # Nor does it begin the next answer.
    assert follow.wait(AnswerHeard).message.text == "we added an index because it was slow"


@pytest.mark.parametrize("why", ["the disk is full", "the interviewer speaks"])
def test_a_typed_answer_that_is_refused_stays_as_the_draft(
    practice: Practice, speak: Callable[..., Spoken], why: str
) -> None:
    def no_microphone(_folder: Path) -> LateEar:
        raise DeviceMissing("There is no microphone")

    practice.interviewer = thinking = Gated()
    refuse = {"answer": full} if why == "the disk is full" else {}
    spoken = speak(refuse=refuse, open_ear=no_microphone)
    spoken.follow.state("typing")
    if not refuse:
        spoken.session.answer("I looked at the plan")
        assert thinking.thinks.wait(60)
    # Whoever shows the field has emptied it by then.
    spoken.session.answer("because the data had grown")
    spoken.follow.wait(Told, lambda told: told.code in ("storage-error", "usage-error"))
    assert spoken.session.session.view().draft == "because the data had grown"
    thinking.let.set()


@pytest.mark.parametrize("whole", [True, False])
def test_a_turn_that_another_process_went_on_with_is_measured_where_all_of_it_is_known(whole: bool) -> None:
    # With the voice of a part and all the words it would make a very fast answer.
    voiced: tuple[Span, ...] = (Span(10.0, 17.0),)
    missing = (Span(4.0, 4.5),)
    if whole:
        voiced = (Span(1.0, 4.0), Span(4.5, 9.0), *voiced)
    said = words("We had a slow report and I added an index to it")
    answer = GrowingAnswer()
    answer.begin(1, events.TurnStarted(at=1.3, turn=1, started=1.0))
    answer.end(
        events.TurnEnded(
            at=18.2, turn=1, revision=1, reason="silence", text="We had", words=said, silence=1.2, wait=1.2,
            started=1.0, voiced=voiced, missing=missing,
        ),
        "stream-1",
    )  # fmt: skip
    (heard,) = answer.heard
    assert heard.voiced == (voiced if whole else ())
    assert heard.missing == missing
    assert heard.words == said
    assert heard.audio == "stream-1/recording.flac#t=1.00,17.00"
