"""The interviews of a job, as a part of its posting's pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobcopilot.tui.widgets.agenda import FORMAT_WORDS, STATUS_SIGNS
from jobcopilot.tui.widgets.signs import moment

if TYPE_CHECKING:
    from jobcopilot.tui.widgets.detail import Reading
    from jobcopilot.tui.widgets.paper import Paper


def write_rounds(reading: Reading, paper: Paper) -> None:
    """Write rounds, what follows from them and offers."""
    hanging = reading.rounds
    if hanging is None:
        paper.text("Reading the interviews …", paper.quiet)
        return
    zone, today = reading.zone, reading.today
    for view in hanging.rounds:
        when = "no time yet" if view.starts_at is None else moment(view.starts_at, zone, today)
        state = view.status if view.outcome is None else f"{view.status}, {view.outcome.replace('_', ' ')}"
        prepared = (
            f", {view.tasks_done} of {view.tasks_total} prepared"
            if view.status in ("scheduled", "pending")
            else ""
        )
        people = f" with {', '.join(met.name for met in view.contacts)}" if view.contacts else ""
        paper.write(
            [
                (f"{STATUS_SIGNS[view.status]} ", paper.style(paper.palette.accent)),
                (f"{view.stage}, {when}", paper.style(paper.palette.foreground, bold=True)),
                (f"  {state}, {FORMAT_WORDS[view.format]}{people}{prepared}", paper.plain),
            ],
            rest="  ",
        )
    waiting = [one for one in hanging.follow_ups if one.status == "open" and not one.stopped]
    if waiting:
        paper.heading("Follow up")
    for one in waiting:
        late = one.due_at <= reading.now
        paper.write(
            [
                ("! " if late else "→ ", paper.style(paper.palette.warning, bold=late)),
                (f"{one.title}, {moment(one.due_at, zone, today)}", paper.plain),
            ],
            rest="  ",
        )
    for offer in hanging.offers:
        amount = "amount not said"
        if offer.amount is not None:
            amount = f"{offer.amount:,.0f} {offer.currency} a {offer.period}"
        until = "" if offer.deadline_at is None else f", answer by {moment(offer.deadline_at, zone, today)}"
        paper.write(
            [("★ ", paper.style(paper.palette.accent)), (f"Offer: {amount}{until}", paper.plain)], rest="  "
        )
    paper.blank()
    if not hanging.rounds:
        paper.text("No interview yet. r books one.", paper.quiet)
    else:
        paper.text("r books another one, R goes to the next one in the pipeline.", paper.quiet)
