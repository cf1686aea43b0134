"""Reading ahead while somebody speaks: in slices, giving way to whoever asks, and nothing is read twice."""

# ruff: noqa: F401, F811  # fixtures are imported by name

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jobcopilot.engines.frames import Frame
from jobcopilot.errors import Cancelled
from jobcopilot.inference.http_api import HttpChoice, HttpModel
from jobcopilot.inference.line import Line
from jobcopilot.inference.local import LocalChoice, LocalModel
from jobcopilot.inference.port import Cancel, Request, Speaker, Turn, whole_answer
from jobcopilot.inference.process import EngineProcess
from tests.fakes.model_server import ModelServer
from tests.fakes.scripted_engine import command
from tests.fakes.tiny_model import model, speaker, tiny

pytestmark = pytest.mark.xdist_group("inference")

HELLO = (Turn("system", "You are an interviewer."), Turn("user", "hello there"))
LONG = "I led the team that moved our database and measured what became of it. " * 40
PATIENCE = 60.0
LARGEST = 512
"""Tokens of the largest step."""


class Asked:
    """An engine process spoken to in frames."""

    def __init__(self, file: Path, speaker: Speaker) -> None:
        self.process = EngineProcess()
        self._number = 0
        load: Frame = {"do": "load", "speaker": speaker, "path": str(file), "context": 4096, "threads": 1}
        self.ended(self.send({**load, "folder": self.process.folder}))

    def send(self, frame: Frame) -> int:
        self._number += 1
        self.process.send({**frame, "id": self._number})
        return self._number

    def told(self, number: int, what: str) -> Frame:
        """Wait for a frame that says `what` of a request."""
        while True:
            frame = self.process.inbox.get(timeout=PATIENCE)
            assert not frame.get("dead"), self.process.last_words()
            assert "error" not in frame, frame
            if frame.get("id") == number and what in frame:
                return frame

    def ended(self, number: int) -> Frame:
        done: Frame = self.told(number, "ended")["ended"]
        return done


def write(text: str) -> Frame:
    how: Frame = {"limit": 2, "temperature": 0.0, "seed": 1, "schema": None, "stop": []}
    return {"do": "write", "segments": [[text, False]], **how}


def is_free(model: LocalModel) -> bool:
    with model._line.if_free() as free:
        return free


@pytest.fixture
def asked(tiny: Path, speaker: Speaker) -> Iterator[Asked]:
    engine = Asked(tiny, speaker)
    yield engine
    engine.process.end()


@pytest.mark.parametrize("gentle", [True, False])
def test_what_a_broken_off_prefill_read_is_not_read_again(asked: Asked, gentle: bool) -> None:
    number = asked.send({"do": "read", "segments": [[LONG, False]], "gentle": gentle})
    # In the middle: one slice is over, and most is still to be read.
    begun = asked.told(number, "reading")["reading"]
    while begun == 0:
        begun = asked.told(number, "reading")["reading"]
    asked.process.cancel(number)
    read = asked.ended(number)
    assert read["tokens"] == len(LONG)
    assert read["evaluated"] > 0
    answer = asked.ended(asked.send(write(LONG)))
    # The last token is read in any case: the answer begins after it. A step that could not be stopped read some more.
    assert 1 <= answer["evaluated"] <= answer["tokens"] - read["evaluated"] + 1


def test_a_prefill_that_grows_reads_each_token_once(asked: Asked) -> None:
    read = 0
    words = LONG.split()
    for place in range(40, len(words), 40):
        said = " ".join(words[:place])
        done = asked.ended(asked.send({"do": "read", "segments": [[said, False]], "gentle": True}))
        read += done["evaluated"]
    whole = " ".join(words)
    answer = asked.ended(asked.send(write(whole)))
    # Every binding reads at least one token for each request: the last one, for what comes after it.
    assert read + answer["evaluated"] <= len(whole) + len(words) // 40 + 1


IN_THE_MIDDLE = """
import json, os, sys, tempfile
from importlib import import_module
from jobcopilot.inference.engine.backend import Loading, Off

file, speaker, gentle = sys.argv[1:]
module = import_module(f"jobcopilot.inference.engine.{speaker}_backend")
backend = {"llama_cpp": "LlamaCppBackend", "xllamacpp": "XllamacppBackend"}[speaker]
backend = getattr(module, backend)(Loading(file, 4096, 1, tempfile.mkdtemp()))
off, seen = Off(), []

def progress(done, total):
    seen.append(done)
    if len(seen) == 3:
        off.set()

tokens = [token % 250 for token in range(3000)]
evaluated = backend.read(tokens, off, progress, gentle=bool(gentle))
left = backend.read(tokens, Off(), lambda done, total: None, gentle=False)
print(json.dumps({"seen": seen, "evaluated": evaluated, "left": left}), flush=True)
os._exit(0)
"""
"""Reads, and is stopped when it is about to begin its third slice."""


