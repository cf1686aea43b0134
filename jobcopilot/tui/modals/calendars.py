"""Calendars: which are connected, how they stand, what was changed elsewhere; connected, settled, tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.text import Text
from textual import on
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option as ListOption

from jobcopilot.tui.calendar_words import Standing, difference_words, standing
from jobcopilot.tui.commands import bindings, shown_key
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.choose import Choices, ChooseDialogue, Option
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.telling import tell
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.signs import count, fit, steady

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.calendars.views import AccountView, Difference, SyncReport
    from jobcopilot.runtime import Runtime
    from jobcopilot.tui.app import JobcopilotApp

LOOK_SECONDS = 1.0
"""How often it is looked whether anything changed, by the app's own sync or another process."""


class Standings(Choices):
    """Calendars and differences; enter settles a difference, and does nothing to a calendar."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what enter does."""
        if action == "select":
            return bool(self.screen.check_action("settle", ()))
        return super().check_action(action, parameters)


class CalendarsDialogue(Dialogue[None]):
    """Accounts first, then what waits to be settled; the one under the cursor in full below."""

    BINDINGS: ClassVar[Any] = bindings("calendars")
    DEFAULT_CSS = """
    CalendarsDialogue > #panel { width: 96; }
    CalendarsDialogue Choices { max-height: 12; text-wrap: nowrap; text-overflow: ellipsis; }
    CalendarsDialogue #told { height: auto; max-height: 14; margin-top: 1; color: $muted; }
    """

    def __init__(self) -> None:
        super().__init__("Calendars")
        self.standing = Standing((), ())
        self._version = -1

    @property
    def runtime(self) -> Runtime:
        """The parts of this home."""
        return cast("JobcopilotApp", self.app).data.runtime

    def body(self) -> Iterable[Widget]:
        """Return the list and the text of what is under its cursor."""
        yield Standings([])
        yield Static("reading …", id="told", markup=False)

    def on_mount(self) -> None:
        """Read, and follow what changes."""
        self.look()
        self.set_interval(LOOK_SECONDS, self.look, name="look for changes")

    def look(self) -> None:
        """Read again where anything has changed."""
        version = cast("JobcopilotApp", self.app).data.version()
        if version != self._version:
            self._version = version
            start_work(self, self._fill(), name="calendars")

    async def _fill(self) -> None:
        self.standing = await asyncio.to_thread(standing, self.runtime)
        menu = self.query_one(Choices)
        place = menu.highlighted or 0
        menu.clear_options()
        menu.add_options([ListOption(self._row(at)) for at in range(self.standing.total)])
        menu.focus()
        if self.standing.total:
            menu.highlighted = min(place, self.standing.total - 1)
        self._tell()
        self.refresh_bindings()

    def _row(self, at: int) -> Text:
        palette = palette_of(self.app)
        sign, title, state, alarming = self.standing.line(at)
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f" {sign} ", f"bold {palette.warning if alarming else palette.success}")
        text.append(f"{fit(title, 44)}  ", palette.foreground)
        text.append(state, palette.warning if alarming else palette.muted)
        return text

    @property
    def account(self) -> AccountView | None:
        """The account under the cursor."""
        found = self.standing.at(self.query_one(Choices).highlighted)
        return None if found is None or found[0] is None else found[0].account

    @property
    def difference(self) -> Difference | None:
        """The difference under the cursor."""
        found = self.standing.at(self.query_one(Choices).highlighted)
        return None if found is None else found[1]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with what is under the cursor."""
        if action in ("disconnect", "sync"):
            return self.is_mounted and self.account is not None
        if action == "settle":
            return self.is_mounted and self.difference is not None
        return super().check_action(action, parameters)

    @on(OptionList.OptionHighlighted)
    def _tell(self) -> None:
        found = self.standing.at(self.query_one(Choices).highlighted)
        if found is None:
            key = shown_key("calendars.connect", self.app._keymap)
            words = f"No calendar is connected: {key} connects one. Every interview is then in it by itself."
        elif found[1] is not None:
            words = "\n".join(difference_words(found[1], self.runtime.clock))
        else:
            words = self.standing.told(found[0], self.runtime.clock)
        self.query_one("#told", Static).update("\n".join(steady(line) for line in words.split("\n")))
        self.refresh_bindings()

    @on(OptionList.OptionSelected)
    def _taken(self) -> None:
        if self.difference is not None:
            self.action_settle()

    def action_sync(self) -> None:
        """Send what waits and look for changes, at once."""
        if self.account is not None:
            start_work(self, self._sync(self.account), name="sync-calendar")

    async def _sync(self, account: AccountView) -> None:
        runtime = self.runtime
        if account.secret:
            from jobcopilot.tui.modals.unlock import vault_is_open

            if not await vault_is_open(cast("JobcopilotApp", self.app)):
                return

        def run() -> SyncReport:
            runtime.calendars.retry(account.id)
            return runtime.calendar_worker.run(account.id, look=True)

        report = await asyncio.to_thread(run)
        words = {"fine": "is in step", "busy": "is being spoken with just now"}.get(
            report.state, report.reason
        )
        if report.state == "fine" and (report.failed or report.noticed):
            told = ((report.failed, "not taken"), (report.noticed, "changed there"))
            words = ", ".join(f"{count(number, 'interview')} {what}" for number, what in told if number)
        tell(self.app, f"{account.name}: {words}")
        self.look()

    def action_connect(self) -> None:
        """Connect a calendar."""
        start_work(self, self._connect(), name="connect-calendar")

    async def _connect(self) -> None:
        from jobcopilot.tui.modals.connect_calendar import ConnectCalDav

        options = [
            Option("caldav", "c", "a calendar on a CalDAV server"),
            Option("google", "g", "Google Calendar, with your own client file"),
            Option("ics", "f", "a file that other programs subscribe to"),
        ]
        chosen = await self.app.push_screen_wait(ChooseDialogue("Connect", options))
        if chosen == "caldav":
            await self.app.push_screen_wait(ConnectCalDav())
        elif chosen == "google":
            # It needs a browser, an address to go to and minutes: a terminal of its own.
            tell(
                self.app,
                "In another terminal: jobcopilot calendar connect google --client FILE. The README"
                " says in five steps how to get the file; the calendar is then shown here.",
            )
        elif chosen == "ics":
            runtime = self.runtime
            file = runtime.home.data / "interviews.ics"
            account = await asyncio.to_thread(
                lambda: runtime.calendars.connect("ics", name="file", address=str(file))
            )
            tell(self.app, f"{file} follows every change. Subscribe to it in your calendar program.")
            await self._sync(account)
        self.look()

    def action_disconnect(self) -> None:
        """Forget a calendar; what it holds stays there."""
        if self.account is not None:
            start_work(self, self._disconnect(self.account), name="disconnect-calendar")

    async def _disconnect(self, account: AccountView) -> None:
        from jobcopilot.tui.modals.confirm import ConfirmDialogue

        asked = ConfirmDialogue(
            f"Disconnect {account.name}?",
            "Its password is forgotten; the interviews in it stay there.",
            "disconnect",
        )
        if not await self.app.push_screen_wait(asked):
            return
        if account.secret:
            from jobcopilot.tui.modals.unlock import vault_is_open

            # Its password can only be forgotten where it can be reached.
            if not await vault_is_open(cast("JobcopilotApp", self.app)):
                return
        tell(self.app, await asyncio.to_thread(self._disconnected, account))
        self.look()

    def _disconnected(self, account: AccountView) -> str:
        """Disconnect an account on a thread; return what there is to say."""
        if account.kind != "google":
            self.runtime.calendars.disconnect(account.id)
            return f"{account.name} is disconnected."
        from jobcopilot.calendars.google_accounts import PERMISSIONS

        left = self.runtime.google_calendars.disconnect(account)
        if left.revoked:
            return f"{account.name} is disconnected, and Google was told to forget the permission."
        return (
            f"{account.name} is disconnected. Google still has the permission: {left.reason}."
            f" You can end it at {PERMISSIONS}"
        )

    def action_settle(self) -> None:
        """Decide whose side of a difference is right."""
        if self.difference is not None:
            start_work(self, self._settle(self.difference), name="settle")

    async def _settle(self, difference: Difference) -> None:
        options = [
            Option("mine", "m", "mine: the calendar is to say what stands here"),
            Option("theirs", "t", "theirs: the interview is to be as the calendar says"),
        ]
        chosen = await self.app.push_screen_wait(ChooseDialogue("Whose side is right?", options))
        if chosen is None:
            return
        differences = self.runtime.calendar_differences
        if chosen == "mine":
            await asyncio.to_thread(differences.keep_mine, difference)
            tell(self.app, "Your side stands; the calendar follows.")
        else:
            await asyncio.to_thread(differences.take_theirs, difference)
            tell(self.app, "The calendar's side was taken. Undo brings yours back.")
        self.look()
