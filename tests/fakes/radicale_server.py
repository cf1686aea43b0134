"""A real Radicale server on loopback, started by the tests, killed and brought back at the same port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError

if TYPE_CHECKING:
    from trustme import LeafCert

USER, PASSWORD = "ada", "engine"
_MKCALENDAR = (
    '<?xml version="1.0"?><C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>'
    '<D:displayname>{name}</D:displayname><C:supported-calendar-component-set><C:comp name="{component}"/>'
    "</C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>"
)


class Radicale:
    """One server with one person's calendars, on a folder of its own."""

    def __init__(
        self, folder: Path, *, password: str = PASSWORD, certificate: LeafCert | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        (folder / "users").write_text(f"{USER}:{password}\n")
        self.encrypted = certificate is not None
        if certificate is not None:
            self.show(certificate)
        encryption = f"ssl = True\ncertificate = {folder / 'chain.pem'}\nkey = {folder / 'key.pem'}\n"
        (folder / "config").write_text(
            f"[server]\nhosts = 127.0.0.1:{self.port}\nmax_connections = 20\n"
            f"{encryption if self.encrypted else ''}"
            f"[auth]\ntype = htpasswd\nhtpasswd_filename = {folder / 'users'}\nhtpasswd_encryption = plain\n"
            "delay = 0\n"
            f"[storage]\nfilesystem_folder = {folder / 'store'}\n"
            f"[logging]\nlevel = {'info' if self.encrypted else 'error'}\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http{'s' if self.encrypted else ''}://127.0.0.1:{self.port}/"

    def show(self, certificate: LeafCert) -> None:
        """Let it show this certificate from its next start on."""
        (self.folder / "key.pem").write_bytes(certificate.private_key_pem.bytes())
        (self.folder / "chain.pem").write_bytes(b"".join(one.bytes() for one in certificate.cert_chain_pems))

    @property
    def asked(self) -> list[str]:
        """The requests that came through an encrypted connection, as its log has them."""
        lines = (self.folder / "log").read_text().splitlines()
        return [line for line in lines if " request for " in line]

    def calendar(self, name: str = "work") -> str:
        return f"{self.address}{USER}/{name}/"

    def start(self) -> Radicale:
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "radicale", "--config", str(self.folder / "config")],
                stderr=log,
                stdout=log,
            )
        until = time.monotonic() + 30
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return self
            except OSError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise
                time.sleep(0.02)

    def kill(self) -> None:
        """End it as if the power went."""
        assert self._process is not None
        if self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def stop(self) -> None:
        if self._process is not None:
            self.kill()

    def seconds(self) -> float:
        """Return how long its processor has worked."""
        import psutil

        assert self._process is not None
        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)

    def make_calendar(self, name: str = "work", title: str = "Work", component: str = "VEVENT") -> str:
        status, _ = self.request(
            "MKCALENDAR", self.calendar(name), _MKCALENDAR.format(name=title, component=component)
        )
        assert status == 201, status
        return self.calendar(name)

    def request(self, method: str, address: str, body: str = "", **headers: str) -> tuple[int, str]:
        """Speak with it as another program does."""
        token = b64encode(f"{USER}:{(self.folder / 'users').read_text().strip().partition(':')[2]}".encode())
        request = urllib.request.Request(
            address,
            data=body.encode() if body else None,
            method=method,
            headers={"Authorization": f"Basic {token.decode()}", "Content-Type": "text/calendar", **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refused:
            return refused.code, ""
        except URLError:
            return 0, ""

    def files(self, name: str = "work") -> dict[str, str]:
        """Return what lies in a calendar, by file name: read from the disk, past the server."""
        folder = self.folder / "store" / "collection-root" / USER / name
        return {file.name: file.read_text() for file in sorted(folder.glob("*.ics"))}

    def change(self, file: str, old: str, new: str, name: str = "work") -> None:
        """Change an event as another program does."""
        content = self.files(name)[file]
        assert old in content, content
        status, _ = self.request("PUT", self.calendar(name) + file, content.replace(old, new))
        assert status in (201, 204), status
