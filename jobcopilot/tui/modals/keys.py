"""Changing keys: every command with its keys, found by name, changed by pressing the new key."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import events, on
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from jobcopilot.tui import openings
from jobcopilot.tui.command import Command
from jobcopilot.tui.commands import BY_ID, PLACES, bindings, key_name, keys_of
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.choose import Choices
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.modals.fields import LineInput
from jobcopilot.tui.modals.keymap import Keymap, exchanged, refusal, rivals, with_key, without_change
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.signs import fit

if TYPE_CHECKING:
    from textual.widget import Widget


class KeysDialogue(Panel[None]):
    """All commands, place by place; what is typed in the line above narrows the list."""

    BINDINGS: ClassVar[list[Any]] = bindings("keymap")
    DEFAULT_CSS = """
    KeysDialogue Choices { height: 1fr; max-height: 100%; margin-top: 1; }
    """

    def __init__(self) -> None:
        super().__init__("Keys", "enter changes the key of the command under the cursor")

    def body(self) -> Iterable[Widget]:
        """Return the line and the list."""
        yield LineInput(placeholder="find: a word of the command, its place or its key")
        yield Choices([])

    def on_mount(self) -> None:
        """List the commands."""
        self._fill()
        self.menu.focus()

    @property
    def menu(self) -> Choices:
        """The list."""
        return self.query_one(Choices)

    @property
    def keymap(self) -> Keymap:
        """The person's keys as they are now."""
        return dict(self.app._keymap)

    @property
    def current(self) -> Command | None:
        """The command under the cursor."""
        place = self.menu.highlighted
        return None if place is None else BY_ID.get(self.menu.get_option_at_index(place).id or "")

    def _fill(self) -> None:
        menu, keymap, palette = self.menu, self.keymap, palette_of(self.app)
        at = self.current
        words = self.query_one(LineInput).value.casefold().split()
        menu.clear_options()
        before = ""
        for command in sorted(BY_ID.values(), key=lambda command: list(PLACES).index(command.place)):
            keys = "  ".join(map(key_name, keys_of(command, keymap)))
            place = PLACES[command.place]
            if not all(word in f"{command.title} {place} {keys} {command.id}".casefold() for word in words):
                continue
            text = Text.assemble(
                (f" {fit(place if place != before else '', 15)}", palette.muted),
                (fit(command.title, 34), palette.foreground),
                (f" {keys}", f"bold {palette.accent}"),
                ("  changed" if command.id in keymap else "", palette.secondary),
            )
            menu.add_option(Option(text, id=command.id))
            before = place
        here = [option.id for option in menu.options]
        if here:
            menu.highlighted = here.index(at.id) if at is not None and at.id in here else 0

    @on(Input.Changed)
    def _narrow(self) -> None:
        self._fill()

    @on(Input.Submitted)
    def _to_list(self) -> None:
        self.menu.focus()

    def action_find(self) -> None:
        """Go to the line that narrows the list."""
        self.query_one(LineInput).focus()

    @on(OptionList.OptionSelected)
    def _change(self) -> None:
        self._ask(add=False)

    def action_add(self) -> None:
        """Wait for a further key."""
        self._ask(add=True)

    def _ask(self, *, add: bool) -> None:
        command = self.current
        if command is not None:
            start_work(self, self._take(command, add=add), name="key")

    async def _take(self, command: Command, *, add: bool) -> None:
        changed = await self.app.push_screen_wait(CaptureDialogue(command, self.keymap, add=add))
        if changed is not None:
            await self._apply(changed)
            keys = " and ".join(map(key_name, keys_of(command, changed)))
            self.say(f"{command.title}: {keys}. It holds from now on.")

    def action_reset(self) -> None:
        """Give the command its shipped keys again."""
        command = self.current
        if command is None or command.id not in self.keymap:
            self.say("This command has its shipped keys.")
            return
        taken = [
            other
            for key in keys_of(command, {})
            for other in rivals(command, key, self.keymap)
            if key not in keys_of(other, {})
        ]
        if taken:
            self.say(f"! Its shipped key is now {taken[0].title}'s. Give that one another key first.")
            return
        start_work(self, self._apply(without_change(self.keymap, command)), name="key")
        self.say(f"{command.title} has its shipped keys again.")

    async def _apply(self, keymap: Keymap) -> None:
        from jobcopilot.settings import save_setting

        await asyncio.to_thread(save_setting, self.runtime.home.settings_file, "keys", keymap)
        openings.forget_settings(self.app)
        self.app.set_keymap(keymap)
        self._fill()

    def action_close(self) -> None:
        """Show all commands again, else leave."""
        line = self.query_one(LineInput)
        if line.value:
            line.value = ""
            self.menu.focus()
        else:
            super().action_close()


class CaptureDialogue(Dialogue[Keymap]):
    """Waits for a key; one that another command has is exchanged when it is pressed again."""

    AUTO_FOCUS = ""

    def __init__(self, command: Command, keymap: Keymap, *, add: bool) -> None:
        super().__init__(f"{'Another' if add else 'New'} key for: {command.title}")
        self.command = command
        self.keymap = keymap
        self.add = add
        self._asked = ""
        """The key of another command that would be exchanged when pressed again."""

    def body(self) -> Iterable[Widget]:
        """Return what to do."""
        now = "  ".join(map(key_name, keys_of(self.command, self.keymap)))
        yield Static(f"{self.command.help}\nNow: {now}", classes="quiet", markup=False)
        yield Static("\nPress the key.  esc leaves it as it is.", id="told", markup=False)

    def on_key(self, event: events.Key) -> None:
        """Take the key."""
        if event.key == "escape":
            return
        event.stop()
        event.prevent_default()
        told = self.query_one("#told", Static)
        reason = refusal(self.command, event.key)
        others = rivals(self.command, event.key, self.keymap)
        name = key_name(event.key)
        if reason:
            told.update(f"\n✗ {name}: {reason}")
        elif event.key in keys_of(self.command, self.keymap):
            told.update(f"\n{name} is its key already. Press another one.")
        elif others and (self.add or len(others) > 1):
            names = ", ".join(f"{other.title} ({PLACES[other.place]})" for other in others)
            told.update(f"\n✗ {name} belongs to {names}. Press another one.")
        elif others and self._asked != event.key:
            self._asked = event.key
            other = others[0]
            told.update(
                f"\n! {name} belongs to {other.title} ({PLACES[other.place]}).\n"
                f"{name} again exchanges the two, another key is tried instead."
            )
        elif others:
            self.dismiss(exchanged(self.keymap, self.command, others[0], event.key))
        else:
            self.dismiss(with_key(self.keymap, self.command, event.key, add=self.add))
