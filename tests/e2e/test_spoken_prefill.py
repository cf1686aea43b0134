"""A real llama.cpp that reads along: after the answer only its end and the task are left, counted in tokens."""

# ruff: noqa: F401, F811  # fixtures are imported by name
from __future__ import annotations

import threading
from pathlib import Path

import pytest

from jobcopilot.inference.local import LocalModel
from jobcopilot.inference.port import Cancel, Prefilled, Request, Turn, Usage
from jobcopilot.practice.interviewers.model import ModelInterviewer
from jobcopilot.practice.session import Session
from tests.fakes.practice import Practice, heard, make_practice
from tests.fakes.tiny_model import model, speaker, tiny

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("inference")]

SAID = (
    "We had a report that took forty seconds and everybody complained. I looked at the plan of the query and saw that "
    "it read the table four times because nobody had thought of an index when the table was small. I measured it, "
    "added the index, and rewrote the query so that it reads the table once. Afterwards it took four seconds, I told "
    "the team what I had learned, and we wrote a test that fails when a report becomes slow again."
)


class Counting:
    """A session with a real model, and what each of its requests cost."""

    def __init__(self, model: LocalModel, practice: Practice) -> None:
        self.model = model
        self.asked: list[tuple[str, Usage]] = []
        """The last turn of each request, and what it cost."""
        self.read: list[Prefilled] = []
        practice.interviewer = ModelInterviewer("llama", model)  # type: ignore[assignment]
        stream, prefill = model.stream, model.prefill

        def counted(request: Request, cancel: Cancel | None = None):  # type: ignore[no-untyped-def]
            for piece in stream(request, cancel):
                if piece.ended is not None:
                    self.asked.append((request.conversation[-1].text, piece.ended.usage))
                yield piece

        def read(
            conversation: tuple[Turn, ...], cancel: Cancel | None = None, *, gentle: bool = False
        ) -> Prefilled:
            self.read.append(prefill(conversation, cancel, gentle=gentle))
            return self.read[-1]

        model.stream, model.prefill = counted, read  # type: ignore[method-assign, assignment]
        self.session: Session = practice.open(practice.create(questions=4))
        self.session.begin()
        heard(self.session)

    def speak(self, *, ahead: bool, changed: int = 0, ended: bool = False) -> tuple[Usage, int]:
        """Give an answer, read along every few words or not; the last `changed` words turn out different.

        `ended` lets it be read once more in the silence after it.

        Returns what the request cost, and how many tokens its task has: what stands after the answer.
        """
        words = SAID.split()
        said = [f"{word}x" if place >= len(words) - changed else word for place, word in enumerate(words)]
        if ahead:
            for count in range(0, len(said), 7):
                self.session.listen_ahead(" ".join(said[:count]))
            self.session.listen_ahead(" ".join(said))
        if ended:
            self.session.listen_ahead(SAID, ended=True)
        self.session.answer(SAID)
        before = len(self.asked)
        heard(self.session)
        text, usage = self.asked[before]
        return usage, self.model.count(text.partition("\nANSWER>>>")[2])


def test_after_the_answer_only_its_end_and_the_task_are_read(model: LocalModel, tmp_path: Path) -> None:
    counting = Counting(model, make_practice(tmp_path))
    answer = model.count(SAID)
    without, _ = counting.speak(ahead=False)
    with_it, task = counting.speak(ahead=True)
    assert task > 20
    assert without.evaluated_tokens >= answer + task
    # The task, the end of the fence, the marks of the turns, and a token where two may have grown together.
    assert task <= with_it.evaluated_tokens <= task + 24
    # Read in small slices: after the first each took what was new and no more.
    assert all(one.evaluated <= 60 for one in counting.read[2:])
    changed, task = counting.speak(ahead=True, changed=4)
    assert changed.evaluated_tokens <= task + 24 + model.count(" ".join(SAID.split()[-5:]))


def test_in_the_silence_after_it_the_task_is_read_too(model: LocalModel, tmp_path: Path) -> None:
    counting = Counting(model, make_practice(tmp_path))
    usage, task = counting.speak(ahead=True, ended=True)
    assert task > 20
    assert usage.evaluated_tokens <= 16, "the marks of the turns"


def test_the_request_waits_for_no_more_than_a_slice(model: LocalModel, tmp_path: Path) -> None:
    counting = Counting(model, make_practice(tmp_path))
    many = f"{SAID} " * 8
    counting.session.listen_ahead("")
    reading = threading.Thread(target=counting.session.listen_ahead, args=(many,))
    reading.start()
    counting.session.answer("Nothing of that sort, I looked at the plan of the query and added an index.")
    heard(counting.session)
    reading.join(30)
    assert not reading.is_alive()
    # It was stopped, or had not begun: the reply never waited until all of that was read.
    assert all(one.cancelled or one.tokens < model.count(many) for one in counting.read)
