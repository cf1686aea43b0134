"""A real llama.cpp in its process: it streams, stops, obeys a schema, keeps its cache; its death costs one answer."""

# ruff: noqa: F401, F811  # fixtures are imported by name

from __future__ import annotations

import http.client
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import psutil
import pytest
from pydantic import BaseModel, ConfigDict, Field

from jobcopilot.errors import JobcopilotError
from jobcopilot.inference.local import LocalChoice, LocalModel
from jobcopilot.inference.port import (
    Cancel,
    ContextFull,
    Ended,
    ModelCrashed,
    ModelMissing,
    ModelRefused,
    Piece,
    Request,
    Speaker,
    Turn,
    whole_answer,
)
from jobcopilot.inference.structured import ask
from tests.fakes.tiny_model import model, speaker, tiny

pytestmark = pytest.mark.xdist_group("inference")

HELLO = (Turn("system", "You are an interviewer."), Turn("user", "hello there " * 20))


class Mark(BaseModel):
    """A small bounded shape."""

    model_config = ConfigDict(extra="forbid")
    verdict: Literal["weak", "fair", "strong"]
    score: int = Field(ge=0, le=9)
    quote: str = Field(max_length=12)
    own_part: bool


def pieces(model: LocalModel, conversation: Sequence[Turn], limit: int = 20, seed: int = 1) -> list[Piece]:
    return list(model.stream(Request(tuple(conversation), limit=limit, seed=seed)))


def ended(found: Sequence[Piece]) -> Ended:
    last = found[-1].ended
    assert last is not None
    assert all(piece.ended is None for piece in found[:-1])
    return last


def test_nothing_is_loaded_before_the_first_question(model: LocalModel) -> None:
    assert model.state().phase == "asleep"
    assert model.engine_pid is None


def test_it_says_what_it_is(model: LocalModel, speaker: Speaker) -> None:
    report = model.report()
    assert (report.name, report.speaker, report.architecture) == ("tiny", speaker, "llama")
    assert (report.context, report.template, report.threads) == (4096, "chatml", 1)
    assert not report.leaves_machine
    assert report.memory_bytes > 10_000_000
    assert model.state().phase == "ready"


def test_an_answer_streams_and_says_how_it_ended(model: LocalModel) -> None:
    found = pieces(model, HELLO, limit=24)
    last = ended(found)
    assert last.finish in ("limit", "stop")
    assert 0 < last.usage.answer_tokens <= 24
    assert last.usage.evaluated_tokens == last.usage.prompt_tokens
    assert sum(bool(piece.text) for piece in found) > 2
    assert any(piece.reading is not None for piece in found)


def test_the_same_seed_says_the_same(model: LocalModel) -> None:
    first = whole_answer(iter(pieces(model, HELLO, seed=7)))[0]
    assert whole_answer(iter(pieces(model, HELLO, seed=7)))[0] == first


def test_each_turn_reads_only_what_is_new(model: LocalModel) -> None:
    conversation = list(HELLO)
    # The marks around an answer: <|im_end|>\n<|im_start|>user\n … <|im_end|>\n<|im_start|>assistant\n
    marks = 2 + 6 + 2 + 11
    new = 0
    again: list[float] = []
    for turn in range(8):
        text, last = whole_answer(model.stream(Request(tuple(conversation), limit=40, seed=turn)))
        again.append((last.usage.evaluated_tokens - new) / last.usage.prompt_tokens)
        answer = Turn("user", f"my answer is number {turn} " * 14)
        conversation += [Turn("assistant", text), answer]
        new = model.count(answer.text) + marks
    # A binding that does not tell every token of an answer reads that answer once more, and nothing before it.
    assert again[7] <= 0.05


def test_reading_ahead_leaves_little_to_read(model: LocalModel) -> None:
    speaking = "I led the team that moved our database " * 10
    model.prefill((*HELLO[:1], Turn("user", speaking)), gentle=True)
    grown = model.prefill((*HELLO[:1], Turn("user", speaking + "and it went well")))
    assert grown.evaluated <= 20
    last = ended(pieces(model, (*HELLO[:1], Turn("user", speaking + "and it went well"))))
    assert last.usage.evaluated_tokens <= 40
    assert last.usage.prompt_tokens > 300


def test_a_stop_while_it_speaks(model: LocalModel) -> None:
    cancel = Cancel()
    found = []
    for piece in model.stream(Request(HELLO, limit=2000), cancel):
        found.append(piece)
        if sum(bool(one.text) for one in found) == 5:
            cancel.set()
    assert ended(found).finish == "cancelled"
    assert sum(bool(one.text) for one in found) == 5
    assert ended(pieces(model, HELLO)).finish in ("limit", "stop")


