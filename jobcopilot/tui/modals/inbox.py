"""The inbox: what was told, came late, failed or was missed, the newest first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.text import Text
from textual import on
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option as ListOption

from jobcopilot.errors import NotFound
from jobcopilot.reminders.compose import SNOOZES, moment, openable
from jobcopilot.reminders.inbox import ReminderLists, mark_seen, snooze
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.messages import JobWanted, RoundWanted
from jobcopilot.tui.modals.choose import Choices, ChooseDialogue, Option
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.telling import tell
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.signs import fit, steady

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.reminders.views import Described, ReminderView
    from jobcopilot.runtime import Runtime
    from jobcopilot.tui.app import JobcopilotApp

LIMIT = 200
"""How many are shown; older ones are in `jobcopilot reminders list --inbox --limit`."""
_SNOOZE_WORDS = {"10": ("m", "in 10 minutes"), "60": ("h", "in an hour")}


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One reminder as the inbox shows it."""

    reminder: ReminderView
    title: str
    """What it said; for one that never came, what it is about."""
    when: str
    state: str

    @property
    def alarming(self) -> bool:
        """Whether the person may have missed something by it."""
        return self.reminder.status in ("missed", "failed")

    @property
    def news(self) -> bool:
        """Whether the person has not seen it here yet."""
        return not self.reminder.seen


