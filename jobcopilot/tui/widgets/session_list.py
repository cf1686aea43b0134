"""The sessions that were held, a line each, and what is known of the one under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Final

from rich.segment import Segment
from textual.strip import Strip

from jobcopilot.tui.practice_data import KINDS, clock_words
from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.document import Document
from jobcopilot.tui.widgets.lists import VirtualList
from jobcopilot.tui.widgets.signs import bar, count, day, fit, moment, steady

if TYPE_CHECKING:
    from jobcopilot.practice.history import PracticeHistory, SkillTrend
    from jobcopilot.practice.views import SessionRow
    from jobcopilot.tui.widgets.paper import Paper

STATUS_SIGNS: Final = {
    "pending": "○",
    "in_progress": "◑",
    "completed": "✓",
    "cancelled": "✗",
    "error": "!",
}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What of the history is shown."""

    search: str = ""
    type: str | None = None
    skill: str | None = None
    job_id: int | None = None
    job: str = ""
    since: datetime | None = None
    since_words: str = ""

    @property
    def words(self) -> str:
        """What it is narrowed to, beside the search."""
        parts = (self.type, self.skill, self.job, self.since_words)
        return " · ".join(part for part in parts if part)

    def cleared(self) -> Narrowed:
        """Return it with nothing but the search."""
        return replace(Narrowed(), search=self.search)


class Held:
    """The sessions of a history, as a list takes them."""

    def __init__(self, history: PracticeHistory, narrowed: Narrowed) -> None:
        self.history = history
        self.narrowed = narrowed

    def _page(self, offset: int, limit: int) -> Any:
        one = self.narrowed
        return self.history.sessions(
            one.search, type=one.type, skill=one.skill, job_id=one.job_id, since=one.since, limit=limit,
            offset=offset,
        )  # fmt: skip

    def page(self, offset: int, limit: int) -> Sequence[SessionRow]:
        """Return up to `limit` sessions from `offset` on, the latest first."""
        rows: Sequence[SessionRow] = self._page(offset, limit).sessions
        return rows

    def total(self) -> int:
        """Return how many there are."""
        total: int = self._page(0, 0).total
        return total

    def ids(self) -> Sequence[int]:
        """Return their numbers."""
        return [row.id for row in self.page(0, 100_000)]


class SessionList(VirtualList["SessionRow"]):
    """When, what, how much of it, and the mark."""

    zone: tzinfo
    today: date

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no selecting: sessions are looked at one by one."""
        if action in ("select", "select_all"):
            return False
        return super().check_action(action, parameters)

    def draw_row(self, row: SessionRow, width: int, *, at_cursor: bool, selected: bool) -> Strip:
        """Return a session as a line."""
        palette = self.palette
        resting = palette.panel if at_cursor else palette.background
        ground = palette.cursor if at_cursor and self.has_focus else resting
        quiet, plain = style(palette.muted, ground), style(palette.foreground, ground)
        when = day((row.started_at or row.created_at).astimezone(self.zone).date(), self.today)
        mark = "  —" if row.score is None else f"{row.score:>3}"
        right = f" {row.answered}/{row.planned}".rjust(6)
        named = max(width - 12 - 3 - 6 - 11, 10)
        title = steady(row.title)
        parts = [
            Segment(f" {fit(when, 11)}", quiet),
            Segment(f"{STATUS_SIGNS[row.status]} ", style(palette.accent, ground)),
            Segment(fit(title, named), style(palette.foreground, ground, bold=at_cursor)),
            Segment(right, quiet),
            Segment(f" {mark} ", plain),
            Segment(bar((row.score or 0) / 100, 5), style(palette.primary, ground)),
        ]
        return Strip(parts).adjust_cell_length(width, plain)


class SessionText(Document):
    """What is known of a session before its report is opened, and the weakest skills below."""

    DEFAULT_CSS = """
    SessionText { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="session-text")
        self.can_focus = False
        self.row: SessionRow | None = None
        self.weakest: Sequence[SkillTrend] = ()
        self.zone: tzinfo | None = None
        self.today: date | None = None

    def show(self, row: SessionRow | None, weakest: Sequence[SkillTrend]) -> None:
        """Show another session."""
        self.row, self.weakest = row, weakest
        self.refill(to_top=True)

    def lay_out(self, paper: Paper) -> None:
        """Write it."""
        row = self.row
        if row is not None and self.zone is not None and self.today is not None:
            paper.write([(row.title, paper.style(paper.palette.foreground, bold=True))])
            if row.snippet:
                paper.write(_found(paper, row.snippet), "“", " ")
            when = moment(row.started_at or row.created_at, self.zone, self.today)
            spoken = " · spoken" if row.spoken else ""
            paper.text(f"{when} · {row.status.replace('_', ' ')} · {row.mode} mode{spoken}", paper.quiet)
            paper.text(f"{row.answered} of {row.planned} answered, {clock_words(row.seconds)} on the clock")
            paper.text(
                f"asked by {KINDS.get(row.interviewer, row.interviewer)}; "
                + ("no mark over the session" if row.score is None else f"{row.score} of 100")
            )
            paper.text(f"type: {row.type_name or 'none'}", paper.quiet)
            paper.text(f"skills: {', '.join(row.skills) or 'none'}", paper.quiet)
            if row.job:
                paper.text(f"job: {row.job}", paper.quiet)
        if self.weakest:
            paper.heading("Weakest skills, mean of the last five marks")
            for one in self.weakest:
                paper.write(
                    [
                        (f"{fit(one.skill, 20)} ", paper.plain),
                        (bar(one.mean / 100, 12), paper.style(paper.palette.primary)),
                        (f" {one.mean:3.0f}  {count(len(one.scores), 'mark')}", paper.quiet),
                    ]
                )


def _found(paper: Paper, snippet: str) -> list[tuple[str, Any]]:
    """Return a snippet as runs, what was searched for lit."""
    runs = []
    for at, piece in enumerate(snippet.replace("\x03", "\x02").split("\x02")):
        ink = paper.style(paper.palette.accent, bold=True, underline=True) if at % 2 else paper.quiet
        runs.append((piece, ink))
    return runs