def test_a_stop_while_it_reads(model: LocalModel) -> None:
    model.report()
    cancel = Cancel()
    long = (Turn("user", "a long answer of many words " * 120),)
    found = []
    for piece in model.stream(Request(long, limit=20), cancel):
        found.append(piece)
        cancel.set()
    assert ended(found).finish == "cancelled"
    assert not any(piece.text for piece in found)
    # What was read stays read; the rest is read now.
    assert ended(pieces(model, long)).usage.evaluated_tokens > 0


def test_a_stop_before_anything(model: LocalModel) -> None:
    cancel = Cancel()
    cancel.set()
    assert [piece.ended and piece.ended.finish for piece in model.stream(Request(HELLO), cancel)] == [
        "cancelled"
    ]
    assert model.prefill(HELLO, cancel).cancelled


def test_leaving_the_answer_stops_it(model: LocalModel) -> None:
    for piece in model.stream(Request(HELLO, limit=3000)):
        if piece.text:
            break
    assert ended(pieces(model, HELLO)).finish in ("limit", "stop")


def test_two_who_ask_are_answered_one_after_the_other(model: LocalModel) -> None:
    done: list[Ended] = []
    threads = [threading.Thread(target=lambda: done.append(ended(pieces(model, HELLO)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(done) == 4


def test_marks_in_words_are_words(model: LocalModel) -> None:
    assert model.count("<|im_end|>") == len("<|im_end|>")
    assert model.count("") == 0


def test_a_shape_is_obeyed(model: LocalModel) -> None:
    for seed in range(5):
        found = ask(model, Request(HELLO, limit=300, temperature=1.0, seed=seed), Mark)
        assert found.tries == 1
        assert not found.repaired


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_hundred_answers_all_obey_the_shape(model: LocalModel) -> None:
    for seed in range(100):
        found = ask(model, Request(HELLO, limit=300, temperature=1.2, seed=seed), Mark)
        assert found.tries == 1, seed


def test_what_does_not_fit_is_told_with_its_numbers(model: LocalModel) -> None:
    with pytest.raises(ContextFull) as told:
        pieces(model, (Turn("user", "x" * 5000),))
    assert "4096" in str(told.value)
    assert ended(pieces(model, HELLO)).finish in ("limit", "stop")


def test_the_engine_gives_way_to_whoever_listens_and_draws(model: LocalModel) -> None:
    model.report()
    engine = psutil.Process(model.engine_pid)
    assert engine.nice() == min(19, psutil.Process().nice() + 5)
    group = Path(f"/proc/{engine.pid}/autogroup")
    if group.exists() and group.read_text():
        assert group.read_text().split()[-2:] == ["nice", "5"]


def test_a_killed_engine_costs_one_answer(model: LocalModel) -> None:
    said = ""
    with pytest.raises(ModelCrashed) as told:
        for piece in model.stream(Request(HELLO, limit=3000)):
            said += piece.text
            # Once: what it had said by then still comes, when it is gone.
            if len(said) > 20 and (pid := model.engine_pid) is not None:
                os.kill(pid, signal.SIGKILL)
    assert said
    assert "killed" in str(told.value)
    assert "ask once more" in str(told.value)
    assert model.state().phase == "failed"
    assert ended(pieces(model, HELLO)).finish in ("limit", "stop")
    assert model.state().restarts == 1


def test_an_engine_that_died_unasked_costs_nothing(model: LocalModel) -> None:
    model.report()
    engine = psutil.Process(model.engine_pid)
    engine.kill()
    engine.wait(10)
    assert ended(pieces(model, HELLO)).finish in ("limit", "stop")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_fifty_deaths_and_every_next_answer_comes(model: LocalModel) -> None:
    import random

    draw = random.Random(5)
    crashed = 0
    for round_ in range(50):
        after = draw.randrange(1, 60)
        engine = None
        try:
            for place, _piece in enumerate(model.stream(Request(HELLO, limit=400, seed=round_))):
                if place == after and (pid := model.engine_pid) is not None:
                    engine = psutil.Process(pid)
                    engine.kill()
        except ModelCrashed:
            crashed += 1
        if engine is not None:
            engine.wait(10)
        assert ended(pieces(model, HELLO, limit=2)).finish in ("limit", "stop")
    assert crashed > 25


def test_it_falls_asleep_and_gives_its_memory_back(tiny: Path, speaker: Speaker) -> None:
    sleepy = LocalModel(LocalChoice(tiny, "tiny", speaker, context=512, threads=1, idle_seconds=0.2))
    try:
        sleepy.report()
        psutil.Process(sleepy.engine_pid).wait(10)
        assert sleepy.engine_pid is None
        assert sleepy.state().phase == "asleep"
        assert ended(pieces(sleepy, HELLO)).finish in ("limit", "stop")
    finally:
        sleepy.close()


def test_a_closed_model_says_so(model: LocalModel) -> None:
    model.report()
    engine = psutil.Process(model.engine_pid)
    model.close()
    engine.wait(10)
    with pytest.raises(ModelCrashed, match="closed"):
        pieces(model, HELLO)


@pytest.mark.slow
def test_the_engine_ends_with_the_app(tiny: Path, speaker: Speaker) -> None:
    program = (
        "import sys; from pathlib import Path; from jobcopilot.inference.local import LocalChoice, LocalModel\n"
        f"model = LocalModel(LocalChoice(Path({str(tiny)!r}), 'tiny', {speaker!r}, context=512, threads=1))\n"
        "model.report(); print(model.engine_pid, flush=True); sys.stdin.read()"
    )
    app = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert app.stdout is not None
    engine = psutil.Process(int(app.stdout.readline()))
    app.kill()
    app.communicate()
    engine.wait(10)


@pytest.mark.skipif(sys.platform == "win32", reason="no sockets in the file system")
def test_no_port_is_open_and_nobody_else_may_ask(model: LocalModel) -> None:
    model.report()
    engine = psutil.Process(model.engine_pid)
    assert engine.net_connections(kind="inet") == []
    process = model._engine
    assert process is not None
    folder = Path(process.folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for place in folder.glob("*.sock"):
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        for path in ("/completion", "/v1/chat/completions", "/tokenize", "/slots", "/props"):
            connection = http.client.HTTPConnection("localhost", timeout=10)
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.connect(str(place))
            connection.request("POST", path, '{"prompt": "hello", "content": "hello"}')
            assert connection.getresponse().status == 401, path
            connection.close()
    model.close()
    engine.wait(10)
    # The reader of its frames removes the folder when the process is gone.
    for thread in threading.enumerate():
        if thread.name == "engine-frames":
            thread.join(10)
    assert not folder.exists()


def changed(tiny: Path, to: Path, *, old: bytes = b"", new: bytes = b"", keep: int | None = None) -> Path:
    body = tiny.read_bytes()
    if old:
        assert old in body
        body = body.replace(old, new)
    to.write_bytes(body[:keep])
    return to


def test_a_file_that_is_cut_off_is_told_in_words(tiny: Path, speaker: Speaker, tmp_path: Path) -> None:
    for keep, words in (
        (400_000, "cut off"),
        (600, "no whole GGUF"),
        (2, "no whole GGUF"),
        (0, "no whole GGUF"),
    ):
        bad = changed(tiny, tmp_path / f"cut{keep}.gguf", keep=keep)
        with pytest.raises(ModelRefused, match=words):
            pieces(LocalModel(LocalChoice(bad, "cut", speaker)), HELLO)


def test_a_file_that_is_not_there_is_told(tmp_path: Path, speaker: Speaker) -> None:
    with pytest.raises(ModelMissing, match="models list"):
        pieces(LocalModel(LocalChoice(tmp_path / "none.gguf", "none", speaker)), HELLO)


def test_an_unknown_architecture_is_told_in_words(tiny: Path, speaker: Speaker, tmp_path: Path) -> None:
    strange = changed(tiny, tmp_path / "strange.gguf", old=b"llama", new=b"zebra")
    model = LocalModel(LocalChoice(strange, "strange", speaker))
    with pytest.raises(JobcopilotError) as told:
        pieces(model, HELLO)
    model.close()
    assert "unknown model architecture: 'zebra'" in str(told.value)


def test_a_model_too_big_for_the_memory_is_told_before_it_is_loaded(
    tiny: Path,
    speaker: Speaker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from jobcopilot.inference import local
    from jobcopilot.inference.machine import Machine

    monkeypatch.setattr(local, "this_machine", lambda: Machine(2, 8_000_000_000, 100_000_000))
    model = LocalModel(LocalChoice(tiny, "tiny", speaker))
    with pytest.raises(ModelRefused, match=r"needs 0\.2 GB with 8,192 tokens of context, 0\.1 GB are free"):
        pieces(model, HELLO)
    assert model.engine_pid is None
