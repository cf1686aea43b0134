"""Adding a job: by hand, or from its page or text, with the fields filled in to be looked at first."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from jobcopilot.errors import BadInput, JobcopilotError, UsageError
from jobcopilot.tui import failures
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.app_words import as_told_here
from jobcopilot.tui.modals.edit_job import FormPanel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.worker import Worker

    from jobcopilot.jobs.views import JobDraft
    from jobcopilot.tui.modals.fields import Field


class AddJob(FormPanel):
    """A new job; ctrl+g reads the page of the address into the empty fields."""

    BINDINGS: ClassVar[list[Any]] = bindings("add")

    def __init__(self, texts: Mapping[str, str] | None = None, said: str = "") -> None:
        """Begin with `texts` by field name, and with `said` in the line above the keys."""
        super().__init__("Add a job", "title and company are enough")
        self._begin = {"status": "new", "favourite": "no"} | dict(texts or {})
        self._said = said
        self._fetching: Worker[None] | None = None
        self._fetched: JobDraft | None = None

    @property
    def unsaved(self) -> bool:
        """Whether something was typed, here or in the text that this began with."""
        return bool(self.changed) or bool(self._begin.get("description"))

    async def on_mount(self) -> None:
        """Show the empty form."""
        from jobcopilot.tui.modals import job_fields

        await self.show_fields(
            job_fields.form_fields(job_fields.ADDED, self._begin),
            job_fields.form_fields(("notes", "description"), self._begin),
        )
        if self._said:
            self.call_after_refresh(self.say, self._said)

    def field(self, name: str) -> Field:
        """Return a field by its name."""
        return next(field for form in self.forms for field in form.fields if field.key == name)

    def action_fetch(self) -> None:
        """Fetch the page of the address."""
        address = self.field("address")
        if not address.text.strip():
            address.complain("Write the posting's address here, then press ctrl+g.")
            address.control.focus()
        elif address.check():
            self.say("Fetching the page …  esc stops")
            self._fetching = start_work(self, self._fetch(address.text), name="fetch-page")

    async def _fetch(self, address: str) -> None:
        from jobcopilot.jobs.changes import checked

        try:
            draft = await asyncio.to_thread(posting_at, str(checked({"address": address})["address"]))
        except JobcopilotError as refusal:
            self.say("")
            raise as_told_here(refusal) from refusal
        self._fetched = draft
        self._fill(draft)
        self.say("The page filled the empty fields. Look at them; ctrl+s tracks the job.")

    def _fill(self, draft: JobDraft) -> None:
        found = {
            "title": draft.title,
            "company": draft.company,
            "place": draft.place,
            "work_mode": draft.work_mode or "",
            "pay": draft.pay.text if draft.pay else "",
            "posted": draft.posted_on.isoformat() if draft.posted_on else "",
            "deadline": draft.deadline.isoformat() if draft.deadline else "",
            "description": draft.description,
        }
        for name, text in found.items():
            field = self.field(name)
            if text and not field.text.strip():
                field.text = text

    def action_close(self) -> None:
        """Stop fetching; else leave."""
        if self._fetching is not None and self._fetching.is_running:
            self._fetching.cancel()
            self.say("Stopped. The form is as it was.")
        else:
            super().action_close()

    async def keep(self) -> None:
        """Track the job, say what became of it, then leave."""
        added = await asyncio.to_thread(lambda: self.runtime.jobs.add(self._draft()))
        if added.outcome == "duplicate":
            failures.show(
                self.app,
                UsageError(
                    "You track this job already",
                    f"It is the same posting as number {added.job_id}; nothing was added.",
                    "esc twice goes back to the board, where e changes the one you have.",
                ),
            )
            return
        words = {"added": "Tracked", "updated": "Brought up to date"}[added.outcome]
        more = (
            " It may be the same as one you have: see ≈." if added.possible_duplicate_of is not None else ""
        )
        self.app.notify(f"{words}: {self.texts['title'].strip()}.{more} u takes it back.", markup=False)
        self.dismiss(added.job_id)

    def _draft(self) -> JobDraft:
        """Return what the checked form says, with what only the page told."""
        from jobcopilot.jobs.changes import checked
        from jobcopilot.jobs.views import JobDraft

        said: dict[str, Any] = checked(self.texts)
        draft = self._fetched or JobDraft(said["title"], said["company"])
        return replace(
            draft,
            title=said["title"],
            company=said["company"],
            place=said["place"],
            work_mode=said["work_mode"],
            description=said["description"],
            address=said["address"],
            source="manual",
            pay=draft.pay if draft.pay and self.texts["pay"] == draft.pay.text else said["pay"],
            posted_on=said["posted"],
            deadline=said["deadline"],
            status=said["status"],
            notes=said["notes"],
            tags=said["tags"] if isinstance(said["tags"], tuple) else said["tags"].add,
            favourite=said["favourite"],
        )


def posting_at(address: str) -> JobDraft:
    """Fetch a page and return its one posting; blocks. Raises `NetworkError`, `BadInput`."""
    from jobcopilot.jobs.importers.fetch import fetch_page
    from jobcopilot.jobs.importers.pages import drafts_from_page

    page = fetch_page(address)
    found = drafts_from_page(page.text, page.address)
    if len(found) > 1:
        raise BadInput(
            f"The page holds {len(found)} postings",
            address,
            "Import it (i), or give one posting's own address.",
        )
    if not found:
        raise BadInput(
            "No posting was found on the page", address, "Fill the form by hand, or import its text (i)."
        )
    return found[0]
