"""A transcript that grows while somebody speaks: what two passes agree on is confirmed and never changes.

LocalAgreement-2 after Macháček, Dabre and Bojar, "Turning Whisper into Real-Time Transcription System" (2023): a word
is confirmed once two passes in a row heard it after the same words. Confirmed audio is cut off at a silence, so that a
pass costs the same after five minutes as after ten seconds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jobcopilot.voice.port import Span, Word
from jobcopilot.voice.vad import VoiceGate

LEAST_VOICED: Final = 0.25
"""Voiced seconds without which nothing is transcribed: Whisper invents words for silence."""
TRAILING_SILENCE: Final = 0.2
"""Silence that a pass is given after the last voiced moment; a second of it makes Whisper invent."""
LEADING_SILENCE: Final = 0.3
_KEPT_WINDOW: Final = 4.0
"""Seconds that a window may have without being cut: fewer seams than with every pause."""
_LONG_WINDOW: Final = 12.0
"""From here on a window is cut at a confirmed word where no silence offers itself."""
LONGEST_WINDOW: Final = 24.0
"""Whisper takes 30 s; a window that long is taken as heard, though no two passes agreed."""
_GAP: Final = 0.25
"""Silence that a window may be cut in; shorter ones lie inside words, and Whisper's word times are looser."""
_SEAM: Final = 0.1
_EDGE: Final = 0.5
_NGRAM: Final = 5
_LETTERS: Final = re.compile(r"[^\w']+")


@dataclass(frozen=True, slots=True)
class Heard:
    """The transcript of one turn so far."""

    confirmed: tuple[Word, ...]
    tentative: tuple[Word, ...]

    @property
    def text(self) -> str:
        """All of it as one line."""
        return joined((*self.confirmed, *self.tentative))


def joined(words: Sequence[Word]) -> str:
    """Return words as one line."""
    return " ".join(word.text.strip() for word in words if word.text.strip())


def normal(text: str) -> str:
    """Return a word as it is compared: no case, no punctuation."""
    return _LETTERS.sub("", text.casefold())


class LiveTranscript:
    """One turn's words; knows what has to be heard next and what is certain."""

    def __init__(self, begin: float, confirmed: Sequence[Word] = ()) -> None:
        self.begin = begin
        """Second of the stream before which everything is confirmed."""
        self._confirmed: list[Word] = list(confirmed)
        self._tentative: list[Word] = []
        self._previous: list[Word] = []
        self._covered = begin

    @property
    def heard(self) -> Heard:
        """The words so far."""
        return Heard(tuple(self._confirmed), tuple(self._tentative))

    def window(self, gate: VoiceGate) -> Span | None:
        """Return the stretch to hear next; None where there is no voice to hear."""
        voiced = [span for span in gate.spans if span.end > self.begin]
        if not voiced:
            return None
        start = max(self.begin, voiced[0].start - LEADING_SILENCE)
        end = voiced[-1].end + TRAILING_SILENCE
        if gate.voiced(start, end) < LEAST_VOICED:
            return None
        return Span(start, end)

    def take(self, window: Span, words: Sequence[Word], gate: VoiceGate) -> tuple[Word, ...]:
        """Take what a pass heard in a window and return the words that this confirmed."""
        fresh = self._fresh([word for word in words if _has_voice(word, gate)])
        agreed = 0
        # The same audio heard twice agrees with itself and proves nothing.
        grown = window.end > self._covered + _SEAM
        for earlier, now in zip(self._previous, fresh, strict=False):
            # A word at the very edge may be half a word.
            if not grown or normal(earlier.text) != normal(now.text) or now.end > window.end - _EDGE:
                break
            agreed += 1
        if not agreed and window.seconds > LONGEST_WINDOW:
            agreed = max(0, len(fresh) - 3)
        self._covered = max(self._covered, window.end)
        confirmed = fresh[:agreed]
        self._confirmed += confirmed
        self._previous = self._tentative = fresh[agreed:]
        self._cut(window, gate)
        return tuple(confirmed)

    def finish(self, words: Sequence[Word], gate: VoiceGate, end: float) -> tuple[Word, ...]:
        """Take the last pass of a turn: all of it is confirmed. Return what was not confirmed before."""
        fresh = self._fresh([word for word in words if _has_voice(word, gate)])
        self._confirmed += fresh
        self._previous = self._tentative = []
        self.begin = end
        return tuple(fresh)

    def _fresh(self, words: list[Word]) -> list[Word]:
        """Return the words of a pass that come after what is confirmed."""
        known = [word for word in self._confirmed if word.end > self.begin]
        if known and [normal(word.text) for word in words[: len(known)]] == [normal(w.text) for w in known]:
            return words[len(known) :]
        if not self._confirmed:
            return words
        last = self._confirmed[-1].end
        fresh = [word for word in words if (word.start + word.end) / 2 > last - _SEAM]
        if fresh and fresh[0].start < last + 1.0:
            for size in range(min(_NGRAM, len(fresh), len(self._confirmed)), 0, -1):
                tail = [normal(word.text) for word in self._confirmed[-size:]]
                # Only what could be the same sound twice: a word said twice has its own time.
                if tail == [normal(word.text) for word in fresh[:size]] and fresh[0].start < last:
                    return fresh[size:]
        return fresh

    def _cut(self, window: Span, gate: VoiceGate) -> None:
        """Move the begin to the last silence before which everything is confirmed."""
        if window.end - self.begin < _KEPT_WINDOW or not self._confirmed:
            return
        last = self._confirmed[-1].end
        next_start = self._tentative[0].start if self._tentative else window.end
        for earlier, later in zip(reversed(gate.spans[:-1]), reversed(gate.spans[1:]), strict=True):
            middle = (earlier.end + later.start) / 2
            if middle <= self.begin:
                break
            if later.start - earlier.end < _GAP or middle > next_start + 0.15:
                continue
            if self._is_between_confirmed(middle, last):
                self.begin = middle
                return
        if window.end - self.begin > _LONG_WINDOW and last > self.begin:
            self.begin = min(last, next_start)

    def _is_between_confirmed(self, moment: float, last: float) -> bool:
        """Say whether every word before a moment is confirmed and none spans it."""
        if moment > last + 0.5:
            return False
        return not any(word.start + 0.15 < moment < word.end - 0.15 for word in self._confirmed[-40:])


def _has_voice(word: Word, gate: VoiceGate) -> bool:
    """Say whether anybody spoke where a word is said to be; Whisper's times are off by a fifth of a second."""
    return gate.voiced(word.start - 0.2, word.end + 0.2) > 0.0
