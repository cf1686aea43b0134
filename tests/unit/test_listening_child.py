"""The listening process's own order of things, without a device or a model."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jobcopilot.engines.frames import read_frame
from jobcopilot.engines.process import DEAD, ChildProcess
from jobcopilot.voice.engine import child as child_module
from jobcopilot.voice.engine import microphone
from jobcopilot.voice.engine.audio import Samples
from jobcopilot.voice.engine.child import Child
from jobcopilot.voice.port import BLOCK, RATE


class Ended:
    """A source that has nothing more to give."""

    name, rate, live = "ended", RATE, True

    def blocks(self, stop: threading.Event, first: int = 0) -> Iterator[Samples]:
        del stop, first
        yield from ()

    def lost(self) -> int:
        return 0


class Hears:
    """Takes note of what it is given, in its order."""

    turn = revision = 0

    def __init__(self) -> None:
        self.did: list[str] = []
        self.samples = 0

    @property
    def at(self) -> float:
        return self.samples / RATE

    def hear(self, block: Samples) -> None:
        assert block.size == BLOCK
        self.samples += block.size

    def skip(self, end: float) -> None:
        self.samples = round(end * RATE)

    def collect(self) -> None:
        """Nothing runs beside it."""

    def done(self) -> None:
        self.did.append(f"done at {self.samples // BLOCK}")


@pytest.mark.parametrize("mode", ["done", "push-to-talk"])
def test_a_process_that_takes_over_hears_all_before_it_does_what_was_pressed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    # The process before died while the last words were heard: they were recorded, and the key was pressed after them.
    (tmp_path / f"{0:012d}.pcm").write_bytes(np.zeros(20 * BLOCK, "<i2").tobytes())
    hears, child = Hears(), Child(io.BytesIO())

    def hear(_frame: object, source: Any, recording: Any) -> None:
        child._follow(hears, recording, source, 4 * BLOCK)  # type: ignore[arg-type]

    hears.samples = 4 * BLOCK
    monkeypatch.setattr(child, "_hear", hear)
    monkeypatch.setattr(child_module, "_source", lambda _frame: Ended())
    monkeypatch.setattr(microphone, "found", lambda _device, _api: ("ended", RATE))
    monkeypatch.setattr("jobcopilot.voice.engine.recording.time.time", lambda: 0.0)
    child._switch.end()
    pushes = mode == "push-to-talk"
    child._listen({
        "folder": str(tmp_path), "device": "", "api": "", "push_to_talk": pushes, "held": pushes,
        "done": not pushes,
    })  # fmt: skip
    assert hears.samples == 20 * BLOCK
    assert hears.did == ["done at 20"]


@pytest.mark.parametrize("module", ["child", "speaking_child"])
def test_a_fault_ends_the_process_though_a_thread_still_waits(module: str) -> None:
    # As PortAudio's and ONNX Runtime's do: the app would wait for a process that does nothing more.
    script = f"""
import sys, threading
sys.argv.append("voice.onnx")
from jobcopilot.voice.engine import {module} as module
def fail(*_):
    threading.Thread(target=threading.Event().wait).start()
    raise RuntimeError("the model fell over")
for one in (getattr(module, "Child", None), getattr(module, "SpeakingChild", None)):
    if one is not None:
        one.serve = fail
module.main()
"""
    child = ChildProcess([sys.executable, "-c", script], "faulty")
    try:
        assert child.inbox.get(timeout=20) is DEAD
        assert child.last_words() == "it ended with code 1: RuntimeError: the model fell over"
    finally:
        child.kill()


def test_an_installation_without_its_libraries_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    child = Child(out)
    # As where only the app was installed: each of them is asked for in the child alone.
    monkeypatch.setitem(sys.modules, "jobcopilot.voice.engine.microphone", None)
    child.work.put({"do": "devices"})
    child.serve()
    out.seek(0)
    told = read_frame(out)
    assert told is not None
    assert told["error"] == "VoiceError"
    assert "microphone" in told["message"]
    assert "pip install 'jobcopilot[voice]'" in told["hint"]
    assert read_frame(out) is None
