"""What is sent and asked after rounds and applications: done, put off, dropped."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from jobcopilot.database.moments import to_milliseconds
from jobcopilot.interviews import values
from jobcopilot.interviews.books import Books
from jobcopilot.interviews.lists import InterviewLists
from jobcopilot.interviews.views import FOLLOW_UP_KINDS, FollowUpView
from jobcopilot.jobs.records import live_names

_TITLES: Final = {
    "thank_you": "Write a thank-you note to {company}",
    "follow_up": "Follow up with {company}",
    "status_inquiry": "Ask {company} for news",
    "references_sent": "Send references to {company}",
    "portfolio_sent": "Send the portfolio to {company}",
    "application": "Ask {company} about the application",
}


class FollowUps:
    """What a person does with follow-ups; each call is one transaction and one batch of the history."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._lists = InterviewLists(books.reader, books.profile.id)

    def add(
        self,
        job_id: int,
        kind: str,
        due_at: datetime,
        *,
        title: str = "",
        round_id: int | None = None,
        contact_id: int | None = None,
        notes: str = "",
    ) -> FollowUpView:
        """Plan a follow-up of one's own. Raises `FieldError`, `NotFound`."""
        chosen = values.choice("kind", kind, FOLLOW_UP_KINDS)
        stored: dict[str, Any] = {
            "kind": chosen,
            "due_at": to_milliseconds(values.moment("due_at", due_at)),
            "notes": values.text("notes", notes),
            "title": values.line("title", title, required=chosen == "other"),
        }
        with self._books.writing("add", "planned") as ledger:
            live_names(ledger.connection, self._books.profile.id, [job_id])
            (company,) = ledger.connection.execute(
                "SELECT company FROM job WHERE id = ?", (job_id,)
            ).fetchone()
            stored["title"] = stored["title"] or _TITLES[chosen].format(company=company)
            if round_id is not None and ledger.read("round", round_id)["job_id"] != job_id:
                raise values.FieldError("round", "That interview is one of another job", f"number {round_id}")
            if contact_id is not None:
                ledger.read("contact", contact_id)
            ledger.journal.open("add", f"planned: {stored['title']}")
            follow_up_id = ledger.add(
                "follow_up", stored | {"job_id": job_id, "round_id": round_id, "contact_id": contact_id}
            )
        return self._lists.follow_up(follow_up_id)

    def done(self, follow_up_id: int) -> FollowUpView:
        """Say that a follow-up was sent."""
        now = to_milliseconds(self._books.clock.now())
        return self._change(follow_up_id, "done", {"status": "done", "done_at": now})

    def drop(self, follow_up_id: int) -> FollowUpView:
        """Say that a follow-up is not wanted."""
        return self._change(follow_up_id, "dropped", {"status": "dropped", "done_at": None})

    def reopen(self, follow_up_id: int) -> FollowUpView:
        """Say that a follow-up is still to be sent."""
        return self._change(follow_up_id, "open again", {"status": "open", "done_at": None})

    def put_off(self, follow_up_id: int, until: datetime) -> FollowUpView:
        """Give a follow-up a later due time; a done or dropped one is open again. Raises `FieldError`."""
        if until <= self._books.clock.now():
            raise values.FieldError("due_at", "A follow-up can only be put off to a later time")
        due = to_milliseconds(values.moment("due_at", until))
        return self._change(follow_up_id, "put off", {"due_at": due, "status": "open", "done_at": None})

    def _change(self, follow_up_id: int, what: str, stored: dict[str, Any]) -> FollowUpView:
        with self._books.writing("change", what) as ledger:
            before = ledger.read("follow_up", follow_up_id)
            ledger.journal.open("change", f"{what}: {before['title']}")
            if (
                stored.get("status") != before["status"]
                or stored.get("due_at", before["due_at"]) != before["due_at"]
            ):
                ledger.change("follow_up", follow_up_id, stored)
        return self._lists.follow_up(follow_up_id)
