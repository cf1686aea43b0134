"""A row of a table, by its mapping, into a draft, or into the reason why it cannot be one."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from jobcopilot.jobs.importers.boards import company_on_board
from jobcopilot.jobs.importers.cells import (
    address_of,
    amount_of,
    as_text,
    company_of,
    host_of,
    line_of,
    section_of,
    tags_of,
)
from jobcopilot.jobs.importers.dates import DayOrder, read_moment
from jobcopilot.jobs.importers.headers import NAMES, fold_header
from jobcopilot.jobs.importers.mapping import Mapping
from jobcopilot.jobs.importers.words import (
    read_mode_word,
    read_open,
    read_status,
    read_work_mode,
    read_yes,
    word_set,
)
from jobcopilot.jobs.views import JobDraft, Rejected, Status, WorkMode
from jobcopilot.reading.markdown import readable
from jobcopilot.reading.pay import Pay, read_pay, stated_pay
from jobcopilot.text import clean_line

Getter = Callable[[Any], object]
Told = Callable[[int, str, str], None]
"""Hears the row, the column and the text of every value that could not be used."""

_CURRENCIES = word_set("usd eur gbp chf cad aud inr jpy sek nok dkk pln czk sgd hkd nzd brl mxn zar cny")
_PERIODS = {
    "annual": "year", "annually": "year", "yearly": "year", "year": "year", "jahresgehalt": "year", "annuel": "year",
    "monthly": "month", "month": "month", "monat": "month", "mensuel": "month", "hourly": "hour", "hour": "hour",
    "stunde": "hour", "daily": "day", "day": "day", "weekly": "week", "week": "week",
}  # fmt: skip
_NO_AMOUNT = re.compile(
    r"\b(?:competitive|negotia\w+|depend\w+|based on|doe|tb[acd]|market|attractive|not (?:said|stated|specified|"
    r"disclosed|given|available)|undisclosed|unknown|unpaid|volunt\w+|equity|nach vereinbarung|vhb|verhandlungs\w+|"
    r"tarif\w*|selon|à négocier)\b",
    re.IGNORECASE,
)
"""How postings say that they do not tell the pay."""


@dataclass(frozen=True, slots=True)
class RowRules:
    """What holds for all rows of one table."""

    table: str = ""
    """The file's name, put before a reason where a source has several tables."""
    status: Status = "new"
    """What a row's own words do not say: an applied-for list is `applied`."""
    company: str = ""
    """Whose postings these are, where only the file as a whole says so."""
    zone: tzinfo = UTC
    seen_on: date | None = None
    """The day the file was written: "3 days ago" counts from it, and what it calls closed was closed by then."""
    orders: Lookup[str, DayOrder] = field(default_factory=dict)
    """Column to the order of day and month in it."""
    told: Told | None = None


