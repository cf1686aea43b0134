"""When the person wants no notifications, and the few other things that can be set about them."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any, Final

from jobcopilot.errors import BadInput

LOOK_AGAIN: Final = timedelta(minutes=15)
"""A postponed reminder is looked at again at least so often: the person may travel, or change the hours."""
_TABLE: Final = "reminders"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of the wall clock to another, over midnight where the end is the earlier one."""

    start: time
    end: time

    def ends_after(self, now: datetime, zone: tzinfo) -> datetime | None:
        """Return when the quiet that holds at `now` ends, in UTC; None where none holds.

        Both ends are read off the wall: on a night when the clocks change, the hours are longer or shorter by one.
        """
        here = now.astimezone(zone)
        wall = here.time()
        over_midnight = self.start > self.end
        begun, ended = wall >= self.start, wall >= self.end
        if not (begun or not ended if over_midnight else begun and not ended):
            return None
        day = here.date() + timedelta(days=1 if wall >= self.end else 0)
        end = datetime.combine(day, self.end, zone).astimezone(UTC)
        # In the hour that comes twice, the end may have passed once already.
        return end if end > now else datetime.combine(day, self.end, zone).replace(fold=1).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What can be set about reminders, in the table `[reminders]` of the settings file."""

    quiet: QuietHours | None = None
    """`quiet_from` and `quiet_to`, such as "22:00" and "07:30"."""
    two_hours_break_quiet: bool = True
    """Whether the reminder two hours before an interview comes in quiet hours too."""


def read_preferences(settings_file: Path) -> Preferences:
    """Read what is set, the environment before the file. Raises `BadInput` that names the setting.

    Read at every delivery, without the settings' own library: the daemon stays light and hears of changes at once.
    """
    try:
        table = tomllib.loads(settings_file.read_text("utf-8")).get(_TABLE, {})
    except FileNotFoundError:
        table = {}
    except (OSError, ValueError) as broken:
        raise BadInput(
            "The settings file cannot be read", f"{settings_file}: {broken}", "Correct or move it."
        ) from broken

    def given(name: str) -> Any:
        return os.environ.get(f"JOBCOPILOT_{_TABLE.upper()}__{name.upper()}", table.get(name))

    start, end = (_time(name, given(name)) for name in ("quiet_from", "quiet_to"))
    if (start is None) != (end is None):
        raise BadInput(
            "Quiet hours need both ends", "one of reminders.quiet_from and reminders.quiet_to is missing"
        )
    return Preferences(
        quiet=QuietHours(start, end) if start and end and start != end else None,
        two_hours_break_quiet=_yes("two_hours_break_quiet", given("two_hours_break_quiet"), default=True),
    )


def _time(name: str, value: Any) -> time | None:
    if value in (None, ""):
        return None
    try:
        wall = value if isinstance(value, time) else time.fromisoformat(str(value).strip())
    except ValueError:
        raise BadInput(
            f"Setting {_TABLE}.{name} is not valid", f"it says {value!r}", "Write a time such as 22:00."
        ) from None
    return wall.replace(tzinfo=None)


def _yes(name: str, value: Any, *, default: bool) -> bool:
    if value is None:
        return default
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    said = words.get(str(value).strip().lower())
    if said is None:
        raise BadInput(f"Setting {_TABLE}.{name} is not valid", f"it says {value!r}", "Write true or false.")
    return said
