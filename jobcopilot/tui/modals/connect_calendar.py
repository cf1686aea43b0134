"""Connecting a calendar on a CalDAV server: address, name and password, then which of its calendars."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from textual import on
from textual.widgets import Input, Static

from jobcopilot.errors import JobcopilotError
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.choose import ChooseDialogue, Option
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.modals.fields import LineInput
from jobcopilot.tui.modals.unlock import vault_is_open
from jobcopilot.tui.telling import tell
from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.calendars.port import CalendarChoice
    from jobcopilot.tui.app import JobcopilotApp

_KEYS = "abcdefghijklmnopqrstuvwxyz"


class ConnectCalDav(Dialogue[bool]):
    """Three lines; enter on the last one asks the server. Nothing is kept before it has answered."""

    DEFAULT_CSS = """
    ConnectCalDav > #panel { width: 76; }
    ConnectCalDav LineInput, ConnectCalDav LineInput:focus { background: $panel; }
    ConnectCalDav #said { height: auto; margin-top: 1; color: $warning; }
    """

    def __init__(self) -> None:
        super().__init__("Connect a CalDAV calendar")
        self.address = LineInput(placeholder="https://dav.example.com/")
        self.user = LineInput(placeholder="ada")
        self.password = LineInput(placeholder="kept encrypted, never in the settings")
        self.password.password = True

    def body(self) -> Iterable[Widget]:
        """Return the lines, and where it is said what went wrong."""
        for label, line in (
            ("The server's address, or that of one calendar", self.address),
            ("Your name there", self.user),
            ("Password: many services want one made for this app", self.password),
        ):
            yield Static(label, classes="quiet", markup=False)
            yield line
        yield Static("enter goes on; on the last line it asks the server", id="said", markup=False)

    @on(Input.Submitted)
    def _given(self, event: Input.Submitted) -> None:
        lines = (self.address, self.user, self.password)
        empty = next((line for line in lines if not line.value.strip() and line is not self.password), None)
        if empty is not None:
            empty.focus()
        elif event.input is not self.password and not self.password.value:
            self.password.focus()
        else:
            start_work(self, self._connect(), name="find-calendars")

    def _say(self, words: str) -> None:
        self.query_one("#said", Static).update(steady(words))

    async def _connect(self) -> None:
        from jobcopilot.calendars.connecting import find_calendars
        from jobcopilot.calendars.port import SignInRefused

        address, user, password = self.address.value.strip(), self.user.value.strip(), self.password.value
        self._say("asking the server …")
        try:
            found = await asyncio.to_thread(find_calendars, address, user, password)
        except SignInRefused as refused:
            self._say(f"{refused.title}. Type it again; many services want a password made for this app.")
            # What was typed cannot be seen: what comes next would be written behind it.
            self.password.value = ""
            self.password.focus()
            return
        except JobcopilotError as refused:
            self._say(str(refused))
            return
        self._say("")
        chosen = found[0] if len(found) == 1 else await self._chosen(found)
        if chosen is None:
            return
        app = cast("JobcopilotApp", self.app)
        if not await vault_is_open(app):
            self._say("Without the passphrase the password cannot be kept.")
            return
        runtime = app.data.runtime
        try:
            account = await asyncio.to_thread(
                lambda: runtime.calendars.connect(
                    "caldav",
                    name="CalDAV",
                    address=address,
                    username=user,
                    calendar=chosen.address,
                    calendar_name=chosen.name,
                    secret=password,
                )
            )
        except JobcopilotError as refused:
            self._say(str(refused))
            return
        tell(self.app, f"{account.title} is connected; your interviews are on their way.")
        self.dismiss(True)

    async def _chosen(self, found: tuple[CalendarChoice, ...]) -> CalendarChoice | None:
        options = [Option(one.address, _KEYS[at % len(_KEYS)], one.name) for at, one in enumerate(found)]
        address = await self.app.push_screen_wait(ChooseDialogue("Which calendar?", options))
        return next((one for one in found if one.address == address), None)
