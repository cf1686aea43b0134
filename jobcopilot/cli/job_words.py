"""One job in words, with its interviews, follow-ups and offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jobcopilot.cli.output import say
from jobcopilot.jobs.views import JobDetail
from jobcopilot.jobs.wording import money

if TYPE_CHECKING:
    from jobcopilot.cli.interview_shapes import Times
    from jobcopilot.interviews.views import FollowUpView, OfferView, RoundView
    from jobcopilot.jobs.deep_score import DeepScore
    from jobcopilot.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on a job."""

    rounds: tuple[RoundView, ...]
    follow_ups: tuple[FollowUpView, ...]
    offers: tuple[OfferView, ...]
    times: Times

    def as_json(self) -> dict[str, Any]:
        """Return it for the JSON document of a job."""
        from jobcopilot.cli.interview_shapes import follow_up_object, offer_object, round_object

        return {
            "interviews": [round_object(view) for view in self.rounds],
            "followups": [follow_up_object(one) for one in self.follow_ups],
            "offers": [offer_object(view) for view in self.offers],
        }

    def say(self) -> None:
        """Print a line for each."""
        for view in self.rounds:
            state = view.status if view.outcome is None else f"{view.status}, {view.outcome}"
            say(f"{'interview':>9}  {view.id}  {view.stage}, {self.times.said(view.starts_at)}, {state}")
        for one in self.follow_ups:
            if one.status == "open" and not one.stopped:
                say(f"{'then':>9}  {one.id}  {one.title}, {self.times.said(one.due_at)}")
        for offer in self.offers:
            amount = "—" if offer.amount is None else f"{offer.amount:,.0f} {offer.currency} a {offer.period}"
            say(f"{'offer':>9}  {offer.id}  {amount}")


def hanging_on(runtime: Runtime, job_id: int) -> Hanging:
    """Return what hangs on a job."""
    from jobcopilot.cli.interview_shapes import Times

    lists = runtime.interviews
    return Hanging(
        lists.rounds(job_id=job_id),
        lists.follow_ups(job_id=job_id),
        lists.offers(job_id=job_id),
        Times(runtime),
    )


def print_job(detail: JobDetail, hanging: Hanging, deep: DeepScore | None = None) -> None:
    """Print everything known of a job."""
    row = detail.row
    say(
        f"{row.title}\n{row.company} · {row.place or '—'} · {row.work_mode or 'remote not said'} · {money(row.pay)}"
    )
    match = "not scored" if row.match is None else f"{row.match} % ({row.level})"
    say(f"{row.status} · match {match} · from {row.source}")
    for label, value in (
        ("why", detail.summary),
        ("matched", ", ".join(detail.matched)),
        ("missing", ", ".join(detail.missing)),
        ("address", detail.address),
        ("posted", row.posted_on),
        ("deadline", row.deadline),
        ("closed", detail.closed_on),
        ("tags", ", ".join(detail.tags)),
        ("documents", ", ".join(document.name for document in detail.documents)),
        ("notes", detail.notes),
        ("company", detail.company_notes),
    ):
        if value:
            say(f"{label:>9}  {value}")
    if detail.duplicate_of is not None:
        say(
            f"Perhaps the same as job {detail.duplicate_of}: jobcopilot jobs merge {detail.duplicate_of} {row.id}"
        )
    if deep is not None:
        from jobcopilot.cli.deep import in_short, print_claims

        say(in_short(deep))
        print_claims(deep)
    hanging.say()
    if detail.description:
        say(f"\n{detail.description}")
