"""From blocks of sound to turns and words: what the listening process does with all that was recorded."""

from __future__ import annotations

import time
from array import array
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from jobcopilot.voice import events
from jobcopilot.voice.edges import STEP, floor_of, refined
from jobcopilot.voice.engine.audio import SILENT_DECIBELS, Floats, Samples, as_floats, decibels
from jobcopilot.voice.engine.passes import Pass, Passes, PassResult
from jobcopilot.voice.engine.watch import SoundWatch
from jobcopilot.voice.port import RATE, Span, Word
from jobcopilot.voice.transcribing import LEADING_SILENCE, LiveTranscript, joined
from jobcopilot.voice.turns import LONGEST_WAIT, TurnDetector, TurnStep
from jobcopilot.voice.vad import VoiceGate

PASS_EVERY: Final = 1.0
"""Seconds of new voice that make another pass worth its time."""
_LULL: Final = 0.1
"""Seconds of silence in which no other pass begins: the last one may be due in a moment, and must not wait for it."""
_LEVEL_BLOCKS: Final = 3
"""A level about ten times a second."""
_STEP_SAMPLES: Final = round(STEP * RATE)


class Detector(Protocol):
    """Tells voice from everything else."""

    def probability(self, block: Floats) -> float:
        """Return how likely a block of 512 samples holds a voice."""
        ...


@dataclass(frozen=True, slots=True)
class Resuming:
    """Where another process was when it died."""

    at: float = 0.0
    """Second of the stream from which sound is heard again."""
    follows: float = 0.0
    """Second from which the turn is followed on; what lies before is only measured: its events were told."""
    turn: int = 0
    revision: int = 0
    speaking: bool = False
    started: float = 0.0
    settled: float = 0.0
    confirmed: tuple[Word, ...] = ()


