"""From probabilities of voice, one each 32 ms, to stretches that were voiced."""

from __future__ import annotations

from typing import Final

from jobcopilot.voice.port import BLOCK_SECONDS, Span

VOICE_BEGINS: Final = 0.5
VOICE_ENDS: Final = 0.35
"""Below where it begins, so that a word's quiet middle does not flicker (Silero's own pair is 0.5 and 0.35)."""
_LEAST_BLOCKS: Final = 2
"""Voiced blocks in a row that begin a stretch: one alone is a key or a click."""


class VoiceGate:
    """Hysteresis over blocks; remembers what was voiced."""

    def __init__(self, start: float = 0.0) -> None:
        self._at = start
        self._run = 0
        self._open = False
        self.spans: list[Span] = []
        """Voiced stretches so far; the last one grows while somebody speaks."""
        self.gaps: list[Span] = []
        """Stretches that nobody recorded."""

    def feed(self, probability: float) -> bool:
        """Take one block's probability and say whether it is voiced."""
        begin = self._at
        self._at = begin + BLOCK_SECONDS
        if self._open:
            self._open = probability >= VOICE_ENDS
            if self._open:
                self.spans[-1] = Span(self.spans[-1].start, self._at)
            else:
                self._run = 0
            return self._open
        self._run = self._run + 1 if probability >= VOICE_BEGINS else 0
        if self._run < _LEAST_BLOCKS:
            return False
        self._open = True
        self.spans.append(Span(begin - (self._run - 1) * BLOCK_SECONDS, self._at))
        return True

    def skip(self, begin: float, end: float) -> None:
        """Go on after what nobody recorded; no stretch reaches over it."""
        if self.spans and self.spans[-1].end > begin:
            # The last block before it may have been a short one.
            self.spans[-1] = Span(self.spans[-1].start, begin)
        self.gaps.append(Span(begin, end))
        self._at, self._open, self._run = end, False, 0

    def voiced(self, start: float, end: float) -> float:
        """Return the voiced seconds between two moments."""
        total = 0.0
        for span in reversed(self.spans):
            if span.end <= start:
                break
            total += max(0.0, min(span.end, end) - max(span.start, start))
        return total

    def silence_at(self, moment: float) -> Span | None:
        """Return the silence around a moment, up to now where nobody spoke since; None while somebody speaks."""
        begin, end = None, self._at
        for span in reversed(self.spans):
            if span.end <= moment + 1e-6:
                begin = span.end
                break
            end = span.start
        return Span(begin, end) if begin is not None and end > moment - 1e-6 else None

    def gaps_in(self, start: float, end: float) -> list[Span]:
        """Return what nobody recorded between two moments."""
        return [gap for gap in self.gaps if gap.end > start and gap.start < end]

    def forget_before(self, moment: float) -> None:
        """Drop stretches that ended before a moment, so that an hour takes no more room than a minute."""
        for stretches in (self.spans, self.gaps):
            while stretches and stretches[0].end < moment:
                del stretches[0]
