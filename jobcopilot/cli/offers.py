"""`jobcopilot offers …`: what companies offer, side by side."""

from __future__ import annotations

from datetime import time
from typing import Annotated

import typer

from jobcopilot.cli.interview_shapes import Times, offer_object
from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.cli.when import understood
from jobcopilot.errors import UsageError
from jobcopilot.interviews.offers import PERIODS, Compared
from jobcopilot.interviews.views import OfferPart, OfferView
from jobcopilot.runtime import Runtime

commands = typer.Typer(help="Offers you got.", no_args_is_help=True, rich_markup_mode=None)

Amount = Annotated[float | None, typer.Option("--amount", min=0)]
Currency = Annotated[str | None, typer.Option("--currency", help="EUR, $, …")]
Period = Annotated[str | None, typer.Option("--period", help=", ".join(PERIODS))]
Parts = Annotated[
    list[str] | None,
    typer.Option("--part", help='"Bonus=8000", "Signing=5000 once", "Leave=30 days"; may be given again.'),
]
Deadline = Annotated[str | None, typer.Option("--deadline", help='e.g. "Fri 18:00"')]
Notes = Annotated[str | None, typer.Option("--notes")]


@commands.command("add")
def add(
    context: typer.Context,
    job: Annotated[int, typer.Argument(metavar="JOB")],
    amount: Amount = None,
    currency: Currency = None,
    period: Period = None,
    part: Parts = None,
    deadline: Deadline = None,
    notes: Notes = None,
    as_json: AsJson = False,
) -> None:
    """Write down an offer."""
    runtime = opened(context)
    given = _given(runtime, amount, currency, period, part, deadline, notes)
    _print(runtime, runtime.offers.add(job, given), as_json=as_json)


@commands.command("list")
def list_offers(
    context: typer.Context,
    job: Annotated[int | None, typer.Option("--job")] = None,
    as_json: AsJson = False,
) -> None:
    """List offers, the newest first."""
    runtime = opened(context)
    found = runtime.interviews.offers(job_id=job)
    if as_json:
        print_json({"total": len(found), "offers": [offer_object(view) for view in found]})
        return
    times = Times(runtime)
    print_table(
        ("ID", "JOB", "COMPANY", "TITLE", "OFFER", "DEADLINE"),
        [
            (
                view.id,
                view.job_id,
                view.company,
                view.job_title,
                _amount(view.amount, view.currency, view.period),
                times.said(view.deadline_at),
            )
            for view in found
        ],
    )
    if not found:
        say("No offers yet. Write one down: jobcopilot offers add JOB --amount …")


@commands.command("edit")
def edit(
    context: typer.Context,
    offer_id: Annotated[int, typer.Argument(metavar="ID")],
    amount: Amount = None,
    currency: Currency = None,
    period: Period = None,
    part: Parts = None,
    deadline: Deadline = None,
    notes: Notes = None,
    as_json: AsJson = False,
) -> None:
    """Change an offer; --part replaces its parts."""
    runtime = opened(context)
    given = _given(runtime, amount, currency, period, part, deadline, notes)
    if not given:
        raise UsageError("Nothing to change", hint="See: jobcopilot offers edit --help")
    _print(runtime, runtime.offers.edit(offer_id, given), as_json=as_json)


@commands.command("delete")
def delete(
    context: typer.Context, offer_id: Annotated[int, typer.Argument(metavar="ID")], as_json: AsJson = False
) -> None:
    """Delete an offer; undo brings it back."""
    batch = opened(context).offers.delete(offer_id)
    if as_json:
        print_json({"deleted": [offer_id], "batch": batch})
        return
    say(f"Deleted. To bring back: jobcopilot jobs undo {batch}")


