"""`jobcopilot market …`: what the postings on this machine say together, with the number behind every figure."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.errors import UsageError
from jobcopilot.market.views import ANYWHERE, LEAST, Level, Query, Trend
from jobcopilot.market.views import Progress as Step
from jobcopilot.runtime import Runtime

commands = typer.Typer(
    help="What the market pays and wants, from your own feeds.", no_args_is_help=True, rich_markup_mode=None
)

RoleName = Annotated[
    str, typer.Option("--role", help="A family (`market roles`) or a title; all roles without.")
]
PlaceName = Annotated[
    str,
    typer.Option(
        "--place", help="A city, region, country or `remote`, as you would write it; anywhere without."
    ),
]
SinceDay = Annotated[
    str | None,
    typer.Option("--since", metavar="DATE", help="First day of the window, or e.g. 12w; 90 days without."),
]


@commands.command("build")
def build(
    context: typer.Context,
    day: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="Only this day, built again.")
    ] = None,
    anew: Annotated[bool, typer.Option("--anew", help="Build every day again from history.")] = False,
    as_json: AsJson = False,
) -> None:
    """Build the statistics of every day that is missing; twice is the same as once."""
    runtime = opened(context)
    if day is not None:
        built = runtime.market.build_day(_day(day))
    else:
        built = runtime.market.build(anew=anew, progress=_progress(as_json=as_json))
    if as_json:
        print_json(built)
        return
    say(f"{built.records} postings read, {built.days} days built ({built.rows} rows), up to {built.until}.")


@commands.command("trends")
def trends(
    context: typer.Context,
    role: RoleName = "",
    place: PlaceName = "",
    since: SinceDay = None,
    as_json: AsJson = False,
) -> None:
    """Show pay now, and pay and postings over time."""
    runtime, asked = _asked(context, role, place, since)
    level, trend = runtime.market.level(asked), runtime.market.trend(asked)
    if as_json:
        print_json(
            {
                "role": asked.role,
                "place": asked.place,
                "level": asdict(level) | {"drawn": level.drawn},
                "trend": asdict(trend),
                "total": len(trend.points),
            }
        )
        return
    for line in _level_lines(level):
        say(line)
    say()
    _print_trend(trend)


@commands.command("skills")
def skills(
    context: typer.Context,
    role: RoleName = "",
    place: PlaceName = "",
    since: SinceDay = None,
    limit: Annotated[int, typer.Option("--limit", min=1)] = 25,
    as_json: AsJson = False,
) -> None:
    """Show the skills that open postings ask for, and which of them you have."""
    runtime, asked = _asked(context, role, place, since)
    found = runtime.market.skills(asked)
    if as_json:
        print_json(
            {
                "total": len(found.demands),
                "skills": found.demands,
                "n": found.n,
                "postings": found.postings,
                "change_since": found.change_since,
            }
        )
        return
    print_table(
        ("SKILL", "POSTINGS", "SHARE", "CHANGE", "YOU"),
        [
            (
                one.name, one.n, f"{one.share:.0%}", None if one.change is None else f"{one.change:+.0%}",
                "yes" if one.has else "",
            )
            for one in found.demands[:limit]
        ],
    )  # fmt: skip
    say(f"n = {found.n} of {found.postings} open postings name a skill.")
    if found.change_since is not None:
        say(f"Change since {found.change_since}, over the sources polled all that time.")


@commands.command("gap")
def gap(
    context: typer.Context,
    role: RoleName = "",
    place: PlaceName = "",
    limit: Annotated[int, typer.Option("--limit", min=1)] = 15,
    as_json: AsJson = False,
) -> None:
    """Show which one skill more would open the most postings to you."""
    runtime, asked = _asked(context, role, place, None)
    found = runtime.market.gap(asked)
    if as_json:
        print_json(asdict(found) | {"total": len(found.rows)})
        return
    say(
        f"{found.matching} of {found.considered} open postings ask for no must-have that you lack"
        f" ({found.silent} more name none)."
    )
    print_table(
        ("ONE MORE SKILL", "OPENS", "ASKED IN", "MEDIAN", "AGAINST ALL"),
        [
            (
                row.skill, row.more_matching, row.n, _money(row.median, found.currency),
                None if row.difference is None else f"{row.difference:+,.0f} (n={row.with_pay})",
            )
            for row in found.rows[:limit]
        ],
    )  # fmt: skip
    say("Postings that ask for a skill differ in other things too: the difference in pay is no promise.")


@commands.command("roles")
def roles(
    context: typer.Context,
    title: Annotated[list[str] | None, typer.Argument(metavar="[TITLE]", help="A title to read.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the role families; with a title, say which it is."""
    from jobcopilot.reading.roles import families, read_role

    if title:
        read = read_role(" ".join(title))
        if as_json:
            print_json({"family": read.family, "seniority": read.seniority, "management": read.management})
            return
        say(read.family or "The title names no role that is known.")
        say(f"  seniority   {read.seniority or 'not said'}")
        say(f"  management  {'yes' if read.management else 'no'}")
        return
    counts = {choice.role: choice.postings for choice in opened(context).market.roles()}
    every = families()
    if as_json:
        print_json(
            {
                "total": len(every),
                "roles": [{"role": name, "postings": counts.get(name, 0)} for name in every],
            }
        )
        return
    print_table(("ROLE", "OPEN POSTINGS"), [(name, counts.get(name, 0)) for name in every])


