"""Reminders while the app is open: told from here, shown as a toast, and what is next in the line above."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from jobcopilot.errors import JobcopilotError
from jobcopilot.tui.failures import Newest, start_work
from jobcopilot.tui.widgets.chrome import Outlook
from jobcopilot.tui.widgets.signs import count, steady

if TYPE_CHECKING:
    from textual.timer import Timer

    from jobcopilot.interviews.views import RoundView
    from jobcopilot.mail.views import MailReport
    from jobcopilot.reminders.channels import Channel
    from jobcopilot.reminders.scheduler import ReminderScheduler
    from jobcopilot.reminders.views import Counts, Message
    from jobcopilot.runtime import Runtime
    from jobcopilot.tui.app import JobcopilotApp
    from jobcopilot.tui.screens.board import BoardScreen

LOOK_SECONDS: Final = 1.0
"""How often the line above looks for changes by other processes, and whether a minute has passed."""
TOAST_SECONDS: Final = 30
_SOON: Final = timedelta(days=8)
"""A round within these days is found without reading all that are booked after it."""


class Reminding:
    """Runs this app's scheduler from the first rows on, and keeps `app.outlook` current."""

    def __init__(self, app: JobcopilotApp, channels: list[Channel] | None = None) -> None:
        """`channels` are used instead of the desktop and the terminal where they are given."""
        self._app = app
        self._channels = channels
        self._scheduler: ReminderScheduler | None = None
        self._refused: JobcopilotError | None = None
        self._begun = False
        self._version = -1
        self._minute = -1
        self._reading = Newest(app, self._read, name="outlook")
        self._looking: Timer | None = None

    @property
    def _runtime(self) -> Runtime:
        return self._app.data.runtime

    def begin_after(self, board: BoardScreen) -> None:
        """Begin once the board has its first rows, however often opening the home had to be tried."""
        # The name of who is searching is the last thing that the first reading puts on the screen.
        self._app.watch(board.chrome, "profile_name", self._person_known, init=False)

    def _person_known(self, name: str) -> None:
        if not name:
            return
        if self._begun:
            self.look_again()
            return
        self._begun = True
        start_work(self._app, self.begin(), name="reminders")

    async def begin(self) -> None:
        """Tell what is due from now on. What stands in the way is shown, and stays in the line above."""
        # What the board still imports comes first: two importing threads would hold up each other and the keys.
        for worker in [one for one in self._app.workers if one.name == "open"]:
            await worker.wait()
        self._looking = self._app.set_interval(LOOK_SECONDS, self._look, name="look for reminders")
        try:
            self._scheduler = await asyncio.to_thread(self._made)
            await self._scheduler.start()
        except JobcopilotError as refused:
            self._refused = refused
            raise
        finally:
            self.look_again()

    def _made(self) -> ReminderScheduler:
        """Put the scheduler together, with all that it imports, off the screen's thread."""
        import apscheduler.schedulers.asyncio  # noqa: F401  # the scheduler's start would import it on the loop

        from jobcopilot.reminders.daemon import desktop_channels
        from jobcopilot.reminders.scheduler import ReminderScheduler
        from jobcopilot.reminders.terminal import TerminalChannel

        runtime = self._runtime
        runtime.mail_told = self._mailed
        channels = self._channels
        if channels is None:
            channels = desktop_channels(runtime.home.database, runtime.clock, done=runtime.subjects.finish)
        return ReminderScheduler(
            runtime.home,
            runtime.subjects.describe,
            [_Heard(one, self._toast) for one in (*channels, TerminalChannel(self._write, os.environ))],
            runtime.clock,
            role="app",
            beyond="terminal",
            told=self._told,
            chores=[runtime.chores, runtime.calendar_chore, runtime.mail_chore],
        )

    async def stop(self) -> None:
        """End cleanly: the message that is being shown is finished, what was claimed and not shown is given back."""
        if self._looking is not None:
            self._looking.stop()
        if self._scheduler is not None:
            await self._scheduler.stop()

    # What was told

    def _write(self, sequence: str) -> None:
        """Send a notification's bytes to the terminal between two frames. Raises `OSError` where it is gone."""
        driver = self._app._driver
        if driver is None or not self._app.is_running or self._app.is_headless:
            raise OSError("the app is not on a terminal")
        driver.write(sequence)
        driver.flush()

    def _toast(self, message: Message) -> None:
        if self._app.is_running:
            self._app.notify(
                steady(message.body), title=steady(message.title), markup=False, timeout=TOAST_SECONDS
            )

    def _mailed(self, report: MailReport) -> None:
        """Tell what became of letters while nobody looked at them."""
        if not self._app.is_running or report.busy:
            return
        for number, what in ((report.failed, "could not be sent"), (report.uncertain, "perhaps left")):
            if number:
                self._app.notify(
                    f"{count(number, 'mail')} {what}. The letter says why.",
                    severity="warning",
                    markup=False,
                    timeout=TOAST_SECONDS,
                )
        if report.sent:
            self._app.notify(f"{count(report.sent, 'mail')} sent.", markup=False)

    def _told(self, counts: Counts) -> None:
        if counts.missed and self._app.is_running:
            from jobcopilot.tui.commands import shown_key

            key = shown_key("app.inbox", self._app._keymap)
            self._app.notify(
                f"{count(counts.missed, 'reminder')} came too late to be told. {key} shows it.",
                severity="warning",
                markup=False,
                timeout=TOAST_SECONDS,
            )
        self.look_again()

    # The line above

    def _look(self) -> None:
        """Read again what is next where a minute has passed or any process has changed the database."""
        version = self._app.data.version()
        minute = int(self._runtime.clock.now().timestamp() // 60)
        trouble = self._trouble()
        shown = self._app.outlook
        told = "" if shown is None else shown.trouble
        if (version, minute) != (self._version, self._minute) or trouble != told:
            self._version, self._minute = version, minute
            self.look_again()

    def look_again(self) -> None:
        """Read again what is next."""
        if self._app.is_running:
            self._reading.want(None)

    async def _read(self, _wish: None) -> None:
        self._app.outlook = await asyncio.to_thread(self._outlook)

    def _trouble(self) -> str:
        trouble = self._refused if self._scheduler is None else self._scheduler.trouble or self._refused
        return "" if trouble is None else trouble.title

    def _outlook(self) -> Outlook:
        from jobcopilot.interviews.agenda import awaits, countdown
        from jobcopilot.reminders.inbox import ReminderLists

        runtime = self._runtime
        now = runtime.clock.now()
        lists = ReminderLists(runtime.reader, runtime.profile.id)
        view = self._next_round(now)
        at = None if view is None else awaits(view, now)
        return Outlook(
            company="" if view is None else steady(view.company),
            stage="" if view is None else steady(short_stage(view.stage)),
            left="" if at is None else countdown(now, at),
            waiting=bool(lists.coming(1)),
            unseen=lists.unseen(),
            armed=self._scheduler is not None and not self._trouble(),
            trouble=self._trouble(),
        )

    def _next_round(self, now: datetime) -> RoundView | None:
        from jobcopilot.interviews.agenda import next_round

        lists = self._runtime.interviews
        soon = lists.rounds(since=now, until=now + _SOON, ahead_only=True)
        return next_round(soon or lists.rounds(since=now, ahead_only=True), now)


class _Heard:
    """A channel whose messages the app hears of, too."""

    def __init__(self, channel: Channel, heard: Callable[[Message], object]) -> None:
        self._send: Callable[[Message], Awaitable[None]] = channel.send
        self._heard = heard
        self.name = channel.name

    async def send(self, message: Message) -> None:
        """Send and tell. Raises `NotDelivered` as the channel does."""
        await self._send(message)
        self._heard(message)


def short_stage(stage: str) -> str:
    """Return a stage as the line above says it: `technical`, `recruiter`, `HR`; a name of its own stays."""
    words = stage.split()
    if len(words) > 1 and words[-1].lower() in ("interview", "screen", "round", "call"):
        words.pop()
    return " ".join(word.lower() if word.capitalize() == word else word for word in words)
