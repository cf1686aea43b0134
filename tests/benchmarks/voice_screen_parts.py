"""The real app and the real listening process with models of real shapes in them, as `voice_screen` starts them.

    python -m tests.benchmarks.voice_screen_parts app|ear CONFIG.json

What is not the person's: the room gives one answer after the other when it is the person's turn; a pass costs what it
costs and its words are the script's; the interviewer reads a quarter of the letters (its tokenizer has one token a
letter, a real one about four letters a token), makes each token, and says the script's in its place.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobcopilot.inference.port import Cancel, Ended, LanguageModel, Piece, Prefilled, Request, Turn

if TYPE_CHECKING:
    from jobcopilot.voice.engine.audio import Floats, Samples
    from jobcopilot.voice.port import Word

LETTERS_A_TOKEN = 4
BREATH_SECONDS = 1.0
"""Between the begin of the person's turn and their first word."""
REPLIES = {
    "follow_up": "{mark}, and how did you find out that it was this and not the load of the machine?",
    "move_on": "{mark}, that is clear to me.",
    "greet": "{mark}, and thank you for the time that you take.",
}
NOTES = "This is only said so that there is something to scroll through. " * 60


def mark_of(number: int) -> str:
    """Return a word that stands on the screen once only: the first of a reply."""
    return f"Understood{number}"


class Log:
    """Lines with times of the machine's monotonic clock, for whoever measures."""

    def __init__(self, path: str) -> None:
        self._file = Path(path).open("a", encoding="utf-8", buffering=1)  # noqa: SIM115  # open to the end

    def write(self, kind: str, **values: object) -> None:
        """Note something."""
        self._file.write(json.dumps({"kind": kind, "at": time.monotonic(), **values}) + "\n")


class ShapedModel:
    """A model of a real shape that reads as many tokens as a real one would, and says a script at its own pace."""

    def __init__(self, model: LanguageModel, log: Log) -> None:
        self._model = model
        self._log = log
        self._said = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def count(self, text: str) -> int:
        """Return how many tokens a text has."""
        return self._model.count(_thinned(text))

    def prefill(
        self, conversation: tuple[Turn, ...], cancel: Cancel | None = None, *, gentle: bool = False
    ) -> Prefilled:
        """Read a conversation."""
        read = self._model.prefill(tuple(map(_thin, conversation)), cancel, gentle=gentle)
        self._log.write("prefilled", evaluated=read.evaluated, tokens=read.tokens, seconds=read.seconds)
        return read

    def stream(self, request: Request, cancel: Cancel | None = None) -> Iterator[Piece]:
        """Say what the script has for the first thing that is offered, a token of it for each that the model makes."""
        begun = time.monotonic()
        offered = dict(request.schema or {})["properties"]["do"]["enum"]
        do = next(one for one in REPLIES if one in offered)
        self._said += 1
        text = json.dumps({"do": do, "say": REPLIES[do].format(mark=mark_of(self._said))})
        thin = replace(request, conversation=tuple(map(_thin, request.conversation)), schema=None)
        at = tokens = 0
        first = 0.0
        try:
            for piece in self._model.stream(thin, cancel):
                if piece.ended is not None and piece.ended.finish == "cancelled":
                    yield piece
                    return
                if not piece.text:
                    continue
                tokens += 1
                first = first or time.monotonic() - begun
                yield Piece(text[at : at + LETTERS_A_TOKEN])
                at += LETTERS_A_TOKEN
                if at >= len(text):
                    break
            yield Piece(text[at:], ended=Ended("stop"))
        finally:
            # Also where no more than the first sentence is wanted.
            self._log.write(
                "said",
                number=self._said,
                do=do,
                first_token=first,
                tokens=tokens,
                seconds=time.monotonic() - begun,
            )


def _thinned(text: str) -> str:
    # What begins another text still does afterwards: the cache stays of use.
    return text[::LETTERS_A_TOKEN]


def _thin(turn: Turn) -> Turn:
    return replace(turn, text=_thinned(turn.text))


