"""Picking one of many jobs by typing what it is called."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from jobcopilot.tui.failures import Newest
from jobcopilot.tui.modals.choose import Choices
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.modals.pick import PickInput
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.signs import STATUS_SIGNS, count, fit

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.tui.practice_data import JobChoice

NO_JOB = 0


class PickJob(Dialogue[int]):
    """Jobs that a search finds, those under way first; `NO_JOB` for none."""

    DEFAULT_CSS = """
    PickJob > #panel { width: 84; }
    PickJob Choices { height: auto; max-height: 12; margin: 1 0 0 0; }
    PickJob PickInput, PickJob PickInput:focus { background: $panel; }
    """

    def __init__(
        self,
        find: Callable[[str], Sequence[JobChoice]],
        chosen: int | None = None,
        *,
        none: str = "",
        heading: str = "Which job?",
    ) -> None:
        """Ask `find`, which blocks, for what is typed; `none` is what no job means, empty where there must be one."""
        super().__init__(heading)
        self.chosen = NO_JOB if chosen is None else chosen
        self.none = none
        self.found: Sequence[JobChoice] = ()
        self.choices = Choices([])
        self.choices.can_focus = False
        self.note = Static("", classes="quiet", markup=False)
        self._find = find
        self._looking = Newest(self, self._look, name="pick-job")

    def body(self) -> Iterable[Widget]:
        """Return the line to type into and the list."""
        yield PickInput(self.choices, "type a title, a company, a skill")
        yield self.choices
        yield self.note

    def on_mount(self) -> None:
        """Show the jobs under way."""
        self._looking.want("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._looking.want(event.value)

    async def _look(self, typed: str) -> None:
        self.found = await asyncio.to_thread(self._find, typed)
        if not self.is_mounted:
            return
        palette = palette_of(self.app)
        lines = []
        if self.none and not typed.strip():
            lines.append(Option(Text(f" ·  {self.none}", palette.muted), id=f"j{NO_JOB}"))
        for one in self.found:
            words = Text.assemble(
                (f" {STATUS_SIGNS[one.status]}  ", palette.of_status(one.status)),  # type: ignore[index,arg-type]
                (f"{fit(one.title, 42)} ", palette.foreground),
                (fit(one.company, 22), palette.muted),
                ("  (now)" if one.id == self.chosen else "", palette.muted),
                no_wrap=True,
                overflow="ellipsis",
            )
            lines.append(Option(words, id=f"j{one.id}"))
        self.choices.clear_options()
        self.choices.add_options(lines)
        ids = [line.id for line in lines]
        here = f"j{self.chosen}"
        self.choices.highlighted = None if not lines else ids.index(here) if here in ids else 0
        self.note.update(
            count(len(self.found), "job")
            if self.found
            else "No job is called that."
            if typed.strip()
            else "No job is tracked yet: the board (1) brings postings in."
        )

    @on(OptionList.OptionSelected)
    def _taken(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(int((event.option_id or "j0")[1:]))
