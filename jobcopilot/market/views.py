"""What leaves the room: what was asked of the market, and the figures with the number behind each.

Pay is for a year, in whole units of `Level.currency` and so on. A figure over fewer than `LEAST` postings that
state pay is there, but `drawn` says that it must not be shown as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

LEAST: Final = 5
"""Below so many postings a median says nothing."""
UNKNOWN: Final = "unknown"
"""The family of titles, and the place of texts, that could not be read: a group of its own."""
SAMPLE_BOARD: Final = "sample-"
"""With this begins the board of every invented source."""
ALL_ROLES: Final = ""
ANYWHERE: Final = ""

PlaceLevel = Literal["world", "country", "region", "city", "remote", "unknown"]
Step = Literal["day", "week"]
OriginKind = Literal["feed", "import", "own"]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: a role family, a place, and how far back.

    `role` is a family's name or `ALL_ROLES`, or `UNKNOWN`. `place` is the `key` of a `PlaceChoice`, or `ANYWHERE`.
    `since` is the first day of the window, None for the last 90 days.
    """

    role: str = ALL_ROLES
    place: str = ANYWHERE
    since: date | None = None


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """A role family that can be asked for, with the open postings it has."""

    role: str
    postings: int


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A place that can be asked for, with the open postings it has.

    `key` is "" (anywhere), "DE", "DE/Bavaria", "DE/Bavaria/Munich" (the region may be empty: "DE//Munich"),
    "remote", "remote/SCOPE" or `UNKNOWN`; `name` is how people say it.
    """

    key: str
    level: PlaceLevel
    name: str
    postings: int


@dataclass(frozen=True, slots=True)
class Rates:
    """Whose exchange rates were used: the table's date, its origin in words, and whether the person put it there."""

    on: date
    origin: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """The 95 % interval of a median by order statistics: it rests on no assumption about the spread of pay."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Level:
    """What is paid: over the postings open at any time in the window, each once, as it was last seen.

    `n` postings; `with_pay` of them state pay that could be used; `dropped` state 0 or pay that nobody is paid;
    `unconverted` state pay in a currency without a rate, or in none. Every pay figure is over `with_pay` alone.
    `median`, the quartiles and the average are of the middle of each posting's range; `low` and `high` are the
    medians of the minimum and of the maximum.
    """

    n: int
    with_pay: int
    dropped: int
    unconverted: int
    currency: str
    rates: Rates
    median: float | None = None
    lower_quartile: float | None = None
    upper_quartile: float | None = None
    interval: Interval | None = None
    average: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def drawn(self) -> bool:
        """Whether there are enough postings for the figures to be shown as figures."""
        return self.with_pay >= LEAST


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The postings open at the end of one day, over sources polled throughout the window.

    `median`, `low` and `high` are the median and the quartiles of the middles: the band in which half of the postings
    pay. None below `LEAST` with pay.
    """

    on: date
    postings: int
    with_pay: int
    median: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def drawn(self) -> bool:
        """Whether the pay of this point is shown as a figure."""
        return self.with_pay >= LEAST


@dataclass(frozen=True, slots=True)
class SourceSpan:
    """A source and how it was polled: `steady_since` is the first day since when it was without a gap."""

    id: int
    feed: str
    board: str
    steady_since: date | None = None
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Trend:
    """How postings and pay went, by day up to 35 days, by week beyond.

    Only postings of `sources` are in it: those polled in health from `since` to today with no gap of more than three
    days, so that a new source doesn't look like growth. `left_out` are the sources that were not. Without a source
    there are no points; `possible_since` is then the earliest day from which some source was polled throughout.
    """

    since: date
    until: date
    step: Step
    currency: str
    rates: Rates
    points: tuple[TrendPoint, ...] = ()
    sources: tuple[SourceSpan, ...] = ()
    left_out: tuple[SourceSpan, ...] = ()
    possible_since: date | None = None


@dataclass(frozen=True, slots=True)
class SkillDemand:
    """How many postings ask for a skill: `share` of the postings that name any skill, 0 to 1.

    `change` is the share now less the share at the window's start, over the sources polled throughout; None where
    there are none, or fewer than `LEAST` postings at either end.
    """

    name: str
    n: int
    share: float
    change: float | None = None
    has: bool = False


