"""One mail over SMTP: encrypted, with the certificate checked, and always known whether it may have left.

Used on a thread. RFC 5321 makes the end of DATA the moment at which a mail is handed over: before it, nothing was
sent and one may try again; after it, only the server's answer tells. `leaving` is called in between and writes down
that the mail may leave, so that even a process that is killed then never sends it twice.
"""

from __future__ import annotations

import logging
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

from jobcopilot.errors import JobcopilotError
from jobcopilot.mail.messages import on_the_wire
from jobcopilot.mail.views import Security
from jobcopilot.text import clean_line

log = logging.getLogger(__name__)

ANSWER_SECONDS: Final = 30.0
"""For each answer of the server; RFC 5321 asks for minutes, which no person waits."""
DATA_SECONDS: Final = 120.0
"""For the answer after DATA, when servers look for viruses."""
WHOLE_SECONDS: Final = 300.0
"""For everything together: a server that answers a letter at a time is hung up on."""
PORTS: Final[dict[Security, int]] = {"starttls": 587, "tls": 465, "none": 25}
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_TEMPORARY: Final = range(400, 500)
_TRIED_AGAIN: Final = "It is tried again by itself."
PORT_HINT: Final = "If it goes on, check port and security: 587 has STARTTLS, 465 has TLS."


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail goes out."""

    host: str
    port: int = 0
    security: Security = "starttls"
    username: str = ""

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port or PORTS[self.security]}"


class MailError(JobcopilotError):
    """A mail did not leave, or perhaps did not."""


class Later(MailError):
    """No answer, or one that says "later"; nothing was sent, and it is tried again by itself."""


class Refused(MailError):
    """The server, or its certificate, refuses; nothing was sent, and trying again would not help."""


class Uncertain(MailError):
    """The connection broke after the mail was handed over and before the server's answer: nobody knows."""


class TakenBack(MailError):
    """The person took it back before it left."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait."""

    answer: float = ANSWER_SECONDS
    data: float = DATA_SECONDS
    whole: float = WHOLE_SECONDS


def send(
    server: Server,
    password: str,
    message: EmailMessage,
    *,
    leaving: Callable[[], bool],
    context: ssl.SSLContext | None = None,
    patience: Patience | None = None,
) -> None:
    """Send one mail; return once the server took it.

    `leaving` is called at the last moment at which it can still be held back; False holds it. Raises `Later`,
    `Refused`, `Uncertain` or `TakenBack`.
    """
    patience = patience or Patience()
    with _connected(server, password, context, patience) as smtp:
        sender, recipient = message["From"].addresses[0], message["To"].addresses[0]
        with _told(server, "refused the letter"):
            smtp.ehlo_or_helo_if_needed()
            _expect(smtp.mail(sender.addr_spec), "the sender", sender.addr_spec)
            _expect(smtp.rcpt(recipient.addr_spec), "the recipient", recipient.addr_spec)
        content = on_the_wire(message)
        if not leaving():
            raise TakenBack("It was taken back before it left")
        with _told(server, "did not take the letter"):
            _expect(smtp.docmd("DATA"), "the letter", server.address, go_on=354)
        _hand_over(smtp, content, server, patience)


def try_out(
    server: Server,
    password: str,
    *,
    context: ssl.SSLContext | None = None,
    patience: Patience | None = None,
) -> str:
    """Connect and sign in, send nothing; return what the server calls itself. Raises `Later`, `Refused`."""
    with _connected(server, password, context, patience or Patience()) as smtp:
        return clean_line((smtp.ehlo_resp or b"").decode(errors="replace").split("\n")[0], 100)


def _hand_over(smtp: smtplib.SMTP, content: bytes, server: Server, patience: Patience) -> None:
    """Send the mail itself; whatever happens now without an answer leaves it open whether it left."""
    assert smtp.sock is not None
    try:
        smtp.sock.settimeout(patience.data)
        smtp.send(content)
        code, answer = smtp.getreply()
    except (OSError, smtplib.SMTPException) as broken:
        raise Uncertain(
            "The connection broke after the letter was handed over",
            f"{server.address}: {_why(broken)}",
            "It may have arrived. Look into your mail program or ask; it is not sent again by itself.",
        ) from broken
    if not 200 <= code < 600:
        raise Uncertain(
            "The server's answer to the letter cannot be understood",
            f"{server.address}: {clean_line(answer.decode('utf-8', errors='replace'), 200) or code}",
            "It may have arrived. Look into your mail program or ask; it is not sent again by itself.",
        )
    _expect((code, answer), "the letter", server.address)


