"""What waits to leave, carried out: by one process at a time, each mail at most once unless the person says otherwise.

Before a mail is handed over it is written down as uncertain, on the disk and not only in the cache of it; the
server's answer turns that into sent, waiting or failed. Whatever kills the process in between leaves it uncertain,
and nothing that is uncertain is ever sent again by itself.
"""

from __future__ import annotations

import logging
import sqlite3
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from jobcopilot.clock import Clock
from jobcopilot.database.faults import told_in_words
from jobcopilot.database.file_lock import held
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.database.reader import BUSY_MS, Reader
from jobcopilot.errors import JobcopilotError
from jobcopilot.interviews.books import Books
from jobcopilot.mail.letters import tick
from jobcopilot.mail.messages import Mail, Party, built
from jobcopilot.mail.rows import letters_where
from jobcopilot.mail.sending import Later, Patience, Refused, Server, TakenBack, Uncertain, send
from jobcopilot.mail.views import LetterView, MailReport, Security
from jobcopilot.text import clean_line

if TYPE_CHECKING:
    from jobcopilot.settings import MailSettings

log = logging.getLogger(__name__)

PAUSES: Final = tuple(timedelta(minutes=one) for one in (1, 2, 5, 10, 20, 30))
"""Between attempts; the last one stays. Greylisting lasts minutes."""
GIVE_UP_AFTER: Final = timedelta(days=1)
"""A thank-you note that could not leave for so long waits for the person."""
LOCKED_PAUSE: Final = timedelta(minutes=1)
REASON_LIMIT: Final = 300
_UNDER_WAY: Final = "it was being handed over when the program ended"
_AGAIN_HINT: Final = "Send it again if it is still to leave."
_PUT_BACK: Final = "it waited when the backup was made that was put back, and may have left since"
_UNCERTAIN_HINT: Final = "Look whether it arrived. Then say so: letters send --sent, or --again."


class Secrets(Protocol):
    """The vault, as far as it is needed here."""

    def get(self, name: str) -> str | None:
        """Return a secret, None where there is none. Raises `VaultLocked`."""
        ...