@dataclass(frozen=True, slots=True)
class Skills:
    """The skills asked for in the open postings, most asked first; `n` postings of `postings` name any."""

    n: int
    postings: int
    demands: tuple[SkillDemand, ...] = ()
    change_since: date | None = None


@dataclass(frozen=True, slots=True)
class GapRow:
    """What one skill would bring that the person lacks.

    `more_matching`: open postings whose only must skill that the person lacks is this one. `n`: open postings that
    ask for it at all, `with_pay` of them with pay; `median` is theirs, and `difference` that less the median of all
    open postings asked for; None below `LEAST`. Postings that ask for a skill differ in other things too: the
    difference is no promise.
    """

    skill: str
    more_matching: int
    n: int
    with_pay: int
    median: float | None = None
    difference: float | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """What the person's skills open now, and which one more would open the most.

    `matching` of the `considered` open postings (those that name a must skill) ask for none that the person lacks;
    `silent` postings name no must skill and are in neither. Rows: most postings opened first.
    """

    matching: int
    considered: int
    silent: int
    currency: str
    rates: Rates
    level: float | None = None
    rows: tuple[GapRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Employer:
    """A company that hires: open postings now, new ones in the window, and what it pays at the median."""

    name: str
    open: int
    new: int
    with_pay: int
    median: float | None = None


@dataclass(frozen=True, slots=True)
class TimeToClose:
    """How long postings stayed: days from first seen to closed, over those that closed in the window.

    Postings that were there at a source's first poll had begun before it: they are `cut` and not counted.
    """

    n: int
    cut: int
    median: float | None = None
    lower_quartile: float | None = None
    upper_quartile: float | None = None

    @property
    def drawn(self) -> bool:
        """Whether there are enough closed postings for the days to be shown as a figure."""
        return self.n >= LEAST


@dataclass(frozen=True, slots=True)
class Reposts:
    """How many of the postings in the window came back after they were closed, and whose they are (most first)."""

    n: int
    postings: int
    companies: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where figures come from: one source with its postings in the window and the days it was polled.

    `feed`: a source of `sources`; `import`: files and addresses; `own`: typed in. `name` is the feed and board.
    """

    kind: OriginKind
    name: str
    postings: int
    first: date | None = None
    last: date | None = None
    polls: int = 0
    steady: bool = False
    credit: str = ""

    @property
    def sample(self) -> bool:
        """Whether its postings are invented, to look at the app with."""
        return self.name.partition(":")[2].startswith(SAMPLE_BOARD)


@dataclass(frozen=True, slots=True)
class Origins:
    """Where all figures of a query come from; `built` is the last day whose statistics are kept."""

    postings: int
    rates: Rates
    built: date | None = None
    sources: tuple[Origin, ...] = ()

    @property
    def sample(self) -> bool:
        """Whether any of it is invented."""
        return any(source.sample for source in self.sources)


@dataclass(frozen=True, slots=True)
class Behind:
    """A figure whose postings are asked for: one skill's or company's by its `name`, else those with pay, or open."""

    what: Literal["pay", "postings", "skill", "company"]
    name: str = ""


@dataclass(frozen=True, slots=True)
class PostingBehind:
    """One posting as it says itself; pay is for a year. `source` is the feed and board, or what brought it."""

    title: str
    company: str
    place: str
    low: float | None
    high: float | None
    opened: date
    closed: date | None
    source: str
    address: str


@dataclass(frozen=True, slots=True)
class PostingsBehind:
    """The postings that a figure counts: `total` of them, of which the first are in `rows`."""

    total: int
    currency: str
    rows: tuple[PostingBehind, ...] = ()


@dataclass(frozen=True, slots=True)
class SkillCount:
    """A skill and how many postings ask for it."""

    name: str
    n: int


@dataclass(frozen=True, slots=True)
class DailyRow:
    """The statistics of one date, role and place, as kept: over everything held and open at the day's end.

    Pay is in `currency`; None where no posting states it.
    """

    on: date
    role: str
    place: str
    postings: int
    with_pay: int
    currency: str
    average_minimum: float | None = None
    median_minimum: float | None = None
    average_maximum: float | None = None
    median_maximum: float | None = None
    skills: tuple[SkillCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: records read anew, days written, rows of statistics written."""

    records: int
    days: int
    rows: int
    until: date


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: `doing` is "reading" (postings) or "counting" (days)."""

    doing: Literal["reading", "counting"]
    done: int
    total: int
