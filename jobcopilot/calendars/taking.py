"""Taking invitations in: a round is booked, moved or cancelled, once however often the same message comes."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jobcopilot.calendars.invitations import Invitation, read_file
from jobcopilot.calendars.outbox import named_by_others
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.errors import UsageError
from jobcopilot.interviews import values
from jobcopilot.interviews.books import Books
from jobcopilot.interviews.lists import InterviewLists
from jobcopilot.interviews.rounds import Rounds
from jobcopilot.interviews.values import FieldError
from jobcopilot.interviews.views import STAGES, RoundFormat, RoundView
from jobcopilot.jobs.records import raw

_OVER: Final = ("rejected", "withdrawn", "accepted")
_JOBS: Final = """
    SELECT id, title, company, status FROM job WHERE profile_id = ? AND deleted_at IS NULL ORDER BY updated_at DESC, id
"""
_MET: Final = """
    SELECT DISTINCT job_id FROM contact JOIN contact_job ON contact_id = contact.id JOIN job ON job.id = job_id
    WHERE contact.profile_id = ? AND contact.deleted_at IS NULL AND job.deleted_at IS NULL AND lower(email) IN
        (SELECT lower(value) FROM json_each(?))
"""
_KNOWN: Final = """
    SELECT round_id, sequence, invitation FROM calendar_round JOIN round ON round.id = round_id
    JOIN job ON job.id = job_id
    WHERE uid = ? AND round.profile_id = ? AND round.deleted_at IS NULL AND job.deleted_at IS NULL
"""
_STAGE_WORDS: Final = (
    ("recruiter", "Recruiter Screen"),
    ("phone screen", "Recruiter Screen"),
    ("system design", "System Design"),
    ("hiring manager", "Hiring Manager"),
    ("behavioural", "Behavioral Interview"),
    ("behavioral", "Behavioral Interview"),
    ("case study", "Case Study"),
    ("take-home", "Take-home"),
    ("technical", "Technical Interview"),
    ("coding", "Technical Interview"),
    ("panel", "Panel"),
    ("on-site", "On-site"),
    ("onsite", "On-site"),
    ("final", "Final Round"),
    ("offer", "Offer Call"),
)


class JobNeeded(UsageError):
    """It is not clear which job an invitation is for; `candidates` are numbers, titles and companies."""

    def __init__(self, invitation: Invitation, candidates: Sequence[tuple[int, str, str]]) -> None:
        shown = "; ".join(f"{number} {title} at {company}" for number, title, company in candidates[:5])
        super().__init__(
            "It is not clear which job this invitation is for",
            f"{invitation.summary}" + (f". It may be: {shown}" if shown else ""),
            "Say which one: jobcopilot calendar import FILE --job JOB. Nothing was changed.",
        )
        self.invitation = invitation
        self.candidates = tuple(candidates)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one event of an invitation; `action` is `booked`, `updated`, `canceled`, `unchanged`, `older`
    or `unknown` (a cancellation of something that is not here)."""

    uid: str
    summary: str
    action: str
    round: RoundView | None
    remarks: tuple[str, ...] = ()
    batch: int | None = None
    """What undo takes back; None where nothing was changed."""


