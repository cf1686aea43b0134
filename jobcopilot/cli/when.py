"""Dates and times on a command line: what could mean two things is refused with both."""

from __future__ import annotations

from datetime import datetime, time

from jobcopilot.errors import UsageError
from jobcopilot.interviews.dates import Ambiguous, Understood, understand
from jobcopilot.runtime import Runtime


def understood(
    runtime: Runtime, text: str, *, zone: str | None = None, time_of_day: time | None = None
) -> Understood:
    """Return what a date and time means, read in `zone` where it names none (None: the person's).

    Raises `UsageError` for what is not understood, and for what means two moments, naming both.
    """
    meant = understand(
        text,
        now=runtime.clock.now(),
        zone=runtime.clock.zone(),
        default_zone=zone,
        time_of_day=time_of_day,
    )
    if isinstance(meant, Ambiguous):
        choices = " or ".join(f"{one.exact} ({one.said})" for one in meant.choices)
        raise UsageError(meant.question, text, f"Write it as one of: {choices}")
    return meant


def ahead(runtime: Runtime, until: str | None, minutes: int | None) -> datetime:
    """Return until when something is put off: a date and time, or minutes from now. Raises `UsageError`."""
    from datetime import timedelta

    if (until is None) == (minutes is None):
        raise UsageError("Until when?", hint="Give --until or --minutes.")
    if until is not None:
        return understood(runtime, until, time_of_day=time(9)).moment
    assert minutes is not None
    return runtime.clock.now() + timedelta(minutes=minutes)
