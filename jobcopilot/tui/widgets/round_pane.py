"""One interview read beside or over the agenda: when, where, with whom, what is told when, what follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.messages import LeaveDetail
from jobcopilot.tui.widgets.agenda import FORMAT_WORDS, STATUS_SIGNS, state_words
from jobcopilot.tui.widgets.document import Document
from jobcopilot.tui.widgets.signs import STATUS_SIGNS as JOB_SIGNS
from jobcopilot.tui.widgets.signs import moment

if TYPE_CHECKING:
    from jobcopilot.interviews.views import FollowUpView, OfferView
    from jobcopilot.reminders.views import ReminderView
    from jobcopilot.tui.pipeline_data import RoundReading
    from jobcopilot.tui.widgets.paper import Paper

REMINDER_SIGNS = {"pending": "●", "sent": "✓", "failed": "✗", "missed": "!", "cancelled": "–"}
_LABEL = 11
FOLLOW_UP_SIGNS = {"open": "○", "done": "✓", "dropped": "–"}


class RoundPane(Document):
    """The thing under the agenda's cursor."""

    BINDINGS: ClassVar[Any] = bindings("round")

    def __init__(self) -> None:
        super().__init__(id="round")
        self.reading: RoundReading | FollowUpView | None = None
        self._key: object = None
        self._due_words: Callable[[FollowUpView], str] = lambda _: ""

    def action_leave(self) -> None:
        """Go back to the agenda."""
        self.post_message(LeaveDetail())

    def show(
        self, reading: RoundReading | FollowUpView | None, due_words: Callable[[FollowUpView], str]
    ) -> None:
        """Show another thing from its beginning, or the same one where it was."""
        self._due_words = due_words
        key = None if reading is None else (type(reading), getattr(reading, "round", reading))
        self.reading = reading
        self.refill(to_top=key != self._key)
        self._key = key

    def lay_out(self, paper: Paper) -> None:
        """Write what is known of it."""
        from jobcopilot.tui.pipeline_data import RoundReading

        reading = self.reading
        if reading is None:
            paper.text("Nothing is chosen.", paper.quiet)
        elif isinstance(reading, RoundReading):
            _write_round(reading, paper)
        else:
            _write_follow_up_alone(reading, self._due_words(reading), paper)


def _write_round(reading: RoundReading, paper: Paper) -> None:
    view, palette = reading.round, paper.palette
    if reading.about is not None:
        paper.write([("→ ", paper.style(palette.accent)), (reading.about.title, paper.plain)], rest="  ")
        detail = getattr(reading.about, "detail", "")
        if detail:
            paper.text(detail, paper.quiet, "  ")
        paper.blank()
    paper.write([(f"{view.company} · {view.stage}", paper.style(palette.foreground, bold=True))])
    paper.write(
        [
            (f"{view.job_title} · {JOB_SIGNS.get(view.job_status, '')} {view.job_status}", paper.plain),  # type: ignore[call-overload]  # a status
            (" · B goes to the job", paper.quiet),
        ]
    )
    paper.write([(_when(reading), paper.plain)])
    state = f"{STATUS_SIGNS[view.status]} {view.status}"
    if view.outcome is not None:
        state += f", {view.outcome.replace('_', ' ')}"
    paper.write([(f"{state} · {FORMAT_WORDS[view.format]}", paper.plain)])
    for clash in reading.clashes:
        paper.write([("⚠ ", paper.style(palette.warning, bold=True)), (clash, paper.style(palette.warning))])
    _labelled(paper, "place", view.place)
    _labelled(paper, "link", view.link, " · o opens it" if view.link else "")
    _labelled(
        paper,
        "with",
        ", ".join(met.name if not met.title else f"{met.name} ({met.title})" for met in view.contacts),
    )
    _write_reminders(reading, paper)
    for at, line in enumerate(reading.calendars):
        style = paper.style(paper.palette.warning) if line.alarming else paper.plain
        label = "calendar" if at == 0 else ""
        paper.write([(label.ljust(_LABEL), paper.quiet), (line.words, style)], rest=" " * _LABEL)
    if view.tasks_total:
        _labelled(paper, "prepared", state_words(view) if view.status in ("scheduled", "pending") else "")
    if view.notes:
        paper.heading("Notes")
        paper.text(view.notes)
    _write_follow_ups(reading.follow_ups, reading, paper)
    _write_offers(reading.offers, reading, paper)
    if reading.others:
        paper.heading("Other rounds of this job")
        for other in reading.others:
            when = "no time yet" if other.starts_at is None else _moment(other.starts_at, reading)
            paper.write([(f"{STATUS_SIGNS[other.status]} {other.stage}, {when}", paper.plain)], rest="  ")


