"""Booking, editing and moving an interview."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from jobcopilot.interviews.round_fields import DEFAULT_MINUTES
from jobcopilot.interviews.views import AHEAD, STAGES
from jobcopilot.tui.modals.round_fields import round_fields, round_names, said_length, texts_of
from jobcopilot.tui.modals.round_panel import RoundPanel
from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from jobcopilot.interviews.views import RoundView


class BookRound(RoundPanel):
    """A new round of a job."""

    def __init__(self, job_id: int) -> None:
        super().__init__("Book an interview")
        self.job_id = job_id

    @property
    def unsaved(self) -> bool:
        """Whether something was typed."""
        return any(name not in ("people", "minutes") for name in self.changed)

    async def _load(self) -> None:
        def read() -> tuple[str, str, list[str], list[str]]:
            runtime = self.runtime
            row = runtime.pages.get(self.job_id).row
            met = [one.name for one in runtime.interviews.contacts(job_id=self.job_id)]
            had = [one.stage for one in runtime.interviews.rounds(job_id=self.job_id)]
            return row.title, row.company, met, had

        title, company, met, had = await asyncio.to_thread(read)
        self.entitle("Book an interview", steady(f"{title} · {company}"))
        stage = next((stage for stage in STAGES if stage not in had), "")
        texts = {
            "stage": "" if had else stage,
            "minutes": said_length(DEFAULT_MINUTES["video"]),
            "format": "video",
            "people": "; ".join(met),
        }
        await self.show_fields(*round_fields(texts))
        self._tell_meaning()

    async def keep_round(self) -> None:
        """Book the round."""
        meant = await self.certain()
        changes = self.changes(meant, round_names())
        await self.write(lambda: self.runtime.rounds.book(self.job_id, changes), "Booked")


class EditRound(RoundPanel):
    """All fields of a round."""

    def __init__(self, view: RoundView) -> None:
        super().__init__("Edit the interview", view)

    async def _load(self) -> None:
        assert self.view is not None
        view = await asyncio.to_thread(self.runtime.interviews.round, self.view.id)
        self.view = view
        self.entitle("Edit the interview", steady(f"{view.stage} · {view.company}"))
        await self.show_fields(*round_fields(texts_of(view)))
        self._tell_meaning()

    async def keep_round(self) -> None:
        """Change the fields that were touched."""
        assert self.view is not None
        changed = list(self.changed)
        if not changed:
            self.dismiss(None)
            return
        meant = await self.certain() if "when" in changed or "zone" in changed else None
        names = [*changed, "when"] if "zone" in changed and "when" not in changed else changed
        changes = self.changes(meant, names)
        if changes.get("starts_at") is None and "starts_at" in changes:
            changes["status"] = "pending"
        elif "starts_at" in changes and self.view.status == "pending":
            changes["status"] = "scheduled"
        view_id = self.view.id
        await self.write(lambda: self.runtime.rounds.edit(view_id, changes), "Changed")


class MoveRound(RoundPanel):
    """Another time for a round; ticks stay, reminders are set anew."""

    without_time = "Give a date and a time; X on the pipeline cancels an interview."

    def __init__(self, view: RoundView) -> None:
        super().__init__("Move the interview", view)

    async def _load(self) -> None:
        assert self.view is not None
        view = self.view
        self.entitle("Move the interview", steady(f"{view.stage} · {view.company}"))
        texts = texts_of(view)
        fields = [field for field in round_fields(texts)[0] if field.key in ("when", "minutes", "zone")]
        for field in fields:
            # Here, nothing is no answer.
            field.hint = field.hint.partition("; nothing:")[0]
        await self.show_fields(fields)
        self._tell_meaning()

    async def keep_round(self) -> None:
        """Give the round its new time."""
        assert self.view is not None
        meant = await self.certain()
        when = self.field("when")
        if meant is None:
            assert when is not None
            when.complain(self.without_time)
            when.control.focus()
            return
        changes = self.changes(meant, ("when", "minutes", "zone"))
        view = self.view
        if view.status not in AHEAD:
            self.say("It is scheduled again.")
        await self.write(
            lambda: self.runtime.rounds.move(
                view.id, changes["starts_at"], minutes=changes["minutes"], zone=changes.get("zone")
            ),
            "Moved",
        )
