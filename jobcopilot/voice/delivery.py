"""How an answer was spoken: rate, pauses, fillers; measured from voiced frames and words, never judged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from jobcopilot.voice.port import Span, Word
from jobcopilot.voice.transcribing import normal

PAUSE_SECONDS: Final = 0.25
"""Silence below this is part of articulation (Goldman-Eisler, Psycholinguistics, 1968)."""
_SINGLE_FILLERS: Final = ("um", "uh", "er", "erm", "hmm", "mm", "basically", "actually")
SPELLINGS: Final = {
    "umm": "um",
    "uhm": "um",
    "ummm": "um",
    "uhh": "uh",
    "ehm": "erm",
    "hm": "hmm",
    "mmm": "mm",
}
_FILLER_PHRASES: Final = (("you", "know"), ("i", "mean"))
_HEDGES: Final = (
    ("kind", "of"), ("sort", "of"), ("i", "think"), ("i", "guess"), ("i", "suppose"), ("maybe",), ("perhaps",),
    ("probably",), ("somewhat",), ("more", "or", "less"), ("a", "bit"),
)  # fmt: skip
_I: Final = frozenset({"i", "i'm", "i've", "i'd", "i'll", "me", "my", "mine", "myself"})
_WE: Final = frozenset({"we", "we're", "we've", "we'd", "we'll", "us", "our", "ours", "ourselves"})
SOUNDED: Final = frozenset({"um", "uh", "er", "erm", "hmm", "mm"})
_CLAUSE_END: Final = re.compile(r"[.!?,;:…][\"'”’)]*$")


@dataclass(frozen=True, slots=True)
class UsualRange:
    """What is usual, and who says so; None where a side is open."""

    low: float | None
    high: float | None
    source: str


USUAL: Final[Mapping[str, UsualRange]] = {
    "speaking_rate": UsualRange(
        120,
        160,
        "about 150 words a minute in conversation, by the National Center for Voice and Speech as others quote it",
    ),
    "seconds_to_first_word": UsualRange(
        0.2,
        None,
        "0.2 s between turns in conversation, and planning a word takes over 0.6 s (Levinson and Torreira, 2015)",
    ),
}
"""Only what a source supports. There is none for fillers: what is counted here is "at least", and other counts are not.
"""


@dataclass(frozen=True, slots=True)
class Pause:
    """A silence inside an answer."""

    start: float
    seconds: float
    mid_clause: bool | None
    """Whether it tears a clause apart; None where no word tells."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something at a second of the recording that can be played."""

    at: float
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """Measures of one answer; seconds, and words a minute."""

    seconds: float
    """From the first voiced moment to the last."""
    voiced_seconds: float
    words: int
    speaking_rate: float | None
    """Words a minute, pauses included."""
    articulation_rate: float | None
    """Words a minute, pauses of 250 ms and more left out."""
    seconds_to_first_word: float | None
    pauses: tuple[Pause, ...]
    longest_pause: float
    pauses_mid_clause: int
    fillers: Mapping[str, int]
    fillers_at_least: int
    """Whisper leaves many out: the true number is this or more."""
    fillers_a_minute: float | None
    restarts: int
    hedges: Mapping[str, int]
    said_i: int
    said_we: int
    moments: tuple[Moment, ...]


