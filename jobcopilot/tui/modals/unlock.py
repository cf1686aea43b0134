"""Unlocking the vault: asked for once, where something needs a password and it is locked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual import on
from textual.widgets import Input, Static

from jobcopilot.errors import JobcopilotError
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.modals.fields import LineInput
from jobcopilot.tui.widgets.signs import steady
from jobcopilot.vault.encrypted_file import SHORTEST_PASSPHRASE
from jobcopilot.vault.port import VaultLocked

if TYPE_CHECKING:
    from textual.app import App
    from textual.widget import Widget

    from jobcopilot.runtime import Runtime
    from jobcopilot.tui.app import JobcopilotApp

Result = TypeVar("Result")


class UnlockDialogue(Dialogue[bool]):
    """One hidden line; a wrong passphrase is told and asked for again, a new one is typed twice."""

    DEFAULT_CSS = """
    UnlockDialogue LineInput, UnlockDialogue LineInput:focus { background: $panel; }
    UnlockDialogue #said { height: auto; margin-top: 1; color: $warning; }
    """

    def __init__(self, runtime: Runtime, *, made: bool) -> None:
        super().__init__("Unlock your passwords" if made else "Choose a passphrase")
        self._runtime = runtime
        self._made = made
        self._chosen = ""
        self.line = LineInput(placeholder="passphrase")
        self.line.password = True

    def body(self) -> Iterable[Widget]:
        """Return why it is asked, the line, and where it is said what went wrong."""
        why = "There is no system keyring here: passwords are kept in an encrypted file."
        yield Static(
            why if self._made else f"{why} It is made with this, typed twice.", classes="quiet", markup=False
        )
        yield self.line
        yield Static("", id="said", markup=False)

    @on(Input.Submitted)
    def _given(self, event: Input.Submitted) -> None:
        if not event.value:
            return
        # A new one is typed twice, for nobody sees what is typed; a short one is refused at once.
        if self._made or len(event.value) < SHORTEST_PASSPHRASE or event.value == self._chosen:
            start_work(self, self._unlock(event.value), name="unlock")
            return
        again = not self._chosen
        self._chosen = event.value if again else ""
        self.line.placeholder = "the same once more" if again else "passphrase"
        self._say("" if again else "The two differ: choose again.")

    async def _unlock(self, passphrase: str) -> None:
        try:
            await asyncio.to_thread(self._runtime.vault.unlock, passphrase)
        except JobcopilotError as refused:
            self._say(str(refused))
            return
        self.dismiss(True)

    def _say(self, what: str) -> None:
        """Say it, and take the line from its begin again."""
        self.query_one("#said", Static).update(steady(what))
        self.line.value = ""


async def unlocked_for(app: App[Any], work: Callable[[], Result]) -> Result:
    """Return what blocking work returns, off the screen's thread; where a password that it needs is locked, ask first.

    Raises what the work raises, `VaultLocked` where the person did not unlock.
    """
    try:
        return await asyncio.to_thread(work)
    except VaultLocked:
        if not await vault_is_open(cast("JobcopilotApp", app)):
            raise
    return await asyncio.to_thread(work)


async def vault_is_open(app: JobcopilotApp) -> bool:
    """Return whether passwords can be read and kept, having asked for the passphrase where it was needed.

    Called from background work. What waited for it goes on.
    """
    runtime = app.data.runtime
    state = await asyncio.to_thread(runtime.vault.state)
    if not state.locked:
        return True
    if not await app.push_screen_wait(UnlockDialogue(runtime, made=state.made)):
        return False
    await asyncio.to_thread(runtime.calendars.retry)
    await asyncio.to_thread(runtime.mail_outbox.retry)
    runtime.mail_chore.look_again()
    return True
