"""The interviewer's reply in a thread, which can be withdrawn until its first sentence is told."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from jobcopilot.errors import JobcopilotError
from jobcopilot.practice.session import Session
from jobcopilot.practice.session_events import Event

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FromReply:
    """What a reply told; None when it is over."""

    number: int
    told: Event | JobcopilotError | None


class Reply:
    """One reply on its way."""

    def __init__(
        self,
        number: int,
        session: Session,
        put: Callable[[FromReply], object],
        *,
        after: Reply | None = None,
        not_before: float = 0.0,
    ) -> None:
        """`after` is the reply before, which may have been withdrawn and not have heard of it yet.

        `not_before`, on the monotonic clock, is when the first sentence may be told: until then the person may go on
        speaking, and nothing of it was ever there.
        """
        self.number = number
        self.begun_id: int | None = None
        """The interviewer's message, once it is there."""
        self._session = session
        self._put = put
        self._after = after
        self._not_before = not_before
        self._deciding = threading.Lock()
        self._withdrawn = threading.Event()
        self._told = False
        self._thread = threading.Thread(target=self._run, name=f"reply-{number}", daemon=True)

    def start(self) -> None:
        """Let the interviewer think."""
        self._thread.start()

    def withdraw(self) -> bool:
        """Void it; False where its first sentence was told already."""
        with self._deciding:
            if self._told:
                return False
            self._withdrawn.set()
        self._session.stop()
        return True

    def wait(self) -> None:
        """Wait until nothing more is written of it."""
        self._thread.join()

    def _ready(self) -> bool:
        self._withdrawn.wait(max(0.0, self._not_before - time.monotonic()))
        with self._deciding:
            self._told = not self._withdrawn.is_set()
            return self._told

    def _run(self) -> None:
        told: JobcopilotError | None = None
        if self._after is not None:
            self._after.wait()
            self._after = None
        try:
            if self._withdrawn.is_set():
                return
            for event in self._session.reply(self._ready):
                self._put(FromReply(self.number, event))
        except JobcopilotError as fault:
            told = fault
        except Exception as fault:
            log.exception("the reply failed")
            told = JobcopilotError(
                "The interviewer failed", f"{type(fault).__name__}: {fault}", "Take the session up again."
            )
        finally:
            self._put(FromReply(self.number, told))
