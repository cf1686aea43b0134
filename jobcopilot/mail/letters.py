"""Letters: drafted, edited, asked to leave, taken back; each call is one transaction, and words are kept as sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from jobcopilot.database.moments import to_milliseconds
from jobcopilot.errors import NotFound, UsageError
from jobcopilot.interviews.asked import awaited, zone_of
from jobcopilot.interviews.books import Books
from jobcopilot.interviews.lists import InterviewLists
from jobcopilot.interviews.values import FieldError, choice
from jobcopilot.interviews.views import AHEAD
from jobcopilot.jobs.pages import JobPages
from jobcopilot.jobs.records import raw
from jobcopilot.mail import values
from jobcopilot.mail.bettering import AskModel, bettered
from jobcopilot.mail.drafts import Occasion, Voice, draft, sources_of
from jobcopilot.mail.messages import new_message_id
from jobcopilot.mail.rows import letters_where
from jobcopilot.mail.views import (
    EDITABLE,
    KIND_WORDS,
    LETTER_KINDS,
    Drafted,
    LetterKind,
    LetterState,
    LetterView,
)

if TYPE_CHECKING:
    from jobcopilot.interviews.ledger import Ledger
    from jobcopilot.settings import MailSettings

UNDO_SECONDS: Final = 10
"""So long after it was asked to leave, a letter can be taken back."""
FIELDS: Final = ("subject", "body", "to", "email")
"""What of a letter can be written."""


class NotNow(UsageError):
    """A letter is in a state in which this cannot be done to it."""


class TooEarly(UsageError):
    """What a letter would speak of has not taken place yet."""


class Letters:
    """The letters of one profile."""

    def __init__(
        self,
        books: Books,
        settings: Callable[[], MailSettings],
        ask_model: Callable[[], AskModel | None] = lambda: None,
    ) -> None:
        """`ask_model` returns the way to a language model, None where there is none now."""
        self._books = books
        self._settings = settings
        self._ask_model = ask_model
        self._lists = InterviewLists(books.reader, books.profile.id)

    # Reading

    def get(self, letter_id: int) -> LetterView:
        """Return one letter. Raises `NotFound`."""
        found = self._where(" AND letter.id = ?", letter_id)
        if not found:
            raise NotFound("There is no such letter", f"number {letter_id}", "See: jobcopilot letters list")
        return found[0]

    def list(
        self, *, state: LetterState | None = None, round_id: int | None = None, job_id: int | None = None
    ) -> tuple[LetterView, ...]:
        """Return letters, the latest first."""
        given = (("state", state), ("letter.round_id", round_id), ("letter.job_id", job_id))
        kept = [(name, value) for name, value in given if value is not None]
        return self._where("".join(f" AND {name} = ?" for name, _ in kept), *(value for _, value in kept))

    # Drafting

    def draft(
        self,
        kind: str,
        *,
        round_id: int | None = None,
        job_id: int | None = None,
        contact_id: int | None = None,
        again: bool = False,
        with_model: bool = True,
    ) -> Drafted:
        """Draft a letter about a round, or (`application`) about a job; the one that is there already is returned.

        `again` writes a fresh one: in the place of a draft, beside one that was sent. Where the round has one contact,
        the letter is for that one. Raises `NotFound`, `FieldError`, and `TooEarly` for an interview that is still to
        come: every letter about one speaks of it as past.
        """
        chosen: LetterKind = choice("kind", kind, LETTER_KINDS)
        occasion, job = self._occasion(chosen, round_id, job_id, contact_id)
        contact = occasion.contact
        met = None if contact is None else contact.id
        known = [
            one
            for one in self.list(round_id=round_id, job_id=job)
            if one.kind == chosen and one.contact_id == met
        ]
        if known and not again:
            return Drafted(known[0], new=False)
        self._see_that_it_took_place(occasion)
        clock, voice = self._books.clock, self.voice()
        zone = clock.zone()
        text, remark, by_model = draft(occasion, voice, clock.now(), zone), "", False
        ask = self._ask_model() if with_model else None
        if ask is not None:
            better = bettered(text, occasion, voice, sources_of(occasion, voice, zone), ask)
            text, remark, by_model = better.draft, better.remark, better.by_model
        written: dict[str, Any] = {
            "subject": text.subject or KIND_WORDS[chosen],
            "body": text.body,
            "origin": "model" if by_model else "template",
            "recipient_name": "" if contact is None else contact.name,
            "recipient_email": "" if contact is None else contact.email,
        }
        if known and known[0].editable:
            self._write(known[0].id, written | {"state": "draft", "error": "", "hint": ""}, EDITABLE)
            return Drafted(self.get(known[0].id), remark=remark)
        return Drafted(self.get(self._add(chosen, job, round_id, met, written)), remark=remark)

    def _see_that_it_took_place(self, occasion: Occasion) -> None:
        view = occasion.round
        if view is None or view.status not in AHEAD:
            return
        # A task to take home is past once it is handed in.
        at = awaited(view)
        if at is not None and at <= self._books.clock.now():
            return
        if at is None:
            when = "it has no time yet"
        else:
            local = at.astimezone(zone_of(view.zone))
            due = "is due " if view.format == "take_home" else ""
            when = f"it {due or 'begins '}on {local:%A}, {local.day} {local:%B} at {local:%H:%M %Z}"
        raise TooEarly(
            "This letter is for after the interview",
            f"{view.stage} at {occasion.company}: {when}",
            "Draft it then. Is it over already? Say so first: jobcopilot interviews complete.",
        )

    def voice(self) -> Voice:
        """Return how the person's letters sound, by the settings."""
        mail, profile = self._settings(), self._books.profile
        return Voice(mail.name or profile.full_name, mail.tone, mail.sign_off, mail.signature)

    def occasion_of(self, letter_id: int) -> Occasion:
        """Return what a letter is about: for checking its facts. Raises `NotFound`."""
        view = self.get(letter_id)
        return self._occasion(view.kind, view.round_id, view.job_id, view.contact_id)[0]

    # Changing

    def edit(self, letter_id: int, changes: dict[str, object]) -> LetterView:
        """Change `subject`, `body`, `to` (the recipient's name) or `email`. Raises `FieldError`, `NotNow`."""
        stored: dict[str, Any] = {}
        for name, value in changes.items():
            match name:
                case "subject":
                    stored["subject"] = values.subject(value)
                case "body":
                    stored["body"] = values.body(value)
                case "to":
                    stored["recipient_name"] = values.name(value)
                case "email":
                    stored["recipient_email"] = values.address(value)
                case _:
                    raise FieldError(
                        name, "There is no such field", name, f"The fields are {', '.join(FIELDS)}."
                    )
        view = self.get(letter_id)
        if stored.get("subject", view.subject) != view.subject or stored.get("body", view.body) != view.body:
            stored["origin"] = "own"
        self._write(letter_id, stored, EDITABLE)
        return self.get(letter_id)

    def send(self, letter_id: int, *, again: bool = False, wait: int = UNDO_SECONDS) -> LetterView:
        """Ask a letter to leave after `wait` seconds; until then `take_back` makes it a draft again.

        `again` is needed for one that perhaps has left already. Raises `FieldError` where address or words are
        missing, `NotNow`, and `UsageError` where no mail is set up.
        """
        view = self.get(letter_id)
        if view.state == "uncertain" and not again:
            raise NotNow(
                "This letter may have left already",
                f"letter {letter_id}: {view.error}",
                "Where you know that it has not: jobcopilot letters send --again. Where it has: --sent.",
            )
        settings = self._settings()
        if not settings.host:
            raise UsageError(
                "No outgoing mail is set up",
                hint="Set it up: jobcopilot mail setup. Or open the letter in your mail program.",
            )
        values.address(view.recipient_email, required=True)
        values.body(view.body)
        now = self._books.clock.now()
        self._write(
            letter_id,
            {
                "state": "waiting",
                "leaves_at": to_milliseconds(now + timedelta(seconds=wait)),
                "asked_at": to_milliseconds(now),
                "attempts": 0,
                "error": "",
                "hint": "",
                # A second copy of the same words carries the same mark, so that programs can tell.
                "message_id": view.message_id
                if view.state == "uncertain"
                else new_message_id(settings.address),
            },
            (*EDITABLE, "uncertain") if again else EDITABLE,
        )
        return self.get(letter_id)

    def take_back(self, letter_id: int) -> LetterView:
        """Make a letter that still waits a draft again. Raises `NotNow` once it has left."""
        self._write(letter_id, {"state": "draft", "leaves_at": None, "error": "", "hint": ""}, ("waiting",))
        return self.get(letter_id)

    def sent_by_hand(self, letter_id: int) -> LetterView:
        """Say that a letter was sent in another program, or that an uncertain one arrived; its follow-up is ticked."""
        view = self.get(letter_id)
        with self._books.writing("change", f"sent: {view.subject}") as ledger:
            now = ledger.journal.now
            done = ledger.connection.execute(
                "UPDATE letter SET state = 'sent', sent_at = coalesce(sent_at, ?), sent_by = ?, error = '', hint = '',"
                " leaves_at = NULL, updated_at = ? WHERE id = ? AND profile_id = ?"
                " AND state IN ('draft', 'failed', 'uncertain')",
                (
                    now,
                    "smtp" if view.state == "uncertain" else "hand",
                    now,
                    letter_id,
                    self._books.profile.id,
                ),
            )
            if done.rowcount == 0:
                raise _not_now(self.get(letter_id))
            tick(ledger, view.follow_up_id)
        return self.get(letter_id)

    def _write(self, letter_id: int, stored: dict[str, Any], states: tuple[str, ...]) -> None:
        """Change a letter that is in one of some states. Raises `NotNow` for another one."""
        names = ", ".join(f"{name} = ?" for name in (*stored, "updated_at"))
        with self._books.database.writing() as session:
            done = raw(session).execute(
                f"UPDATE letter SET {names} WHERE id = ? AND profile_id = ?"  # noqa: S608  # own names
                f" AND state IN ({', '.join('?' * len(states))})",
                (
                    *stored.values(),
                    to_milliseconds(self._books.clock.now()),
                    letter_id,
                    self._books.profile.id,
                    *states,
                ),
            )
        if done.rowcount == 0:
            raise _not_now(self.get(letter_id))

    def _add(
        self, kind: str, job_id: int, round_id: int | None, contact_id: int | None, written: dict[str, Any]
    ) -> int:
        now = to_milliseconds(self._books.clock.now())
        with self._books.database.writing() as session:
            connection = raw(session)
            # The one for this person, else the one for nobody in particular.
            follow_up = connection.execute(
                "SELECT id FROM follow_up WHERE profile_id = ? AND job_id = ? AND round_id IS ? AND kind = ?"
                " AND status = 'open' AND deleted_at IS NULL AND (contact_id IS ? OR contact_id IS NULL)"
                " ORDER BY contact_id IS NULL, due_at LIMIT 1",
                (self._books.profile.id, job_id, round_id, kind, contact_id),
            ).fetchone()
            stored = {
                **written,
                "profile_id": self._books.profile.id,
                "job_id": job_id,
                "round_id": round_id,
                "contact_id": contact_id,
                "follow_up_id": None if follow_up is None else follow_up[0],
                "kind": kind,
                "state": "draft",
                "attempts": 0,
                "error": "",
                "hint": "",
                "message_id": "",
                "sent_by": "",
                "created_at": now,
                "updated_at": now,
            }
            number = connection.execute(
                f"INSERT INTO letter ({', '.join(stored)}) VALUES ({', '.join('?' * len(stored))})",  # noqa: S608
                tuple(stored.values()),
            ).lastrowid
        assert number is not None
        return number

    def _where(self, where: str, *given: object) -> tuple[LetterView, ...]:
        with self._books.reader.connection() as connection:
            return letters_where(connection, self._books.profile.id, where, *given)

    def _occasion(
        self, kind: LetterKind, round_id: int | None, job_id: int | None, contact_id: int | None
    ) -> tuple[Occasion, int]:
        """Return what a letter is about, and the number of its job."""
        view = None if round_id is None else self._lists.round(round_id)
        if view is None and job_id is None:
            raise FieldError("round", "A letter needs an interview, or a job that you applied for")
        number = view.job_id if view is not None else job_id
        assert number is not None
        if view is None and kind != "application":
            raise FieldError("kind", "Without an interview one can only ask after an application", kind)
        if contact_id is None and view is not None and len(view.contacts) == 1:
            contact_id = view.contacts[0].id
        job = JobPages(self._books.reader, self._books.profile.id, self._books.clock).get(number)
        contact = None if contact_id is None else self._lists.contact(contact_id)
        return (
            Occasion(
                kind,
                job.row.company,
                job.row.title,
                job.description,
                view,
                contact,
                job.applied_at,
                self._books.profile,
                self._strangers(job.row.company),
            ),
            number,
        )

    def _strangers(self, company: str) -> tuple[str, ...]:
        with self._books.reader.connection() as connection:
            names = connection.execute(
                "SELECT DISTINCT company FROM job WHERE profile_id = ? AND status <> 'new' AND company <> ?"
                " AND deleted_at IS NULL",
                (self._books.profile.id, company),
            ).fetchall()
        return tuple(name for (name,) in names)


def tick(ledger: Ledger, follow_up_id: int | None) -> None:
    """Say in a letter's own transaction that its follow-up was sent, where it is still open."""
    if follow_up_id is None:
        return
    try:
        before = ledger.read("follow_up", follow_up_id)
    except NotFound:
        return
    if before["status"] == "open":
        ledger.change("follow_up", follow_up_id, {"status": "done", "done_at": ledger.journal.now})


def _not_now(view: LetterView) -> NotNow:
    told = {
        "sent": ("This letter was sent already", "Draft a new one with --again."),
        "waiting": ("This letter is about to leave", "Take it back first."),
        "uncertain": ("This letter may have left already", "Say what became of it first."),
    }
    title, hint = told.get(view.state, ("This letter is not on its way", "Send it first."))
    return NotNow(title, f"letter {view.id}: {view.subject}", hint)
