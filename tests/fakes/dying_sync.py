"""A process that syncs with a real server and is killed with signal 9 between a request and its record, or anywhere."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import time
from pathlib import Path

from jobcopilot.calendars.carry import Carrier
from jobcopilot.calendars.port import Calendar, Event, Held
from jobcopilot.calendars.worker import Connect
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime

STEPS = ("before the request", "after the request", "while it is under way", "after its record")


def die() -> None:
    """End as if the power went."""
    os.kill(os.getpid(), signal.SIGKILL)


class Dying:
    """A calendar that dies before or after one of its requests."""

    step = ""
    countdown = 0

    def __init__(self, real: Calendar) -> None:
        self._real = real
        self.fetch, self.changes, self.close = real.fetch, real.changes, real.close

    def put(self, event: Event, held: Held | None) -> Held:
        if self.countdown == 0 and self.step == STEPS[0]:
            die()
        made = self._real.put(event, held)
        if self.countdown == 0 and self.step == STEPS[1]:
            die()
        type(self).countdown -= 1
        return made

    def remove(self, held: Held) -> None:
        if self.countdown == 0 and self.step == STEPS[0]:
            die()
        self._real.remove(held)
        if self.countdown == 0 and self.step == STEPS[1]:
            die()
        type(self).countdown -= 1


def sync(home: Path, connect: Connect, step: str, countdown: int) -> None:
    """Sync every account of a home; `countdown` requests pass before the step that kills."""
    runtime = Runtime(find_home(home))
    Dying.step, Dying.countdown = step, countdown
    runtime.__dict__["calendar_of"] = lambda account: Dying(connect(account))
    if step == STEPS[3]:
        finish = Carrier._finish

        def finish_and_die(self: Carrier, *given: object, **named: object) -> None:
            finish(self, *given, **named)  # type: ignore[arg-type]
            if Dying.countdown <= 0:
                die()

        Carrier._finish = finish_and_die  # type: ignore[method-assign]
    runtime.calendars.retry()
    for account in runtime.calendars.list():
        runtime.calendar_worker.run(account.id)


def killed_once(home: Path, connect: Connect, draw: random.Random) -> str:
    """Let one process sync until it is killed; return where, empty where it had nothing left to do."""
    step = draw.choice(STEPS)
    countdown = draw.randint(0, 2)
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.setpgid(0, 0)
            sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123
            sync(home, connect, step, countdown)
        os._exit(0)
    if step == STEPS[2]:
        time.sleep(draw.uniform(0.02, 0.25))
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return step if os.WIFSIGNALED(status) else ""
