"""A chart of the market as a table: every figure with the number behind it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.market_tables import table_of
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.modals.surface import SurfaceDocument
from jobcopilot.tui.widgets.signs import fit

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.tui.market_data import Figure, Reading
    from jobcopilot.tui.market_tables import FigureTable
    from jobcopilot.tui.widgets.paper import Paper

_GAP = 2
_NAME_CELLS = 36


class TableText(SurfaceDocument):
    """Heads, rows and notes of a table."""

    def __init__(self, table: FigureTable) -> None:
        super().__init__(id="table")
        self.table = table

    def lay_out(self, paper: Paper) -> None:
        """Write it in columns as wide as what stands in them; texts to the left, numbers to the right."""
        table = self.table
        said = [
            [table.said(column, value) for column, value in zip(table.columns, row, strict=True)]
            for row in table.rows
        ]
        widths = [
            min(max([cell_len(column.heading), *(cell_len(row[at]) for row in said)]), _NAME_CELLS)
            for at, column in enumerate(table.columns)
        ]
        if said:
            paper.write([(self._line([one.heading for one in table.columns], widths), paper.quiet)])
        else:
            paper.text("No rows.", paper.quiet)
        for row in said:
            paper.write([(self._line(row, widths), paper.plain)])
        paper.blank()
        for note in table.notes:
            paper.text(note, paper.quiet)

    def _line(self, cells: list[str], widths: list[int]) -> str:
        parts = [
            fit(cell, width, right=column.kind not in ("text", "date"))
            for cell, width, column in zip(cells, widths, self.table.columns, strict=True)
        ]
        return (" " * _GAP).join(parts)


class FigureTableDialogue(Panel[None]):
    """A chart's figures, to read and to write out."""

    BINDINGS: ClassVar[list[Any]] = bindings("figuretable")

    def __init__(self, figure: Figure, reading: Reading) -> None:
        self.table = table_of(figure, reading)
        what, _, of = self.table.title.partition(": ")
        super().__init__(what, of)
        self.figure = figure
        self.reading = reading

    def body(self) -> Iterable[Widget]:
        """Return the table."""
        yield TableText(self.table)

    def action_export(self) -> None:
        """Write the figure to a file."""
        from jobcopilot.tui.modals.export_figure import ExportFigure

        self.app.push_screen(ExportFigure(self.figure, self.reading))
