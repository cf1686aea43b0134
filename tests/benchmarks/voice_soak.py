"""One long spoken session on a virtual microphone: whether every sample is kept and memory stays flat.

Method: a sound server of its own plays answers, one after the other, into a null sink; the listening process records
its monitor through PortAudio as it would a microphone, in hands-free mode, while other programs keep the cores busy.
Lost are samples that PortAudio or our ring reports; whether there are others is told by how far the stream falls behind
the clock.
Memory is the listening process's resident set every few seconds; its slope is fitted after the first fifth.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from jobcopilot.voice import events
from jobcopilot.voice.listening import Listener, ListenTo
from jobcopilot.voice.port import RATE
from tests.fakes.answers import SpokenAnswer, plain_words, spoken_answer
from tests.fakes.speech import MODEL, write_wav
from tests.fakes.virtual_microphone import VirtualMicrophone, virtual_microphone

_ANSWER_SECONDS = (8.0, 15.0, 25.0, 40.0, 60.0)
_MEMORY_EVERY = 2.0
_BUSY = "while True: pass"


@dataclass
class Session:
    """What a long session told."""

    said: list[SpokenAnswer] = field(default_factory=list)
    """In the order in which they were played."""
    heard: list[list[str]] = field(default_factory=list)
    """The words of each turn."""
    turns_at: list[float] = field(default_factory=list)
    played: list[tuple[float, float]] = field(default_factory=list)
    """Seconds of the stream at which playing began and ended."""
    memory: list[tuple[float, int]] = field(default_factory=list)
    lost: list[events.Lost] = field(default_factory=list)
    stopped: events.Stopped | None = None
    seconds: float = 0.0
    """Until it was told to stop, by the clock."""
    lags: list[tuple[float, float]] = field(default_factory=list)
    """Now and then: seconds since the begin, and how far behind them the stream is."""

    def fell_behind(self) -> float:
        """Return by how many seconds the stream fell behind the clock: samples that nobody recorded, told or not.

        The smallest lags of the first and of the last fifth are compared: a busy machine hears late, but never early.
        """
        first = min(lag for at, lag in self.lags if at <= self.seconds / 5)
        return min(lag for at, lag in self.lags if at >= self.seconds * 4 / 5) - first

    def answers(self) -> list[tuple[SpokenAnswer, list[str]]]:
        """Return each answer that was played to its end with the words that were heard of it."""
        found = []
        for place, (begin, end) in enumerate(self.played):
            following = self.played[place + 1][0] if place + 1 < len(self.played) else end + 10.0
            words = [
                word
                for at, heard in zip(self.turns_at, self.heard, strict=True)
                if begin < at <= following + 0.5
                for word in heard
            ]
            found.append((self.said[place], words))
        return found


def hold_session(
    microphone: VirtualMicrophone, folder: Path, seconds: float, said: Sequence[SpokenAnswer]
) -> Session:
    """Listen for so long while answers are played in turn, each after the one before was heard to its end."""
    session = Session()
    files = [write_wav(folder / f"said{n}.wav", one.sound) for n, one in enumerate(said)]
    listener = Listener(ListenTo(folder / "kept", MODEL, device="default"))
    over, quiet = threading.Event(), threading.Event()
    begun: list[float] = []

    def play() -> None:
        number = 0
        while not over.is_set():
            session.said.append(said[number % len(said)])
            begin = time.monotonic() - begun[0]
            playing = microphone.play(files[number % len(files)])
            while playing.poll() is None and not over.wait(0.1):
                pass
            if playing.poll() is None:
                playing.kill()
                session.said.pop()
            else:
                session.played.append((begin, time.monotonic() - begun[0]))
            playing.wait()
            number += 1
            # The answer's own silence at its end lets the turn end; a busy machine takes longer.
            quiet.clear()
            quiet.wait(3.0)

    def watch() -> None:
        while not over.wait(_MEMORY_EVERY):
            if (pid := listener.pid) is not None:
                session.memory.append((time.monotonic() - begun[0], psutil.Process(pid).memory_info().rss))
            if time.monotonic() - begun[0] >= seconds:
                session.seconds = time.monotonic() - begun[0]
                over.set()
                listener.stop()

    threads = [threading.Thread(target=work, daemon=True) for work in (play, watch)]
    for event in listener.events():
        match event:
            case events.Listening():
                begun.append(time.monotonic())
                for thread in threads:
                    thread.start()
            case events.Level():
                at = time.monotonic() - begun[0]
                session.lags.append((at, at - event.at))
            case events.TurnEnded():
                session.heard.append(plain_words(event.words))
                session.turns_at.append(time.monotonic() - begun[0])
                quiet.set()
            case events.Lost():
                session.lost.append(event)
            case events.Stopped():
                session.stopped = event
    over.set()
    for thread in threads:
        thread.join()
    return session


def memory_growth(memory: Sequence[tuple[float, int]]) -> dict[str, float]:
    """Return the fitted growth of memory over the session after its first fifth, and the extremes; in percent."""
    at = np.array([moment for moment, _ in memory])
    rss = np.array([size for _, size in memory], float)
    late = at > at[-1] / 5
    slope = float(np.polyfit(at[late], rss[late], 1)[0])
    middle = float(np.median(rss[late]))
    return {
        "rss_mb": round(middle / 2**20, 1),
        "growth_percent": round(slope * float(at[late][-1] - at[late][0]) / middle * 100, 2),
        "highest_percent": round((float(rss[late].max()) / middle - 1) * 100, 2),
        "lowest_percent": round((float(rss[late].min()) / middle - 1) * 100, 2),
    }


def soak(seconds: float, *, load: int = 2) -> dict[str, Any]:
    """Hold one session and return what was lost, how memory went, and what was heard."""
    said = [spoken_answer(length, 7000 + n, noise=0.0, after=4.0) for n, length in enumerate(_ANSWER_SECONDS)]
    busy = [subprocess.Popen([sys.executable, "-c", _BUSY]) for _ in range(load)]
    try:
        with (
            tempfile.TemporaryDirectory(prefix="soak-") as name,
            virtual_microphone(Path(name)) as microphone,
        ):
            session = hold_session(microphone, Path(name), seconds, said)
    finally:
        for one in busy:
            one.kill()
            one.wait()
    assert session.stopped is not None
    return {
        "seconds": round(session.seconds, 1),
        "busy_programs": load,
        "recorded_seconds": round(session.stopped.samples / RATE, 3),
        "lost_samples_told": round(sum(one.seconds for one in session.lost) * RATE),
        "fell_behind_the_clock_seconds": round(session.fell_behind(), 3),
        "passes": session.stopped.passes,
        "passes_dropped": session.stopped.passes_dropped,
        "answers_played": len(session.played),
        "turns_heard": len(session.heard),
        **memory_growth(session.memory),
    }
