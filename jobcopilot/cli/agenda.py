"""`jobcopilot agenda`: what is due, and what comes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from jobcopilot.cli.interview_shapes import (
    Times,
    clash_object,
    follow_up_object,
    round_object,
    task_object,
)
from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, say
from jobcopilot.interviews.agenda import Agenda, Entry, countdown, days, next_round
from jobcopilot.interviews.clashes import said
from jobcopilot.interviews.views import RoundView


def agenda(
    context: typer.Context,
    span: Annotated[int, typer.Option("--days", min=1, max=366, help="How many days from today on.")] = 14,
    as_json: AsJson = False,
) -> None:
    """Show what is due and what comes: interviews by day, preparation, follow-ups."""
    runtime = opened(context)
    times = Times(runtime)
    rounds = runtime.interviews.rounds()
    shown = days(
        rounds,
        runtime.interviews.follow_ups(waiting_only=True),
        runtime.interviews.tasks(open_only=True, since=times.now),
        now=times.now,
        zone=times.zone,
        span_days=span,
        rules=runtime.books.rules.clashes,
    )
    coming = next_round(rounds, times.now)
    if as_json:
        print_json(_document(shown, coming))
        return
    if coming is not None and coming.starts_at is not None:
        say(f"Next: {coming.stage}, {coming.company}, {countdown(times.now, coming.starts_at)}")
    for line in _lines(shown, times, {view.id: view.company for view in rounds}):
        say(line)
    if shown.empty:
        say("Nothing ahead. Book an interview: jobcopilot interviews add JOB --stage … --at …")


def _document(shown: Agenda, coming: RoundView | None) -> dict[str, object]:
    return {
        "next": None if coming is None else round_object(coming),
        "overdue": [follow_up_object(one) for one in shown.overdue],
        "how_did_it_go": [round_object(entry.round) for entry in shown.how_did_it_go],
        "tasks_due": [task_object(task) for task in shown.tasks_due],
        "running": [round_object(entry.round) for entry in shown.running],
        "total": sum(len(day.entries) for day in shown.days),
        "days": [
            {
                "date": day.date,
                "interviews": [
                    round_object(entry.round) | {"clashes": [clash_object(one) for one in entry.clashes]}
                    for entry in day.entries
                ],
                "tasks": [task_object(task) for task in day.tasks],
            }
            for day in shown.days
            if not day.empty
        ],
        "followups": [follow_up_object(one) for one in shown.coming],
        "without_time": [round_object(view) for view in shown.without_time],
    }


def _lines(shown: Agenda, times: Times, companies: dict[int, str]) -> Iterator[str]:
    for follow_up in shown.overdue:
        yield f"! {follow_up.title}, due {times.said(follow_up.due_at)} (follow-up {follow_up.id})"
    for entry in shown.how_did_it_go:
        view = entry.round
        yield (
            f"? How did it go: {view.stage}, {view.company}, {times.said(view.starts_at)}?"
            f" jobcopilot interviews complete {view.id} --outcome …"
        )
    for task in shown.tasks_due:
        yield f"! {task.title}, due {times.said(task.due_at)} (task {task.id})"
    for entry in shown.running:
        yield f"▸ {_entry(entry)}, until {times.said(entry.round.ends_at)}"
    for day in shown.days:
        if day.empty:
            continue
        yield f"{day.date:%a %d %b %Y}{'  today' if day.today else ''}"
        for entry in day.entries:
            yield f"  {entry.starts:%H:%M}–{entry.ends:%H:%M}  {_entry(entry)}"
            for clash in entry.clashes:
                other = clash.second_id if clash.first_id == entry.round.id else clash.first_id
                yield f"               ⚠ {said(clash, entry.round.id, companies.get(other, 'another'))}"
        for task in day.tasks:
            yield f"  {times.said(task.due_at)}  [ ] {task.title} (task {task.id})"
    for follow_up in shown.coming:
        yield f"then  {follow_up.title}, {times.said(follow_up.due_at)} (follow-up {follow_up.id})"
    for view in shown.without_time:
        yield f"○ no time yet: {view.stage}, {view.company} ({view.id})"


def _entry(entry: Entry) -> str:
    view = entry.round
    prepared = f", {view.tasks_done} of {view.tasks_total} prepared" if view.tasks_total else ""
    status = "" if view.status == "scheduled" else f", {view.status}"
    return f"{view.company}  {view.stage}, {view.format}{prepared}{status} ({view.id})"
