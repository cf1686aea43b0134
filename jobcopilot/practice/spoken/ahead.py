"""What the person is saying, given to the interviewer while it is said: always the newest words, never two at once."""

from __future__ import annotations

import logging
import threading

from jobcopilot.errors import JobcopilotError
from jobcopilot.practice.session import Session

log = logging.getLogger(__name__)


class ListeningAhead:
    """A thread that lets the interviewer read along; it sleeps while there is nothing new."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._wanted: tuple[Session, str, bool] | None = None
        self._closed = False
        self._thread: threading.Thread | None = None

    def want(self, session: Session, words: str, *, ended: bool = False) -> None:
        """Let the interviewer read the answer so far; words that it has not got to yet are skipped for these.

        `ended` says that these may be all of them.
        """
        with self._changed:
            self._wanted = (session, words, ended)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="listening-ahead", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def forget(self) -> None:
        """Nothing more is to be read."""
        with self._changed:
            self._wanted = None

    def close(self) -> None:
        """End the thread after what it does."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._wanted is not None)
                if self._closed or self._wanted is None:
                    return
                (session, words, ended), self._wanted = self._wanted, None
            try:
                session.listen_ahead(words, ended=ended)
            except JobcopilotError as fault:
                # The reply reads it all the same, only later.
                log.info("the interviewer could not read along: %s", fault)
            except Exception:
                log.exception("reading along failed")
