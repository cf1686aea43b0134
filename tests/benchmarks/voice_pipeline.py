"""A scripted answer heard in real time by a Whisper of a real shape, with an interviewer of a real shape beside it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from jobcopilot.inference.port import Cancel, LanguageModel, Request, Turn
from jobcopilot.voice import events
from jobcopilot.voice.engine.audio import Floats, Samples, as_floats
from jobcopilot.voice.engine.hearing import Hearing
from jobcopilot.voice.engine.passes import PassesBeside
from jobcopilot.voice.engine.silero import Silero
from jobcopilot.voice.engine.whisper import Whisper
from jobcopilot.voice.port import BLOCK, BLOCK_SECONDS, RATE, Span, Word
from jobcopilot.voice.sentences import WrittenSentences
from jobcopilot.voice.turns import PauseMemory, TurnDetector
from tests.fakes.answers import SpokenAnswer, at_16_khz, spoken_answer

TOKENS_A_SECOND = 4.5
"""Of speech, at most: what a real model writes, and random weights would never end by themselves."""
_TAIL = 20.0
"""Seconds at an answer's end that are heard in real time; before them nobody waits for anything."""


class ShapedWhisper:
    """Passes that cost what a real model's cost; the words are the script's."""

    def __init__(self, whisper: Whisper, script: Sequence[Word]) -> None:
        self._whisper = whisper
        self._script = script
        model: Any = whisper._model
        marks = model.hf_tokenizer.get_vocab_size()
        # No mark of time and no end: exactly as many tokens as are asked for, and one window.
        self._suppressed = [*range(model.hf_tokenizer.token_to_id("<|endoftext|>"), marks)]
        self.passes: list[tuple[float, float]] = []
        """Seconds of audio and seconds that the pass took."""

    def cost(self, audio: Floats) -> float:
        """Run one pass and return its seconds."""
        begun = time.perf_counter()
        model: Any = self._whisper._model
        segments, _ = model.transcribe(
            audio,
            language="en",
            beam_size=1,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,
            without_timestamps=True,
            suppress_tokens=self._suppressed,
            max_new_tokens=max(1, math.ceil(TOKENS_A_SECOND * audio.size / RATE)),
        )
        # One encoding, as a pass of a trained model: where random weights put the last word's end means nothing, and
        # faster-whisper would begin anew there, up to three times.
        next(iter(segments), None)
        return time.perf_counter() - begun

    def words(self, window: Span) -> list[Word]:
        """Return the script's words in a window; one that is cut off at its end is not heard."""
        return [
            word
            for word in self._script
            if word.start >= window.start - 0.05 and word.end <= window.end + 0.05
        ]


@dataclass
class Run:
    """What one answer took; seconds."""

    seconds: float
    final: float = 0.0
    """From the last voiced sample to the final text, the end-of-turn wait apart."""
    ended: float = 0.0
    """From the last voiced sample to the event that says so, the wait included."""
    wait: float = 0.0
    first_token: float | None = None
    """From the end of the turn to the interviewer's first token."""
    answered: float | None = None
    """From the last voiced sample to it."""
    covered: list[float] = field(default_factory=list)
    """For each word: from its end to the pass that covers it."""
    passes: list[tuple[float, float]] = field(default_factory=list)
    dropped: int = 0
    whole: bool = False
    """Whether the final text has every word of the script."""


def scripted(said: SpokenAnswer) -> list[Word]:
    """Return the words of an answer with their times, evenly in each sentence; a full stop at its end."""
    words = []
    for text, span in zip(said.sentences, said.spoken, strict=True):
        parts = text.split()
        parts[-1] += "."
        edges = [span.start + span.seconds * place / len(parts) for place in range(len(parts) + 1)]
        words += [Word(part, begin, end) for part, (begin, end) in zip(parts, pairwise(edges), strict=True)]
    return words


