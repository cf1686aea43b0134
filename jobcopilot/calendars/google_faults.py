"""What an answer of Google's that is not the wished one means: source are the reference's "Handle API errors" and the
reasons of its error bodies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Any, Final

from jobcopilot.calendars.port import CalendarError, Changed, Permanent, Refused, Temporary
from jobcopilot.text import clean_line

_RECONNECT: Final = "Connect it again: jobcopilot calendar connect google"
_SLOWER: Final = ("ratelimitexceeded", "userratelimitexceeded", "resource_exhausted", "rate_limit_exceeded")
_TOMORROW: Final = (
    "dailylimitexceeded",
    "dailylimitexceededunreg",
    "quotaexceeded",
    "calendarusagelimitsexceeded",
)
LONG_PAUSE: Final = 3600.0
"""Seconds, for quotas that are counted by days."""
_API_OFF: Final = ("accessnotconfigured", "service_disabled")
_TOO_LITTLE: Final = ("insufficientpermissions", "access_token_scope_insufficient", "insufficient_scope")
_READ_ONLY: Final = ("forbidden", "requiredaccesslevel", "domainpolicy")


class Answered(Exception):  # it is an answer, not a fault
    """An answer with a status that the asking method deals with itself."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(status)
        self.status = status
        self.said = said
        """Google's own words, made safe."""


def fault_of(status: int, headers: Mapping[str, str], content: bytes) -> CalendarError:
    """Return what an answer means."""
    reasons, said = reasons_of(content)
    told = f"it answered {status}" + (f": {said}" if said else "")
    pause = retry_after(headers)
    if status == 401:
        return revoked("it answered 401")
    if status == 429 or reasons.intersection(_SLOWER):
        return Temporary("Google Calendar asks for fewer requests", told, retry_after=pause)
    if reasons.intersection(_TOMORROW):
        return Temporary(
            "Google Calendar's quota is used up", told, retry_after=max(pause or 0.0, LONG_PAUSE)
        )
    if status >= 500 or status in (408, 425):
        return Temporary("Google Calendar does not answer properly", told, retry_after=pause, answered=True)
    if status == 403:
        return _forbidden(reasons, told)
    if status in (400, 404, 409, 410, 412, 413, 422):
        return Permanent("Google Calendar does not take this interview", told)
    return Temporary("Google Calendar answers what is not understood", told, answered=True)


def _forbidden(reasons: frozenset[str], told: str) -> CalendarError:
    if reasons.intersection(_API_OFF):
        return Refused(
            "The Google Calendar API is not switched on for your client",
            told,
            "Switch it on at https://console.cloud.google.com/apis/library/calendar-json.googleapis.com, wait a"
            " minute, then: jobcopilot calendar sync",
        )
    if reasons.intersection(_TOO_LITTLE):
        return Refused(
            "Google was not given permission to change events", told, f"{_RECONNECT}, and tick the box."
        )
    if reasons.intersection(_READ_ONLY):
        return Refused(
            "Google does not let this account change the calendar", told, "Choose a calendar of your own."
        )
    if not reasons:
        # No answer of Google's at all: a proxy's or a hotel's page.
        return Temporary("Google Calendar answers what is not understood", told, answered=True)
    return Permanent("Google Calendar does not take this interview", told)


def revoked(why: str) -> Refused:
    """Return what a permission that is not valid any more means for the person."""
    return Refused(
        "Google does not accept Jobcopilot's permission any more",
        f"{why}: it was taken back, the password was changed, or it ran out",
        f'{_RECONNECT}. A client whose audience is "Testing" has to be connected every seven days; publish it.',
    )


def reasons_of(content: bytes) -> tuple[frozenset[str], str]:
    """Return the reasons that an answer gives, in lower case, and its words made safe; empty where it has none."""
    try:
        error = json.loads(content)["error"]
        found = [one.get("reason") for one in [*error.get("errors", ()), *error.get("details", ())]]
        reasons = {str(one).lower() for one in [*found, error.get("status")] if one}
        return frozenset(reasons), clean_line(str(error.get("message", "")), 160)
    except (ValueError, LookupError, TypeError, AttributeError):
        return frozenset(), ""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return after how many seconds an answer wants to be asked again (RFC 9110, 10.2.3), None where it does not."""
    wished = headers.get("retry-after", "").strip()
    try:
        if wished.isdigit():
            return float(wished)
        # A date is counted from the answer's own: this machine's clock may be wrong.
        return max(
            (parsedate_to_datetime(wished) - parsedate_to_datetime(headers["date"])).total_seconds(), 0.0
        )
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


@contextmanager
def told() -> Iterator[None]:
    """Turn what the libraries raise into the port's errors, without anything that may hold a token."""
    import ssl
    from http.client import HTTPException

    from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
    from googleapiclient.errors import Error, HttpError
    from httplib2 import HttpLib2Error

    try:
        yield
    except (CalendarError, Changed, Answered):
        raise
    except HttpError as answer:
        raise fault_of(int(answer.resp.status), answer.resp, answer.content) from None
    except RefreshError as refused:
        raise _refresh_fault(refused) from None
    except ssl.SSLCertVerificationError:
        raise Refused(
            "Google's certificate cannot be trusted",
            "the connection was not made, and nothing was sent",
            "Is something on this network between you and Google? Then: jobcopilot calendar sync",
        ) from None
    except (TransportError, HttpLib2Error, HTTPException, OSError) as silent:
        raise Temporary("Google Calendar does not answer", _network_words(silent)) from None
    except (Error, GoogleAuthError, ValueError, LookupError, TypeError) as odd:
        raise Temporary(
            "Google Calendar answers what is not understood", type(odd).__name__, answered=True
        ) from None


def _refresh_fault(refused: Any) -> CalendarError:
    given = refused.args[1] if len(refused.args) > 1 and isinstance(refused.args[1], dict) else {}
    why = clean_line(str(given.get("error", "")), 60)
    if refused.retryable or not why:
        return Temporary("Google does not renew the permission just now", why)
    if why in ("invalid_client", "deleted_client", "unauthorized_client", "org_internal"):
        return Refused(
            "Google does not accept your client any more",
            f"it says: {why}",
            f"Download its file again, or make another one, then: {_RECONNECT} --client FILE",
        )
    return revoked(f"it says: {why}")


def _network_words(fault: BaseException) -> str:
    if isinstance(fault, TimeoutError):
        return "nothing came in time"
    return "no connection came about" if isinstance(fault, OSError) else type(fault).__name__
