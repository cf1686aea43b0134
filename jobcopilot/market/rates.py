"""Exchange rates from a dated file, so that pay of several currencies can be compared; nothing is asked of a network.

The table that ships can be replaced by the person's own in the data folder. One table holds for all days: a currency
that moved would look like pay that moved.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import blake2b
from importlib import resources
from pathlib import Path
from typing import Any, Final

from jobcopilot.errors import BadInput
from jobcopilot.market.views import Rates
from jobcopilot.text import clean_line

FILE: Final = "rates.toml"
PIVOT: Final = "USD"
"""What all pay is counted in; it is turned into the person's currency when it is shown."""
_MOST_BYTES: Final = 100_000


@dataclass(frozen=True)
class RateTable:
    """Units of each currency that one US dollar buys, on one day."""

    on: date
    origin: str
    units: dict[str, float]
    own: bool = False

    @cached_property
    def view(self) -> Rates:
        """What is told of it beside every figure."""
        return Rates(self.on, self.origin, self.own)

    @cached_property
    def stamp(self) -> str:
        """What tells this table from another one."""
        told = f"{self.on} {sorted(self.units.items())}"
        return blake2b(told.encode(), digest_size=8).hexdigest()

    def in_pivot(self, amount: float, currency: str | None) -> float | None:
        """Return an amount in US dollars; None where the currency is not known or has no rate."""
        units = self.units.get(currency or "")
        return None if units is None else amount / units

    def shown_in(self, wanted: str | None) -> tuple[str, float]:
        """Return the currency to show pay in and what a dollar is in it: the wanted one if it has a rate."""
        code = (wanted or PIVOT).upper()
        return (code, self.units[code]) if code in self.units else (PIVOT, 1.0)


def shipped_rates() -> RateTable:
    """Return the table that comes with the program."""
    content = resources.files("jobcopilot.market").joinpath(f"data/{FILE}").read_text("utf-8")
    return _table(tomllib.loads(content), FILE, own=False)


def rates_in(folder: Path) -> RateTable:
    """Return the person's own table where one lies in their data folder, else the one that ships.

    Raises `BadInput` that says what is wrong with the person's file.
    """
    file = folder / FILE
    try:
        if not file.exists():
            return shipped_rates()
        if file.stat().st_size > _MOST_BYTES:
            raise _refused(file, f"it is larger than {_MOST_BYTES:,} bytes")
        return _table(tomllib.loads(file.read_text("utf-8")), str(file), own=True)
    except OSError as problem:
        raise _refused(file, problem.strerror or "it cannot be read") from problem
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise _refused(file, str(problem)) from problem


def _table(loaded: dict[str, Any], file: str, *, own: bool) -> RateTable:
    on = loaded.get("date")
    if isinstance(on, datetime) or not isinstance(on, date):
        raise _refused(file, 'the line "date = 2026-07-18" is missing')
    units = {PIVOT: 1.0}
    for part in loaded.values():
        if not isinstance(part, dict):
            continue
        for code, rate in part.items():
            if isinstance(rate, bool) or not isinstance(rate, (int, float)):
                raise _refused(file, f"{code} is no number")
            if len(code) != 3 or not code.isalpha() or not (math.isfinite(rate) and rate > 0):
                raise _refused(
                    file, f"{code} = {rate} is no currency of three letters with a rate above zero"
                )
            units[code.upper()] = float(rate)
    if units[PIVOT] != 1.0:
        raise _refused(file, "rates are units to one US dollar, so USD is 1")
    return RateTable(on, clean_line(str(loaded.get("origin", "")), 200), units, own)


def _refused(file: Path | str, why: str) -> BadInput:
    return BadInput(
        "The exchange rates cannot be used",
        f"{file}: {why}",
        "Mend the file, or move it away to use the rates that come with Jobcopilot.",
    )
