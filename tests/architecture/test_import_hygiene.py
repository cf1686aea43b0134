"""The core works without a face, and the face starts without a model: proved in fresh interpreters."""

from __future__ import annotations

import subprocess
import sys

import pytest

FACES = ("textual", "typer", "rich")
ROOMS = (
    "jobs",
    "jobs.store",
    "jobs.pages",
    "jobs.intake",
    "jobs.score",
    "profiles.store",
    "reading.skills",
    "runtime",
)
NATIVE = ("llama_cpp", "xllamacpp", "ctranslate2", "faster_whisper", "sounddevice", "onnxruntime", "piper")


def _modules_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint('\\n'.join(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("room", ROOMS)
def test_core_brings_neither_face_nor_model(room: str) -> None:
    loaded = _modules_after(f"import jobcopilot.{room}")
    assert not loaded & {*FACES, *NATIVE}


def test_command_line_brings_no_model_and_no_textual() -> None:
    loaded = _modules_after("import jobcopilot.cli.app, jobcopilot.cli.jobs")
    assert not loaded & {"textual", *NATIVE}


def test_first_rows_are_read_without_sqlalchemy_or_pydantic() -> None:
    loaded = _modules_after("import jobcopilot.jobs.pages, jobcopilot.jobs.query, jobcopilot.database.reader")
    assert not loaded & {"sqlalchemy", "sqlmodel", "pydantic", "alembic", "httpx"}


def test_face_brings_no_model() -> None:
    loaded = _modules_after("import jobcopilot.tui.app")
    assert not loaded & set(NATIVE)
