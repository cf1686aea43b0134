"""`jobcopilot sources …`: where postings come from, switched on by the person and asked gently."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.errors import JobcopilotError, NotFound, UsageError
from jobcopilot.runtime import Runtime
from jobcopilot.sources.views import HEALTH_WORDS, PollProgress, PollReport, SourceView, terms_known

commands = typer.Typer(help="Where postings come from.", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="As `sources list` shows it, such as greenhouse:acme.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether its terms are fine.")]
_BAD = ("changed", "refused", "down")


class PollFailed(JobcopilotError):
    """A source that was asked for by name gave no answer."""


@commands.command("list")
def list_sources(
    context: typer.Context,
    every: Annotated[
        bool, typer.Option("--all", help="Also the boards of known companies that can be switched on.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List your sources, and the feeds that could be switched on."""
    sources = opened(context).sources
    mine = sources.mine()
    offered = [view for view in sources.offered() if every or view.kind == "aggregator"]
    if as_json:
        found = [source_object(view) for view in (*mine, *offered)]
        print_json({"total": len(found), "sources": found})
        return
    if mine:
        _table(mine)
    else:
        say("No sources yet. Add a company's board: jobcopilot sources add https://boards.greenhouse.io/acme")
    if offered:
        say()
        say("Could be switched on (nothing is asked of them before): jobcopilot sources enable NAME")
        for view in offered:
            say(f"  {view.name:<28} {view.terms}")
            if view.credit:
                say(f"  {'':<28} Shown beside its postings: {view.credit}")


