"""Setting the outgoing mail up, trying it out, and saying how it stands."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from jobcopilot.clock import Clock
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.errors import UsageError
from jobcopilot.interviews.values import FieldError, choice, line
from jobcopilot.mail import values
from jobcopilot.mail.messages import Party, new_message_id
from jobcopilot.mail.outbox import MailOutbox, Secrets
from jobcopilot.mail.sending import LOOPBACK, PORT_HINT, Later, Server
from jobcopilot.mail.views import MailState, Security
from jobcopilot.text import clean_text

if TYPE_CHECKING:
    from jobcopilot.settings import MailSettings

SECURITIES: Final[tuple[Security, ...]] = ("starttls", "tls", "none")
TONES: Final = ("warm", "plain", "formal")


class Vault(Secrets, Protocol):
    """The vault, as far as setting up needs it."""

    def set(self, name: str, secret: str) -> None:
        """Keep a secret. Raises `VaultLocked`."""
        ...

    def delete(self, name: str) -> None:
        """Forget a secret."""
        ...


class MailSetup:
    """What the person sets about the outgoing mail."""

    def __init__(
        self,
        settings: Callable[[], MailSettings],
        save: Callable[[str, Any], None],
        vault: Callable[[], Vault],
        outbox: MailOutbox,
        reader: Reader,
        clock: Clock,
    ) -> None:
        """`save` writes one setting under its dotted name."""
        self._settings = settings
        self._save = save
        self._vault = vault
        self._outbox = outbox
        self._reader = reader
        self._clock = clock

    def change(self, changes: dict[str, object], password: str | None = None) -> MailSettings:
        """Set what is given, the password into the vault, and return all of it.

        Raises `FieldError` for what is none, `UsageError` for what does not go together, `VaultLocked` before anything
        is written.
        """
        now = self._settings()
        wanted = {name: _checked(name, value) for name, value in changes.items()}
        after = {**now.model_dump(), **wanted}
        if after["host"] and not after["address"]:
            raise FieldError("address", "It needs the address that your letters come from")
        if after["security"] == "none" and after["host"] and after["host"] not in LOOPBACK:
            raise FieldError(
                "security", "Mail to another machine is never sent without encryption", after["host"]
            )
        if after["reminders"] and not after["host"]:
            raise UsageError("Reminders by e-mail need a server for outgoing mail", hint="Give --host.")
        if wanted.get("reminders") and not now.reminders:
            # Whoever turns them on now is not sent what was due yesterday.
            wanted["reminders_since"] = self._clock.now().isoformat(timespec="seconds")
        if password is not None:
            secret = now.secret or f"mail:{uuid.uuid4().hex}"
            self._vault().set(secret, password)
            wanted["secret"] = secret
        known = now.model_dump()
        for name, value in wanted.items():
            if known[name] != value:
                self._save(f"mail.{name}", value)
        # What failed because of a wrong server or password is tried with the new one.
        self._outbox.retry()
        return self._settings()

    def forget(self) -> None:
        """Forget server and password; letters stay, and none that waited leaves by a later one unasked.

        Raises `VaultLocked`.
        """
        now = self._settings()
        if now.secret:
            self._vault().delete(now.secret)
        for name in ("host", "port", "security", "username", "secret", "reminders", "reminders_since"):
            self._save(f"mail.{name}", None)
        self._outbox.give_up("the server for outgoing mail was taken away")

    def test(self, to: str = "") -> str:
        """Send one letter to the person, now; return where it went. Raises the errors of `sending`, `UsageError`."""
        settings = self._settings()
        if not settings.host:
            raise UsageError("No outgoing mail is set up", hint="Set it up: jobcopilot mail setup")
        recipient = values.address(to or settings.address, required=True)
        try:
            self._outbox.post(settings).send(
                Party(settings.name, recipient),
                "Jobcopilot can send your letters",
                "This is the test that you asked for. Letters leave only when you say so.",
                message_id=new_message_id(settings.address),
                leaving=lambda: True,
                automatic=True,
            )
        except Later as later:
            # A test is no letter: nothing tries it again.
            raise Later(later.title, later.message, f"Try again in some minutes. {PORT_HINT}") from later
        return recipient

    def state(self) -> MailState:
        """Return how the outgoing mail stands."""
        settings = self._settings()
        day_ago = to_milliseconds(self._clock.now() - timedelta(days=1))
        with self._reader.connection() as connection:
            letters = dict(connection.execute("SELECT state, count(*) FROM letter GROUP BY state").fetchall())
            reminders = dict(
                connection.execute(
                    "SELECT state, count(*) FROM reminder_mail WHERE updated_at > ? GROUP BY state",
                    (day_ago,),
                ).fetchall()
            )
            trouble = connection.execute(
                "SELECT error FROM (SELECT error, updated_at FROM letter WHERE state IN ('waiting', 'failed')"
                " UNION ALL SELECT error, updated_at FROM reminder_mail WHERE state = 'waiting'"
                " OR (state = 'failed' AND updated_at > ?)"
                ") WHERE error <> '' ORDER BY updated_at DESC LIMIT 1",
                (day_ago,),
            ).fetchone()
        security: Security = settings.security
        return MailState(
            bool(settings.host),
            Server(settings.host, settings.port, security).address if settings.host else "",
            settings.address,
            (settings.reminders_to or settings.address) if settings.reminders else "",
            letters,
            reminders,
            "" if trouble is None else trouble[0],
        )


def _checked(name: str, value: object) -> Any:
    match name:
        case "host":
            host = line(name, value)
            if "/" in host or "@" in host or " " in host:
                raise FieldError(name, "host is the name of a server", host, "One such as smtp.example.com.")
            return host
        case "port":
            if not isinstance(value, int) or not 0 <= value <= 65535:
                raise FieldError(name, "port is a number up to 65535", str(value))
            return value
        case "security":
            return choice(name, value, SECURITIES)
        case "tone":
            return choice(name, value, TONES)
        case "address" | "reminders_to":
            return values.address(value, name)
        case "username" | "name" | "sign_off":
            return line(name, value, limit=100)
        case "signature":
            return clean_text(str(value), 1000)
        case "reminders":
            return bool(value)
        case _:
            raise FieldError(name, "There is no such setting of mail")


def settings_saver(file: Path) -> Callable[[str, Any], None]:
    """Return what writes one setting into the person's file."""
    from jobcopilot.settings import save_setting

    return lambda name, value: save_setting(file, name, value)
