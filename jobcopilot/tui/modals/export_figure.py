"""Export of a chart: as figures (CSV) or as a picture (SVG), to which file."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from jobcopilot.tui.market_pictures import picture_of
from jobcopilot.tui.market_tables import table_of
from jobcopilot.tui.modals.export_form import ExportForm, write_whole
from jobcopilot.tui.telling import tell

if TYPE_CHECKING:
    from jobcopilot.tui.market_data import Figure, Reading

FORMATS = (("csv", "CSV: the figures, for a spreadsheet"), ("svg", "SVG: the picture, for a browser"))


class ExportFigure(ExportForm):
    """Writes one figure to a file and says where it is."""

    def __init__(self, figure: Figure, reading: Reading) -> None:
        super().__init__("Export", table_of(figure, reading).title, FORMATS)
        self.figure = figure
        self.reading = reading

    async def on_mount(self) -> None:
        """Show the form."""
        asked = self.reading.asked
        parts = (
            "market",
            self.figure,
            _plain(asked.role),
            _plain(asked.place_name),
            self.reading.today.isoformat(),
        )
        await self.show_fields(self.form_and_file("-".join(part for part in parts if part)))

    async def keep(self) -> None:
        """Write the file, say where it is, then leave."""
        form = self.texts["form"]
        file = await self.chosen_file()
        if file is None:
            return
        if form == "svg":
            await asyncio.to_thread(write_whole, file, picture_of(self.figure, self.reading))
        else:
            # Excel takes a CSV file without this mark for the machine's old code page.
            text = "\ufeff" + table_of(self.figure, self.reading).as_csv()
            await asyncio.to_thread(write_whole, file, text)
        tell(self.app, f"Written to {file}")
        self.dismiss(1)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