def _when(reading: RoundReading) -> str:
    from jobcopilot.interviews.agenda import awaits, countdown

    view = reading.round
    if view.starts_at is None or view.ends_at is None:
        return "No time yet. m gives it one."
    ends = view.ends_at.astimezone(reading.zone)
    said = f"{_moment(view.starts_at, reading)}–{ends:%H:%M}"
    agreed = view.starts_at.astimezone(ZoneInfo(view.zone))
    if agreed.utcoffset() != view.starts_at.astimezone(reading.zone).utcoffset():
        said += f" your time ({agreed:%H:%M} {view.zone})"
    counted = awaits(view, reading.now)
    if counted is not None and view.status in ("scheduled", "pending"):
        said += f", {countdown(reading.now, counted)}"
    return said


def _write_reminders(reading: RoundReading, paper: Paper) -> None:
    shown = [one for one in reading.reminders if one.status != "cancelled"]
    if not shown:
        return
    for at, one in enumerate(shown):
        label = "reminders" if at == 0 else ""
        paper.write(
            [(label.ljust(_LABEL), paper.quiet), (_reminder(one, reading), _reminder_style(one, paper))]
        )


def _reminder(one: ReminderView, reading: RoundReading) -> str:
    at = one.next_attempt or one.sent_at or one.due
    return f"{_moment(at, reading)} {REMINDER_SIGNS[one.status]} {one.status}"


def _reminder_style(one: ReminderView, paper: Paper) -> Any:
    bad = one.status in ("failed", "missed")
    return paper.style(paper.palette.warning) if bad else paper.plain


def _write_follow_ups(follow_ups: Sequence[FollowUpView], reading: RoundReading, paper: Paper) -> None:
    if not follow_ups:
        return
    paper.heading("Afterwards")
    for one in follow_ups:
        status = "stopped" if one.stopped else one.status
        late = one.status == "open" and not one.stopped and one.due_at <= reading.now
        words = f"{one.title}, {_moment(one.due_at, reading)}, {status}"
        paper.write(
            [
                (
                    "! " if late else f"{FOLLOW_UP_SIGNS[one.status]} ",
                    paper.style(paper.palette.warning, bold=late),
                ),
                (words, paper.plain if status == "open" else paper.quiet),
            ],
            rest="  ",
        )


def _write_offers(offers: Sequence[OfferView], reading: RoundReading, paper: Paper) -> None:
    if not offers:
        return
    paper.heading("Offer")
    for offer in offers:
        words = "amount not said"
        if offer.amount is not None:
            words = f"{offer.amount:,.0f} {offer.currency} a {offer.period}".replace("  ", " ")
        if offer.deadline_at is not None:
            words += f", answer by {_moment(offer.deadline_at, reading)}"
        paper.write([("★ ", paper.style(paper.palette.accent)), (words, paper.plain)], rest="  ")


def _write_follow_up_alone(view: FollowUpView, due: str, paper: Paper) -> None:
    paper.write([(view.title, paper.style(paper.palette.foreground, bold=True))])
    _labelled(paper, "due", due)
    paper.write([(f"{view.company} · {view.job_title}", paper.plain), (" · B goes to the job", paper.quiet)])
    if view.contact is not None:
        _labelled(paper, "to", view.contact.name)
    if view.notes:
        paper.blank()
        paper.text(view.notes)
    paper.blank()
    paper.text("space says that it is done, s puts it off, d drops it.", paper.quiet)


def _labelled(paper: Paper, label: str, words: str, aside: str = "") -> None:
    if words:
        paper.write(
            [(label.ljust(_LABEL), paper.quiet), (words, paper.plain), (aside, paper.quiet)],
            rest=" " * _LABEL,
        )


def _moment(at: datetime, reading: RoundReading) -> str:
    return moment(at, reading.zone, reading.today)
