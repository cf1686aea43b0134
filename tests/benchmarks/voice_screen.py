"""The spoken interview on the screen: how soon a key is painted, when the interviewer's words are, what idling costs.

The real app in a pseudo-terminal of 80×24 cells, the real listening process and the real engine process: what is put in
their place is told in `voice_screen_parts`. Answers are given in real time, each once the interviewer has asked.
Meanwhile keys scroll the transcript; a key's time runs from its being written to the terminal until the frame that it
changed was read from it. The first word of a reply is there when it is read from the terminal. Idle is the processor
time of the app and all its children while the session is paused (f8), the interviewer's model loaded.
"""

from __future__ import annotations

import json
import os
import select
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pexpect
import psutil

from jobcopilot.voice.turns import TurnTaking
from tests.benchmarks.measuring import Figure, figure
from tests.benchmarks.voice_pipeline import scripted
from tests.benchmarks.voice_screen_parts import mark_of
from tests.fakes.answers import at_16_khz, spoken_answer
from tests.shaped_models import write_gguf, write_whisper

ANSWER_SECONDS = 20.0
KEY_EVERY = 0.41
"""Seconds between two keys: no multiple of what the screen does by itself."""
IDLE_SECONDS = 60.0
F8 = b"\x1b[19~"
LOADING_SECONDS = 120.0
REPLY_SECONDS = 120.0


class Screen:
    """The running app, everything that it painted, and what its processes noted."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._log = Path(config["log"])
        self._log.touch()
        self._child = pexpect.spawn(
            sys.executable,
            ["-m", "tests.benchmarks.voice_screen_parts", "app", config["config"]],
            env=os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
            dimensions=(24, 80),
        )
        self._fd = self._child.child_fd
        self._bytes = b""
        self._reads: list[tuple[float, int]] = []
        """When something was read, and how much had come by then."""
        self._changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            select.select([self._fd], [], [])
            try:
                came = os.read(self._fd, 65_536)
            except OSError:
                return
            with self._changed:
                self._bytes += came
                self._reads.append((time.monotonic(), len(self._bytes)))
                self._changed.notify_all()

    def press(self, key: bytes) -> float:
        """Press a key and return when."""
        now = time.monotonic()
        os.write(self._fd, key)
        return now

    def shown(self, word: str, seconds: float) -> float:
        """Return when a word was on the screen. Raises `TimeoutError`."""
        until = time.monotonic() + seconds
        with self._changed:
            while (place := self._bytes.find(word.encode())) < 0:
                if not self._changed.wait(until - time.monotonic()) and time.monotonic() > until:
                    raise TimeoutError(f"no {word!r}; the last of the screen: {self._bytes[-1500:]!r}")
            end = place + len(word)
            return next(at for at, length in self._reads if length >= end)

    def read_after(self, moment: float) -> float | None:
        """Return when something was read that was written at a moment."""
        return next((at for at, _ in self._reads if at >= moment), None)

    def noted(self, kind: str) -> list[dict[str, Any]]:
        """Return what the processes noted of a kind."""
        lines = self._log.read_text("utf-8").splitlines(keepends=True)
        found = [json.loads(line) for line in lines if line.endswith("\n")]
        return [one for one in found if one["kind"] == kind]

    def wait_noted(self, kind: str, number: int, seconds: float) -> dict[str, Any]:
        """Return the note of a kind and number. Raises `TimeoutError`."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._child.isalive():
            for one in self.noted(kind):
                if one.get("number") == number:
                    return one
            time.sleep(0.1)
        raise TimeoutError(f"no {kind} {number}; the last of the screen: {self._bytes[-1500:]!r}")

    def processes(self) -> list[psutil.Process]:
        """Return the app and all its children."""
        app = psutil.Process(self._child.pid)
        return [app, *app.children(recursive=True)]

    def close(self) -> None:
        """Leave the app."""
        for one in reversed(self.processes()):
            one.kill()
        self._child.close(force=True)


def configured(
    folder: Path, whisper: Path, gguf: Path, answers: int, turn_taking: TurnTaking = "hands-free"
) -> dict[str, Any]:
    """Return what the processes are told; the answers are spoken and stored."""
    said = []
    for number in range(answers):
        made = spoken_answer(ANSWER_SECONDS, 7000 + number, after=0.2)
        path = folder / f"said-{number}.npy"
        np.save(path, at_16_khz(made.sound))
        words = [(one.text, one.start, one.end) for one in scripted(made)]
        said.append({"sound": str(path), "words": words})
    config = {
        "config": str(folder / "config.json"), "log": str(folder / "log.jsonl"), "home": str(folder / "home"),
        "turn_taking": turn_taking, "whisper": str(whisper), "gguf": str(gguf), "answers": answers, "said": said,
    }  # fmt: skip
    (folder / "home").mkdir(parents=True)
    Path(config["config"]).write_text(json.dumps(config), "utf-8")  # type: ignore[arg-type]
    return config


