"""The person's own Google client, and the token that a sign-in with it gives: what is read, checked and kept."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urljoin, urlsplit

from jobcopilot.calendars.port import Refused
from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.errors import BadInput, NotFound

SCOPE: Final = "https://www.googleapis.com/auth/calendar.events"
"""The only permission that is asked for: events, but neither the list of calendars nor their settings."""
TIMEOUT: Final = 30
"""Seconds for one request."""
SIZE_LIMIT: Final = 100_000
"""Bytes; a client file has some hundred."""
_LOGGERS: Final = (
    "googleapiclient", "google_auth_httplib2", "google_auth_oauthlib", "google", "oauthlib", "requests_oauthlib"
)  # fmt: skip
_GOOGLE: Final = ("google.com", "googleapis.com")
_LOOPBACK: Final = ("127.0.0.1", "localhost")
_HOW: Final = (
    'Make a client of the kind "Desktop app" at https://console.cloud.google.com/auth/clients and download its JSON'
    " file; the README says how in five steps."
)


@dataclass(frozen=True, slots=True)
class GoogleClient:
    """What Google knows this program as, in the name of the person who registered it."""

    client_id: str
    client_secret: str = field(repr=False)
    auth_uri: str
    token_uri: str

    @property
    def revoke_uri(self) -> str:
        """Where a permission is given back: beside the token endpoint, at its present and its former address."""
        return urljoin(self.token_uri, "revoke")

    @property
    def config(self) -> dict[str, dict[str, str]]:
        """The client as Google's library reads it."""
        return {"installed": asdict(self)}


@dataclass(frozen=True, slots=True)
class GoogleToken:
    """A permission that the person gave, with the client that it was given to; it lies in the vault as JSON."""

    client: GoogleClient
    refresh_token: str = field(repr=False)
    access_token: str = field(default="", repr=False)
    expires_at: datetime | None = None

    def as_json(self) -> str:
        """Return it as it is kept."""
        expires = None if self.expires_at is None else to_milliseconds(self.expires_at)
        return json.dumps(
            {
                "client": asdict(self.client),
                "refresh_token": self.refresh_token,
                "access_token": self.access_token,
                "expires_at": expires,
            }
        )

    @staticmethod
    def from_json(stored: str) -> GoogleToken:
        """Read back what `as_json` wrote. Raises `Refused` for anything else."""
        try:
            kept = json.loads(stored)
            expires = kept["expires_at"]
            return GoogleToken(
                GoogleClient(**kept["client"]),
                str(kept["refresh_token"]),
                str(kept["access_token"]),
                None if expires is None else from_milliseconds(expires),
            )
        except (ValueError, LookupError, TypeError):
            # Neither the text nor the fault may be quoted: both may hold the token.
            raise Refused(
                "What is kept for Google Calendar cannot be read",
                hint="Connect it again: jobcopilot calendar connect google --client FILE",
            ) from None


def read_client(file: Path) -> GoogleClient:
    """Return the client that a file from Google's console describes.

    Raises `NotFound`, or `BadInput` for a file of another kind or one whose addresses are not Google's.
    """
    try:
        with file.expanduser().open("rb") as opened:
            raw = opened.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        raise NotFound("There is no such client file", str(file), _HOW) from None
    except OSError as refused:
        raise BadInput("The client file cannot be read", f"{file}: {refused.strerror}") from refused
    try:
        content = json.loads(raw) if len(raw) <= SIZE_LIMIT else None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise BadInput("This is no client file", str(file), _HOW)
    if "installed" not in content:
        kind = next((one for one in ("web", "type") if one in content), "")
        found = {"web": "it is for a web server", "type": f"it is for a {content.get('type')!s:.40}"}
        raise BadInput("This client file is of another kind", found.get(kind, "") or str(file), _HOW)
    return _checked(content["installed"], file)


def quiet() -> None:
    """Keep Google's libraries from writing: they would quote addresses, answers and tokens."""
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _checked(given: object, file: Path) -> GoogleClient:
    names = ("client_id", "client_secret", "auth_uri", "token_uri")
    values = [given.get(name) if isinstance(given, dict) else None for name in names]
    missing = [
        name for name, value in zip(names, values, strict=True) if not isinstance(value, str) or not value
    ]
    if missing:
        raise BadInput("The client file is not whole", f"{file}: no {', '.join(missing)}", _HOW)
    client = GoogleClient(*map(str, values))
    for address in (client.auth_uri, client.token_uri):
        # Whoever owns these addresses gets the person's permission: a file from elsewhere must not name others.
        if not _is_google(address):
            raise BadInput(
                "The client file names an address that is not Google's", f"{file}: {address:.80}", _HOW
            )
    return client


def _is_google(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "http":
        return host in _LOOPBACK
    return parts.scheme == "https" and (
        host in _LOOPBACK or any(host == one or host.endswith(f".{one}") for one in _GOOGLE)
    )
