"""Tables as text: CSV, TSV and their relatives, with all that real files do to them.

Read line by line, so that memory does not grow with the file; one cell may be long, one row at most `ROW_LIMIT`.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from jobcopilot.errors import BadInput
from jobcopilot.jobs.importers.encodings import Opener, encoding_of, lines_in
from jobcopilot.jobs.importers.guess import recognised
from jobcopilot.jobs.importers.rows import Getter
from jobcopilot.jobs.importers.shapes import SAMPLE
from jobcopilot.jobs.views import Rejected
from jobcopilot.text import clean_line, from_spreadsheet_cell

ROW_LIMIT = 64_000_000
"""Most characters that one row may have; what is longer is refused as a row and skipped."""
_COLUMN_LIMIT = 500
_HEAD_ROWS = 60
_DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r"^\ufeff?\"?sep=(.)\"?\s*$", re.IGNORECASE)

_UNCLOSED = "a quotation mark is opened and never closed. Close or remove it"
_READ_AGAIN_LIMIT = 20 * ROW_LIMIT
"""Most characters of a file that are read again, so that a quotation mark in every row cannot take hours."""

Row = list[str]


@dataclass(frozen=True, slots=True)
class TextTable:
    """One table: its columns, where its rows begin and how they are written."""

    name: str
    open_bytes: Opener
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    skipped: int
    """Rows before the first one with values: a preamble and the header."""
    shifted: bool = False
    """Whether every row has one value more than the header, an index, in front."""
    samples: tuple[Row, ...] = field(default=(), repr=False)

    def getter(self, column: str) -> Getter:
        """Return what takes a column's value from a row."""
        place = self.columns.index(column)

        def get(row: Row) -> str:
            return from_spreadsheet_cell(row[place])

        return get

    def records(self) -> Iterator[tuple[int, Row] | Rejected]:
        """Yield each row with its number as a spreadsheet shows it, or why it cannot be read."""
        width = len(self.columns)
        for number, row in _rows(self.open_bytes, self.encoding, self.delimiter):
            if isinstance(row, Rejected):
                yield row
            elif number > self.skipped and row and (row[0].strip() or any(cell.strip() for cell in row)):
                if len(row) > width:
                    if any(cell.strip() for cell in row[width:]):
                        yield Rejected(number, _too_many(row, width, self.delimiter))
                        continue
                    del row[width:]
                elif len(row) < width:
                    row.extend([""] * (width - len(row)))
                yield number, row

    def count(self) -> int | None:
        """Return the rows by counting lines; nothing where cells hold line breaks, which only reading can tell."""
        if self.encoding.startswith(("utf-16", "utf-32")) or any(
            "\n" in cell for row in self.samples for cell in row
        ):
            return None
        return max(0, lines_in(self.open_bytes) - self.skipped)


def open_table(name: str, open_bytes: Opener) -> TextTable:
    """Look at the head of a table. Raises `BadInput` where there is no header with at least one row's columns."""
    encoding = encoding_of(open_bytes)
    head = _head_text(open_bytes, encoding)
    delimiter, first = _delimiter(head)
    rows = [
        row if isinstance(row, list) else []
        for _, row in islice(_rows(open_bytes, encoding, delimiter), SAMPLE + _HEAD_ROWS)
    ]
    header_at = _header(rows, first)
    if header_at is None:
        raise BadInput(
            "No table was found in the file",
            clean_line(name),
            "Expected a first line that names the columns, parted by commas, semicolons or tabs.",
        )
    header, body = rows[header_at], rows[header_at + 1 :]
    widths = Counter(len(row) for row in body if any(row))
    usual = widths.most_common(1)[0][0] if widths else len(header)
    has_names = recognised(header) > 1 or not _looks_like_values(header)
    shifted = has_names and usual == len(header) + 1 and widths[usual] > sum(widths.values()) * 0.8
    columns = _column_names(["", *header] if shifted else header if has_names else [""] * len(header))
    if len(columns) > _COLUMN_LIMIT:
        raise BadInput(
            "The table has too many columns",
            f"{clean_line(name)}: {len(columns)}",
            "Keep those of the postings.",
        )
    padded = tuple(
        (row + [""] * len(columns))[: len(columns)]
        for row in (body if has_names else rows[header_at:])
        if any(row)
    )
    return TextTable(
        name=name,
        open_bytes=open_bytes,
        encoding=encoding,
        delimiter=delimiter,
        columns=columns,
        skipped=header_at + has_names,
        shifted=shifted,
        samples=padded[:SAMPLE],
    )


