"""Planning a follow-up of one's own."""

from __future__ import annotations

import asyncio

from jobcopilot.interviews.values import FieldError
from jobcopilot.interviews.views import FOLLOW_UP_KINDS, ContactView
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.fields import Choice, Field, LineInput, LongText
from jobcopilot.tui.modals.when_field import HINT, NotMeant, WhenPanel
from jobcopilot.tui.widgets.signs import steady


class FollowUpForm(WhenPanel):
    """One follow-up of a job, or of one of its interviews."""

    def __init__(self, job_id: int, round_id: int | None = None) -> None:
        super().__init__("Plan a follow-up")
        self.job_id = job_id
        self.round_id = round_id

    def on_mount(self) -> None:
        """Read whom it may go to."""
        start_work(self, self._load(), name="load-form")

    async def _load(self) -> None:
        def read() -> tuple[str, tuple[ContactView, ...]]:
            row = self.runtime.pages.get(self.job_id).row
            return f"{row.title} · {row.company}", self.runtime.interviews.contacts(known_for=self.job_id)

        about, known = await asyncio.to_thread(read)
        self.entitle("Plan a follow-up", steady(about))
        kinds = [(kind, kind.replace("_", " ")) for kind in FOLLOW_UP_KINDS if kind != "application"]
        people = [("", "nobody"), *((str(one.id), steady(one.name)) for one in known)]
        await self.show_fields(
            [
                Field("kind", "Kind", Choice(kinds, "follow_up")),
                Field("due", "When", LineInput("in 3 days"), hint=HINT),
                Field("title", "Words", LineInput(""), hint="Your own words for it, where you like"),
                Field("contact", "To", Choice(people, "")),
            ],
            [Field("notes", "Notes", LongText(""))],
        )

    async def keep_certain(self) -> None:
        """Plan it."""
        texts, due = self.texts, await self.moment()
        field = next(one for form in self.forms for one in form.fields if one.key == "due")
        if due is None:
            field.complain(f"It needs a date: {HINT}")
            field.control.focus()
            raise NotMeant
        try:
            kept = await asyncio.to_thread(
                lambda: self.runtime.follow_ups.add(
                    self.job_id,
                    texts["kind"],
                    due,
                    title=texts["title"],
                    round_id=self.round_id,
                    contact_id=int(texts["contact"]) if texts["contact"] else None,
                    notes=texts["notes"],
                )
            )
        except FieldError as wrong:
            at = next((one for form in self.forms for one in form.fields if one.key == wrong.field), field)
            at.complain(wrong.title)
            at.control.focus()
            return
        self.app.notify(steady(f"Planned: {kept.title}. u takes it back."), markup=False)
        self.dismiss(kept.id)
