"""Connecting a calendar at Google, and giving its permission back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jobcopilot.calendars.google_client import GoogleClient, GoogleToken
from jobcopilot.calendars.port import Refused, Secrets
from jobcopilot.calendars.rows import accounts_where
from jobcopilot.calendars.views import AccountView
from jobcopilot.database.reader import Reader
from jobcopilot.errors import JobcopilotError, UsageError

if TYPE_CHECKING:
    from jobcopilot.calendars.accounts import CalendarAccounts

PERMISSIONS: Final = "https://myaccount.google.com/connections"
"""Where a person sees and ends what they permitted."""


_PROBE: Final = "calendar:probe"


@dataclass(frozen=True, slots=True)
class Left:
    """What became of a permission when its calendar was disconnected."""

    account: AccountView
    revoked: bool
    reason: str = ""
    """Why Google still has the permission."""


class GoogleAccounts:
    """The calendars of one profile at Google, and their permissions."""

    def __init__(self, accounts: CalendarAccounts, reader: Reader, secrets: Callable[[], Secrets]) -> None:
        self._accounts = accounts
        self._reader = reader
        self._secrets = secrets

    def known_client(self) -> GoogleClient:
        """Return the client that a calendar is connected with already. Raises `UsageError`, `VaultLocked`."""
        for _, token in self._tokens():
            return token.client
        raise UsageError(
            "Google Calendar needs your own client file",
            hint="Give it with --client FILE; the README says in five steps how to get one.",
        )

    def try_vault(self) -> None:
        """Keep something for a moment, so that a vault that is locked is told before the person signs in.

        Raises `VaultLocked`, `VaultError`.
        """
        self._secrets().set(_PROBE, "")
        self._secrets().delete(_PROBE)

    def connect(self, token: GoogleToken, *, name: str = "Google", calendar: str = "") -> AccountView:
        """Connect a calendar with what a sign-in gave; connecting it again replaces the permission.

        `calendar` is its id, else the account's own one. Raises `Refused`, `Vanished`, `Temporary`, `VaultLocked`; the
        permission is given back then.
        """
        from jobcopilot.calendars.google_calendar import PRIMARY, GoogleCalendar, checked_calendar

        secret = token.as_json()
        try:
            wanted = checked_calendar(calendar)
            speaking = GoogleCalendar(wanted, secret)
            try:
                about = speaking.about()
            finally:
                speaking.close()
            if not about.writable:
                raise Refused(
                    "This calendar may only be read", about.name or wanted, "Choose a calendar of your own."
                )
            # `primary` is another calendar in every account; its name, mostly the account's address, tells them apart.
            return self._accounts.connect(
                "google",
                name=name,
                address=about.name if wanted == PRIMARY else "",
                username=about.name if wanted == PRIMARY else "",
                calendar=wanted,
                calendar_name=about.name,
                secret=secret,
            )
        except JobcopilotError:
            with suppress(JobcopilotError):
                self._give_back(token, besides=None)
            raise

    def disconnect(self, account: AccountView) -> Left:
        """Give the permission back and forget the calendar; what it holds stays there. Raises `VaultLocked`."""
        reason = ""
        stored = self._secrets().get(account.secret)
        if stored is not None:
            try:
                reason = self._give_back(GoogleToken.from_json(stored), besides=account.id)
            except JobcopilotError as refused:
                reason = f"{refused.title} ({refused.message})" if refused.message else refused.title
        return Left(self._accounts.disconnect(account.id), revoked=not reason, reason=reason)

    def _give_back(self, token: GoogleToken, *, besides: int | None) -> str:
        """Give a permission back; return why not. Google ends all of a client's at once, so others are looked after."""
        from jobcopilot.calendars.google_sign_in import revoke

        for account, other in self._tokens():
            if account.id != besides and other.client.client_id == token.client.client_id:
                return f'"{account.name}" is connected with the same client'
        revoke(token)
        return ""

    def _tokens(self) -> list[tuple[AccountView, GoogleToken]]:
        """Return what is connected with Google in any profile of this home."""
        with self._reader.connection() as connection:
            accounts = accounts_where(connection, "kind = 'google'")
        found = []
        for account in accounts:
            stored = self._secrets().get(account.secret)
            with suppress(Refused):
                if stored is not None:
                    found.append((account, GoogleToken.from_json(stored)))
        return found
