"""What a person may write into a round, contact, task, follow-up or offer: checked, made safe, refused in words."""

from __future__ import annotations

import re
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from jobcopilot.errors import UsageError
from jobcopilot.interviews.views import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    LONGEST_MINUTES,
    LONGEST_TAKE_HOME_MINUTES,
    SHORTEST_MINUTES,
)
from jobcopilot.text import TEXT_LIMIT, clean_line, clean_text

LINE_LIMIT: Final = 200
LINK_LIMIT: Final = 2_000
_DIGITS: Final = re.compile(r"\d")
_PHONE: Final = re.compile(r"[\d\s()+./\-#*,;xextEXT]+")
_WORD = TypeVar("_WORD", bound=str)


class FieldError(UsageError):
    """One field was given something that it does not take; `field` names it, so that a form can show it there."""

    def __init__(self, field: str, title: str, message: str = "", hint: str = "") -> None:
        super().__init__(title, message, hint)
        self.field = field


def line(field: str, value: object, *, required: bool = False, limit: int = LINE_LIMIT) -> str:
    """Return one safe line. Raises `FieldError` where it is too long, or empty and needed."""
    text = clean_line(_string(field, value), limit + 1)
    if len(text) > limit:
        raise FieldError(
            field,
            f"{field} is too long",
            f"it begins {_short(text)!r}",
            f"It takes up to {limit} characters.",
        )
    if required and not text:
        raise FieldError(field, f"{field} cannot be empty")
    return text


def text(field: str, value: object) -> str:
    """Return safe text of several lines. Raises `FieldError` where it is too long."""
    cleaned = clean_text(_string(field, value), TEXT_LIMIT + 1)
    if len(cleaned) > TEXT_LIMIT:
        raise FieldError(
            field,
            f"{field} is too long",
            f"it begins {_short(cleaned)!r}",
            f"It takes up to {TEXT_LIMIT:,} characters.",
        )
    return cleaned


def choice(field: str, value: object, choices: tuple[_WORD, ...]) -> _WORD:
    """Return one of the words, however it is written ("On-site" is `onsite`). Raises `FieldError` with the choices."""
    folded = _folded(_string(field, value))
    for word in choices:
        if folded == _folded(word):
            return word
    raise FieldError(
        field,
        f"{field} cannot be {_short(_string(field, value))!r}",
        hint=f"It is one of: {', '.join(choices)}.",
    )


def link(field: str, value: object) -> str:
    """Return a web address, or empty. Raises `FieldError`."""
    address = clean_line(_string(field, value), LINK_LIMIT + 1)
    if not address:
        return ""
    if "://" not in address and "." in address.split("/", maxsplit=1)[0]:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or " " in address or len(address) > LINK_LIMIT:
        raise FieldError(
            field,
            f"{field} is not a web address",
            _short(address),
            "It takes an address such as https://meet.example.com/abc, or nothing.",
        )
    return address


def email(field: str, value: object) -> str:
    """Return an e-mail address, or empty. Raises `FieldError`."""
    written = clean_line(_string(field, value), 321)
    if not written:
        return ""
    try:
        address = Address(addr_spec=written)
        whole = (
            "." in address.domain and bool(address.username) and " " not in written and len(written) <= 320
        )
    except (HeaderParseError, ValueError, IndexError):
        whole = False
    if not whole:
        raise FieldError(
            field,
            f"{field} is not an e-mail address",
            _short(written),
            "It takes one such as grace@example.com, or nothing.",
        )
    return written


def phone(field: str, value: object) -> str:
    """Return a telephone number as written, or empty. Raises `FieldError`."""
    number = clean_line(_string(field, value), 61)
    if number and (len(number) > 60 or not _PHONE.fullmatch(number) or len(_DIGITS.findall(number)) < 3):
        raise FieldError(
            field,
            f"{field} is not a telephone number",
            _short(number),
            "It takes digits, spaces and + ( ) - . /, or nothing.",
        )
    return number


def linkedin(field: str, value: object) -> str:
    """Return the address of a LinkedIn profile, or empty; `in/NAME` and a bare NAME are completed."""
    written = clean_line(_string(field, value), LINK_LIMIT + 1)
    if not written:
        return ""
    if re.fullmatch(r"(?:/?in/)?[\w%-]{2,100}/?", written):
        return f"https://www.linkedin.com/in/{written.strip('/').removeprefix('in/')}"
    address = link(field, written)
    host = urlsplit(address).hostname or ""
    if host != "linkedin.com" and not host.endswith(".linkedin.com"):
        raise FieldError(
            field,
            f"{field} is not a LinkedIn address",
            _short(written),
            "It takes one such as https://www.linkedin.com/in/grace, or nothing.",
        )
    return address


def minutes(field: str, value: object, *, take_home: bool = False) -> int:
    """Return a length in minutes. Raises `FieldError` for none and for days where it is no task to take home."""
    longest = LONGEST_TAKE_HOME_MINUTES if take_home else LONGEST_MINUTES
    if not isinstance(value, int) or isinstance(value, bool) or not SHORTEST_MINUTES <= value <= longest:
        most = f"{longest // 1440} days" if take_home else f"{longest // 60} hours"
        raise FieldError(
            field,
            f"{field} cannot be {value} minutes",
            hint=f"It takes from {SHORTEST_MINUTES} minutes to {most}.",
        )
    return value


def moment(field: str, value: object) -> datetime:
    """Return an aware moment in a year in which one can meet. Raises `FieldError`."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise FieldError(field, f"{field} needs a date and a time")
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        raise FieldError(
            field,
            f"{field} cannot be in the year {value.year}",
            hint=f"It takes a date from {EARLIEST_YEAR} to {LATEST_YEAR}.",
        )
    return value


def zone(field: str, value: object) -> str:
    """Return the IANA name of a zone. Raises `FieldError` with names like it."""
    from jobcopilot.interviews.dates import zone_named

    try:
        return str(zone_named(_string(field, value)).key)
    except UsageError as unknown:
        raise FieldError(field, unknown.title, unknown.message, unknown.hint) from unknown


def amount(field: str, value: object) -> float | None:
    """Return an amount of money, or None. Raises `FieldError` for what is negative or no number."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        raise FieldError(
            field, f"{field} cannot be {_short(str(value))!r}", hint="It takes an amount from 0."
        )
    return float(value)


def unknown_field(name: str, known: tuple[str, ...]) -> FieldError:
    """Return the refusal of a field that there is not."""
    return FieldError(
        name, "There is no such field", repr(_short(name)), f"The fields are {', '.join(known)}."
    )


def _string(field: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FieldError(field, f"{field} takes words", repr(_short(str(value))))
    return value


def _folded(word: str) -> str:
    return "".join(char for char in clean_line(word, 100).casefold() if char.isalnum())


def _short(value: str) -> str:
    shown = clean_line(value, 81)
    return shown if len(shown) <= 80 else f"{shown[:79]}…"