class Invitations:
    """Takes invitations in for one profile."""

    def __init__(self, books: Books, rounds: Rounds, own_addresses: Callable[[], Sequence[str]]) -> None:
        """`own_addresses` are the person's: whoever has one of them is no contact."""
        self._books = books
        self._rounds = rounds
        self._lists = InterviewLists(books.reader, books.profile.id)
        self._own = own_addresses

    def take_file(self, given: str, *, job_id: int | None = None) -> tuple[Taken, ...]:
        """Take in what lies at a path. Raises `BadInput`, `NotFound`, `JobNeeded` before anything is changed."""
        return self.take(read_file(given, self._books.clock.zone()), job_id=job_id)

    def take(self, invitations: Sequence[Invitation], *, job_id: int | None = None) -> tuple[Taken, ...]:
        """Take in the events of a message. Raises `JobNeeded` or `NotFound` before anything is changed."""
        jobs = {one.key: job_id or self._job_for(one) for one in invitations if self._books_anew(one)}
        return tuple(self._take(one, jobs.get(one.key)) for one in invitations)

    def _books_anew(self, one: Invitation) -> bool:
        return one.method == "REQUEST" and one.status != "cancelled" and self._known(one) is None

    def _take(self, one: Invitation, job_id: int | None) -> Taken:
        known = self._known(one)
        if known is None:
            if job_id is None:
                return Taken(one.key, one.summary, "unknown", None, one.remarks)
            return self._book(one, job_id)
        round_id, own_sequence, stored = known
        view = self._lists.round(round_id)
        said = json.loads(stored) if stored else None
        if said is None and one.sequence <= own_sequence:
            return Taken(one.key, one.summary, "unchanged", view, one.remarks)
        if said is not None and (one.sequence, one.stamp) < (said["sequence"], said["stamp"]):
            return Taken(one.key, one.summary, "older", view, one.remarks)
        if one.method == "CANCEL" or one.status == "cancelled":
            if view.status not in ("scheduled", "pending"):
                return Taken(one.key, one.summary, "unchanged", view, one.remarks)
            came = self._rounds.cancel(round_id)
            self._remember(round_id, {**(said or {}), **_order(one), "status": "cancelled"})
            return Taken(one.key, one.summary, "canceled", came.round, one.remarks, came.batch)
        return self._update(one, view, said)

    def _book(self, one: Invitation, job_id: int) -> Taken:
        remarks = list(one.remarks)
        fields = self._fields(one, remarks)
        with named_by_others(one.key, json.dumps(_stored(one))):
            came = self._rounds.book(job_id, fields)
        return Taken(one.key, one.summary, "booked", came.round, tuple(remarks), came.batch)

    def _update(self, one: Invitation, view: RoundView, said: dict[str, Any] | None) -> Taken:
        """Change what the message changed; what the person wrote since stays."""
        remarks = list(one.remarks)
        fields = self._fields(one, remarks)
        now = _stored(one)
        before = said or {}
        changes: dict[str, object] = {
            name: fields[name]
            for name in ("starts_at", "minutes", "zone", "place", "link", "stage", "notes", "format")
            if name in fields and now.get(_WRITTEN.get(name, name)) != before.get(_WRITTEN.get(name, name))
        }
        if said is None:
            changes = {
                name: value for name, value in changes.items() if name in ("starts_at", "minutes", "place")
            }
        if fields.get("starts_at") is None:
            changes.pop("minutes", None)
        known = {tuple(person) for person in before.get("people", ())}
        added = [_person(person) for person in self._people(one) if person not in known]
        if added:
            changes["contacts"] = [*(met.id for met in view.contacts), *added]
        if view.status == "canceled" and (before.get("status") == "cancelled" or "starts_at" in changes):
            changes["status"] = "scheduled" if fields.get("starts_at", view.starts_at) else "pending"
        elif view.status == "pending" and one.status == "confirmed" and fields.get("starts_at") is not None:
            changes["status"] = "scheduled"
        came = self._rounds.edit(view.id, changes) if changes else None
        self._remember(view.id, now)
        if came is None or came.batch is None:
            return Taken(one.key, one.summary, "unchanged", view, tuple(remarks))
        return Taken(one.key, one.summary, "updated", came.round, tuple(remarks), came.batch)

    def _fields(self, one: Invitation, remarks: list[str]) -> dict[str, object]:
        """Return an invitation as the fields of a round."""
        link = one.link
        try:
            link = values.link("link", link)
        except FieldError:
            link = ""
        fields: dict[str, object] = {
            "stage": _stage(one.summary),
            "format": _format(one, link),
            "place": one.place[:500],
            "link": link,
            "notes": one.notes,
            "contacts": [_person(person) for person in self._people(one, remarks)],
        }
        if one.starts_at is not None:
            fields |= {"starts_at": one.starts_at, "minutes": one.minutes or 60, "zone": one.zone}
            if one.status == "tentative":
                fields["status"] = "pending"
        return fields

    def _people(self, one: Invitation, remarks: list[str] | None = None) -> list[tuple[str, str]]:
        own = {address.casefold() for address in self._own()}
        named = self._books.profile.full_name.casefold()
        found = []
        for name, address in one.people:
            if address.casefold() in own or (named and name.casefold() == named):
                continue
            try:
                checked = values.email("contacts", address)
            except FieldError:
                checked = ""
                if remarks is not None:
                    remarks.append(f"The address of {name or 'somebody'} is none, and was left out.")
            if name or checked:
                found.append((re.sub(r"[<>]", "", name), checked))
        return found

    def _job_for(self, one: Invitation) -> int:
        """Return the job that an invitation is for. Raises `JobNeeded`."""
        own = {address.casefold() for address in self._own()}
        addresses = [address for _, address in one.people if address and address.casefold() not in own]
        with self._books.reader.connection() as connection:
            jobs = connection.execute(_JOBS, (self._books.profile.id,)).fetchall()
            # Whoever invites works there; among the others may be the person, whose address nobody told us.
            by_organizer = self._met(connection, addresses[:1])
            by_anyone = self._met(connection, addresses)
        open_jobs = [job for job in jobs if job[3] not in _OVER]
        by_contact = [job for job in open_jobs if job[0] in by_organizer]
        if len(by_contact) == 1:
            return int(by_contact[0][0])
        words = " ".join((one.summary, one.place, one.notes, *(name for name, _ in one.people)))
        domains = {
            address.rpartition("@")[2].split(".")[-2]
            for address in addresses
            if "." in address.rpartition("@")[2]
        }
        named = [job for job in by_contact or open_jobs if _names(job[2], words, domains)]
        named = named or by_contact or [job for job in open_jobs if job[0] in by_anyone]
        if len(named) > 1:
            titled = [job for job in named if _contains(words, job[1])]
            named = titled or named
        if len(named) > 1:
            awaited = [job for job in named if job[3] in ("applied", "interviewed", "offer")]
            named = awaited if len(awaited) == 1 else named
        if len(named) != 1:
            raise JobNeeded(one, [(job[0], job[1], job[2]) for job in named])
        return int(named[0][0])

    def _met(self, connection: sqlite3.Connection, addresses: Sequence[str]) -> set[int]:
        """Return the jobs of the contacts with some addresses."""
        found = connection.execute(_MET, (self._books.profile.id, json.dumps(list(addresses))))
        return {job for (job,) in found}

    def _known(self, one: Invitation) -> tuple[int, int, str | None] | None:
        with self._books.reader.connection() as connection:
            found = connection.execute(_KNOWN, (one.key, self._books.profile.id)).fetchone()
        return None if found is None else (found[0], found[1], found[2])

    def _remember(self, round_id: int, said: dict[str, Any]) -> None:
        with self._books.database.writing() as session:
            raw(session).execute(
                "UPDATE calendar_round SET invitation = ? WHERE round_id = ?", (json.dumps(said), round_id)
            )


