"""Notifications of the desktop through desktop-notifier, with the truth about whether they arrived."""

from __future__ import annotations

import asyncio
import html
import logging
import sys
from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta
from typing import Any, Final

from jobcopilot.reminders.channels import Actions, NotDelivered
from jobcopilot.reminders.notification_server import ask_server
from jobcopilot.reminders.views import Message

log = logging.getLogger(__name__)

SEND_LIMIT: Final = 10.0
"""Seconds that a desktop may take to answer, in real time; then the send has failed."""
APP_NAME: Final = "Jobcopilot"
_ICON: Final = "appointment-soon"
"""From the freedesktop icon naming specification."""

_complaints: ContextVar[list[str] | None] = ContextVar("complaints", default=None)


class Desktop:
    """Shows messages on Linux (D-Bus), macOS and Windows, with buttons where the platform has them."""

    name = "desktop"

    def __init__(self, actions: Actions | None = None) -> None:
        self._actions = actions or Actions()
        self._notifier: Any = None
        self._bus = ""
        self._running: set[asyncio.Future[object]] = set()

    async def send(self, message: Message) -> None:
        """Show a message. Raises `NotDelivered` where the desktop did not take it, or did not say so in time."""
        try:
            async with asyncio.timeout(SEND_LIMIT):
                await self._send(message)
        except TimeoutError:
            self._notifier = None
            raise NotDelivered(
                "The desktop does not answer", f"not within {SEND_LIMIT:.0f} s", "It is tried again."
            ) from None
        except NotDelivered:
            self._notifier = None
            raise

    async def _send(self, message: Message) -> None:
        markup, buttons = False, True
        if sys.platform == "linux":
            server = await ask_server()
            if server.bus != self._bus:
                # The bus was started anew: the old connection would wait for ever.
                self._notifier, self._bus = None, server.bus
            markup, buttons = server.reads_markup, server.has_buttons
        notifier = await self._ready()
        from desktop_notifier import DEFAULT_SOUND, Button, Notification, Urgency

        dispatched: list[bool] = []
        said: list[str] = []
        notification = Notification(
            title=message.title,
            # What the server would read as markup is written so that it shows as it is.
            message=html.escape(message.body, quote=False) if markup else message.body,
            urgency=Urgency.Critical if message.urgent else Urgency.Normal,
            sound=DEFAULT_SOUND,
            buttons=tuple(Button(title, pressed) for title, pressed in self._buttons(message))
            if buttons
            else (),
            on_dispatched=lambda: dispatched.append(True),
        )
        token = _complaints.set(said)
        try:
            await notifier.send_notification(notification)
        finally:
            _complaints.reset(token)
        # It returns an identifier in every case; called back and without complaint means shown.
        if not dispatched or said:
            raise NotDelivered("The desktop refused the notification", "; ".join(said), "It is tried again.")

    async def _ready(self) -> Any:
        """Return a notifier that can show something."""
        if self._notifier is not None:
            return self._notifier
        _listen()
        from desktop_notifier import Capability, DesktopNotifier, Icon

        try:
            notifier = DesktopNotifier(APP_NAME, Icon(name=_ICON))
            capabilities = await notifier.get_capabilities()
            allowed = await notifier.request_authorisation()
        except Exception as fault:  # the boundary to three platforms' libraries
            raise NotDelivered(
                "The desktop cannot be reached", f"{type(fault).__name__}: {fault}", "It is tried again."
            ) from fault
        if Capability.TITLE not in capabilities:
            raise NotDelivered(
                "This Python may not show notifications", f"on {sys.platform}: it is no app bundle"
            )
        if not allowed:
            raise NotDelivered(
                "Notifications are not allowed",
                f"the system refuses them for {APP_NAME}",
                "Allow them in the system's settings for notifications.",
            )
        self._notifier = notifier
        return notifier

    def _buttons(self, message: Message) -> list[tuple[str, Callable[[], None]]]:
        actions, subject = self._actions, message.subject
        buttons: list[tuple[str, Callable[[], None]]] = []
        if message.link and (open_link := actions.open_link):
            buttons.append(("Open link", lambda: self._act(lambda: open_link(message.link))))
        if message.can_be_done and subject is not None and (done := actions.done):
            buttons.append(("Done", lambda: self._act(lambda: done(subject))))
        if message.reminder_id and (snooze := actions.snooze):
            buttons.extend(
                (snooze_words(wait), lambda wait=wait: self._act(lambda: snooze(message.reminder_id, wait)))  # type: ignore[misc]
                for wait in message.snoozes
            )
        return buttons

    def _act(self, work: Callable[[], object]) -> None:
        """Do what a pressed button says on a worker thread."""
        running = asyncio.get_running_loop().run_in_executor(None, work)
        self._running.add(running)
        running.add_done_callback(self._acted)

    def _acted(self, running: asyncio.Future[object]) -> None:
        self._running.discard(running)
        if not running.cancelled() and (fault := running.exception()):
            log.error("a notification's button failed", exc_info=fault)


def snooze_words(wait: timedelta) -> str:
    """Return a button's words: `In 10 min`, `In 1 h`."""
    minutes = wait // timedelta(minutes=1)
    return f"In {minutes // 60} h" if minutes % 60 == 0 else f"In {minutes} min"


class _Listener(logging.Handler):
    """Hears what desktop-notifier only logs, for the send that is under way in the same task."""

    def emit(self, record: logging.LogRecord) -> None:
        said = _complaints.get()
        if said is None or record.levelno < logging.WARNING:
            return
        fault = record.exc_info[1] if record.exc_info else None
        said.append(f"{type(fault).__name__}: {fault}" if fault else record.getMessage())


def _listen() -> None:
    logger = logging.getLogger("desktop_notifier")
    if not any(isinstance(handler, _Listener) for handler in logger.handlers):
        logger.addHandler(_Listener())
        # Without this a traceback would be written over the screen of the app.
        logger.propagate = False
