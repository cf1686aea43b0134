"""A microphone where there is none: PulseAudio with a null sink, whose monitor is the default source."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


class VirtualMicrophone:
    """What is played into it is heard by whoever opens the default device."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def play(self, path: Path) -> subprocess.Popen[bytes]:
        """Begin to play a WAV into the microphone."""
        return subprocess.Popen(["paplay", "--device=mic", str(path)], env=self._environment)

    def control(self, *words: str) -> str:
        """Ask the sound server for something."""
        done = subprocess.run(
            ["pactl", *words], env=self._environment, check=True, capture_output=True, text=True, timeout=20
        )
        return done.stdout

    def pull_out(self) -> None:
        """End the sound server, as a device that is pulled out does."""
        subprocess.run(["pulseaudio", "--kill"], env=self._environment, check=True, timeout=20)


@pytest.fixture
def microphone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualMicrophone]:
    """Start a sound server of the test's own; processes that the test starts hear it too."""
    folder = tmp_path / "pulse"
    folder.mkdir(mode=0o700)
    for name in ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "PULSE_RUNTIME_PATH"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    environment = dict(os.environ)
    subprocess.run(
        ["pulseaudio", "--start", "--exit-idle-time=-1"],
        env=environment, check=True, timeout=20, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    virtual = VirtualMicrophone(environment)
    virtual.control("load-module", "module-null-sink", "sink_name=mic")
    virtual.control("set-default-sink", "mic")
    virtual.control("set-default-source", "mic.monitor")
    yield virtual
    subprocess.run(
        ["pulseaudio", "--kill"], env=environment, check=False, timeout=20, stderr=subprocess.DEVNULL
    )
