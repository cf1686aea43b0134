"""A language model of next to no size with random weights: it loads in milliseconds, and its words mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobcopilot.inference.choosing import installed_speakers
from jobcopilot.inference.local import LocalChoice, LocalModel
from jobcopilot.inference.port import Speaker
from tests.shaped_models import write_gguf

SPEAKERS = installed_speakers()
"""Every binding of this environment keeps the same contract; `.ci/run` installs both."""


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a tiny model with tokenizer and chat template."""
    file = tmp_path_factory.mktemp("models") / "tiny.gguf"
    write_gguf("tiny", file)
    return file


@pytest.fixture(params=SPEAKERS)
def speaker(request: pytest.FixtureRequest) -> Speaker:
    """Each installed binding of llama.cpp."""
    found: Speaker = request.param
    return found


@pytest.fixture
def model(tiny: Path, speaker: Speaker) -> Iterator[LocalModel]:
    """The tiny model, asleep."""
    made = LocalModel(LocalChoice(tiny, "tiny", speaker, context=4096, threads=1))
    yield made
    made.close()
