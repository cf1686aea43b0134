"""A transcript that grows while somebody speaks: what two passes agree on is confirmed and never changes.

LocalAgreement-2 after Macháček, Dabre and Bojar, "Turning Whisper into Real-Time Transcription System" (2023): a word
is confirmed once two passes in a row heard it after the same words. A silence closes the stretch before it: what a pass
heard up to there is confirmed as the last pass of a turn is, and its audio is not heard again. So a pass costs the same
after five minutes as after ten seconds, and no pass has to cope with more than a few sentences.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from jobcopilot.voice.port import Span, Word
from jobcopilot.voice.vad import VoiceGate

LEAST_VOICED: Final = 0.25
"""Voiced seconds without which nothing is transcribed: Whisper invents words for silence."""
TRAILING_SILENCE: Final = 0.2
"""Silence that a pass is given after the last voiced moment; a second of it makes Whisper invent."""
LEADING_SILENCE: Final = 0.3
_KEPT_WINDOW: Final = 2.0
"""Seconds that a window has before a silence cuts it: a word or two between pauses are better heard with more."""
_PAUSE: Final = 0.35
"""Silence that closes a stretch: what a pass heard up to it is final, as at the end of a turn."""
_LONG_WINDOW: Final = 12.0
"""From here on a shorter silence will do, and where there is none a confirmed word."""
LONGEST_WINDOW: Final = 24.0
"""Whisper takes 30 s; a window that long is taken as heard, though no two passes agreed."""
_GAP: Final = 0.25
"""Silence that a long window may be cut in; shorter ones lie inside words."""
_OVERLAP: Final = 3
"""Confirmed words that are heard again where a window had to be cut between words."""
_LOOSE: Final = LEADING_SILENCE + 0.1
"""Seconds that a word may lie beside the voice."""
_TOUCHING: Final = 0.02
_SEAM: Final = 0.1
_EDGE: Final = 0.5
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
        self._known = sum((word.start + word.end) / 2 <= begin for word in confirmed)
        """How many confirmed words lie before `begin`: those after them are heard again with each pass."""
        self._tentative: list[Word] = []
        self._covered = begin

    @property
    def heard(self) -> Heard:
        """The words so far."""
        return Heard(tuple(self._confirmed), tuple(self._tentative))

    def window(self, gate: VoiceGate) -> Span | None:
        """Return the stretch to hear next; None where there is no voice to hear.

        It ends at the newest voice, or at the silence that closes it where speech went on meanwhile. It never reaches
        over what nobody recorded, and what is left of a sentence after that is heard by itself: with another sentence
        behind it Whisper loses that one, or takes both for no speech.
        """
        voiced = [span for span in gate.spans if span.end > self.begin]
        if not voiced:
            return None
        start = _start(self.begin, voiced[0], gate)
        for earlier, later in pairwise(voiced):
            silence = Span(earlier.end, later.start)
            if not _closes(start, silence, gate):
                continue
            if gate.voiced(start, earlier.end) >= LEAST_VOICED:
                return Span(start, _end(silence, gate))
            if gate.gaps_in(start - _TOUCHING, silence.end):
                # Less than a word is left beside a gap.
                start = _start(self.begin, later, gate)
        end = _end(Span(voiced[-1].end, math.inf), gate)
        return Span(start, end) if gate.voiced(start, end) >= LEAST_VOICED else None

    def take(self, window: Span, words: Sequence[Word], gate: VoiceGate) -> tuple[Word, ...]:
        """Take what a pass heard in a window and return the words that this confirmed."""
        fresh = self._fresh(_inside(window, [word for word in words if _has_voice(word, gate)]))
        closed = self._closed(window, gate)
        agreed = len(fresh) if closed else self._agreed(window, fresh)
        self._covered = max(self._covered, window.end)
        confirmed = fresh[:agreed]
        self._confirmed += confirmed
        self._tentative = fresh[agreed:]
        if closed:
            self._begin_at(window.end)
        elif window.end - self.begin > _LONG_WINDOW and len(self._confirmed) - self._known > _OVERLAP:
            # No silence for so long: cut between words, some of which are heard again because their times are loose.
            self._begin_at(max(self.begin, self._confirmed[-_OVERLAP].start - _SEAM), again=_OVERLAP)
        return tuple(confirmed)

    def finish(
        self, window: Span | None, words: Sequence[Word], gate: VoiceGate, end: float
    ) -> tuple[Word, ...]:
        """Take the last pass of a turn: all of it is confirmed. Return what was not confirmed before."""
        fresh: list[Word] = []
        # A stretch that was closed meanwhile is confirmed as it is.
        if window is not None and window.end > self.begin:
            fresh = self._fresh(_inside(window, [word for word in words if _has_voice(word, gate)]))
        self._confirmed += fresh
        self._tentative = []
        self._begin_at(end)
        return tuple(fresh)

    def _agreed(self, window: Span, fresh: Sequence[Word]) -> int:
        """Return how many words this pass and the one before agree on."""
        agreed = 0
        # The same audio heard twice agrees with itself and proves nothing.
        grown = window.end > self._covered + _SEAM
        for earlier, now in zip(self._tentative, fresh, strict=False):
            # A word at the very edge may be half a word.
            if not grown or normal(earlier.text) != normal(now.text) or now.end > window.end - _EDGE:
                break
            agreed += 1
        if not agreed and window.seconds > LONGEST_WINDOW:
            agreed = max(0, len(fresh) - 3)
        return agreed

    def _closed(self, window: Span, gate: VoiceGate) -> bool:
        """Say whether a window ends in a silence that closes it: all voice up to there was heard.

        One that ends with the very last voice was asked for before the silence came: its last word may be cut off.
        """
        silence = gate.silence_at(window.end)
        if silence is None or window.end < _end(silence, gate) - 1e-6:
            return False
        return _closes(window.start, silence, gate)

    def _begin_at(self, moment: float, again: int = 0) -> None:
        """Cut the audio at a moment after which so many of the confirmed words are heard again."""
        self.begin = moment
        self._known = len(self._confirmed) - again

    def _fresh(self, words: list[Word]) -> list[Word]:
        """Return the words of a pass that come after what is confirmed.

        Whisper's word times are too loose to tell, and a pass hears now and then a confirmed word differently: the
        beginning that is most like the confirmed words (fewest edits) is taken for them.
        """
        known = [normal(word.text) for word in self._confirmed[self._known :]]
        if not known:
            return words
        last = self._confirmed[-1].end
        by_time = sum((word.start + word.end) / 2 <= last - _SEAM for word in words)
        edits = _edits(known, [normal(word.text) for word in words])
        most_like = min(range(len(edits)), key=lambda count: (edits[count], abs(count - by_time)))
        return words[most_like if edits[most_like] <= len(known) / 2 else by_time :]


def _inside(window: Span, words: Sequence[Word]) -> list[Word]:
    """Return words with their times inside of the window that they were heard in.

    Whisper pads each window to 30 s and sets a word into that now and then; whoever goes on from there would take
    what is said next for heard.
    """
    return [
        replace(word, start=min(word.start, window.end), end=min(word.end, window.end))
        if word.end > window.end
        else word
        for word in words
    ]


def _start(earliest: float, voiced: Span, gate: VoiceGate) -> float:
    """Return where a window begins whose first voice is known: not in what nobody recorded."""
    start = max(earliest, voiced.start - LEADING_SILENCE)
    return max((start, *(gap.end for gap in gate.gaps_in(start, voiced.start))))


def _end(silence: Span, gate: VoiceGate) -> float:
    """Return where a window ends that a silence follows; not in what nobody recorded."""
    gaps = [gap.start for gap in gate.gaps_in(silence.start, silence.end)]
    return min((silence.start + min(TRAILING_SILENCE, silence.seconds / 2), *gaps))


def _closes(start: float, silence: Span, gate: VoiceGate) -> bool:
    """Say whether a silence ends a window that begins at a moment."""
    if gate.gaps_in(silence.start, silence.end):
        return True
    length = silence.start - start
    if length < _KEPT_WINDOW and not gate.gaps_in(start - _TOUCHING, start):
        return False
    return silence.seconds >= (_PAUSE if length < _LONG_WINDOW else _GAP) - 1e-6


def _edits(known: Sequence[str], heard: Sequence[str]) -> list[int]:
    """Return the edits between all known words and each beginning of what was heard (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for place, word in enumerate(known, 1):
        before, row[0] = row[0], place
        for at, other in enumerate(heard, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (word != other))
    return row


def _has_voice(word: Word, gate: VoiceGate) -> bool:
    """Say whether anybody spoke where a word is said to be.

    Whisper's times are off by a fifth of a second, and a window's first words often stand at its very begin, in the
    silence that it is given before the voice.
    """
    return gate.voiced(word.start - _LOOSE, word.end + _LOOSE) > 0.0
