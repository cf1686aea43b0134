"""What leads from the pipeline elsewhere: the meeting's link, the clipboard, offers and contacts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from jobcopilot.interviews.views import AHEAD
from jobcopilot.tui import interview_openings as openings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.screens.pipeline_changes import PipelineChanges

if TYPE_CHECKING:
    from jobcopilot.interviews.views import RoundView


class PipelineReach(PipelineChanges):
    """Commands that open something beside the pipeline."""

    def action_offers(self) -> None:
        """Compare offers."""
        openings.open_offers(self.app, self.job_id)

    def action_follow_up(self) -> None:
        """Plan a follow-up of the job that is shown."""
        if self.job_id is not None:
            openings.open_follow_up(self.app, self.job_id, None if self.round is None else self.round.id)

    def action_letter(self) -> None:
        """Write a letter: the one that the follow-up asks for, else a thank-you note for the interview."""
        follow_up = self.follow_up
        if follow_up is not None and follow_up.kind == "application":
            openings.open_letter(self.app, job_id=follow_up.job_id, kind="application")
        elif self.round is not None or (follow_up is not None and follow_up.round_id is not None):
            round_id = self.round.id if self.round is not None else None
            kind, contact = "thank_you", None
            if follow_up is not None:
                round_id = follow_up.round_id or round_id
                kind = follow_up.kind if follow_up.kind in ("follow_up", "status_inquiry") else kind
                contact = None if follow_up.contact is None else follow_up.contact.id
            openings.open_letter(self.app, round_id=round_id, kind=kind, contact_id=contact)
        elif self.job_id is not None:
            openings.open_letter(self.app, job_id=self.job_id, kind="application")

    def action_mail_setup(self) -> None:
        """Set the outgoing mail up."""
        openings.open_mail_setup(self.app)

    def action_contacts(self) -> None:
        """Show contacts."""
        openings.open_contacts(self.app)

    def action_calendars(self) -> None:
        """Show calendars."""
        openings.open_calendars(self.app)

    def action_practise(self) -> None:
        """Set up a mock interview for the interview, else for the job that is shown."""
        if self.job_id is not None:
            from jobcopilot.tui.practice_openings import practise_for

            ahead = self.round is not None and self.round.status in AHEAD
            round_id = self.round.id if self.round is not None and ahead else None
            start_work(
                self.app,
                practise_for(self.app, job_id=self.job_id, round_id=round_id),
                name="practise-for",
            )

    def action_open_link(self) -> None:
        """Open the meeting's link in the web browser."""
        view = self.round
        if view is None or not view.link:
            self.say("There is no link.")
            return
        start_work(self, self._open_link(view.link), name="open-link", exclusive=False)

    async def _open_link(self, link: str) -> None:
        if not link.lower().startswith(("http://", "https://")):
            self.say(f"Not opened, since it is no web address: {link}")
            return
        import webbrowser

        opened = await asyncio.to_thread(webbrowser.open, link)
        self.say(
            f"Opened in your browser: {link}" if opened else f"No web browser was found. y copies: {link}"
        )

    def action_copy(self) -> None:
        """Ask what of the interview to copy."""
        if self.round is not None:
            start_work(self, self._copy(self.round), name="copy", exclusive=False)

    async def _copy(self, view: RoundView) -> None:
        from jobcopilot.tui.modals.choose import ChooseDialogue, Option
        from jobcopilot.tui.widgets.signs import moment

        clock = self.data.runtime.clock
        zone = clock.zone()
        when = (
            ""
            if view.starts_at is None
            else moment(view.starts_at, zone, clock.now().astimezone(zone).date())
        )
        texts = {"link": view.link, "place": view.place, "time": when}
        texts["all"] = " · ".join(
            part for part in (f"{view.stage}, {view.company}", when, view.place, view.link) if part
        )
        keys = {"link": "l", "place": "p", "time": "t", "all": "a"}
        options = [Option(name, keys[name], f"{name:<6} {text}") for name, text in texts.items() if text]
        chosen = await self.app.push_screen_wait(ChooseDialogue("Copy", options))
        if chosen is not None:
            self.app.copy_to_clipboard(texts[chosen])
            # OSC 52 has no answer: whether the terminal took it cannot be known.
            self.say(f"The {chosen} was sent to the terminal's clipboard (not every terminal takes it).")
