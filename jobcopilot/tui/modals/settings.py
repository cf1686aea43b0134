"""The settings: changed at once, kept when the field is left."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.events import DescendantBlur, DescendantFocus
from textual.widgets import Input

from jobcopilot.errors import UsageError
from jobcopilot.tui import openings
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.fields import Choice, Field, Form, LineInput
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.modals.setting_texts import TYPED, quiet_hours
from jobcopilot.tui.modals.surface import INDENT, SurfaceDocument
from jobcopilot.tui.theme import OWN_THEMES

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.settings import Settings
    from jobcopilot.tui.widgets.paper import Paper

SORTS = (
    ("-match", "match"), ("-created", "newest here"), ("-updated", "last changed"), ("-posted", "newest posting"),
    ("deadline", "deadline"), ("-pay", "pay"), ("company", "company"), ("title", "title"),
)  # fmt: skip
_NUMBERS = ("backup.keep", "voice.recording_days")
_FLAGS = ("backup.daily", "reminders.two_hours_break_quiet", "voice.headphones")
_TYPED = {typed.name: typed for typed in TYPED}


class SettingsDialogue(Panel[None]):
    """What can be set; keys are a dialogue of their own. Below: where things are, what could be added."""

    BINDINGS: ClassVar[list[Any]] = bindings("settings")
    DEFAULT_CSS = """
    SettingsDialogue Form { height: auto; margin-bottom: 1; }
    SettingsDialogue #place { height: 1fr; scrollbar-size-vertical: 1; }
    """

    def __init__(self) -> None:
        super().__init__("Settings", "kept at once")
        self._kept: dict[str, str] = {}
        """Setting to the text that the file holds."""

    def body(self) -> Iterable[Widget]:
        """Return the place of the form and of what is told."""
        yield VerticalScroll(id="place", can_focus=False)

    def on_mount(self) -> None:
        """Read the settings."""
        start_work(self, self._load(), name="load-settings")

    async def _load(self) -> None:
        settings = await asyncio.to_thread(lambda: self.runtime.settings)
        fields = self._fields(settings)
        self._kept = {field.key: field.text for field in fields}
        form = Form(*fields)
        await self.query_one("#place").mount(form, Told(self._facts()))
        fields[0].control.focus()

    def _fields(self, settings: Settings) -> list[Field]:
        own = [theme.name for theme in OWN_THEMES]
        themes = own + sorted(name for name in self.app.available_themes if name not in own)
        return [
            Field(
                "theme",
                "Theme",
                Choice([(name, name) for name in themes], self.app.theme),
                hint=self._origin(
                    "theme",
                    "left and right show the next one at once; the first two are ours and keep WCAG AA contrast",
                ),
            ),
            Field(
                "board.view",
                "Board opens as",
                Choice([("table", "table"), ("kanban", "kanban")], settings.board.view),
                hint=self._origin("board.view", ""),
            ),
            Field(
                "board.sort",
                "sorted by",
                Choice(SORTS, settings.board.sort),
                hint=self._origin("board.sort", ""),
            ),
            Field(
                "board.query",
                "searching for",
                LineInput(settings.board.query),
                hint=self._origin(
                    "board.query",
                    "As in the search line, such as status:new,interested; nothing shows all jobs",
                ),
                check=self._check_query,
            ),
            Field(
                "backup.daily",
                "Daily backup",
                Choice([("yes", "yes"), ("no", "no")], "yes" if settings.backup.daily else "no"),
                hint=self._origin("backup.daily", "Made when the app opens, once a day"),
            ),
            Field(
                "backup.keep",
                "Backups kept",
                LineInput(str(settings.backup.keep)),
                hint=self._origin("backup.keep", "The newest ones, 1 to 365"),
                check=_check_number,
            ),
            *self._reminder_fields(settings),
            *self._voice_fields(settings),
        ]

    def _voice_fields(self, settings: Settings) -> list[Field]:
        voice = settings.voice
        return [
            Field(
                "voice.voice",
                "Spoken by",
                LineInput(voice.voice),
                hint=self._origin(
                    "voice.voice", "system for the system's, a Piper voice by its name, nothing for silence"
                ),
            ),
            Field(
                "voice.headphones",
                "You hear it by",
                Choice([("no", "loudspeakers"), ("yes", "headphones")], "yes" if voice.headphones else "no"),
                hint=self._origin("voice.headphones", "With headphones you may speak over the interviewer"),
            ),
            Field(
                "voice.recordings",
                "Recordings stay",
                Choice([(one, one) for one in ("until deleted", "days", "none")], voice.recordings),
                hint=self._origin(
                    "voice.recordings", "none: until measured, or 30 days after you left it; words stay"
                ),
            ),
            Field(
                "voice.recording_days",
                "how many days",
                LineInput(str(voice.recording_days)),
                hint=self._origin("voice.recording_days", "Where they stay for days, 1 to 3650"),
                check=_check_days,
            ),
        ]

    def _reminder_fields(self, settings: Settings) -> list[Field]:
        fields = [
            Field(
                typed.name,
                typed.label,
                LineInput(typed.shown(settings)),
                hint=self._origin(typed.name, typed.hint),
                check=typed.check,
            )
            for typed in TYPED
        ]
        breaking = "reminders.two_hours_break_quiet"
        fields.insert(
            next(at for at, typed in enumerate(TYPED) if typed.name == "reminders.quiet") + 1,
            Field(
                breaking,
                "2 h before, too",
                Choice(
                    [("no", "quiet as well"), ("yes", "told all the same")],
                    "yes" if settings.reminders.two_hours_break_quiet else "no",
                ),
                hint=self._origin(
                    breaking, "Whether the reminder two hours before a round comes in quiet hours"
                ),
            ),
        )
        return fields

    def _origin(self, name: str, hint: str) -> str:
        variable = f"JOBCOPILOT_{name.replace('.', '__').upper()}"
        if variable in os.environ:
            return f"! {variable} is set in the environment and wins over what is chosen here."
        return hint

    def _check_query(self, text: str) -> None:
        from jobcopilot.jobs.query import parse_query

        clock = self.runtime.clock
        query = parse_query(text, today=clock.now().astimezone(clock.zone()).date())
        if query.mistakes:
            mistake = query.mistakes[0]
            raise UsageError(
                "The search is not understood",
                hint=f"“{text[mistake.start : mistake.end]}”: {mistake.reason}",
            )

    def _facts(self) -> dict[str, str]:
        home = self.runtime.home
        return {
            "Settings": str(home.settings_file),
            "Data": str(home.database),
            "Backups": str(home.backups),
            "Log": str(home.log_file),
            "Models": str(home.models),
        }

    # Changing

    @on(Choice.Changed)
    def _chosen(self, event: Choice.Changed) -> None:
        field = next(node for node in event.choice.ancestors if isinstance(node, Field))
        if field.key == "theme":
            self.app.theme = event.value
        elif field.key in ("board.view", "board.sort"):
            openings.board_shown(self.app, **{field.key.removeprefix("board."): event.value})

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Say what the field takes."""
        field = next((node for node in event.widget.ancestors if isinstance(node, Field)), None)
        self.say(field.hint if field else "")

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """Keep what was changed in the field that is left."""
        field = next((node for node in event.widget.ancestors if isinstance(node, Field)), None)
        if field is not None and field.check():
            self._keep({field.key: field.text})

    @on(Input.Submitted)
    @on(Form.Done)
    def _entered(self) -> None:
        self._keep_all()

    def _keep_all(self) -> bool:
        forms = self.query(Form)
        if not forms:
            return True
        form = forms.first()
        if not form.check():
            return False
        self._keep(form.texts)
        return True

    def _keep(self, texts: dict[str, str]) -> None:
        changed = {name: text for name, text in texts.items() if self._kept.get(name) != text}
        if changed:
            self._kept.update(changed)
            # The app's work, since this dialogue may be gone before it is done.
            start_work(self.app, self._write(changed), name="keep-settings", exclusive=False)

    async def _write(self, texts: dict[str, str]) -> None:
        from jobcopilot.settings import save_setting

        file = self.runtime.home.settings_file

        def write() -> None:
            for name, text in texts.items():
                for setting, value in _values_of(name, text).items():
                    save_setting(file, setting, value)

        await asyncio.to_thread(write)
        openings.forget_settings(self.app)
        if any(name.startswith("interviews.") for name in texts):
            await asyncio.to_thread(self.runtime.follow_interview_settings)

    def action_keys(self) -> None:
        """Change keys."""
        if self._keep_all():
            openings.open_keys(self.app)

    def action_close(self) -> None:
        """Keep everything, then leave; a mistake is shown first."""
        if self.warned or self._keep_all():
            super().action_close()
        else:
            self.warned = True
            self.say("! This cannot be kept as it is. Correct it, or escape again leaves it as it was.")


