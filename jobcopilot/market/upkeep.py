"""Brings what the market keeps of each posting up to date, from what changed since it last did.

Only postings and jobs whose `updated_at` moved are read, unless what was read is distrusted. From the difference
follows the first day whose statistics no longer hold (`market_state.stale_from`): mostly today.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from jobcopilot.errors import Cancelled
from jobcopilot.jobs.records import chunks, listed, raw
from jobcopilot.market.groups import Reader, name_of
from jobcopilot.market.members import Members, Units
from jobcopilot.market.records import Record, UnitSpan, read_records, spans_of
from jobcopilot.market.views import Progress

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

CHUNK: Final = 400
"""Members that are looked up, read and written in one transaction; a stop is heard between two."""
COLUMNS: Final = (
    "unit", "since", "until", "profile_id", "source_id", "origin", "role_id", "seniority", "management", "places",
    "company_id", "skills", "must", "low", "high", "currency", "dropped", "opened", "last", "closed", "reposts",
)  # fmt: skip
_COUNTED: Final = tuple(
    COLUMNS.index(name) for name in ("role_id", "places", "skills", "low", "high", "currency")
)
"""What of a span daily statistics are made of."""
_UNTIL: Final = COLUMNS.index("until")
_IN: Final = "IN (SELECT value FROM json_each(?))"

Row = tuple[Any, ...]


class Names:
    """The numbers of names; unknown ones are written when first asked for."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int] = {}

    def id_of(self, connection: sqlite3.Connection, kind: str, name: str, label: str = "") -> int:
        """Return the number of a name."""
        known = self._known.get((kind, name))
        if known is not None:
            return known
        row = connection.execute(
            "SELECT id FROM market_name WHERE kind = ? AND name = ?", (kind, name)
        ).fetchone()
        if row is None:
            added = connection.execute(
                "INSERT INTO market_name (kind, name, label) VALUES (?, ?, ?)", (kind, name, label)
            )
            assert added.lastrowid is not None
            row = (added.lastrowid,)
        number: int = row[0]
        self._known[kind, name] = number
        return number

    def forget(self) -> None:
        """Ask the database again: a transaction that wrote names was taken back."""
        self._known.clear()


