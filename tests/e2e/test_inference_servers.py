"""The HTTP adapter talks to real servers with a real model: llama.cpp's own, and llama-cpp-python's if installed."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel

from jobcopilot.inference.choosing import installed_speakers
from jobcopilot.inference.http_api import HttpChoice, HttpModel
from jobcopilot.inference.port import Cancel, ModelUnreachable, Request, Turn, whole_answer
from jobcopilot.inference.structured import ask
from tests.fakes.tiny_model import tiny  # noqa: F401  # a fixture

pytestmark = pytest.mark.system

HELLO = (Turn("system", "You are an interviewer."), Turn("user", "hello there"))


class Verdict(BaseModel):
    """A shape that every server's grammar can hold: llama-cpp-python's pays no heed to bounds."""

    verdict: Literal["weak", "fair", "strong"]
    own_part: bool


OWN_SERVER = """
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.n_ctx, params.n_parallel, params.warmup = sys.argv[1], 2048, 1, False
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
params.api_keys, params.verbosity, params.cache_ram_mib = ["secret"], 0, 0
server = xllamacpp.Server(params)
print("listening", server.listening_address, flush=True)
sys.stdin.read()
"""
OTHER_SERVER = """
import sys, threading, uvicorn
from llama_cpp.server.app import create_app
from llama_cpp.server.settings import ModelSettings, ServerSettings
app = create_app(
    server_settings=ServerSettings(api_key="secret"),
    model_settings=[ModelSettings(model=sys.argv[1], n_ctx=2048, n_threads=1, verbose=False)],
)
class Told(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        port = self.servers[0].sockets[0].getsockname()[1]
        print("listening", f"http://127.0.0.1:{port}", flush=True)
Told(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error")).run()
"""


@pytest.fixture(params=installed_speakers())
def server(request: pytest.FixtureRequest, tiny: Path) -> Iterator[str]:  # noqa: F811
    """The address of a running server."""
    program = OTHER_SERVER if request.param == "llama_cpp" else OWN_SERVER
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tiny)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    address = ""
    for line in process.stdout:
        if line.startswith("listening "):
            address = line.split()[1]
            break
    assert address, "the server did not start"
    threading.Thread(target=process.stdout.read, daemon=True).start()
    yield f"{address.replace('localhost', '127.0.0.1')}/v1"
    process.kill()
    process.communicate()


def test_it_streams_and_counts(server: str) -> None:
    model = HttpModel(HttpChoice(server, key="secret"))
    text, ended = whole_answer(model.stream(Request(HELLO, limit=24, seed=1)))
    assert text
    assert ended.finish in ("limit", "stop")
    report = model.report()
    assert report.name
    assert not report.leaves_machine
    model.close()


def test_a_shape_is_obeyed(server: str) -> None:
    model = HttpModel(HttpChoice(server, key="secret"))
    for seed in range(5):
        found = ask(model, Request(HELLO, limit=300, temperature=0.3, seed=seed), Verdict)
        assert found.tries == 1
    model.close()


def test_a_stop_ends_the_answer_and_the_next_is_served(server: str) -> None:
    model = HttpModel(HttpChoice(server, key="secret"))
    cancel = Cancel()
    said = 0
    for piece in model.stream(Request(HELLO, limit=60, seed=2), cancel):
        said += bool(piece.text)
        if said == 1:
            cancel.set()
    assert piece.ended is not None
    assert piece.ended.finish == "cancelled"
    assert whole_answer(model.stream(Request(HELLO, limit=4)))[1].finish in ("limit", "stop")
    model.close()


def test_without_its_key_it_says_no(server: str) -> None:
    with pytest.raises(ModelUnreachable, match="401"):
        whole_answer(HttpModel(HttpChoice(server)).stream(Request(HELLO, limit=4)))
    request = urllib.request.Request(
        f"{server}/chat/completions",
        json.dumps({"messages": []}).encode(),
        {"Content-Type": "application/json"},
    )
    with pytest.raises(urllib.error.HTTPError) as told:
        urllib.request.urlopen(request)
    assert told.value.code == 401


def test_both_bindings_are_tried_where_both_are_installed() -> None:
    assert "xllamacpp" in installed_speakers()
