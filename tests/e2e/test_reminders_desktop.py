"""Real desktops: no bus, a dead one, one without anybody who shows, one that refuses, and dunst that shows."""

from __future__ import annotations

import asyncio
import html
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.reminders import desktop as desktop_module
from jobcopilot.reminders.channels import Actions, NotDelivered
from jobcopilot.reminders.desktop import Desktop
from jobcopilot.reminders.script import AppleScript
from jobcopilot.reminders.views import Message, Subject
from tests.fakes.desktop import daemon_process, fresh_home, put_reminders, rows
from tests.fakes.session_bus import Dunst, ObedientServer, SessionBus, dunst, session_bus, wait_until
from tests.hostile import HOSTILE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is Linux's")

MESSAGE = Message(
    "Call at R&D <Acme>: in 2 h",
    "Today 15:00 CET\nWith: Ada & Grace <b>bold</b>",
    link="https://meet.example/a",
    snoozes=(timedelta(minutes=10), timedelta(hours=1)),
    reminder_id=7,
    subject=Subject("round", 3),
)
NO_BUS = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "XDG_RUNTIME_DIR")


async def _refusal(desktop: Desktop) -> str:
    with pytest.raises(NotDelivered) as told:
        await desktop.send(MESSAGE)
    return str(told.value)


# --- without any desktop: these run everywhere -----------------------------------------------------------------


async def test_without_a_session_bus_the_send_has_failed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in NO_BUS:
        monkeypatch.delenv(name, raising=False)
    assert "no desktop session" in await _refusal(Desktop())
    assert capfd.readouterr() == ("", ""), "nothing is written over the app's screen"


async def test_what_desktop_notifier_says_alone_would_not_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason for all of this: it returns an identifier where nothing was shown."""
    from desktop_notifier import DesktopNotifier

    for name in NO_BUS:
        monkeypatch.delenv(name, raising=False)
    desktop_module._listen()
    assert await DesktopNotifier("Jobcopilot").send("title", "text")


async def test_a_bus_that_is_dead_or_no_bus_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for address in (f"unix:path={tmp_path}/nowhere", "nonsense", "tcp:host=127.0.0.1,port=1"):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        assert await _refusal(Desktop())


async def test_a_bus_that_never_answers_fails_after_the_limit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(desktop_module, "SEND_LIMIT", 0.3)
    arrived = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_unix_server(silent, tmp_path / "bus")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/bus")
    assert "does not answer" in await _refusal(Desktop())
    assert arrived.is_set()
    server.close()


async def test_the_buses_socket_of_the_login_session_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from jobcopilot.reminders.notification_server import find_session_bus

    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    find_session_bus()
    assert os.environ["DBUS_SESSION_BUS_ADDRESS"] == ""
    server = await asyncio.start_unix_server(lambda reader, writer: None, tmp_path / "bus")
    find_session_bus()
    assert os.environ["DBUS_SESSION_BUS_ADDRESS"] == f"unix:path={tmp_path}/bus"
    server.close()


async def test_the_script_gets_the_text_as_arguments_and_its_failure_is_told(tmp_path: Path) -> None:
    """macOS's own runner is not here; what it is given is."""
    out = tmp_path / "arguments"
    record = ("sh", "-c", f'printf "%s\\0" "$@" > {out}', "--")
    hostile = Message('"; do shell script "rm"', "$(id) `id` \\ 'x'\nsecond")
    await AppleScript(record).send(hostile)
    assert out.read_text().split("\0")[:-1] == [hostile.title, hostile.body]
    with pytest.raises(NotDelivered, match="not allowed"):
        await AppleScript(("sh", "-c", "echo not allowed >&2; exit 1")).send(hostile)
    with pytest.raises(NotDelivered, match="no script runner"):
        await AppleScript(("/nowhere/osascript",)).send(hostile)


# --- on a real bus ---------------------------------------------------------------------------------------------


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    with session_bus(tmp_path) as running:
        for name in NO_BUS:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", running.environment["DBUS_SESSION_BUS_ADDRESS"])
        yield running


@pytest.fixture
async def server(bus: SessionBus) -> AsyncIterator[ObedientServer]:
    made = ObedientServer()
    await made.serve(bus.environment["DBUS_SESSION_BUS_ADDRESS"])
    yield made
    made.leave()


@pytest.mark.system
@pytest.mark.usefixtures("bus")
async def test_a_bus_with_nobody_who_shows_notifications() -> None:
    assert "Nothing on this desktop" in await _refusal(Desktop())


@pytest.mark.system
async def test_refused_gone_and_back(bus: SessionBus, server: ObedientServer) -> None:
    desktop = Desktop()
    await desktop.send(MESSAGE)
    server.refuses = True
    assert "Exceeded maximum" in await _refusal(desktop)
    server.refuses = False
    await desktop.send(MESSAGE)
    server.leave()
    bus.stop()
    assert "no desktop session" in await _refusal(desktop)
    bus.start()
    assert "Nothing on this desktop" in await _refusal(desktop)
    after = ObedientServer()
    await after.serve(bus.environment["DBUS_SESSION_BUS_ADDRESS"])
    await desktop.send(MESSAGE)
    assert (len(server.shown), len(after.shown)) == (2, 1)
    after.leave()


@pytest.mark.system
async def test_a_bus_that_was_restarted_between_two_sends(bus: SessionBus, server: ObedientServer) -> None:
    desktop = Desktop()
    await desktop.send(MESSAGE)
    bus.stop()
    bus.start()
    after = ObedientServer()
    await after.serve(bus.environment["DBUS_SESSION_BUS_ADDRESS"])
    await desktop.send(MESSAGE)
    assert len(after.shown) == 1
    after.leave()


