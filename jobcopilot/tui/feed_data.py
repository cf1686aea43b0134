"""What the faces of feeds ask of the rooms below, as blocking calls for threads, and the words they say it in."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final, Literal

from jobcopilot.sources.views import HEALTH_WORDS, STOPPED, PostingDetail, PostingRow, SourceView
from jobcopilot.tui.widgets.signs import ago, count, moment

if TYPE_CHECKING:
    from jobcopilot.runtime import Runtime
    from jobcopilot.sources.discovered import Discovered
    from jobcopilot.sources.views import PollReport

State = Literal["", "closed", "hidden", "tracked"]
STATE_SIGNS: Final[dict[str, str]] = {"": " ", "closed": "✗", "hidden": "–", "tracked": "✓"}
HEALTH_SIGNS: Final[dict[str, tuple[str, str]]] = {
    "new": ("·", "not polled"),
    "fine": ("✓", "fine"),
    "empty": ("○", "empty"),
    "few": ("!", "far fewer"),
    "changed": ("≠", "changed"),
    "refused": ("✗", "refuses"),
    "down": ("✗", "down"),
}
"""How a source is, as a sign and as few words as a column holds."""
Section = Literal["heading", "mine", "offered", "nothing"]


# Discovered postings


@dataclass(frozen=True, slots=True)
class Listed:
    """A posting as the list shows it."""

    posting: PostingRow
    state: State = ""
    """Why it does not wait any more; empty where it does."""

    @property
    def id(self) -> int:
        """The posting's number."""
        return self.posting.id


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings that have all the words; only those that wait, or everything."""

    discovered: Discovered
    words: str = ""
    everything: bool = False

    def page(self, offset: int, limit: int) -> Sequence[Listed]:
        """Return up to `limit` rows from `offset` on."""
        rows = self.discovered.page(offset, limit, search=self.words, everything=self.everything)
        if not self.everything:
            return tuple(Listed(row) for row in rows)
        waiting = frozenset(self.discovered.ids(search=self.words))
        return tuple(Listed(row, _state(row, row.id in waiting)) for row in rows)

    def total(self) -> int:
        """Return how many there are."""
        return self.discovered.total(search=self.words, everything=self.everything)

    def ids(self) -> Sequence[int]:
        """Return the ids of all of them, in order."""
        return self.discovered.ids(search=self.words, everything=self.everything)


def _state(row: PostingRow, waits: bool) -> State:
    if waits:
        return ""
    if row.job_id is not None:
        return "tracked"
    return "closed" if row.closed_at is not None else "hidden"


@dataclass(frozen=True, slots=True)
class PostingReading:
    """Everything that the pane shows of one posting, read in one go."""

    detail: PostingDetail
    state: State
    now: datetime
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Overview:
    """How the sources stand, in figures."""

    switched_on: int
    due: int
    waiting: int
    polled_at: datetime | None
    next_at: datetime | None
    now: datetime
    zone: tzinfo
    found: int = 0
    """How many postings there are in all, also those that do not wait."""
    troubled: tuple[str, ...] = ()
    """Sources that are switched on and not doing well."""

    def words(self) -> str:
        """Return them in one line."""
        if not self.switched_on:
            return "no source is switched on: F shows them"
        parts = [f"{count(self.switched_on, 'source')} on"]
        if self.polled_at is not None:
            parts.append(f"polled {ago(self.polled_at, self.now)}")
        if self.due:
            parts.append(f"{self.due} due: r polls")
        elif self.next_at is not None:
            parts.append(f"next {short_moment(self.next_at, self.now, self.zone)}")
        if self.troubled:
            parts.append(f"! {len(self.troubled)} in trouble: F")
        return " · ".join(parts)


def overview(runtime: Runtime) -> Overview:
    """Return how the sources stand."""
    mine = [view for view in runtime.sources.mine() if view.enabled]
    following = [view.next_poll_at for view in mine if view.next_poll_at is not None]
    return Overview(
        switched_on=len(mine),
        due=len(due(mine, runtime.clock.now())),
        waiting=runtime.discovered.total(),
        polled_at=max((view.polled_at for view in mine if view.polled_at is not None), default=None),
        next_at=min(following, default=None),
        now=runtime.clock.now(),
        zone=runtime.clock.zone(),
        found=runtime.discovered.total(everything=True),
        troubled=tuple(view.name for view in mine if view.health not in ("new", "fine", "empty")),
    )


def due(mine: Sequence[SourceView], now: datetime) -> tuple[SourceView, ...]:
    """Return the sources that are switched on and may be asked now, those first that wait longest; feeds take turns."""
    waiting = [view for view in mine if view.enabled and (view.next_poll_at or now) <= now]
    waiting.sort(key=lambda view: (view.next_poll_at is not None, view.next_poll_at or now))
    seen: Counter[str] = Counter()
    turns = []
    for view in waiting:
        turns.append((seen[view.feed], view))
        seen[view.feed] += 1
    return tuple(view for _, view in sorted(turns, key=lambda turn: turn[0]))


def posting_reading(runtime: Runtime, posting_id: int, state: State) -> PostingReading:
    """Return what is shown of one posting. Raises `NotFound`."""
    return PostingReading(
        runtime.discovered.detail(posting_id), state, runtime.clock.now(), runtime.clock.zone()
    )


def short_moment(when: datetime, now: datetime, zone: tzinfo) -> str:
    """Return a moment as short as it can be told: `15:30` today, else with its day."""
    local, today = when.astimezone(zone), now.astimezone(zone).date()
    return f"{local:%H:%M}" if local.date() == today else moment(when, zone, today)


def short_age(days: int) -> str:
    """Return an age in at most four cells: `now`, `3d`, `5w`, `11mo`, `2y`."""
    if days < 1:
        return "now"
    if days < 14:
        return f"{days}d"
    if days < 70:
        return f"{days // 7}w"
    return f"{days // 30}mo" if days < 365 else f"{days // 365}y"


# Sources


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of the sources: a heading, a source, or why there is none."""

    id: int
    section: Section
    title: str = ""
    view: SourceView | None = None


