"""The real daemon with a real vault sends reminders to a real server over TLS; killed and back, it sends none twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from jobcopilot.clock import SystemClock
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime
from jobcopilot.settings import save_setting
from tests.fakes.mail_server import PASSWORD, USER, MailServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's"),
]

PATIENCE = 120
"""Seconds; far beyond what it takes, for a machine that does other things."""
SOON = timedelta(seconds=6)
"""Until a reminder of a test is due; nothing is armed that is due already."""


def midday_zone() -> str:
    """Return a zone in which it is about noon now, so that no test runs over midnight there."""
    ahead = (12 - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


class Desk:
    """A home that sends reminders by e-mail, its daemon, and the server."""

    def __init__(self, home: Path, server: MailServer) -> None:
        self.server = server
        self.home = find_home(home)
        self.base = [sys.executable, "-m", "jobcopilot", "--home", str(home)]
        home.mkdir()
        authority = home / "authority.pem"
        server.authority.cert_pem.write_to_path(str(authority))
        self.zone = midday_zone()
        self.environment = os.environ | {
            "TZ": self.zone,
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
            "SSL_CERT_FILE": str(authority),
            "JOBCOPILOT_VAULT": "file",
            "JOBCOPILOT_VAULT_PASSPHRASE": "correct horse battery",
            "JOBCOPILOT_MAIL_PASSWORD": PASSWORD,
        }
        self.run(
            "mail", "setup", "--host", "localhost", "--port", str(server.port), "--security", server.security,
            "--user", USER, "--address", "ada@example.com", "--name", "Ada", "--reminders",
        )  # fmt: skip
        self.run("jobs", "add", "--title", "Data Engineer", "--company", "Acme")
        self.clock = SystemClock()
        self.daemon: subprocess.Popen[str] | None = None

    def run(self, *words: str) -> Any:
        done = subprocess.run(
            [*self.base, *words, "--json"],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def runtime(self) -> Runtime:
        return Runtime(self.home)

    def book(self, stage: str, before: timedelta, *, prepared: bool = True) -> int:
        """Book a round of which a reminder `before` it begins is due soon; return its number."""
        runtime = self.runtime()
        try:
            rounds = runtime.rounds
            given = {"stage": stage, "starts_at": self.clock.now() + before + SOON, "zone": self.zone}
            number = rounds.book(1, given).round.id
            if prepared:
                for task in runtime.interviews.tasks(number):
                    runtime.tasks.done(task.id)
            return number
        finally:
            runtime.close()

    def start(self) -> None:
        self.daemon = subprocess.Popen(
            [*self.base, "daemon", "run"], env=self.environment, stdout=subprocess.PIPE, text=True
        )
        assert self.daemon.stdout is not None
        assert "are told" in self.daemon.stdout.readline()

    def kill(self, *, children: bool = False) -> None:
        """End the daemon as if the power went, or with what it started left to itself."""
        assert self.daemon is not None
        victims = psutil.Process(self.daemon.pid).children(recursive=True) if children else []
        self.daemon.send_signal(signal.SIGKILL)
        for one in victims:
            one.send_signal(signal.SIGKILL)
        assert self.daemon.wait(PATIENCE) == -signal.SIGKILL
        psutil.wait_procs(victims, timeout=PATIENCE)
        if self.daemon.stdout is not None:
            self.daemon.stdout.close()
        self.daemon = None

    def stop(self) -> None:
        if self.daemon is not None:
            self.daemon.terminate()
            self.daemon.communicate(timeout=PATIENCE)

    def subjects(self) -> Counter[str]:
        """What came, by the interview's name."""
        return Counter(str(one["Subject"]).partition(" with ")[0] for one in self.server.mails)

    def states(self) -> dict[str, str]:
        """What is written down of each mail, by the interview's name."""
        runtime = self.runtime()
        try:
            with runtime.reader.connection() as connection:
                return dict(
                    connection.execute(
                        "SELECT stage, reminder_mail.state FROM reminder_mail"
                        " JOIN reminder ON reminder.id = reminder_id JOIN round ON round.id = subject_id"
                    )
                )
        finally:
            runtime.close()


@pytest.fixture(params=["starttls", "tls"])
def server(request: pytest.FixtureRequest) -> Iterator[MailServer]:
    with MailServer(security=request.param) as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, server: MailServer) -> Iterator[Desk]:
    made = Desk(tmp_path / "home", server)
    yield made
    made.stop()


def until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def test_all_three_kinds_are_sent_and_after_a_kill_none_again(desk: Desk) -> None:
    desk.start()
    desk.book("Day before", timedelta(hours=24))
    desk.book("Two hours before", timedelta(hours=2))
    # Of what is still to be prepared one is told the day before, at a time of the clock.
    at = (desk.clock.now() + 2 * SOON).astimezone(UTC)
    offset = timedelta(hours=-int(desk.zone.removeprefix("Etc/GMT") or "0"))
    save_setting(desk.home.settings_file, "interviews.preparation_at", f"{at + offset:%H:%M:%S}")
    desk.book("Unprepared", timedelta(hours=30), prepared=False)
    wanted = Counter({"Day before": 1, "Two hours before": 1, "Unprepared": 1})
    until(lambda: desk.subjects() == wanted, f"three reminders, but {desk.subjects()}")
    until(lambda: set(desk.states().values()) == {"sent"}, "their record")
    (unprepared,) = (one for one in desk.server.mails if str(one["Subject"]).startswith("Unprepared"))
    part = unprepared.get_body(("plain",))
    assert part is not None
    assert "[ ]" in part.get_content()
    desk.kill()
    desk.start()
    # Once what is due later has come, everything that was due before has been looked at again.
    desk.book("After", timedelta(hours=2))
    until(lambda: desk.subjects()["After"] == 1, "the one after the kill")
    assert desk.subjects() == wanted + Counter(["After"])


@pytest.mark.parametrize("children", [False, True])
def test_killed_while_it_hands_one_over_it_sends_it_no_second_time(desk: Desk, children: bool) -> None:
    """With its child, it is uncertain and stays so; a child that is left alone ends what it began."""
    desk.start()
    desk.server.hold.clear()
    desk.book("Held", timedelta(hours=2))
    assert desk.server.reached.wait(PATIENCE)
    desk.kill(children=children)
    desk.start()
    desk.server.hold.set()
    desk.book("After", timedelta(hours=2))
    until(lambda: desk.subjects()["After"] == 1, "the one after the kill")
    until(lambda: desk.states().get("After") == "sent", "its record")
    assert desk.subjects() == Counter(["Held", "After"])
    assert desk.states()["Held"] == ("uncertain" if children else "sent")


def test_a_server_that_nobody_vouches_for_gets_nothing_from_the_daemon(desk: Desk, tmp_path: Path) -> None:
    import trustme

    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    desk.environment = desk.environment | {"SSL_CERT_FILE": str(other)}
    desk.start()
    desk.book("Strange", timedelta(hours=2))
    until(lambda: desk.states() == {"Strange": "failed"}, "the refusal")
    assert desk.server.mails == []
    assert "certificate" in desk.run("mail", "status")["trouble"]
