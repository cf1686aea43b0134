"""The daemon as a service of the session: what systemd, launchd and the Windows Task Scheduler are told.

Each is started with the person's login, because notifications need their desktop, and again after a crash.
Sources: systemd.service(5) and systemd.syntax(7), launchd.plist(5), Task Scheduler 1.4 schema.
"""

from __future__ import annotations

import hashlib
import os
import plistlib
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from jobcopilot.errors import StorageError, UsageError
from jobcopilot.paths import Home, find_home

Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]
_TASKS: Final = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_RESTART_SECONDS: Final = 10
_COMMAND_LIMIT: Final = 60


@dataclass(frozen=True, slots=True)
class Service:
    """One platform's description of the daemon, and the commands that put it in force."""

    manager: str
    """`systemd`, `launchd` or `Task Scheduler`."""
    name: str
    file: Path
    content: str
    after_install: tuple[tuple[str, ...], ...]
    before_uninstall: tuple[tuple[str, ...], ...]
    after_uninstall: tuple[tuple[str, ...], ...]
    ask: tuple[str, ...]
    """A command that succeeds where the manager will start the daemon at the next login."""


def daemon_command(home: Home) -> list[str]:
    """Return the command that runs the daemon with this interpreter on this home.

    Raises `UsageError` where the interpreter lies in a cache that may be emptied any day.
    """
    if "archive-v0" in Path(sys.prefix).parts:
        raise UsageError(
            "This Jobcopilot lives in a cache that may be emptied",
            sys.prefix,
            "Install it first: uv tool install jobcopilot",
        )
    python = Path(sys.executable)
    if sys.platform == "win32" and (windowless := python.with_name("pythonw.exe")).exists():
        python = windowless
    return [str(python), "-P", "-m", "jobcopilot", *home_option(home), "daemon", "run"]


def home_option(home: Home) -> list[str]:
    """Return `--home DIR` where the home is not the platform's own."""
    base = home.data.parent
    return ["--home", str(base)] if find_home(base) == home else []


def service_for(home: Home, *, platform: str = sys.platform) -> Service:
    """Return the service of a platform (`sys.platform`). Raises `UsageError` for one without."""
    command = daemon_command(home)
    option = home_option(home)
    # Several homes may have a daemon each.
    suffix = f"-{hashlib.sha256(option[1].encode()).hexdigest()[:8]}" if option else ""
    if platform == "linux":
        return _systemd(f"jobcopilot{suffix}", command)
    if platform == "darwin":
        return _launchd(f"org.jobcopilot.daemon{suffix}", command, home)
    if platform == "win32":
        return _task(f"Jobcopilot{suffix}", command, home)
    raise UsageError(
        "There is no service manager known for this platform",
        platform,
        "Start `jobcopilot daemon run` yourself.",
    )


def install(service: Service, run: Run | None = None) -> None:
    """Write the service's file and start it. Raises `StorageError` or `UsageError` with what was refused."""
    try:
        service.file.parent.mkdir(parents=True, exist_ok=True)
        service.file.write_bytes(_encoded(service))
    except OSError as refused:
        raise StorageError(
            "The service could not be written",
            f"{service.file}: {refused.strerror}",
            "Print it with --print.",
        ) from refused
    for command in service.after_install:
        _must(command, run or _run, service)


def uninstall(service: Service, run: Run | None = None) -> bool:
    """Stop the service and remove its file; return whether it was installed."""
    there = service.file.exists()
    for command in service.before_uninstall:
        (run or _run)(command)
    service.file.unlink(missing_ok=True)
    for command in service.after_uninstall:
        (run or _run)(command)
    return there


def is_installed(service: Service, run: Run | None = None) -> bool:
    """Return whether the manager will start it at login; whether it runs, `presence.living` tells."""
    return service.file.exists() and (run or _run)(service.ask).returncode == 0


