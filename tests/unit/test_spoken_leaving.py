"""A spoken session whose streams end late, whose steps are refused, and which is left at a bad moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.practice.spoken.port import AnswerHeard, SpokenHow, Told, WordsHeard
from jobcopilot.practice.spoken.session import Parts, SpokenSession
from tests.fakes.ear import FakeEar, Following
from tests.fakes.practice import Practice, make_practice


class LateEar(FakeEar):
    """Ends when the test says so: a last pass may take seconds."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.stopped = threading.Event()

    def stop(self) -> None:
        self.asked.append("stop")
        self.stopped.set()


class Spoken:
    """A spoken session, its microphones, and whoever follows it."""

    def __init__(self, practice: Practice, **parts: Any) -> None:
        self.ears: list[LateEar] = []
        number = practice.create(questions=2)
        given: dict[str, Any] = {
            "open_session": lambda: practice.open(number),
            "folder": practice.books.folder / f"session-{number}",
            "open_ear": self._open,
        }
        self.session = SpokenSession(Parts(**(given | parts)), SpokenHow())
        self.follow = Following(self.session)

    def _open(self, folder: Path) -> LateEar:
        folder.mkdir(parents=True)
        self.ears.append(LateEar(folder))
        return self.ears[-1]


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return make_practice(tmp_path)


@pytest.fixture
def speak(practice: Practice) -> Iterator[Callable[..., Spoken]]:
    made: list[Spoken] = []

    def begin(**parts: Any) -> Spoken:
        made.append(Spoken(practice, **parts))
        return made[-1]

    yield begin
    for one in made:
        one.session.close()
        for ear in one.ears:
            ear.tell(None)
        one.follow.end()


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
