"""How the bytes of a file spell text, found without holding the file in memory."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import IO

from jobcopilot.errors import BadInput

HEAD = 65_536
"""Bytes looked at to tell what a file is."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK = 1 << 20
_LIKELY = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "mac_roman", "shift_jis", "gb18030", "big5",
    "euc_kr", "iso8859_15", "iso8859_2",
)  # fmt: skip
Opener = Callable[[], IO[bytes]]


def encoding_of(open_bytes: Opener) -> str:
    """Return the encoding of a file: its mark, UTF-8, UTF-16 without a mark, else the likeliest of the old ones."""
    with open_bytes() as file:
        head = file.read(HEAD)
        for mark, encoding in _MARKS:
            if head.startswith(mark):
                return encoding
        for zero_at, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
            # Western text in UTF-16 has a zero in every other byte.
            if len(head) >= 4 and head[zero_at::2].count(0) > len(head) * 0.35:
                return encoding
        decoder = codecs.getincrementaldecoder("utf-8")()
        block = head
        while True:
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as broken:
                return _old_encoding(block[max(0, broken.start - 2000) : broken.start + 6000])
            if not block:
                return "utf-8"
            block = file.read(_BLOCK)


def lines_in(open_bytes: Opener) -> int:
    """Count the lines of a file, the last one also where nothing ends it."""
    lines, last = 0, b"\n"
    with open_bytes() as file:
        while block := file.read(_BLOCK):
            lines += block.count(b"\n")
            last = block[-1:]
    return lines + (last != b"\n")


def _old_encoding(sample: bytes) -> str:
    """Return the likeliest encoding of bytes around the first one that UTF-8 does not know."""
    foreign = sum(byte > 127 for byte in sample)
    if foreign <= 40 and _is_western(sample):
        # Too few foreign letters for statistics: Western Europe's is by far the commonest.
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=list(_LIKELY)).best()
    return best.encoding if best else "cp1252"


def _is_western(sample: bytes) -> bool:
    """Tell whether every foreign byte stands for a letter or mark that Western European text uses."""
    usual = set("ÄÖÜäöüßÀÂÇÈÉÊËÎÏÔŒÙÛàâçèéêëîïôœùûáíóúñÁÍÓÚÑ¿¡åÅæÆøØãõÃÕì ò€£§°–—‘’“”„…•·®™´«»\xa0")
    return all(byte < 128 or bytes([byte]).decode("cp1252", errors="replace") in usual for byte in sample)


def refuse_null_file(head: bytes, name: str) -> None:
    """Raise `BadInput` for a file that holds nothing but zeros or white space."""
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise BadInput(
            "The file is empty", name, "Expected a table, JSON, a saved page or a LinkedIn export."
        )
