"""A market of invented figures, for the screen: rising pay, a few skills, one gap; every call can be made to fail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from jobcopilot.errors import Cancelled
from jobcopilot.market.views import (
    Behind,
    Built,
    Employer,
    Gap,
    GapRow,
    Interval,
    Level,
    Origin,
    Origins,
    PlaceChoice,
    PostingBehind,
    PostingsBehind,
    Progress,
    Query,
    Rates,
    Reposts,
    RoleChoice,
    SkillDemand,
    Skills,
    SourceSpan,
    TimeToClose,
    Trend,
    TrendPoint,
)

TODAY = date(2026, 11, 20)
RATES = Rates(date(2026, 11, 19), "European Central Bank")
ROLES = (
    RoleChoice("Data engineer", 412),
    RoleChoice("Back-end engineer", 1_204),
    RoleChoice("Data scientist", 233),
    RoleChoice("Full-stack engineer", 871),
    RoleChoice("Product manager", 190),
    RoleChoice("unknown", 64),
)
PLACES = (
    PlaceChoice("", "world", "Anywhere", 2_974),
    PlaceChoice("DE", "country", "Germany", 640),
    PlaceChoice("DE/Bavaria/Munich", "city", "Munich, Bavaria, Germany", 88),
    PlaceChoice("FR", "country", "France", 402),
    PlaceChoice("remote/Europe", "remote", "Remote, Europe", 515),
    PlaceChoice("unknown", "unknown", "unknown", 12),
)
SKILLS = (
    ("SQL", 0.81, 0.02, True),
    ("Python", 0.77, 0.0, True),
    ("Airflow", 0.41, 0.06, True),
    ("Spark", 0.38, -0.03, False),
    ("AWS", 0.36, 0.01, False),
    ("dbt", 0.33, 0.12, False),
    ("Kubernetes", 0.29, 0.04, False),
    ("Snowflake", 0.27, -0.02, False),
    ("Machine learning", 0.22, None, False),
    ("PostgreSQL", 0.21, -0.01, True),
    ("Kafka", 0.19, 0.0, False),
    ("Terraform", 0.17, 0.03, False),
)
GAPS = (
    ("Kubernetes", 61, 98, 44, 82_000.0, 4_000.0),
    ("dbt", 48, 112, 51, 79_200.0, 1_200.0),
    ("Spark", 30, 130, 60, 84_000.0, 6_000.0),
    ("Snowflake", 22, 92, 31, 77_500.0, -500.0),
    ("Terraform", 9, 58, 3, None, None),
)
COMPANIES = (
    ("Globex", 14, 6, 9, 81_000.0),
    ("Initech", 11, 2, 7, 76_000.0),
    ("Hooli", 8, 5, 2, None),
    ("Umbrella Biotechnologies and Sons", 6, 0, 5, 91_000.0),
    ("Stark Industries", 5, 5, 0, None),
)
POSTINGS = (
    PostingBehind(
        "Senior Data Engineer", "Globex", "Munich, Germany", 82_000, 95_000, date(2026, 11, 3), None,
        "greenhouse:globex", "https://globex.example/jobs/1",
    ),
    PostingBehind(
        "Data Engineer [bold]\x1b[31m", "Initech", "", None, None, date(2026, 9, 1), date(2026, 10, 4), "imported", ""
    ),
)  # fmt: skip
MEDIANS = (72, 73, 73, 75, 74, 76, 77, 76, 78, 79, 78, 78)


@dataclass
class FakeMarket:
    """Answers as the real one does, with what a test gave it."""

    n: int = 412
    with_pay: int = 163
    feeds: int = 9
    steady: bool = True
    possible_since: date | None = None
    failure: Exception | None = None
    days: int = 90
    hold: threading.Event | None = None
    """While a building waits for it, it has done a third of its days."""
    asked: list[Query] = field(default_factory=list)
    built: list[bool] = field(default_factory=list)
    """For each building, whether it was anew."""
    refreshed: int = 0
    behinds: list[Behind] = field(default_factory=list)

    @property
    def _scale(self) -> float:
        return self.n / 412

    def _ask(self, query: Query) -> None:
        if self.failure is not None:
            raise self.failure
        self.asked.append(query)

    def roles(self) -> Sequence[RoleChoice]:
        if self.failure is not None:
            raise self.failure
        return ROLES if self.n else ()

    def places(self) -> Sequence[PlaceChoice]:
        return PLACES if self.n else ()

    def level(self, query: Query) -> Level:
        self._ask(query)
        empty = Level(self.n, self.with_pay, 7 if self.n else 0, 3 if self.n else 0, "EUR", RATES)
        if not empty.drawn:
            return empty
        return replace(
            empty,
            median=78_000,
            lower_quartile=69_000,
            upper_quartile=88_000,
            interval=Interval(75_500, 81_000),
            average=79_100,
            low=70_000,
            high=86_000,
        )

    def behind(self, query: Query, behind: Behind) -> PostingsBehind:
        self._ask(query)
        self.behinds.append(behind)
        return PostingsBehind(self.n, "EUR", POSTINGS if self.n else ())

    def trend(self, query: Query) -> Trend:
        self._ask(query)
        since = query.since or TODAY - timedelta(days=90)
        spans = tuple(SourceSpan(at, "greenhouse", f"board{at}", since) for at in range(self.feeds))
        if not self.steady:
            return Trend(since, TODAY, "week", "EUR", RATES, (), (), spans, self.possible_since)
        weeks = (TODAY - since).days // 7
        medians = (MEDIANS * 3)[:weeks]
        points = tuple(
            TrendPoint(
                TODAY - timedelta(weeks=weeks - 1 - at),
                round(self._scale * (300 + at * 10 + (at % 3) * 4)),
                self.with_pay * (weeks + at) // (2 * weeks),
                *((k * 1000.0, k * 1000.0 - 9_000, k * 1000.0 + 10_000) if self.with_pay >= 20 else ()),
            )
            for at, k in enumerate(medians)
        )
        return Trend(since, TODAY, "week", "EUR", RATES, points, spans[:-2], spans[-2:])

    def skills(self, query: Query) -> Skills:
        self._ask(query)
        if not self.n:
            return Skills(0, 0)
        demands = tuple(
            SkillDemand(name, round(share * self.n), share, change if self.steady else None, has)
            for name, share, change, has in SKILLS
        )
        return Skills(max(self.n - 12, min(self.n, 3)), self.n, demands, query.since if self.steady else None)

    def gap(self, query: Query) -> Gap:
        self._ask(query)
        if not self.n:
            return Gap(0, 0, 0, "EUR", RATES)
        if self.n < 100:
            return Gap(
                1, 5, self.n - 5, "EUR", RATES, None, (GapRow("dbt", 2, 3, 1), GapRow("Spark", 0, 1, 0))
            )
        return Gap(120, 340, 72, "EUR", RATES, 78_000, tuple(GapRow(*row) for row in GAPS))

    def employers(self, query: Query) -> Sequence[Employer]:
        self._ask(query)
        if self.n < 100:
            return (Employer("Globex", 5, 1, 2), Employer("Initech", 3, 0, 1)) if self.n else ()
        return tuple(Employer(*row) for row in COMPANIES)

    def time_to_close(self, query: Query) -> TimeToClose:
        self._ask(query)
        return TimeToClose(88, 12, 23.0, 14.0, 41.0) if self.n >= 100 else TimeToClose(min(self.n, 2), 0)

    def reposts(self, query: Query) -> Reposts:
        self._ask(query)
        return Reposts(14, self.n, (("Hooli", 5), ("Globex", 3))) if self.n >= 100 else Reposts(0, self.n)

    def origins(self, query: Query) -> Origins:
        self._ask(query)
        if not self.n:
            return Origins(0, RATES)
        feeds = tuple(
            Origin(
                "feed",
                f"Greenhouse: board{at}",
                round(self._scale * (40 + at)),
                query.since,
                TODAY,
                84,
                self.steady and at < self.feeds - 2,
                "Postings by Greenhouse" if at == 0 else "",
            )
            for at in range(self.feeds)
        )
        imports = (Origin("import", "Saved Jobs.csv", 31, date(2026, 10, 2), date(2026, 10, 2)),)
        return Origins(self.n, RATES, TODAY, (*feeds, *imports))

    def build(
        self,
        until: date | None = None,
        *,
        progress: Callable[[Progress], None] | None = None,
        stop: threading.Event | None = None,
        anew: bool = False,
    ) -> Built:
        self.built.append(anew)
        if self.failure is not None and anew:
            raise self.failure
        if progress is not None and anew:
            progress(Progress("reading", self.n, self.n))
            progress(Progress("counting", self.days // 3, self.days))
        while anew and self.hold is not None and not self.hold.wait(0.01):
            if stop is not None and stop.is_set():
                raise Cancelled("Building statistics was stopped")
        return Built(self.n, self.days, self.days * 40, TODAY)

    def refresh(self) -> int:
        self.refreshed += 1
        return 0
