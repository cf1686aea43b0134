"""How rounds and calendars stand, in the words of the screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from jobcopilot.calendars.views import AccountStatus, Difference, ItemStatus
    from jobcopilot.clock import Clock
    from jobcopilot.runtime import Runtime

SIGNS: Final = {
    "in_sync": "✓",
    "waiting": "…",
    "failed": "✗",
    "changed_there": "≠",
    "removed_there": "≠",
    "conflict": "≠",
}


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """How a round stands in one calendar."""

    words: str
    alarming: bool
    """Whether the person has to do something about it."""


def calendar_lines(runtime: Runtime, round_id: int) -> tuple[CalendarLine, ...]:
    """Return how a round stands in every connected calendar; nothing where none is connected. Blocks."""
    now = runtime.clock.now()
    return tuple(_line(one, now) for one in runtime.calendars.of_round(round_id))


def _line(one: ItemStatus, now: datetime) -> CalendarLine:
    from jobcopilot.calendars.views import STATE_WORDS

    aside = steady(one.account)
    if one.state == "in_sync" and one.since is not None:
        aside += f", {ago(now, one.since)}"
    words = f"{SIGNS[one.state]} {STATE_WORDS[one.state]} ({aside})"
    if one.reason:
        words += f": {steady(one.reason)}"
    return CalendarLine(words, one.state not in ("in_sync", "waiting") or bool(one.reason))


def ago(now: datetime, at: datetime) -> str:
    """Return how long ago a moment was: `just now`, `2 min ago`, `3 h ago`, `5 d ago`."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 1440} d ago"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the dialogue of calendars lists: the accounts, then what waits to be settled."""

    accounts: tuple[AccountStatus, ...]
    differences: tuple[Difference, ...]

    @property
    def total(self) -> int:
        """How many lines that is."""
        return len(self.accounts) + len(self.differences)

    def at(self, place: int | None) -> tuple[AccountStatus | None, Difference | None] | None:
        """Return what stands on a line: an account or a difference."""
        if place is None or not 0 <= place < self.total:
            return None
        if place < len(self.accounts):
            return self.accounts[place], None
        return None, self.differences[place - len(self.accounts)]

    def line(self, place: int) -> tuple[str, str, str, bool]:
        """Return a line's sign, title and state, and whether the person has to do something."""
        from jobcopilot.calendars.views import KIND_WORDS, STATE_WORDS

        account, difference = self.at(place) or (None, None)
        if difference is not None:
            title = f"{difference.stage}, {difference.company}"
            return "≠", steady(title), f"{STATE_WORDS[difference.state]} ({steady(difference.account)})", True
        assert account is not None
        title = steady(f"{account.account.title} ({KIND_WORDS[account.account.kind]})")
        if account.in_sync:
            return "✓", title, f"in sync, {account.held} held", False
        waits = account.account.state in ("fine", "waiting") and not (account.failed or account.differences)
        differs = account.account.state == "fine" and account.differences and not account.failed
        return ("…" if waits else "≠" if differs else "✗"), title, _state(account), not waits

    def told(self, account: AccountStatus | None, clock: Clock) -> str:
        """Return in full how an account stands."""
        if account is None:
            return ""
        view = account.account
        lines = [view.reason, view.hint, f"{view.address}"]
        if view.synced_at is not None:
            lines.insert(0, f"Last answer {ago(clock.now(), view.synced_at)}.")
        if view.next_attempt is not None:
            at = view.next_attempt.astimezone(clock.zone())
            lines.insert(1, f"Tried again at {at:%H:%M:%S}.")
        return "\n".join(line for line in lines if line)


def standing(runtime: Runtime) -> Standing:
    """Return how all calendars of the person stand; blocks."""
    return Standing(runtime.calendars.status(), runtime.calendar_differences.list())


def difference_words(difference: Difference, clock: Clock) -> list[str]:
    """Return both sides of a difference, field by field."""
    lines = [f"{difference.stage}, {difference.company} ({difference.account})"]
    if difference.theirs is None:
        lines.append("It is gone there." if difference.gone else "What is there now cannot be an interview.")
    for name in difference.fields:
        mine, theirs = getattr(difference.ours, name), getattr(difference.theirs, name)
        if isinstance(mine, datetime) and isinstance(theirs, datetime):
            mine, theirs = (f"{at.astimezone(clock.zone()):%a %d %b %H:%M}" for at in (mine, theirs))
        lines.append(
            f"{name.removesuffix('_at')}: here {mine or '—'} · there {theirs or '—'}".replace("\n", " / ")
        )
    return lines


def _state(account: AccountStatus) -> str:
    words = {
        "waiting": "no answer",
        "locked": "locked",
        "refused": "refused",
        "vanished": "gone",
    }.get(account.account.state, "")
    counts = ((account.waiting, "waiting"), (account.failed, "failed"), (account.differences, "to settle"))
    return ", ".join(
        [*([words] if words else []), *(f"{number} {word}" for number, word in counts if number)]
    )
