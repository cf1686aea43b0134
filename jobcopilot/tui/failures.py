"""The one place where failed work is shown: a strip above the line of keys that stays until it is dismissed.

All background work starts with `start_work`, so that no failure can vanish: it is logged, and the person reads what
happened, to what, and what to do next.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from rich.text import Text
from textual.dom import DOMNode
from textual.widgets import Static

from jobcopilot.errors import Cancelled, JobcopilotError

if TYPE_CHECKING:
    from textual.app import App
    from textual.worker import Worker

log = logging.getLogger(__name__)

Wish = TypeVar("Wish")


@dataclass(frozen=True, slots=True)
class Failure:
    """What is shown of one failure."""

    title: str
    message: str
    hint: str


def told(error: BaseException) -> Failure:
    """Return an error in words; what is no `JobcopilotError` is logged with its traceback and named so."""
    if isinstance(error, JobcopilotError):
        log.info("refused: %s", error.title)
        return Failure(error.title, error.message, error.hint)
    log.error("unexpected failure", exc_info=error)
    from jobcopilot.logs import log_path

    where = log_path()
    return Failure(
        "Something went wrong",
        f"{type(error).__name__}, which Jobcopilot did not expect. Your data is as it was before.",
        f"Details are in {where}" if where else "No log could be written.",
    )


def show(app: App[Any], error: BaseException) -> None:
    """Show a failure on the screen that is in front."""
    failure = told(error)
    for strip in app.screen.query(FailureStrip):
        strip.add(failure)
        return
    app.screen.mount(FailureStrip(failure))


def dismiss(app: App[Any]) -> bool:
    """Take the foremost failure away; return whether there was one."""
    for strip in app.screen.query(FailureStrip):
        strip.next()
        return True
    return False


def withdraw(app: App[Any], titles: Collection[str]) -> None:
    """Take away what is over by itself, so that it is not read as true."""
    for strip in app.screen.query(FailureStrip):
        strip.withdraw(titles)


class FailureStrip(Static):
    """Two or three lines at the bottom of a screen: what happened, to what, what next."""

    DEFAULT_CSS = """
    FailureStrip {
        dock: bottom;
        width: 100%;
        height: auto;
        max-height: 6;
        margin-bottom: 1;
        padding: 0 1;
        background: $panel;
        color: $foreground;
        border-left: outer $error;
    }
    """

    def __init__(self, failure: Failure) -> None:
        super().__init__(markup=False)
        self.failures = [failure]

    def add(self, failure: Failure) -> None:
        """Put a failure before those that are shown: it is of what the person did last."""
        self.failures = [failure, *(one for one in self.failures if one != failure)]
        self.refresh(layout=True)

    def next(self) -> None:
        """Show the next failure, or go when there is none."""
        self.failures.pop(0)
        if self.failures:
            self.refresh(layout=True)
        else:
            self.remove()

    def withdraw(self, titles: Collection[str]) -> None:
        """Show the others only, or go when there is none."""
        self.failures = [one for one in self.failures if one.title not in titles]
        if self.failures:
            self.refresh(layout=True)
        else:
            self.remove()

    def render(self) -> Text:
        """Return the foremost failure."""
        if not self.failures:
            return Text()
        failure = self.failures[0]
        more = f"  (1 of {len(self.failures)})" if len(self.failures) > 1 else ""
        text = Text.assemble(("✗ ", "bold"), (failure.title, "bold"), more, "  esc closes")
        for part in (failure.message, failure.hint):
            if part:
                text.append(f"\n  {part}")
        return text


def start_work(
    node: DOMNode, work: Coroutine[Any, Any, None], *, name: str, exclusive: bool = True
) -> Worker[None]:
    """Run work in the background as the worker group `name`; its failure is shown, never lost."""

    async def guarded() -> None:
        try:
            await work
        except (asyncio.CancelledError, Cancelled):
            raise
        except Exception as error:  # noqa: BLE001  # the outermost boundary of all background work: nothing may vanish
            show(node.app, error)

    return node.run_worker(guarded(), name=name, group=name, exclusive=exclusive, exit_on_error=False)


class Newest(Generic[Wish]):
    """Does one kind of work for the newest wish only: while it works, later wishes replace each other.

    A held key or fast typing thus costs as many rounds as there is time for, and the last wish is always served.
    """

    def __init__(self, node: DOMNode, work: Callable[[Wish], Awaitable[None]], *, name: str) -> None:
        self._node = node
        self._work = work
        self._name = name
        self._wishes: list[Wish] = []
        self._busy = False

    def want(self, wish: Wish) -> None:
        """Ask for work; what was asked for and not begun is forgotten."""
        self._wishes[:] = [wish]
        if not self._busy:
            self._busy = True
            start_work(self._node, self._serve(), name=self._name, exclusive=False)

    @property
    def busy(self) -> bool:
        """Whether work is under way."""
        return self._busy

    async def _serve(self) -> None:
        try:
            while self._wishes:
                await self._work(self._wishes.pop())
        finally:
            self._busy = False


class Once:
    """Does one thing at a time: what is asked for while it works is left out, so that a key hit twice counts once."""

    def __init__(self, node: DOMNode, *, name: str) -> None:
        self._node = node
        self._name = name
        self._busy = False

    def start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Begin a piece of work, unless one is under way."""
        if not self._busy:
            self._busy = True
            start_work(self._node, self._done(work), name=self._name)

    async def _done(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        finally:
            self._busy = False