@commands.command("add")
def add(
    context: typer.Context,
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="Of a company's board, or of any posting on it.")
    ],
    enable: Annotated[bool, typer.Option("--enable", help="Switch it on, too.")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Add a source by an address; it stays off unless --enable is given."""
    runtime = opened(context)
    view = runtime.sources.add(address)
    if enable:
        _switch_on(runtime, view, yes=yes, as_json=as_json)
        return
    _print(view, as_json=as_json)
    if not as_json and not view.enabled:
        say(f"It is off. Switch it on: jobcopilot sources enable {view.name}")


@commands.command("enable")
def enable(context: typer.Context, name: Name, yes: Yes = False, as_json: AsJson = False) -> None:
    """Show a source's terms and switch it on: from now on it is polled."""
    runtime = opened(context)
    wanted = name.strip().casefold()
    offered = (view for view in runtime.sources.offered() if view.name.casefold() == wanted)
    _switch_on(runtime, next(offered, None) or runtime.sources.get(name), yes=yes, as_json=as_json)


@commands.command("disable")
def disable(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Switch a source off: nothing is asked of it; what it found stays."""
    _print(opened(context).sources.disable(name), as_json=as_json)


@commands.command("poll")
def poll(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One source; else all that are due.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask a source, or all that are due, for their postings now; Ctrl+C keeps the pages that were read."""
    runtime = opened(context)
    if name is not None:
        view = runtime.sources.get(name)
        assert view.id is not None
        with _stopping() as stop:
            report = runtime.poller.poll(view.id, _progress(as_json=as_json), stop)
        reports: Sequence[PollReport] = [report]
    else:
        due = runtime.poller.due()
        with _stopping() as stop:
            reports = list(runtime.poller.poll_many(due, _progress(as_json=as_json), stop))
    if as_json:
        print_json({"total": len(reports), "polls": [_report_object(report) for report in reports]})
    else:
        for report in reports:
            say(_told(report))
        if not reports:
            say(_nothing_due(runtime))
    if name is not None and reports[0].outcome in _BAD:
        raise PollFailed(f"{reports[0].source} gave no postings", reports[0].message)


@commands.command("health")
def health(context: typer.Context, as_json: AsJson = False) -> None:
    """Show how your sources are doing."""
    runtime = opened(context)
    mine = runtime.sources.mine()
    if as_json:
        print_json({"total": len(mine), "sources": [source_object(view) for view in mine]})
        return
    zone = runtime.clock.zone()
    for view in mine:
        say(f"{view.name}: {HEALTH_WORDS[view.health] if view.enabled else 'switched off'}")
        facts = [f"{view.open_postings} open postings"]
        if view.median_found is not None:
            facts.append(f"usually {view.median_found:g}")
        if view.polled_at is not None:
            facts.append(f"last answer {view.polled_at.astimezone(zone):%a %d %b %H:%M}")
        if view.failures:
            polls = "1 poll" if view.failures == 1 else f"{view.failures} polls"
            facts.append(f"{polls} without an answer")
        if view.enabled and view.next_poll_at is not None:
            facts.append(f"asked again from {view.next_poll_at.astimezone(zone):%a %d %b %H:%M}")
        say(f"  {', '.join(facts)}")
        if view.note:
            say(f"  {view.note}")
    if not mine:
        say("No sources yet. See: jobcopilot sources list")


def source_object(view: SourceView) -> dict[str, Any]:
    """Return the JSON object of a source."""
    return {
        "id": view.id,
        "name": view.name,
        "feed": view.feed,
        "board": view.board,
        "kind": view.kind,
        "url": view.address,
        "enabled": view.enabled,
        "health": view.health,
        "note": view.note,
        "failures": view.failures,
        "postings": view.open_postings,
        "polled": view.polled_at,
        "next_poll": view.next_poll_at,
        "hours_between_polls": view.hours_between_polls,
        "terms": view.terms,
        "terms_url": view.terms_address,
        "attribution": view.credit,
    }


def _report_object(report: PollReport) -> dict[str, Any]:
    return {
        "source": report.source,
        "outcome": report.outcome,
        "found": report.found,
        "new": report.new,
        "changed": report.changed,
        "closed": report.closed,
        "reposted": report.reposted,
        "rejected": report.rejected,
        "pages": report.pages,
        "seconds": report.seconds,
        "message": report.message,
        "next_poll": report.next_poll_at,
    }


def _told(report: PollReport) -> str:
    counts = ", ".join(
        f"{number} {word}"
        for number, word in (
            (report.new, "new"), (report.changed, "changed"), (report.closed, "closed"),
            (report.reposted, "came back"), (report.rejected, "left out"),
        )
        if number
    )  # fmt: skip
    what = f"{report.found} found" + (f" ({counts})" if counts else "")
    # What went wrong says it in the feed's own case.
    told = report.outcome in ("fine", "stopped") or (report.outcome in _BAD and report.message)
    health = "" if told else f"; {HEALTH_WORDS[report.outcome]}"
    return f"{report.source}: {what}{health}" + (f". {report.message}" if report.message else "")


def _nothing_due(runtime: Runtime) -> str:
    waiting = [view.next_poll_at for view in runtime.sources.mine() if view.enabled]
    if not waiting:
        return "No source is switched on. See: jobcopilot sources list"
    now = runtime.clock.now()
    following = [at for at in waiting if at is not None and at > now]
    if len(following) < len(waiting):
        return "Another Jobcopilot is asking what is due just now."
    at = min(following).astimezone(runtime.clock.zone())
    return f"Nothing is due. The next source is asked from {at:%a %d %b %H:%M} on."


def _table(views: Sequence[SourceView]) -> None:
    print_table(
        ("NAME", "ON", "HEALTH", "POSTINGS", "LAST ANSWER"),
        [
            (
                view.name,
                "on" if view.enabled else "off",
                view.health,
                view.open_postings,
                f"{view.polled_at:%Y-%m-%d %H:%M} UTC" if view.polled_at else None,
            )
            for view in views
        ],
    )


def _switch_on(runtime: Runtime, view: SourceView, *, yes: bool, as_json: bool) -> None:
    """Show the terms, ask where somebody is there who has not seen them, then switch on."""
    asks = not (yes or as_json or terms_known(runtime.sources.mine(), view.feed)) and sys.stdin.isatty()
    if not as_json:
        say(f"{view.name}: {view.address}")
        _print_terms(view)
    if asks and not typer.confirm(f"Switch {view.name} on?"):
        raise NotFound("Nothing was switched on", view.name)
    on = runtime.sources.enable(view.name)
    if as_json:
        print_json(source_object(on))
    else:
        say(f"{on.name} is on. Ask it now: jobcopilot sources poll {on.name}")


def _print(view: SourceView, *, as_json: bool) -> None:
    if as_json:
        print_json(source_object(view))
        return
    say(f"{view.name} is {'on' if view.enabled else 'off'}: {view.address}")
    _print_terms(view)


def _print_terms(view: SourceView) -> None:
    say(f"  {view.terms}")
    if view.credit:
        say(f"  Shown beside its postings: {view.credit}")
    if view.terms_address:
        say(f"  Terms: {view.terms_address}")


def _progress(*, as_json: bool) -> Any:
    """Return what draws a line of progress on a terminal, and says nothing else."""
    if as_json or not sys.stderr.isatty():
        return None

    def tell(step: PollProgress) -> None:
        of = f" of {step.total}" if step.total else ""
        sys.stderr.write(f"\r\x1b[K{step.source}: {step.found}{of} found, {step.pages} pages")
        sys.stderr.flush()

    return tell


class _stopping:  # noqa: N801  # used as `with _stopping() as stop`
    """Turns Ctrl+C into a stop that keeps whole pages, while the block runs."""

    def __enter__(self) -> threading.Event:
        import signal

        self._stop = threading.Event()
        try:
            self._before = signal.signal(signal.SIGINT, lambda *_: self._stop.set())
        except ValueError as elsewhere:
            raise UsageError("Polls start from the main thread") from elsewhere
        return self._stop

    def __exit__(self, *_: object) -> None:
        import signal

        signal.signal(signal.SIGINT, self._before)
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")