def measure(
    words: Sequence[Word],
    voiced: Sequence[Span],
    *,
    asked_at: float | None = None,
    missing: Sequence[Span] = (),
) -> Delivery:
    """Return the measures of one answer.

    `voiced` are the stretches with voice, from 32 ms frames: Whisper's word times are too loose to measure pauses
    with (word-time F1 at a 50 ms collar is 0.40 to 0.66, CrisperWhisper). `asked_at` is when the question ended.
    `missing` are stretches that nobody recorded: they count neither as time nor as a pause, and a silence on both sides
    of one is two, because somebody may have spoken in between.
    """
    spans = sorted((span for span in voiced if span.seconds > 0), key=lambda span: span.start)
    whole = Span(spans[0].start, spans[-1].end) if spans else Span(0.0, 0.0)
    seconds = sum(part.seconds for part in _without(whole, missing))
    pauses = _pauses(words, spans, missing)
    paused = sum(pause.seconds for pause in pauses)
    tokens = [normal(word.text) for word in words]
    tokens = [SPELLINGS.get(token, token) for token in tokens]
    fillers, moments = _phrases(
        words, tokens, [(one,) for one in _SINGLE_FILLERS] + [*_FILLER_PHRASES], "filler"
    )
    hedges, hedged = _phrases(words, tokens, _HEDGES, "hedge")
    restarts = _restarts(words, tokens)
    # Sounds of hesitation are no words: counting them would make a hesitant answer a fast one.
    said = sum(1 for token in tokens if token and token not in SOUNDED)
    return Delivery(
        seconds=seconds,
        voiced_seconds=sum(span.seconds for span in spans),
        words=said,
        speaking_rate=_rate(said, seconds),
        articulation_rate=_rate(said, seconds - paused),
        seconds_to_first_word=_to_first(asked_at, whole.start, missing) if spans and asked_at is not None else None,
        pauses=pauses,
        longest_pause=max((pause.seconds for pause in pauses), default=0.0),
        pauses_mid_clause=sum(1 for pause in pauses if pause.mid_clause),
        fillers=fillers,
        fillers_at_least=sum(fillers.values()),
        fillers_a_minute=_rate(sum(fillers.values()), seconds),
        restarts=len(restarts),
        hedges=hedges,
        said_i=sum(token in _I for token in tokens),
        said_we=sum(token in _WE for token in tokens),
        moments=tuple(
            sorted(
                (
                    *moments, *hedged, *restarts,
                    *(Moment(pause.start, "pause", f"{pause.seconds:.1f} s") for pause in pauses if pause.seconds >= 1),
                ),
                key=lambda moment: moment.at,
            )
        ),
    )  # fmt: skip


def _rate(count: int, seconds: float) -> float | None:
    """Return how many a minute; None where there is too little to tell."""
    return count / seconds * 60 if seconds >= 1.0 else None


def _to_first(asked_at: float, first: float, missing: Sequence[Span]) -> float | None:
    """Return the seconds before the first voice; None where it may have been earlier, in what nobody recorded."""
    if any(gap.end > asked_at and gap.start < first for gap in missing):
        return None
    return max(0.0, first - asked_at)


def _without(span: Span, missing: Sequence[Span]) -> list[Span]:
    """Return a stretch without what nobody recorded of it, in its parts."""
    parts, at = [], span.start
    for gap in sorted(missing, key=lambda gap: gap.start):
        if gap.end > at and gap.start < span.end:
            parts.append(Span(at, max(at, gap.start)))
            at = gap.end
    return [*parts, Span(at, max(at, span.end))]


def _pauses(words: Sequence[Word], spans: Sequence[Span], missing: Sequence[Span]) -> tuple[Pause, ...]:
    found = []
    for earlier, later in pairwise(spans):
        if later.start <= earlier.end:
            continue
        for silence in _without(Span(earlier.end, later.start), missing):
            # Voiced frames come in steps of 32 ms.
            if silence.seconds >= PAUSE_SECONDS - 1e-6:
                tears = _tears(words, (silence.start + silence.end) / 2)
                found.append(Pause(silence.start, silence.seconds, tears))
    return tuple(found)


def _tears(words: Sequence[Word], moment: float) -> bool | None:
    """Say whether the word before a moment leaves its clause open."""
    before = [word for word in words if (word.start + word.end) / 2 < moment]
    if not before or len(before) == len(words):
        return None
    return _CLAUSE_END.search(before[-1].text.rstrip()) is None


def _phrases(
    words: Sequence[Word], tokens: Sequence[str], phrases: Sequence[tuple[str, ...]], kind: str
) -> tuple[dict[str, int], list[Moment]]:
    counted: Counter[str] = Counter()
    moments = []
    for phrase in phrases:
        for place in range(len(tokens) - len(phrase) + 1):
            if tuple(tokens[place : place + len(phrase)]) == phrase:
                counted[" ".join(phrase)] += 1
                moments.append(Moment(words[place].start, kind, " ".join(phrase)))
    return dict(counted.most_common()), moments


def _restarts(words: Sequence[Word], tokens: Sequence[str]) -> list[Moment]:
    """Return where one to three words were said twice in a row, hesitations between them left out."""
    kept = [
        (token, word) for token, word in zip(tokens, words, strict=True) if token and token not in SOUNDED
    ]
    found = []
    place = 0
    while place < len(kept):
        for size in (3, 2, 1):
            first = [token for token, _ in kept[place : place + size]]
            second = [token for token, _ in kept[place + size : place + 2 * size]]
            # "very very" is emphasis, not a restart.
            if (
                len(second) == size
                and first == second
                and first not in (["very"], ["really"], ["had"], ["that"])
            ):
                found.append(Moment(kept[place][1].start, "restart", " ".join(first)))
                place += size
                break
        place += 1
    return found
