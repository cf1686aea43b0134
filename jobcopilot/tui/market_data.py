"""What the market's screen asks of the room below, as blocking calls for threads; what comes back is frozen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal, Protocol

from jobcopilot.market.views import ALL_ROLES, ANYWHERE, UNKNOWN, Query

if TYPE_CHECKING:
    from jobcopilot.market.views import (
        Behind,
        Built,
        Employer,
        Gap,
        Level,
        Origins,
        PlaceChoice,
        PostingsBehind,
        Progress,
        Reposts,
        RoleChoice,
        Skills,
        TimeToClose,
        Trend,
    )
    from jobcopilot.runtime import Runtime

Figure = Literal["pay", "postings", "skills", "gap", "hiring"]
FIGURES: Final[tuple[tuple[Figure, str], ...]] = (
    ("pay", "Pay"),
    ("postings", "Postings"),
    ("skills", "Skills"),
    ("gap", "Gap"),
    ("hiring", "Hiring"),
)
"""Every figure of the screen with its title, in the order of the eye."""
WINDOWS: Final = (4, 12, 26)
"""How many weeks back can be looked."""


class MarketFigures(Protocol):
    """The figures of one person's market; every call blocks."""

    def roles(self) -> Sequence[RoleChoice]:
        """Return the families that have postings."""
        ...

    def places(self) -> Sequence[PlaceChoice]:
        """Return the places that have postings."""
        ...

    def level(self, query: Query) -> Level:
        """Return what is paid."""
        ...

    def trend(self, query: Query) -> Trend:
        """Return how pay and postings went."""
        ...

    def skills(self, query: Query) -> Skills:
        """Return what is asked for."""
        ...

    def gap(self, query: Query) -> Gap:
        """Return what one more skill would open."""
        ...

    def employers(self, query: Query) -> Sequence[Employer]:
        """Return who hires."""
        ...

    def time_to_close(self, query: Query) -> TimeToClose:
        """Return how long postings stay."""
        ...

    def reposts(self, query: Query) -> Reposts:
        """Return what came back."""
        ...

    def origins(self, query: Query) -> Origins:
        """Return where the figures come from."""
        ...

    def behind(self, query: Query, behind: Behind) -> PostingsBehind:
        """Return the postings that a figure counts."""
        ...

    def build(
        self,
        until: date | None = None,
        *,
        progress: Callable[[Progress], None] | None = None,
        stop: threading.Event | None = None,
        anew: bool = False,
    ) -> Built:
        """Bring everything up to date, or count every day anew. Raises `Cancelled` once `stop` is set."""
        ...

    def refresh(self) -> int:
        """Read what changed, so that the figures show it; return how much that was."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person asked for, with the words that say it."""

    role: str = ALL_ROLES
    place: str = ANYWHERE
    place_name: str = ""
    weeks: int = 12

    @property
    def role_words(self) -> str:
        """The role as people say it."""
        return {ALL_ROLES: "All roles", UNKNOWN: "Role not told"}.get(self.role, self.role)

    @property
    def place_words(self) -> str:
        """The place as people say it."""
        return {ANYWHERE: "Anywhere", UNKNOWN: "Place not told"}.get(
            self.place, self.place_name or self.place
        )

    @property
    def window_words(self) -> str:
        """The window as people say it."""
        return f"{self.weeks} weeks"


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that is shown for what was asked, read in one go."""

    asked: Asked
    today: date
    level: Level
    trend: Trend
    skills: Skills
    gap: Gap
    employers: tuple[Employer, ...]
    time_to_close: TimeToClose
    reposts: Reposts
    origins: Origins

    @property
    def nothing(self) -> bool:
        """Whether no posting at all was collected, whatever is asked."""
        return not self.origins.sources and not self.level.n


class MarketData:
    """One person's market as its screen sees it."""

    def __init__(self, runtime: Runtime, figures: Callable[[], MarketFigures]) -> None:
        self.runtime = runtime
        self._figures = figures
        """Made when first asked for, in the thread that reads."""

    def today(self) -> date:
        """Return the person's own date."""
        clock = self.runtime.clock
        return clock.now().astimezone(clock.zone()).date()

    def begin_with(self) -> Asked:
        """Return what is asked for first: the profile's role, where it would work, as far as postings have them."""
        roles = {choice.role for choice in self._figures().roles()}
        profile = self.runtime.profile
        if not roles or not profile.roles:
            return Asked()
        from jobcopilot.market import groups

        words = groups.vocabulary()
        families = (words.role(role).family for role in profile.roles)
        asked = Asked(role=next((family for family in families if family in roles), None) or ALL_ROLES)
        if len(profile.places) != 1:
            return asked
        keys = groups.place_keys(words.place(profile.places[0]))
        known = [choice for choice in self._figures().places() if choice.key in keys - {UNKNOWN}]
        if not known:
            return asked
        # The longest key is the narrowest place.
        place = max(known, key=lambda choice: len(choice.key))
        return replace(asked, place=place.key, place_name=place.name)

    def reading(self, asked: Asked) -> Reading:
        """Return every figure of what is asked."""
        figures, today = self._figures(), self.today()
        query = Query(asked.role, asked.place, today - timedelta(weeks=asked.weeks))
        return Reading(
            asked,
            today,
            figures.level(query),
            figures.trend(query),
            figures.skills(query),
            figures.gap(query),
            tuple(figures.employers(query)),
            figures.time_to_close(query),
            figures.reposts(query),
            figures.origins(query),
        )

    def behind(self, asked: Asked, behind: Behind) -> PostingsBehind:
        """Return the postings that a figure of what is asked counts."""
        since = self.today() - timedelta(weeks=asked.weeks)
        return self._figures().behind(Query(asked.role, asked.place, since), behind)

    def roles(self) -> Sequence[RoleChoice]:
        """Return the families that can be asked for."""
        return self._figures().roles()

    def places(self) -> Sequence[PlaceChoice]:
        """Return the places that can be asked for."""
        return self._figures().places()

    def build(self, progress: Callable[[Progress], None], stop: threading.Event, *, anew: bool) -> Built:
        """Bring everything up to date, or count every day anew. Raises `Cancelled` once `stop` is set."""
        return self._figures().build(progress=progress, stop=stop, anew=anew)

    def refresh(self) -> int:
        """Read what changed, so that the figures show it; return how much that was."""
        return self._figures().refresh()
