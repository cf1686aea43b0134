"""Interviews with a real llama.cpp and a model whose words mean nothing: sessions go on, also when it is killed."""

# ruff: noqa: F401, F811  # fixtures are imported by name
from __future__ import annotations

import contextlib
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
from jobcopilot.practice.interviewers import model as interviewing
from jobcopilot.practice.interviewers.model import ModelInterviewer
from jobcopilot.practice.spoken.ahead import ListeningAhead
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


@pytest.mark.timeout(600)
def test_the_engine_is_killed_fifty_times_and_no_word_is_lost(
    model: LocalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # After a minute of crashes the interviewer would ask it no more.
    monkeypatch.setattr(interviewing, "PATIENCE", float("inf"))
    draw = random.Random(5)
    practice = make_practice(tmp_path)
    practice.interviewer = ModelInterviewer("llama", model)  # type: ignore[assignment]
    over, killed = threading.Event(), set[int]()

    def kill() -> None:
        """Kill each engine a moment after it was started: while it loads, reads or says something."""
        while not over.wait(0.005):
            pid = model.engine_pid
            if pid is not None and pid not in killed and len(killed) < 50:
                over.wait(draw.uniform(0.0, 1.5))
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed.add(pid)

    session = practice.open(practice.create(questions=6))
    session.begin()
    said: list[str] = []
    killer = threading.Thread(target=kill)
    killer.start()
    try:
        for _ in range(200):
            heard(session)
            if session.status != "in_progress":
                break
            if len(killed) < 50 and len(said) > 2:
                # A hint is the model's too: so the session lasts until all of them have died.
                session.hint()
            else:
                said.append(f"{ANSWER}This is answer {len(said)}.")
                session.answer(said[-1])
    finally:
        over.set()
        killer.join()
    view = session.view()
    assert len(killed) == 50
    assert view.row.status == "completed"
    assert [one.text for one in view.messages if one.kind == "answer"] == [one.strip() for one in said]
    # Whoever spoke said something, and where it was not the model that is told.
    spoken = [one for one in view.messages if one.role == "interviewer"]
    assert all(one.text for one in spoken)
    assert any("engine died" in one.fallback for one in spoken)
    assert all((one.by == "tiny") != bool(one.fallback) for one in spoken)
    assert model.state().restarts >= 50


@pytest.mark.timeout(600)
def test_the_engine_is_killed_fifty_times_while_it_reads_along(
    model: LocalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # After a minute of crashes the interviewer would ask it no more.
    monkeypatch.setattr(interviewing, "PATIENCE", float("inf"))
    draw = random.Random(6)
    practice = make_practice(tmp_path)
    practice.interviewer = ModelInterviewer("llama", model)  # type: ignore[assignment]
    session = practice.open(practice.create(questions=4))
    session.begin()
    heard(session)
    ahead, killed, said = ListeningAhead(), set[int](), list[str]()
    words = (ANSWER * 3).split()
    try:
        while session.status == "in_progress":
            said.append(f"{ANSWER * 3}This is answer {len(said)}.")
            place = 0
            # It is spoken for as long as it takes: each death is followed by a start, and by more that is read.
            while len(killed) < 50 and len(killed) < 15 * len(said):
                ahead.want(session, " ".join(words[: place % len(words) + 1]))
                place += 5
                if (pid := model.engine_pid) is not None and pid not in killed and draw.random() < 0.4:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                        killed.add(pid)
                threading.Event().wait(draw.uniform(0.0, 0.1))
            with contextlib.suppress(JobcopilotError):
                # Whoever was killed last is found dead here.
                session.listen_ahead(said[-1])
            session.answer(said[-1])
            heard(session)
    finally:
        ahead.close()
    view = session.view()
    assert len(killed) == 50
    assert view.row.status == "completed"
    assert [one.text for one in view.messages if one.kind == "answer"] == [one.strip() for one in said]
    assert all(one.text for one in view.messages if one.role == "interviewer")
    # What died while it read along costs no reply: the next one is started for it.
    assert not any("died" in one.fallback for one in view.messages)
    assert model.state().restarts >= 40


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