def screen(whisper_shape: str, shape: str, folder: Path, notes: dict[str, Any]) -> list[Figure]:
    """Make models of two shapes in a folder, hold two sessions with them and return the figures."""
    whisper, gguf = folder / "whisper", folder / "interviewer.gguf"
    write_whisper(whisper_shape, whisper)
    write_gguf(shape, gguf)
    (folder / "waiting").mkdir()
    return [*screen_rows(whisper, gguf, folder, notes), waiting_row(whisper, gguf, folder / "waiting", notes)]


def screen_rows(
    whisper: Path, gguf: Path, folder: Path, notes: dict[str, Any], *, answers: int = 4
) -> list[Figure]:
    """Hold a session and return its figures."""
    screen = Screen(configured(folder, whisper, gguf, answers))
    try:
        keys: list[float] = []
        waits: list[tuple[float, str]] = []
        for number in range(answers):
            spoken = screen.wait_noted("spoken", number, LOADING_SECONDS if number == 0 else REPLY_SECONDS)
            if number == 0:
                # From the pane to the transcript.
                screen.press(b"\x1b[Z")
            keys += pressed(screen, spoken["last_word"])
            # The interviewer's first utterance opened the interview.
            said = mark_of(number + 2)
            waits.append((screen.shown(said, REPLY_SECONDS) - spoken["last_word"], f"answer {number}"))
        do = [one["do"] for one in screen.noted("said")][1:]
        notes["screen"] = {
            "keys": len(keys),
            "key_median_ms": round(statistics.median(keys) * 1000, 1),
            "first_words": [f"{one:.2f} s, {what}" for (one, _), what in zip(waits, do, strict=False)],
            "first_tokens": [round(one["first_token"], 2) for one in screen.noted("said")],
            "tokens_said": [one["tokens"] for one in screen.noted("said")],
            "said_seconds": [round(one["seconds"], 2) for one in screen.noted("said")],
            "ended_after_silence": [round(one["silence"], 2) for one in screen.noted("ended")],
            "passes": len(screen.noted("pass")),
            "pass_seconds_median": round(
                statistics.median(one["seconds"] for one in screen.noted("pass")), 3
            ),
            "prefills": len(screen.noted("prefilled")),
        }
        time.sleep(5.0)
        screen.press(F8)
        screen.shown("paused", 20.0)
        share = idle(screen, "paused", notes)
    finally:
        screen.close()
    rows = [(one * 1000, "") for one in keys]
    return [
        figure("key press to painted frame while all of it runs", len(keys), rows, budget=50),
        figure("last word to the interviewer's first word on screen", len(waits), waits, unit="s", budget=3.0,
               judged="median"),
        figure("idle with the pane open, paused, of a core", 1, [(share * 100, "")], unit="%", budget=1.0),
    ]  # fmt: skip


def pressed(screen: Screen, until: float) -> list[float]:
    """Scroll up and down while an answer is spoken; return the seconds from each key to its frame."""
    times: list[float] = []
    for key in _keys():
        if time.monotonic() > until - 1.0:
            return times
        before = len(screen.noted("painted"))
        at = screen.press(key)
        time.sleep(KEY_EVERY)
        painted = [one["at"] for one in screen.noted("painted")[before:]]
        if not painted:
            raise RuntimeError("a key changed nothing on the screen")
        read = screen.read_after(painted[0])
        times.append((read if read is not None else painted[0]) - at)
    return times


def _keys() -> Iterator[bytes]:
    while True:
        yield b"k"
        yield b"j"


def waiting_row(whisper: Path, gguf: Path, folder: Path, notes: dict[str, Any]) -> Figure:
    """Hold a session with push-to-talk in which nobody talks, and return what that costs."""
    screen = Screen(configured(folder, whisper, gguf, 0, "push-to-talk"))
    try:
        screen.shown("not listening", LOADING_SECONDS)
        share = idle(screen, "waiting for the key", notes)
    finally:
        screen.close()
    return figure(
        "idle with the pane open, push-to-talk, of a core", 1, [(share * 100, "")], unit="%", budget=1.0
    )


def idle(screen: Screen, what: str, notes: dict[str, Any]) -> float:
    """Return the processor time of the app and its children over a minute, of a core."""
    # What began before ends: the last words, one recording of all parts, a model that is loaded.
    time.sleep(8.0)
    before = {one.pid: _used(one) for one in screen.processes()}
    begun = time.monotonic()
    time.sleep(IDLE_SECONDS)
    took = time.monotonic() - begun
    shares: dict[str, float] = {}
    for one in screen.processes():
        name = " ".join(one.cmdline()[1:4])
        shares[name] = shares.get(name, 0.0) + (_used(one) - before.get(one.pid, 0.0)) / took
    notes[f"idle_percent_by_process, {what}"] = {
        name: round(share * 100, 3) for name, share in shares.items()
    }
    return sum(shares.values())


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