_WRITTEN: Final = {"stage": "summary", "format": "link"}
"""Fields of a round that follow from another field of an invitation."""


def _order(one: Invitation) -> dict[str, Any]:
    return {"sequence": one.sequence, "stamp": one.stamp}


def _stored(one: Invitation) -> dict[str, Any]:
    """Return what a message said, as it is kept to be compared with the next one."""
    return _order(one) | {
        "summary": one.summary,
        "starts_at": None if one.starts_at is None else to_milliseconds(one.starts_at),
        "minutes": one.minutes,
        "zone": one.zone,
        "place": one.place,
        "link": one.link,
        "notes": one.notes,
        "status": one.status,
        "people": [list(person) for person in one.people],
    }


def _stage(summary: str) -> str:
    """Return the stage that a summary names; its own words where it names none."""
    folded = summary.casefold()
    for stage in STAGES:
        if stage.casefold() in folded:
            return stage
    return next((stage for word, stage in _STAGE_WORDS if word in folded), summary[:120])


def _format(one: Invitation, link: str) -> RoundFormat:
    if link:
        return "video"
    if one.place:
        return (
            "phone"
            if re.search(r"(?i)\b(phone|telephone|call|tel)\b|^\+?[\d\s()/-]{6,}$", one.place)
            else "onsite"
        )
    return "phone" if re.search(r"(?i)\b(phone|call)\b", one.summary) else "video"


def _person(person: tuple[str, str]) -> str:
    name, address = person
    return f"{name} <{address}>" if address else name


def _names(company: str, words: str, domains: set[str]) -> bool:
    joined = re.sub(r"\W", "", company.casefold())
    return _contains(words, company) or (len(joined) > 2 and joined in {one.casefold() for one in domains})


def _contains(words: str, phrase: str) -> bool:
    parts = phrase.split()
    return (
        bool(parts)
        and re.search(r"(?i)(?<!\w)" + r"\s+".join(map(re.escape, parts)) + r"(?!\w)", words) is not None
    )
