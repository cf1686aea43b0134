"""A spoken draft that is left and taken up again: the answer that comes of it is heard whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jobcopilot.practice.spoken.growing import Heard, SpokenAnswer
from jobcopilot.practice.spoken.kept_turns import FILE, keep_turns, turns_of
from jobcopilot.practice.spoken.port import AnswerHeard, SpokenHow, Withdrawn, WordsHeard
from jobcopilot.voice.port import Span
from tests.fakes.ear import words
from tests.fakes.practice import Practice, make_practice
from tests.fakes.spoken_session import LateEar, Spoken, speakers


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return make_practice(tmp_path)


@pytest.fixture
def speak(practice: Practice) -> Iterator[Callable[..., Spoken]]:
    with speakers(practice, SpokenHow(), LateEar) as begin:
        yield begin


def left_in_the_middle(spoken: Spoken, said: str) -> None:
    """Say something, and leave before the answer is over: the stream's end is that of the turn."""
    spoken.follow.state("listening")
    ear = spoken.ears[-1]
    ear.start(said)
    spoken.follow.wait(WordsHeard, lambda heard: heard.confirmed.endswith(said))
    spoken.session.close()
    assert ear.stopped.wait(60)
    ear.end(reason="stream")
    ear.tell(None)
    spoken.follow.end()


def test_an_answer_that_is_finished_later_is_heard_whole(
    practice: Practice, speak: Callable[..., Spoken]
) -> None:
    first = speak()
    left_in_the_middle(first, "I looked at the plan")
    left_in_the_middle(speak(first.number), "because the data")
    measured: list[SpokenAnswer] = []
    last = speak(first.number, heard=measured.append)
    last.follow.state("listening")
    last.ears[0].say("had grown")
    answer = last.follow.wait(AnswerHeard).message
    assert answer.text == "I looked at the plan because the data had grown"
    audio = [f"stream-{number}/recording.flac#t=0.70,4.00" for number in (1, 2, 3)]
    assert answer.audio.split() == audio
    last.follow.state("listening")
    last.leave()
    (given,) = measured
    assert [[word.text for word in turn.words] for turn in given.turns] == [
        ["I", "looked", "at", "the", "plan"], ["because", "the", "data"], ["had", "grown"],
    ]  # fmt: skip
    assert {turn.voiced for turn in given.turns} == {(Span(0.7, 4.0),)}
    # The next draft has nothing of it.
    assert not (practice.books.folder / f"session-{first.number}" / FILE).exists()


def test_what_is_typed_around_a_draft_leaves_its_sound_and_other_words_do_not(
    practice: Practice, speak: Callable[..., Spoken]
) -> None:
    first = speak()
    left_in_the_middle(first, "I looked at the plan")
    for typed, audio in (
        ("Well, I looked at the plan and added", "stream-1/recording.flac#t=0.70,4.00 "),
        ("I read the plan and added", ""),
    ):
        practice.open(first.number).keep_draft(typed)
        again = speak(first.number)
        again.follow.state("listening")
        again.ears[0].start("an index")
        again.follow.wait(WordsHeard, lambda heard: heard.confirmed.endswith("an index"))
        again.session.done()
        answer = again.follow.wait(AnswerHeard).message
        assert answer.text == f"{typed} an index"
        assert answer.audio.startswith(audio)
        assert answer.audio.count("stream-") == (2 if audio else 1)
        again.follow.state("listening")
        again.session.go_on()
        again.follow.wait(Withdrawn)
        again.leave()


def test_a_draft_that_was_heard_is_heard_after_typing_around_it(speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    spoken.follow.state("listening")
    first = spoken.ears[0]
    first.start("I looked at the plan")
    spoken.follow.wait(WordsHeard)
    spoken.session.type_instead()
    assert first.stopped.wait(60)
    first.end(reason="stream")
    first.tell(None)
    spoken.follow.state("typing")
    spoken.session.session.keep_draft("First I looked at the plan")
    spoken.session.type_instead()
    spoken.follow.state("listening")
    spoken.ears[1].say("because the data had grown")
    answer = spoken.follow.wait(AnswerHeard).message
    assert answer.text == "First I looked at the plan because the data had grown"
    assert answer.audio.count("stream-") == 2


def test_how_a_draft_was_heard_is_kept_for_its_question_while_its_recording_is_there(tmp_path: Path) -> None:
    turn = Heard("stream-1", 1.0, 2.5, words("I looked"), (Span(1.0, 2.5),), (Span(1.5, 1.8),))
    recording = tmp_path / "stream-1" / "recording.flac"
    recording.parent.mkdir()
    recording.write_bytes(b"x")
    keep_turns(tmp_path, 7, "I looked", [turn])
    assert turns_of(tmp_path, 7, "I  looked at it") == (turn,)
    assert turns_of(tmp_path, 8, "I looked at it") == ()
    assert turns_of(tmp_path, 7, "I searched for it") == ()
    recording.unlink()
    assert turns_of(tmp_path, 7, "I looked at it") == ()
    (tmp_path / FILE).write_text('{"asked": 7, "text": "I looked", "turns": [{"stream": 1}]}')
    assert turns_of(tmp_path, 7, "I looked at it") == ()
    keep_turns(tmp_path, 7, "", [])
    assert [one.name for one in tmp_path.iterdir()] == ["stream-1"]
