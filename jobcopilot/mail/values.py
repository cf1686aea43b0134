"""What a person may write into a letter or the mail's settings: checked, made safe, refused in words."""

from __future__ import annotations

import unicodedata
from email.headerregistry import Address
from typing import Final

from jobcopilot.interviews import values
from jobcopilot.interviews.values import FieldError
from jobcopilot.text import clean_line, clean_text

SUBJECT_LIMIT: Final = 200
BODY_LIMIT: Final = 20_000


def subject_line(words: str) -> str:
    """Return words as a subject: one line, cut where it is too long."""
    return clean_line(words, SUBJECT_LIMIT)


def subject(value: object) -> str:
    """Return a subject. Raises `FieldError` where it is empty or too long."""
    return values.line("subject", value, required=True, limit=SUBJECT_LIMIT)


def body(value: object) -> str:
    """Return a letter's text. Raises `FieldError` where it is empty or too long."""
    if not isinstance(value, str):
        raise FieldError("body", "A letter takes words")
    text = clean_text(value, BODY_LIMIT + 1)
    if not text:
        raise FieldError("body", "The letter is empty")
    if len(text) > BODY_LIMIT:
        raise FieldError("body", "The letter is too long", hint=f"It takes up to {BODY_LIMIT:,} characters.")
    return text


def name(value: object) -> str:
    """Return a recipient's name. Raises `FieldError`."""
    return values.line("to", value)


def address(value: object, field: str = "email", *, required: bool = False) -> str:
    """Return one e-mail address, or empty; a domain in letters of another script is turned into its ASCII form.

    Raises `FieldError`: for a list of addresses, too, so that no letter goes to somebody unseen.
    """
    written = values.email(field, value)
    if not written:
        if required:
            raise FieldError(field, "It needs an e-mail address", hint="One such as grace@example.com.")
        return ""
    parts = Address(addr_spec=written)
    domain = unicodedata.normalize("NFC", parts.domain)
    if any(char in written for char in ',;<>"()[]\\:') or not parts.username.strip("."):
        raise FieldError(field, f"{field} is not one e-mail address", clean_line(written, 80))
    if not parts.username.isascii():
        raise FieldError(
            field,
            "Letters of other scripts before the @ cannot be written to yet",
            clean_line(written, 80),
            "Ask for another address of this person.",
        )
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            raise FieldError(
                field, f"{field} has a domain that there cannot be", clean_line(written, 80)
            ) from None
    return f"{parts.username}@{domain}"
