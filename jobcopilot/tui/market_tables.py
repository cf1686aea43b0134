"""The figures of the market as tables: what `t` shows and `x` writes as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from jobcopilot.text import spreadsheet_cell
from jobcopilot.tui import market_words as words

if TYPE_CHECKING:
    from jobcopilot.tui.market_data import Figure, Reading

Value = str | int | float | date | bool | None
Kind = Literal["text", "count", "money", "difference", "share", "points", "date", "yes"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading on the screen, its name in a file, and what it holds."""

    heading: str
    name: str
    kind: Kind = "count"


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A figure as a table; money is for a year in `currency`, shares are 0 to 1."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    currency: str
    today: date
    notes: tuple[str, ...] = ()

    def said(self, column: Column, value: Value) -> str:
        """Return a value as people read it."""
        if value is None:
            return "—"
        if isinstance(value, date):
            return words.short_day(value, self.today)
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return words.YOURS if value else ""
        match column.kind:
            case "money":
                return words.money(value, self.currency)
            case "difference":
                return words.signed_money(value, self.currency)
            case "share":
                return words.share(value)
            case "points":
                return words.points(value)
        return f"{value:,}"

    def as_csv(self) -> str:
        """Return it for a spreadsheet: plain numbers, dates as ISO 8601, blank where not known, no formulas."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([column.name for column in self.columns])
        for row in self.rows:
            writer.writerow([_cell(value) for value in row])
        return out.getvalue()


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return spreadsheet_cell(" ".join(value.split()))
    return str(round(value, 4) if isinstance(value, float) else value)


def table_of(figure: Figure, reading: Reading) -> FigureTable:
    """Return a figure as a table."""
    match figure:
        case "pay":
            return _pay(reading)
        case "postings":
            return _postings(reading)
        case "skills":
            return _skills(reading)
        case "gap":
            return _gap(reading)
    return _hiring(reading)


def _title(what: str, reading: Reading) -> str:
    asked = reading.asked
    return f"{what}: {asked.role_words}, {asked.place_words}, {asked.window_words}"


def _make(
    what: str, reading: Reading, columns: tuple[Column, ...], rows: list[tuple[Value, ...]], *notes: str
) -> FigureTable:
    return FigureTable(
        _title(what, reading),
        columns,
        tuple(rows),
        reading.level.currency,
        reading.today,
        (f"{words.basis(reading)}.", *(note for note in notes if note)),
    )


def _pay(reading: Reading) -> FigureTable:
    level, trend = reading.level, reading.trend
    columns = (
        Column("day", "date", "date"),
        Column("with pay", "with_pay"),
        Column("lower", "lower_quartile", "money"),
        Column("median", "median", "money"),
        Column("upper", "upper_quartile", "money"),
    )
    rows: list[tuple[Value, ...]] = [
        (point.on, point.with_pay, *((point.low, point.median, point.high) if point.drawn else (None,) * 3))
        for point in trend.points
    ]
    return _make(
        "Pay a year",
        reading,
        columns,
        rows,
        "Half of the postings pay between lower and upper (the quartiles of the middle of each range)."
        if rows
        else "",
        f"Converted with rates of {words.rates(level.rates, reading.today)}.",
        f"Not counted: {level.dropped:,} with pay of 0 or out of bounds, {level.unconverted:,} without a rate.",
    )


def _postings(reading: Reading) -> FigureTable:
    columns = (Column("day", "date", "date"), Column("postings", "postings"), Column("with pay", "with_pay"))
    rows: list[tuple[Value, ...]] = [
        (point.on, point.postings, point.with_pay) for point in reading.trend.points
    ]
    return _make(
        "Open postings",
        reading,
        columns,
        rows,
        f"Only sources that were polled throughout: {len(reading.trend.sources)}"
        f" of {len(reading.trend.sources) + len(reading.trend.left_out)}.",
    )


def _skills(reading: Reading) -> FigureTable:
    columns = (
        Column("skill", "skill", "text"),
        Column("n", "postings"),
        Column("asked for", "share", "share"),
        Column("change", "change", "points"),
        Column("you", "yours", "yes"),
    )
    rows: list[tuple[Value, ...]] = [
        (one.name, one.n, one.share, one.change, one.has) for one in reading.skills.demands
    ]
    since = reading.skills.change_since
    return _make(
        "Skills asked for",
        reading,
        columns,
        rows,
        f"{reading.skills.n:,} of {reading.skills.postings:,} open postings name a skill; shares are of these.",
        f"The change is in hundredths since {words.short_day(since, reading.today)}." if since else "",
    )


def _gap(reading: Reading) -> FigureTable:
    gap = reading.gap
    columns = (
        Column("one more skill", "skill", "text"),
        Column("opens", "more_matching"),
        Column("pay", "difference", "difference"),
        Column("median", "median", "money"),
        Column("with pay", "with_pay"),
        Column("asked in", "postings"),
    )
    rows: list[tuple[Value, ...]] = [
        (row.skill, row.more_matching, row.difference, row.median, row.with_pay, row.n) for row in gap.rows
    ]
    return _make(
        "What one more skill would open",
        reading,
        columns,
        rows,
        f"{gap.matching:,} of {gap.considered:,} postings that say what they must have ask for nothing you lack;"
        f" {gap.silent:,} do not say.",
        "Postings that ask for a skill differ in other things too: the difference in pay is no promise.",
    )


def _hiring(reading: Reading) -> FigureTable:
    columns = (
        Column("company", "company", "text"),
        Column("open", "open"),
        Column("new", "new"),
        Column("median", "median", "money"),
        Column("with pay", "with_pay"),
    )
    rows: list[tuple[Value, ...]] = [
        (one.name, one.open, one.new, one.median, one.with_pay) for one in reading.employers
    ]
    return _make("Who hires", reading, columns, rows, *hiring_notes(reading))


def hiring_notes(reading: Reading) -> tuple[str, ...]:
    """Return time to close and reposts in a sentence each."""
    closing, reposts = reading.time_to_close, reading.reposts
    if closing.drawn:
        spread = f"half within {words.days(closing.lower_quartile)}–{words.days(closing.upper_quartile)}"
        closed = f"Closed after {words.days(closing.median)} days ({spread}), n = {closing.n:,}"
        if closing.cut:
            closed += f"; {closing.cut:,} begun before the first poll left out"
    else:
        closed = f"Time to close: {words.too_few(closing.n)}"
    again = f"Reposted: {reposts.n:,} of {reposts.postings:,}"
    if reposts.companies:
        again += f" ({', '.join(f'{name} {number:,}' for name, number in reposts.companies[:3])})"
    return f"{closed}.", f"{again}."
