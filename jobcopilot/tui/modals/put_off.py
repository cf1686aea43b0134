"""Putting a follow-up or a task off with one key, or to a time that one types."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from jobcopilot.errors import UsageError
from jobcopilot.interviews.dates import Understood, understand
from jobcopilot.interviews.views import FollowUpView, TaskView
from jobcopilot.tui.modals.ask import AskDialogue
from jobcopilot.tui.modals.choose import ChooseDialogue, Option
from jobcopilot.tui.widgets.signs import moment, steady

if TYPE_CHECKING:
    from jobcopilot.runtime import Runtime
    from jobcopilot.tui.app import JobcopilotApp

_CHOICES = (
    ("hour", "h", "in 1 hour"),
    ("evening", "e", "this evening, 18:00"),
    ("tomorrow", "t", "tomorrow, 9:00"),
    ("days", "3", "in 3 days, 9:00"),
    ("week", "w", "in a week, 9:00"),
    ("other", "o", "another time …"),
)


async def put_off(app: JobcopilotApp, thing: FollowUpView | TaskView) -> None:
    """Ask until when, and put it off; for a worker, since it waits for the person."""
    runtime = app.data.runtime
    heading = f"Put off “{steady(thing.title)}”"
    choice = await app.push_screen_wait(ChooseDialogue(heading, [Option(*choice) for choice in _CHOICES]))
    if choice is None:
        return
    until = await _typed(app) if choice == "other" else chosen_moment(runtime, choice)
    if until is None:
        return

    def work() -> object:
        if isinstance(thing, TaskView):
            return runtime.tasks.put_off(thing.id, until)
        return runtime.follow_ups.put_off(thing.id, until)

    await asyncio.to_thread(work)
    zone = runtime.clock.zone()
    said = moment(until, zone, runtime.clock.now().astimezone(zone).date())
    app.notify(steady(f"“{thing.title}” is put off to {said}. u takes it back."), markup=False)


def chosen_moment(runtime: Runtime, choice: str) -> datetime:
    """Return the moment of a line of the menu; an evening that has passed is that of tomorrow."""
    now = runtime.clock.now()
    here = now.astimezone(runtime.clock.zone())
    if choice == "hour":
        return now + timedelta(hours=1)
    if choice == "evening":
        evening = here.replace(hour=18, minute=0, second=0, microsecond=0)
        return evening if evening > here else evening + timedelta(days=1)
    days = {"tomorrow": 1, "days": 3, "week": 7}[choice]
    return here.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=days)


async def _typed(app: JobcopilotApp) -> datetime | None:
    words = await app.push_screen_wait(AskDialogue("Put off until", "tomorrow 18:00, Fri 10:00, in 3 days"))
    if words is None:
        return None
    clock = app.data.runtime.clock
    meant = understand(words, now=clock.now(), zone=clock.zone(), time_of_day=time(9))
    if isinstance(meant, Understood):
        return meant.moment
    raise UsageError(
        meant.question, words, "Write it as one of: " + " or ".join(one.exact for one in meant.choices)
    )