class MailOutbox:
    """The outgoing letters of one home, of all profiles; run on a thread."""

    def __init__(
        self,
        reader: Reader,
        running: Path,
        clock: Clock,
        settings: Callable[[], MailSettings],
        secrets: Callable[[], Secrets],
        books_of: Callable[[str], Books],
        *,
        context: Callable[[], ssl.SSLContext | None] = lambda: None,
        patience: Patience | None = None,
    ) -> None:
        """`books_of` takes the name of a profile; `context` makes what certificates are checked with."""
        self.reader = reader
        self.clock = clock
        self.patience = patience
        self.context = context
        self._running = running
        self._settings = settings
        self._secrets = secrets
        self._books_of = books_of

    def run(
        self,
        also: Callable[[Post], Counter[str]] | None = None,
        *,
        stop: threading.Event | None = None,
        only: int | None = None,
    ) -> MailReport:
        """Send what is due, `only` one letter where given, then what `also` sends; return what came of it.

        Raises `StorageError`. Nothing is done where another process is at it, or no mail is set up.
        """
        with held(self._running / "mail.busy", wait=False) as mine:
            if not mine:
                return MailReport(busy=True)
            settings = self._settings()
            if not settings.host:
                return MailReport()
            try:
                post = self.post(settings)
            except JobcopilotError as locked:
                self._put_off_all(locked)
                return MailReport(reason=str(locked))
            counts: Counter[str] = Counter()
            for profile, number in self.due(only):
                if stop is not None and stop.is_set():
                    break
                counts[self._letter(post, profile, number)] += 1
            if also is not None and not (stop is not None and stop.is_set()):
                counts += also(post)
        return MailReport(counts["sent"], counts["waiting"], counts["failed"], counts["uncertain"])

    def due(self, only: int | None = None) -> list[tuple[str, int]]:
        """Return the letters that are to leave now, with the names of their profiles; what waits longest first."""
        with self.reader.connection() as connection:
            return connection.execute(
                "SELECT profile.name, letter.id FROM letter JOIN profile ON profile.id = profile_id"
                " WHERE state = 'waiting' AND leaves_at <= ? AND (?2 IS NULL OR letter.id = ?2) ORDER BY leaves_at",
                (to_milliseconds(self.clock.now()), only),
            ).fetchall()

    def post(self, settings: MailSettings | None = None) -> Post:
        """Return what speaks with the server. Raises `VaultLocked`, `Refused` where the password is gone."""
        settings = settings or self._settings()
        password = ""
        if settings.username:
            found = self._secrets().get(settings.secret) if settings.secret else None
            if found is None:
                raise Refused(
                    "The password for outgoing mail is not kept any more",
                    settings.username,
                    "Give it again: jobcopilot mail setup",
                )
            password = found
        return Post(settings, password, self)

    def retry(self) -> None:
        """Let everything that waits be tried at once: after the vault was unlocked or the server corrected."""
        now = to_milliseconds(self.clock.now())
        self.mark(
            "UPDATE letter SET leaves_at = ?1 WHERE state = 'waiting' AND attempts + (error <> '') > 0"
            " AND leaves_at > ?1",
            now,
        )
        self.mark("UPDATE reminder_mail SET next_attempt = ? WHERE state = 'waiting'", now)

    def give_up(self, why: str) -> None:
        """Let nothing of what waits leave by itself any more; the person is told why."""
        self.mark(
            "UPDATE letter SET state = 'failed', error = ?, hint = ?, leaves_at = NULL, updated_at = ?"
            " WHERE state = 'waiting'",
            why, _AGAIN_HINT, to_milliseconds(self.clock.now()),
        )  # fmt: skip

    def mark(self, statement: str, *values: object) -> int:
        """Write one statement and have it on the disk before anything else happens; return how many rows it met."""
        with (
            told_in_words(self.reader.file),
            closing(
                sqlite3.connect(self.reader.file, timeout=BUSY_MS / 1000, isolation_level=None)
            ) as connection,
        ):
            # FULL: after a power cut, what may have left must be known to.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            return connection.execute(statement, values).rowcount

    def _letter(self, post: Post, profile: str, number: int) -> str:
        """Send one letter; return the state that it is in then."""
        books = self._books_of(profile)
        with self.reader.connection() as connection:
            found = letters_where(connection, books.profile.id, " AND letter.id = ?", number)
        if not found:
            return "waiting"
        letter, now = found[0], self.clock.now()
        asked = self._asked_at(number) or now
        if now - asked >= GIVE_UP_AFTER:
            # The machine was off, or the vault locked: whether it is still to leave, only the person knows.
            why = clean_line(letter.error, REASON_LIMIT) or "the machine was off"
            self._settle(number, "failed", Later("It could not leave for a day", why, _AGAIN_HINT))
            return "failed"

        def leaving() -> bool:
            at = to_milliseconds(self.clock.now())
            read = 0 if letter.updated_at is None else to_milliseconds(letter.updated_at)
            # As it was read: what was taken back, changed and asked for again leaves in its new words.
            return (
                self.mark(
                    "UPDATE letter SET state = 'uncertain', error = ?, hint = ?, attempts = attempts + 1,"
                    " updated_at = ? WHERE id = ? AND state = 'waiting' AND leaves_at <= ? AND updated_at = ?",
                    _UNDER_WAY, _UNCERTAIN_HINT, at, number, at, read,
                ) == 1
            )  # fmt: skip

        try:
            post.send(
                Party(letter.recipient_name, letter.recipient_email),
                letter.subject,
                letter.body,
                message_id=letter.message_id,
                leaving=leaving,
                sender=books.profile.full_name,
            )
        except TakenBack:
            return "draft"
        except Later as later:
            return self._again(letter, later, now)
        except Uncertain as broken:
            self._settle(number, "uncertain", broken)
            return "uncertain"
        except JobcopilotError as refused:
            self._settle(number, "failed", refused)
            return "failed"
        self._sent(books, letter)
        return "sent"

    def _sent(self, books: Books, letter: LetterView) -> None:
        """Write down that a letter left, and tick its follow-up, in one transaction."""
        with books.writing("change", f"sent: {letter.subject}") as ledger:
            ledger.connection.execute(
                "UPDATE letter SET state = 'sent', sent_at = ?1, sent_by = 'smtp', leaves_at = NULL, error = '',"
                " hint = '', updated_at = ?1 WHERE id = ?2",
                (ledger.journal.now, letter.id),
            )
            tick(ledger, letter.follow_up_id)

    def _again(self, letter: LetterView, told: Later, now: datetime) -> str:
        attempts = letter.attempts + 1
        begun = self._asked_at(letter.id) or now
        if now - begun >= GIVE_UP_AFTER:
            self._settle(letter.id, "failed", told)
            return "failed"
        pause = PAUSES[min(attempts, len(PAUSES)) - 1]
        self.mark(
            "UPDATE letter SET state = 'waiting', leaves_at = ?, attempts = ?, error = ?, hint = ?, updated_at = ?"
            " WHERE id = ? AND state IN ('waiting', 'uncertain')",
            to_milliseconds(self.clock.now() + pause), attempts, reason_of(told), told.hint,
            to_milliseconds(self.clock.now()), letter.id,
        )  # fmt: skip
        return "waiting"

    def _asked_at(self, number: int) -> datetime | None:
        from jobcopilot.database.moments import from_milliseconds

        with self.reader.connection() as connection:
            (asked,) = connection.execute("SELECT asked_at FROM letter WHERE id = ?", (number,)).fetchone()
        return None if asked is None else from_milliseconds(asked)

    def _settle(self, number: int, state: str, told: JobcopilotError) -> None:
        self.mark(
            "UPDATE letter SET state = ?, error = ?, hint = ?, leaves_at = NULL, updated_at = ?"
            " WHERE id = ? AND state IN ('waiting', 'uncertain')",
            state, reason_of(told), told.hint, to_milliseconds(self.clock.now()), number,
        )  # fmt: skip

    def _put_off_all(self, told: JobcopilotError) -> None:
        """Say at everything that is due why it waits; none of it was tried."""
        now = self.clock.now()
        later = to_milliseconds(now + LOCKED_PAUSE)
        self.mark(
            "UPDATE letter SET error = ?, hint = ?, leaves_at = ? WHERE state = 'waiting' AND leaves_at <= ?",
            reason_of(told), told.hint, later, to_milliseconds(now),
        )  # fmt: skip
        log.info("mail waits: %s", told.title)