@pytest.mark.parametrize("gentle", ["gentle", ""])
def test_a_stop_waits_for_one_slice_at_most(tiny: Path, speaker: Speaker, gentle: str) -> None:
    words = [sys.executable, "-c", IN_THE_MIDDLE, str(tiny), speaker, gentle]
    told = json.loads(subprocess.run(words, capture_output=True, check=True, timeout=PATIENCE).stdout)
    *seen, at = told["seen"]
    assert len(seen) == 3
    assert told["evaluated"] == at
    if speaker == "llama_cpp":
        # It leaves a step in the middle.
        assert (at, told["left"]) == (seen[2], 3000 - at)
    else:
        # It ends the step that it has begun, and at most that.
        assert seen[2] <= at <= seen[2] + LARGEST
        assert 3000 - at - LARGEST <= told["left"] <= 3000 - at + 1


def test_a_question_goes_before_what_is_read_ahead(tiny: Path) -> None:
    model = LocalModel(LocalChoice(tiny, "tiny", "xllamacpp"), command("reads"))
    model.report()
    with ThreadPoolExecutor(1) as others:
        # This engine reads until it is told to stop: without giving way nobody would ever be answered.
        ahead = others.submit(model.prefill, HELLO, gentle=True)
        while is_free(model):
            assert not ahead.done()
        text, ended = whole_answer(model.stream(Request(HELLO)))
        assert (text, ended.finish) == ("Here.", "stop")
        assert ahead.result(PATIENCE).cancelled
    model.close()


def test_reading_ahead_is_stopped_by_its_own_switch(tiny: Path) -> None:
    model = LocalModel(LocalChoice(tiny, "tiny", "xllamacpp"), command("reads"))
    cancel = Cancel()
    with ThreadPoolExecutor(1) as others:
        ahead = others.submit(model.prefill, HELLO, cancel)
        cancel.set()
        assert ahead.result(PATIENCE).cancelled
    assert whole_answer(model.stream(Request(HELLO)))[0] == "Here."
    model.close()


def test_a_server_is_asked_at_once_also_while_it_reads_ahead() -> None:
    with ModelServer("mute") as server:
        model = HttpModel(HttpChoice(url=server.url))
        with ThreadPoolExecutor(1) as others:
            ahead = others.submit(model.prefill, HELLO)
            assert server.was_asked.wait(PATIENCE)
            server.way = "well"
            assert whole_answer(model.stream(Request(HELLO)))[1].finish == "stop"
            assert ahead.result(PATIENCE).cancelled
        assert server.broken_off.wait(PATIENCE)


def test_the_cancel_time_that_was_reached_is_told(model: LocalModel, speaker: Speaker) -> None:
    assert model.state().cancel_seconds is None
    cancel = Cancel()
    for piece in model.stream(Request(HELLO, limit=2000), cancel):
        if piece.text:
            cancel.set()
    # A count waits until the engine has stopped.
    model.count("")
    reached = model.state().cancel_seconds
    assert reached is not None
    assert reached > 0
    assert model.report().cancel_seconds == reached


# The line itself


def test_reading_ahead_ends_for_whoever_asks_whichever_of_them_gets_in_first() -> None:
    line = Line()
    order: queue.SimpleQueue[str] = queue.SimpleQueue()
    inside, leave = threading.Event(), threading.Event()

    def first() -> None:
        with line.asking(None):
            inside.set()
            leave.wait(PATIENCE)

    def ahead() -> None:
        with line.reading_ahead(None) as off:
            assert off.wait(PATIENCE)
            order.put("gave way")

    def second() -> None:
        with line.asking(None):
            order.put("asked")

    with ThreadPoolExecutor(3) as others:
        jobs = [others.submit(first)]
        assert inside.wait(PATIENCE)
        jobs += [others.submit(ahead), others.submit(second)]
        leave.set()
        for job in jobs:
            job.result(PATIENCE)
    assert {order.get(), order.get()} == {"asked", "gave way"}


@pytest.mark.parametrize("way", ["asking", "reading_ahead"])
def test_who_waits_can_leave_the_line(way: str) -> None:
    line = Line()
    cancel = Cancel()
    wait: Callable[[Cancel], object] = getattr(line, way)
    with line.asking(None), line.if_free() as free:
        assert not free
        threading.Timer(0.05, cancel.set).start()
        with pytest.raises(Cancelled), wait(cancel):  # type: ignore[attr-defined]
            pass
    with line.if_free() as free:
        assert free