def _rows(open_bytes: Opener, encoding: str, delimiter: str) -> Iterator[tuple[int, Row | Rejected]]:
    """Yield each row with its number from 1; a quotation mark that is never closed spoils its own row only."""
    # The module keeps one limit for all readers; a smaller one would end the file at a long description.
    if csv.field_size_limit() < ROW_LIMIT * 2:
        csv.field_size_limit(ROW_LIMIT * 2)
    number = width = 0
    with io.TextIOWrapper(open_bytes(), encoding=encoding, errors="replace", newline="") as text:
        lines = _Lines(text)
        while not lines.is_at_end():
            reader = csv.reader(lines, delimiter=delimiter)
            try:
                for row in reader:
                    number += 1
                    taken = lines.take()
                    width = width or (len(row) if len(row) > 1 else 0)
                    at_end = lines.too_long or lines.is_at_end()
                    fault = _quotation_fault(row, taken, width, delimiter, at_end=at_end)
                    if fault == "swallowed" and lines.put_back(taken[1:]):
                        yield number, Rejected(number, _UNCLOSED)
                    elif fault == "swallowed":
                        yield (
                            number,
                            Rejected(number, f"{_UNCLOSED}; it holds the {len(taken) - 1} lines after it"),
                        )
                    elif lines.too_long:
                        yield number, Rejected(number, f"longer than {ROW_LIMIT:,} characters. Shorten it")
                    elif fault:
                        yield number, Rejected(number, _UNCLOSED)
                    else:
                        yield number, row
                    lines.too_long = False
            except csv.Error as broken:
                number += 1
                lines.take()
                yield number, Rejected(number, f"not written as a table's row ({broken})")


