"""The daemon as a service: what each platform is told can be read back, and refusals are told in words."""

from __future__ import annotations

import plistlib
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from jobcopilot.errors import StorageError, UsageError
from jobcopilot.paths import Home, find_home
from jobcopilot.reminders import services
from jobcopilot.reminders.services import daemon_command, install, is_installed, service_for, uninstall

AWKWARD = 'my $HOME 100% "jobs" & more'


class _Manager:
    """Remembers what it was told; answers with one exit code."""

    def __init__(self, code: int = 0) -> None:
        self.told: list[tuple[str, ...]] = []
        self.code = code

    def __call__(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        self.told.append(tuple(command))
        return subprocess.CompletedProcess(list(command), self.code, "", "Failed to connect to bus\n")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("JOBCOPILOT_HOME", raising=False)
    return find_home(tmp_path / AWKWARD)


def test_the_command_runs_this_interpreter_on_this_home(home: Home, tmp_path: Path) -> None:
    assert daemon_command(home) == [
        sys.executable, "-P", "-m", "jobcopilot", "--home", str(tmp_path / AWKWARD), "daemon", "run",
    ]  # fmt: skip
    assert daemon_command(find_home()) == [sys.executable, "-P", "-m", "jobcopilot", "daemon", "run"]


def test_a_file_where_the_person_stands_is_not_taken_for_a_library(home: Home, tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')\n")
    command = [*daemon_command(home)[:-1], "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_reads_the_same_words(home: Home, tmp_path: Path) -> None:
    service = service_for(home, platform="linux")
    assert service.file.parent == tmp_path / "config" / "systemd" / "user"
    (line,) = [line for line in service.content.splitlines() if line.startswith("ExecStart=")]
    # systemd.syntax(7): as a shell's double quotes, with %% and $$ for the signs themselves.
    words = shlex.split(line.removeprefix("ExecStart="))
    assert [word.replace("%%", "%").replace("$$", "$") for word in words] == daemon_command(home)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_itself_finds_nothing_wrong(home: Home) -> None:
    service = service_for(home, platform="linux")
    service.file.parent.mkdir(parents=True)
    service.file.write_text(service.content)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", str(service.file)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert service.name not in done.stderr, done.stderr


def test_launchd_reads_the_same_words(home: Home) -> None:
    service = service_for(home, platform="darwin")
    read = plistlib.loads(service.content.encode())
    assert read["ProgramArguments"] == daemon_command(home)
    assert read["Label"] == service.name
    assert service.file.name == f"{service.name}.plist"


def test_the_task_scheduler_reads_the_same_words(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERDOMAIN", "HOME-PC")
    monkeypatch.setenv("USERNAME", "Ada & Grace")
    service = service_for(home, platform="win32")
    install(service, _Manager())
    root = ElementTree.fromstring(service.file.read_bytes())
    space = {"t": services._TASKS}
    command = daemon_command(home)
    assert root.findtext(".//t:Exec/t:Command", namespaces=space) == command[0]
    assert root.findtext(".//t:Exec/t:Arguments", namespaces=space) == subprocess.list2cmdline(command[1:])
    assert root.findtext(".//t:LogonTrigger/t:UserId", namespaces=space) == "HOME-PC\\Ada & Grace"
    assert root.findtext(".//t:ExecutionTimeLimit", namespaces=space) == "PT0S", (
        "it is never stopped for its age"
    )


def test_two_homes_have_two_services(home: Home, tmp_path: Path) -> None:
    for platform in ("linux", "darwin", "win32"):
        names = {
            service_for(one, platform=platform).name for one in (home, find_home(), find_home(tmp_path / "b"))
        }
        assert len(names) == 3


def test_installed_twice_and_removed(home: Home) -> None:
    service, manager = service_for(home, platform="linux"), _Manager()
    assert not is_installed(service, manager)
    install(service, manager)
    install(service, manager)
    assert is_installed(service, manager)
    assert service.file.read_text() == service.content
    assert manager.told[0] == ("systemctl", "--user", "daemon-reload")
    assert uninstall(service, manager)
    assert not service.file.exists()
    assert not uninstall(service, manager)


def test_a_manager_that_refuses_is_told_with_the_way_out(home: Home) -> None:
    with pytest.raises(UsageError, match="Failed to connect to bus") as told:
        install(service_for(home, platform="linux"), _Manager(1))
    assert "daemon run" in told.value.hint


def test_a_machine_without_the_manager_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UsageError, match="there is no systemctl"):
        install(service_for(home, platform="linux"))


def test_a_folder_that_cannot_be_written_is_told(home: Home, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where a folder should be")
    with pytest.raises(StorageError, match="could not be written"):
        install(service_for(home, platform="linux"), _Manager())


def test_other_platforms_are_told_what_to_do(home: Home) -> None:
    with pytest.raises(UsageError, match="daemon run"):
        service_for(home, platform="freebsd14")


def test_a_throw_away_environment_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", "/home/ada/.cache/uv/archive-v0/abc")
    with pytest.raises(UsageError, match="uv tool install"):
        daemon_command(home)
