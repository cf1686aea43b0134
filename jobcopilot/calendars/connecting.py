"""From an account to what speaks with it: its adapter, with the password from the vault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Final
from urllib.parse import urlsplit

from jobcopilot.calendars.port import Calendar, CalendarChoice, Locked, Refused, Secrets, Temporary
from jobcopilot.calendars.views import AccountView
from jobcopilot.errors import StorageError, UsageError
from jobcopilot.vault.port import VaultError, VaultLocked

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_INSTALL: Final = "Install what it needs: pip install 'jobcopilot[calendars]'"


def connected(account: AccountView, secrets: Secrets) -> Calendar:
    """Return what speaks with an account. Raises `Locked`, or `Refused` where its password or its library is gone."""
    make = _KINDS.get(account.kind)
    if make is None:
        raise Refused("This version cannot speak with such a calendar", account.kind, "Update Jobcopilot.")
    return make(account, _secret(account, secrets))


def find_calendars(address: str, username: str, password: str) -> tuple[CalendarChoice, ...]:
    """Return the calendars of a CalDAV account. Raises `UsageError`, `Refused` or `Temporary`."""
    _require("caldav")
    parts = urlsplit(address)
    named = parts.hostname or ("" if parts.scheme else parts.path.partition("/")[0])
    if parts.scheme not in ("", "http", "https") or not (parts.hostname or "." in named):
        raise UsageError("This is not a calendar's address", address, "One such as https://dav.example.com/")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise UsageError(
            "This address would send the password readable for everybody on the way",
            address,
            "Use the address that begins with https://",
        )
    if parts.username or parts.password:
        raise UsageError(
            "The address holds a name or a password", hint="Give them with --user, and when asked."
        )
    from jobcopilot.calendars.caldav_calendar import discover

    try:
        return discover(address, username, password)
    except Temporary as silent:
        raise Temporary(silent.title, f"{address}: {silent.message}", silent.hint) from silent


def import_libraries() -> None:
    """Import what speaking with a server needs, so that the first interview does not wait for it."""
    if find_spec("caldav") is not None:
        import caldav.davclient  # noqa: F401
        import niquests  # noqa: F401

        import jobcopilot.calendars.caldav_calendar  # noqa: F401


def _secret(account: AccountView, secrets: Secrets) -> str:
    if not account.secret:
        return ""
    try:
        found = secrets.get(account.secret)
    except VaultLocked as locked:
        raise Locked(locked.title, locked.message, locked.hint) from locked
    except (VaultError, StorageError) as refused:
        raise Temporary(refused.title, refused.message, refused.hint) from refused
    if found is None:
        raise Refused(
            "The password of this calendar is not kept any more",
            account.name,
            "Connect it again: jobcopilot calendar connect",
        )
    return found


def _caldav(account: AccountView, password: str) -> Calendar:
    _require("caldav")
    from jobcopilot.calendars.caldav_calendar import CalDav

    return CalDav(account.calendar, account.username, password)


def _google(account: AccountView, token: str) -> Calendar:
    require_google()
    from jobcopilot.calendars.google_calendar import GoogleCalendar

    return GoogleCalendar(account.calendar, token)


def require_google() -> None:
    """Raise `Refused`, with the command that installs it, where what speaks with Google is missing."""
    _require("googleapiclient")
    _require("google_auth_oauthlib")


def _require(module: str) -> None:
    if find_spec(module) is None:
        raise Refused("Speaking with this calendar needs a library that is not installed", module, _INSTALL)


_KINDS: Final[Mapping[str, Callable[[AccountView, str], Calendar]]] = {"caldav": _caldav, "google": _google}
"""Kind of account to what makes its adapter from the account and its password or token."""
