"""When an answer is over: silence that learns the person's own pauses, the words so far, and a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from jobcopilot.voice.port import BLOCK_SECONDS, Completeness, SentenceJudge

SHORTEST_WAIT: Final = 1.2
LONGEST_WAIT: Final = 4.0
LEAST_VOICED: Final = 0.25
"""Seconds of voice that make a turn; less is a cough or a chair."""
PAUSE_SECONDS: Final = 0.35
"""Silence after which the last pass begins, in the hope that the answer is over."""
_SHORTEST_PAUSE: Final = 0.25
"""Below this a silence is part of a word (Goldman-Eisler, 1968)."""
_KEPT: Final = 40
"""Pauses remembered of each kind: a person's pace of this week, not of last year."""
_MARGIN: Final = 1.2
"""How much longer than the longest usual pause is waited."""
_WAITS: Final[dict[Completeness, float]] = {"finished": SHORTEST_WAIT, "unknown": 2.0, "open": 2.9}
"""Seconds before anything was learned; thinking pauses in mid-sentence reach 2.5 s."""

TurnChange = Literal["started", "paused", "resumed", "ended"]
EndReason = Literal["silence", "key", "stream"]
TurnTaking = Literal["hands-free", "done", "push-to-talk"]
"""What ends an answer: silence; a key, while the microphone stays open; or a key that opens the microphone before."""


@dataclass(slots=True)
class PauseMemory:
    """The person's pauses inside their answers, by how whole the sentence before sounded; seconds."""

    finished: list[float] = field(default_factory=list)
    open: list[float] = field(default_factory=list)

    def learn(self, pause: float, after: Completeness) -> None:
        """Remember a pause that turned out to be inside an answer."""
        if not _SHORTEST_PAUSE <= pause <= LONGEST_WAIT:
            return
        kept = self.finished if after == "finished" else self.open
        kept.append(pause)
        del kept[:-_KEPT]

    def wait(self, after: Completeness) -> float:
        """Return the seconds of silence that end an answer after such words."""
        pauses = self.finished if after == "finished" else self.open
        least = _WAITS[after]
        # One pause is an accident, three are a habit.
        learned = _usual_longest(pauses) * _MARGIN if len(pauses) >= 3 else 0.0
        return min(max(least, learned), LONGEST_WAIT)


def _usual_longest(pauses: Sequence[float]) -> float:
    """Return the pause that one in twenty exceeds."""
    ranked = sorted(pauses)
    return ranked[min(len(ranked) - 1, int(len(ranked) * 0.95))]


@dataclass(frozen=True, slots=True)
class TurnStep:
    """What changed in a turn, at a second of the stream."""

    change: TurnChange
    at: float
    reason: EndReason = "silence"
    silence: float = 0.0
    """Seconds since the last voiced sample."""
    wait: float = 0.0
    """Seconds of silence that were waited for, or would be."""


class TurnDetector:
    """Follows one answer after the other on the stream's own clock, so that it is the same live and in tests."""

    def __init__(
        self,
        judge: SentenceJudge,
        pauses: PauseMemory | None = None,
        *,
        hands_free: bool = True,
        block_seconds: float = BLOCK_SECONDS,
    ) -> None:
        self.pauses = pauses or PauseMemory()
        self.hands_free = hands_free
        """Without it only the key ends a turn."""
        self._judge = judge
        self._block = block_seconds
        self._completeness: Completeness = "unknown"
        self._voiced = 0.0
        self._last_voiced: float | None = None
        self._speaking = False
        self._paused = False
        self._ended_at: float | None = None
        self._ended_after: Completeness = "unknown"

    @property
    def speaking(self) -> bool:
        """Whether a turn is under way."""
        return self._speaking

    def restore(self, at: float) -> None:
        """Go on with a turn that another process began to follow."""
        self._speaking, self._last_voiced, self._voiced = True, at, LEAST_VOICED

    def said(self, text: str) -> None:
        """Take the transcript of the turn so far, tentative words included."""
        self._completeness = self._judge.judge(text)

    def skip(self, seconds: float) -> None:
        """Leave out seconds that nobody recorded: they are neither a pause nor an end."""
        if self._last_voiced is not None:
            self._last_voiced += seconds
        if self._ended_at is not None:
            self._ended_at += seconds

    def heard(self, at: float, *, voiced: bool) -> TurnStep | None:
        """Take one block that ends at a second of the stream; return what it changed."""
        if voiced:
            return self._voice(at)
        if self._last_voiced is None:
            return None
        silence = at - self._last_voiced
        if not self._speaking:
            if silence > LONGEST_WAIT:
                self._voiced, self._last_voiced = 0.0, None
            return None
        wait = self.pauses.wait(self._completeness)
        if self.hands_free and silence >= wait and self._paused:
            return self._end(at, "silence", silence, wait)
        if not self._paused and silence >= PAUSE_SECONDS:
            self._paused = True
            return TurnStep("paused", at, silence=silence, wait=wait)
        return None

    def done(self, at: float, reason: EndReason = "key") -> TurnStep | None:
        """End the turn now: the person pressed the key, or the stream is over."""
        if not self._speaking:
            return None
        assert self._last_voiced is not None
        return self._end(at, reason, at - self._last_voiced, 0.0)

    def _voice(self, at: float) -> TurnStep | None:
        before = self._last_voiced
        self._last_voiced = at
        self._voiced += self._block
        if not self._speaking:
            if self._voiced < LEAST_VOICED:
                return None
            self._speaking, self._paused = True, False
            self._learn_from_reopening(at)
            return TurnStep("started", at)
        if before is not None:
            self.pauses.learn(at - self._block - before, self._completeness)
        if self._paused:
            self._paused = False
            return TurnStep("resumed", at)
        return None

    def _learn_from_reopening(self, at: float) -> None:
        """A turn that starts at once after the last one was cut off too early: its pause is learned."""
        if self._ended_at is not None:
            self.pauses.learn(at - self._voiced - self._ended_at, self._ended_after)
        self._ended_at = None
        self._completeness = "unknown"

    def _end(self, at: float, reason: EndReason, silence: float, wait: float) -> TurnStep:
        self._ended_at = self._last_voiced if reason == "silence" else None
        self._ended_after = self._completeness
        self._speaking = self._paused = False
        self._voiced, self._last_voiced = 0.0, None
        self._completeness = "unknown"
        return TurnStep("ended", at, reason, silence, wait)
