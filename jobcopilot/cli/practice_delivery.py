"""`jobcopilot practice delivery` and `practice play`: how answers were spoken, and what they sound like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobcopilot.cli.interview_shapes import Times
from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.errors import NotFound, UsageError

if TYPE_CHECKING:
    from jobcopilot.practice.spoken_delivery import AnswerDelivery, DeliveryMoment
    from jobcopilot.runtime import Runtime

SessionId = Annotated[int, typer.Argument(metavar="ID", help="A session's number.")]


def add_to(commands: typer.Typer) -> None:
    """Add both commands to those of practice."""
    commands.command("delivery")(delivery)
    commands.command("play")(play)


def delivery(
    context: typer.Context,
    session_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="A session; without it: all of them over time.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="First look for fillers that the transcript left out.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show how answers were spoken: rate, pauses, fillers. Figures beside what is usual, no verdict."""
    from jobcopilot.practice.delivery_export import deliveries_object, delivery_lines, session_lines
    from jobcopilot.runtime.recordings import hear_again

    runtime = opened(context)
    if session_id is None:
        if again:
            raise UsageError("--again needs a session's number")
        _trends(runtime, as_json=as_json)
        return
    runtime.practice_history.session(session_id)
    if again:
        hear_again(runtime, session_id)
    answers = runtime.deliveries.of(session_id)
    if as_json:
        print_json({"session": session_id, "delivery": deliveries_object(answers)})
        return
    if not answers:
        say("Nothing was spoken in this session.")
        return
    number = 0
    for answer in answers:
        say(f"Question {answer.order}" if answer.order else "An answer")
        for line in delivery_lines(answer):
            say(f"  {line}")
        for moment in answer.moments:
            number += 1
            say(f"    {number:>3}  {_clock(moment.at)}  {moment.kind}: {moment.text}")
    for line in session_lines(answers):
        say(line)
    if number:
        say(f"Hear one: jobcopilot practice play {session_id} NUMBER")


def play(
    context: typer.Context,
    session_id: SessionId,
    number: Annotated[
        int, typer.Argument(metavar="NUMBER", min=1, help="Of the moment, as `practice delivery ID` has it.")
    ],
    as_json: AsJson = False,
) -> None:
    """Play a moment of a kept recording, with what was said around it."""
    from jobcopilot.voice.playing import Playing

    runtime = opened(context)
    runtime.practice_history.session(session_id)
    moments = _moments(runtime.deliveries.of(session_id))
    if number > len(moments):
        raise NotFound(
            "There is no such moment",
            f"number {number} of {len(moments)}",
            f"See: jobcopilot practice delivery {session_id}",
        )
    moment = moments[number - 1]
    stretch = runtime.recordings.of_moment(session_id, moment)
    if not as_json:
        say(f"{_clock(moment.at)}  {moment.kind}: {moment.text}", at_once=True)
    whole = Playing(stretch.recording, stretch.start, stretch.end).wait()
    if as_json:
        print_json(
            {"kind": moment.kind, "text": moment.text, "at": moment.at, "from": stretch.start, "to": stretch.end,
             "recording": str(stretch.recording), "whole": whole}
        )  # fmt: skip


def _trends(runtime: Runtime, *, as_json: bool) -> None:
    from jobcopilot.practice.delivery_export import session_lines, trend_object

    found = runtime.deliveries.trends()
    if as_json:
        print_json({"total": len(found), "sessions": [trend_object(one) for one in found]})
        return
    if not found:
        say("No session was spoken yet.")
        return
    times = Times(runtime)
    print_table(
        (
            "ID",
            "WHEN",
            "ANSWERS",
            "WORDS A MINUTE",
            "FILLERS A MINUTE",
            "PAUSES A MINUTE",
            "LONGEST",
            "YOUR SHARE",
        ),
        [
            (
                one.session_id,
                times.said(one.at),
                one.answers,
                _figure(one.speaking_rate, "{:.0f}"),
                _figure(one.fillers_a_minute, "at least {:.1f}"),
                _figure(one.pauses_a_minute, "{:.1f}"),
                f"{one.longest_pause:.1f} s",
                _figure(one.talk_share, "{:.0%}"),
            )
            for one in found
        ],
    )
    for line in session_lines(()):
        say(line)


def _moments(answers: tuple[AnswerDelivery, ...]) -> list[DeliveryMoment]:
    return [moment for answer in answers for moment in answer.moments]


def _figure(value: float | None, form: str) -> str | None:
    return None if value is None else form.format(value)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{seconds % 60:04.1f}"
