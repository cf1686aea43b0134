"""What is to be prepared before a round: made from it, made again when it changes, and the person's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.errors import NotFound, UsageError
from jobcopilot.interviews import values
from jobcopilot.interviews.books import Books
from jobcopilot.interviews.ledger import Ledger
from jobcopilot.interviews.lists import InterviewLists
from jobcopilot.interviews.preparation import Asked, Kept, Requirement, plan, remake
from jobcopilot.interviews.views import Met, TaskView

FIELDS: Final = ("title", "detail", "due_at")
"""What of a task can be written."""


class Tasks:
    """What a person does with preparation; each call is one transaction and one batch of the history."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._lists = InterviewLists(books.reader, books.profile.id)

    def add(self, round_id: int, title: str, *, detail: str = "", due_at: datetime | None = None) -> TaskView:
        """Add a task of one's own, after the others. Raises `FieldError`, `NotFound`."""
        stored = {
            "title": values.line("title", title, required=True),
            "detail": values.text("detail", detail),
            "due_at": None if due_at is None else to_milliseconds(values.moment("due_at", due_at)),
            "own_due": int(due_at is not None),
            "own_words": 1,
        }
        with self._books.writing("add", f"added task: {stored['title']}") as ledger:
            ledger.read("round", round_id)
            (last,) = ledger.connection.execute(
                "SELECT coalesce(max(position), -1) FROM preparation_task WHERE round_id = ?", (round_id,)
            ).fetchone()
            task_id = ledger.add("preparation_task", stored | {"round_id": round_id, "position": last + 1})
        return self._lists.task(task_id)

    def edit(self, task_id: int, changes: Mapping[str, object]) -> TaskView:
        """Change the words or the due time of a task; making the list again leaves what was changed."""
        stored: dict[str, Any] = {}
        for name, value in changes.items():
            match name:
                case "title":
                    stored |= {name: values.line(name, value, required=True), "own_words": 1}
                case "detail":
                    stored |= {name: values.text(name, value), "own_words": 1}
                case "due_at":
                    due = None if value is None else to_milliseconds(values.moment(name, value))
                    stored |= {name: due, "own_due": 1}
                case _:
                    raise values.unknown_field(name, FIELDS)
        return self._change(task_id, "changed task", stored)

    def done(self, task_id: int) -> TaskView:
        """Tick a task."""
        return self._change(task_id, "done", {"done_at": to_milliseconds(self._books.clock.now())})

    def undone(self, task_id: int) -> TaskView:
        """Take the tick off a task."""
        return self._change(task_id, "not done", {"done_at": None})

    def put_off(self, task_id: int, until: datetime) -> TaskView:
        """Give a task a later due time. Raises `FieldError` for one that has passed."""
        if until <= self._books.clock.now():
            raise values.FieldError("due_at", "A task can only be put off to a later time")
        return self.edit(task_id, {"due_at": until})

    def delete(self, task_id: int) -> int:
        """Delete a task, also for when the list is made again; return the batch."""
        with self._books.writing("delete", "deleted task") as ledger:
            title = ledger.read("preparation_task", task_id)["title"]
            ledger.journal.open("delete", f"deleted task: {title}")
            ledger.delete("preparation_task", task_id)
        return ledger.journal.begun()

    def reorder(self, round_id: int, task_ids: Sequence[int]) -> tuple[TaskView, ...]:
        """Put the tasks of a round in this order; those not named follow as they stood. Raises `NotFound`."""
        with self._books.writing("change", "reordered tasks") as ledger:
            ledger.read("round", round_id)
            standing = [row[0] for row in _rows(ledger, round_id, "id", "AND deleted_at IS NULL")]
            for task_id in task_ids:
                if task_id not in standing:
                    raise NotFound("There is no such task in this interview", f"number {task_id}")
            if len(set(task_ids)) != len(task_ids):
                raise UsageError("A task is named twice", hint="Name each task once.")
            order = [*task_ids, *(task_id for task_id in standing if task_id not in task_ids)]
            for position, task_id in enumerate(order):
                ledger.change("preparation_task", task_id, {"position": position})
        return self._lists.tasks(round_id)

    def _change(self, task_id: int, what: str, stored: Mapping[str, Any]) -> TaskView:
        with self._books.writing("change", what) as ledger:
            before = ledger.read("preparation_task", task_id)
            ledger.journal.open("change", f"{what}: {before['title']}")
            if "done_at" in stored and None not in (stored["done_at"], before["done_at"]):
                # It was done before: the first time counts.
                return self._lists.task(task_id)
            ledger.change("preparation_task", task_id, stored)
        return self._lists.task(task_id)