@pytest.mark.system
async def test_markup_is_escaped_where_it_is_read_and_only_there(server: ObedientServer) -> None:
    await Desktop().send(MESSAGE)
    server.capabilities.append("body-markup")
    await Desktop().send(MESSAGE)
    plain, marked = (shown["body"] for shown in server.shown)
    assert plain == MESSAGE.body
    assert html.unescape(marked) == MESSAGE.body
    assert "<" not in marked
    assert [shown["summary"] for shown in server.shown] == [MESSAGE.title] * 2


@pytest.mark.system
async def test_buttons_only_where_the_server_has_them(server: ObedientServer) -> None:
    done: list[object] = []
    desktop = Desktop(
        Actions(open_link=done.append, snooze=lambda *given: done.append(given), done=done.append)
    )
    await desktop.send(MESSAGE)
    server.capabilities.remove("actions")
    await desktop.send(MESSAGE)
    first, second = ([words for words in shown["actions"][1::2] if words] for shown in server.shown)
    assert first == ["Open link", "In 10 min", "In 1 h"]
    assert second == []


@pytest.mark.system
async def test_pressed_buttons_do_what_they_say(server: ObedientServer) -> None:
    done: asyncio.Queue[object] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def keep(*given: object) -> None:
        loop.call_soon_threadsafe(done.put_nowait, given)

    desktop = Desktop(Actions(open_link=keep, snooze=keep, done=keep))
    pressed: list[object] = []
    for words in ("Open link", "Done", "In 10 min", "In 1 h"):
        await desktop.send(Message(**{**_fields(MESSAGE), "can_be_done": True}))
        actions = server.shown[-1]["actions"]
        server.action_invoked(len(server.shown), actions[actions.index(words) - 1])
        async with asyncio.timeout(10):
            pressed.append(await done.get())
    assert pressed == [
        ("https://meet.example/a",),
        (Subject("round", 3),),
        (7, timedelta(minutes=10)),
        (7, timedelta(hours=1)),
    ]


def _fields(message: Message) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__slots__}


# --- dunst: what a person would see ----------------------------------------------------------------------------


@pytest.fixture
def shown_by_dunst(bus: SessionBus, tmp_path: Path) -> Iterator[Dunst]:
    with dunst(bus, tmp_path) as running:
        yield running


def _drawn(text: str) -> str:
    """What dunst's own markup comes to for a person's eyes."""
    return html.unescape(re.sub(r"</?[a-z]+[^>]*>", "", text))


@pytest.mark.system
async def test_dunst_shows_what_was_said(shown_by_dunst: Dunst) -> None:
    await Desktop().send(MESSAGE)
    assert shown_by_dunst.displayed() == 1
    ((summary, body),) = shown_by_dunst.showed()
    assert summary == MESSAGE.title
    assert html.unescape(body) == MESSAGE.body


@pytest.mark.system
async def test_no_hostile_text_becomes_markup(shown_by_dunst: Dunst) -> None:
    from jobcopilot.text import clean_line, clean_text

    desktop = Desktop()
    messages = [Message(clean_line(text, 120) or "empty", clean_text(text, 600)) for text in HOSTILE.values()]
    for message in messages:
        await desktop.send(message)
    showed = shown_by_dunst.showed()
    assert len(showed) == len(messages)
    for (summary, body), message in zip(reversed(showed), messages, strict=True):
        assert summary == message.title
        assert html.unescape(body).strip() == message.body.strip()
        assert not re.search(r"<[a-z/]", body)


@pytest.mark.system
def test_the_daemon_reaches_dunst_is_refused_while_it_is_gone_and_snoozes_by_its_button(
    shown_by_dunst: Dunst, tmp_path: Path
) -> None:
    home = fresh_home(tmp_path / "home")
    with daemon_process(home, None, shown_by_dunst.environment) as daemon:
        put_reminders(home.database, [datetime.now(UTC)])
        wait_until(lambda: shown_by_dunst.displayed() == 1, "the first notification")
        shown_by_dunst.press("In 10 min")
        wait_until(lambda: rows(home.database, "status, snoozed_to")[0][1] is not None, "the snooze")
        assert shown_by_dunst.showed()[0][0] == "Subject 1"

        shown_by_dunst.stop()
        put_reminders(home.database, [datetime.now(UTC)])
        wait_until(lambda: rows(home.database, "status", "id = 2") == [("failed",)], "the failure")
        ((error, channels),) = rows(home.database, "error, channels", "id = 2")
        assert "desktop" in str(error)
        assert channels == "desktop"
        shown_by_dunst.start()
        wait_until(lambda: rows(home.database, "status", "id = 2") == [("sent",)], "the second attempt")
        assert [summary for summary, _ in shown_by_dunst.showed()] == ["Subject 2"]
        daemon.terminate()
        assert daemon.wait(20) == 0


@pytest.mark.system
def test_the_command_says_whether_a_test_arrived(shown_by_dunst: Dunst, tmp_path: Path) -> None:
    def test(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        code = (
            "import sys, typer\nfrom jobcopilot.cli import app, reminders\n"
            "app.root.add_typer(reminders.commands, name='reminders')\n"
            "sys.exit(app.run(sys.argv[1:], lambda home, profile: 0))"
        )
        return subprocess.run(
            [sys.executable, "-c", code, "--home", str(tmp_path / "home"), "reminders", "test", "--json"],
            env=environment | {"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    reached = test(shown_by_dunst.environment)
    assert reached.returncode == 0, reached.stderr
    assert '"ok": true' in reached.stdout
    assert shown_by_dunst.showed()[0][0] == "Jobcopilot can reach you"
    shown_by_dunst.stop()
    alone = test(shown_by_dunst.environment)
    assert alone.returncode == 1
    assert "desktop" in alone.stdout
