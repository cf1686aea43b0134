"""Having carried out what waits: looked at in time, side by side, and left alone where it did not go well."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from jobcopilot.clock import SystemClock
from jobcopilot.errors import StorageError
from jobcopilot.reminders import outboxes
from jobcopilot.reminders.children import Children, HeadStart
from jobcopilot.reminders.outboxes import Glance, OutboxChore
from jobcopilot.reminders.presence import Presence

PATIENCE = 30


class Waiting:
    """What waits, by key, and what was carried out."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "some.db"
        self._connection = sqlite3.connect(self.database, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("CREATE TABLE waiting (key TEXT)")
        self.carried: asyncio.Queue[str] = asyncio.Queue()
        self.pause: Callable[[str], float] = lambda _key: 0.0
        self.held: dict[str, asyncio.Event] = {}

    def ask(self, key: str) -> None:
        self._connection.execute("INSERT INTO waiting VALUES (?)", (key,))

    def glance(self, _now: int) -> Glance[str]:
        return Glance(tuple(key for (key,) in self._connection.execute("SELECT DISTINCT key FROM waiting")))

    async def carry(self, key: str) -> float:
        if key in self.held:
            await self.held[key].wait()
        pause = self.pause(key)
        if not pause:
            self._connection.execute("DELETE FROM waiting WHERE key = ?", (key,))
        self.carried.put_nowait(key)
        return pause

    async def next(self) -> str:
        return await asyncio.wait_for(self.carried.get(), PATIENCE)


@pytest.fixture
def waiting(tmp_path: Path) -> Waiting:
    return Waiting(tmp_path)


@asynccontextmanager
async def looking(waiting: Waiting) -> AsyncIterator[OutboxChore[str]]:
    chore = OutboxChore(waiting.database, SystemClock(), waiting.glance, waiting.carry, beat=0.01)
    chore.add_to(None)
    try:
        yield chore
    finally:
        await chore.stop()


async def test_what_is_asked_for_is_carried_out_whenever_it_comes(waiting: Waiting) -> None:
    waiting.ask("before")
    async with looking(waiting):
        assert await waiting.next() == "before"
        waiting.ask("after")
        assert await waiting.next() == "after"
    assert waiting.carried.empty()


async def test_one_that_does_not_answer_holds_up_no_other(waiting: Waiting) -> None:
    waiting.held["silent"] = asyncio.Event()
    waiting.ask("silent")
    waiting.ask("quick")
    async with looking(waiting):
        assert await waiting.next() == "quick"
        waiting.ask("quick")
        assert await waiting.next() == "quick"
        waiting.held["silent"].set()
        assert await waiting.next() == "silent"


async def test_what_did_not_go_well_is_left_alone_for_a_while(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outboxes, "AGAIN", 0.2)
    monkeypatch.setattr(outboxes, "BROKEN", 0.2)
    logged: list[str] = []
    # Whatever other tests did to the handlers of the log.
    monkeypatch.setattr(outboxes.log, "error", lambda words, **_: logged.append(words))
    faults: list[Exception | None] = [StorageError("full"), RuntimeError("a bug"), None]
    met: list[float] = []

    def pause(_key: str) -> float:
        met.append(asyncio.get_running_loop().time())
        if (fault := faults.pop(0)) is not None:
            raise fault
        return 0.0

    waiting.pause = pause
    waiting.ask("hard")
    async with looking(waiting):
        assert await waiting.next() == "hard"
    assert [later - earlier >= 0.2 for earlier, later in pairwise(met)] == [True, True]
    assert logged == ["an outbox met an unexpected fault"]


async def test_looking_again_asks_at_once_for_what_was_left_alone(waiting: Waiting) -> None:
    waiting.pause = lambda _key: 1000.0
    waiting.ask("locked")
    async with looking(waiting) as chore:
        assert await waiting.next() == "locked"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(waiting.carried.get(), 0.2)
        waiting.pause = lambda _key: 0.0
        chore.look_again()
        assert await waiting.next() == "locked"


def test_the_app_has_a_head_start_and_no_more(tmp_path: Path) -> None:
    """An app may stand still: suspended, or while its person writes in an editor."""
    now = 0.0
    head_start = HeadStart(tmp_path, monotonic=lambda: now)
    assert not head_start.to_app("mail")
    app = Presence(tmp_path, "app")
    app.enter()
    try:
        now = 100.0
        assert head_start.to_app("mail")
        now = 106.0
        assert head_start.to_app("mail")
        now = 110.5
        assert not head_start.to_app("mail")
        assert head_start.to_app("another")
        # What is due an hour later is another matter.
        now = 3700.0
        assert head_start.to_app("mail")
    finally:
        app.leave()
    assert not head_start.to_app("mail")


@pytest.mark.slow
async def test_a_child_that_hangs_is_ended_and_so_are_all_at_the_end() -> None:
    import time

    hanging = "import time; time.sleep(100)"
    begun = time.monotonic()
    assert await Children([sys.executable, "-c", hanging], longest=0.3).run() == (None, b"")
    children = Children([sys.executable, "-c", hanging])
    tasks = [asyncio.create_task(children.run()) for _ in range(2)]
    while len(children._running) < 2:
        await asyncio.sleep(0.01)
    await children.end()
    for task in tasks:
        status, _ = await asyncio.wait_for(task, PATIENCE)
        assert status != 0
    assert time.monotonic() - begun < 100
    assert await Children([sys.executable, "-c"]).run("print('said')") == (0, b"said\n")
