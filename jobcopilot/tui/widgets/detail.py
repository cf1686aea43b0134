"""One job read beside or over the list: what it is, why it matches, then posting, notes or history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

from rich.style import Style
from textual.reactive import reactive

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.messages import LeaveDetail, TabChosen
from jobcopilot.tui.widgets.document import AHEAD, Document
from jobcopilot.tui.widgets.signs import STATUS_SIGNS, ago, count, day, days_ago, moment

if TYPE_CHECKING:
    from jobcopilot.interviews.views import FollowUpView, OfferView, RoundView
    from jobcopilot.jobs.deep_score import DeepScore
    from jobcopilot.jobs.match import Match
    from jobcopilot.jobs.views import EventView, JobDetail, JobRow
    from jobcopilot.tui.widgets.paper import Paper, Run

Tab = Literal["posting", "notes", "rounds", "history"]
TABS: tuple[Tab, ...] = get_args(Tab)
WINDOW = 2_500
"""Characters of a posting that are laid out at once."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """What hangs on a job: its interviews, and what follows from them."""

    rounds: tuple[RoundView, ...]
    follow_ups: tuple[FollowUpView, ...]
    offers: tuple[OfferView, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that the pane shows of one job, read in one go."""

    detail: JobDetail
    match: Match | None
    events: tuple[EventView, ...] | None
    """None where the history was not asked for."""
    double: JobRow | None
    """The job that it may be the same as."""
    now: datetime
    zone: tzinfo
    rounds: Rounds | None = None
    """None where the interviews were not asked for."""
    deep: DeepScore | None = None
    """What a model made of the whole posting."""

    @property
    def today(self) -> date:
        """The person's own date."""
        return self.now.astimezone(self.zone).date()


class DetailPane(Document):
    """The job under the cursor."""

    BINDINGS: ClassVar[Any] = bindings("detail")

    tab: reactive[Tab] = reactive("posting", init=False)

    def __init__(self) -> None:
        super().__init__(id="detail")
        self.reading: Reading | None = None
        self._rest: list[str] = []
        self._tabs_line = 0
        self._part_wanted = False
        """Whether a part was chosen that what is read for it has yet to fill."""

    def show(self, reading: Reading | None) -> None:
        """Show another job from its beginning, or the same one where it was."""
        before = self.reading
        self.reading = reading
        same = before is not None and reading is not None and before.detail.row.id == reading.detail.row.id
        wanted, self._part_wanted = self._part_wanted, False
        if same and before is not None and reading is not None and _unchanged(before, reading):
            return
        self.refill(to_top=not same)
        if same and wanted:
            self._show_part()

    def lay_out(self, paper: Paper) -> None:
        """Write head, match and the chosen part."""
        self._rest = []
        reading = self.reading
        if reading is None:
            paper.text("No job is chosen.", paper.quiet)
            return
        write_head(reading, paper)
        if reading.match is not None:
            from jobcopilot.tui.widgets.why import write_why

            write_why(reading.match, reading.detail, paper)
        if reading.deep is not None:
            from jobcopilot.tui.widgets.why_deep import write_deep

            write_deep(reading.deep, paper)
        self._write_tabs(paper)
        self._tabs_line = len(paper.lines) - 1
        if self.tab == "posting":
            self._lay_out_posting(reading, paper)
        elif self.tab == "rounds":
            from jobcopilot.tui.widgets.job_rounds import write_rounds

            write_rounds(reading, paper)
        elif self.tab == "notes":
            _write_notes(reading, paper)
        else:
            _write_history(reading, paper)

    def _write_tabs(self, paper: Paper) -> None:
        paper.blank()
        runs: list[Run] = [("── ", paper.style(paper.palette.line))]
        for place, tab in enumerate(TABS):
            if place:
                runs.append((" ─ ", paper.style(paper.palette.line)))
            chosen = tab == self.tab
            tab_style = paper.style(
                paper.palette.accent if chosen else paper.palette.muted, bold=chosen, underline=chosen
            )
            runs.append((tab, tab_style + Style(meta={"@click": f"choose_tab('{tab}')"})))
        runs.append((" ──", paper.style(paper.palette.line)))
        paper.write(runs)

    def _lay_out_posting(self, reading: Reading, paper: Paper) -> None:
        detail = reading.detail
        if detail.applied_description is not None and detail.applied_description != detail.description:
            paper.text(
                "The posting has changed since you applied; the text of then is kept.",
                paper.style(paper.palette.warning),
            )
            paper.blank()
        if not detail.description.strip():
            paper.text("No text came with this posting.", paper.quiet)
            return
        self._rest = windows(detail.description)
        self.more(paper)

    def more(self, paper: Paper) -> bool:
        """Write the next stretch of the posting."""
        if not self._rest:
            return False
        from jobcopilot.tui.widgets.markdown_lines import write_markdown

        write_markdown(self._rest.pop(0), paper)
        return True

    def watch_tab(self) -> None:
        """Show the chosen part, and tell who follows."""
        self.refill()
        self._part_wanted = True
        self._show_part()
        self.post_message(TabChosen(self.tab))

    def _show_part(self) -> None:
        """Scroll to the chosen part, where a long explanation above holds it out of view."""
        top, height = self.scroll_offset.y, self.size.height
        if self.reading is not None and not top <= self._tabs_line <= top + height // 2:
            self._reach(self._tabs_line + height + AHEAD)
            self.scroll_to(y=self._tabs_line, animate=False, force=True)

    def action_tab(self, step: int) -> None:
        """Show the part after or before; before the first one lies the list."""
        place = TABS.index(self.tab) + step
        if place < 0:
            self.post_message(LeaveDetail())
        else:
            self.tab = TABS[min(place, len(TABS) - 1)]

    def action_choose_tab(self, tab: Tab) -> None:
        """Show one part."""
        self.tab = tab