class RowReader:
    """Reads the rows of one table; compiled once from its mapping."""

    def __init__(self, mapping: Mapping, getter: Callable[[str], Getter], rules: RowRules) -> None:
        self._rules = rules
        self._columns = {entry.field: entry.columns for entry in mapping.entries}
        self._getters = {
            entry.field: [getter(column) for column in entry.columns] for entry in mapping.entries
        }
        self._constants = {entry.field: entry.constant for entry in mapping.entries if entry.constant}
        self._pay_currency, self._pay_period = self._units_in_headers()
        self._in_cents = any(
            fold_header(name).endswith("cents") for name in self._columns.get("pay_minimum", ())
        )

    def read(self, row: int, record: Any) -> JobDraft | Rejected:
        """Return the draft of a row; what a row lacks is told in words that say how to add it."""
        title = line_of(self._first("title", record))
        address = self._address(row, record)
        company = (
            company_of(self._first("company", record)) or self._rules.company or company_on_board(address)
        )
        if not title or not company:
            return self._refused(row, "title" if not title else "company")
        place = self._place(record)
        applied_at, applied = self._moment_or_yes("applied", row, record)
        rejected_at, rejected = self._moment_or_yes("rejected", row, record)
        status, closed, extra_tag = self._status(row, record, applied=applied, rejected=rejected)
        tags = tags_of(self._first("tags", record))
        return JobDraft(
            title=title,
            company=company,
            place=place,
            work_mode=self._work_mode(record) or (read_work_mode(place) if place else None),
            description=self._description(record),
            address=address,
            source_id=self._source_id(record, address, company),
            pay=self._pay(row, record),
            posted_on=self._day("posted", row, record),
            closed_on=self._closed_on(row, record, closed=closed),
            deadline=self._day("deadline", row, record),
            status=status,
            notes=self._notes(row, record),
            tags=(*tags, extra_tag) if extra_tag and extra_tag not in tags else tags,
            favourite=read_yes(self._first("favourite", record)) is True,
            applied_at=applied_at,
            rejected_at=rejected_at,
            rejection_reason=line_of(self._first("rejection_reason", record)),
            row=row,
        )

    def _first(self, name: str, record: Any) -> object:
        """Return the first value that feeds a field, None where there is none."""
        getters = self._getters.get(name)
        if getters is None:
            return None
        for get in getters:
            value = get(record)
            if value is not None and value != "":
                return value
        return self._constants.get(name)

    def _refused(self, row: int, name: str) -> Rejected:
        columns = self._columns.get(name)
        where = f'Add one in column "{clean_line(columns[0], 80)}", or import' if columns else "Import"
        prefix = f"{self._rules.table}: " if self._rules.table else ""
        return Rejected(row, f"{prefix}no {name}. {where} with --map {name}=…")

    def _place(self, record: Any) -> str:
        parts = [line_of(get(record)) for get in self._getters.get("place", ())]
        if not any(parts):
            return clean_line(self._constants.get("place", ""))
        return clean_line(", ".join(dict.fromkeys(part for part in parts if part))).rstrip()

    def _description(self, record: Any) -> str:
        getters = self._getters.get("description")
        if not getters:
            return readable(self._constants.get("description", ""))
        if len(getters) == 1:
            value = getters[0](record)
            return section_of(value, "") if isinstance(value, list) else readable(as_text(value))
        sections: list[str] = []
        for column, get in zip(self._columns["description"], getters, strict=True):
            heading = "" if not sections else fold_header(column.rsplit(".", 1)[-1]).capitalize()
            sections.append(section_of(get(record), heading))
        return "\n\n".join(section for section in sections if section)

    def _work_mode(self, record: Any) -> WorkMode | None:
        modes: list[WorkMode | None] = []
        for column, get in zip(
            self._columns.get("work_mode", ()), self._getters.get("work_mode", ()), strict=True
        ):
            value = get(record)
            answer = read_yes(value)
            if answer is None:
                modes.append(read_mode_word(as_text(value)))
            elif answer:
                modes.append(read_work_mode(fold_header(column)))
        if not modes and "work_mode" in self._constants:
            modes.append(read_work_mode(self._constants["work_mode"]))
        said = [mode for mode in modes if mode]
        # Boards that allow both say so in two columns.
        return "hybrid" if "hybrid" in said else said[0] if said else None

    def _source_id(self, record: Any, address: str, company: str) -> str | None:
        value = line_of(self._first("source_id", record))
        if not value:
            return None
        # A bare number is one site's counting: with the site's name it cannot meet another's.
        return f"{host_of(address) or company.casefold()}:{value}" if value.isdigit() else value

    def _tell(self, name: str, row: int, text: str) -> None:
        """Tell a value that could not be used."""
        columns = self._columns.get(name)
        if self._rules.told is not None and columns:
            self._rules.told(row, columns[0], text)

    def _address(self, row: int, record: Any) -> str:
        value = self._first("address", record)
        address = address_of(value)
        if value and not address and (text := line_of(value)):
            self._tell("address", row, text)
        return address

    def _pay(self, row: int, record: Any) -> Pay | None:
        pay = self._pay_said(record)
        if pay is None:
            for name in ("pay", "pay_minimum", "pay_maximum"):
                text = line_of(self._first(name, record))
                if text and not text.startswith("0") and not _NO_AMOUNT.search(text):
                    self._tell(name, row, text)
        return pay

    def _pay_said(self, record: Any) -> Pay | None:
        low, high = (amount_of(self._first(name, record)) for name in ("pay_minimum", "pay_maximum"))
        text = line_of(self._first("pay", record))
        if low is None and high is None:
            return self._pay_of_text(text, record) if text and any(map(str.isdigit, text)) else None
        if self._in_cents:
            low, high = (bound / 100 if isinstance(bound, float) else bound for bound in (low, high))
        currency = line_of(self._first("pay_currency", record)) or self._pay_currency
        period = line_of(self._first("pay_period", record)) or self._pay_period
        return stated_pay(low, high, currency, period, text) or (read_pay(text) if text else None)

    def _pay_of_text(self, text: str, record: Any) -> Pay | None:
        """Read pay given as text; a bare number gets the currency and period that the table gives apart."""
        currency = line_of(self._first("pay_currency", record)) or self._pay_currency
        period = line_of(self._first("pay_period", record)) or self._pay_period
        amount = amount_of(text)
        if isinstance(amount, float) and (currency or period):
            return stated_pay(amount, amount, currency, period, text)
        return read_pay(text)

    def _units_in_headers(self) -> tuple[str | None, str | None]:
        """Return the currency and period that a header itself names: "Salary (EUR)", "annualSalaryMin"."""
        words = [
            word
            for name in ("pay", "pay_minimum", "pay_maximum")
            for column in self._columns.get(name, ())
            for word in fold_header(column).split()
        ]
        currency = next((word.upper() for word in words if word in _CURRENCIES), None)
        return currency, next((_PERIODS[word] for word in words if word in _PERIODS), None)

    def _moment(self, name: str, row: int, record: Any) -> datetime | None:
        """Return a field's moment; a value that is no date is told and left out."""
        for column, get in zip(self._columns.get(name, ()), self._getters.get(name, ()), strict=True):
            value = get(record)
            text = value if isinstance(value, int | float) else as_text(value)
            if text == "" or text is False or text is True:
                continue
            rules = self._rules
            order = rules.orders.get(column, "month first")
            moment = read_moment(text, order=order, zone=rules.zone, seen_on=rules.seen_on)
            if moment is not None:
                return moment
            if read_yes(text) is None and rules.told is not None:
                rules.told(row, column, clean_line(str(text), 80))
        constant = self._constants.get(name)
        return read_moment(constant, zone=self._rules.zone) if constant else None

    def _day(self, name: str, row: int, record: Any) -> date | None:
        if name not in self._columns:
            return None
        moment = self._moment(name, row, record)
        return moment.date() if moment else None

    def _moment_or_yes(self, name: str, row: int, record: Any) -> tuple[datetime | None, bool]:
        """Return when something happened and whether it did; trackers write a date or a mere yes."""
        if name not in self._columns:
            return None, False
        moment = self._moment(name, row, record)
        happened = moment is not None or read_yes(self._first(name, record)) is True
        return (moment.astimezone(UTC) if moment else None), happened

    def _closed_on(self, row: int, record: Any, *, closed: bool) -> date | None:
        """Return the day of closing; where only the fact is known, the last day by which it must have been."""
        stated = self._day("closed", row, record)
        if stated is not None:
            return stated
        closed = closed or read_yes(self._first("closed", record)) is True
        closed = closed or read_open(self._first("open", record)) is False
        if not closed:
            return None
        return self._day("updated", row, record) or self._rules.seen_on

    def _status(self, row: int, record: Any, *, applied: bool, rejected: bool) -> tuple[Status, bool, str]:
        """Return the status, whether the word meant a closed posting, and the word itself where it is unknown."""
        word = line_of(self._first("status", record))
        default: Status = "rejected" if rejected else "applied" if applied else self._rules.status
        if not word:
            return default, False, ""
        status = read_status(word)
        if status is not None:
            return (default if status == "new" and applied else status), False, ""
        is_open = read_open(word)
        if is_open is not None:
            return default, not is_open, ""
        self._tell("status", row, word)
        return default, False, clean_line(word, 60)

    def _notes(self, row: int, record: Any) -> str:
        parts = [self._constants["notes"]] if "notes" in self._constants else []
        columns, getters = self._columns.get("notes", ()), self._getters.get("notes", ())
        for column, get in zip(columns, getters, strict=True):
            text = readable(as_text(get(record)))
            if text:
                is_note = fold_header(column) in NAMES["notes"] or (len(columns) == 1)
                parts.append(text if is_note else f"{clean_line(column, 80)}: {text}")
        # A date of the person's own that nobody can read is still theirs.
        for name in ("applied", "rejected", "deadline"):
            value = self._first(name, record) if name in self._columns else None
            text = as_text(value) if isinstance(value, str) else ""
            if text and read_yes(text) is None and self._moment(name, row, record) is None:
                parts.append(f"{clean_line(self._columns[name][0], 80)}: {clean_line(text)}")
        return "\n\n".join(parts) if len(parts) < 3 else "\n".join(parts)
