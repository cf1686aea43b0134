"""Text from outside made safe for the screen, the log and the database."""

from __future__ import annotations

import re
import unicodedata

LINE_LIMIT = 500
"""Longest title, company, place or tag kept, in characters."""
TEXT_LIMIT = 200_000
"""Longest description or note kept, in characters; about forty pages."""

# Terminal escapes as whole sequences first (OSC, DCS and friends up to their end, CSI, two-byte ones), so that
# no visible rest such as "31m" stays behind.
_ESCAPES = re.compile(
    r"\x1b[\]PX^_][^\x07\x1b\x9c]{0,4096}(?:\x07|\x1b\\|\x9c)?"
    r"|(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,16}[@-~]?"
    r"|\x1b[ -/]{0,8}[0-~]?"
)
# C0 and C1 controls but tab and newline, DEL, bidirectional overrides and isolates, invisible joiners that can
# hide text, line and paragraph separators, the byte-order mark, interlinear marks, tag characters, lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x85]")
_SPACES = re.compile(r"\s+")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_BLANK_LINES = re.compile(r"\n{3,}")
_SENTENCE_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"')\]”’»]))\s+|\n+")


def clean_text(raw: str, limit: int = TEXT_LIMIT) -> str:
    """Return text of several lines without anything that could steer a terminal; cut at `limit` characters."""
    # Bounded before the work, so that a 50 MB description costs no more than a long one.
    text = _disarmed(raw[: limit * 2], "\n")
    if " \n" in text or "\t\n" in text:
        text = "\n".join(line.rstrip(" \t") for line in text.split("\n"))
    if "\n\n\n" in text:
        text = _BLANK_LINES.sub("\n\n", text)
    return text.strip()[:limit].rstrip()


def clean_line(raw: str, limit: int = LINE_LIMIT) -> str:
    """Return text of one line: what `clean_text` removes, and every run of white space as one space."""
    return _SPACES.sub(" ", _disarmed(raw[: limit * 8], " ")).strip()[:limit].rstrip()


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a line break ends one too."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def _disarmed(text: str, line_break: str) -> str:
    """Return text in NFC without escapes and controls, its line breaks of whatever kind replaced."""
    # Nearly every posting has none of this: looking first makes an import several times faster.
    if _BREAKS.search(text):
        text = _BREAKS.sub(line_break, text)
    if "\x1b" in text or "\x9b" in text:
        text = _ESCAPES.sub("", text)
    if _UNSAFE.search(text):
        text = _UNSAFE.sub("", text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def decode(raw: bytes) -> str:
    """Return bytes of unknown encoding as text: byte-order marks, UTF-8, UTF-16 without a mark, else the likeliest."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if "\x00" not in text[:4096]:
            return text
    head = raw[:4096]
    for zero_at, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        # Western text in UTF-16 has a zero in every other byte.
        if len(head) >= 4 and head[zero_at::2].count(0) > len(head) * 0.35:
            return raw.decode(encoding, errors="replace")
    from charset_normalizer import from_bytes

    # The first odd byte may stand far in: what is looked at begins just before it.
    odd = _NOT_ASCII.search(raw)
    begin = max(0, odd.start() - 4096) if odd else 0
    best = from_bytes(raw[begin : begin + 65_536]).best()
    encoding = best.encoding if best else "latin-1"
    return raw.decode(encoding, errors="replace")


def spreadsheet_cell(value: str) -> str:
    """Return a value that no spreadsheet takes for a formula.

    Rule: OWASP "CSV injection": a leading `=`, `+`, `-`, `@`, tab or carriage return is preceded by an apostrophe.
    """
    if value and (value[0] in "=+-@\t\r" or value.lstrip()[:1] in ("=", "+", "-", "@")):
        return "'" + value
    return value


def from_spreadsheet_cell(cell: str) -> str:
    """Take back the apostrophe that `spreadsheet_cell`, or another program by the same rule, put before a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip()[:1] in ("=", "+", "-", "@") else cell
