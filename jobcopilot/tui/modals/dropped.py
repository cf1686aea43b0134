"""What a person typed, dropped or pasted as the origin of postings: a file, an address, or the text itself."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from jobcopilot.text import clean_line

OriginKind = Literal["file", "address", "text"]
MOST_SHOWN = 200
"""Names of a folder that completion looks through to offer."""

_WITHOUT_SCHEME = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?::\d+)?/\S*$|www\.\S+\.\S+$")
_WINDOWS_PATH = re.compile(r"[A-Za-z]:[\\/]|\\\\")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where postings shall come from: a path, a web address, or pasted text."""

    kind: OriginKind
    text: str

    @property
    def path(self) -> Path:
        """The file, with `~` expanded."""
        return expanded(self.text)


def origin_of(given: str) -> Origin | None:
    """Return what was meant, None for nothing; several lines are text unless each is a path (the first is taken)."""
    lines = [line for line in given.splitlines() if line.strip()]
    if not lines:
        return None
    if len(lines) > 1:
        return Origin("text", given)
    word = unquoted(lines[0])
    if word.lower().startswith(("http://", "https://")):
        return Origin("address", word)
    if word.lower().startswith("file:"):
        return Origin("file", _path_of_uri(word))
    if _WITHOUT_SCHEME.match(word) and not expanded(word).exists():
        return Origin("address", f"https://{word}")
    return Origin("file", word)


def unquoted(given: str) -> str:
    r"""Return a path as it is: terminals put quotes round a dropped file, or a backslash before its spaces."""
    word = clean_line(given, 4_096)
    for quote in "'\"":
        if len(word) >= 2 and word[0] == quote == word[-1]:
            # How a shell writes a quote inside single quotes.
            return word[1:-1].replace("'\\''", "'")
    if "\\" in word and os.name != "nt" and not _WINDOWS_PATH.match(word):
        return re.sub(r"\\(.)", r"\1", word)
    return word


def expanded(path: str) -> Path:
    """Return a path with `~` expanded; an unknown user's home is left as written."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def _path_of_uri(address: str) -> str:
    parts = urlsplit(address)
    path = unquote(parts.path)
    if os.name == "nt" and re.match(r"/[A-Za-z]:", path):
        return path[1:]
    return path


def completed(given: str) -> tuple[str, tuple[str, ...]]:
    """Return the text completed as far as the folder allows, and the names that it could go on with.

    Blocks on the disk. Names that begin with a dot are offered once a dot is typed; case is minded only where it
    tells names apart.
    """
    text = unquoted(given) if given[:1] in ("'", '"') else given
    head, slash, start = (
        text.rpartition("/") if "\\" not in text or os.name != "nt" else text.rpartition("\\")
    )
    folder = expanded(head + slash) if slash else Path()
    if text == "~":
        return "~/", ()
    names = _names(folder)
    fitting = [name for name in names if name.startswith(start)]
    fitting = fitting or [name for name in names if name.casefold().startswith(start.casefold())]
    if not start.startswith("."):
        fitting = [name for name in fitting if not name.startswith(".")]
    if not fitting:
        return text, ()
    common = _shared_start(fitting)
    if len(common) < len(start):
        common = start
    return head + slash + common, tuple(fitting) if len(fitting) > 1 else ()


def _shared_start(names: list[str]) -> str:
    first, last = min(names), max(names)
    return next((first[:at] for at, char in enumerate(first) if last[at : at + 1] != char), first)


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as found:
            return sorted(
                clean_line(entry.name) + ("/" if entry.is_dir() else "")
                for entry, _ in zip(found, range(20 * MOST_SHOWN), strict=False)
                if entry.name == clean_line(entry.name)
            )
    except OSError:
        return []
