"""The list of sources: the person's own with how they are doing, then what is offered; and one of them in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from jobcopilot.sources.views import HEALTH_WORDS, PollProgress, SourceView
from jobcopilot.tui.feed_data import HEALTH_SIGNS, SourceLine, short_moment
from jobcopilot.tui.feed_polls import progress_words
from jobcopilot.tui.modals.surface import SurfaceDocument
from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.lists import VirtualList
from jobcopilot.tui.widgets.signs import ago, count, fit

if TYPE_CHECKING:
    from jobcopilot.tui.widgets.paper import Paper

HEALTH_CELLS, OPEN_CELLS, AGO_CELLS, NEXT_CELLS = 13, 11, 13, 12
LEAST_NAME, MOST_NAME = 16, 30


@dataclass(frozen=True, slots=True)
class Now:
    """The moment that ages are told from, and the person's zone."""

    moment: datetime
    zone: tzinfo


class SourceList(VirtualList[SourceLine]):
    """Sources a line; the cursor passes over headings."""

    DEFAULT_CSS = """
    SourceList { background: $surface; }
    """

    now: Now | None = None
    running: Mapping[str, PollProgress] = {}  # replaced, never changed
    """What is being polled, by name."""

    @property
    def ground(self) -> str:
        """The dialogue's own colour."""
        return self.palette.surface

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor inside the list, and off headings where there is anything else."""
        cursor = super().validate_cursor(cursor)
        step = 1 if cursor >= self.cursor else -1
        for direction in (step, -step):
            at = cursor
            while (row := self.row_at(at)) is not None:
                if row.view is not None:
                    return at
                at += direction
        return cursor

    def _show_cursor(self) -> None:
        super()._show_cursor()
        above = (self.row_at(place) for place in range(self.cursor))
        if self.cursor < self.size.height and not any(row is not None and row.view for row in above):
            self.to_top()

    def to_top(self) -> None:
        """Show the lines before the cursor from the first heading on, where they fit."""
        if self.cursor < self.size.height:
            self.scroll_to(y=0, animate=False, force=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Select and open nothing: what is done here is done to what is under the cursor."""
        if action in ("select", "select_all", "open_row"):
            return False
        return super().check_action(action, parameters)

    def draw_row(self, row: SourceLine, width: int, *, at_cursor: bool, selected: bool) -> Strip:
        """Return a heading, or a source: cursor, on or off, name, then how it is doing or what it is."""
        palette = self.palette
        view = row.view
        if view is None:
            ink = (
                style(palette.accent, self.ground, bold=True)
                if row.section == "heading"
                else style(palette.muted, self.ground)
            )
            indent = " " if row.section == "heading" else "   "
            return Strip([Segment(f"{indent}{row.title}", ink)]).adjust_cell_length(width, ink)
        ground = palette.panel if at_cursor else self.ground
        if at_cursor and self.has_focus:
            ground = palette.cursor
        plain, quiet = style(palette.foreground, ground, bold=at_cursor), style(palette.muted, ground)
        progress = self.running.get(view.name)
        switch = ("●", palette.success) if view.enabled else ("○", palette.muted)
        parts = [
            Segment("▸" if at_cursor else " ", style(palette.accent, ground, bold=True)),
            Segment(f" {switch[0]} ", style(switch[1], ground)),
            Segment(f"{'on ' if view.enabled else 'off'} ", quiet),
        ]
        room = width - 8
        if row.section == "offered":
            name = min(30, room * 2 // 5)
            parts.append(Segment(fit(view.name, name) + " ", plain))
            parts.append(Segment(fit(_offer(view), room - name - 1), quiet))
        elif progress is not None:
            name = room * 3 // 10
            parts.append(Segment(fit(view.name, name) + " ", plain))
            words = progress_words(progress).removeprefix(view.name).lstrip(": ")
            parts.append(Segment(fit(f"↻ polling  {words}", room - name - 1), style(palette.accent, ground)))
        else:
            parts += self._doing(view, room, ground)
        return Strip(parts).adjust_cell_length(width, quiet)

    def _doing(self, view: SourceView, room: int, ground: str) -> list[Segment]:
        """How a source of the person's own is doing: health, open postings, last and next poll."""
        palette = self.palette
        plain, quiet = style(palette.foreground, ground), style(palette.muted, ground)
        rest = room - HEALTH_CELLS - OPEN_CELLS
        # Names that begin alike are told apart by their ends: those come before the times, which stand below, too.
        named = self._name_cells()
        ago_cells = AGO_CELLS if rest >= named + NEXT_CELLS + AGO_CELLS else 0
        next_cells = NEXT_CELLS if rest >= named + NEXT_CELLS else 0
        sign, word = HEALTH_SIGNS[view.health]
        color = {
            "fine": palette.success,
            "new": palette.muted,
            "empty": palette.muted,
            "few": palette.warning,
        }
        health = style(color.get(view.health, palette.error), ground)
        parts = [
            Segment(fit(view.name, rest - ago_cells - next_cells - 1) + " ", plain),
            Segment(fit(f"{sign} {word}", HEALTH_CELLS), health),
            Segment(fit(f"{view.open_postings:,} open" if view.open_postings else "", OPEN_CELLS), plain),
        ]
        if ago_cells and self.now is not None:
            last = ago(view.polled_at, self.now.moment) if view.polled_at else ""
            parts.append(Segment(fit(last, ago_cells), quiet))
        if next_cells and self.now is not None:
            parts.append(Segment(fit(_next_cells(view, self.now), next_cells), quiet))
        return parts

    def _name_cells(self) -> int:
        """Return how wide the names of the person's own sources have to be, the space after them included."""
        own = (
            cell_len(row.view.name)
            for rows in self._pages.values()
            for row in rows
            if row.view and row.section != "offered"
        )
        return min(max(LEAST_NAME - 1, *own), MOST_NAME) + 1


def _offer(view: SourceView) -> str:
    return view.title if view.kind == "aggregator" else f"{view.title} board"


def _next_cells(view: SourceView, now: Now) -> str:
    """Return when a source is asked next in at most twelve cells: `due`, `→ 15:30`, `→ Sat 15:30`, `→ 12 Dec`."""
    if not view.enabled:
        return ""
    if view.next_poll_at is None or view.next_poll_at <= now.moment:
        return "→ due"
    local, today = view.next_poll_at.astimezone(now.zone), now.moment.astimezone(now.zone)
    if local.date() == today.date():
        return f"→ {local:%H:%M}"
    near = local - today < timedelta(days=6)
    return f"→ {local:%a %H:%M}" if near else f"→ {local.day} {local:%b}"


def next_words(view: SourceView, now: Now) -> str:
    """Return when a source is asked next, as a column has room for."""
    if not view.enabled:
        return ""
    if view.next_poll_at is None or view.next_poll_at <= now.moment:
        return "due now"
    return f"next {short_moment(view.next_poll_at, now.moment, now.zone)}"


class SourceText(SurfaceDocument):
    """The source under the cursor in words: how it is, when it is asked, what its feed asks of those who use it."""

    def __init__(self) -> None:
        super().__init__(id="source")
        self.view: SourceView | None = None
        self.now: Now | None = None

    def show(self, view: SourceView | None, now: Now) -> None:
        """Show another source, or the same one as it is now."""
        same = self.view is not None and view is not None and self.view.name == view.name
        self.view, self.now = view, now
        self.refill(to_top=not same)

    def lay_out(self, paper: Paper) -> None:
        """Write it."""
        view, now = self.view, self.now
        if view is None or now is None:
            return
        palette = paper.palette
        named = view.title if view.kind == "aggregator" else f"{view.board}, a board of {view.title}"
        paper.write([(named, paper.style(palette.foreground, bold=True)), (f"  {view.address}", paper.quiet)])
        if view.id is not None:
            self._write_health(view, now, paper)
        if view.credit:
            paper.write([("named as ", paper.quiet), (view.credit, paper.plain)], "", "  ")
        terms = f" {view.terms_address}" if view.terms_address else ""
        paper.write([("terms ", paper.quiet), (view.terms, paper.plain), (terms, paper.quiet)], "", "  ")
        every = f"asked every {view.hours_between_polls:g} hours at most, only while it is on"
        silence = (
            "what it no longer shows is closed after two polls"
            if view.complete
            else "it shows only its newest: what it no longer shows is closed after 30 days"
        )
        paper.write([(f"{every}; {silence}", paper.quiet)], "", "  ")

    @staticmethod
    def _write_health(view: SourceView, now: Now, paper: Paper) -> None:
        palette = paper.palette
        sign, _word = HEALTH_SIGNS[view.health]
        bad = view.health not in ("new", "fine", "empty")
        color = palette.error if bad else palette.success if view.health == "fine" else palette.foreground
        facts = []
        if view.polled_at is not None:
            facts.append(f"last answer {ago(view.polled_at, now.moment)}")
        facts.append(next_words(view, now) or "off: it is not asked")
        facts.append(count(view.open_postings, "open posting"))
        if view.median_found is not None:
            facts.append(f"{view.median_found:,.0f} are usual")
        if view.failures:
            facts.append(f"{count(view.failures, 'poll')} without an answer")
        paper.write(
            [
                (f"{sign} {HEALTH_WORDS[view.health]}", paper.style(color, bold=bad)),
                ("  " + " · ".join(facts), paper.plain),
            ],
            "",
            "  ",
        )
        if view.note:
            paper.write([(view.note, paper.style(palette.warning if bad else palette.muted))], "  ", "  ")
