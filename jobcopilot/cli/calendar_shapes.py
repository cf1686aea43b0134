"""The JSON objects and lines of calendars."""

from __future__ import annotations

from typing import Any

from jobcopilot.calendars.views import STATE_WORDS, AccountStatus, AccountView, Difference, SyncReport
from jobcopilot.cli.interview_shapes import Times


def account_object(account: AccountView) -> dict[str, Any]:
    """Return what is known of an account; never its password."""
    return {
        "id": account.id,
        "kind": account.kind,
        "name": account.name,
        "address": account.address,
        "user": account.username or None,
        "calendar": account.calendar_name or None,
        "state": account.state,
        "reason": account.reason or None,
        "hint": account.hint or None,
        "next_attempt": account.next_attempt,
        "synced": account.synced_at,
    }


def report_object(report: SyncReport) -> dict[str, Any]:
    """Return what a run came to."""
    return {
        "calendar": report.account,
        "id": report.account_id,
        "state": report.state,
        "sent": report.sent,
        "removed": report.removed,
        "failed": report.failed,
        "noticed": report.noticed,
        "waiting": report.waiting,
        "reason": report.reason or None,
        "hint": report.hint or None,
    }


def difference_object(difference: Difference) -> dict[str, Any]:
    """Return both sides of a difference."""
    return {
        "interview": difference.round_id,
        "calendar": difference.account,
        "company": difference.company,
        "stage": difference.stage,
        "state": difference.state,
        "fields": difference.fields,
        "mine": difference.ours,
        "theirs": difference.theirs,
        "noticed": difference.noticed_at,
    }


def difference_lines(difference: Difference, times: Times) -> list[str]:
    """Return a difference in words, with both sides."""
    which = f"interview {difference.round_id}, {difference.stage} at {difference.company}"
    lines = [f"{which}: {STATE_WORDS[difference.state]} ({difference.account})"]
    if difference.theirs is None:
        lines.append(
            "   it is gone there" if difference.gone else "   what is there now cannot be an interview"
        )
    for name in difference.fields:
        mine, theirs = getattr(difference.ours, name), getattr(difference.theirs, name)
        if name in ("starts_at", "ends_at"):
            mine, theirs = times.said(mine), times.said(theirs)
        lines.append(
            f"   {name.removesuffix('_at')}: here {mine or '—'!s}; there {theirs or '—'!s}".replace(
                "\n", " / "
            )
        )
    lines.append(f"   jobcopilot calendar settle {difference.round_id} --take mine|theirs")
    return lines


def status_object(one: AccountStatus) -> dict[str, Any]:
    """Return how an account stands."""
    counts = {"held": one.held, "waiting": one.waiting, "failed": one.failed, "differences": one.differences}
    return account_object(one.account) | counts | {"in_sync": one.in_sync}


def state_words(one: AccountStatus) -> str:
    """Return in words how an account stands."""
    if one.in_sync:
        return "in sync"
    words = [
        f"{number} {word}"
        for number, word in (
            (one.waiting, "waiting"),
            (one.failed, "failed"),
            (one.differences, "to be settled"),
        )
        if number
    ]
    if one.account.state != "fine":
        words.insert(
            0, {"waiting": "no answer", "locked": "locked"}.get(one.account.state, one.account.state)
        )
    return ", ".join(words)


def told(report: SyncReport) -> str:
    """Return in one line what a run came to."""
    if report.state == "busy":
        return f"{report.account}: another Jobcopilot is speaking with it just now."
    counts = [
        f"{number} {word}"
        for number, word in (
            (report.sent, "sent"), (report.removed, "removed"), (report.failed, "failed"),
            (report.noticed, "changed there"), (report.waiting, "waiting"),
        )
        if number
    ]  # fmt: skip
    said = ", ".join(counts) or "in sync"
    if report.state == "fine":
        return f"{report.account}: {said}"
    return " ".join(part for part in (f"{report.account}: {said}. {report.reason}.", report.hint) if part)