class InboxDialogue(Dialogue[None]):
    """Reminders with what became of them; the one under the cursor in full below."""

    BINDINGS: ClassVar[Any] = bindings("inbox")
    DEFAULT_CSS = """
    InboxDialogue > #panel { width: 100; }
    InboxDialogue Choices { max-height: 14; text-wrap: nowrap; text-overflow: ellipsis; }
    InboxDialogue #told { height: auto; max-height: 12; margin-top: 1; color: $muted; }
    """

    def __init__(self) -> None:
        super().__init__("Inbox of reminders")
        self.lines: tuple[InboxLine, ...] = ()

    @property
    def runtime(self) -> Runtime:
        """The parts of this home."""
        return cast("JobcopilotApp", self.app).data.runtime

    def body(self) -> Iterable[Widget]:
        """Return the list and the text of what is under its cursor."""
        yield Choices([])
        yield Static("reading …", id="told", markup=False)

    def on_mount(self) -> None:
        """Read, and remember that it was looked at."""
        start_work(self, self._fill(seen=True), name="inbox")

    async def _fill(self, *, seen: bool = False) -> None:
        self.lines = await asyncio.to_thread(read_lines, self.runtime)
        menu = self.query_one(Choices)
        place = menu.highlighted or 0
        menu.clear_options()
        menu.add_options([ListOption(self._row(line), id=str(line.reminder.id)) for line in self.lines])
        menu.focus()
        if self.lines:
            menu.highlighted = min(place, len(self.lines) - 1)
        self._tell()
        self.refresh_bindings()
        if seen and any(line.news for line in self.lines):
            runtime = self.runtime
            await asyncio.to_thread(
                mark_seen, runtime.home.database, runtime.profile.id, now=runtime.clock.now()
            )
            reminding = cast("JobcopilotApp", self.app).reminding
            if reminding is not None:
                reminding.look_again()

    def _row(self, line: InboxLine) -> Text:
        palette = palette_of(self.app)
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append("•" if line.news else " ", f"bold {palette.accent}")
        text.append(f" {fit(line.when, 20)}  ", palette.muted)
        text.append(f"{fit(line.state, 22)}  ", f"bold {palette.warning}" if line.alarming else palette.muted)
        text.append(line.title, "bold" if line.news else "")
        return text

    @property
    def line(self) -> InboxLine | None:
        """The reminder under the cursor."""
        place = self.query_one(Choices).highlighted
        return None if place is None or place >= len(self.lines) else self.lines[place]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with the reminder under the cursor."""
        if action in ("show", "snooze", "open_link"):
            return self.is_mounted and self.line is not None
        return super().check_action(action, parameters)

    @on(OptionList.OptionHighlighted)
    def _tell(self) -> None:
        line = self.line
        if line is None:
            words = "Nothing yet. What you are reminded of is kept here, and what could not be told."
        else:
            error = f"It could not be told: {line.reminder.error}" if line.alarming else ""
            if line.reminder.status == "missed":
                error = "It could not be told in time."
            words = "\n".join(part for part in (line.title, line.reminder.body, error) if part)
        self.query_one("#told", Static).update(steady(words))

    @on(OptionList.OptionSelected)
    def _taken(self) -> None:
        self.action_show()

    def action_show(self) -> None:
        """Go to what the reminder is about."""
        if self.line is not None:
            start_work(self, self._show(self.line), name="show-subject")

    async def _show(self, line: InboxLine) -> None:
        found = await asyncio.to_thread(subject_place, self.runtime, line.reminder)
        if found is None:
            self._say("It is no longer there.")
            return
        self.dismiss(None)
        self.app.post_message(found)

    def action_open_link(self) -> None:
        """Open the link of what the reminder is about."""
        if self.line is not None:
            start_work(self, self._open_link(self.line), name="open-link")

    async def _open_link(self, line: InboxLine) -> None:
        from jobcopilot.reminders.channels import open_in_browser

        described = await self._described(line)
        link = "" if described is None else openable(described.link)
        if not link:
            self._say("It has no link that can be opened.")
            return
        await asyncio.to_thread(open_in_browser, link)

    def action_snooze(self) -> None:
        """Ask when to be reminded again."""
        if self.line is not None:
            start_work(self, self._snooze(self.line), name="snooze")

    async def _snooze(self, line: InboxLine) -> None:
        runtime = self.runtime
        described = await self._described(line)
        now = runtime.clock.now()
        if described is None:
            self._say("There is nothing left to be reminded of: it is over, done or deleted.")
            return
        minutes = [
            str(round(wait / timedelta(minutes=1)))
            for wait in SNOOZES
            if described.begins_at is None or now + wait < described.begins_at
        ]
        if not minutes:
            self._say("It begins before that.")
            return
        options = [Option(one, *_SNOOZE_WORDS[one]) for one in minutes]
        chosen = await self.app.push_screen_wait(ChooseDialogue("Tell it again", options))
        if chosen is None:
            return
        now = runtime.clock.now()
        until = now + timedelta(minutes=int(chosen))
        await asyncio.to_thread(snooze, runtime.home.database, line.reminder.id, until, now=now)
        self._say(f"It comes again {moment(until, now, runtime.clock.zone())}.")
        await self._fill()

    async def _described(self, line: InboxLine) -> Described | None:
        return await asyncio.to_thread(self.runtime.subjects.describe, line.reminder.subject)

    def _say(self, words: str) -> None:
        tell(self.app, words)


def read_lines(runtime: Runtime) -> tuple[InboxLine, ...]:
    """Return the inbox, the newest first; blocks."""
    now, zone = runtime.clock.now(), runtime.clock.zone()
    found = ReminderLists(runtime.reader, runtime.profile.id).inbox(LIMIT)
    return tuple(
        InboxLine(
            one,
            steady(one.title or runtime.subjects.named(one.subject)),
            moment(one.sent_at or one.due, now, zone),
            state_words(one, now, zone),
        )
        for one in found
    )


def state_words(reminder: ReminderView, now: datetime, zone: tzinfo) -> str:
    """Return what became of a reminder: a sign and a word, and when it is tried again."""
    again = ""
    if reminder.next_attempt is not None:
        again = moment(reminder.next_attempt, now, zone).removeprefix("today ")
    match reminder.status:
        case "missed":
            return "! missed"
        case "failed":
            return f"✗ failed, again {again}" if again else "✗ failed"
        case "pending":
            return f"↻ again {again}"
        case "cancelled":
            return "– no longer needed"
    return "✓ sent, late" if reminder.late else "✓ sent"


def subject_place(runtime: Runtime, reminder: ReminderView) -> RoundWanted | JobWanted | None:
    """Return where in the app a reminder's subject is shown, None where it is gone; blocks."""
    lists, number = runtime.interviews, reminder.subject.id
    try:
        match reminder.subject.kind:
            case "round":
                return RoundWanted(lists.round(number).id)
            case "follow_up":
                return JobWanted(lists.follow_up(number).job_id)
            case "offer":
                return JobWanted(lists.offer(number).job_id)
            case "job":
                return JobWanted(runtime.pages.get(number).row.id)
    except NotFound:
        pass
    return None
