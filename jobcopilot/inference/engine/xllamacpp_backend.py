"""xllamacpp: llama.cpp's own server inside this process; a wheel that every installation can have.

It always opens a socket. Here that is one in the file system, in a folder that only this user may enter, and every
request to it needs a key that is made for this process: no port of the machine is open.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import xllamacpp

from jobcopilot.inference.engine.backend import BackendError, How, Loading, Off, Progress, Say, Written

STEP_SECONDS = 0.1
"""How long one step of reading should take: a stop waits for the step that runs, for nothing can break it off."""
WIDE, LARGEST_STEP = 64, 512
"""Tokens of the smallest step of a prompt that somebody waits for, and of the largest. Steps of 64 are computed as fast
as the whole (44 tokens a second of one thread; 43 in steps of 32, 40 of 16, 30 of 4 to 8; 1.7B shape, Q4_K_M), so a
prompt is never computed in smaller ones, also where 64 take longer than a step should: in steps of 16 everybody would
wait a sixth longer for every answer, so that whoever breaks one off waits less for the next. What is read ahead is read
in smaller ones, for there the person sets the pace."""
_SECONDS_A_BYTE = 3.3e-8
"""Of one thread for one token and byte of the model, as measured on a server's core: what the steps are chosen by, for
llama.cpp wants to know before it has read anything. How long they then take is measured and told."""


class XllamacppBackend:
    """One server with one slot, asked directly; its socket serves to turn text into tokens and nothing else."""

    def __init__(self, loading: Loading) -> None:
        self._key = secrets.token_urlsafe(32)
        self._socket = Path(loading.folder) / "engine.sock"
        params = xllamacpp.CommonParams()
        params.model.path = loading.path
        params.n_ctx = loading.context
        params.n_parallel = 1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = loading.threads
        params.n_batch = params.n_ubatch = step_tokens(Path(loading.path).stat().st_size, loading.threads)
        params.cache_ram_mib = params.n_ctx_checkpoints = 0
        params.swa_full = True
        # Mapped, the weights lie in memory twice: as in the file, and as the processor wants them.
        params.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
        params.warmup = params.ui = params.endpoint_slots = params.fit_params = False
        params.use_jinja = False
        params.api_keys = [self._key]
        params.hostnames = [str(self._socket) if sys.platform != "win32" else "127.0.0.1"]
        params.verbosity = 1
        try:
            self._server: Any = xllamacpp.Server(params)
        except RuntimeError as refused:
            raise BackendError(str(refused)) from None
        self._address = str(self._server.listening_address)
        if self._socket.exists():
            self._socket.chmod(0o600)
        self._known: list[int] = []
        self._seconds_a_token = 0.02
        self._longest = 0.0

    def tokens(self, text: str, *, marker: bool, first: bool) -> list[int]:
        """Return the tokens of a text."""
        if not text:
            return []
        connection = self._connection()
        try:
            connection.request(
                "POST",
                "/tokenize",
                json.dumps({"content": text, "add_special": first, "parse_special": marker}),
                {"Content-Type": "application/json", "Authorization": f"Bearer {self._key}"},
            )
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        if "tokens" not in answer:
            raise BackendError(str(answer.get("error", answer)))
        return list(answer["tokens"])

    def read(self, tokens: Sequence[int], off: Off, progress: Progress, *, gentle: bool) -> int:
        """Bring tokens into the cache; ahead in requests so small that each is over soon, by the speed measured."""
        if not tokens:
            return 0
        evaluated = 0
        at = self._held(tokens)
        while at < len(tokens) and not off.is_set():
            begin = at
            at = min(len(tokens), at + self._slice()) if gentle else len(tokens)
            # What lies in the cache already is found out by the first.
            heard = self._ask(tokens[:at], how={"n_predict": 0, "temperature": 0.0, "top_k": 1}, off=off,
                              progress=lambda done: progress(done, len(tokens)))  # fmt: skip
            evaluated += heard.evaluated
            at = max(begin, heard.read) if off.is_set() else at
        progress(at, len(tokens))
        return evaluated

    def write(self, tokens: Sequence[int], how: How, off: Off, say: Say, progress: Progress) -> Written:
        """Answer after these tokens."""
        asked: dict[str, Any] = {
            "n_predict": how.limit, "temperature": how.temperature, "top_k": 40, "top_p": 0.95, "min_p": 0.05,
            "repeat_penalty": 1.0, "seed": -1 if how.seed is None else how.seed, "return_tokens": True,
        }  # fmt: skip
        if how.schema is not None:
            asked["json_schema"] = dict(how.schema)
        heard = self._ask(
            tokens, how=asked, off=off, progress=lambda done: progress(done, len(tokens)), say=say
        )
        answer = heard.predicted if heard.whole else len(heard.made)
        # A sign that takes several tokens comes once, with the last of them: the others are not told.
        told = len(heard.made) == answer
        self._known += heard.made if told else []
        finish = "cancelled" if off.is_set() else "limit" if heard.finish == "length" else "stop"
        return Written(heard.evaluated, answer, finish, heard.made if told and heard.whole else None)

    def longest_step(self) -> float | None:
        """Return the longest slice or token so far."""
        return self._longest

    def _held(self, tokens: Sequence[int]) -> int:
        """Return how many of the tokens lie in the cache already, by what was asked of it last."""
        kept = 0
        for mine, asked in zip(self._known, tokens, strict=False):
            if mine != asked:
                break
            kept += 1
        return kept

    def _slice(self) -> int:
        """Return how many tokens to read ahead at once, by the speed that was measured."""
        fitting = min(LARGEST_STEP, int(STEP_SECONDS / max(self._seconds_a_token, 1e-6)))
        return max(1, fitting if fitting < WIDE else fitting // WIDE * WIDE)

    def _ask(
        self,
        tokens: Sequence[int],
        *,
        how: dict[str, Any],
        off: Off,
        progress: Callable[[int], object],
        say: Say | None = None,
    ) -> _Heard:
        """Have the server read these tokens and answer; it looks whether to stop after each step and each token."""
        heard = _Heard()
        begun = stamp = time.perf_counter()

        def hear(piece: dict[str, Any]) -> bool:
            nonlocal stamp
            # The binding swallows what a callback raises.
            try:
                now = time.perf_counter()
                self._longest, stamp = max(self._longest, now - stamp), now
                text = heard.take(piece)
                if heard.reading is not None:
                    progress(heard.reading)
                elif text and say is not None and say(text):
                    return True
                return bool(heard.refused) or (off.is_set() and not heard.whole)
            except BaseException as fault:  # noqa: BLE001  # handed on below
                heard.wrong = fault
                return True

        body = {**how, "prompt": list(tokens), "stream": True, "cache_prompt": True, "return_progress": True,
                "verbose": True}  # fmt: skip
        self._known = []
        self._server.handle_completions(body, hear)
        if heard.wrong is not None:
            raise heard.wrong
        if heard.refused:
            raise BackendError(heard.refused)
        if heard.answering or heard.whole:
            heard.evaluated += len(tokens) - heard.read
            heard.read = len(tokens)
        self._known = list(tokens[: heard.read])
        if heard.evaluated > 1 and say is None:
            # What is slow now may be fast again: half of the news counts.
            self._seconds_a_token += ((stamp - begun) / heard.evaluated - self._seconds_a_token) / 2
        return heard

    def _connection(self) -> http.client.HTTPConnection:
        if self._address.startswith("unix://"):
            connection = http.client.HTTPConnection("localhost", timeout=60)
            connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.sock.settimeout(60)
            connection.sock.connect(os.fspath(self._socket))
            return connection
        host, _, port = self._address.removeprefix("http://").rpartition(":")
        return http.client.HTTPConnection(host, int(port), timeout=60)


class _Heard:
    """What the server told of one request."""

    def __init__(self) -> None:
        self.read = 0
        """Tokens of the prompt that lie in the cache."""
        self.evaluated = 0
        self.reading: int | None = None
        """How many are read, while the piece that came last is about that."""
        self.made: list[int] = []
        self.answering = self.whole = False
        self.predicted = 0
        self.finish = ""
        self.refused = ""
        self.wrong: BaseException | None = None

    def take(self, piece: dict[str, Any]) -> str:
        """Take a piece in and return its text."""
        self.reading = None
        if "error" in piece:
            self.refused = str(piece["error"].get("message", piece["error"]))
            return ""
        verbose = piece.get("__verbose", {})
        if done := piece.get("prompt_progress") or verbose.get("prompt_progress"):
            self.reading = self.read = int(done["processed"])
            self.evaluated = self.read - int(done["cache"])
            return ""
        choice = piece["choices"][0]
        if choice.get("finish_reason"):
            self.whole, self.finish = True, str(choice["finish_reason"])
            timings = piece.get("timings", {})
            self.predicted = int(timings.get("predicted_n", len(self.made)))
        else:
            self.answering = True
            self.made.extend(verbose.get("tokens", ()))
        return str(choice.get("text", ""))


def step_tokens(size_bytes: int, threads: int) -> int:
    """Return how many tokens a model of that size should compute at once with so many threads."""
    fitting = int(STEP_SECONDS * threads / (max(1, size_bytes) * _SECONDS_A_BYTE))
    return max(WIDE, min(LARGEST_STEP, fitting // WIDE * WIDE))