@commands.command("compare")
def compare(
    context: typer.Context,
    ids: Annotated[list[int] | None, typer.Argument(metavar="[ID...]", help="Without: all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put offers side by side; amounts of different currencies stay in theirs."""
    runtime = opened(context)
    chosen = ids or [view.id for view in runtime.interviews.offers()]
    found = runtime.offers.compare(chosen)
    if as_json:
        print_json(
            {
                "total": len(found),
                "offers": [
                    offer_object(one.offer)
                    | {"yearly": one.yearly, "every_year": one.every_year, "first_year": one.first_year}
                    for one in found
                ],
            }
        )
        return
    _print_compared(runtime, found)


def _print_compared(runtime: Runtime, found: tuple[Compared, ...]) -> None:
    times = Times(runtime)
    names = list(dict.fromkeys(part.name for one in found for part in one.offer.parts))
    rows: list[tuple[object, ...]] = [
        ("Title", *(one.offer.job_title for one in found)),
        ("Pay", *(_amount(one.offer.amount, one.offer.currency, one.offer.period) for one in found)),
    ]
    rows += [(name, *(_part_of(one.offer, name) for one in found)) for name in names]
    rows += [
        ("Every year", *(_amount(one.every_year, one.offer.currency, "year") for one in found)),
        ("First year", *(_amount(one.first_year, one.offer.currency, "year") for one in found)),
        ("Answer by", *(times.said(one.offer.deadline_at) for one in found)),
    ]
    print_table(("", *(f"{one.offer.company} ({one.offer.id})" for one in found)), rows)
    if len({one.offer.currency for one in found}) > 1:
        say("The offers are in different currencies: compare them with care.")


def _part_of(offer: OfferView, name: str) -> str | None:
    said = [
        " ".join(
            word
            for word in (
                _amount(part.amount, offer.currency, part.period) if part.amount is not None else "",
                part.text,
            )
            if word
        )
        for part in offer.parts
        if part.name == name
    ]
    return "; ".join(said) or None


def _given(
    runtime: Runtime,
    amount: float | None,
    currency: str | None,
    period: str | None,
    part: list[str] | None,
    deadline: str | None,
    notes: str | None,
) -> dict[str, object]:
    given: dict[str, object] = {
        name: value
        for name, value in (
            ("amount", amount),
            ("currency", currency),
            ("period", period),
            ("notes", notes),
        )
        if value is not None
    }
    if part is not None:
        given["parts"] = [read_part(words) for words in part]
    if deadline is not None:
        given["deadline_at"] = understood(runtime, deadline, time_of_day=time(18)).moment
    return given


def read_part(words: str) -> OfferPart:
    """Return a part of an offer from `NAME=AMOUNT [PERIOD|once]` or `NAME=words`. Raises `UsageError`."""
    name, equals, said = words.partition("=")
    if not equals or not name.strip() or not said.strip():
        raise UsageError("A part is written NAME=VALUE", repr(words), 'For example: --part "Bonus=8000 year"')
    number, _, period = said.strip().partition(" ")
    try:
        amount = float(number.replace(",", "").replace("_", ""))
    except ValueError:
        return OfferPart(name.strip(), text=said.strip())
    period = period.strip().casefold() or "year"
    if period not in (*PERIODS, "once"):
        return OfferPart(name.strip(), text=said.strip())
    return OfferPart(name.strip(), amount, period)  # type: ignore[arg-type]  # checked by the line before


def _amount(amount: float | None, currency: str, period: str) -> str:
    if amount is None:
        return "—"
    once = "once" if period == "once" else f"a {period}"
    return f"{amount:,.0f} {currency} {once}".replace("  ", " ")


def _print(runtime: Runtime, view: OfferView, *, as_json: bool) -> None:
    if as_json:
        print_json(offer_object(view))
        return
    say(f"Offer {view.id}: {view.job_title}, {view.company}")
    say(f"{'pay':>9}  {_amount(view.amount, view.currency, view.period)}")
    for part in view.parts:
        say(f"{part.name:>9}  {_part_of(view, part.name)}")
    if view.deadline_at is not None:
        say(f"{'answer by':>9}  {Times(runtime).said(view.deadline_at)}")
    if view.notes:
        say(f"{'notes':>9}  {view.notes}")
