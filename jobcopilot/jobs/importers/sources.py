"""What an import reads from: one or more tables and pages, each with its mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, tzinfo
from typing import Any, Final, Protocol

from jobcopilot.errors import BadInput, UsageError
from jobcopilot.jobs.importers.cells import as_text
from jobcopilot.jobs.importers.dates import DayOrder, day_order, needs_order
from jobcopilot.jobs.importers.headers import fold_header
from jobcopilot.jobs.importers.mapping import Mapping, given_entries, merged
from jobcopilot.jobs.importers.rows import Getter, RowReader, RowRules, Told
from jobcopilot.jobs.importers.words import word_set
from jobcopilot.jobs.views import JobDraft, Rejected, Status
from jobcopilot.text import clean_line

_DATE_FIELDS: Final = ("posted", "closed", "updated", "deadline", "applied", "rejected")
_GERMAN_OR_FRENCH: Final = word_set(
    "firma unternehmen arbeitgeber ort standort stelle gehalt beworben datum bewerbung entreprise societe lieu ville "
    "poste salaire statut candidature employeur"
)


class Table(Protocol):
    """Rows with named columns, whatever the file's form."""

    @property
    def name(self) -> str:
        """The file's name."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names."""
        ...

    @property
    def samples(self) -> Sequence[Any]:
        """The first rows."""
        ...

    def getter(self, column: str) -> Getter:
        """Return what takes a column's value from a row."""
        ...

    def records(self) -> Iterator[tuple[int, Any] | Rejected]:
        """Yield the rows with their numbers."""
        ...

    def count(self) -> int | None:
        """Return how many rows there are, where that is cheap to know."""
        ...


class Part(Protocol):
    """One file of a source."""

    @property
    def name(self) -> str:
        """The file's name."""
        ...

    @property
    def mapping(self) -> Mapping:
        """Which column feeds which field."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names; none for a page."""
        ...

    def remapped(self, mapping: Mapping) -> Part:
        """Return the part with another mapping."""
        ...

    def count(self) -> int | None:
        """Return how many rows there are, where that is cheap to know."""
        ...

    def read(self, *, named: bool, told: Told | None) -> Iterator[JobDraft | Rejected]:
        """Yield drafts and refusals; `named` puts the file's name before a reason."""
        ...


@dataclass(frozen=True, slots=True)
class TablePart:
    """A table with its mapping and what holds for all of its rows."""

    table: Table
    mapping: Mapping
    rules: RowRules

    @property
    def name(self) -> str:
        """The file's name."""
        return self.table.name

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's columns."""
        return self.table.columns

    def remapped(self, mapping: Mapping) -> TablePart:
        """Return the part with another mapping; the dates' order is looked at again."""
        return table_part(self.table, mapping, self.rules)

    def count(self) -> int | None:
        """Return how many rows there are, where that is cheap to know."""
        return self.table.count()

    def read(self, *, named: bool, told: Told | None) -> Iterator[JobDraft | Rejected]:
        """Yield a draft or a refusal for every row."""
        rules = replace(self.rules, table=clean_line(self.name) if named else "", told=told)
        reader = RowReader(self.mapping, self.table.getter, rules)
        for entry in self.table.records():
            if isinstance(entry, Rejected):
                yield replace(entry, reason=f"{rules.table}: {entry.reason}") if named else entry
            else:
                yield reader.read(*entry)


@dataclass(frozen=True, slots=True)
class PagePart:
    """A saved page or another file whose postings need no mapping."""

    name: str
    load: Callable[[], list[JobDraft]] = field(repr=False)
    """Reads the postings. Raises `BadInput`."""

    @property
    def mapping(self) -> Mapping:
        """Pages have none."""
        return Mapping()

    @property
    def columns(self) -> tuple[str, ...]:
        """Pages have none."""
        return ()

    def remapped(self, mapping: Mapping) -> PagePart:
        """Return the part as it is."""
        return self

    def count(self) -> int | None:
        """Return one, the usual number of postings on a page."""
        return 1

    def read(self, *, named: bool, told: Told | None) -> Iterator[JobDraft | Rejected]:
        """Yield the page's postings, or why it has none."""
        try:
            drafts = self.load()
        except BadInput as refusal:
            words = " ".join(part for part in (refusal.message, refusal.hint) if part)
            yield Rejected(
                1, f"{clean_line(self.name)}: {refusal.title[:1].lower()}{refusal.title[1:]}. {words}".strip()
            )
            return
        yield from drafts


