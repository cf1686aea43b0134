"""Trying the microphone before an interview: which one, how loud, a sentence read back, the person's own pauses."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.text import Text
from textual import on
from textual.widgets import OptionList, Static

from jobcopilot.errors import JobcopilotError
from jobcopilot.practice.spoken import port
from jobcopilot.tui import openings
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.following import follow
from jobcopilot.tui.modals.choose import Choices
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.widgets.live_pane import LivePane
from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from jobcopilot.practice.spoken.port import SpokenEvent
    from jobcopilot.practice.spoken.preflight import Checked, Rehearsal
    from jobcopilot.tui.app import JobcopilotApp

SYSTEM = "0"
"""Id of the line that leaves the choice to the system."""


class MicrophoneDialogue(Dialogue[None]):
    """The microphones, what is heard by the one under the cursor, and what that is worth."""

    BINDINGS: ClassVar[Any] = bindings("microphone")
    DEFAULT_CSS = """
    MicrophoneDialogue > #panel { width: 76; }
    MicrophoneDialogue Choices { max-height: 6; }
    MicrophoneDialogue LivePane { display: none; height: 4; margin-top: 1; }
    MicrophoneDialogue.-listening LivePane { display: block; }
    MicrophoneDialogue #told { height: auto; margin-top: 1; }
    """

    def __init__(self) -> None:
        super().__init__("Microphone")
        self.devices: list[dict[str, Any]] = []
        self.live = LivePane()
        self.live.can_focus = False
        self.told = Static("Looking for microphones …", id="told", markup=False)
        self.menu: Choices | None = None
        self._rehearsal: Rehearsal | None = None

    def body(self) -> Iterable[Widget]:
        """Return where the microphones are listed, what is heard, and what is made of it."""
        yield self.live
        yield self.told

    def on_mount(self) -> None:
        """Look for microphones."""
        start_work(self, self._look(), name="microphones")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what fits: trying while nothing is heard, ending it while something is."""
        if action in ("read_back", "calibrate"):
            return self.menu is not None and self._rehearsal is None
        if action == "done":
            return self._rehearsal is not None
        return super().check_action(action, parameters)

    async def _look(self) -> None:
        from jobcopilot.voice.listening import microphones

        runtime = cast("JobcopilotApp", self.app).data.runtime
        try:
            self.devices, how = await asyncio.to_thread(lambda: (microphones(), runtime.spoken_how()))
        except JobcopilotError as refusal:
            self.told.update(_refusal_words(refusal))
            return
        chosen = next(
            (
                at
                for at, one in enumerate(self.devices, 1)
                if (one["name"], one["api"]) == (how.device, how.api)
            ),
            0,
        )
        lines = [(SYSTEM, Text(_line("the system's choice", chosen == 0)))]
        for at, one in enumerate(self.devices, 1):
            note = f"  {one['note']}" if one["note"] else ""
            words = f"{one['name']}  {one['api']}, {one['rate'] / 1000:g} kHz{note}"
            lines.append((str(at), Text(_line(steady(words), chosen == at))))
        self.menu = Choices(lines)
        await self.query_one("#panel").mount(self.menu, before=self.live)
        self.menu.highlighted = chosen
        self.menu.focus()
        self.told.update(
            "r listens to a sentence that you read; c learns your pauses. Nothing of it is kept."
        )
        self.refresh_bindings()

    @on(OptionList.OptionSelected)
    def _taken(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._rehearsal is None:
            start_work(self.app, self._keep(event.option_id or SYSTEM), name="keep-microphone")

    async def _keep(self, line: str) -> None:
        from jobcopilot.settings import save_setting

        device, api = self._named(line)
        file = cast("JobcopilotApp", self.app).data.runtime.home.settings_file

        def write() -> None:
            save_setting(file, "voice.device", device)
            save_setting(file, "voice.api", api)

        await asyncio.to_thread(write)
        openings.forget_settings(self.app)
        self.told.update(f"Kept: {steady(device) or 'the microphone that the system chooses'}.")

    def _named(self, line: str) -> tuple[str, str]:
        if line == SYSTEM:
            return "", ""
        one = self.devices[int(line) - 1]
        return str(one["name"]), str(one["api"])

    # Listening

    def action_read_back(self) -> None:
        """Listen to a sentence, and show what was heard of it."""
        start_work(self, self._listen(calibrate=False), name="rehearse")

    def action_calibrate(self) -> None:
        """Listen to an answer, and learn how long the person's pauses are."""
        start_work(self, self._listen(calibrate=True), name="rehearse")

    def action_done(self) -> None:
        """End what is listened to; what was said is still heard to its end."""
        if self._rehearsal is not None:
            self._rehearsal.done()

    async def _listen(self, *, calibrate: bool) -> None:
        from jobcopilot.practice.spoken.preflight import QUESTION, SENTENCE

        assert self.menu is not None
        runtime = cast("JobcopilotApp", self.app).data.runtime
        option = self.menu.highlighted_option
        device, api = self._named(SYSTEM if option is None else option.id or SYSTEM)

        def prepared() -> Rehearsal:
            return runtime.rehearsal(
                replace(runtime.spoken_how(), device=device, api=api), calibrate=calibrate
            )

        self.live.turn_taking = "done" if calibrate else "hands-free"
        self.live.tell(state="starting", since=time.monotonic(), confirmed="", tentative="", note="")
        self.add_class("-listening")
        self.told.update(f"{QUESTION} ctrl+d ends it." if calibrate else f"Read aloud: {SENTENCE}")
        try:
            rehearsal = self._rehearsal = await asyncio.to_thread(prepared)
            self.refresh_bindings()
            await follow(rehearsal.events, self._take, name="rehearsal")
        except JobcopilotError as refusal:
            self.told.update(_refusal_words(refusal))
            return
        finally:
            # Also when the dialogue is left: nobody listens on.
            if self._rehearsal is not None:
                self._rehearsal.close()
            self._rehearsal = None
            self.remove_class("-listening")
            self.refresh_bindings()
        checked = rehearsal.checked
        self.told.update(pauses_words(checked) if calibrate else checked_words(checked))

    async def _take(self, event: SpokenEvent) -> None:
        match event:
            case port.StateChanged(state=state, at=at):
                self.live.tell(state=state, since=at)
            case port.LevelHeard():
                self.live.take_level(event)
            case port.WordsHeard(confirmed=confirmed, tentative=tentative):
                self.live.tell(confirmed=confirmed, tentative=tentative)
            case port.Told(title=title):
                self.live.tell(note=steady(title))

    def action_close(self) -> None:
        """Stop listening, else leave."""
        if self._rehearsal is not None:
            self._rehearsal.close()
        else:
            super().action_close()

    def on_unmount(self) -> None:
        """Stop listening, whatever took the dialogue away."""
        if self._rehearsal is not None:
            self._rehearsal.close()


def _line(words: str, chosen: bool) -> str:
    return f" {'●' if chosen else '○'} {words}"


def _refusal_words(refusal: JobcopilotError) -> str:
    return steady(" ".join(f"✗ {refusal.title}: {refusal.message}. {refusal.hint}".split()))


def checked_words(checked: Checked) -> str:
    """Return what was found of a microphone, line by line, what stands against it first."""
    lines = [f"! {one.title}: {one.message}. {one.hint}" for one in checked.troubles]
    if checked.good:
        lines.append("✓ You can begin.")
    if checked.words:
        lines.append(f"{checked.right} of {checked.words} words understood: “{checked.heard}”")
    voice = "nobody spoke" if checked.voice_decibels is None else f"voice {checked.voice_decibels:.0f} dB"
    noise = "" if checked.noise_decibels is None else f", noise {checked.noise_decibels:.0f} dB"
    lines.append(f"{voice}{noise}, {checked.source}, {checked.rate / 1000:g} kHz")
    return "\n".join(steady(line) for line in lines)


def pauses_words(checked: Checked) -> str:
    """Return what was learned of the person's pauses."""
    if not checked.new_pauses:
        why = "nobody spoke" if checked.voice_decibels is None else "no pause was long enough to learn from"
        return f"Nothing was learned: {why}. c tries again."
    finished, unfinished = checked.pauses.waits
    return (
        f"✓ {checked.new_pauses} pauses learned. An answer now ends after {finished:.1f} s of silence where it sounds"
        f" finished, and after {unfinished:.1f} s in the middle of a sentence."
    )
