"""The kept searches: one is run with enter, or deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.widgets import OptionList

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.choose import Choices
from jobcopilot.tui.modals.confirm import ConfirmDialogue
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.search import SORT_WORDS
from jobcopilot.tui.widgets.signs import fit

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.jobs.searches import SearchView

NAME_CELLS = 22
ORDER_CELLS = len("by relevance")


class SearchesDialogue(Dialogue["SearchView"]):
    """Searches by name with what they search for."""

    BINDINGS: ClassVar[Any] = bindings("searches")
    DEFAULT_CSS = """
    SearchesDialogue > #panel { width: 90; }
    """

    def __init__(self, kept: Sequence[SearchView], forget: Callable[[str], None]) -> None:
        super().__init__("Saved searches")
        self.kept = list(kept)
        self.forget = forget
        """Forgets a search by its name; blocks, so it is called in a thread."""

    def body(self) -> Iterable[Widget]:
        """Return the list."""
        palette = palette_of(self.app)
        lines = []
        # What is left of a narrow screen beside the name, the order and the panel's edge.
        room = min(90, self.app.size.width * 96 // 100) - 6 - NAME_CELLS - ORDER_CELLS - 5
        for search in self.kept:
            text = Text.assemble(
                (f" {fit(search.name, NAME_CELLS)}  ", "bold"),
                (fit(search.query, max(room, 8)), palette.secondary),
                no_wrap=True,
                overflow="ellipsis",
            )
            text.append(f"  by {SORT_WORDS.get(search.sort.lstrip('-'), search.sort)}", palette.muted)
            lines.append((search.name, text))
        yield Choices([(str(place), text) for place, (_name, text) in enumerate(lines)])

    def _current(self) -> int | None:
        return self.query_one(Choices).highlighted

    @on(OptionList.OptionSelected)
    def _taken(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self.kept[event.option_index])

    def action_run(self) -> None:
        """Run the search under the cursor."""
        place = self._current()
        if place is not None:
            self.dismiss(self.kept[place])

    def action_delete(self) -> None:
        """Delete the search under the cursor, after asking: undo does not know of searches."""
        place = self._current()
        if place is not None:
            start_work(self, self._delete(place), name="forget-search")

    async def _delete(self, place: int) -> None:
        search = self.kept[place]
        if await self.app.push_screen_wait(
            ConfirmDialogue(f"Forget “{search.name}”?", search.query, "forget it")
        ):
            await asyncio.to_thread(self.forget, search.name)
            self.dismiss(None)