@dataclass(frozen=True, slots=True)
class ImportSource:
    """What a file, folder or zip holds, before anything of it is written."""

    kind: str
    """What it is, as shown to a person: "LinkedIn export", "CSV table", "saved page"."""
    parts: tuple[Part, ...]

    @property
    def mapping(self) -> Mapping:
        """Which column feeds which field, over all parts."""
        return (
            merged([part.mapping for part in self.parts]) if len(self.parts) != 1 else self.parts[0].mapping
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of all parts."""
        return tuple(dict.fromkeys(column for part in self.parts for column in part.columns))

    def with_mapping(self, given: dict[str, str]) -> ImportSource:
        """Return the source with what a person gave as `--map field=column`.

        Raises `UsageError` on an unknown field or column, naming the choices.
        """
        if not given:
            return self
        if not self.columns:
            raise UsageError(f"A {self.kind} has no columns to map", "", "Import it without --map.")
        entries = given_entries(given, self.columns)
        parts = []
        for part in self.parts:
            own = set(part.columns)
            parts.append(
                part.remapped(part.mapping.with_entries(e for e in entries if own.issuperset(e.columns)))
            )
        return replace(self, parts=tuple(parts))

    def count(self) -> int | None:
        """Return how many rows there are, where that is cheap to know."""
        counts = [part.count() for part in self.parts]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    def read(self, told: Told | None = None) -> Iterator[JobDraft | Rejected]:
        """Yield a draft or a refusal for every row, as the file is read; a bad row never raises.

        `told` hears the row, the column and the text of each single value that could not be used.
        """
        named = len(self.parts) > 1
        for part in self.parts:
            row = 0
            try:
                for entry in part.read(named=named, told=told):
                    row = entry.row
                    yield entry
            except BadInput as refusal:
                yield Rejected(row + 1, f"{clean_line(part.name)} cannot be read from here on: {refusal}")
            except OSError as fault:
                yield Rejected(
                    row + 1, f"{clean_line(part.name)} cannot be read from here on: {fault.strerror or fault}"
                )


def table_part(table: Table, mapping: Mapping, rules: RowRules) -> TablePart:
    """Join a table and its mapping, once it is known whether 3/4/2025 is in March or April in each column."""
    columns = [column for name in _DATE_FIELDS for column in mapping.columns_of(name)]
    getters = {column: table.getter(column) for column in columns}
    orders: dict[str, DayOrder] = {}
    open_questions = []
    for column, get in getters.items():
        values = [as_text(get(record)) for record in table.samples]
        order = day_order(values)
        if order is not None:
            orders[column] = order
        elif any(map(needs_order, values)):
            open_questions.append(column)
    remarks = []
    for column in open_questions:
        get = getters[column]
        order = day_order(as_text(get(entry[1])) for entry in table.records() if isinstance(entry, tuple))
        if order is None:
            # Whoever wrote the other columns wrote this one.
            order = next(iter(orders.values()), None) or _usual_order(table.columns)
            if column not in orders and not orders:
                shown = "day/month/year" if order == "day first" else "month/day/year"
                remarks.append(f'Dates in "{column}" are read as {shown}; the file does not tell.')
        orders[column] = order
    return TablePart(table, replace(mapping, remarks=tuple(remarks)), replace(rules, orders=orders))


def _usual_order(columns: Sequence[str]) -> DayOrder:
    words = {word for column in columns for word in fold_header(column).split()}
    return "day first" if words & _GERMAN_OR_FRENCH else "month first"


def rules_for(
    *, status: Status = "new", company: str = "", seen_on: date | None = None, zone: tzinfo = UTC
) -> RowRules:
    """Return what holds for all rows of a table."""
    return RowRules(status=status, company=company, seen_on=seen_on, zone=zone)
