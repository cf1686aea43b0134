"""Taking answers of feeds apart: what is missing, null or of another type is said, never guessed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from jobcopilot.jobs.importers.cells import address_of, line_of
from jobcopilot.jobs.importers.dates import read_moment
from jobcopilot.jobs.views import JobDraft, Rejected
from jobcopilot.reading.markdown import readable
from jobcopilot.sources.feed import Answer, ChangedShape, Found, Unreadable, source_id_of
from jobcopilot.text import clean_line, decode

Row = Mapping[str, Any]
_MOST_ROWS: Final = 20_000
_HINT: Final = "Its postings stay as they were. A newer Jobcopilot may know the new shape."


def document(feed: str, answer: Answer) -> Any:
    """Return the JSON of an answer. Raises `ChangedShape` for an error page, a broken or an empty body."""
    text = decode(answer.content).lstrip("\ufeff \t\r\n")
    if text[:1] == "<":
        raise changed(feed, "a web page came instead of data")
    if not text:
        raise changed(feed, "the answer is empty")
    try:
        return json.JSONDecoder(strict=False).decode(text)
    except RecursionError as deep:
        raise changed(feed, "the answer is nested too deep") from deep
    except ValueError as broken:
        raise changed(feed, f"the answer is not whole JSON: {clean_line(str(broken), 100)}") from broken


def rows_of(feed: str, value: Any, key: str | None = None) -> list[Any]:
    """Return the list of postings of an answer, under `key` or by itself. Raises `ChangedShape`."""
    if key is not None:
        if not isinstance(value, dict):
            raise changed(feed, f'expected an object with "{key}", found {_kind(value)}')
        if key not in value:
            raise changed(feed, f'the answer has no "{key}"')
        value = value[key]
    if not isinstance(value, list):
        raise changed(feed, f"expected a list of postings, found {_kind(value)}")
    return value[:_MOST_ROWS]


def objects(rows: list[Any], rejected: list[Rejected]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each row that is an object with its number from 1; others are rejected."""
    for number, row in enumerate(rows, start=1):
        if isinstance(row, dict):
            yield number, row
        else:
            rejected.append(Rejected(number, f"not an object but {_kind(row)}"))


def key_of(value: Any) -> str:
    """Return a posting's own id as text; nothing where it is no id."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return clean_line(str(value), 200).strip()


def line(row: Any, *path: str) -> str:
    """Return the one-line text at a path of an object; nothing for what is missing or no text."""
    return line_of(at(row, *path))


def at(row: Any, *path: str) -> Any:
    """Return the value at a path through objects; None where the path breaks off."""
    for key in path:
        if not isinstance(row, dict):
            return None
        row = row.get(key)
    return row


def flag(row: Any, *path: str) -> bool | None:
    """Return a truth value at a path; None for what is missing or none."""
    value = at(row, *path)
    return value if isinstance(value, bool) else None


def html(value: Any) -> str:
    """Return Markdown of HTML that may be escaped once or twice; nothing for what is no text."""
    return readable(value) if isinstance(value, str) else ""


def moment(value: Any) -> datetime | None:
    """Return a moment told in seconds, milliseconds, ISO 8601 or a usual text; None for what is none."""
    return (
        read_moment(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    )


def web(value: Any) -> str:
    """Return a web address; nothing for what is none."""
    return address_of(value) if isinstance(value, str) else ""


def distinct(places: list[str]) -> tuple[str, ...]:
    """Return the places that say something, each once, in order."""
    return tuple(dict.fromkeys(place for place in places if place))[:100]


def found(
    feed: str,
    board: str,
    number: int,
    key: str,
    draft: JobDraft,
    places: tuple[str, ...],
    **further: Any,
) -> Found | Rejected:
    """Return a posting, or why it cannot be one: without an id, a title or a company nothing can be tracked.

    `draft` needs no source, place, day or row: they follow from the rest. `further` are fields of `Found`.
    """
    lacking = [
        word for word, value in (("id", key), ("title", draft.title), ("company", draft.company)) if not value
    ]
    if lacking:
        return Unreadable(number, f"no {' and no '.join(lacking)}", key)
    published = further.get("published_at")
    closes = further.get("closes_at")
    return Found(
        key=key,
        draft=replace(
            draft,
            source=f"feed:{feed}",
            source_id=source_id_of(feed, board, key),
            place=draft.place or clean_line("; ".join(places), 500),
            posted_on=draft.posted_on or (published.date() if published else None),
            deadline=draft.deadline or (closes.date() if closes else None),
            row=number,
        ),
        places=places,
        **further,
    )


def changed(feed: str, what: str) -> ChangedShape:
    """Return the error for an answer of another shape."""
    said = what[:1].upper() + what[1:]
    return ChangedShape(f"{feed} answered in a shape that is not known", said, _HINT)


def _kind(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "a truth value"
        case str():
            return "text"
        case int() | float():
            return "a number"
        case dict():
            return "an object"
        case list():
            return "a list"
        case _:
            return "something else"
