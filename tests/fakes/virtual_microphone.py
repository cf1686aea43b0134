"""A microphone where there is none: PulseAudio with a null sink, whose monitor is the default source."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class VirtualMicrophone:
    """What is played into it is heard by whoever opens the default device."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self.module = ""
        """The sink's module, whose monitor is the microphone."""

    def play(self, path: Path) -> subprocess.Popen[bytes]:
        """Begin to play a WAV into the microphone."""
        return subprocess.Popen(["paplay", "--device=mic", str(path)], env=self._environment)

    def control(self, *words: str) -> str:
        """Ask the sound server for something."""
        done = subprocess.run(
            ["pactl", *words], env=self._environment, check=True, capture_output=True, text=True, timeout=20
        )
        return done.stdout

    def unplug(self) -> None:
        """Take the source away; the sound server stays."""
        self.control("unload-module", self.module)

    def pull_out(self) -> None:
        """End the sound server, as a device that is pulled out does."""
        subprocess.run(["pulseaudio", "--kill"], env=self._environment, check=True, timeout=20)


@contextmanager
def virtual_microphone(folder: Path) -> Iterator[VirtualMicrophone]:
    """Start a sound server of one's own; processes that are started meanwhile hear it too."""
    pulse = folder / "pulse"
    pulse.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "PULSE_RUNTIME_PATH"):
            patch.setenv(name, str(pulse))
        patch.delenv("PULSE_SERVER", raising=False)
        environment = dict(os.environ)
        subprocess.run(
            ["pulseaudio", "--start", "--exit-idle-time=-1"],
            env=environment, check=True, timeout=60, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            virtual = VirtualMicrophone(environment)
            virtual.module = virtual.control("load-module", "module-null-sink", "sink_name=mic").strip()
            virtual.control("set-default-sink", "mic")
            virtual.control("set-default-source", "mic.monitor")
            yield virtual
        finally:
            subprocess.run(
                ["pulseaudio", "--kill"], env=environment, check=False, timeout=60, stderr=subprocess.DEVNULL
            )


@pytest.fixture
def microphone(tmp_path: Path) -> Iterator[VirtualMicrophone]:
    """A microphone of the test's own."""
    with virtual_microphone(tmp_path) as virtual:
        yield virtual
