"""What `doctor` says of reminders: whether anybody tells them now, what comes next, and which way works."""

from __future__ import annotations

from collections.abc import Iterator

from jobcopilot.cli.checks import Check
from jobcopilot.errors import JobcopilotError
from jobcopilot.runtime import Runtime

INSTALL = "To be reminded with the app closed: jobcopilot daemon install"


def reminder_checks(runtime: Runtime, *, send_test: bool) -> Iterator[Check]:
    """Yield whether reminders are armed, what is next, what failed, and (on request) what a test came to."""
    from jobcopilot.reminders.presence import living

    telling = sorted({one.role for one in living(runtime.home.data / "running")})
    try:
        detail, waiting = _ahead(runtime)
    except JobcopilotError as wrong:
        yield Check("reminders", False, f"{wrong.title}: {wrong.message}", wrong.hint)
        return
    if telling:
        yield Check("reminders", True, f"armed, told by {' and '.join(telling)}; {detail}")
    else:
        yield Check("reminders", None if not waiting else False, f"nobody tells them now; {detail}", INSTALL)
    yield from _troubles(runtime)
    if send_test:
        yield from _test(runtime)


def _ahead(runtime: Runtime) -> tuple[str, bool]:
    from jobcopilot.reminders.compose import moment, time_left
    from jobcopilot.reminders.inbox import ReminderLists

    coming = ReminderLists(runtime.reader, runtime.profile.id).coming(1)
    if not coming or coming[0].next_attempt is None:
        return "none is due", False
    now, at = runtime.clock.now(), coming[0].next_attempt
    return f"next {moment(at, now, runtime.clock.zone())} ({time_left(at - now)})", True


def _troubles(runtime: Runtime) -> Iterator[Check]:
    from jobcopilot.reminders.inbox import ReminderLists

    unseen = ReminderLists(runtime.reader, runtime.profile.id).unseen()
    if unseen:
        yield Check(
            "inbox",
            False,
            f"{unseen} reminders failed or were missed",
            "See: jobcopilot reminders list --inbox",
        )


def _test(runtime: Runtime) -> Iterator[Check]:
    import asyncio

    from jobcopilot.cli.reminders import tried_channels

    for outcome in asyncio.run(tried_channels(runtime)):
        yield Check(
            outcome["name"],
            outcome["ok"],
            f"test {'sent' if outcome['ok'] else 'failed'}: {outcome['detail']}",
        )
