"""The microphone of a spoken session: one stream after the other, each followed by a thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from jobcopilot.errors import JobcopilotError
from jobcopilot.practice.spoken.port import SpokenState
from jobcopilot.voice.events import Event
from jobcopilot.voice.port import VoiceError

log = logging.getLogger(__name__)


class Ear(Protocol):
    """One stream; `voice.listening.Listener` is one."""

    def events(self) -> Iterator[Event]:
        """Begin, and yield what happens until the end. Raises `JobcopilotError`."""
        ...

    def done(self) -> None:
        """End the turn."""
        ...

    def mute(self, *, muted: bool) -> None:
        """Hear no voice for now."""
        ...

    def hold(self, *, held: bool) -> None:
        """Close the microphone, which ends the turn, or open it."""
        ...

    def go(self) -> None:
        """Let a recording that waits at the end of a turn go on."""
        ...

    def stop(self) -> None:
        """End listening; what was said is heard to its end."""
        ...

    def close(self) -> None:
        """End listening at once."""
        ...


OpenEar = Callable[[Path], Ear]
"""Opens a stream that is recorded in a folder. Raises `JobcopilotError`."""


@dataclass(frozen=True, slots=True)
class FromEar:
    """What a stream told; None when it is over."""

    stream: int
    told: Event | JobcopilotError | None


class Hearing:
    """The stream that is listened to, where there is one."""

    def __init__(
        self, folder: Path, open_ear: OpenEar, put: Callable[[FromEar], object], *, pushes: bool = False
    ) -> None:
        self.pushes = pushes
        """Whether the microphone is open only while the person talks."""
        self.held = pushes
        """Whether the person's key has it closed."""
        self._folder = folder
        self._open = open_ear
        self._put = put
        self._ear: Ear | None = None
        self._muted = False
        self.stream = 0
        """Number of the stream; one that is over is 0."""
        self.ready = False
        """Whether somebody who speaks now is heard."""
        self.folders: list[Path] = []
        """Of the streams that were opened here."""

    @property
    def on(self) -> bool:
        """Whether there is a stream."""
        return self._ear is not None

    @property
    def state(self) -> SpokenState:
        """Return what the person's turn is: with the microphone closed, being opened, or open."""
        if self.held:
            return "waiting"
        return "listening" if self.ready else "starting"

    @property
    def name(self) -> str:
        """Return the name of the present stream's folder."""
        return self.folders[-1].name if self.folders else ""

    def start(self) -> None:
        """Open a stream. Raises `JobcopilotError` where none can be."""
        number = next_stream(self._folder)
        folder = self._folder / f"stream-{number}"
        ear = self._open(folder)
        self.folders.append(folder)
        self._ear, self.stream, self.ready = ear, number, False
        ear.mute(muted=self._muted)
        if self.pushes:
            ear.hold(held=self.held)
        threading.Thread(target=self._follow, args=(number, ear), name=f"ear-{number}", daemon=True).start()

    def mute(self, *, muted: bool) -> None:
        """Hear no voice for now; it is recorded all the same."""
        if muted != self._muted:
            self._muted = muted
            if self._ear is not None:
                self._ear.mute(muted=muted)

    def hold(self, *, held: bool) -> None:
        """Close the microphone, which ends the turn, or open it; without push-to-talk it is never closed."""
        if self.pushes and held != self.held:
            self.held, self.ready = held, False
            if self._ear is not None:
                self._ear.hold(held=held)

    def go(self) -> None:
        """It is the person's turn."""
        if self._ear is not None:
            self._ear.go()

    def done(self) -> None:
        """End the turn: the person says so."""
        if self._ear is not None:
            self._ear.done()

    def stop(self) -> None:
        """End the stream; what was said is heard to its end and told. With push-to-talk the next begins closed."""
        self.held = self.pushes
        if self._ear is not None:
            self._ear.go()
            self._ear.stop()

    def over(self) -> None:
        """Take note that the stream has ended."""
        ear, self._ear = self._ear, None
        self.stream, self.ready, self.held = 0, False, self.pushes
        if ear is not None:
            ear.close()

    def _follow(self, number: int, ear: Ear) -> None:
        told: JobcopilotError | None = None
        try:
            for event in ear.events():
                self._put(FromEar(number, event))
        except JobcopilotError as fault:
            told = fault
        except Exception as fault:
            log.exception("hearing failed")
            told = VoiceError("Hearing failed", f"{type(fault).__name__}: {fault}", "Go on by typing.")
        self._put(FromEar(number, told))


def next_stream(folder: Path) -> int:
    """Return the number of a session's next stream."""
    taken = [
        int(one.name.removeprefix("stream-"))
        for one in folder.glob("stream-*")
        if one.name.removeprefix("stream-").isdigit()
    ]
    return max(taken, default=0) + 1
