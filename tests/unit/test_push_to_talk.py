"""Push-to-talk: the microphone is open only while the person talks, and what was said then is the answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from jobcopilot.practice.session_events import Ended
from jobcopilot.practice.spoken.port import (
    AnswerHeard,
    Said,
    SpokenHow,
    StateChanged,
    Told,
    Withdrawn,
    WordsHeard,
)
from jobcopilot.voice.engine.audio import Samples
from jobcopilot.voice.engine.switch import Moved, Switch, SwitchedMicrophone
from jobcopilot.voice.port import BLOCK, DeviceLost
from tests.fakes.ear import SECONDS, Following
from tests.fakes.practice import Practice, make_practice
from tests.fakes.spoken_session import LONG, Gated, Spoken, speakers

PUSH = SpokenHow(turn_taking="push-to-talk")


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return make_practice(tmp_path)


@pytest.fixture
def speak(practice: Practice) -> Iterator[Callable[..., Spoken]]:
    with speakers(practice, PUSH) as begin:
        yield begin


def talk(spoken: Spoken) -> Following:
    """Press the key that opens the microphone, once the interviewer waits for it."""
    follow = spoken.follow
    follow.state("waiting")
    spoken.session.talk()
    follow.state("listening")
    return follow


def opened(spoken: Spoken) -> list[str]:
    """What was done with the microphone."""
    return [one for one in spoken.ear.asked if one in ("hold", "talk")]


def test_the_key_opens_the_microphone_and_closes_it_with_the_answer(speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    follow = spoken.follow
    for number in range(2):
        follow.state("waiting")
        assert opened(spoken) == ["hold", *["talk", "hold"] * number]
        spoken.session.talk()
        follow.state("starting")
        follow.state("listening")
        spoken.ear.start(LONG, "and")
        follow.wait(WordsHeard)
        spoken.session.talk()
        follow.state("heard")
        answer = follow.wait(AnswerHeard).message
        assert answer.text == LONG
        assert answer.audio == "stream-1/recording.flac#t=0.70,4.00"
    follow.state("over")
    follow.end()
    assert len(spoken.ears) == 1
    assert opened(spoken)[-1] == "hold"
    assert "listening" not in [one.state for one in follow.of(StateChanged)][-3:]


def test_a_key_pressed_without_a_word_is_no_answer(speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    follow = talk(spoken)
    spoken.session.talk()
    follow.state("heard")
    follow.state("waiting")
    assert not follow.of(AnswerHeard)


def test_a_word_that_is_heard_after_the_key_is_the_answer(speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    follow = talk(spoken)
    # The voice was not certain yet when the key came: the process has it all the same.
    hold = spoken.ear.hold

    def late(*, held: bool) -> None:
        if held:
            spoken.ear.start("Postgres")
        hold(held=held)

    spoken.ear.hold = late  # type: ignore[method-assign]
    spoken.session.done()
    assert follow.wait(AnswerHeard).message.text == "Postgres"


def test_talking_on_takes_back_what_nobody_answered_yet(
    practice: Practice, speak: Callable[..., Spoken]
) -> None:
    practice.interviewer = thinking = Gated()
    spoken = speak()
    follow = talk(spoken)
    spoken.ear.start("I looked at the plan")
    follow.wait(WordsHeard)
    spoken.session.talk()
    follow.wait(AnswerHeard)
    assert thinking.thinks.wait(SECONDS)
    assert spoken.session.state == "thinking"
    spoken.session.talk()
    follow.wait(Withdrawn)
    follow.state("listening")
    thinking.let.set()
    spoken.ear.start("because the data had grown")
    follow.wait(WordsHeard, lambda words: "grown" in words.confirmed)
    spoken.session.talk()
    answer = follow.wait(AnswerHeard).message
    assert answer.text == "I looked at the plan because the data had grown"
    assert opened(spoken) == ["hold", "talk", "hold", "talk", "hold"]


def test_go_on_opens_the_microphone(speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    follow = talk(spoken)
    spoken.ear.start(LONG)
    follow.wait(WordsHeard)
    spoken.session.talk()
    follow.wait(AnswerHeard)
    follow.state("waiting")
    spoken.session.go_on()
    follow.wait(Withdrawn)
    follow.state("listening")
    # Nothing was added: the answer is given as it was.
    spoken.session.talk()
    assert follow.wait(AnswerHeard).message.text == LONG


def test_a_hint_closes_the_microphone_and_keeps_the_words(speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    follow = talk(spoken)
    spoken.ear.start("I looked at the plan")
    follow.wait(WordsHeard)
    spoken.session.act(lambda session: session.hint())
    follow.wait(Said, lambda said: isinstance(said.event, Ended))
    follow.state("waiting")
    assert opened(spoken) == ["hold", "talk", "hold"]
    assert not follow.of(AnswerHeard)
    spoken.session.talk()
    follow.state("listening")
    spoken.ear.start("again")
    follow.wait(WordsHeard, lambda words: "again" in words.confirmed)
    spoken.session.talk()
    assert follow.wait(AnswerHeard).message.text == "I looked at the plan again"


def test_after_a_pause_and_after_typing_the_key_talks_on(speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    follow = talk(spoken)
    spoken.ear.start("I looked at")
    follow.wait(WordsHeard)
    spoken.session.pause()
    follow.state("paused")
    assert spoken.ear.closed.wait(SECONDS)
    spoken.session.pause()
    follow.state("waiting")
    assert opened(spoken) == ["hold"]
    spoken.session.type_instead()
    follow.state("typing")
    assert spoken.ear.closed.wait(SECONDS)
    spoken.session.talk()
    follow.state("listening")
    assert opened(spoken) == ["hold", "talk"]
    spoken.ear.start("the plan")
    follow.wait(WordsHeard, lambda words: "plan" in words.confirmed)
    spoken.session.talk()
    assert follow.wait(AnswerHeard).message.text == "I looked at the plan"


def test_a_microphone_that_goes_while_the_person_talks_leaves_typing(speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    follow = talk(spoken)
    spoken.ear.start("I looked at the plan")
    follow.wait(WordsHeard)
    spoken.ear.tell(DeviceLost("The microphone is gone", "it was pulled out"))
    assert follow.wait(Told).severe
    follow.state("typing")
    assert spoken.session.session.view().draft == "I looked at the plan"
    spoken.session.type_instead()
    follow.state("waiting")
    assert opened(spoken) == ["hold"]


class Device:
    """Gives blocks of ones until it is closed; `open_now` counts those that are open."""

    open_now = 0
    name, rate, live = "device", 48_000, True

    def __init__(self) -> None:
        Device.open_now += 1
        self.missed = 7

    def blocks(self, stop: threading.Event, first: int = 0) -> Iterator[Samples]:
        while not stop.is_set():
            yield np.ones(BLOCK, np.int16)
        Device.open_now -= 1
        # What the sound card still had.
        yield np.full(100, 2, np.int16)

    def lost(self) -> int:
        missed, self.missed = self.missed, 0
        return missed


def test_the_switch_gives_only_what_is_said_while_it_is_open() -> None:
    switch, moved, stop = Switch(), list[Moved](), threading.Event()
    source = SwitchedMicrophone(Device, switch, moved.append, "device", 48_000)
    blocks = source.blocks(stop)
    assert (Device.open_now, source.lost()) == (0, 0)
    switch.talk()
    switch.talk()
    assert next(blocks).tolist() == [1] * BLOCK
    assert moved == [], "told once the first block was taken"
    next(blocks)
    assert (Device.open_now, moved) == (1, ["open"])
    assert (source.lost(), source.lost()) == (7, 0)
    switch.hold()
    switch.hold()
    # What the sound card still had.
    assert next(blocks).tolist() == [2] * 100
    assert Device.open_now == 0
    # Pressed twice before anybody looked: neither the opening nor its end is missed.
    switch.talk()
    switch.hold()
    assert next(blocks).size == 100
    assert moved == ["open", "held"]
    switch.end()
    assert list(blocks) == []
    assert moved == ["open", "held", "open", "held"]
    assert (source.lost(), source.lost()) == (7, 0)
