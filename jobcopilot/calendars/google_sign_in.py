"""Signing in to Google from a terminal: the person's browser comes back to this machine with a code (RFC 8252, PKCE).

Nothing is opened or sent before the person goes to the address.
"""

from __future__ import annotations

import queue
import secrets
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from jobcopilot.calendars.google_client import SCOPE, TIMEOUT, GoogleClient, GoogleToken, quiet
from jobcopilot.calendars.port import Refused, Temporary
from jobcopilot.errors import Cancelled, JobcopilotError, StorageError
from jobcopilot.text import clean_line

PATIENCE: Final = 300.0
"""Seconds for the person to sign in and agree."""
_GLANCE: Final = 0.2
_AGAIN: Final = "Try again: jobcopilot calendar connect google --client FILE"
_PAGE: Final = (
    '<!doctype html><meta charset="utf-8"><title>Jobcopilot</title>'
    '<body style="font-family: sans-serif; margin: 4em">{words}</body>'
)
_CAME: Final = "Jobcopilot has Google's answer. You can close this page and go back to the terminal."
_FOREIGN: Final = "This page does not belong to the sign-in that is open. Nothing was done."


class SignIn:
    """One sign-in, from the address that the person goes to until the token; close it in any case."""

    def __init__(self, client: GoogleClient, *, port: int = 0) -> None:
        """Listen for the answer, at `port` or any that is free. Raises `StorageError` where it is taken."""
        from google_auth_oauthlib.flow import Flow

        quiet()
        self._client = client
        self._state = secrets.token_urlsafe(32)
        self._answers: queue.Queue[dict[str, str]] = queue.Queue(maxsize=1)
        try:
            self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        except (OSError, OverflowError) as refused:
            raise StorageError(
                "This machine does not let Jobcopilot wait for Google's answer",
                f"port {port}: {getattr(refused, 'strerror', None) or 'there is no such port'}",
                "Leave --port out, and any that is free is taken.",
            ) from refused
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_GLANCE,), daemon=True)
        self._thread.start()
        self._flow: Any = Flow.from_client_config(
            client.config, [SCOPE], redirect_uri=f"http://127.0.0.1:{self.port}"
        )
        # Without "consent" Google gives whoever agreed before no token that lasts.
        self.address: str = self._flow.authorization_url(state=self._state, prompt="consent")[0]

    def wait(self, seconds: float = PATIENCE, stop: threading.Event | None = None) -> GoogleToken:
        """Wait until the person agreed, and return the token.

        Raises `Refused` where they did not, `Temporary` where nothing came in time or Google does not answer,
        `Cancelled` once `stop` is set.
        """
        answer = self._answer(time.monotonic() + seconds, stop)
        if answer is None:
            raise Temporary(
                "Nobody signed in", f"no answer came from the browser within {seconds:.0f} s", _AGAIN
            )
        if "code" not in answer:
            why = clean_line(answer.get("error", ""), 80)
            if why == "access_denied":
                raise Refused("Google was not given permission", "the page was answered with no", _AGAIN)
            raise Refused("Google did not let you sign in", f"it says: {why}", _AGAIN)
        return self._exchanged(answer["code"])

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> SignIn:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self, until: float, stop: threading.Event | None) -> dict[str, str] | None:
        while time.monotonic() < until:
            if stop is not None and stop.is_set():
                raise Cancelled("The sign-in was stopped", "nothing was connected")
            try:
                return self._answers.get(timeout=max(0.0, min(_GLANCE, until - time.monotonic())))
            except queue.Empty:
                continue
        return None

    def _exchanged(self, code: str) -> GoogleToken:
        """Return the token for a code; the code is of no use to anybody without this flow's verifier."""
        from oauthlib.oauth2 import OAuth2Error
        from requests import RequestException

        try:
            token = self._flow.fetch_token(code=code, timeout=TIMEOUT)
        except Warning as other:
            # What oauthlib raises where other permissions were given than asked for.
            token = getattr(other, "token", {})
        except OAuth2Error as refused:
            raise self._refusal(str(refused.error or ""), refused.status_code) from None
        except RequestException as silent:
            raise Temporary("Google does not answer", type(silent).__name__, _AGAIN) from None
        except (ValueError, LookupError, TypeError):
            raise Temporary("Google answers what is not understood", "instead of a token", _AGAIN) from None
        granted = token.get("scope", SCOPE)
        if SCOPE not in (granted.split() if isinstance(granted, str) else granted):
            raise Refused(
                "The permission to see and change events was not given",
                "it is a box on Google's page that has to be ticked",
                _AGAIN,
            )
        refresh, expires = token.get("refresh_token"), token.get("expires_at")
        if not refresh:
            raise Refused(
                "Google gave no permission that lasts",
                hint=f"Remove Jobcopilot at https://myaccount.google.com/connections first. {_AGAIN}",
            )
        at = None if expires is None else datetime.fromtimestamp(float(expires), UTC)
        return GoogleToken(self._client, str(refresh), str(token.get("access_token", "")), at)

    @staticmethod
    def _refusal(why: str, status: int | None) -> JobcopilotError:
        if why == "invalid_client":
            return Refused(
                "Google does not know this client",
                "it was deleted, or its secret was changed",
                "Download its file again at https://console.cloud.google.com/auth/clients",
            )
        if (status or 0) >= 500 or why in ("server_error", "temporarily_unavailable", "missing_token"):
            return Temporary("Google answers what is not understood", clean_line(why, 80), _AGAIN)
        return Refused("Google did not let you sign in", f"it says: {clean_line(why, 80)}", _AGAIN)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        answers, state = self._answers, self._state

        class Handler(BaseHTTPRequestHandler):
            timeout = 10
            """Seconds for a connection that says nothing, as browsers make ahead."""

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                given = {name: values[0] for name, values in parse_qs(parts.query).items()}
                if parts.path != "/" or not given:
                    self._say(404, _FOREIGN)
                elif not secrets.compare_digest(given.get("state", "").encode(), state.encode()):
                    self._say(400, _FOREIGN)
                else:
                    self._say(200, _CAME)
                    if not answers.full():
                        answers.put_nowait(given)

            def _say(self, status: int, words: str) -> None:
                content = _PAGE.format(words=words).encode()
                self.send_response(status)
                for name, value in (
                    ("Content-Type", "text/html; charset=utf-8"),
                    ("Content-Length", str(len(content))),
                    ("Cache-Control", "no-store"),
                    ("Referrer-Policy", "no-referrer"),
                    ("Connection", "close"),
                ):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
                pass

        return Handler


def revoke(token: GoogleToken) -> None:
    """Give a permission back: Google forgets every token of this client for this person.

    One that is revoked already is fine. Raises `Temporary` where Google does not answer so.
    """
    from urllib.parse import urlencode

    import httplib2

    http = httplib2.Http(timeout=TIMEOUT)
    http.follow_redirects = False
    try:
        answer, content = http.request(
            token.client.revoke_uri,
            "POST",
            urlencode({"token": token.refresh_token}),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
    except (httplib2.HttpLib2Error, OSError, ValueError) as silent:
        raise Temporary("Google does not answer", type(silent).__name__) from None
    finally:
        http.close()
    if answer.status != 200 and not (answer.status == 400 and b"invalid_token" in content):
        raise Temporary("Google did not take the permission back", f"it answered {answer.status}")
