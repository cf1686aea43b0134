"""An engine process seen from outside: what is gone is told as gone at once."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from jobcopilot.engines.process import DEAD, ChildProcess
from jobcopilot.inference.process import COMMAND as THINKING
from jobcopilot.voice.neural_speech import COMMAND as SPEAKING
from jobcopilot.voice.process import COMMAND as LISTENING

SILENT = "import os, sys, time\nos.close(1)\nsys.stdin.read()\ntime.sleep(60)\n"


def test_a_process_that_can_say_nothing_more_is_not_alive() -> None:
    # Its end of the pipe is closed, itself it still runs: nobody may send it a request in between.
    child = ChildProcess([sys.executable, "-c", SILENT], "silent")
    try:
        until = time.monotonic() + 30
        while child.alive and time.monotonic() < until:
            time.sleep(0.001)
        assert not child.alive
        assert psutil.Process(child.pid).is_running()
        assert child.inbox.empty()
        assert child.inbox.get(timeout=30) is DEAD
    finally:
        child.kill()


def test_a_process_that_reads_nothing_is_ended_while_somebody_writes_to_it() -> None:
    # Its pipe is full, so whoever writes waits; closing the pipe would wait for the writer.
    child = ChildProcess([sys.executable, "-c", "import time\ntime.sleep(60)\n"], "deaf")
    writes = threading.Thread(target=child.send, args=({"text": "x" * 1_000_000},), daemon=True)
    writes.start()
    until = time.monotonic() + 30
    while not child._sending.locked() and time.monotonic() < until:
        time.sleep(0.001)
    ends = threading.Thread(target=child.end, args=(0.1,), daemon=True)
    ends.start()
    try:
        ends.join(30)
        assert not ends.is_alive()
        assert child.inbox.get(timeout=30) is DEAD
        writes.join(30)
        assert not writes.is_alive()
    finally:
        child.kill()


def test_what_lies_where_the_person_is_shadows_no_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # `python -m` looks in the working directory first: a downloads folder with a random.py would be run.
    ran = tmp_path / "ran"
    for name in ("struct", "json", "queue", "sounddevice"):
        (tmp_path / f"{name}.py").write_text(f"open({str(ran)!r}, 'w').close()\nraise SystemExit(7)\n")
    monkeypatch.chdir(tmp_path)
    for command in (THINKING, LISTENING, (*SPEAKING, "voice.onnx")):
        child = ChildProcess(command, "engine")
        try:
            child.send({"do": "count", "id": 1, "text": ""})
            told = child.inbox.get(timeout=60)
            assert told is not DEAD or not ran.exists()
        finally:
            child.kill()
    assert not ran.exists()
