"""How answers were spoken, in the report: figures beside what is usual, and moments that can be played."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from jobcopilot.practice.delivery_export import delivery_lines, session_lines
from jobcopilot.tui.practice_data import clock_words
from jobcopilot.tui.widgets.signs import count

if TYPE_CHECKING:
    from jobcopilot.practice.spoken_delivery import AnswerDelivery, DeliveryMoment, SessionDelivery
    from jobcopilot.tui.widgets.paper import Paper

_SAID: Final = {"pause": "pause", "filler": "filler", "hedge": "hedge", "restart": "began again"}
MOST_MOMENTS: Final = 60
"""As many as anybody plays; the figures count all."""


def write_answer(paper: Paper, deliveries: Sequence[AnswerDelivery]) -> None:
    """Write how the parts of one answer were spoken: figures, never marks."""
    if not deliveries:
        return
    paper.heading("How it was spoken: figures, no marks")
    for one in deliveries:
        for line in delivery_lines(one):
            paper.write([(line, paper.plain)], "• ", "  ")


def write_session(paper: Paper, deliveries: Sequence[AnswerDelivery]) -> None:
    """Write how a session was spoken, with what is usual and who says so."""
    if not deliveries:
        return
    paper.heading("How it was spoken: figures, no marks")
    words = sum(one.words for one in deliveries)
    seconds = sum(one.seconds for one in deliveries)
    fillers = sum(one.fillers_at_least for one in deliveries)
    rate = f", {words / seconds * 60:.0f} words a minute" if seconds >= 1 else ""
    paper.write(
        [(f"{clock_words(seconds)} spoken{rate}, at least {fillers} fillers", paper.plain)], "• ", "  "
    )
    for line in session_lines(deliveries):
        paper.write([(line, paper.quiet)], "• ", "  ")


def moments_of(deliveries: Sequence[AnswerDelivery]) -> list[DeliveryMoment]:
    """Return what can be played of an answer, in its order."""
    return [moment for one in deliveries for moment in one.moments][:MOST_MOMENTS]


def moment_words(moment: DeliveryMoment) -> str:
    """Return what a moment is, as a row has room for."""
    said = _SAID.get(moment.kind, moment.kind)
    return f"{clock_words(moment.at)} {said}: {moment.text}"


def trend_lines(one: SessionDelivery) -> Iterator[str]:
    """Yield a session's figures for comparing it with others; what is not known is left out."""
    rate = "" if one.speaking_rate is None else f", {one.speaking_rate:.0f} words a minute"
    yield f"{clock_words(one.seconds)} in {count(one.answers, 'answer')}{rate}"
    first = (
        "" if one.seconds_to_first_word is None else f", {one.seconds_to_first_word:.1f} s to the first word"
    )
    pauses = "" if one.pauses_a_minute is None else f"{one.pauses_a_minute:.1f} pauses a minute, "
    yield f"{pauses}the longest {one.longest_pause:.1f} s{first}"
    fillers = "" if one.fillers_a_minute is None else f", {one.fillers_a_minute:.1f} a minute"
    share = "" if one.talk_share is None else f"; you spoke {one.talk_share:.0%} of the time"
    yield f"at least {count(one.fillers_at_least, 'filler')}{fillers}{share}"
