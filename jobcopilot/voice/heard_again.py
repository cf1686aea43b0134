"""Fillers that the transcript left out, looked for in the kept recording once the answer is over.

Whisper leaves "um" out. So an answer is heard a second time with a short prompt that has such words, and what comes
out is held against the transcript: only a filler that stands between the same words counts. Beside it, a steady voiced
stretch in which nobody said a word is one. Both find some and not all: the count is "at least". The second hearing is
never the transcript: with such a prompt Whisper may drop whole sentences.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from jobcopilot.errors import Cancelled
from jobcopilot.voice.delivery import SOUNDED, SPELLINGS, Delivery, Moment
from jobcopilot.voice.listening import error_of
from jobcopilot.voice.port import ListenerCrashed, Span, Word
from jobcopilot.voice.process import COMMAND, ListeningProcess
from jobcopilot.voice.transcribing import normal

PROMPT: Final = "Um, uh, er, hmm, let me think,"
"""At most 32 characters: longer ones are repeated back instead of heard."""
_SOUNDS: Final = {**{sound: sound for sound in SOUNDED}, **SPELLINGS}
UNNAMED: Final = "um or uh"
"""A voiced stretch without a word: which of them it was nobody knows."""
SHORTEST: Final = 0.2
LONGEST: Final = 0.8
"""Seconds of a filler that stands alone."""
WINDOW: Final = 12.0
"""Seconds heard at once, cut where nobody speaks."""
_GAP: Final = 0.25
"""Silence that a window may end in; shorter ones lie inside words."""
_APART: Final = 0.15
"""Seconds by which Whisper's word times are off."""
_LOOK_SECONDS: Final = 0.1
"""How often it is looked whether to stop."""
_SAME: Final = 0.5
"""Two hearings of one sound are no further apart."""


@dataclass(frozen=True, slots=True)
class FoundFiller:
    """A filler at a second of the recording."""

    at: float
    kind: str


def windows(voiced: Sequence[Span]) -> list[Span]:
    """Return the stretches to hear at once: what belongs together, up to 12 s; what is longer in pieces."""
    whole: list[Span] = []
    for span in voiced:
        if whole and span.start - whole[-1].end < _GAP:
            whole[-1] = Span(whole[-1].start, span.end)
        else:
            whole.append(span)
    found: list[Span] = []
    for span in whole:
        if found and span.end - found[-1].start <= WINDOW:
            found[-1] = Span(found[-1].start, span.end)
            continue
        start = span.start
        while span.end - start > WINDOW:
            found.append(Span(start, start + WINDOW))
            start += WINDOW
        found.append(Span(start, span.end))
    return found


def between(first: Sequence[Word], again: Sequence[Word]) -> list[FoundFiller]:
    """Return the fillers of a second hearing that the first has not.

    A word that the second hearing takes for a filler in place of another word is not one.
    """
    before = [_token(word) for word in first]
    after = [_token(word) for word in again]
    found: list[FoundFiller] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind not in ("insert", "replace"):
            continue
        # Of a stretch that was heard otherwise only what is over and above its words.
        extra = (d - c) - (b - a)
        sounds = [again[place] for place in range(c, d) if after[place] in SOUNDED]
        known = sum(token in SOUNDED for token in before[a:b])
        found += [FoundFiller(word.start, _token(word)) for word in sounds[known : known + max(0, extra)]]
    return found


def wordless(voiced: Sequence[Span], *hearings: Sequence[Word]) -> list[Span]:
    """Return voiced stretches of 0.2 to 0.8 s, silence on both sides, that no hearing has a word in."""
    return [
        span
        for span in voiced
        if SHORTEST <= span.seconds <= LONGEST
        and not any(
            word.start - _APART < span.end and word.end + _APART > span.start
            for words in hearings
            for word in words
        )
    ]


def together(*groups: Sequence[FoundFiller]) -> list[FoundFiller]:
    """Return fillers of several ways of looking, in order; what two of them found is one."""
    kept: list[FoundFiller] = []
    for group in groups:
        known = list(kept)
        kept += [one for one in group if all(abs(one.at - other.at) > _SAME for other in known)]
    return sorted(kept, key=lambda one: one.at)


def find_fillers(
    recording: Path,
    stretch: Span,
    words: Sequence[Word],
    model: Path,
    *,
    stop: threading.Event | None = None,
    command: Sequence[str] = COMMAND,
) -> list[FoundFiller]:
    """Hear a stretch of a recording a second time and return the fillers that its transcript lacks.

    Takes about a tenth of the stretch's time on one core, at low priority, in a process of its own. `recording` is a
    FLAC file, or the folder of a stream that is still open. Raises `VoiceError`, `BadInput`; `Cancelled` where `stop`
    is set.
    """
    process = ListeningProcess(command)
    found: list[FoundFiller] = []
    try:
        process.send(
            {
                "do": "fillers",
                "recording": str(recording),
                "model": str(model),
                "start": stretch.start,
                "end": stretch.end,
                "words": [[word.text, word.start, word.end] for word in words],
            }
        )
        while True:
            if stop is not None and stop.is_set():
                raise Cancelled("Listening again was stopped", "the count of the first hearing stands")
            try:
                frame = process.inbox.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                continue
            if "fillers" in frame:
                found = [FoundFiller(one["at"], one["kind"]) for one in frame["fillers"]]
            elif "error" in frame:
                raise error_of(frame)
            elif "ended" in frame:
                return found
            elif frame.get("dead"):
                raise ListenerCrashed(
                    "Listening again ended by itself", process.last_words(), "Try once more."
                )
    finally:
        process.end(patience=0.0 if stop is not None and stop.is_set() else 2.0)


def with_fillers(first: Delivery, found: Sequence[FoundFiller]) -> Delivery:
    """Return the measures of an answer with the fillers of the second hearing counted in."""
    fillers = dict(first.fillers)
    for one in found:
        fillers[one.kind] = fillers.get(one.kind, 0) + 1
    count = sum(fillers.values())
    moments = (*first.moments, *(Moment(one.at, "filler", one.kind) for one in found))
    return replace(
        first,
        fillers=fillers,
        fillers_at_least=count,
        fillers_a_minute=count / first.seconds * 60 if first.seconds >= 1.0 else None,
        moments=tuple(sorted(moments, key=lambda moment: moment.at)),
    )


def _token(word: Word) -> str:
    token = normal(word.text)
    return _SOUNDS.get(token, token)