def hold_back(file: Path, now: datetime) -> int:
    """Let no letter that waits in a database leave by itself, as it may have left already; return how many waited."""
    with told_in_words(file), closing(sqlite3.connect(file, isolation_level=None)) as connection:
        return connection.execute(
            "UPDATE letter SET state = 'uncertain', error = ?, hint = ?, leaves_at = NULL, updated_at = ?"
            " WHERE state = 'waiting'",
            (_PUT_BACK, _UNCERTAIN_HINT, to_milliseconds(now)),
        ).rowcount


class Post:
    """One server, with the password for this run."""

    def __init__(self, settings: MailSettings, password: str, outbox: MailOutbox) -> None:
        self.settings = settings
        self.outbox = outbox
        security: Security = settings.security
        self.server = Server(settings.host, settings.port, security, settings.username)
        self._password = password

    def send(
        self,
        recipient: Party,
        subject: str,
        body: str,
        *,
        message_id: str,
        leaving: Callable[[], bool],
        sender: str = "",
        html: str = "",
        automatic: bool = False,
    ) -> None:
        """Send one mail; `sender` is the person's name where the settings have none.

        Raises as `sending.send` does, and `FieldError` for an address that is none.
        """
        at = self.outbox.clock.now()
        zone: tzinfo = self.outbox.clock.zone()
        mail = Mail(
            Party(self.settings.name or sender, self.settings.address),
            recipient,
            subject,
            body,
            message_id,
            at.astimezone(zone).replace(microsecond=0),
            html,
            automatic,
        )
        send(
            self.server,
            self._password,
            built(mail),
            leaving=leaving,
            context=self.outbox.context(),
            patience=self.outbox.patience,
        )


def reason_of(told: JobcopilotError) -> str:
    """Return a reason as it is kept and shown."""
    return clean_line(f"{told.title}: {told.message}" if told.message else told.title, REASON_LIMIT)