@dataclass(frozen=True, slots=True)
class SourceLines:
    """All lines of the sources, in their order."""

    lines: tuple[SourceLine, ...]

    def page(self, offset: int, limit: int) -> Sequence[SourceLine]:
        """Return up to `limit` lines from `offset` on."""
        return self.lines[offset : offset + limit]

    def total(self) -> int:
        """Return how many lines there are."""
        return len(self.lines)

    def ids(self) -> Sequence[int]:
        """Return the ids of all of them, in order."""
        return [line.id for line in self.lines]


def source_line_id(name: str) -> int:
    """Return the id of a source's line, the same whether it is offered or the person's own."""
    return zlib.crc32(name.casefold().encode()) + 10


def source_lines(mine: Sequence[SourceView], offered: Sequence[SourceView], words: str) -> SourceLines:
    """Return the person's sources, then what is offered (aggregators first), each only where it has all the words."""
    wanted = words.casefold().split()

    def kept(views: Sequence[SourceView]) -> list[SourceView]:
        return [view for view in views if all(word in _searched(view) for word in wanted)]

    own, aggregators = kept(mine), kept([view for view in offered if view.kind == "aggregator"])
    boards = kept([view for view in offered if view.kind != "aggregator"])
    none = "nothing of yours has these words" if wanted else "none yet: space switches one on, a adds a board"
    lines = [SourceLine(1, "heading", f"Yours  {len(own)}" if own else "Yours")]
    lines += [_line(view, "mine") for view in own] or [SourceLine(2, "nothing", none)]
    if aggregators:
        lines.append(SourceLine(3, "heading", f"Offered: aggregators  {len(aggregators)}"))
        lines += [_line(view, "offered") for view in aggregators]
    if boards:
        lines.append(SourceLine(4, "heading", f"Offered: boards of companies  {len(boards)}"))
        lines += [_line(view, "offered") for view in boards]
    return SourceLines(tuple(lines))


def _line(view: SourceView, section: Section) -> SourceLine:
    return SourceLine(source_line_id(view.name), section, view.name, view)


def _searched(view: SourceView) -> str:
    return " ".join((view.name, view.title, view.note, "on" if view.enabled else "off")).casefold()


def terms_words(view: SourceView) -> str:
    """Return what a person should know before a source is switched on."""
    parts = [view.terms]
    if view.credit:
        parts.append(f"It wants to be named; its postings are shown with:\n“{view.credit}”")
    if view.terms_address:
        parts.append(f"Its terms: {view.terms_address}")
    parts.append(
        f"While it is on, it is asked every {view.hours_between_polls:g} hours at most, with no word about you."
    )
    return "\n\n".join(parts) + "\n"


# Polls


def report_words(report: PollReport) -> str:
    """Return what came of a poll in one line."""
    figures = [f"{report.found:,} found", f"{report.new:,} new"]
    figures += [
        f"{number:,} {word}"
        for number, word in (
            (report.changed, "changed"),
            (report.closed, "closed"),
            (report.reposted, "reposted"),
        )
        if number
    ]
    found = ", ".join(figures)
    if report.outcome == "stopped":
        why = f" ({report.message})" if report.message not in ("", STOPPED) else ""
        return f"{report.source}: stopped; {found} stay{why}"
    if report.outcome == "fine":
        return f"{report.source}: {found}" + (f" ({report.message})" if report.message else "")
    said = f"{report.source}: {HEALTH_WORDS[report.outcome]}"
    return " · ".join(part for part in (said, report.message, found if report.found else "") if part)


def reports_words(reports: Sequence[PollReport]) -> str:
    """Return what came of several polls, with those that want looking at by name."""
    if len(reports) == 1:
        return report_words(reports[0])
    found, new, closed = (
        sum(getattr(report, name) for report in reports) for name in ("found", "new", "closed")
    )
    words = f"{len(reports)} sources polled: {found:,} found, {new:,} new" + (
        f", {closed:,} closed" if closed else ""
    )
    stopped = sum(report.outcome == "stopped" for report in reports)
    if stopped:
        words += f"; {stopped} stopped, whole pages stay"
    troubled = [
        f"{report.source} ({HEALTH_SIGNS[report.outcome][1]})"
        for report in reports
        if report.outcome not in ("fine", "empty", "stopped")
    ]
    if troubled:
        rest = f" and {len(troubled) - 3} more" if len(troubled) > 3 else ""
        words += f". In trouble: {', '.join(troubled[:3])}{rest}"
    return words
