"""Processes that are killed with signal 9 at a chosen or a random moment between due and sent."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jobcopilot.clock import SystemClock
from jobcopilot.paths import Home, find_home
from jobcopilot.reminders.delivery import Delivery
from jobcopilot.reminders.due import Claimed, Claims, Outcome
from jobcopilot.reminders.presence import Presence
from jobcopilot.reminders.views import Described, Message, Subject
from tests.fakes.desktop import FileDesktop, put_reminders, rows, told

STEPS = (
    "before claiming",
    "while claiming",
    "claimed",
    "while describing",
    "before showing",
    "shown",
    "while writing",
    "written",
    "at random",
)
MAY_REPEAT = ("shown", "while writing", "at random")
"""The desktop has answered and the commit has not happened: here a second message is allowed."""


def die() -> None:
    """End as if the power went."""
    os.kill(os.getpid(), signal.SIGKILL)


class _Claims(Claims):
    """Dies at a step of the database work."""

    def __init__(self, file: Path, presence: Presence, step: str, countdown: list[int]) -> None:
        super().__init__(file, presence)
        self.step = step
        self.countdown = countdown

    def take(self, *given: Any, **named: Any) -> list[Claimed]:
        if self.step == "before claiming":
            die()
        if self.step == "while claiming":
            self._die_inside_a_statement(random.randint(60, 400))
        taken = super().take(*given, **named)
        self._opened.connection().set_progress_handler(None, 0)
        if self.step == "claimed":
            die()
        return taken

    def settle(self, claimed: Claimed, outcome: Outcome, now: datetime) -> bool:
        if self.countdown[0] == 0 and self.step == "while writing":
            self._die_inside_a_statement(random.randint(1, 60))
        kept = super().settle(claimed, outcome, now)
        if self.countdown[0] == 0 and self.step == "written":
            die()
        self.countdown[0] -= 1
        return kept

    def _die_inside_a_statement(self, steps: int) -> None:
        self._opened.connection().set_progress_handler(die, steps)


@dataclass
class _Desktop:
    """Dies before or after it showed one of the messages."""

    real: FileDesktop
    step: str
    countdown: list[int]
    name: str = "desktop"

    async def send(self, message: Message) -> None:
        if self.countdown[0] == 0 and self.step == "before showing":
            die()
        await self.real.send(message)
        if self.countdown[0] == 0 and self.step == "shown":
            die()


async def _deliver(home: Home, file: Path, step: str, survivors: int) -> None:
    presence = Presence(home.data / "running", "daemon")
    presence.enter()
    countdown = [survivors]

    def describe(subject: Subject) -> Described:
        if countdown[0] == 0 and step == "while describing":
            die()
        return Described(f"Subject {subject.id}")

    delivery = Delivery(
        home.database, presence, describe, [_Desktop(FileDesktop(file), step, countdown)], SystemClock()
    )
    delivery.claims = _Claims(home.database, presence, step, countdown)
    await delivery.deliver_due()
    await delivery.stop()
    presence.leave()


def _kill_one(home: Home, file: Path, step: str, draw: random.Random) -> int:
    """Let one process work until it is killed, by itself or from outside; return its number."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            random.seed(draw.random())
            asyncio.run(_deliver(home, file, step, draw.randint(0, 3)))
        os._exit(0)
    if step == "at random":
        time.sleep(draw.uniform(0, 0.04))
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return child if os.WIFSIGNALED(status) else 0


def main(arguments: list[str]) -> None:
    """HOME FILE KILLS SEED: kill so many processes, then let one live, and print what came of it as JSON."""
    home, file, kills, seed = (
        find_home(arguments[0]),
        Path(arguments[1]),
        int(arguments[2]),
        int(arguments[3]),
    )
    draw = random.Random(seed)
    put_reminders(home.database, [datetime.now(UTC)] * (kills * 4))
    killed: Counter[str] = Counter()
    step_of: dict[int, str] = {}
    while killed.total() < kills:
        step = STEPS[killed.total() % len(STEPS)]
        put_reminders(home.database, [datetime.now(UTC)] * 4)
        number = _kill_one(home, file, step, draw)
        if number:
            killed[step] += 1
            step_of[number] = step
    asyncio.run(_deliver(home, file, "", 1 << 30))
    shown = told(file)
    last_of = {line["pid"]: line["id"] for line in shown}
    times = Counter(line["id"] for line in shown)
    seen: Counter[Any] = Counter()
    repeats: Counter[str] = Counter()
    unexplained = []
    for line in shown:
        seen[line["id"]] += 1
        if seen[line["id"]] == times[line["id"]]:
            continue
        # Told again later: right only where its process was killed after the answer, at this very message.
        step = step_of.get(int(str(line["pid"])), "")
        repeats[step] += 1
        if step not in MAY_REPEAT or last_of[line["pid"]] != line["id"]:
            unexplained.append(line)
    everything = {row[0] for row in rows(home.database, "id")}
    print(
        json.dumps(
            {
                "reminders": len(everything),
                "kills": killed,
                "lost": sorted(everything - set(times)),
                "not sent": rows(home.database, "id, status, claimed_by", "status <> 'sent'"),
                "twice": repeats,
                "unexplained": unexplained,
                "marks left": len(list((home.data / "running").iterdir())),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1:])
