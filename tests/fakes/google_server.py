"""Google on loopback: sign-in, tokens and calendars, answering as the reference describes, and failing on demand."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
import urllib.request
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tests.fakes.google_calendars import OneCalendar, Refusal, only

CLIENT_ID, CLIENT_SECRET = "123-abc.apps.googleusercontent.com", "client-secret-of-ada"
SCOPE = "https://www.googleapis.com/auth/calendar.events"
QUOTA = {
    "slower": Refusal(403, "rateLimitExceeded", "Rate Limit Exceeded"),
    "user": Refusal(403, "userRateLimitExceeded", "User Rate Limit Exceeded"),
    "later": Refusal(429, "rateLimitExceeded", "Too Many Requests", {"Retry-After": "120"}),
    "tomorrow": Refusal(403, "quotaExceeded", "Calendar usage limits exceeded."),
}


@dataclass
class Fault:
    """What goes wrong with the next requests of a kind."""

    method: str
    how: Refusal | str
    """An answer instead of the work, or after it: `drop` the connection, `truncate` or `garble` the answer, `slow`."""
    times: int = 1
    path: str = ""


@dataclass
class Google:
    """One Google with one person's calendars."""

    calendars: dict[str, OneCalendar] = field(default_factory=lambda: {"primary": OneCalendar()})
    refresh_tokens: set[str] = field(default_factory=set)
    access_tokens: set[str] = field(default_factory=set)
    scope: str = SCOPE
    """What the person agrees to."""
    faults: list[Fault] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of every request."""
    token_answers: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    """What the token endpoint says next instead of giving a token."""
    before: Callable[[str, str], object] = lambda _method, _path: None
    released: threading.Event = field(default_factory=threading.Event)
    """Set it to let slow answers go."""
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _count: int = 0
    _guard: threading.RLock = field(default_factory=threading.RLock)

    def start(self) -> Google:
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def endpoint(self) -> str:
        return f"{self.address}/calendar/v3/"

    @property
    def calendar(self) -> OneCalendar:
        return self.calendars["primary"]

    def client_file(self, folder: Path, **changes: Any) -> Path:
        """Write what Google's console gives for a desktop app."""
        client = {
            "client_id": CLIENT_ID,
            "project_id": "ada-jobs",
            "auth_uri": f"{self.address}/o/oauth2/auth",
            "token_uri": f"{self.address}/token",
            "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
            "client_secret": CLIENT_SECRET,
            "redirect_uris": ["http://localhost"],
        }
        file = folder / "client_secret.json"
        file.write_text(json.dumps({"installed": {**client, **changes}}))
        return file

    def fail(self, method: str, how: Refusal | str, times: int = 1, path: str = "") -> None:
        self.faults.append(Fault(method, how, times, path))

    def new_tokens(self) -> dict[str, Any]:
        """Return what the token endpoint gives for a code."""
        with self._guard:
            self._count += 1
            access, refresh = f"access-{self._count}", f"1//refresh-{self._count}"
            self.access_tokens.add(access)
            self.refresh_tokens.add(refresh)
        return {
            "access_token": access,
            "refresh_token": refresh,
            "expires_in": 3599,
            "scope": self.scope,
            "token_type": "Bearer",
        }

    def forget_everything(self) -> None:
        """Take the permission back, as the person can on Google's page."""
        self.refresh_tokens.clear()
        self.access_tokens.clear()

    # --- the person's browser ---------------------------------------------------------------------------------------

    def agree(self, address: str, **changes: str) -> tuple[int, str]:
        """Go to the address of a sign-in and agree; return what the page says that the browser ends at.

        `changes` are of what the browser brings back: `error`, `state`.
        """
        parts = urlsplit(address)
        asked = {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=True).items()}
        assert address.startswith(f"{self.address}/o/oauth2/auth?"), address
        assert (asked["client_id"], asked["response_type"]) == (CLIENT_ID, "code")
        assert (asked["scope"], asked["access_type"], asked["prompt"]) == (SCOPE, "offline", "consent")
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["state"]) >= 32
        self._codes["4/code"] = asked
        back = {"state": asked["state"], "code": "4/code", "scope": self.scope, **changes}
        if "error" in back:
            back.pop("code")
        return visit(f"{asked['redirect_uri']}/?{urlencode(back)}")

    # --- answers ----------------------------------------------------------------------------------------------------

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        if self.token_answers:
            return self.token_answers.pop(0)
        if authorization.startswith("Basic "):
            name, _, secret = b64decode(authorization[6:]).decode().partition(":")
        else:
            name, secret = form.get("client_id", ""), form.get("client_secret", "")
        if (unquote(name), unquote(secret)) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client", "error_description": "The OAuth client was not found."}
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] not in self.refresh_tokens:
                return 400, {
                    "error": "invalid_grant",
                    "error_description": "Token has been expired or revoked.",
                }
            given = self.new_tokens()
            self.refresh_tokens.discard(given.pop("refresh_token"))
            return 200, given
        asked = self._codes.pop(form["code"], None)
        challenge = urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or challenge.rstrip(b"=").decode() != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant", "error_description": "Bad Request"}
        return 200, self.new_tokens()

    def revoke(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if form["token"] not in self.refresh_tokens:
            return 400, {"error": "invalid_token", "error_description": "Token expired or revoked"}
        self.forget_everything()
        return 200, {}

    def events(
        self, method: str, path: str, query: dict[str, str], body: Any, match: str | None, authorization: str
    ) -> tuple[int, Any]:
        if authorization.removeprefix("Bearer ") not in self.access_tokens:
            raise Refusal(401, "authError", "Invalid Credentials")
        if method != "GET":
            assert query.get("sendUpdates") == "none", "somebody would be sent mail"
        parts = [unquote(part) for part in path.removeprefix("/calendar/v3/calendars/").split("/")]
        calendar = self.calendars.get(parts[0])
        if calendar is None or parts[1] != "events":
            raise Refusal(404, "notFound", "Not Found")
        if method == "POST":
            return 200, calendar.insert(body)
        if len(parts) == 2:
            found = calendar.list(query)
            return 200, only(found, query["fields"]) if "fields" in query else found
        if method == "PATCH":
            return 200, calendar.patch(parts[2], body, match)
        if method == "DELETE":
            calendar.delete(parts[2], match)
            return 204, None
        return 200, calendar.get(parts[2])

    def next_fault(self, method: str, path: str) -> Refusal | str | None:
        with self._guard:
            for fault in self.faults:
                if fault.times and fault.method in (method, "any") and fault.path in path:
                    fault.times -= 1
                    return fault.how
        return None


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # those that ask are killed in some tests
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class GoogleProcess:
    """Google in a process of its own, for tests that fork: its threads would be in the middle of something."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.google_server"], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        said = json.loads(self._process.stdout.readline())
        self.address, self.tokens = said["address"], said["tokens"]
        self.endpoint = f"{self.address}/calendar/v3/"

    def events(self) -> dict[str, dict[str, Any]]:
        """Return what the calendar holds, what is in the bin included."""
        found: dict[str, dict[str, Any]] = json.loads(visit(f"{self.address}/dump")[1])
        return found

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


def visit(address: str) -> tuple[int, str]:
    """Return status and text of a page."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        return refused.code, refused.read().decode()


def _handler(google: Google) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            method = self.headers.get("X-HTTP-Method-Override", self.command)
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            if len(raw) < length:  # whoever asked was killed meanwhile
                self.close_connection = True
                return
            google.asked.append((method, parts.path))
            google.before(method, parts.path)
            fault = google.next_fault(method, parts.path)
            headers: dict[str, str] = {}
            try:
                if isinstance(fault, Refusal):
                    raise fault
                with google._guard:
                    status, body = self._work(method, parts.path, parts.query, raw)
                    content = b"" if body is None else json.dumps(body).encode()
            except Refusal as refused:
                status, content, headers = refused.status, json.dumps(refused.body).encode(), refused.headers
            if fault == "drop":
                self.close_connection = True
                return
            if fault == "slow":
                google.released.wait(20)
            if fault == "garble":
                content = b"<html>Welcome to the hotel's network</html>"
            length = len(content) + (40 if fault == "truncate" else 0)
            self.send_response(status)
            for name, value in {"Content-Type": "application/json; charset=UTF-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(content)
            if fault == "truncate":
                self.close_connection = True

        do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = _answer  # noqa: N815  # the library's names

        def _work(self, method: str, path: str, query: str, raw: bytes) -> tuple[int, Any]:
            authorization = self.headers.get("Authorization", "")
            if path == "/dump":
                return 200, google.calendar.events
            if path in ("/token", "/revoke"):
                form = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
                return google.token(form, authorization) if path == "/token" else google.revoke(form)
            given = {name: values[0] for name, values in parse_qs(query).items()}
            body = json.loads(raw) if raw else None
            return google.events(method, path, given, body, self.headers.get("If-Match"), authorization)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
            pass

    return Handler


if __name__ == "__main__":
    running = Google().start()
    print(json.dumps({"address": running.address, "tokens": running.new_tokens()}), flush=True)
    threading.Event().wait()
