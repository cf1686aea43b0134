"""Start the installed command in a pseudo-terminal, see the board, and quit: the wheel is whole."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

import pexpect

command = os.environ["JOBCOPILOT_WHEEL_COMMAND"]
surroundings: dict[str, str] = {**os.environ, "TERM": "xterm-256color"}
with tempfile.TemporaryDirectory() as home:
    added = subprocess.run(
        [command, "--home", home, "jobs", "add", "--title", "Lamplighter", "--company", "Acme", "--json"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert '"Lamplighter"' in added.stdout, added.stdout
    app = pexpect.spawn(
        command,
        ["demo"],
        dimensions=(45, 140),
        timeout=60,
        encoding="utf-8",
        env=surroundings,
    )
    app.expect("Board")
    app.expect("interested")
    app.send("q")
    app.expect(pexpect.EOF)
    app.close()
    if app.exitstatus != 0:
        sys.exit(f"the app left with {app.exitstatus}")
print("the installed wheel added a job, opened the demo and quit")
