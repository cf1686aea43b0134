"""How a session was spoken, as JSON and in lines: figures beside what is usual, no verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jobcopilot.practice.spoken_delivery import AnswerDelivery, SessionDelivery, talk_share
from jobcopilot.voice.delivery import USUAL


def delivery_object(one: AnswerDelivery) -> dict[str, Any]:
    """Return how one answer was spoken; what is not known is null."""
    return {
        "message": one.message_id,
        "question": one.order,
        "seconds": _rounded(one.seconds),
        "target_seconds": one.target_seconds,
        "voiced_seconds": _rounded(one.voiced_seconds),
        "words": one.words,
        "speaking_rate": _rounded(one.speaking_rate),
        "articulation_rate": _rounded(one.articulation_rate),
        "seconds_to_first_word": _rounded(one.seconds_to_first_word),
        "pauses": one.pauses,
        "paused_seconds": _rounded(one.paused_seconds),
        "longest_pause": _rounded(one.longest_pause),
        "pauses_mid_clause": one.pauses_mid_clause,
        "fillers": dict(one.fillers),
        "fillers_at_least": one.fillers_at_least,
        "fillers_a_minute": _rounded(one.fillers_a_minute),
        "heard_again": one.heard_again,
        "restarts": one.restarts,
        "hedges": dict(one.hedges),
        "said_i": one.said_i,
        "said_we": one.said_we,
        "interviewer_seconds": _rounded(one.interviewer_seconds),
        "moments": [
            {"stream": moment.stream, "at": _rounded(moment.at), "kind": moment.kind, "text": moment.text}
            for moment in one.moments
        ],
    }


def deliveries_object(deliveries: Sequence[AnswerDelivery]) -> dict[str, Any] | None:
    """Return how a session was spoken; None where all of it was typed."""
    if not deliveries:
        return None
    return {
        "talk_share": _rounded(talk_share(deliveries), 3),
        "answers": [delivery_object(one) for one in deliveries],
        "usual": {
            name: {"low": usual.low, "high": usual.high, "source": usual.source}
            for name, usual in USUAL.items()
        },
    }


def trend_object(one: SessionDelivery) -> dict[str, Any]:
    """Return one session of the trends."""
    return {
        "session": one.session_id,
        "title": one.title,
        "at": one.at,
        "answers": one.answers,
        "seconds": _rounded(one.seconds),
        "words": one.words,
        "speaking_rate": _rounded(one.speaking_rate),
        "articulation_rate": _rounded(one.articulation_rate),
        "seconds_to_first_word": _rounded(one.seconds_to_first_word),
        "pauses_a_minute": _rounded(one.pauses_a_minute),
        "longest_pause": _rounded(one.longest_pause),
        "fillers_at_least": one.fillers_at_least,
        "fillers_a_minute": _rounded(one.fillers_a_minute),
        "talk_share": _rounded(one.talk_share, 3),
    }


def delivery_lines(one: AnswerDelivery) -> Iterator[str]:
    """Yield one answer's figures, a line each."""
    target = (
        ""
        if one.target_seconds is None
        else f" (usual for this interview: up to {clock(one.target_seconds)})"
    )
    yield f"{clock(one.seconds)} min{target}, {one.words} words"
    if one.speaking_rate is not None and one.articulation_rate is not None:
        yield f"{one.speaking_rate:.0f} words a minute, {one.articulation_rate:.0f} without pauses"
    if one.seconds_to_first_word is not None:
        yield f"{one.seconds_to_first_word:.1f} s to the first word"
    yield (
        f"{_counted(one.pauses, 'pause')}, the longest {one.longest_pause:.1f} s,"
        f" {one.pauses_mid_clause} in mid-clause"
    )
    yield f"at least {_counted(one.fillers_at_least, 'filler')}{_kinds(one.fillers)}"
    yield f"{_counted(one.restarts, 'restart')}, {_counted(sum(one.hedges.values()), 'hedge')}{_kinds(one.hedges)}"
    yield f"“I” {one.said_i}×, “we” {one.said_we}×"


def session_lines(deliveries: Sequence[AnswerDelivery]) -> Iterator[str]:
    """Yield what holds for all answers together: the share of talking, and what is usual, with its source."""
    share = talk_share(deliveries)
    if share is not None:
        yield f"You spoke {share:.0%} of the time in which anybody did."
    usual = USUAL["speaking_rate"]
    yield f"Words a minute, usual: {usual.low:.0f} to {usual.high:.0f}; {usual.source}."
    first = USUAL["seconds_to_first_word"]
    yield f"To the first word: {first.source}."


def clock(seconds: float) -> str:
    """Return minutes and seconds."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def _kinds(counted: Mapping[str, int]) -> str:
    kinds = ", ".join(f"{kind} {count}" for kind, count in counted.items())
    return f" ({kinds})" if kinds else ""


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _rounded(value: float | None, digits: int = 2) -> float | None:
    return None if value is None else round(value, digits)
