"""Server-sent events of a chat completion, read out of bytes that may come cut anywhere and hold anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_LONGEST_LINE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Delta:
    """One event: new text, and at the end why it ended and what it cost."""

    text: str = ""
    thought: str = ""
    finish: str = ""
    usage: dict[str, Any] | None = None


class Garbage(Exception):
    """What came is no chat completion."""


class EventReader:
    """Takes bytes and yields deltas. Raises `Garbage`."""

    def __init__(self) -> None:
        self._held = b""
        self.done = False

    def feed(self, chunk: bytes) -> Iterator[Delta]:
        """Take bytes as they come."""
        self._held += chunk
        *lines, self._held = self._held.split(b"\n")
        if len(self._held) > _LONGEST_LINE:
            raise Garbage(f"a line of more than {_LONGEST_LINE:,} bytes")
        for line in lines:
            yield from self._line(line.strip())

    def _line(self, line: bytes) -> Iterator[Delta]:
        if not line or line.startswith((b":", b"event:", b"id:", b"retry:")) or self.done:
            return
        if not line.startswith(b"data:"):
            raise Garbage("a line that is no event")
        body = line[5:].strip()
        if body == b"[DONE]":
            self.done = True
            return
        yield delta_of(body)


def delta_of(body: bytes) -> Delta:
    """Return what a chunk or a whole completion says. Raises `Garbage`."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise Garbage("an event that is no JSON") from None
    if not isinstance(document, dict):
        raise Garbage("an event that is no object")
    if document.get("error"):
        raise Garbage(f"the server's error: {error_words(body)}")
    usage = document.get("usage")
    usage = usage if isinstance(usage, dict) else None
    choices = document.get("choices")
    if not isinstance(choices, list):
        raise Garbage("an event without choices")
    if not choices:
        return Delta(usage=usage)
    choice = choices[0] if isinstance(choices[0], dict) else {}
    said = choice.get("delta") or choice.get("message") or {}
    if not isinstance(said, dict):
        raise Garbage("a choice without a message")
    text, thought = said.get("content"), said.get("reasoning_content") or said.get("reasoning")
    return Delta(
        text if isinstance(text, str) else "",
        thought if isinstance(thought, str) else "",
        str(choice.get("finish_reason") or ""),
        usage,
    )


def error_words(body: bytes) -> str:
    """Return the words of a server's error, safe to show."""
    from jobcopilot.text import clean_line, decode

    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return clean_line(decode(body[:2_000]), 200)
    found = document.get("error", document) if isinstance(document, dict) else document
    if isinstance(found, dict):
        found = found.get("message") or found.get("detail") or found
    return clean_line(str(found), 200)


class Thoughts:
    """Takes off what a thinking model says to itself before its answer, between `<think>` and `</think>`."""

    def __init__(self) -> None:
        self._held: str | None = ""

    def feed(self, text: str) -> str:
        """Take new text and return what of it belongs to the answer."""
        if self._held is None:
            return text
        self._held += text
        begun = self._held.lstrip()
        if begun.startswith("<think>"):
            _, closed, answer = begun.partition("</think>")
            if not closed:
                return ""
            self._held = None
            return answer.lstrip()
        if "<think>".startswith(begun):
            return ""
        said, self._held = self._held, None
        return said

    def rest(self) -> str:
        """Return what was held back and turned out to be the answer."""
        held, self._held = self._held or "", None
        return "" if held.lstrip().startswith("<think>") else held