def run_app(config: dict[str, Any]) -> None:
    """Hold a spoken session in the real app."""
    from functools import partial

    from jobcopilot.inference.choosing import installed_speakers
    from jobcopilot.inference.local import LocalChoice, LocalModel
    from jobcopilot.practice.interviewers.model import ModelInterviewer
    from jobcopilot.practice.spoken.port import SpokenHow
    from jobcopilot.tui.app import JobcopilotApp
    from jobcopilot.tui.board_data import BoardData
    from jobcopilot.tui.practice_openings import open_talk
    from jobcopilot.tui.start import glance_at
    from jobcopilot.tui.widgets.transcript import Transcript
    from jobcopilot.voice import listening
    from tests.tui.practice_home import practice_in

    log = Log(config["log"])
    speakers = installed_speakers()
    speaker = "xllamacpp" if "xllamacpp" in speakers else speakers[0]
    model = LocalModel(LocalChoice(Path(config["gguf"]), "shaped", speaker, context=4096))
    practice = practice_in(Path(config["home"]))
    practice.interviewer = ModelInterviewer("llama", ShapedModel(model, log))  # type: ignore[assignment, arg-type]
    ways = config["turn_taking"]
    how = SpokenHow(model=config["whisper"], hotwords=(), turn_taking=ways)
    practice.runtime.__dict__["spoken_how"] = lambda: how
    ear = (sys.executable, "-m", "tests.benchmarks.voice_screen_parts", "ear", config["config"])
    listening.Listener = partial(listening.Listener, command=ear)  # type: ignore[misc, assignment]
    number = practice.create(questions=config["answers"] + 2)
    scrolled = [False]

    async def ready(self: JobcopilotApp) -> None:
        await self.switch_mode("practice")
        open_talk(self, number, notes=NOTES, answering=ways)

    def display(self: JobcopilotApp, *given: Any) -> None:
        due, scrolled[0] = scrolled[0], False
        displayed(self, *given)
        if due:
            log.write("painted")

    displayed, watched = JobcopilotApp._display, Transcript.watch_scroll_y

    def watch(self: Transcript, old: float, new: float) -> None:
        scrolled[0] = True
        watched(self, old, new)

    # Patched, not inherited: the app finds its style sheets beside its own module.
    JobcopilotApp.on_ready = ready  # type: ignore[method-assign, assignment]
    JobcopilotApp._display = display  # type: ignore[method-assign, assignment]
    Transcript.watch_scroll_y = watch  # type: ignore[method-assign, assignment]
    app = JobcopilotApp(BoardData(practice.runtime), glance_at(practice.runtime.home.settings_file))
    try:
        app.run()
    finally:
        model.close()


class Room:
    """A `Source` in real time: noise, and an answer whenever it is the person's turn."""

    live, name, rate = True, "room", 16_000

    def __init__(self, config: dict[str, Any], log: Log) -> None:
        import numpy as np

        self._answers: list[Samples] = [np.load(one["sound"]) for one in config["said"]]
        self._words: list[list[tuple[str, float, float]]] = [one["words"] for one in config["said"]]
        self._noise = np.random.default_rng(1).normal(0, 12, 16_000 * 4).astype(np.int16)
        self._log = log
        self.script: list[Word] = []
        self.turn = threading.Event()
        """Set when it is the person's turn to begin an answer."""
        self.answering = False

    def blocks(self, stop: threading.Event, first: int = 0) -> Iterator[Samples]:
        """Yield noise and answers."""
        from jobcopilot.voice.port import BLOCK, RATE, Word

        due, at, number = time.monotonic(), 0, 0
        sound, place, wait = None, 0, 0
        while not stop.is_set():
            due += BLOCK / RATE
            stop.wait(max(0.0, due - time.monotonic()))
            if sound is None and self.turn.is_set() and number < len(self._answers):
                wait += 1
                if wait * BLOCK >= BREATH_SECONDS * RATE:
                    self.answering, sound, place, wait = True, self._answers[number], 0, 0
                    self.turn.clear()
                    words = [Word(text, begin, end) for text, begin, end in self._words[number]]
                    began = due - BLOCK / RATE
                    self._log.write(
                        "spoken",
                        number=number,
                        begins=began + words[0].start,
                        last_word=began + words[-1].end,
                    )
                    self.script += [
                        replace(one, start=one.start + at / RATE, end=one.end + at / RATE) for one in words
                    ]
                    number += 1
            block = self._noise[at % (RATE * 3) :][:BLOCK]
            if sound is not None:
                piece = sound[place : place + BLOCK]
                place += BLOCK
                if piece.size == BLOCK:
                    block = piece
                else:
                    sound = None
            at += BLOCK
            yield block

    def lost(self) -> int:
        """Return 0: nothing is lost here."""
        return 0


def run_ear(config: dict[str, Any]) -> None:
    """Be the listening process, in that room."""
    from jobcopilot.voice.engine import child, microphone
    from jobcopilot.voice.engine.whisper import Whisper
    from jobcopilot.voice.port import RATE, Span
    from tests.benchmarks.voice_pipeline import ShapedWhisper

    log = Log(config["log"])
    room = Room(config, log)
    hooked: Any = child
    read, send = hooked.read_frame, child.Child.send
    shaped: list[ShapedWhisper] = []

    def reading(source: Any) -> Any:
        frame = read(source)
        if frame is not None and frame.get("do") == "go" and not room.answering:
            room.turn.set()
        return frame

    def sending(self: Any, frame: Any) -> None:
        if frame.get("event") == "turn-ended":
            room.answering = False
            log.write("ended", text=frame["text"], silence=frame["silence"], wait=frame["wait"])
        send(self, frame)

    def recognise(self: Whisper, audio: Floats, offset: float, **_: object) -> list[Word]:
        if not shaped:
            shaped.append(ShapedWhisper(self, room.script))
        seconds = shaped[0].cost(audio)
        window = Span(offset, offset + audio.size / RATE)
        log.write("pass", window=window.seconds, seconds=seconds)
        return shaped[0].words(window)

    hooked.read_frame = reading
    child.Child.send = sending  # type: ignore[method-assign]
    microphone.found = lambda *_: (room.name, room.rate)
    hooked._source = lambda _frame: room
    Whisper.recognise = recognise  # type: ignore[method-assign]
    child.main()


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[2]).read_text("utf-8"))
    {"app": run_app, "ear": run_ear}[sys.argv[1]](given)
