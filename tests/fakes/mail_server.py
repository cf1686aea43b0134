"""A real SMTP server on loopback (aiosmtpd) with a certificate of its own, and the faults that servers have."""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
import threading
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "ada", "sesame-open"


class MailServer:
    """Takes mail and keeps it; `fault` answers in its place."""

    def __init__(
        self,
        *,
        security: str = "starttls",
        names: tuple[str, ...] = ("localhost", "127.0.0.1"),
        sign_in: bool = True,
    ) -> None:
        self.authority = trustme.CA()
        self.security = security
        self.taken: list[tuple[Envelope, EmailMessage]] = []
        self.sessions = 0
        self.rcpt: Callable[[str], str | None] = lambda _address: None
        """An answer to RCPT in the place of 250."""
        self.data: Callable[[], str | None] = lambda: None
        """An answer after DATA in the place of 250; what it refuses is not kept."""
        self.drop: Callable[[], bool] = lambda: False
        """Whether to hang up after a mail was taken and before it is answered."""
        self.hold = threading.Event()
        """DATA is answered once this is set."""
        self.hold.set()
        self.reached = threading.Event()
        """Set when a mail was handed over."""
        certificate = self.authority.issue_cert(*names)
        inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(inside)
        given: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0}
        if security == "tls":
            given["ssl_context"] = inside
        elif security == "starttls":
            given |= {"tls_context": inside, "require_starttls": True}
        if sign_in:
            given |= {
                "authenticator": self._authenticate,
                "auth_required": True,
                "auth_require_tls": security == "starttls",
            }
        self._controller = _Controller(self, **given)

    def __enter__(self) -> MailServer:
        self._controller.start()
        # The controller looks itself whether the server answers.
        self.sessions = 0
        return self

    def __exit__(self, *_: object) -> None:
        self.hold.set()
        self._controller.stop()

    @property
    def port(self) -> int:
        server: Any = self._controller.server
        port: int = server.sockets[0].getsockname()[1]
        return port

    @property
    def context(self) -> ssl.SSLContext:
        """What trusts this server's authority alone."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context

    @property
    def mails(self) -> list[EmailMessage]:
        return [message for _, message in self.taken]

    @staticmethod
    def _authenticate(
        _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any
    ) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (
            USER.encode(),
            PASSWORD.encode(),
        )
        return AuthResult(success=right, handled=False)

    # aiosmtpd's hooks

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.rcpt(address)
        if answer is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        refusal = self.data()
        if refusal is None:
            self.taken.append(
                (envelope, email.message_from_bytes(envelope.content, policy=email.policy.default))
            )
        self.reached.set()
        await asyncio.to_thread(self.hold.wait, 60)
        if self.drop():
            transport: Any = server.transport
            transport.abort()
        return refusal or "250 OK"


class _Controller(Controller):
    def __init__(self, owner: MailServer, **given: Any) -> None:
        self._owner = owner
        super().__init__(owner, **given)

    def factory(self) -> SMTP:
        self._owner.sessions += 1
        made: SMTP = super().factory()  # type: ignore[no-untyped-call]
        return made

    def _trigger_server(self) -> None:
        """Look whether it answers, at the port that the system gave it."""
        self.port = self._owner.port
        super()._trigger_server()  # type: ignore[no-untyped-call]