class _Lines:
    """The lines of a file; those of the row that is being read are kept, so that they can be read again."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._length = 0
        self._put_back = 0
        self.too_long = False
        self._ended = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self._length > ROW_LIMIT:
            # Ends the row: else one open quotation mark would take the whole file into memory.
            self.too_long = True
            raise StopIteration
        line = self._again.popleft() if self._again else self._text.readline(ROW_LIMIT)
        if len(line) >= ROW_LIMIT and not line.endswith(("\n", "\r")):
            self._skip_rest()
        if not line:
            self._ended = True
            raise StopIteration
        if "\x00" in line:
            line = line.replace("\x00", "")
        self._taken.append(line)
        self._length += len(line)
        return line

    def is_at_end(self) -> bool:
        """Tell whether the file has no further line."""
        return self._ended

    def take(self) -> list[str]:
        """Return the lines of the row that was just read."""
        taken, self._taken, self._length = self._taken, [], 0
        return taken

    def put_back(self, lines: list[str]) -> bool:
        """Let these lines be read again; tell whether they will be, for only so much of one file is."""
        self._put_back += sum(map(len, lines))
        if self._put_back > _READ_AGAIN_LIMIT:
            return False
        self._again.extendleft(reversed(lines))
        self._ended = False
        return True

    def _skip_rest(self) -> None:
        """Leave out the rest of a line that is too long."""
        self.too_long = True
        while (rest := self._text.readline(ROW_LIMIT)) and not rest.endswith(("\n", "\r")):
            pass


def _quotation_fault(
    row: Row, taken: list[str], width: int, delimiter: str, *, at_end: bool
) -> Literal["", "unclosed", "swallowed"]:
    """Tell whether a quotation mark opened in a row takes what is not its cell's: the row's rest, or rows after it.

    Rule: RFC 4180, section 2: a quotation mark that closes a cell stands before a separator or the line's end. One
    that does not, and leaves the row with too few or too many cells or with whole rows inside, closes another cell's.
    """
    if len(taken) == 1 and (len(row) == width or not row):
        return ""
    broken = _strict_fault(taken, delimiter)
    if "end of data" in broken:
        if not at_end:
            return ""
        return "swallowed" if len(taken) > 1 and _are_rows(taken[1:], width, delimiter) else "unclosed"
    if not broken:
        return ""
    if len(taken) == 1:
        return "unclosed" if len(row) < width else ""
    return "swallowed" if _are_rows(taken[1:], width, delimiter) else ""


def _strict_fault(taken: list[str], delimiter: str) -> str:
    """Return what a reader who forgives nothing says of the lines of a row; nothing where they are well written."""
    try:
        for _ in csv.reader(taken, delimiter=delimiter, strict=True):
            pass
    except csv.Error as broken:
        return str(broken)
    return ""


def _are_rows(lines: list[str], width: int, delimiter: str) -> bool:
    """Tell whether what an open quotation mark swallowed are rows, and not the rest of a file that breaks off."""
    widths = [len(row) for row in islice(csv.reader(lines, delimiter=delimiter), 200) if row]
    return bool(widths) and sum(found == width for found in widths) > 0.6 * len(widths)


def _head_text(open_bytes: Opener, encoding: str) -> str:
    with io.TextIOWrapper(open_bytes(), encoding=encoding, errors="replace", newline="") as text:
        return text.read(65_536)


def _delimiter(head: str) -> tuple[str, int]:
    """Return what parts the cells and how many lines come before the header because of it (Excel's `sep=;`)."""
    stated = _SEPARATOR_LINE.match(head.split("\n", 1)[0].rstrip("\r"))
    if stated:
        return stated[1], 1

    def fitness(delimiter: str) -> tuple[int, float, int]:
        lines = head.replace("\x00", "").splitlines(keepends=True)
        try:
            rows = [row for row in islice(csv.reader(lines, delimiter=delimiter), _HEAD_ROWS) if row]
        except csv.Error:
            return 0, 0.0, 0
        names = max((recognised(row) for row in rows[:20]), default=0)
        widths = Counter(len(row) for row in rows)
        width, rows_of_it = widths.most_common(1)[0] if widths else (0, 0)
        return names, (rows_of_it / len(rows) if width > 1 else 0.0), width

    return max(_DELIMITERS, key=fitness), 0


def _header(rows: list[Row], first: int) -> int | None:
    """Return which row names the columns: the first with the most known names, else the first of usual width."""
    candidates = [(recognised(row), -place) for place, row in enumerate(rows[:20]) if place >= first]
    best = max(candidates, default=(0, 0))
    if best[0] >= 2 or (best[0] == 1 and len([row for row in rows if row]) <= 2):
        return -best[1]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return -best[1] if best[0] else None
    usual = widths.most_common(1)[0][0]
    return (
        next(place for place, row in enumerate(rows) if len(row) == usual and place >= first)
        if rows[first:]
        else None
    )


def _looks_like_values(row: Row) -> bool:
    """Tell whether a row holds values rather than names: an address, a date, a number, a long text."""
    from jobcopilot.jobs.importers.dates import read_moment

    return any(
        cell.startswith(("http://", "https://"))
        or len(cell) > 120
        or cell.isdigit()
        or read_moment(cell) is not None
        for cell in (cell.strip() for cell in row)
        if cell
    )


def _column_names(header: Row) -> tuple[str, ...]:
    """Return a name for every column: nameless ones by their place, repeated ones numbered."""
    names: list[str] = []
    seen: set[str] = set()
    for place, raw in enumerate(header, start=1):
        name = clean_line(raw, 120).strip() or f"column {place}"
        again = 2
        unique = name
        while unique in seen:
            unique = f"{name} ({again})"
            again += 1
        seen.add(unique)
        names.append(unique)
    return tuple(names)


def _too_many(row: Row, width: int, delimiter: str) -> str:
    mark = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}.get(delimiter, "separator")
    return (
        f"{len(row)} cells where the header has {width}. "
        f"Put the cell that holds a {mark} of its own in quotation marks"
    )
