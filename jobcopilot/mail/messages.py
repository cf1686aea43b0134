"""Mail as it goes over the wire: headers that nobody can break out of, plain text with HTML beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from jobcopilot.mail import values
from jobcopilot.mail.templating import letter_html
from jobcopilot.text import clean_line, clean_text


@dataclass(frozen=True, slots=True)
class Party:
    """A name and an address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, ready to be built; `body` is plain text."""

    sender: Party
    recipient: Party
    subject: str
    body: str
    message_id: str
    at: datetime
    """Aware; written with the offset that it has."""
    html: str = ""
    """Empty: made of the body."""
    automatic: bool = False
    """Sent by the clock: other programs are not to answer it (RFC 3834)."""


def new_message_id(sender: str) -> str:
    """Return an identifier that no other mail has; its domain is the sender's, and nothing of the machine is in it."""
    import uuid

    return f"<{uuid.uuid4().hex}@{Address(addr_spec=values.address(sender, required=True)).domain}>"


def built(mail: Mail) -> EmailMessage:
    """Return a mail as it goes over the wire. Raises `FieldError` for an address that is none.

    Names, subjects and texts may hold anything: line breaks and controls are taken out before they meet a header.
    """
    sender, recipient = _address(mail.sender), _address(mail.recipient)
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = values.subject_line(mail.subject)
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = mail.message_id
    if mail.automatic:
        message["Auto-Submitted"] = "auto-generated"
    body = clean_text(mail.body, values.BODY_LIMIT)
    message.set_content(body + "\n", cte="quoted-printable")
    html = mail.html or letter_html(message["Subject"], body)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


def on_the_wire(message: EmailMessage) -> bytes:
    """Return the bytes that follow DATA, ended: lines end with CRLF, those that begin with a point have two."""
    lines = message.as_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"


def _address(party: Party) -> Address:
    return Address(
        clean_line(party.name, values.SUBJECT_LIMIT), addr_spec=values.address(party.address, required=True)
    )
