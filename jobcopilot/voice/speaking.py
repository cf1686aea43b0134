"""Speaking aloud: sentences are queued, begun, ended and cut short; by a neural voice, the system's own, or nobody.

What speaks is a process of its own in every case, so that it can be ended in the middle of a word.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias

from jobcopilot.text import clean_line, clean_text, sentences
from jobcopilot.voice.port import VoiceError

log = logging.getLogger(__name__)

LONGEST: Final = 240
"""Characters spoken at once: a sentence without an end is parted at a comma or a space, so that speech begins soon."""
_MOST_WAITING: Final = 200
"""Sentences that may wait to be spoken; an answer has a tenth of that."""
_ON_THE_SCREEN: Final = "The words are on the screen all the same; the next sentence is tried."


@dataclass(frozen=True, slots=True)
class Began:
    """A sentence sounds now."""

    sentence: str
    revision: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A sentence sounds no more."""

    sentence: str
    revision: int
    seconds: float
    """How long it sounded."""
    whole: bool
    """Whether it was spoken to its end; else it was interrupted."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A sentence was not spoken; the next one is tried. Without a sentence: another voice speaks than the one set."""

    sentence: str
    revision: int
    title: str
    message: str
    hint: str = ""


SpeechEvent: TypeAlias = Began | Ended | Failed


class Speaker(Protocol):
    """Says what it is given, sentence by sentence."""

    @property
    def name(self) -> str:
        """Who speaks, in words."""
        ...

    @property
    def busy(self) -> bool:
        """Whether something sounds or waits to."""
        ...

    def say(self, text: str, revision: int = 0) -> None:
        """Queue a text; returns at once. `revision` comes back in its events."""
        ...

    def interrupt(self) -> None:
        """Be silent now, within 100 ms, and forget what waits."""
        ...

    def close(self) -> None:
        """Be silent, and let go of what spoke."""
        ...


class Voice(Protocol):
    """Speaks one sentence at a time; `cut` comes from another thread."""

    @property
    def name(self) -> str:
        """Who speaks, in words."""
        ...

    def speak(self, sentence: str, cut: threading.Event, began: Callable[[], None]) -> bool:
        """Speak to the end and return whether it was one: False where `cut` was set. Raises `VoiceError`."""
        ...

    def cut(self) -> None:
        """End the sound of `speak`; its event is set already."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class QueuedSpeaker:
    """A voice with a queue and a thread; tells what happens from that thread."""

    def __init__(self, voice: Voice, tell: Callable[[SpeechEvent], object] = lambda _event: None) -> None:
        self._voice = voice
        self._tell = tell
        self._changed = threading.Condition()
        self._waiting: deque[tuple[str, int]] = deque()
        self._cut: threading.Event | None = None
        """Of the sentence that sounds."""
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="speaking", daemon=True)
        self._thread.start()

    @property
    def name(self) -> str:
        """See `Speaker`."""
        return self._voice.name

    @property
    def busy(self) -> bool:
        """See `Speaker`."""
        with self._changed:
            return self._cut is not None or bool(self._waiting)

    def say(self, text: str, revision: int = 0) -> None:
        """See `Speaker`."""
        parts = speakable(text)
        with self._changed:
            if self._closed:
                return
            self._waiting.extend((part, revision) for part in parts[: _MOST_WAITING - len(self._waiting)])
            self._changed.notify_all()

    def interrupt(self) -> None:
        """See `Speaker`."""
        with self._changed:
            self._waiting.clear()
            cut = self._cut
            if cut is not None:
                cut.set()
        if cut is not None:
            self._voice.cut()

    def close(self) -> None:
        """See `Speaker`; returns when nothing sounds any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self.interrupt()
        if threading.current_thread() is not self._thread:
            self._thread.join()
        self._voice.close()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._cut = None
                self._changed.wait_for(lambda: self._closed or bool(self._waiting))
                if self._closed:
                    return
                sentence, revision = self._waiting.popleft()
                cut = self._cut = threading.Event()
            self._speak(sentence, revision, cut)

    def _speak(self, sentence: str, revision: int, cut: threading.Event) -> None:
        begun: list[float] = []

        def began() -> None:
            begun.append(time.monotonic())
            self._tell(Began(sentence, revision))

        try:
            whole = self._voice.speak(sentence, cut, began)
        except VoiceError as told:
            log.warning("speaking failed: %s", told)
            self._tell(Failed(sentence, revision, told.title, told.message, told.hint))
            return
        except Exception as fault:
            # Without its thread the speaker would count as speaking, and the person as not to be heard, for good.
            log.exception("speaking failed")
            why = clean_line(f"{type(fault).__name__}: {fault}", 200)
            self._tell(Failed(sentence, revision, "The voice failed", why, _ON_THE_SCREEN))
            return
        if begun:
            self._tell(Ended(sentence, revision, time.monotonic() - begun[0], whole))


