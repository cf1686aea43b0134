"""A date as people type it, in the smaller forms: what it means is said while it is typed, asked where it must be."""

from __future__ import annotations

from datetime import datetime, time, tzinfo
from typing import TYPE_CHECKING

from jobcopilot.errors import UsageError
from jobcopilot.interviews.dates import Ambiguous, Understood, understand
from jobcopilot.tui.modals.choose import ChooseDialogue, Option
from jobcopilot.tui.modals.edit_job import FormPanel
from jobcopilot.tui.modals.fields import Field
from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from textual.widgets import Input

HINT = "tomorrow 18:00, Fri, in 3 days, 2026-12-01 10:00"


class WhenPanel(FormPanel):
    """A form with one date; a day alone means `time_of_day`."""

    when = "due"
    """The name of the field with the date."""
    time_of_day = time(9)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what the date means now."""
        super().on_input_changed(event)
        field = next((node for node in event.input.ancestors if isinstance(node, Field)), None)
        if field is None or field.key != self.when:
            return
        try:
            meant = self._meant(field.text)
        except UsageError as wrong:
            self.say(steady(f"? {wrong.message or wrong.title} {wrong.hint}"))
            return
        if meant is None:
            self.say(f"No date. {HINT}")
        elif isinstance(meant, Ambiguous):
            self.say(steady(f"? {meant.question} {'  or  '.join(one.said for one in meant.choices)}"))
        else:
            assumed = f"  ({'; '.join(meant.assumed)})" if meant.assumed else ""
            self.say(steady(f"= {meant.said}{assumed}"))

    def _meant(self, text: str) -> Understood | Ambiguous | None:
        clock = self.runtime.clock
        return (
            understand(text, now=clock.now(), zone=clock.zone(), time_of_day=self.time_of_day)
            if text.strip()
            else None
        )

    async def moment(self) -> datetime | None:
        """Return the moment that the date means, None for an empty one.

        Asks where it means several; raises `NotMeant` where it means none, with the reason at the field.
        """
        field = next(field for form in self.forms for field in form.fields if field.key == self.when)
        try:
            meant = self._meant(field.text)
        except UsageError as wrong:
            field.complain(" ".join(part for part in (wrong.message or wrong.title, wrong.hint) if part))
            field.control.focus()
            raise NotMeant from wrong
        if meant is None:
            return None
        if isinstance(meant, Ambiguous):
            options = [Option(str(at), str(at + 1), one.said) for at, one in enumerate(meant.choices)]
            chosen = await self.app.push_screen_wait(ChooseDialogue(meant.question, options))
            if chosen is None:
                raise NotMeant
            meant = meant.choices[int(chosen)]
            field.text = meant.exact
        return meant.moment

    async def keep(self) -> None:
        """Keep what the form says; nothing where its date is not certain."""
        try:
            await self.keep_certain()
        except NotMeant:
            return

    async def keep_certain(self) -> None:
        """Keep what the form says. Raises `NotMeant`."""
        raise NotImplementedError


class NotMeant(Exception):
    """A date means nothing, or the person left open which of several it means."""


def typed_moment(at: datetime | None, zone: tzinfo) -> str:
    """Return a moment as the field begins with it."""
    return "" if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