@commands.command("places")
def places(
    context: typer.Context,
    text: Annotated[list[str] | None, typer.Argument(metavar="[TEXT]", help="A place field to read.")] = None,
    role: RoleName = "",
    as_json: AsJson = False,
) -> None:
    """List the places that postings name; with a text, say how it is read."""
    from jobcopilot.reading.localities import name_of, read_localities

    if text:
        read = read_localities(" ".join(text))
        if as_json:
            first = read.places[0] if read.places else None
            print_json(
                {
                    "country": first.country if first else None,
                    "region": first.region if first else None,
                    "city": first.city if first else None,
                    "remote": read.remote,
                    "scope": read.scope,
                    "total": len(read.places),
                    "places": read.places,
                }
            )
            return
        for one in read.places:
            country = name_of(one.country) if one.country else None
            say(", ".join(part for part in (one.city, one.region, country) if part))
        if read.remote:
            say(f"{read.remote}" + (f" ({', '.join(read.scope)})" if read.scope else ""))
        if not read.places and not read.remote:
            say("The text names no place that is known.")
        return
    found = opened(context).market.places(_role(role))
    if as_json:
        print_json({"total": len(found), "places": found})
        return
    print_table(
        ("PLACE", "LEVEL", "OPEN POSTINGS"), [(one.name, one.level, one.postings) for one in found if one.key]
    )


def _asked(context: typer.Context, role: str, place: str, since: str | None) -> tuple[Runtime, Query]:
    """Return the runtime, its market brought up to date, and what is asked."""
    runtime = opened(context)
    runtime.market.refresh()
    first = _since(since, runtime) if since else None
    return runtime, Query(_role(role), _place(place), first)


def _role(words: str) -> str:
    """Return the family that the words name or, as a title, mean. Raises `UsageError` with what is like it."""
    from jobcopilot.reading.roles import families, families_like, read_role

    if not words.strip():
        return ""
    named = {name.casefold(): name for name in families()}
    found = named.get(words.strip().casefold()) or read_role(words).family
    if found is None:
        like = ", ".join(families_like(words, 5))
        hint = f"Like it: {like}. " if like else ""
        raise UsageError("No such role is known", words, f"{hint}All: jobcopilot market roles")
    return found


def _place(words: str) -> str:
    """Return the key of the place that the words name, the narrowest. Raises `UsageError`."""
    from jobcopilot.market.groups import place_keys
    from jobcopilot.reading.localities import read_localities

    if not words.strip():
        return ANYWHERE
    keys = [key for key in place_keys(read_localities(words)) if key not in (ANYWHERE, "unknown")]
    if not keys:
        raise UsageError(
            "No such place is known", words, "See those of your postings: jobcopilot market places"
        )
    return max(keys, key=lambda key: (key.count("/"), key))


def _since(text: str, runtime: Runtime) -> date:
    """Return the first day of a window: a date, or so many days or weeks ago."""
    number, unit = text[:-1], text[-1:].lower()
    today = runtime.clock.now().astimezone(runtime.clock.zone()).date()
    if unit in ("d", "w") and number.isascii() and number.isdigit() and len(number) < 5:
        return today - timedelta(days=int(number) * (7 if unit == "w" else 1))
    return _day(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("That is no date", text, "Write it like 2026-11-20.") from None


def _level_lines(level: Level) -> Iterator[str]:
    stated = f"n = {level.n} postings, {level.with_pay} with pay"
    left = [
        f"{number} {word}"
        for number, word in (
            (level.dropped, "dropped as nobody's pay"),
            (level.unconverted, "without a rate"),
        )
        if number
    ]
    yield stated + (f"; {', '.join(left)}" if left else "")
    if not level.drawn:
        yield f"Fewer than {LEAST} state pay: too few to say."
        return
    yield f"median    {_money(level.median, level.currency)} a year"
    if level.interval is not None:
        low, high = _money(level.interval.low, level.currency), _money(level.interval.high, level.currency)
        yield f"  95 %    {low} to {high}"
    low, high = _money(level.lower_quartile, level.currency), _money(level.upper_quartile, level.currency)
    yield f"quartiles {low} to {high}"
    yield f"average   {_money(level.average, level.currency)}"
    yield f"exchange rates of {level.rates.on}"


def _print_trend(trend: Trend) -> None:
    if not trend.points:
        say("No trend: no source was polled throughout this window.")
        if trend.possible_since is not None:
            say(f"One is possible from {trend.possible_since} on: --since {trend.possible_since}")
        return
    print_table(
        (trend.step.upper(), "POSTINGS", "WITH PAY", "MEDIAN", "LOW", "HIGH"),
        [
            (
                point.on, point.postings, point.with_pay, _money(point.median, trend.currency),
                _money(point.low, trend.currency), _money(point.high, trend.currency),
            )
            for point in trend.points
        ],
    )  # fmt: skip
    left_out = f"; {len(trend.left_out)} newer ones are left out" if trend.left_out else ""
    say(f"Over {len(trend.sources)} sources polled all that time{left_out}.")
    for credit in dict.fromkeys(source.credit for source in trend.sources if source.credit):
        say(credit)


def _money(amount: float | None, currency: str) -> str | None:
    return None if amount is None else f"{amount:,.0f} {currency}"


def _progress(*, as_json: bool) -> Any:
    if as_json or not sys.stderr.isatty():
        return None

    def tell(step: Step) -> None:
        sys.stderr.write(f"\r\x1b[K{step.doing} {step.done:,} of {step.total:,}")
        if step.done >= step.total:
            sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

    return tell
