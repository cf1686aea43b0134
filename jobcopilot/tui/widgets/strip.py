"""The strip above the list: how many jobs stand where, this week's applications, the share that was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.reactive import reactive

from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.chrome import DrawnLine
from jobcopilot.tui.widgets.signs import STATUS_SIGNS

if TYPE_CHECKING:
    from jobcopilot.jobs.views import Statistics, Status


class StatusStrip(DrawnLine):
    """Counts by status with sign and word; where room is short the words go, never the numbers."""

    statistics: reactive[Statistics | None] = reactive(None)

    def segments(self, width: int) -> list[Segment]:
        """Return the fullest form that fits."""
        ground = self.palette.background
        if self.statistics is None:
            return [Segment(" counting …", style(self.palette.muted, ground))]
        for words, week in ((8, True), (8, False), (4, False), (0, False)):
            parts = self._parts(self.statistics, words, week=week)
            if sum(cell_len(part.text) for part in parts) <= width:
                break
        return parts

    def _parts(self, counted: Statistics, words: int, *, week: bool) -> list[Segment]:
        palette, ground = self.palette, self.palette.background
        quiet = style(palette.muted, ground)
        parts = [Segment(" ", quiet)]
        status: Status
        for place, (status, sign) in enumerate(STATUS_SIGNS.items()):
            number = counted.by_status.get(status, 0)
            if not number and status not in ("new", "interested", "applied", "interviewed"):
                continue
            parts.append(Segment(f"{sign} ", style(palette.of_status(status), ground)))
            parts.append(Segment(f"{number:,}", style(palette.foreground, ground, bold=True)))
            parts.append(Segment(f" {status}" if place < words else "", quiet))
            if status == "applied" and week:
                parts.append(Segment(f" ({counted.applied_this_week} this week)", quiet))
            parts.append(Segment("   " if words else "  ", quiet))
        applied = counted.funnel.get("applied", 0)
        if applied:
            parts.append(
                Segment(
                    f"{counted.answered / applied:.0%}".replace("%", " %"),
                    style(palette.foreground, ground, bold=True),
                )
            )
            parts.append(Segment(" answered", quiet))
        return parts