def _unchanged(before: Reading, now: Reading) -> bool:
    return (before.detail, before.match, before.events, before.double, before.rounds, before.deep) == (
        now.detail,
        now.match,
        now.events,
        now.double,
        now.rounds,
        now.deep,
    )


def windows(text: str) -> list[str]:
    """Return a text in stretches of about `WINDOW` characters, cut between paragraphs or lines where there are any."""
    parts: list[str] = []
    start = 0
    while len(text) - start > WINDOW:
        end = start + WINDOW
        for gap in ("\n\n", "\n", " "):
            cut = text.rfind(gap, start + WINDOW // 2, end)
            if cut > 0:
                end = cut + len(gap)
                break
        parts.append(text[start:end])
        start = end
    parts.append(text[start:])
    return parts


_ORIGINS = {"manual": "added by hand", "import": "imported"}


def write_head(reading: Reading, paper: Paper) -> None:
    """Write title, company, pay, status and dates onto paper."""
    from jobcopilot.jobs.wording import money
    from jobcopilot.tui.widgets.job_table import place_text

    detail, row, palette = reading.detail, reading.detail.row, paper.palette
    today = reading.today
    heart: list[Run] = [("♥ ", paper.style(palette.accent))] if row.favourite else []
    paper.write([*heart, (row.title, paper.style(palette.foreground, bold=True))])
    paper.write([(" · ".join((row.company, place_text(row), money(row.pay))), paper.plain)])
    state: list[Run] = [
        (f"{STATUS_SIGNS[row.status]} {row.status}", paper.style(palette.of_status(row.status), bold=True))
    ]
    facts = []
    if detail.applied_at is not None:
        facts.append(f"applied {ago(detail.applied_at, reading.now)}")
    if detail.rejected_at is not None:
        facts.append(f"rejected {ago(detail.rejected_at, reading.now)}")
    if row.deadline is not None:
        facts.append(f"apply by {day(row.deadline, today)}, {days_ago((today - row.deadline).days)}")
    if detail.closed_on is not None:
        facts.append(f"closed {day(detail.closed_on, today)}")
    paper.write([*state, *((f" · {fact}", paper.plain) for fact in facts)])
    if detail.rejection_reason:
        paper.text(f"reason: {detail.rejection_reason}", paper.quiet)
    origin = [_ORIGINS.get(row.source, row.source.removeprefix("feed:"))]
    if row.source in _ORIGINS:
        origin[0] += f" {ago(row.created_at, reading.now)}"
    if row.posted_on is not None:
        origin.append(f"posted {days_ago((today - row.posted_on).days)}")
    if detail.address:
        origin.append("o opens it")
    paper.write([(" · ".join(origin), paper.quiet)])
    if detail.tags:
        paper.write([(" ".join(f"#{tag}" for tag in detail.tags), paper.style(palette.secondary))])
    if detail.documents:
        paper.write([("sent: " + ", ".join(document.name for document in detail.documents), paper.quiet)])
    if reading.double is not None:
        other = reading.double
        paper.write(
            [
                ("≈ ", paper.style(palette.warning, bold=True)),
                (f"Perhaps the same as “{other.title}” at {other.company} ({other.status}). ", paper.plain),
                ("m merges them, M keeps them apart.", paper.style(palette.warning)),
            ],
            rest="  ",
        )


def _write_notes(reading: Reading, paper: Paper) -> None:
    from jobcopilot.tui.widgets.markdown_lines import write_markdown

    notes, shared = reading.detail.notes, reading.detail.company_notes
    if notes:
        write_markdown(notes, paper)
    if shared:
        paper.heading(f"On {reading.detail.row.company}")
        write_markdown(shared, paper)
    if not notes and not shared:
        paper.text("Nothing noted yet. N writes notes.", paper.quiet)


_NOT_SHOWN = frozenset({"updated_at", "title_key", "company_key", "address_key", "match_rank", "company_id"})


def _write_history(reading: Reading, paper: Paper) -> None:
    if reading.events is None:
        paper.text("Reading the history …", paper.quiet)
        return
    for event in reading.events:
        when = moment(event.at, reading.zone, reading.today)
        paper.write(
            [(f"{when}  ", paper.quiet), (event.action, paper.style(paper.palette.foreground, bold=True))]
        )
        changed = [name for name in event.after if name not in _NOT_SHOWN]
        if event.action != "changed":
            continue
        for name in changed:
            before, after = _value(event.before.get(name)), _value(event.after[name])
            paper.write(
                [
                    (f"{name.removesuffix('_at').replace('_', ' ')}: ", paper.quiet),
                    (f"{before} → {after}", paper.plain),
                ],
                "    ",
                "      ",
            )
    if not reading.events:
        paper.text("Nothing has happened yet.", paper.quiet)
    else:
        created = moment(reading.detail.row.created_at, reading.zone, reading.today)
        paper.blank()
        paper.text(
            f"{count(len(reading.events), 'change')}; created {created}",
            paper.quiet,
        )


def _value(value: object) -> str:
    if value is None or value == "":
        return "—"
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
