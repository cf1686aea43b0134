"""One discovered posting read beside or over the list: what it is, why it matches, what changed, what it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.feed_data import STATE_SIGNS, PostingReading
from jobcopilot.tui.messages import LeaveDetail
from jobcopilot.tui.widgets.detail import windows
from jobcopilot.tui.widgets.document import Document
from jobcopilot.tui.widgets.signs import count, day, days_ago, moment, short_pay

if TYPE_CHECKING:
    from jobcopilot.sources.views import PostingChange
    from jobcopilot.tui.widgets.paper import Paper, Run

CHANGES_SHOWN: Final = 8
_STATES: Final = {
    "closed": "closed",
    "hidden": "hidden: d puts it back",
    "tracked": "tracked: B shows the job",
}
_NAMES: Final = {"work_mode": "way of working", "posted_on": "posted"}
_PAY: Final = ("pay_minimum", "pay_maximum", "pay_currency", "pay_period")


class PostingPane(Document):
    """The posting under the cursor."""

    BINDINGS: ClassVar[Any] = bindings("posting")

    def __init__(self) -> None:
        super().__init__(id="posting")
        self.reading: PostingReading | None = None
        self._rest: list[str] = []

    def show(self, reading: PostingReading | None) -> None:
        """Show another posting from its beginning, or the same one where it was."""
        before = self.reading
        self.reading = reading
        same = before is not None and reading is not None and before.detail.row.id == reading.detail.row.id
        if not same or _unlike(before, reading):
            self.refill(to_top=not same)

    def action_leave(self) -> None:
        """Go back to the list."""
        self.post_message(LeaveDetail())

    def lay_out(self, paper: Paper) -> None:
        """Write head, match, history and text."""
        self._rest = []
        reading = self.reading
        if reading is None:
            paper.text("No posting is chosen.", paper.quiet)
            return
        write_head(reading, paper)
        _write_why(reading, paper)
        _write_history(reading, paper)
        paper.heading("Posting")
        if not reading.detail.description.strip():
            paper.text("No text came with this posting. o opens its address.", paper.quiet)
            return
        self._rest = windows(reading.detail.description)
        self.more(paper)

    def more(self, paper: Paper) -> bool:
        """Write the next stretch of the posting."""
        if not self._rest:
            return False
        from jobcopilot.tui.widgets.markdown_lines import write_markdown

        write_markdown(self._rest.pop(0), paper)
        return True


def _unlike(before: PostingReading | None, now: PostingReading | None) -> bool:
    if before is None or now is None:
        return before is not now
    return (before.detail, before.state) != (now.detail, now.state)


def write_head(reading: PostingReading, paper: Paper) -> None:
    """Write title, company, pay, state, origin and the feed's credit onto paper."""
    from jobcopilot.jobs.wording import money
    from jobcopilot.tui.widgets.job_table import place_text

    detail, row, palette = reading.detail, reading.detail.row, paper.palette
    today = _today(reading)
    place = place_text(row)  # type: ignore[arg-type]  # has the place of a job
    paper.write([(row.title, paper.style(palette.foreground, bold=True))])
    paper.write([(" · ".join((row.company, place, money(row.pay))), paper.plain)])
    if reading.state:
        words = _STATES[reading.state]
        if row.closed_at is not None and reading.state == "closed":
            words += f" {day(row.closed_at.astimezone(reading.zone).date(), today)}"
        color = palette.success if reading.state == "tracked" else palette.warning
        paper.write([(f"{STATE_SIGNS[reading.state]} {words}", paper.style(color, bold=True))])
    origin = [row.source]
    if row.posted_on is not None:
        origin.append(f"posted {days_ago((today - row.posted_on).days)}")
    origin.append(f"found {days_ago((today - row.first_seen_at.astimezone(reading.zone).date()).days)}")
    paper.write([(" · ".join(origin), paper.quiet)])
    if row.reposts:
        again = "once" if row.reposts == 1 else f"{row.reposts} times"
        paper.write(
            [
                (f"×{row.reposts + 1} ", paper.style(palette.warning, bold=True)),
                (f"It was closed and came back {again}.", paper.plain),
            ]
        )
    if row.credit:
        paper.write([(row.credit, paper.quiet)])
    if detail.tags:
        paper.write([(" ".join(f"#{tag}" for tag in detail.tags[:12]), paper.style(palette.secondary))])


