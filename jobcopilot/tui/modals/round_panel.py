"""What the forms of an interview share: what a date means, and what it clashes with, while it is typed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual.containers import VerticalScroll
from textual.widgets import Static

from jobcopilot.errors import UsageError
from jobcopilot.interviews.dates import (
    Ambiguous,
    Understood,
    duration_minutes,
    understand,
    zone_named,
)
from jobcopilot.interviews.round_fields import DEFAULT_MINUTES
from jobcopilot.interviews.values import FieldError
from jobcopilot.tui.failures import Newest, start_work
from jobcopilot.tui.modals.choose import ChooseDialogue, Option
from jobcopilot.tui.modals.edit_job import FormPanel
from jobcopilot.tui.modals.fields import Choice, Field
from jobcopilot.tui.modals.round_fields import said_length, steady_lines
from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.widget import Widget
    from textual.widgets import Input

    from jobcopilot.interviews.rounds import Booked
    from jobcopilot.interviews.views import RoundView

_FIELD_OF = {"starts_at": "when", "contacts": "people"}
"""Fields of the room to those of the form, where they are named otherwise."""


class Undecided(Exception):
    """The person did not say which of several moments is meant."""


class RoundPanel(FormPanel):
    """A form with a date as people type it; what it means stands below the fields while it is typed."""

    DEFAULT_CSS = """
    RoundPanel #meant { height: auto; min-height: 2; max-height: 6; padding: 0 1; color: $foreground; }
    RoundPanel #meant.-warned { color: $warning; }
    """

    without_time = "No time yet: it is kept as pending, and nothing is reminded of."
    """What an empty date means."""

    def __init__(self, heading: str, view: RoundView | None = None) -> None:
        super().__init__(heading)
        self.view = view
        self._clashing = Newest(self, self._look_for_clashes, name="clashes")
        self._meaning = ""

    def body(self) -> Iterable[Widget]:
        """Return the place of the form, and of what its date means."""
        yield VerticalScroll(id="scroll", can_focus=False)
        yield Static("", id="meant", markup=False)

    def on_mount(self) -> None:
        """Read what the form begins with."""
        start_work(self, self._load(), name="load-form")

    async def _load(self) -> None:
        raise NotImplementedError

    def field(self, name: str) -> Field | None:
        """Return a field by its name, where this form has it."""
        return next((field for form in self.forms for field in form.fields if field.key == name), None)

    # What the date means

    def on_input_changed(self, _event: Input.Changed) -> None:
        """Say what the date means now, and what it clashes with."""
        super().on_input_changed(_event)
        self._tell_meaning()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Another format takes another time and place."""
        length = self.field("minutes")
        if event.choice.id != "format" and length is not None and not length.changed and self.view is None:
            length.text = said_length(DEFAULT_MINUTES[self._format()])
            length.initial = length.text
        self._tell_meaning()

    def understood(self) -> Understood | Ambiguous | None:
        """Return what the date means, None for an empty one. Raises `UsageError`."""
        when = self.field("when")
        text = when.text.strip() if when is not None else ""
        clock = self.runtime.clock
        zone = self.field("zone")
        named = zone.text.strip() if zone is not None else ""
        agreed = zone_named(named).key if named else None
        return understand(text, now=clock.now(), zone=clock.zone(), default_zone=agreed) if text else None

    def _tell_meaning(self) -> None:
        try:
            meant = self.understood()
        except UsageError as wrong:
            self._show_meaning(f"? {wrong.message or wrong.title} {wrong.hint}".strip(), warned=True)
            return
        if meant is None:
            self._show_meaning(self.without_time)
        elif isinstance(meant, Ambiguous):
            choices = "  or  ".join(choice.said for choice in meant.choices)
            self._show_meaning(f"? {meant.question} {choices}. ctrl+s asks which.", warned=True)
        else:
            assumed = f"  ({'; '.join(meant.assumed)})" if meant.assumed else ""
            self._show_meaning(f"= {meant.said}{assumed}")
            self._clashing.want(meant)

    def _show_meaning(self, words: str, *, warned: bool = False) -> None:
        self._meaning = words
        self._write_meaning("", warned=warned)

    def _write_meaning(self, clashes: str, *, warned: bool = False) -> None:
        shown = self.query_one("#meant", Static)
        shown.update(steady_lines(f"{self._meaning}\n{clashes}" if clashes else self._meaning))
        shown.set_class(warned or bool(clashes), "-warned")

    async def _look_for_clashes(self, meant: Understood) -> None:
        """Say below the date what it clashes with; nothing where the length is not understood yet."""
        from jobcopilot.interviews.clashes import said

        length, place = self.field("minutes"), self.field("place")
        try:
            minutes = duration_minutes(length.text) if length is not None else 60
        except UsageError:
            return
        round_id = None if self.view is None else self.view.id
        where = place.text if place is not None else "" if self.view is None else self.view.place

        def look() -> list[str]:
            found = self.runtime.rounds.clashes_of(
                meant.moment, minutes, self._format(), where, round_id=round_id
            )
            words = []
            for clash in found:
                mine = round_id or 0
                other = clash.second_id if clash.first_id == mine else clash.first_id
                words.append(f"⚠ {said(clash, mine, self.runtime.interviews.round(other).company)}")
            return words

        words = await asyncio.to_thread(look)
        if self.is_mounted and self._meaning.startswith("="):
            self._write_meaning("\n".join(words))

    def _format(self) -> Any:
        chosen = self.field("format")
        if chosen is not None:
            return chosen.text
        return "video" if self.view is None else self.view.format

    # Saving

    async def certain(self) -> Understood | None:
        """Return what the date means, asking where it means several; None for no date. Raises `Undecided`."""
        meant = self.understood()
        if not isinstance(meant, Ambiguous):
            return meant
        options = [Option(str(at), str(at + 1), choice.said) for at, choice in enumerate(meant.choices)]
        chosen = await self.app.push_screen_wait(ChooseDialogue(meant.question, options))
        if chosen is None:
            raise Undecided
        choice = meant.choices[int(chosen)]
        when = self.field("when")
        if when is not None:
            when.text = choice.exact
        return choice

    async def write(self, work: Callable[[], Booked], said: str) -> None:
        """Write the round in a thread; what a field does not take is said under it, nothing typed is lost."""
        try:
            booked = await asyncio.to_thread(work)
        except FieldError as wrong:
            field = self.field(_FIELD_OF.get(wrong.field, wrong.field))
            if field is None:
                raise
            field.complain(" ".join(part for part in (wrong.title, wrong.message, wrong.hint) if part))
            field.control.focus()
            return
        view = booked.round
        clash = "  ⚠ It clashes with another interview." if booked.clashes else ""
        words = f"{said}: {view.stage}, {view.company}.{clash} u takes it back."
        self.app.notify(steady(words if booked.batch is not None else "Nothing changed."), markup=False)
        self.dismiss(view.id)

    async def keep(self) -> None:
        """Write what the form says."""
        try:
            await self.keep_round()
        except Undecided:
            self.say("Nothing is saved yet: the date can mean two moments.")
        except UsageError as wrong:
            field = self.field(self._misread())
            if field is None:
                raise
            field.complain(" ".join(part for part in (wrong.message or wrong.title, wrong.hint) if part))
            field.control.focus()

    def _misread(self) -> str:
        """Return the name of the field whose words are not understood."""
        for name, read in (("zone", zone_named), ("minutes", duration_minutes)):
            field = self.field(name)
            try:
                if field is not None and (field.text.strip() or name == "minutes"):
                    read(field.text.strip())
            except UsageError:
                return name
        return "when"

    async def keep_round(self) -> None:
        """Write the round; raises `Undecided` where the person left open which moment is meant."""
        raise NotImplementedError

    def changes(self, meant: Understood | None, names: Iterable[str]) -> dict[str, Any]:
        """Return the named fields as changes of a round."""
        texts = self.texts
        changes: dict[str, Any] = {}
        for name in names:
            if name == "when":
                changes["starts_at"] = None if meant is None else meant.moment
            elif name == "minutes":
                changes["minutes"] = duration_minutes(texts[name])
            elif name == "zone":
                typed = texts[name].strip()
                changes["zone"] = zone_named(typed).key if typed else None
            elif name == "people":
                changes["contacts"] = [part.strip() for part in texts[name].split(";") if part.strip()]
            else:
                changes[name] = texts[name]
        if meant is not None and "zone" in changes and self._names_its_zone():
            changes["zone"] = meant.zone
        return {name: value for name, value in changes.items() if name != "zone" or value}

    def _names_its_zone(self) -> bool:
        """Return whether the date itself names the zone that it was agreed in."""
        when = self.field("when")
        text = "" if when is None else when.text
        clock = self.runtime.clock
        try:
            here = understand(text, now=clock.now(), zone=clock.zone(), default_zone="UTC")
        except UsageError:
            return False
        return isinstance(here, Understood) and here.zone not in ("UTC", "Etc/UTC")
