"""The people met and to be met."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from jobcopilot.errors import NotFound, UsageError
from jobcopilot.interviews import values
from jobcopilot.interviews.books import Books
from jobcopilot.interviews.ledger import Ledger, Values
from jobcopilot.interviews.lists import InterviewLists
from jobcopilot.interviews.views import ContactView
from jobcopilot.jobs.derived import Companies
from jobcopilot.jobs.records import live_names

FIELDS: Final = ("name", "title", "email", "phone", "linkedin", "notes", "company", "jobs")
"""What of a contact can be written; `company` is a name, `jobs` are numbers."""
_WITH_ADDRESS: Final = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]+)>\s*")


class Contacts:
    """What a person does with contacts; each call is one transaction and one batch of the history."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._lists = InterviewLists(books.reader, books.profile.id)

    def add(self, changes: Mapping[str, object]) -> ContactView:
        """Add a contact; only `name` is needed. Raises `FieldError`."""
        with self._books.writing("add", "added") as ledger:
            stored = _stored(ledger, {"name": None} | dict(changes))
            ledger.journal.open("add", f"added contact: {stored['name']}")
            contact_id = ledger.add("contact", stored)
        return self._lists.contact(contact_id)

    def edit(self, contact_id: int, changes: Mapping[str, object]) -> ContactView:
        """Change a contact. Raises `FieldError`, `NotFound`."""
        with self._books.writing("change", "changed") as ledger:
            before = ledger.read("contact", contact_id)
            ledger.journal.open("change", f"changed contact: {before['name']}")
            ledger.change("contact", contact_id, _stored(ledger, changes))
        return self._lists.contact(contact_id)

    def delete(self, contact_ids: Sequence[int]) -> int:
        """Delete contacts, until undo brings them back; return the batch."""
        if not contact_ids:
            raise UsageError("No contact was named", hint="Give the number of at least one.")
        with self._books.writing("delete", "deleted") as ledger:
            names = [ledger.read("contact", contact_id)["name"] for contact_id in contact_ids]
            whose = names[0] if len(names) == 1 else f"{len(names)} contacts"
            ledger.journal.open("delete", f"deleted contact: {whose}")
            for contact_id in dict.fromkeys(contact_ids):
                ledger.delete("contact", contact_id)
        return ledger.journal.begun()


def resolve(ledger: Ledger, job_id: int, given: object) -> list[int]:
    """Return the numbers of the contacts of a round, sorted; names that are not known are written as new ones.

    `given` holds numbers, or "Name" and "Name <address>"; a name is that of a contact of the same company, whatever
    its case. Everyone named belongs to the job from then on. Raises `FieldError`, `NotFound`.
    """
    if given is None:
        return []
    if not isinstance(given, list | tuple):
        raise values.FieldError("contacts", "contacts takes a list of people")
    (company_id,) = ledger.connection.execute("SELECT company_id FROM job WHERE id = ?", (job_id,)).fetchone()
    found: set[int] = set()
    for one in given:
        if isinstance(one, int) and not isinstance(one, bool):
            contact_id: int = ledger.read("contact", one)["id"]
        else:
            contact_id = _named(ledger, str(one), company_id)
        found.add(contact_id)
        jobs: list[int] = ledger.read("contact", contact_id)["jobs"]
        if job_id not in jobs:
            ledger.change("contact", contact_id, {"jobs": sorted([*jobs, job_id])})
    return sorted(found)


def _named(ledger: Ledger, written: str, company_id: int) -> int:
    parts = _WITH_ADDRESS.fullmatch(written.strip())
    name = values.line("contacts", parts["name"] if parts else written)
    email = values.email("contacts", parts["email"]) if parts else ""
    name = name or email.partition("@")[0]
    if not name:
        raise values.FieldError("contacts", "A contact needs a name")
    known = ledger.connection.execute(
        "SELECT id, name, email FROM contact WHERE profile_id = ? AND company_id = ? AND deleted_at IS NULL",
        (ledger.journal.profile_id, company_id),
    ).fetchall()
    for contact_id, known_name, known_email in known:
        same_address = bool(email) and known_email.casefold() == email.casefold()
        if same_address or (known_name.casefold() == name.casefold() and (not email or not known_email)):
            if email and not known_email:
                ledger.change("contact", contact_id, {"email": email})
            return int(contact_id)
    return ledger.add("contact", {"name": name, "email": email, "company_id": company_id})


def _stored(ledger: Ledger, changes: Mapping[str, object]) -> Values:
    """Return checked changes as stored. Raises `FieldError`, `NotFound` for a job that is not there."""
    stored: Values = {}
    for name, value in changes.items():
        match name:
            case "name":
                stored[name] = values.line(name, value, required=True)
            case "title":
                stored[name] = values.line(name, value)
            case "email":
                stored[name] = values.email(name, value)
            case "phone":
                stored[name] = values.phone(name, value)
            case "linkedin":
                stored[name] = values.linkedin(name, value)
            case "notes":
                stored[name] = values.text(name, value)
            case "company":
                company = values.line(name, value)
                companies = Companies(ledger.connection, ledger.journal.profile_id)
                stored["company_id"] = companies.id_of(company) if company else None
            case "jobs":
                stored[name] = _jobs(ledger, value)
            case _:
                raise values.unknown_field(name, FIELDS)
    return stored


def _jobs(ledger: Ledger, value: Any) -> list[int]:
    if not isinstance(value, list | tuple):
        raise values.FieldError("jobs", "jobs takes numbers of jobs")
    if value:
        try:
            live_names(ledger.connection, ledger.journal.profile_id, value)
        except NotFound as unknown:
            raise values.FieldError("jobs", unknown.title, unknown.message, unknown.hint) from unknown
    return sorted(set(value))
