"""For tests of `doctor` that are not about speaking: no microphone of this machine is opened."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def no_microphone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave speaking out of what `doctor` looks at, in every test of the module that imports this."""
    monkeypatch.setattr("jobcopilot.cli.doctor.voice_checks", lambda _runtime: ())