def _expect(reply: tuple[int, bytes], what: str, whom: str, *, go_on: int = 250) -> None:
    code, answer = reply
    # Every answer that begins with 2 is a yes (RFC 5321, 4.2.1).
    if code == go_on or (go_on == 250 and code // 100 == 2):
        return
    words = clean_line(answer.decode("utf-8", errors="replace"), 300)
    # 421 and 45x say "later"; all others of the server's refusals stay the same.
    if code in _TEMPORARY:
        raise Later(f"The server does not take {what} now", f"{whom}: {code} {words}", _TRIED_AGAIN)
    raise Refused(f"The server refuses {what}", f"{whom}: {code} {words}", "Correct it, then send it again.")


@contextmanager
def _connected(
    server: Server, password: str, context: ssl.SSLContext | None, patience: Patience
) -> Iterator[smtplib.SMTP]:
    """A session that is encrypted and signed in; ended whatever happens."""
    if server.security == "none" and server.host not in LOOPBACK:
        raise Refused(
            "Mail to another machine is never sent without encryption",
            server.address,
            "Choose starttls or tls.",
        )
    with _told(server, "did not answer"):
        smtp = _opened(server, context, patience)
    hang_up = threading.Timer(patience.whole, _cut, (smtp,))
    hang_up.daemon = True
    hang_up.start()
    try:
        with _told(server, "did not let us in"):
            smtp.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                _start_tls(smtp, server, context)
            if server.username:
                _sign_in(smtp, server, password)
        yield smtp
        # It has answered; that a server does not say goodbye changes nothing.
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
    finally:
        hang_up.cancel()
        smtp.close()


def _opened(server: Server, context: ssl.SSLContext | None, patience: Patience) -> smtplib.SMTP:
    host, port = server.host, server.port or PORTS[server.security]
    # What the machine is called is nobody's business.
    local = "[127.0.0.1]"
    if server.security == "tls":
        return smtplib.SMTP_SSL(
            host, port, local_hostname=local, timeout=patience.answer, context=_checked(context)
        )
    return smtplib.SMTP(host, port, local_hostname=local, timeout=patience.answer)


def _start_tls(smtp: smtplib.SMTP, server: Server, context: ssl.SSLContext | None) -> None:
    if not smtp.has_extn("starttls"):
        raise Refused(
            "The server offers no encryption, so nothing was sent",
            server.address,
            "Ask your mail provider for the right port; 587 has STARTTLS, 465 has TLS.",
        )
    code, answer = smtp.starttls(context=_checked(context))
    if code != 220:
        raise Later("The server does not begin encryption now", f"{server.address}: {code} {answer!r}")
    smtp.ehlo()


def _sign_in(smtp: smtplib.SMTP, server: Server, password: str) -> None:
    try:
        smtp.login(server.username, password)
    except smtplib.SMTPAuthenticationError as wrong:
        kind = Later if wrong.smtp_code in _TEMPORARY else Refused
        raise kind(
            "The server does not let you sign in",
            f"{server.username} at {server.address}: {wrong.smtp_code}",
            "Check name and password: jobcopilot mail setup. Many providers want a password made for one program.",
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise Refused(
            "The server has no way to sign in that is known here",
            server.address,
            "Leave the name empty, or ask your mail provider.",
        ) from None


def _checked(context: ssl.SSLContext | None) -> ssl.SSLContext:
    return context or ssl.create_default_context()


@contextmanager
def _told(server: Server, what: str) -> Iterator[None]:
    """Turn what sockets and `smtplib` raise before DATA into `Later` or `Refused`."""
    try:
        yield
    except ssl.SSLCertVerificationError as wrong:
        raise Refused(
            "The server's certificate is not one to trust, so nothing was sent",
            f"{server.address}: {wrong.verify_message}",
            "Check the server's name. On a strange network, somebody may be in between.",
        ) from wrong
    except ssl.SSLError as wrong:
        raise Refused(
            "No encrypted connection came about, so nothing was sent",
            f"{server.address}: {wrong.reason or wrong}",
            "Check port and security: 587 has STARTTLS, 465 has TLS.",
        ) from wrong
    except smtplib.SMTPResponseException as answered:
        kind = Later if answered.smtp_code in _TEMPORARY or answered.smtp_code == -1 else Refused
        words = answered.smtp_error
        told = words.decode("utf-8", errors="replace") if isinstance(words, bytes) else str(words)
        raise kind(
            f"The mail server {what}", f"{server.address}: {answered.smtp_code} {clean_line(told, 300)}"
        ) from answered
    except (OSError, smtplib.SMTPException) as broken:
        raise Later(
            f"The mail server {what}", f"{server.address}: {_why(broken)}", f"{_TRIED_AGAIN} {PORT_HINT}"
        ) from broken
    except ValueError as wrong:  # a host name that no address can have
        raise Refused(f"The mail server {what}", f"{server.address}: {wrong}") from wrong


def _why(broken: BaseException) -> str:
    if isinstance(broken, TimeoutError) or "timed out" in str(broken):
        return "it took too long"
    if isinstance(broken, socket.gaierror):
        return "there is no such server, or no network"
    if isinstance(broken, OSError) and broken.strerror:
        return broken.strerror
    return clean_line(str(broken), 200) or type(broken).__name__


def _cut(smtp: smtplib.SMTP) -> None:
    log.info("a mail server took too long and was hung up on")
    with suppress(OSError):
        if smtp.sock is not None:
            smtp.sock.shutdown(socket.SHUT_RDWR)
