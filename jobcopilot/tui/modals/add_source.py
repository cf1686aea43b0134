"""Adding a company's board by its address, or by that of one of its postings: said whose it is as it is typed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.text import Text
from textual import on
from textual.widgets import Input, Static

from jobcopilot.errors import BadInput
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.modals.fields import LineInput
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.runtime import Runtime
    from jobcopilot.sources.views import SourceView
    from jobcopilot.tui.app import JobcopilotApp


class AddressInput(LineInput):
    """The field; enter goes on with what is in it."""

    BINDINGS: ClassVar[Any] = bindings("ask")


class AddSource(Dialogue["SourceView"]):
    """One address; what it is recognised as stands below it before it is added. Nothing is asked of it here."""

    DEFAULT_CSS = """
    AddSource > #panel { width: 76; }
    AddSource LineInput, AddSource LineInput:focus { background: $panel; }
    AddSource #seen { height: auto; min-height: 4; margin-top: 1; }
    """

    def __init__(self) -> None:
        super().__init__("Add a source")
        self.line = AddressInput(placeholder="https://boards.greenhouse.io/acme")

    @property
    def runtime(self) -> Runtime:
        """The parts of this home."""
        return cast("JobcopilotApp", self.app).data.runtime

    def body(self) -> Iterable[Widget]:
        """Return the line and what it is recognised as."""
        yield Static(
            "The address of a company's board, or of one of its postings", classes="quiet", markup=False
        )
        yield self.line
        yield Static("", id="seen", markup=False)

    def on_mount(self) -> None:
        """Say what can be added."""
        self._tell("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._tell(event.value)

    def _tell(self, address: str) -> None:
        from jobcopilot.sources.catalogue import name_of, recognise

        palette, known = palette_of(self.app), self.runtime.sources.known
        text = Text()
        if not address.strip():
            titles = ", ".join(feed.title for feed in known.values() if feed.kind == "company board")
            text.append(f"Known are boards of {titles}; aggregators stand in the list.", palette.muted)
        else:
            try:
                feed, board = recognise(address, known)
            except BadInput:
                text.append("… no board is known at this address yet", palette.muted)
            else:
                text.append("✓ ", f"bold {palette.success}")
                whose = f"{steady(board)}, a board of {feed.title}" if board else feed.title
                text.append(whose, f"bold {palette.foreground}")
                text.append(f"\n  as {steady(name_of(feed.name, board))}\n", palette.foreground)
                text.append(f"  {feed.terms.summary}\n  enter adds it", palette.muted)
        self.query_one("#seen", Static).update(text)

    @on(Input.Submitted)
    def _given(self, event: Input.Submitted) -> None:
        if event.value.strip():
            start_work(self, self._add(event.value), name="keep-source")

    async def _add(self, address: str) -> None:
        try:
            added: SourceView = await asyncio.to_thread(self.runtime.sources.add, address)
        except BadInput as refusal:
            palette = palette_of(self.app)
            words = f"✗ {refusal.title}: {steady(refusal.message)}.\n  {refusal.hint}"
            self.query_one("#seen", Static).update(Text(words, palette.error))
            return
        self.dismiss(added)