class Told(SurfaceDocument):
    """Where things lie and what could be added."""

    DEFAULT_CSS = """
    Told { height: auto; min-height: 16; }
    """

    def __init__(self, facts: dict[str, str]) -> None:
        super().__init__(id="told")
        self.facts = facts
        self.can_focus = False

    def lay_out(self, paper: Paper) -> None:
        """Write it."""
        from jobcopilot.extras import EXTRAS

        palette = paper.palette
        paper.heading("Where things are")
        for name, value in self.facts.items():
            paper.write([(f"{name:<{INDENT}}", paper.quiet), (value, paper.plain)], "", " " * INDENT)
        paper.heading("What could be added")
        for extra in EXTRAS:
            sign = (
                ("✓ installed  ", palette.success)
                if extra.installed
                else ("○ not installed  ", palette.muted)
            )
            paper.write(
                [
                    (f"{extra.name:<{INDENT}}", paper.quiet),
                    (sign[0], paper.style(sign[1])),
                    (extra.gives, paper.plain),
                ],
                "",
                " " * INDENT,
            )
            if not extra.installed:
                paper.write([(extra.command, paper.quiet)], " " * INDENT, " " * INDENT)


def _values_of(name: str, text: str) -> dict[str, object]:
    """Return what the file keeps for a field: usually one setting."""
    if name == "reminders.quiet":
        return dict(zip(("reminders.quiet_from", "reminders.quiet_to"), quiet_hours(text), strict=True))
    if name in _TYPED:
        return {name: _TYPED[name].read(text)}
    if name in _NUMBERS:
        return {name: int(text)}
    return {name: text == "yes" if name in _FLAGS else text}


def _check_number(text: str, what: str = "backups", most: int = 365) -> None:
    if not (text.strip().isascii() and text.strip().isdigit() and 1 <= int(text) <= most):
        raise UsageError(f"Not a number of {what}", hint=f"Takes a whole number from 1 to {most}.")


def _check_days(text: str) -> None:
    _check_number(text, "days", 3650)
