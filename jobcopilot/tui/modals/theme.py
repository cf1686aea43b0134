"""Choosing a theme, seen at once and kept in the settings."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual import on
from textual.widgets import OptionList, Static

from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.choose import Choices
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.theme import OWN_THEMES

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.tui.app import JobcopilotApp


class ThemeDialogue(Dialogue[None]):
    """All themes, ours first."""

    def __init__(self) -> None:
        super().__init__("Theme")
        self._before = self.app.theme

    def body(self) -> Iterable[Widget]:
        """Return the themes and a word on what ours promise."""
        own = [theme.name for theme in OWN_THEMES]
        names = own + sorted(name for name in self.app.available_themes if name not in own)
        menu = Choices([(name, Text(f" {name}")) for name in names])
        menu.highlighted = names.index(self._before)
        yield menu
        yield Static("Ours keep the contrast that WCAG AA asks for.", classes="quiet", markup=False)

    @on(OptionList.OptionHighlighted)
    def _looked_at(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_id is not None:
            self.app.theme = event.option_id

    @on(OptionList.OptionSelected)
    def _taken(self, event: OptionList.OptionSelected) -> None:
        app = cast("JobcopilotApp", self.app)
        file = app.data.runtime.home.settings_file
        name = event.option_id

        async def keep() -> None:
            from jobcopilot.settings import save_setting

            await asyncio.to_thread(save_setting, file, "theme", name)

        # The app's work, since this dialogue is gone before it is done.
        start_work(app, keep(), name="keep-theme")
        self.dismiss(None)

    def action_close(self) -> None:
        """Go back to the theme of before."""
        self.app.theme = self._before
        super().action_close()