def run_answer(
    whisper: Whisper, seconds: float, seed: int, *, interviewer: Callable[[], Interviewer] | None = None
) -> Run:
    """Speak an answer to the pipeline and measure its end; the whole of it in real time where somebody reads along."""
    said = spoken_answer(seconds, seed, after=6.0)
    script = scripted(said)
    sound = at_16_khz(said.sound)
    shaped = ShapedWhisper(whisper, script)
    run = Run(seconds)
    last_voiced = script[-1].end
    real_time_from = 0.0 if interviewer else max(0.0, said.spoken[-1].end - _TAIL)
    reader = interviewer() if interviewer else None
    began = time.perf_counter() + 0.2
    over = threading.Event()

    def clock() -> float:
        """Return the second of the stream that it is."""
        return time.perf_counter() - began + real_time_from

    def recognise(window: Span) -> Sequence[Word]:
        if window.end > real_time_from:
            audio = as_floats(sound[round(window.start * RATE) : round(window.end * RATE)])
            run.passes.append((window.seconds, shaped.cost(audio)))
        return shaped.words(window)

    def tell(event: events.Event) -> None:
        now = clock()
        match event:
            case events.Transcribed():
                run.covered += [
                    now - word.end
                    for word in script
                    if covered[0] < word.end <= event.covers and word.end > real_time_from + 1.0
                ]
                covered[0] = max(covered[0], event.covers)
                # Only a pass that has heard the silence after it knows that this was all.
                if event.covers >= last_voiced + 0.1 and not run.final:
                    run.final = now - last_voiced
                if reader is not None:
                    texts.extend(word.text for word in event.confirmed)
                    shown = [*texts, *(word.text for word in event.tentative)] if paused[0] else texts
                    reader.read(" ".join(shown), ended=paused[0])
            case events.TurnPaused() | events.TurnResumed():
                paused[0] = isinstance(event, events.TurnPaused)
            case events.TurnEnded():
                run.ended, run.wait = now - last_voiced, event.wait
                run.whole = event.text == " ".join(word.text for word in script)
                run.final = run.final or run.ended
                if reader is not None:
                    run.first_token = reader.answer(event.text)
                    run.answered = clock() - last_voiced
                over.set()

    covered, texts, paused = [0.0], list[str](), [False]
    turns = TurnDetector(WrittenSentences(), PauseMemory())
    hearing = Hearing(Silero(), PassesBeside(recognise), turns, tell)
    for at in range(0, sound.size, BLOCK):
        end = (at + BLOCK) / RATE
        if end >= real_time_from:
            if end - BLOCK_SECONDS < real_time_from or at == 0:
                began = time.perf_counter() + max(0.0, end - real_time_from)
            # As the microphone gives it: not before it was said.
            time.sleep(max(0.0, end - clock()))
        hearing.hear(sound[at : at + BLOCK])
        if end < real_time_from:
            hearing.collect(wait=True)
        if over.is_set():
            break
    run.dropped = hearing.passes_dropped
    return run


class Interviewer:
    """A model that reads along while somebody speaks: always the newest words, never two readings at once."""

    def __init__(self, model: LanguageModel, history: Sequence[Turn], whole: str, words: int) -> None:
        self._model = model
        self._history = tuple(history)
        self._letters = len(whole) / max(1, words)
        self._whole = whole
        """The answer as the model reads it: with random weights each letter is a token."""
        self._wanted: tuple[str, bool] | None = None
        self._cancel = Cancel()
        self._changed = threading.Condition()
        self._closed = False
        threading.Thread(target=self._run, daemon=True).start()

    def read(self, text: str, *, ended: bool) -> None:
        """Read what is confirmed so far; all that was heard, and with all cores, where it may be over."""
        with self._changed:
            self._wanted = (self._whole[: round(len(text.split()) * self._letters)], ended)
            self._changed.notify_all()

    def answer(self, text: str) -> float:
        """Return the seconds from now to the first token."""
        begun = time.perf_counter()
        with self._changed:
            self._wanted, self._closed = None, True
            self._cancel.set()
            self._changed.notify_all()
        return first_token(self._model, (*self._history, Turn("user", self._whole)), begun)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._wanted is not None)
                if self._closed:
                    return
                assert self._wanted is not None
                (wanted, ended), self._wanted = self._wanted, None
            self._model.prefill((*self._history, Turn("user", wanted)), self._cancel, gentle=not ended)


def first_token(model: LanguageModel, conversation: tuple[Turn, ...], begun: float | None = None) -> float:
    """Ask and return the seconds to the first words."""
    begun = time.perf_counter() if begun is None else begun
    for piece in model.stream(Request(conversation, limit=4, temperature=0.0)):
        if piece.text:
            return time.perf_counter() - begun
    raise RuntimeError("the model said nothing")


def vad_share(seconds: float = 60.0) -> tuple[float, float]:
    """Return the processor time of the detector, and of all hearing but the passes, by seconds of sound."""
    sound: Samples = at_16_khz(spoken_answer(seconds, 7).sound)
    detector = Silero()
    blocks = [sound[at : at + BLOCK] for at in range(0, sound.size - BLOCK, BLOCK)]
    begun = time.process_time()
    for block in blocks:
        detector.probability(as_floats(block))
    alone = (time.process_time() - begun) / (len(blocks) * BLOCK_SECONDS)

    class Quiet:
        def probability(self, block: Floats) -> float:
            return 0.0

    hearing = Hearing(Quiet(), PassesBeside(lambda _: []), TurnDetector(WrittenSentences()), lambda _: None)
    begun = time.process_time()
    for block in blocks:
        hearing.hear(block)
    rest = (time.process_time() - begun) / (len(blocks) * BLOCK_SECONDS)
    return alone, alone + rest


def encoder_windows(whisper: Whisper, seconds: Sequence[float]) -> dict[float, float]:
    """Return what encoding takes for windows of some seconds, 30 being what every pass pays for now; a report only."""
    import ctranslate2

    model: Any = whisper._model
    found = {}
    for length in seconds:
        mel = np.zeros((1, 80, round(length * 100)), np.float32)
        view = ctranslate2.StorageView.from_array(mel)
        times = []
        for _ in range(4):
            begun = time.perf_counter()
            model.model.encode(view, to_cpu=True)
            times.append(time.perf_counter() - begun)
        found[length] = sorted(times[1:])[1]
    return found
