"""What leads from the market elsewhere: pickers, table, export and origins."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from jobcopilot.market.views import ALL_ROLES, ANYWHERE, Behind
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.market_data import WINDOWS, Asked
from jobcopilot.tui.screens.market_building import MarketBuilding
from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from jobcopilot.tui.market_data import Figure, Reading


class MarketReach(MarketBuilding):
    """Commands that ask for something else, or show a figure in another way."""

    @property
    def front(self) -> Figure:
        """The figure in front."""
        return self.tabs.front

    # What is asked

    def action_pick_role(self) -> None:
        """Ask for a role."""
        start_work(self, self._pick_role(), name="pick")

    async def _pick_role(self) -> None:
        from jobcopilot.tui.modals.pick import Pick, PickDialogue

        asked = self.asked or Asked()
        found = await asyncio.to_thread(self.data.roles)
        choices = [choice for choice in found if choice.role != ALL_ROLES]
        everything = next((choice.postings for choice in found if choice.role == ALL_ROLES), None)
        total = sum(choice.postings for choice in choices) if everything is None else everything
        picks = [Pick(ALL_ROLES, Asked().role_words, total)]
        picks += [Pick(one.role, Asked(role=one.role).role_words, one.postings) for one in choices]
        self.app.push_screen(
            PickDialogue("Role", picks, asked.role, hint="type a role: data, nurse, designer"),
            lambda chosen: None if chosen is None else self.ask(replace(asked, role=chosen)),
        )

    def action_pick_place(self) -> None:
        """Ask for a place."""
        start_work(self, self._pick_place(), name="pick")

    async def _pick_place(self) -> None:
        from jobcopilot.tui.modals.pick import Pick, PickDialogue

        asked = self.asked or Asked()
        found = await asyncio.to_thread(self.data.places)
        picks = [
            Pick(one.key, Asked(place=one.key, place_name=one.name).place_words, one.postings)
            for one in found
        ]
        if not any(pick.value == ANYWHERE for pick in picks):
            picks.insert(0, Pick(ANYWHERE, Asked().place_words, self.reading.level.n if self.reading else 0))
        names = {pick.value: pick.name for pick in picks}
        self.app.push_screen(
            PickDialogue("Place", picks, asked.place, hint="type a place: berlin, france, remote"),
            lambda chosen: (
                None
                if chosen is None
                else self.ask(replace(asked, place=chosen, place_name=names[chosen] if chosen else ""))
            ),
        )

    def action_pick_window(self) -> None:
        """Ask for how far back."""
        from jobcopilot.tui.modals.choose import ChooseDialogue, Option

        asked = self.asked or Asked()
        options = [Option(str(weeks), str(weeks)[0], Asked(weeks=weeks).window_words) for weeks in WINDOWS]
        self.app.push_screen(
            ChooseDialogue("How far back", options, str(asked.weeks)),
            lambda chosen: None if chosen is None else self.ask(replace(asked, weeks=int(chosen))),
        )

    # Other ways to see it

    def action_table(self) -> None:
        """Show the figure in front as a table."""
        if self.reading is not None:
            from jobcopilot.tui.modals.figure_table import FigureTableDialogue

            self.app.push_screen(FigureTableDialogue(self.front, self.reading))

    def action_export(self) -> None:
        """Write the figure in front to a file."""
        if self.reading is not None:
            from jobcopilot.tui.modals.export_figure import ExportFigure

            self.app.push_screen(ExportFigure(self.front, self.reading))

    def show_behind(self) -> None:
        """List the postings that the figure in front counts, or its row under the cursor."""
        behind = self._behind()
        if behind is not None and self.reading is not None and not self.reading.nothing:
            start_work(self, self._show_behind(self.reading, behind), name="behind")

    def _behind(self) -> Behind | None:
        match self.front:
            case "pay" | "postings" as what:
                return Behind(what)
            case "skills":
                return None if self.skills.row is None else Behind("skill", self.skills.row.of.name)
            case "gap":
                return None if self.gap.row is None else Behind("skill", self.gap.row.of.skill)
        return None if self.employers.row is None else Behind("company", self.employers.row.of.name)

    async def _show_behind(self, reading: Reading, behind: Behind) -> None:
        from jobcopilot.tui.modals.behind import BehindDialogue

        found = await asyncio.to_thread(self.data.behind, reading.asked, behind)
        heading = {"pay": "Postings with pay", "postings": "Open postings"}.get(
            behind.what, steady(behind.name)
        )
        self.app.push_screen(BehindDialogue(heading, found, reading.today))

    def action_feeds(self) -> None:
        """Show where the figures come from."""
        if self.reading is not None:
            from jobcopilot.tui.modals.origins import OriginsDialogue

            self.app.push_screen(OriginsDialogue(self.reading))