class Upkeep:
    """Keeps the spans of one profile."""

    def __init__(self, database: Database, profile_id: int, reader: Reader) -> None:
        self._database = database
        self._profile_id = profile_id
        self._reader = reader
        self._names = Names()

    def distrust(self) -> None:
        """Have every posting and job read again: what reads them may have changed since."""
        with self._database.writing() as session:
            connection = raw(session)
            connection.execute(
                "UPDATE market_member SET stamp = -1 WHERE profile_id = ?", (self._profile_id,)
            )
            connection.execute(
                "UPDATE market_state SET read_until = 0 WHERE profile_id = ?", (self._profile_id,)
            )

    def bring_up_to_date(
        self,
        progress: Callable[[Progress], None] | None = None,
        stop: threading.Event | None = None,
    ) -> int:
        """Read what changed; return how many postings and jobs that were. Raises `Cancelled`; what was read is kept."""
        with self._database.writing() as session:
            connection = raw(session)
            connection.execute(
                "INSERT OR IGNORE INTO market_state (profile_id, read_until, rates, version) VALUES (?, 0, '', 0)",
                (self._profile_id,),
            )
            (read_until,) = connection.execute(
                "SELECT read_until FROM market_state WHERE profile_id = ?", (self._profile_id,)
            ).fetchone()
            changed, newest = Members(connection, self._profile_id).changed(read_until)
        done = 0
        for some in chunks(changed, CHUNK):
            if stop is not None and stop.is_set():
                raise Cancelled("Reading the market was stopped", hint="The next build goes on from there.")
            try:
                with self._database.writing() as session:
                    self._take(raw(session), some)
            except BaseException:
                self._names.forget()
                raise
            done += len(some)
            if progress is not None:
                progress(Progress("reading", done, len(changed)))
        if newest != read_until:
            with self._database.writing() as session:
                raw(session).execute(
                    "UPDATE market_state SET read_until = ? WHERE profile_id = ?", (newest, self._profile_id)
                )
        return done

    def _take(self, connection: sqlite3.Connection, members: list[int]) -> None:
        units = Members(connection, self._profile_id).units_of(members)
        records = read_records(connection, self._reader, units.all_members)
        rows = {
            unit: self._rows(connection, unit, spans_of([records[one] for one in members if one in records]))
            for unit, members in units.members.items()
        }
        touched = units.before | set(rows)
        before: dict[int, list[Row]] = {}
        for row in connection.execute(
            f"SELECT {', '.join(COLUMNS)} FROM market_span WHERE unit {_IN} ORDER BY unit, since",  # noqa: S608
            (listed(touched),),
        ):
            before.setdefault(row[0], []).append(row)
        differing = [unit for unit in touched if before.get(unit, []) != rows.get(unit, [])]
        if differing:
            stale = min(
                (first_difference(before.get(unit, []), rows.get(unit, [])) for unit in differing),
                key=lambda day: float("inf") if day is None else day,
            )
            self._write(connection, differing, rows, stale)
        self._note(connection, members, units, records)

    def _rows(self, connection: sqlite3.Connection, unit: int, spans: Iterable[UnitSpan]) -> list[Row]:
        def numbers(kind: str, names: Iterable[str]) -> str:
            found = sorted(
                self._names.id_of(connection, kind, name, name_of(name) if kind == "place" else "")
                for name in names
            )
            return " ".join(map(str, found))

        rows = []
        for span in spans:
            stretch, record = span.stretch, span.record
            rows.append((
                unit,
                stretch.since,
                stretch.until,
                self._profile_id,
                record.source_id,
                record.origin,
                self._names.id_of(connection, "role", record.role.family),
                record.role.seniority,
                int(record.role.management),
                numbers("place", record.places),
                self._names.id_of(connection, "company", *record.company),
                numbers("skill", record.skills),
                numbers("skill", record.must),
                stretch.pay.low,
                stretch.pay.high,
                stretch.pay.currency,
                int(stretch.pay.dropped),
                stretch.opened,
                int(span.last),
                int(span.closed),
                record.reposts,
            ))  # fmt: skip
        return rows

    def _write(
        self,
        connection: sqlite3.Connection,
        units: list[int],
        rows: Mapping[int, list[Row]],
        stale: int | None,
    ) -> None:
        connection.execute(f"DELETE FROM market_span WHERE unit {_IN}", (listed(units),))  # noqa: S608
        connection.executemany(
            f"INSERT INTO market_span ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})",  # noqa: S608
            [row for unit in units for row in rows.get(unit, ())],
        )
        connection.execute(
            "UPDATE market_state SET version = version + 1,"
            " stale_from = CASE WHEN ?1 IS NULL THEN stale_from ELSE min(coalesce(stale_from, ?1), ?1) END"
            " WHERE profile_id = ?2",
            (stale, self._profile_id),
        )

    def _note(
        self,
        connection: sqlite3.Connection,
        asked: list[int],
        units: Units,
        records: Mapping[int, Record],
    ) -> None:
        """Note what was read as it was; what was deleted is noted too, in no unit of others."""
        unit_of = {member: unit for unit, members in units.members.items() for member in members}
        gone = [member for member in asked if member not in records]
        connection.execute(f"DELETE FROM market_member WHERE member {_IN}", (listed(gone),))  # noqa: S608
        noted = [(member, self._profile_id, unit_of[member], one.stamp) for member, one in records.items()]
        noted += [
            (member, self._profile_id, member, stamp)
            for member, stamp in connection.execute(
                f"SELECT id * 2 + 1, updated_at FROM job WHERE deleted_at IS NOT NULL AND id {_IN}",  # noqa: S608
                (listed(member // 2 for member in gone if member % 2),),
            )
        ]
        connection.executemany(
            "INSERT OR REPLACE INTO market_member (member, profile_id, unit, stamp) VALUES (?, ?, ?, ?)",
            noted,
        )


def first_difference(before: list[Row], after: list[Row]) -> int | None:
    """Return the first day on which two histories of a unit count differently, None where they count alike."""
    old = {row[1]: row for row in before}
    new = {row[1]: row for row in after}
    days = []
    for since in old.keys() | new.keys():
        one, other = old.get(since), new.get(since)
        if one is None or other is None or any(one[at] != other[at] for at in _COUNTED):
            days.append(since)
        elif one[_UNTIL] != other[_UNTIL]:
            days.append(min(one[_UNTIL], other[_UNTIL]))
    return min(days, default=None)
