"""JSON and JSON Lines: arrays of postings, answers of boards with the list somewhere below, one posting alone."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from jobcopilot.errors import BadInput
from jobcopilot.jobs.importers.encodings import Opener, encoding_of, lines_in
from jobcopilot.jobs.importers.guess import recognised
from jobcopilot.jobs.importers.rows import Getter
from jobcopilot.jobs.importers.shapes import SAMPLE
from jobcopilot.jobs.views import Rejected
from jobcopilot.text import clean_line

FILE_LIMIT: Final = 256_000_000
"""Most characters of a JSON document, which has to be held whole."""
LINE_LIMIT: Final = 64_000_000
_COLUMN_LIMIT: Final = 400
_DEPTH: Final = 5
_SPACE: Final = re.compile(r"[ \t\r\n,]*")
_LIST: Final = re.compile(
    r'"(?:jobs|data|results?|offers|items|content|jobPostings|postings|hits|records|list)"\s*:\s*\['
)
_NOTICE_KEYS: Final = frozenset({"legal", "last_updated", "0-legal-notice"})

Record = dict[str, Any]
Numbered = tuple[int, Record] | Rejected
Reader = Callable[[], Iterator[Numbered]]


@dataclass(frozen=True, slots=True)
class JsonRecords:
    """Postings as objects; columns are the dotted paths to their values, through lists as well."""

    name: str
    columns: tuple[str, ...]
    reader: Reader = field(repr=False)
    samples: tuple[Record, ...] = field(default=(), repr=False)
    company: str = ""
    """Whose postings these are, where the answer says so once for all."""
    counted: Callable[[], int | None] = lambda: None

    def getter(self, column: str) -> Getter:
        """Return what takes a column's value from a record."""
        if any(column in record for record in self.samples) or "." not in column:
            return lambda record: record.get(column)
        path = column.split(".")

        def get(record: Record) -> object:
            return _follow(record, path)

        return get

    def records(self) -> Iterator[Numbered]:
        """Yield each record with its number (its line in JSON Lines, its place in a list), or why it is none."""
        return self.reader()

    def count(self) -> int | None:
        """Return how many records there are, by the list or by the lines."""
        return self.counted()


def open_lines(name: str, open_bytes: Opener) -> JsonRecords:
    """Open JSON Lines: one object a line, each line for itself."""
    encoding = encoding_of(open_bytes)

    def read() -> Iterator[Numbered]:
        return _lines(open_bytes, encoding)

    samples: list[Record] = []
    for number, entry in enumerate(read()):
        if isinstance(entry, tuple):
            samples.append(entry[1])
        if len(samples) >= SAMPLE or number > SAMPLE * 5:
            break

    def counted() -> int | None:
        return None if encoding.startswith(("utf-16", "utf-32")) else lines_in(open_bytes)

    return JsonRecords(name, paths_of(samples), read, tuple(samples), counted=counted)


def open_document(name: str, open_bytes: Opener) -> JsonRecords | Any:
    """Open a JSON document that holds postings; one that is schema.org's or a résumé comes back as its value.

    Raises `BadInput` for what is no JSON or holds no objects.
    """
    encoding = encoding_of(open_bytes)
    with io.TextIOWrapper(open_bytes(), encoding=encoding, errors="replace") as file:
        text = file.read(FILE_LIMIT + 1)
    if len(text) > FILE_LIMIT:
        raise BadInput(
            "The JSON file is too large to be read whole",
            f"{clean_line(name)}: more than {FILE_LIMIT // 1_000_000} MB",
            "Convert it to JSON Lines (one posting a line), which may have any size.",
        )
    text = text.replace("\x00", "").lstrip("\ufeff \t\r\n")
    if text.startswith("["):
        entries = list(_elements(text, 1))
        return _records_of(name, entries, "")
    value = _parsed(text)
    if isinstance(value, dict):
        return _from_object(name, value)
    broken_list = _LIST.search(text) if value is None else None
    if broken_list:
        return _records_of(name, list(_elements(text, broken_list.end())), "")
    raise BadInput("The file is not JSON", clean_line(name), _what_broke(text))


def _from_object(name: str, value: Record) -> JsonRecords | Record:
    """Find the list of postings in an answer; an object without one is a posting by itself."""
    if "@graph" in value or "@type" in value or ("basics" in value and "work" in value):
        return value
    found = _best_list(value)
    if found is None:
        return _records_of(name, [(1, value)], "")
    # Workable names the company once for all; a JSON Feed (Teamtailor) is called by it.
    company = value.get("title" if "feed_url" in value else "name")
    numbered: list[Numbered] = []
    for number, record in enumerate(found, start=1):
        numbered.append((number, record) if isinstance(record, dict) else Rejected(number, "not an object"))
    return _records_of(name, numbered, clean_line(company) if isinstance(company, str) else "")


def _records_of(name: str, entries: list[Numbered], company: str) -> JsonRecords:
    """Make a source of records that are in memory; a board's legal notice among them is none."""
    kept: list[Numbered] = [
        entry for entry in entries if isinstance(entry, Rejected) or not _is_notice(entry[1])
    ]
    samples = tuple(entry[1] for entry in kept if isinstance(entry, tuple))
    if not samples and not kept:
        raise BadInput(
            "The file holds no postings", clean_line(name), "Expected objects with a title and a company."
        )
    if not samples:
        reason = next(entry.reason for entry in kept if isinstance(entry, Rejected))
        raise BadInput("The file holds no postings", f"{clean_line(name)}: {reason}", "Expected objects.")
    columns = paths_of(samples[: SAMPLE * 3])
    return JsonRecords(name, columns, lambda: iter(kept), samples[:SAMPLE], company, lambda: len(kept))


