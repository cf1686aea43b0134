"""What stands behind the session bus on Linux: whether anybody shows notifications, and who.

desktop-notifier logs a failed send and returns an identifier all the same, keeps a connection to a bus that may be
gone, and does not tell whether the server reads markup. So the server is asked before each send.

Rules: Desktop Notifications Specification 1.2, `GetCapabilities` and `GetServerInformation`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jobcopilot.reminders.channels import NotDelivered

_ADDRESS: Final = "DBUS_SESSION_BUS_ADDRESS"
_BUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus")
_SERVER = ("org.freedesktop.Notifications", "/org/freedesktop/Notifications")


@dataclass(frozen=True, slots=True)
class NotificationServer:
    """The program that shows notifications on this desktop."""

    bus: str
    """The bus's own identifier; another one means that earlier connections are dead."""
    name: str
    capabilities: frozenset[str]

    @property
    def reads_markup(self) -> bool:
        """Whether `<`, `>` and `&` mean something in a notification's text."""
        return "body-markup" in self.capabilities

    @property
    def has_buttons(self) -> bool:
        """Whether it shows buttons."""
        return "actions" in self.capabilities


def find_session_bus() -> None:
    """Name the session bus where the environment forgot it (ssh, cron) but the login session has one."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if not os.environ.get(_ADDRESS) and runtime and (Path(runtime) / "bus").is_socket():
        os.environ[_ADDRESS] = f"unix:path={runtime}/bus"


async def ask_server() -> NotificationServer:
    """Return who shows notifications. Raises `NotDelivered` where there is no bus, or nobody on it."""
    from dbus_fast.aio import MessageBus
    from dbus_fast.errors import AuthError, DBusError, InvalidAddressError

    find_session_bus()
    try:
        bus = await MessageBus().connect()
    except (InvalidAddressError, AuthError, OSError, EOFError, KeyError) as nobody:
        raise NotDelivered(
            "There is no desktop session to show notifications",
            f"the session bus does not answer ({nobody})",
            "Start it from your desktop, or keep the app open: it then uses the terminal.",
        ) from nobody
    try:
        identifier = await _call(bus, _BUS, "GetId")
        capabilities = await _call(bus, _SERVER, "GetCapabilities")
        information = await _call(bus, _SERVER, "GetServerInformation")
    except (DBusError, OSError, EOFError) as nobody:
        raise NotDelivered(
            "Nothing on this desktop shows notifications",
            str(nobody),
            "Install a notification daemon, such as dunst or mako.",
        ) from nobody
    finally:
        bus.disconnect()
    return NotificationServer(str(identifier), str(information), frozenset(capabilities))


async def _call(bus: Any, peer: tuple[str, str], member: str) -> Any:
    """The first value of a reply. Raises `DBusError` for an error reply."""
    from dbus_fast import ErrorType, Message, MessageType
    from dbus_fast.errors import DBusError

    name, path = peer
    reply = await bus.call(Message(destination=name, path=path, interface=name, member=member))
    if reply is None or reply.message_type is MessageType.ERROR or not reply.body:
        words = str(reply.body[0]) if reply is not None and reply.body else f"{member} was not answered"
        raise DBusError(ErrorType.FAILED, words, reply)
    return reply.body[0]