def remake_tasks(ledger: Ledger, books: Books, round_id: int, *, shift: timedelta | None) -> None:
    """Make the list of a round again from what it is now; `shift` is how far its start moved."""
    asked = _asked(ledger, books, round_id)
    if asked is None:
        return
    now = books.clock.now()
    stored = [
        Kept(
            id=task_id,
            key=key,
            title=title,
            detail=detail,
            due_at=None if due is None else from_milliseconds(due),
            position=position,
            own_due=bool(own_due),
            own_words=bool(own_words),
            done=done is not None,
            deleted=deleted is not None,
        )
        for task_id, key, title, detail, due, position, own_due, own_words, done, deleted in _rows(
            ledger,
            round_id,
            "id, key, title, detail, due_at, position, own_due, own_words, done_at, deleted_at",
        )
    ]
    remade = remake(stored, plan(asked, now), shift=shift, now=now, start=asked.ends_preparation)
    for task_id in remade.remove:
        # Without its key it is not taken for one that the person deleted, and comes back when it is asked for again.
        ledger.change("preparation_task", task_id, {"key": ""})
        ledger.delete("preparation_task", task_id)
    for task_id, fields in remade.change:
        ledger.change(
            "preparation_task",
            task_id,
            {
                name: to_milliseconds(value) if isinstance(value, datetime) else value
                for name, value in fields.items()
            },
        )
    for position, task in remade.add:
        ledger.add(
            "preparation_task",
            {
                "round_id": round_id,
                "key": task.key,
                "title": task.title,
                "detail": task.detail,
                "due_at": None if task.due_at is None else to_milliseconds(task.due_at),
                "position": position,
            },
        )


def _rows(ledger: Ledger, round_id: int, columns: str, further: str = "") -> list[Any]:
    return ledger.connection.execute(
        f"SELECT {columns} FROM preparation_task WHERE round_id = ? {further} ORDER BY position, id",  # noqa: S608
        (round_id,),
    ).fetchall()


def _asked(ledger: Ledger, books: Books, round_id: int) -> Asked | None:
    row = ledger.connection.execute(
        "SELECT stage, format, starts_at, minutes, zone, job.title, job.company, round.place, link, facts"
        " FROM round JOIN job ON job.id = round.job_id LEFT JOIN job_text ON job_text.job_id = job.id"
        " WHERE round.id = ?",
        (round_id,),
    ).fetchone()
    if row is None:
        return None
    stage, form, starts_at, minutes, zone, title, company, place, link, facts = row
    people = ledger.connection.execute(
        "SELECT id, name, title FROM round_contact JOIN contact ON contact.id = contact_id"
        " WHERE round_id = ? AND deleted_at IS NULL ORDER BY name, id",
        (round_id,),
    )
    return Asked(
        stage=stage,
        format=form,
        starts_at=None if starts_at is None else from_milliseconds(starts_at),
        minutes=minutes,
        zone=zone,
        job_title=title,
        company=company,
        place=place,
        link=link,
        contacts=tuple(Met(*person) for person in people),
        requirements=_requirements(facts, books),
        travel_minutes=books.rules.clashes.travel_minutes,
    )


def _requirements(stored_facts: str | None, books: Books) -> tuple[Requirement, ...]:
    """Return the skills that a posting asks for, and which of them the person has."""
    from jobcopilot.jobs.facts import from_json

    facts = from_json(stored_facts) if stored_facts else None
    if facts is None:
        return ()
    own = {skill.name.casefold() for skill in books.profile.skills}
    return tuple(
        Requirement(name=skill.name, must=skill.need == "must", mine=skill.name.casefold() in own)
        for skill in facts.skills
    )