class Hearing:
    """Follows one stream. Called from one thread; tells events in the order of the stream."""

    def __init__(
        self,
        detector: Detector,
        passes: Passes,
        turns: TurnDetector,
        tell: Callable[[events.Event], None],
        resuming: Resuming = Resuming(),
    ) -> None:
        self.at = resuming.at
        self.turn = resuming.turn
        self.revision = resuming.revision
        self.muted = False
        """Recorded, but no voice is heard in it: the interviewer speaks."""
        self.passes_run = 0
        self.passes_dropped = 0
        self._detector = detector
        self._passes = passes
        self._turns = turns
        self._tell = tell
        self._begun = time.perf_counter()
        self._gate = VoiceGate(resuming.at)
        self._watch = SoundWatch()
        self._levels = array("f")
        self._levels_from = resuming.at
        self._quiet: deque[float] = deque(maxlen=500)
        self._missing: list[Span] = []
        """What nobody recorded since the turn before."""
        self._follows = max(resuming.at, resuming.follows) if resuming.speaking else resuming.at
        self._block = 0
        self._started = resuming.started
        self._turn_end = resuming.at
        self._live: LiveTranscript | None = None
        self._covered = resuming.settled
        self._next_pass = resuming.settled
        self._last_wanted = False
        self._last: PassResult | None = None
        if resuming.speaking:
            self._live = LiveTranscript(resuming.settled, resuming.confirmed)
            turns.restore(self._follows)
            turns.said(self._live.heard.text)

    def hear(self, block: Samples) -> None:
        """Take the next block; only the stream's last one may be shorter than 512 samples."""
        floats = as_floats(block)
        probability = 0.0 if self.muted else self._detector.probability(floats)
        self.at += block.size / RATE
        voiced = self._gate.feed(probability)
        self._measure(block, voiced=voiced)
        if self.at <= self._follows:
            return
        self._tell_level(block, voiced=voiced)
        if trouble := self._watch.feed(block):
            self._say(
                events.Warned,
                code=trouble.code,
                title=trouble.title,
                message=trouble.message,
                hint=trouble.hint,
            )
        self.collect()
        if step := self._turns.heard(self.at, voiced=voiced):
            self._changed(step)
        self._pass_if_due()

    def skip(self, end: float) -> None:
        """Leave out what nobody recorded, up to a second of the stream: it is no silence of the person's."""
        missing = end - self.at
        self._missing.append(Span(self.at, end))
        self._gate.skip(self.at, end)
        self._turns.skip(end - min(end, max(self.at, self._follows)))
        self._levels.extend([SILENT_DECIBELS] * round(missing / STEP))
        self.at = end

    def done(self) -> None:
        """End the turn: the person says so."""
        if step := self._turns.done(self.at):
            self._changed(step)

    def finish(self) -> None:
        """End what is under way: the stream is over."""
        if step := self._turns.done(self.at, "stream"):
            self._changed(step)

    def collect(self, *, wait: bool = False) -> None:
        """Take in what a pass has heard meanwhile."""
        result = self._passes.result(wait=wait)
        if result is None:
            return
        if result.failed is not None:
            raise result.failed
        self.passes_run += 1
        live = self._live
        if live is None or result.asked.turn != self.turn:
            return
        window = result.asked.window
        confirmed = live.take(window, result.words, self._gate)
        if result.asked.last and result.asked.revision == self.revision:
            self._last = result
        heard = live.heard
        self._turns.said(heard.text)
        self._say(
            events.Transcribed,
            confirmed=confirmed,
            tentative=heard.tentative,
            covers=window.end,
            seconds=result.seconds,
            settled=live.begin,
        )

    def _changed(self, step: TurnStep) -> None:
        match step.change:
            case "started":
                self.turn += 1
                self.revision = 0
                first = self._first_of_turn()
                self._started = first.start
                self._live = LiveTranscript(max(self._turn_end, first.start - LEADING_SILENCE))
                self._covered = self._next_pass = first.start
                self._last, self._last_wanted = None, False
                self._say(events.TurnStarted, started=first.start)
            case "paused":
                self._last_wanted = True
                self._say(events.TurnPaused, wait=step.wait)
            case "resumed":
                self.revision += 1
                self._last, self._last_wanted = None, False
                self._say(events.TurnResumed)
            case "ended":
                self._end(step)

    def _first_of_turn(self) -> Span:
        """Return the stretch that the turn begins with; a click long before it is no part of it."""
        first = self._gate.spans[-1]
        for span in reversed(self._gate.spans):
            if span.end <= self._turn_end or first.start - span.end > LONGEST_WAIT:
                break
            first = span
        return first

    def _pass_if_due(self) -> None:
        live = self._live
        if live is None or not self._turns.speaking:
            return
        voiced_to = self._gate.spans[-1].end if self._gate.spans else 0.0
        if self._last_wanted:
            # The last pass goes before any other; it waits for one that runs.
            if not self._passes.busy:
                asked = self._ask(live, last=True)
                self._last_wanted = asked is not None and asked.end < voiced_to
            return
        if voiced_to < self._next_pass + PASS_EVERY:
            return
        if self._passes.busy or self.at - voiced_to > _LULL:
            # Begun as soon as the one that runs is over; what would have come in between is dropped.
            return
        behind = voiced_to - self._next_pass
        self._next_pass = voiced_to
        if (asked := self._ask(live, last=False)) is not None:
            self.passes_dropped += int(behind / PASS_EVERY + 1e-6) - 1
            self._next_pass = min(voiced_to, asked.end)

    def _ask(self, live: LiveTranscript, *, last: bool) -> Span | None:
        """Begin a pass and return what it hears; None where there is nothing to hear."""
        window = live.window(self._gate)
        if window is None:
            return None
        # Sound after the newest block is not there yet.
        window = Span(window.start, min(window.end, self.at))
        self._covered = window.end
        self._passes.begin(Pass(window, self.turn, self.revision, last))
        return window

    def _end(self, step: TurnStep) -> None:
        """Tell the end of a turn once its last pass is there; sound that comes meanwhile waits in the recording."""
        live = self._live
        assert live is not None
        while self._passes.busy:
            self.collect(wait=True)
        # More than once where a busy machine is behind: each stretch up to a silence has its own pass.
        while (window := live.window(self._gate)) is not None:
            if self._last is not None and min(window.end, self.at) <= self._covered + 0.1:
                break
            self._ask(live, last=True)
            self.collect(wait=True)
        last = self._last
        live.finish(last.asked.window if last else None, last.words if last else (), self._gate, self.at)
        heard = live.heard.confirmed
        spans = [span for span in self._gate.spans if span.end > self._started]
        self._say(
            events.TurnEnded,
            reason=step.reason,
            text=joined(heard),
            words=heard,
            silence=step.silence,
            wait=step.wait,
            started=self._started,
            voiced=refined(spans, self._levels, self._levels_from, floor_of(self._quiet)),
            missing=tuple(self._missing),
        )
        self._missing.clear()
        self._live, self._last, self._last_wanted = None, None, False
        self._turn_end = self.at
        self._gate.forget_before(self.at - 1.0)
        self._levels, self._levels_from = array("f"), self.at

    def _measure(self, block: Samples, *, voiced: bool) -> None:
        for place in range(0, block.size - block.size % _STEP_SAMPLES, _STEP_SAMPLES):
            level = decibels(block[place : place + _STEP_SAMPLES])
            self._levels.append(level)
            if not voiced:
                self._quiet.append(level)
        if not self._turns.speaking and len(self._levels) > 20 / STEP:
            # Nobody speaks: the last ten seconds are enough to find where somebody began.
            spare = len(self._levels) - round(10 / STEP)
            del self._levels[:spare]
            self._levels_from += spare * STEP
            self._gate.forget_before(self.at - 10)

    def _tell_level(self, block: Samples, *, voiced: bool) -> None:
        self._block += 1
        if self._block % _LEVEL_BLOCKS == 0:
            peak = float(abs(block.astype("i4")).max()) / 32768 if block.size else 0.0
            self._say(events.Level, decibels=round(decibels(block), 1), peak=round(peak, 3), voiced=voiced)

    def _say(self, kind: Callable[..., events.Event], **values: object) -> None:
        elapsed = time.perf_counter() - self._begun
        self._tell(
            kind(at=round(self.at, 3), turn=self.turn, revision=self.revision, elapsed=elapsed, **values)
        )
