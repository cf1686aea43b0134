"""What the postings that this machine collected say together; every figure with the number behind it.

`build` brings everything up to date and may take seconds; the views show what was known then.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jobcopilot.clock import Clock
from jobcopilot.database.reader import Reader
from jobcopilot.errors import UsageError
from jobcopilot.market import gap, groups, levels, trends
from jobcopilot.market.daily import Daily, Tell, date_of, number_of, read_daily
from jobcopilot.market.holdings import Holdings, read_holdings
from jobcopilot.market.rates import RateTable, rates_in
from jobcopilot.market.steadiness import Polled, polled_sources
from jobcopilot.market.views import (
    Behind,
    Built,
    DailyRow,
    Employer,
    Gap,
    Level,
    Origins,
    PlaceChoice,
    PostingsBehind,
    Query,
    Rates,
    Reposts,
    RoleChoice,
    Skills,
    TimeToClose,
    Trend,
)
from jobcopilot.profiles.views import ProfileView

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database
    from jobcopilot.market.upkeep import Upkeep

WINDOW_DAYS: Final = 90
"""How far back is looked where nothing else is asked."""
_HELD: Final = 3
"""How many roles and windows are held in memory at a time."""


class Market:
    """The market as one profile's postings show it."""

    def __init__(
        self,
        database: Callable[[], Database],
        reader: Reader,
        profile: ProfileView,
        clock: Clock,
        data: Path,
        *,
        words: groups.Vocabulary | None = None,
    ) -> None:
        """`database` is asked for when something is built; `data` is the home's data folder, for its own rates."""
        self._database = database
        self._reader = reader
        self._profile = profile
        self._clock = clock
        self._data = data
        self._words = words
        self._guard = threading.Lock()
        self._held: OrderedDict[tuple[Any, ...], Holdings] = OrderedDict()
        self._polled: tuple[tuple[int, int], list[Polled]] | None = None

    # What is built

    def build(
        self,
        until: date | None = None,
        *,
        progress: Tell | None = None,
        stop: threading.Event | None = None,
        anew: bool = False,
    ) -> Built:
        """Read what changed and build the statistics of every day that is missing or stale, up to today or `until`.

        `anew` reads all postings and builds all days again, as a newer vocabulary of roles and places asks for.
        `progress` is called on this thread. Raises `Cancelled` when `stop` is
        set; whole days are kept. Built twice is the same as once.
        """
        day = self._day(until)
        records = self._read(progress, stop, anew=anew)
        days, rows = self._daily().build(day, progress, stop, anew=anew)
        return Built(records, days, rows, date_of(day))

    def build_day(self, day: date) -> Built:
        """Read what changed and build the statistics of one day again."""
        number = self._day(day)
        records = self._read()
        return Built(records, 1, self._daily().build_one(number), day)

    def refresh(self) -> int:
        """Read what changed, so that the views show it; return how many postings and jobs that were."""
        return self._read()

    def _read(
        self, progress: Tell | None = None, stop: threading.Event | None = None, *, anew: bool = False
    ) -> int:
        self.__dict__.pop("_usual_currency", None)
        upkeep = self._upkeep()
        if anew:
            upkeep.distrust()
        return upkeep.bring_up_to_date(progress, stop)

    def _upkeep(self) -> Upkeep:
        from jobcopilot.market.upkeep import Upkeep

        return Upkeep(self._database(), self._profile.id, self._reading)

    @cached_property
    def _reading(self) -> groups.Reader:
        return groups.Reader(self._words or groups.vocabulary())

    def _daily(self) -> Daily:
        return Daily(self._database(), self._reader, self._profile.id, self.rate_table)

    def _day(self, wanted: date | None) -> int:
        today = self._today
        if wanted is None:
            return today
        day = number_of(wanted)
        if day > today:
            raise UsageError(
                "There are no statistics of days to come",
                wanted.isoformat(),
                f"Give a date up to {date_of(today)}.",
            )
        return day

    # What is shown

    def make_ready(self, query: Query | None = None) -> None:
        """Read into memory what the views of a role and window need; a second for 100,000 postings, then all are quick.

        Views do so themselves when first asked; a screen does it on a thread of its own while it opens.
        """
        wanted = query or Query()
        self._held_for(wanted).prepare(self._since(wanted))
        self.trend(wanted)
        self.gap(wanted)

    def roles(self) -> tuple[RoleChoice, ...]:
        """Return the roles that have open postings, those first that have most."""
        held = self._held_for(Query())
        now = held.open_on(self._today)
        counts = held.counts_of("role", now)
        rows = [RoleChoice(held.names[number], n) for number, n in counts.items()]
        return tuple(sorted(rows, key=lambda row: (-row.postings, row.role)))

    def places(self, role: str = "") -> tuple[PlaceChoice, ...]:
        """Return the places that have open postings of a role (or of any), those first that have most."""
        held = self._held_for(Query(role))
        counts = held.counts_of("place", held.open_on(self._today))
        rows = [
            PlaceChoice(
                held.names[number], groups.level_of(held.names[number]), groups.name_of(held.names[number]), n
            )
            for number, n in counts.items()
        ]
        return tuple(sorted(rows, key=lambda row: (-row.postings, row.key)))

    def level(self, query: Query) -> Level:
        """Return what is paid."""
        held, place = self._asked(query)
        return levels.level(held, place & held.mark("last"), *self._shown, self.rate_table)

    def trend(self, query: Query) -> Trend:
        """Return how postings and pay went, over sources polled throughout the window."""
        held, place = self._asked(query)
        return trends.trend(
            held,
            place,
            self._since(query),
            self._today,
            self._sources(),
            self._credits,
            self._shown,
            self.rate_table,
        )

    def skills(self, query: Query) -> Skills:
        """Return the skills that open postings ask for."""
        held, place = self._asked(query)
        return trends.skills(
            held, place, self._since(query), self._today, self._sources(), self._skills_held.__contains__
        )

    def gap(self, query: Query) -> Gap:
        """Return what each skill would bring that the person lacks."""
        from jobcopilot.jobs.wanted import soft_skills

        held, place = self._asked(query)
        return gap.gap(
            held,
            place & held.open_on(self._today),
            self._skills_held.__contains__,
            soft_skills().__contains__,
            self._shown,
            self.rate_table,
        )

    def employers(self, query: Query) -> tuple[Employer, ...]:
        """Return who hires."""
        held, place = self._asked(query)
        return levels.employers(
            held,
            place & held.mark("last"),
            place & held.open_on(self._today),
            self._since(query),
            self._shown[1],
        )

    def time_to_close(self, query: Query) -> TimeToClose:
        """Return how long postings stayed that closed in the window."""
        held, place = self._asked(query)
        return levels.time_to_close(held, place, self._since(query), self._today, self._sources())

    def reposts(self, query: Query) -> Reposts:
        """Return how many postings came back after they were closed."""
        held, place = self._asked(query)
        return levels.reposts(held, place & held.mark("last"))

    def origins(self, query: Query) -> Origins:
        """Return where the figures come from."""
        held, place = self._asked(query)
        with self._reader.connection() as connection:
            row = connection.execute(
                "SELECT built_until FROM market_state WHERE profile_id = ?", (self._profile.id,)
            ).fetchone()
        return levels.origins(
            held,
            place & held.mark("last"),
            self._since(query),
            self._sources(),
            self._credits,
            self.rate_table,
            row[0] if row else None,
        )

    def behind(self, query: Query, behind: Behind) -> PostingsBehind:
        """Return the postings that a figure counts."""
        from jobcopilot.market.behind import postings_behind, set_behind

        held, place = self._asked(query)
        mask = set_behind(held, place, behind, self._today, self._since(query), self._sources())
        with self._reader.connection() as connection:
            return postings_behind(connection, held, mask, behind, self._today, self._shown)

    def daily(self, query: Query) -> tuple[DailyRow, ...]:
        """Return the daily statistics that are kept of a role and place, in order, over everything held."""
        with self._reader.connection() as connection:
            return read_daily(
                connection, self._profile.id, query, self._since(query), self._today, self._shown
            )

    @property
    def rates(self) -> Rates:
        """The exchange rates in use. Raises `BadInput` where the person's own cannot be read."""
        return self.rate_table.view

    @cached_property
    def rate_table(self) -> RateTable:
        """The exchange rates in use, with every rate."""
        return rates_in(self._data)

    # What the views stand on

    @property
    def _today(self) -> int:
        return number_of(self._clock.now().date())

    def _since(self, query: Query) -> int:
        today = self._today
        return today - WINDOW_DAYS if query.since is None else min(number_of(query.since), today)

    def _asked(self, query: Query) -> tuple[Holdings, int]:
        held = self._held_for(query)
        return held, held.place(query.place)

    def _held_for(self, query: Query) -> Holdings:
        """Return what is held of a role since a day; read again when the market was brought up to date."""
        with self._guard, self._reader.connection() as connection:
            row = connection.execute(
                "SELECT version FROM market_state WHERE profile_id = ?", (self._profile.id,)
            ).fetchone()
            key = (row[0] if row else 0, self._today, self._since(query), query.role)
            held = self._held.get(key)
            if held is None:
                for old in [one for one in self._held if one[:2] != key[:2]]:
                    del self._held[old]
                held = read_holdings(
                    connection, self._profile.id, self.rate_table, query.role, self._since(query), self._today
                )
                self._held[key] = held
                while len(self._held) > _HELD:
                    self._held.popitem(last=False)
            self._held.move_to_end(key)
            return held

    def _sources(self) -> list[Polled]:
        with self._reader.connection() as connection:
            (polls,) = connection.execute("SELECT coalesce(max(id), 0) FROM poll").fetchone()
            key = (polls, self._today)
            if self._polled is None or self._polled[0] != key:
                self._polled = key, polled_sources(connection, self._profile.id, self._today)
            return self._polled[1]

    @cached_property
    def _credits(self) -> dict[str, str]:
        from jobcopilot.sources.catalogue import feeds

        return {name: feed.terms.credit for name, feed in feeds().items()}

    @cached_property
    def _skills_held(self) -> frozenset[str]:
        from jobcopilot.jobs.wanted import prepare

        return frozenset(prepare(self._profile).held)

    @property
    def _shown(self) -> tuple[str, float]:
        """The currency that pay is shown in, and a dollar in it: the person's, else the one most postings name."""
        return self.rate_table.shown_in(self._profile.pay_currency or self._usual_currency)

    @cached_property
    def _usual_currency(self) -> str | None:
        with self._reader.connection() as connection:
            row = connection.execute(
                "SELECT currency FROM market_span WHERE profile_id = ? AND currency IS NOT NULL"
                " GROUP BY currency ORDER BY count(*) DESC, currency LIMIT 1",
                (self._profile.id,),
            ).fetchone()
        return row[0] if row else None
