"""The list of discovered postings: columns that adapt to the width and never break."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from jobcopilot.tui.feed_data import STATE_SIGNS, Listed, short_age
from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.job_table import short_place
from jobcopilot.tui.widgets.lists import VirtualList
from jobcopilot.tui.widgets.signs import bar, fit, match_text, short_pay

STATE_CELLS = 8
"""Cells of a state's word; an age needs no more."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells for each column, the space after it included; 0 leaves it out."""

    bar: int
    title: int
    company: int
    place: int
    pay: int
    source: int
    last: int


@lru_cache(maxsize=64)
def columns(width: int, *, everything: bool) -> Columns:
    """Return how a width is shared: numbers get what they need, words the rest."""
    bar_cells = 6 if width >= 64 else 0
    pay = 13 if width >= 96 else 12 if width >= 70 else 0
    source = 16 if width >= 110 else 0
    last = STATE_CELLS if everything else 4
    rest = max(width - 2 - 5 - bar_cells - pay - source - last, 12)
    place = rest * 22 // 100 if rest >= 40 else 0
    company = rest * 26 // 100
    return Columns(bar_cells, rest - company - place, company, place, pay, source, last)


class PostingTable(VirtualList[Listed]):
    """What feeds found, a posting a row."""

    today: date = date.min
    """The person's own date, from which ages are told."""
    everything = False
    """Whether what waits no more is shown, too, with a word for why."""

    def draw_row(self, row: Listed, width: int, *, at_cursor: bool, selected: bool) -> Strip:
        """Return a posting as a line: cursor, mark, match with its bar, title, company, place, pay, source, age."""
        palette, posting = self.palette, row.posting
        layout = columns(width, everything=self.everything)
        active = at_cursor and self.has_focus
        ground = palette.cursor if active else palette.panel if at_cursor or selected else palette.background
        waits = not row.state
        ink = palette.foreground if waits else palette.muted
        plain, quiet = style(ink, ground), style(palette.muted, ground)
        level = style(palette.of_level(posting.level) if waits else palette.muted, ground)  # type: ignore[arg-type]  # stored as it was named
        sign = style(
            palette.accent if selected else palette.success if row.state == "tracked" else ink, ground
        )
        thin = posting.coverage is not None and posting.coverage < _thin()
        cells = [
            Segment("▸" if at_cursor else " ", style(palette.accent, ground, bold=True)),
            Segment("●" if selected else STATE_SIGNS[row.state], sign),
            Segment(match_text(posting.match, thin=thin, blocked=posting.blocked) + " ", level),
        ]
        if layout.bar:
            cells.append(Segment(bar((posting.match or 0) / 100, layout.bar - 1) + " ", level))
        again = f" ×{posting.reposts + 1}" if posting.reposts else ""
        room = layout.title - 1 - cell_len(again)
        title = fit(posting.title, min(room, cell_len(fit(posting.title, room).rstrip())))
        cells.append(Segment(title, style(ink, ground, bold=at_cursor)))
        cells.append(Segment(again, style(palette.warning, ground)))
        cells.append(Segment(" " * (layout.title - cell_len(title) - cell_len(again)), plain))
        cells.append(Segment(fit(posting.company, layout.company - 1) + " ", plain))
        if layout.place:
            place = short_place(posting, layout.place - 1)  # type: ignore[arg-type]  # has the place of a job
            cells.append(Segment(fit(place, layout.place - 1) + " ", quiet))
        if layout.pay:
            cells.append(Segment(fit(short_pay(posting.pay), layout.pay - 1) + " ", quiet))
        if layout.source:
            cells.append(Segment(fit(posting.source.partition(":")[0], layout.source - 1) + " ", quiet))
        cells.append(Segment(fit(row.state or self._age(row), layout.last, right=not self.everything), quiet))
        return Strip(cells).adjust_cell_length(width, quiet)

    def _age(self, row: Listed) -> str:
        since = row.posting.posted_on or row.posting.first_seen_at.date()
        return short_age((self.today - since).days)


@lru_cache(maxsize=1)
def _thin() -> float:
    # Late: the frame is drawn before any posting is known.
    from jobcopilot.jobs.views import THIN_COVERAGE

    return THIN_COVERAGE
