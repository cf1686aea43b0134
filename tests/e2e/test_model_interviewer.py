"""Interviews with a real llama.cpp and a model whose words mean nothing: sessions go on, also when it is killed."""

# ruff: noqa: F401, F811  # fixtures are imported by name
from __future__ import annotations

import os
import random
import shutil
import signal
import threading
from pathlib import Path

import pytest

from jobcopilot.errors import JobcopilotError
from jobcopilot.inference.choosing import model_folder
from jobcopilot.inference.local import LocalModel
from jobcopilot.inference.port import ModelMissing, Request
from jobcopilot.practice.interviewers.model import ModelInterviewer
from tests.fakes.model_server import ModelServer
from tests.fakes.practice import heard, make_practice
from tests.fakes.tiny_model import model, speaker, tiny

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("inference")]

ANSWER = (
    "I rewrote the slow report because its query read the table four times. I looked at the plan, added an index "
    "and measured again: forty seconds became four, and nobody has complained since. "
)


def test_eight_turns_with_a_real_engine_read_only_what_is_new(model: LocalModel, tmp_path: Path) -> None:
    practice = make_practice(tmp_path)
    practice.interviewer = ModelInterviewer("llama", model)  # type: ignore[assignment]
    read: list[tuple[int, int]] = []
    stream = model.stream

    def counted(request: Request, cancel=None):  # type: ignore[no-untyped-def]
        for piece in stream(request, cancel):
            if piece.ended is not None and piece.ended.usage.evaluated_tokens >= 0:
                read.append((piece.ended.usage.evaluated_tokens, piece.ended.usage.prompt_tokens))
            yield piece

    model.stream = counted  # type: ignore[method-assign]
    session = practice.open(practice.create(questions=6))
    session.begin()
    heard(session)
    turns = 1
    while session.status == "in_progress":
        session.answer(f"{ANSWER}{turns}. {ANSWER}")
        heard(session)
        turns += 1
    assert turns >= 7
    view = session.view()
    assert view.row.status == "completed"
    for one in view.messages:
        if one.role == "interviewer":
            assert one.text
            assert (one.by == "tiny") != one.fallback.startswith("instead of tiny: ")
    # New is the answer, the rubric and the task: some 250 tokens here. The rest of the context is not read again.
    late = read[-2:]
    assert late
    for evaluated, prompt in late:
        assert evaluated <= 300 + 0.05 * model.context()
        assert evaluated < prompt / 2


def test_the_engine_is_killed_again_and_again_and_no_word_is_lost(model: LocalModel, tmp_path: Path) -> None:
    draw = random.Random(5)
    practice = make_practice(tmp_path)
    practice.interviewer = ModelInterviewer("llama", model)  # type: ignore[assignment]
    session = practice.open(practice.create(questions=6))
    session.begin()
    said: list[str] = []
    killed = 0
    for turn in range(40):
        over = threading.Event()

        def kill(over: threading.Event = over) -> None:
            nonlocal killed
            while not over.wait(draw.uniform(0.01, 0.15)):
                pid = model.engine_pid
                if pid is not None:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        continue
                    killed += 1

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            heard(session)
        finally:
            over.set()
            killer.join()
        if session.status != "in_progress":
            break
        said.append(f"{ANSWER}This is answer {turn}.")
        session.answer(said[-1])
    view = session.view()
    assert view.row.status == "completed"
    assert [one.text for one in view.messages if one.role == "person"] == [one.strip() for one in said]
    assert killed >= len(said)
    assert any(one.fallback for one in view.messages)


def test_http_in_a_session(tmp_path: Path) -> None:
    with ModelServer() as server:
        practice = make_practice(tmp_path)
        practice.runtime.settings.model.url = server.url
        practice.interviewer = practice.runtime.interviewer("http")  # type: ignore[assignment]
        session = practice.open(practice.create(questions=2))
        session.begin()
        heard(session)
        session.answer(ANSWER)
        heard(session)
        # That server talks of something else than the form: it was asked again, then the built-in way spoke.
        spoken = [one for one in session.view().messages if one.role == "interviewer"]
        assert all("did not keep to the form" in one.fallback for one in spoken)
        assert server.asked[0]["response_format"]["type"] == "json_schema"
        practice.runtime.close()


def test_a_model_that_is_not_here_is_told_before_a_session_is_made(tmp_path: Path, tiny: Path) -> None:
    practice = make_practice(tmp_path)
    runtime = practice.runtime
    with pytest.raises(ModelMissing) as missing:
        runtime.interviewer("llama")
    assert "models pull" in missing.value.hint
    folder = model_folder(runtime.home)
    folder.mkdir(parents=True)
    shutil.copy(tiny, folder / "tiny.gguf")
    assert runtime.interviewer("llama").label.startswith("tiny, by ")
    with pytest.raises(JobcopilotError, match="interviewer"):
        runtime.interviewer("nobody")
    runtime.settings.model.url = "http://example.org/v1"
    with pytest.raises(JobcopilotError, match="another machine"):
        runtime.interviewer("http")
    runtime.close()
