"""A real D-Bus session for tests, with a real notification daemon (dunst) or one that does as the test says."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any

import pytest
from dbus_fast import ErrorType
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusDict, DBusInt32, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.constants import NameFlag
from dbus_fast.errors import DBusError
from dbus_fast.service import ServiceInterface, method, signal

LIMIT = 20.0
Strings = Annotated[list[str], DBusSignature("as")]
FourStrings = Annotated[list[str], DBusSignature("ssss")]
NumberAndString = Annotated[list[Any], DBusSignature("us")]
TwoNumbers = Annotated[list[int], DBusSignature("uu")]
Nothing = Annotated[None, DBusSignature("")]


def needed(*commands: str) -> None:
    """Skip where a program is missing; in CI that fails."""
    missing = [command for command in commands if shutil.which(command) is None]
    if missing:
        reason = f"not installed: {', '.join(missing)} (Debian: dbus dunst xvfb libfaketime)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Return once something holds that another program does; fail after a while."""
    end = time.monotonic() + LIMIT
    while not holds():
        if time.monotonic() > end:
            pytest.fail(f"{what}: not within {LIMIT:.0f} s")
        time.sleep(0.02)


class SessionBus:
    """A bus of its own that can be stopped and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "bus"
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR")
        } | {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.socket}", "HOME": str(folder)}
        self._configuration = folder / "bus.conf"
        # Nobody is started by the bus itself: who shows notifications is the test's choice.
        self._configuration.write_text(
            "<busconfig><type>session</type><auth>EXTERNAL</auth>"
            f"<listen>unix:path={self.socket}</listen>"
            '<policy context="default"><allow send_destination="*" eavesdrop="true"/>'
            '<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>'
        )
        self._daemon: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Let the bus run."""
        self.socket.unlink(missing_ok=True)
        self._daemon = subprocess.Popen(
            ["dbus-daemon", f"--config-file={self._configuration}", "--nofork"], stderr=subprocess.DEVNULL
        )
        wait_until(self._answers, "the session bus")

    def _answers(self) -> bool:
        # The socket's file is there a moment before anybody listens on it.
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0

    def stop(self) -> None:
        """Let the bus die, as at a log-out."""
        if self._daemon is not None:
            self._daemon.kill()
            self._daemon.wait()
            self._daemon = None
        self.socket.unlink(missing_ok=True)


@contextmanager
def session_bus(folder: Path) -> Iterator[SessionBus]:
    """Lend a running bus."""
    needed("dbus-daemon")
    bus = SessionBus(folder)
    bus.start()
    try:
        yield bus
    finally:
        bus.stop()


class Dunst:
    """dunst under a virtual screen; it tells what it showed."""

    def __init__(self, bus: SessionBus, folder: Path, screen: str) -> None:
        self.environment = bus.environment | {"DISPLAY": screen}
        self._configuration = folder / "dunstrc"
        self._menu = folder / "menu"
        self._picked = folder / "picked"
        # The menu of buttons: it picks the one that the test wrote down.
        self._menu.write_text(f'#!/bin/sh\nexec grep -F -m1 -- "$(cat {self._picked})"\n')
        self._menu.chmod(0o700)
        self._configuration.write_text(
            f"[global]\n    markup = full\n    history_length = 2000\n    notification_limit = 0\n"
            "    stack_duplicates = false\n"
            f"    dmenu = {self._menu}\n    idle_threshold = 0\n[urgency_normal]\n    timeout = 0\n"
        )
        self._daemon: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Let it run and own the name."""
        self._daemon = subprocess.Popen(
            ["dunst", "-conf", str(self._configuration)],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: self._control("count").returncode == 0, "dunst")

    def stop(self) -> None:
        """Let it die."""
        if self._daemon is not None:
            self._daemon.kill()
            self._daemon.wait()
            self._daemon = None

    def displayed(self) -> int:
        """Return how many notifications are on the screen or wait for their place there."""
        said = self._control("count").stdout
        return sum(int(line.split(":")[1]) for line in said.splitlines() if "History" not in line)

    def showed(self) -> list[tuple[str, str]]:
        """Close all and return summary and body of everything it ever showed, as it was drawn; the newest first."""
        self._control("close-all")
        wait_until(lambda: self.displayed() == 0, "closing")
        history = json.loads(self._control("history").stdout)["data"][0]
        return [(item["summary"]["data"], item["body"]["data"]) for item in history]

    def press(self, words: str) -> None:
        """Press a button of the newest notification."""
        self._picked.write_text(words)
        self._control("context")

    def _control(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["dunstctl", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
        )


@contextmanager
def dunst(bus: SessionBus, folder: Path) -> Iterator[Dunst]:
    """Lend a running dunst with its virtual screen."""
    needed("dunst", "dunstctl", "Xvfb")
    with ExitStack() as cleanup:
        read, write = os.pipe()
        screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1024x768x24"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        cleanup.callback(screen.wait)
        cleanup.callback(screen.kill)
        os.close(write)
        with os.fdopen(read) as numbers:
            number = numbers.readline().strip()
        running = Dunst(bus, folder, f":{number}")
        running.start()
        cleanup.callback(running.stop)
        yield running


class ObedientServer(ServiceInterface):
    """A notification daemon that refuses, hangs, or presses buttons, as the test says."""

    def __init__(self, capabilities: Sequence[str] = ("actions", "body")) -> None:
        super().__init__("org.freedesktop.Notifications")
        self.capabilities = list(capabilities)
        self.refuses = False
        self.shown: list[dict[str, Any]] = []
        self.bus: Any = None

    async def serve(self, address: str) -> None:
        """Take the name on a bus."""
        self.bus = await MessageBus(bus_address=address).connect()
        self.bus.export("/org/freedesktop/Notifications", self)
        await self.bus.request_name("org.freedesktop.Notifications", NameFlag.REPLACE_EXISTING)

    def leave(self) -> None:
        """Give the name back."""
        if self.bus is not None:
            self.bus.disconnect()

    @method(name="Notify")
    def notify(
        self,
        app: DBusStr,
        replaces: DBusUInt32,
        icon: DBusStr,
        summary: DBusStr,
        body: DBusStr,
        actions: Strings,
        hints: DBusDict,
        timeout: DBusInt32,
    ) -> DBusUInt32:
        if self.refuses:
            raise DBusError(ErrorType.LIMITS_EXCEEDED, "Exceeded maximum number of notifications")
        self.shown.append({"summary": summary, "body": body, "actions": actions, "hints": hints})
        return len(self.shown)

    @method(name="GetCapabilities")
    def get_capabilities(self) -> Strings:
        return self.capabilities

    @method(name="GetServerInformation")
    def get_server_information(self) -> FourStrings:
        return ["obedient", "tests", "1", "1.2"]

    @method(name="CloseNotification")
    def close_notification(self, number: DBusUInt32) -> Nothing:
        return

    @signal(name="ActionInvoked")
    def action_invoked(self, number: int, key: str) -> NumberAndString:
        return [number, key]

    @signal(name="NotificationClosed")
    def notification_closed(self, number: int, reason: int) -> TwoNumbers:
        return [number, reason]
