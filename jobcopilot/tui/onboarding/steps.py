"""The first run: three short steps, each skippable, ending on the board with the best match under the cursor."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.containers import Vertical
from textual.widgets import ContentSwitcher, OptionList

from jobcopilot.tui import failures, openings
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.dropped import expanded, unquoted
from jobcopilot.tui.modals.edit_job import FieldHints
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.onboarding import postings, who, wish

if TYPE_CHECKING:
    from pathlib import Path

    from textual.widget import Widget

    from jobcopilot.jobs.intake import IntakeReport

_ABOUTS = (who.ABOUT, wish.ABOUT, postings.ABOUT)
_IDS = ("who", "wish", "postings")


class Onboarding(FieldHints, Panel[None]):
    """Who, what, postings. Escape skips a step; what was said in the steps before is kept."""

    BINDINGS: ClassVar[list[Any]] = bindings("first")
    DEFAULT_CSS = """
    Onboarding > #panel { width: 92; height: 24; }
    Onboarding ContentSwitcher { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__("Welcome to Jobcopilot")
        self.place = 0
        """The step that is shown, from 0."""
        self._chosen_once = False
        """Whether a way to postings was chosen and is under way."""
        self._round = 0
        """Counts the résumés read, so that one that was left behind is not shown."""

    def body(self) -> Iterable[Widget]:
        """Return the place of the steps."""
        yield Vertical(id="steps")

    def on_mount(self) -> None:
        """Read what is known already."""
        start_work(self, self._load(), name="load-steps")

    async def _load(self) -> None:
        texts = await asyncio.to_thread(self._texts)
        self.who, self.wish, self.postings = who.WhoStep(texts), wish.WishStep(texts), postings.PostingsStep()
        switcher = ContentSwitcher(self.who, self.wish, self.postings, initial="who")
        await self.query_one("#steps").mount(switcher)
        self._show(0)

    def _texts(self) -> dict[str, str]:
        from jobcopilot.tui.modals.profile_fields import texts_of

        return texts_of(self.runtime.profile)

    def _show(self, place: int) -> None:
        self.place = place
        self.entitle("Welcome to Jobcopilot", f"{place + 1} of {len(_IDS)} · {_ABOUTS[place]}")
        self.query_one(ContentSwitcher).current = _IDS[place]
        firsts = (
            self.who.form.fields[0].control,
            self.wish.form.fields[0].control,
            self.postings.query_one(OptionList),
        )
        firsts[place].focus()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the step before only where there is one."""
        if action == "step_back":
            return self.place > 0
        if action == "next":
            return self.place < 2
        return super().check_action(action, parameters)

    # Going on and back

    def action_next(self) -> None:
        """Keep what was said and go on."""
        if self.place == 0 and self.who.unread:
            self._read_resume()
        elif self.place == 0 and self.who.form.check():
            start_work(self, self._keep_who(), name="keep-step")
        elif self.place == 1 and self.wish.form.check():
            start_work(self, self._keep_wish(), name="keep-step")

    def on_form_done(self) -> None:
        """Enter in the last line goes on."""
        self.action_next()

    def on_path_field_entered(self) -> None:
        """Enter in the résumé's line reads it, or goes on."""
        self.action_next()

    def action_step_back(self) -> None:
        """Go back to the step before; what was typed is still there."""
        if self.place:
            self._show(self.place - 1)

    def action_close(self) -> None:
        """Close a failure, else skip this step."""
        self._round += 1
        if failures.dismiss(self.app):
            return
        if self.place < 2:
            self._show(self.place + 1)
        else:
            start_work(self, self._finish(), name="finish")

    # Who and what

    def _read_resume(self) -> None:
        self._round += 1
        self.say("Reading …")
        file = expanded(unquoted(self.who.resume.text))
        start_work(self, self._resume(file, self._round), name="read-resume")

    async def _resume(self, file: Path, this_round: int) -> None:
        try:
            from jobcopilot.profiles.importers import read_resume

            draft = await asyncio.to_thread(read_resume, file)
        finally:
            self.say("")
        if this_round == self._round:
            self.who.show(draft)
            self.say("This is what it says. enter takes it over and goes on.")

    async def _keep_who(self) -> None:
        texts = self.who.form.changed
        texts.pop("resume", None)
        draft = self.who.draft if self.who.resume.text.strip() else None
        name = self.runtime.profile.name

        def keep() -> dict[str, str]:
            from jobcopilot.tui.modals.profile_fields import changes_of

            if draft is not None:
                self.runtime.profiles.take_over(name, draft)
            if texts:
                self.runtime.profiles.change(name, changes_of(texts))
            self.runtime.forget_profile()
            return self._texts()

        self.wish.take_over(await asyncio.to_thread(keep))
        self._show(1)

    async def _keep_wish(self) -> None:
        texts = self.wish.form.changed
        name = self.runtime.profile.name

        def keep() -> None:
            from jobcopilot.tui.modals.profile_fields import changes_of

            self.runtime.profiles.change(name, changes_of(texts))
            self.runtime.forget_profile()

        if texts:
            await asyncio.to_thread(keep)
        self._show(2)

    # Postings

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        ways = {
            postings.IMPORT: self._import,
            postings.SAMPLES: self._samples,
            postings.SOURCES: self._sources,
            postings.LATER: self._finish,
        }
        if event.option_id in ways and not self._chosen_once:
            self._chosen_once = True
            start_work(self, self._go(ways[event.option_id]), name="postings")

    async def _go(self, way: Callable[[], Awaitable[None]]) -> None:
        try:
            await way()
        finally:
            self._chosen_once = False

    async def _import(self) -> None:
        from jobcopilot.tui.modals.import_preview import ImportDialogue

        report: IntakeReport | None = await self.app.push_screen_wait(ImportDialogue())
        if report is not None and report.read:
            await self._finish()

    async def _samples(self) -> None:
        from jobcopilot.jobs.samples import take_in_samples

        self.say("Bringing in the samples …")
        report = await asyncio.to_thread(lambda: take_in_samples(self.runtime.intake, self.runtime.clock))
        await self._finish()
        self.app.notify(
            f"{report.added} invented postings, tagged “sample”. u takes all of them back.", markup=False
        )

    async def _sources(self) -> None:
        from jobcopilot.tui.feed_openings import open_sources

        await self._finish()
        open_sources(self.app)

    async def _finish(self) -> None:
        from jobcopilot.settings import save_setting

        await asyncio.to_thread(save_setting, self.runtime.home.settings_file, "onboarded", True)
        openings.forget_settings(self.app)
        self.dismiss(None)
        openings.begun(self.app)