def _must(command: Sequence[str], run: Run, service: Service) -> None:
    done = run(command)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[:300]
        raise UsageError(
            f"{service.manager} refused the service",
            f"`{' '.join(command)}` said: {said or f'exit code {done.returncode}'}",
            f"{service.file} is written; start it by hand, or keep `jobcopilot daemon run` open.",
        )


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603  # commands of this module only
            list(command),
            capture_output=True,
            text=True,
            timeout=_COMMAND_LIMIT,
            check=False,
            errors="replace",
        )
    except FileNotFoundError:
        return subprocess.CompletedProcess(
            list(command), 127, "", f"there is no {command[0]} on this machine"
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(list(command), 124, "", f"no answer within {_COMMAND_LIMIT} s")


def _encoded(service: Service) -> bytes:
    # The Task Scheduler reads UTF-16 only, with its byte-order mark.
    return service.content.encode("utf-16" if service.manager == "Task Scheduler" else "utf-8")


def _systemd(name: str, command: list[str]) -> Service:
    configuration = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    unit = f"{name}.service"
    content = f"""\
[Unit]
Description=Jobcopilot reminders
After=graphical-session.target

[Service]
ExecStart={" ".join(_systemd_word(word) for word in command)}
Restart=on-failure
RestartSec={_RESTART_SECONDS}
Nice=5

[Install]
WantedBy=default.target
"""
    control = ("systemctl", "--user")
    return Service(
        manager="systemd",
        name=name,
        file=configuration / "systemd" / "user" / unit,
        content=content,
        after_install=((*control, "daemon-reload"), (*control, "enable", unit), (*control, "restart", unit)),
        before_uninstall=((*control, "disable", "--now", unit),),
        after_uninstall=((*control, "daemon-reload"),),
        ask=(*control, "is-enabled", "--quiet", unit),
    )


def _systemd_word(word: str) -> str:
    """One word of ExecStart: specifiers and variables doubled, always quoted."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def _launchd(label: str, command: list[str], home: Home) -> Service:
    file = Path.home() / "Library" / "LaunchAgents" / f"{label}.plist"
    described = {
        "Label": label,
        "ProgramArguments": command,
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": _RESTART_SECONDS,
        "ProcessType": "Background",
        "LimitLoadToSessionType": "Aqua",
        "StandardErrorPath": str(home.logs / "daemon.err"),
    }
    domain = f"gui/{os.getuid()}" if hasattr(os, "getuid") else "gui/0"
    return Service(
        manager="launchd",
        name=label,
        file=file,
        content=plistlib.dumps(described, sort_keys=False).decode(),
        after_install=(("launchctl", "bootstrap", domain, str(file)),),
        before_uninstall=(("launchctl", "bootout", f"{domain}/{label}"),),
        after_uninstall=(),
        ask=("launchctl", "print", f"{domain}/{label}"),
    )


def _task(name: str, command: list[str], home: Home) -> Service:
    ElementTree.register_namespace("", _TASKS)
    task = ElementTree.Element(f"{{{_TASKS}}}Task", {"version": "1.4"})

    def put(
        parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: str
    ) -> ElementTree.Element:
        element = ElementTree.SubElement(parent, f"{{{_TASKS}}}{tag}", attributes)
        element.text = text
        return element

    put(put(task, "RegistrationInfo"), "Description", "Jobcopilot reminders")
    # Without a name it would start for everybody, which only an administrator may ask for.
    person = "\\".join(part for part in map(os.environ.get, ("USERDOMAIN", "USERNAME")) if part)
    trigger = put(put(task, "Triggers"), "LogonTrigger")
    put(trigger, "Enabled", "true")
    principal = put(put(task, "Principals"), "Principal", id="Author")
    if person:
        put(trigger, "UserId", person)
        put(principal, "UserId", person)
    put(principal, "LogonType", "InteractiveToken")
    put(principal, "RunLevel", "LeastPrivilege")
    settings = put(task, "Settings")
    for tag, text in (
        ("MultipleInstancesPolicy", "IgnoreNew"),
        ("DisallowStartIfOnBatteries", "false"),
        ("StopIfGoingOnBatteries", "false"),
        ("StartWhenAvailable", "true"),
        ("ExecutionTimeLimit", "PT0S"),
    ):
        put(settings, tag, text)
    again = put(settings, "RestartOnFailure")
    put(again, "Interval", "PT1M")
    put(again, "Count", "999")
    action = put(put(task, "Actions", Context="Author"), "Exec")
    put(action, "Command", command[0])
    put(action, "Arguments", subprocess.list2cmdline(command[1:]))
    ElementTree.indent(task)
    file = home.data / "daemon-task.xml"
    content = (
        '<?xml version="1.0" encoding="UTF-16"?>\n' + ElementTree.tostring(task, encoding="unicode") + "\n"
    )
    return Service(
        manager="Task Scheduler",
        name=name,
        file=file,
        content=content,
        after_install=(
            ("schtasks", "/Create", "/TN", name, "/XML", str(file), "/F"),
            ("schtasks", "/Run", "/TN", name),
        ),
        before_uninstall=(("schtasks", "/End", "/TN", name), ("schtasks", "/Delete", "/TN", name, "/F")),
        after_uninstall=(),
        ask=("schtasks", "/Query", "/TN", name),
    )
