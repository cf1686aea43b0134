"""The table of jobs: columns that adapt to the width and never break."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.lists import VirtualList
from jobcopilot.tui.widgets.signs import STATUS_SIGNS, bar, fit, match_text, short_pay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobcopilot.jobs.pages import JobPages
    from jobcopilot.jobs.query import Query
    from jobcopilot.jobs.views import JobRow


MODE_SIGNS = {"remote": "⌂", "hybrid": "⇄"}
"""How a list tells the way of working beside a place; alone it is told in words."""


@dataclass(frozen=True, slots=True)
class JobSource:
    """The jobs that a query finds, in an order."""

    pages: JobPages
    query: Query
    sort: str

    def page(self, offset: int, limit: int) -> Sequence[JobRow]:
        """Return up to `limit` rows from `offset` on."""
        return self.pages.page(self.query, self.sort, offset, limit)

    def total(self) -> int:
        """Return how many jobs the query finds."""
        return self.pages.total(self.query)

    def ids(self) -> Sequence[int]:
        """Return the ids of all of them, in order."""
        return self.pages.ids(self.query, self.sort)


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells for each column; 0 leaves it out."""

    bar: int
    title: int
    company: int
    place: int
    pay: int
    word: int


@lru_cache(maxsize=64)
def columns(width: int) -> Columns:
    """Return how a width is shared: numbers get what they need, words the rest."""
    bar_cells = 6 if width >= 64 else 0
    pay = 13 if width >= 84 else 12 if width >= 70 else 0
    word = 12 if width >= 110 else 0
    # Cursor, mark, match and the space after it; status sign and the spaces before it.
    rest = max(width - 2 - 5 - bar_cells - pay - 3 - word, 12)
    place = rest * 24 // 100 if rest >= 40 else 0
    company = rest * 27 // 100
    return Columns(bar_cells, rest - company - place, company, place, pay, word)


class JobTable(VirtualList["JobRow"]):
    """The board's list."""

    def draw_row(self, row: JobRow, width: int, *, at_cursor: bool, selected: bool) -> Strip:
        """Return a job as a line: cursor, mark, match with its bar, title, company, place, pay, status."""
        palette = self.palette
        layout = columns(width)
        active = at_cursor and self.has_focus
        ground = palette.cursor if active else palette.panel if at_cursor or selected else palette.background
        plain, quiet = style(palette.foreground, ground), style(palette.muted, ground)
        level = style(palette.of_level(row.level), ground)
        thin = is_thin(row)
        mark = "●" if selected else "♥" if row.favourite else "≈" if row.possible_duplicate else " "
        status = style(palette.of_status(row.status), ground)
        cells = [
            Segment("▸" if at_cursor else " ", style(palette.accent, ground, bold=True)),
            Segment(mark, style(palette.accent if selected or row.favourite else palette.warning, ground)),
            Segment(match_text(row.match, thin=thin, blocked=row.blocked) + " ", level),
        ]
        if layout.bar:
            cells.append(Segment(bar((row.match or 0) / 100, layout.bar - 1) + " ", level))
        cells.append(
            Segment(
                fit(row.title, layout.title - 1) + " ",
                style(palette.foreground, ground, bold=at_cursor),
            )
        )
        cells.append(Segment(fit(row.company, layout.company - 1) + " ", plain))
        if layout.place:
            cells.append(Segment(fit(short_place(row, layout.place - 1), layout.place - 1) + " ", quiet))
        if layout.pay:
            cells.append(Segment(fit(short_pay(row.pay), layout.pay - 1) + " ", quiet))
        cells.append(Segment(f" {STATUS_SIGNS[row.status]} ", status))
        if layout.word:
            cells.append(Segment(fit(row.status, layout.word), status))
        line = Strip(cells)
        return line.adjust_cell_length(width, quiet)


def is_thin(row: JobRow) -> bool:
    """Return whether the posting speaks of so little that its match says little."""
    # Late: the first frame is drawn before any job is known.
    from jobcopilot.jobs.views import THIN_COVERAGE

    return row.coverage is not None and row.coverage < THIN_COVERAGE


def place_text(row: JobRow) -> str:
    """Return where the work is done, with `remote` or `hybrid` where the place does not say so itself."""
    if row.work_mode is None or row.work_mode == "onsite" or row.work_mode in row.place.lower():
        return row.place or "—"
    mode = row.work_mode.capitalize()
    return f"{mode} ({row.place})" if row.place else mode


def short_place(row: JobRow, width: int) -> str:
    """Return where the work is done for a column: the way of working as a sign, and the city rather than a cut land."""
    mode = row.work_mode
    sign = MODE_SIGNS.get(mode or "", "")
    if mode is None or not sign:
        return _city_first(row.place, width) or "—"
    # "Remote (US)", "Remote, Germany": the sign says the word.
    place = (
        re.sub(rf"\(?\b{mode}\b\)?", " ", row.place, flags=re.IGNORECASE)
        if mode in row.place.lower()
        else row.place
    )
    place = " ".join(place.split()).strip(" ,;·|/–-")
    if place.startswith("(") and place.endswith(")"):
        place = place[1:-1]
    return f"{sign} {_city_first(place, width - 2)}" if place else f"{sign} {mode.capitalize()}"


def _city_first(place: str, width: int) -> str:
    """Return a place whole where it fits, else its first part."""
    return (
        place
        if cell_len(place) <= width
        else place.split(",", maxsplit=1)[0].split(";", maxsplit=1)[0].strip()
    )
