"""One value of a row made into what a field holds: a line, a text, an address, an amount, tags."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from urllib.parse import urlsplit

from jobcopilot.jobs.importers.words import is_missing
from jobcopilot.reading.markdown import readable
from jobcopilot.text import TEXT_LIMIT, clean_line, clean_text

ADDRESS_LIMIT = 2048
"""Longest web address kept, in characters."""

_URL = re.compile(r"https?://[^\s\"'<>\\^`{|}\])/?#@:][^\s\"'<>\\^`{|}\])]*", re.IGNORECASE)
_BARE_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}(?:[:/?#]\S*)?$", re.IGNORECASE)
# Glassdoor's tables write the company's rating on a second line of its name.
_RATING = re.compile(r"[\r\n]+\s*[0-5](?:\.\d{1,2})?\s*[★*]?\s*$")
_AMOUNT = re.compile(r"[-+]?(?:\d{1,15}(?:\.\d{1,9})?|\.\d{1,9})$")
_TAG_BREAK = re.compile(r"[,;|\n]")
# Keys whose values a place is not told by.
_UNTOLD = re.compile(r"^@|code$|^id$|street|postal|^zip|^lat|^lon|^lng", re.IGNORECASE)
_MOST_ITEMS = 200
_MOST_TAGS, _TAG_LENGTH = 50, 60


def as_text(value: object) -> str:
    """Return a value as text, not yet cleaned; nothing for what stands for nothing; lists joined by "; "."""
    if isinstance(value, str):
        return "" if is_missing(value) else value
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, list):
        return "; ".join(
            dict.fromkeys(text.strip() for item in value[:_MOST_ITEMS] if (text := as_text(item)).strip())
        )
    if isinstance(value, dict):
        return _object_text(value)
    return ""


def _object_text(value: dict[str, object]) -> str:
    """Return an object by its name; one without any (a place in parts) by the values that a reader would name."""
    for key in ("name", "label", "title", "text"):
        named = value.get(key)
        if isinstance(named, str) and named.strip():
            return named
    parts = [as_text(item) for key, item in list(value.items())[:_MOST_ITEMS] if not _UNTOLD.search(key)]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _number_text(value: float) -> str:
    """Return a number as a person writes it; `-1` and what is not finite are nothing."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        if value.is_integer():
            value = int(value)
    # str() of a whole number beyond 4,300 digits would fail.
    return "" if value == -1 or abs(value) >= 10**40 else str(value)


def line_of(value: object) -> str:
    """Return a value as one clean line."""
    text = as_text(value)
    return _line(text) if text else ""


def _line(text: str) -> str:
    """Return a clean line that does not end in the space before a word that was cut off."""
    return _short_line(text) if len(text) <= 120 else clean_line(text).rstrip()


@lru_cache(maxsize=16_384)
def _short_line(text: str) -> str:
    """Companies, places and words for a status repeat in a file."""
    return clean_line(text).rstrip()


def company_of(value: object) -> str:
    """Return a company's name without the rating that some tables put on its second line."""
    text = as_text(value)
    if "\n" in text or "\r" in text:
        text = _RATING.sub("", text)
    return _line(text) if text else ""


def address_of(value: object) -> str:
    """Return the first web address of a value (also inside Markdown or HTML), nothing where there is none."""
    if isinstance(value, list):
        value = next((item for item in value[:_MOST_ITEMS] if item), "")
    text = as_text(value)[: ADDRESS_LIMIT * 2].strip()
    if not text:
        return ""
    found = _URL.search(text)
    if found:
        address = found[0].rstrip(".,;")
    elif _BARE_HOST.match(text) and "@" not in text.split("/")[0]:
        address = f"https://{text}"
    else:
        return ""
    address = clean_line(address, ADDRESS_LIMIT + 1)
    # A cut address leads nowhere; neither does one with a bracket out of place.
    if len(address) > ADDRESS_LIMIT or ("[" in address and not host_of(address)):
        return ""
    return address


def host_of(address: str) -> str:
    """Return the host of an address without `www.`, nothing where it has none."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def amount_of(value: object) -> float | str | None:
    """Return an amount for `reading.pay.stated_pay`: a number, a text that it can read, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e15 and value > 0 else None
    text = as_text(value).strip()
    if not text or len(text) > 40:
        return None
    return float(text) if _AMOUNT.match(text) else text


def section_of(value: object, heading: str) -> str:
    """Return a value as Markdown under a heading; entries of a list become bullets; nothing where it is empty."""
    body = _bullets(value) if isinstance(value, list) else readable(as_text(value))
    if not body:
        return ""
    return f"**{heading}**\n\n{body}" if heading else body


def _bullets(items: list[object]) -> str:
    """Return a list as bullets; Lever's lists have a heading and HTML each."""
    lines = []
    for item in items[:_MOST_ITEMS]:
        if isinstance(item, dict):
            heading = line_of(item.get("text") or item.get("name") or item.get("title") or item.get("label"))
            content = item.get("content") or item.get("value") or item.get("description") or item.get("body")
            if isinstance(content, str) and content:
                lines.append(f"\n**{heading}**\n\n{readable(content)}\n")
                continue
            details = ", ".join(text for key in ("level", "keywords") if (text := line_of(item.get(key))))
            entry = f"{heading} ({details})" if heading and details else heading or line_of(item)
        else:
            entry = readable(as_text(item)).replace("\n", " ")
        if entry:
            lines.append(f"- {entry}")
    return clean_text("\n".join(lines), TEXT_LIMIT)


def tags_of(value: object) -> tuple[str, ...]:
    """Return the tags of a value: the entries of a list, or what commas, semicolons and bars separate."""
    parts = (
        value if isinstance(value, list) else _TAG_BREAK.split(as_text(value)[: _MOST_TAGS * _TAG_LENGTH * 2])
    )
    tags = (clean_line(as_text(part).lstrip("#"), _TAG_LENGTH).rstrip() for part in parts[:_MOST_ITEMS])
    return tuple(dict.fromkeys(tag for tag in tags if tag))[:_MOST_TAGS]