def _is_notice(record: Record) -> bool:
    return bool(_NOTICE_KEYS & set(record)) and not {"position", "title", "company"} & set(record)


def _elements(text: str, start: int) -> Iterator[Numbered]:
    """Yield the elements of a list one by one, so that those before a break in the file are kept."""
    scan = json.JSONDecoder(strict=False).raw_decode
    place, number = _after_space(text, start), 0
    while place < len(text) and text[place] != "]":
        number += 1
        try:
            value, place = scan(text, place)
        except (ValueError, RecursionError) as broken:
            line = text.count("\n", 0, place) + 1
            yield Rejected(
                number, f"not valid JSON from line {line} on ({_in_words(broken)}); what follows was not read"
            )
            return
        yield (number, value) if isinstance(value, dict) else Rejected(number, "not an object")
        place = _after_space(text, place)


def _after_space(text: str, start: int) -> int:
    found = _SPACE.match(text, start)
    return found.end() if found else start


def _lines(open_bytes: Opener, encoding: str) -> Iterator[Numbered]:
    decode = json.JSONDecoder(strict=False).decode
    number = 0
    with io.TextIOWrapper(open_bytes(), encoding=encoding, errors="replace", newline="\n") as file:
        while line := file.readline(LINE_LIMIT):
            number += 1
            if len(line) >= LINE_LIMIT and not line.endswith("\n"):
                while (rest := file.readline(LINE_LIMIT)) and not rest.endswith("\n"):
                    pass
                yield Rejected(number, f"longer than {LINE_LIMIT:,} characters")
                continue
            line = line.strip("\ufeff\x00 \t\r\n,")
            if not line or line in "[]":
                continue
            try:
                value = decode(line)
            except (ValueError, RecursionError) as broken:
                yield Rejected(number, f"not valid JSON ({_in_words(broken)})")
                continue
            if not isinstance(value, dict):
                yield Rejected(number, "not an object with names and values")
            elif not _is_notice(value):
                yield number, value


def _parsed(text: str) -> Any:
    try:
        return json.JSONDecoder(strict=False).decode(text)
    except (ValueError, RecursionError):
        return None


def _what_broke(text: str) -> str:
    try:
        json.JSONDecoder(strict=False).decode(text)
    except (ValueError, RecursionError) as broken:
        return f"{_in_words(broken)[:1].upper()}{_in_words(broken)[1:]}. Export it again, or save it as CSV."
    return "Expected a list of objects, or an object that has one."


def _in_words(broken: BaseException) -> str:
    if isinstance(broken, RecursionError):
        return "nested too deep"
    if isinstance(broken, json.JSONDecodeError):
        return f"{broken.msg.lower()} at line {broken.lineno}, column {broken.colno}"
    return "a number with too many digits"


def _best_list(value: Record, depth: int = 3) -> list[Any] | None:
    """Return the list whose objects look most like postings."""
    best: tuple[int, list[Any]] | None = None
    waiting: list[tuple[Any, int]] = [(value, depth)]
    while waiting:
        entry, left = waiting.pop()
        for child in list(entry.values())[:200]:
            if isinstance(child, dict) and left > 1:
                waiting.append((child, left - 1))
            elif isinstance(child, list) and child and isinstance(child[0], dict):
                score = recognised(paths_of([item for item in child[:20] if isinstance(item, dict)]))
                if best is None or score > best[0]:
                    best = (score, child)
    # An object that looks like a posting itself merely has lists, of skills or of places.
    return best[1] if best is not None and best[0] > 1 and best[0] >= recognised(list(value)) else None


def paths_of(records: list[Record] | tuple[Record, ...]) -> tuple[str, ...]:
    """Return the dotted paths of all values, in the order in which they are met."""
    paths: dict[str, None] = {}
    for record in records:
        _collect(record, "", paths, _DEPTH)
        if len(paths) >= _COLUMN_LIMIT:
            break
    return tuple(paths)[:_COLUMN_LIMIT]


def _collect(value: Record, prefix: str, paths: dict[str, None], depth: int) -> None:
    for key, child in list(value.items())[:_COLUMN_LIMIT]:
        path = f"{prefix}{key}"
        first = child[0] if isinstance(child, list) and child else child
        if isinstance(first, dict) and depth > 1:
            if isinstance(child, list):
                paths[path] = None
            _collect(first, f"{path}.", paths, depth - 1)
        else:
            paths[path] = None


def _follow(value: Any, path: list[str]) -> object:
    """Return what lies at a path; a list on the way gives the values of all its entries."""
    for place, key in enumerate(path):
        if isinstance(value, list):
            rest = path[place:]
            return [found for item in value[:200] if (found := _follow(item, rest)) is not None]
        if not isinstance(value, dict):
            # Where one record has {"name": "Acme"}, another has "Acme".
            return value if key == "name" and place == len(path) - 1 else None
        value = value.get(key)
    return value