def _write_why(reading: PostingReading, paper: Paper) -> None:
    detail, row, palette = reading.detail, reading.detail.row, paper.palette
    paper.blank()
    bold = paper.style(palette.accent, bold=True)
    if row.match is None:
        paper.write([("Not scored", bold)])
        paper.text(detail.summary or "p says who you are and what you look for.", paper.quiet, "  ")
        return
    runs: list[Run] = [
        (f"Why {row.match}", bold),
        (f"  {row.level or ''}", paper.style(palette.of_level(row.level), bold=True)),  # type: ignore[arg-type]  # stored as named
    ]
    if row.coverage is not None:
        runs.append((f" · it tells {row.coverage:.0%} of what matters".replace("%", " %"), paper.quiet))
    paper.write(runs, rest="  ")
    for sign, color, names in (
        ("✓", palette.success, detail.matched),
        ("–", palette.warning, detail.missing),
    ):
        if names:
            words = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
            paper.write([(f"{sign} ", paper.style(color, bold=True)), (words, paper.plain)], "  ", "    ")
    paper.text(detail.summary, paper.quiet, "  ")


def _write_history(reading: PostingReading, paper: Paper) -> None:
    changes = reading.detail.changes
    told = list(zip(changes, _pays(reading), strict=True))[::-1]
    if len(told) < 2:
        return
    paper.heading("History")
    for change, pay in told[:CHANGES_SHOWN]:
        when = moment(change.at, reading.zone, _today(reading))
        runs: list[Run] = [
            (f"{when}  ", paper.quiet),
            (_action(change), paper.style(paper.palette.foreground, bold=True)),
        ]
        paper.write([*runs, (pay or _aside(change, reading), paper.plain)], "", "    ")
        if change.action == "changed":
            for name, value in change.after.items():
                paper.write(_difference(name, change.before.get(name), value, paper), "    ", "      ")
    if len(told) > CHANGES_SHOWN:
        paper.text(f"and {count(len(told) - CHANGES_SHOWN, 'earlier change')}", paper.quiet)


def _action(change: PostingChange) -> str:
    return {"reposted": "came back", "pay": "pay"}.get(change.action, change.action)


def _aside(change: PostingChange, reading: PostingReading) -> str:
    """Return since when and why a posting was closed."""
    since = change.after.get("closed_at")
    if change.action != "closed" or not isinstance(since, int | float):
        return ""
    gone = datetime.fromtimestamp(since / 1000, UTC).astimezone(reading.zone).date()
    why = str(change.after.get("why") or "")
    return f": {why}, gone since {day(gone, _today(reading))}"


def _difference(name: str, before: object, after: object, paper: Paper) -> Sequence[Run]:
    if name == "description":
        shorter = len(str(after)) - len(str(before or ""))
        much = f" ({shorter:+,} characters)" if shorter else ""
        return [("text: ", paper.quiet), (f"reworded{much}", paper.plain)]
    label = _NAMES.get(name, name.replace("_", " "))
    return [(f"{label}: ", paper.quiet), (f"{_value(before)} → {_value(after)}", paper.plain)]


def _pays(reading: PostingReading) -> list[str]:
    """Return for each change of pay what it was and became; an event keeps only what changed, so they are read back."""
    from jobcopilot.reading.pay import Pay

    pay = reading.detail.row.pay
    state: dict[str, Any] = dict.fromkeys(_PAY)
    if pay is not None:
        state = dict(zip(_PAY, (pay.minimum, pay.maximum, pay.currency, pay.period), strict=True))

    def words(of: dict[str, Any]) -> str:
        return short_pay(Pay("", of[_PAY[0]], of[_PAY[1]], of[_PAY[2]], of[_PAY[3]], "stated"))

    told: list[str] = []
    for change in reversed(reading.detail.changes):
        if change.action != "pay":
            told.append("")
            continue
        before = state | {name: value for name, value in change.before.items() if name in _PAY}
        told.append(f" {words(before)} → {words(state)}")
        state = before
    return told[::-1]


def _value(value: object) -> str:
    text = "—" if value in (None, "") else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _today(reading: PostingReading) -> date:
    return reading.now.astimezone(reading.zone).date()