def speakable(text: str) -> list[str]:
    """Return the sentences of a text as they are given to a voice: no control characters, no markup, no commands.

    `[[…]]` would be phonemes to espeak-ng and Piper and commands to macOS, `!-!` commands to Speech Dispatcher.
    """
    words = clean_text(text).replace("[[", "[ [").replace("]]", "] ]").replace("!-!", "! ")
    words = "".join(" " if char in "*_`#<>|~^\\" else char for char in words)
    parts: list[str] = []
    for sentence in sentences(words):
        parts += _parted(" ".join(sentence.split()))
    return [part for part in parts if any(char.isalnum() for char in part)]


def _parted(sentence: str) -> list[str]:
    parts = []
    while len(sentence) > LONGEST:
        head = sentence[:LONGEST]
        at = max(head.rfind(", "), head.rfind("; "), head.rfind(": "))
        at = at + 1 if at > LONGEST // 3 else head.rfind(" ")
        at = at if at > 0 else LONGEST
        parts.append(sentence[:at].strip())
        sentence = sentence[at:].strip()
    return [*parts, sentence] if sentence else parts


@dataclass(frozen=True, slots=True)
class SpeechChoice:
    """Who would speak, and why not the one that was asked for."""

    kind: Literal["neural", "system", "none"]
    name: str
    """In words."""
    path: Path | None = None
    """Of a neural voice's .onnx file."""
    note: str = ""
    """Empty where it is the one that was asked for; else what is missing. It is a fallback then, and says so."""
    hint: str = ""


def voices_folder(models: Path) -> Path:
    """Return where neural voices lie among all models."""
    return models / "speech"


def choose_speech(models: Path, wanted: str) -> SpeechChoice:
    """Return who speaks where `wanted` is set: a voice's name or file, "system", or empty for nobody.

    Nothing is started. A voice that cannot speak is replaced by the system's own, that one by nobody.
    """
    from importlib.util import find_spec

    from jobcopilot.voice.system_speech import system_command

    if not wanted:
        return SpeechChoice("none", "nobody: the words are shown")
    note = hint = ""
    if wanted != "system":
        path = find_voice(models, wanted)
        if path is None:
            folder = voices_folder(models)
            note = f"there is no voice {wanted}"
            hint = f"Put {wanted}.onnx and {wanted}.onnx.json into {folder} (from rhasspy/piper-voices)."
        elif find_spec("piper") is None:
            note, hint = "Piper is not installed", "pip install 'jobcopilot[speech]' (GPL)"
        else:
            return SpeechChoice("neural", f"Piper, {path.stem}", path)
    system = system_command()
    if system is None:
        missing = "the system has no speech"
        return SpeechChoice(
            "none", "nobody: the words are shown", note=f"{note}, and {missing}" if note else missing,
            hint=hint or "On Debian and Ubuntu: sudo apt install espeak-ng.",
        )  # fmt: skip
    return SpeechChoice("system", f"the system's speech, {system.name}", note=note, hint=hint)


def find_voice(models: Path, wanted: str) -> Path | None:
    """Return the .onnx file of a voice by its name or path; None where it or its .json is not there."""
    folder = voices_folder(models)
    for path in (Path(wanted).expanduser(), folder / wanted, folder / f"{wanted}.onnx"):
        if path.suffix == ".onnx" and path.is_file() and path.with_name(f"{path.name}.json").is_file():
            return path
    return None


def voices(models: Path) -> list[str]:
    """Return the names of the neural voices that are here."""
    return sorted(
        path.stem
        for path in voices_folder(models).glob("*.onnx")
        if path.with_name(f"{path.name}.json").is_file()
    )


def make_speaker(choice: SpeechChoice, tell: Callable[[SpeechEvent], object]) -> Speaker | None:
    """Return the speaker of a choice, its process started where it needs one; None where nobody speaks.

    A fallback says that it is one.
    """
    if choice.kind == "none":
        return None
    if choice.note:
        tell(
            Failed("", 0, "Another voice speaks", f"{choice.note}; {choice.name} speaks instead", choice.hint)
        )
    if choice.kind == "neural":
        from jobcopilot.voice.neural_speech import NeuralVoice

        assert choice.path is not None
        return QueuedSpeaker(NeuralVoice(choice.path), tell)
    from jobcopilot.voice.system_speech import SystemVoice, system_command

    command = system_command()
    assert command is not None
    return QueuedSpeaker(SystemVoice(command), tell)
