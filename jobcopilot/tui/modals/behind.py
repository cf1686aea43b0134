"""The postings behind a figure of the market, one a line: what each says of itself, and its address."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from jobcopilot.market.views import PostingBehind
from jobcopilot.tui import market_words as words
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.widgets.figure_lists import Cell, FigureList, Heads
from jobcopilot.tui.widgets.signs import count, fit, steady

if TYPE_CHECKING:
    from datetime import date

    from textual.widget import Widget

    from jobcopilot.market.views import PostingsBehind
    from jobcopilot.tui.theme import Palette

_ROOM_FOR_PLACE = 90
_PAY_CELLS, _DAY_CELLS = 11, 16


class BehindList(FigureList[PostingBehind]):
    """Title, company, place, pay, and since when or how long it was there."""

    DEFAULT_CSS = """
    BehindList { background: $surface; height: 1fr; }
    """

    def __init__(self, currency: str, today: date) -> None:
        super().__init__(id="behind")
        self.currency = currency
        self.today = today

    @property
    def palette(self) -> Palette:
        """The colours of the theme that is on, on a dialogue's ground."""
        palette = super().palette
        return replace(palette, background=palette.surface)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no other figure, and nothing behind a posting."""
        return False if action in ("behind", "turn") else super().check_action(action, parameters)

    def heads(self, width: int) -> list[Cell]:
        """Return the columns' headings."""
        return [(self._line(width, "posting", "company", "place", "pay a year", "seen"), "muted")]

    def cells(self, thing: PostingBehind, width: int) -> list[Cell]:
        """Return one posting in its columns."""
        seen = words.short_day(thing.opened, self.today)
        if thing.closed is not None:
            seen += f" – {words.short_day(thing.closed, self.today)}"
        low, high = thing.low or thing.high, thing.high or thing.low
        pay = words.pay_range(low, high, self.currency)
        line = self._line(width, steady(thing.title), steady(thing.company), steady(thing.place), pay, seen)
        named = len(fit(steady(thing.title), self._widths(width)[0])) + 1
        return [(line[:named], "foreground"), (line[named:], "muted")]

    def _widths(self, width: int) -> tuple[int, int, int]:
        rest = max(width - _PAY_CELLS - _DAY_CELLS - 6, 24)
        place = rest // 4 if width >= _ROOM_FOR_PLACE else 0
        company = rest // 4 if place else rest // 3
        return rest - company - place - (1 if place else 0), company, place

    def _line(self, width: int, title: str, company: str, place: str, pay: str, seen: str) -> str:
        """Return a row; where there is little room, the place is left to the line below the list."""
        for_title, for_company, for_place = self._widths(width)
        placed = f" {fit(place, for_place)}" if for_place else ""
        return (
            f" {fit(title, for_title)} {fit(company, for_company)}{placed}"
            f" {fit(pay, _PAY_CELLS, right=True)}  {fit(seen, _DAY_CELLS)}"
        )


class BehindHeads(Heads):
    """The columns' names, on a dialogue's ground."""

    @property
    def palette(self) -> Palette:
        """The list's own colours."""
        return self.of.palette


class BehindDialogue(Panel[None]):
    """The postings that a figure counts, to read and to open."""

    BINDINGS: ClassVar[list[Any]] = bindings("behind")
    AUTO_FOCUS = "BehindList"

    def __init__(self, heading: str, behind: PostingsBehind, today: date) -> None:
        shown = f"the first {len(behind.rows):,} of " if len(behind.rows) < behind.total else ""
        super().__init__(heading, f"{shown}{count(behind.total, 'posting')}")
        self.behind = behind
        self.list = BehindList(behind.currency, today)

    def body(self) -> Iterable[Widget]:
        """Return the columns' names and the list."""
        yield BehindHeads(self.list)
        yield self.list

    def on_mount(self) -> None:
        """Fill the list."""
        self.list.show(self.behind.rows)
        if not self.behind.rows:
            self.say("No posting is behind this figure.")

    def on_row_highlighted(self) -> None:
        """Say where the posting under the cursor is from."""
        posting = self.posting
        if posting is not None:
            parts = (posting.place, posting.source, posting.address)
            self.say(" · ".join(steady(part) for part in parts if part))

    @property
    def posting(self) -> PostingBehind | None:
        """The posting under the cursor."""
        return None if self.list.row is None else self.list.row.of

    def action_open_address(self) -> None:
        """Open the posting's address in the web browser, if it is a web address."""
        posting = self.posting
        if posting is None:
            return
        if not posting.address.lower().startswith(("http://", "https://")):
            self.say(f"“{steady(posting.title)}” came with no web address.")
            return
        start_work(self, self._open(posting.address), name="open-address")

    async def _open(self, address: str) -> None:
        import webbrowser

        opened = await asyncio.to_thread(webbrowser.open, address)
        self.say(f"Opened in your browser: {address}" if opened else f"No web browser was found: {address}")

    def action_copy(self) -> None:
        """Copy the posting's address."""
        posting = self.posting
        if posting is not None and posting.address:
            self.app.copy_to_clipboard(posting.address)
            self.say(f"{posting.address} was sent to the terminal's clipboard (not every terminal takes it).")
