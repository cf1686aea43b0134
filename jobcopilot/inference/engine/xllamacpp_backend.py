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
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xllamacpp

from jobcopilot.inference.engine.backend import BackendError, How, Loading, Off, Progress, Say, Written

STEP_SECONDS = 0.1
"""How long reading one slice should take: a stop waits for the slice that runs, for there is no way to break it off."""
WIDE = 16
"""Tokens that llama.cpp's kernels multiply at once: slices of so many are read as fast as the whole, those of 4 to 12
at three quarters of the speed (1.7B shape, Q4_K_M, processor time). So an answer's own prompt never goes in smaller
ones, also where sixteen take longer than a slice should; what is read ahead does: there the person sets the pace."""
LARGEST_SLICE = 512


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
        params.n_batch = params.n_ubatch = LARGEST_SLICE
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
        """Bring tokens into the cache, slice by slice: its server can only be stopped between computations."""
        if not tokens:
            return 0
        evaluated = 0
        # The first slice finds out what lies in the cache already.
        held = self._held(tokens)
        at = held
        while at < len(tokens) and not off.is_set():
            progress(at, len(tokens))
            at = min(len(tokens), at + self._slice(gentle=gentle))
            evaluated += self._evaluate(list(tokens[:at]))
            self._known = list(tokens[:at])
        progress(at, len(tokens))
        return evaluated

    def write(self, tokens: Sequence[int], how: How, off: Off, say: Say, progress: Progress) -> Written:
        """Answer after these tokens."""
        evaluated = self.read(tokens[:-1], off, progress, gentle=False)
        if off.is_set():
            return Written(evaluated, 0, "cancelled")
        made: list[int] = []
        ends: list[dict[str, Any]] = []
        refused: list[str] = []
        wrong: list[BaseException] = []
        stamp = time.perf_counter()

        def hear(piece: dict[str, Any]) -> bool:
            nonlocal stamp
            # The binding swallows what a callback raises.
            try:
                if "error" in piece:
                    refused.append(str(piece["error"].get("message", piece["error"])))
                    return True
                now = time.perf_counter()
                self._longest, stamp = max(self._longest, now - stamp), now
                made.extend(piece.get("__verbose", {}).get("tokens", ()))
                choice = piece["choices"][0]
                if choice.get("finish_reason"):
                    ends.append(piece)
                    return False
                return say(choice.get("text", "")) or off.is_set()
            except BaseException as fault:  # noqa: BLE001  # handed on below
                wrong.append(fault)
                return True

        body: dict[str, Any] = {
            "prompt": list(tokens), "n_predict": how.limit, "stream": True, "cache_prompt": True,
            "temperature": how.temperature, "top_k": 40, "top_p": 0.95, "min_p": 0.05, "repeat_penalty": 1.0,
            "seed": -1 if how.seed is None else how.seed, "return_tokens": True, "verbose": True,
        }  # fmt: skip
        if how.schema is not None:
            body["json_schema"] = dict(how.schema)
        self._known = list(tokens)
        self._server.handle_completions(body, hear)
        if wrong:
            raise wrong[0]
        if refused:
            raise BackendError(refused[0])
        finish = "stop"
        if ends:
            evaluated += int(ends[0].get("timings", {}).get("prompt_n", 1))
            finish = "limit" if ends[0]["choices"][0]["finish_reason"] == "length" else "stop"
        else:
            evaluated += 1
        answer = int(ends[0].get("timings", {}).get("predicted_n", 0)) if ends else len(made)
        # A sign that takes several tokens comes once, with the last of them: the others are not told.
        told = len(made) == answer
        self._known += made if told else []
        return Written(
            evaluated, answer, "cancelled" if off.is_set() else finish, made if told and ends else None
        )

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

    def _slice(self, *, gentle: bool) -> int:
        """Return how many tokens to read at once, by the speed that was measured."""
        fitting = min(LARGEST_SLICE, int(STEP_SECONDS / max(self._seconds_a_token, 1e-6)))
        if fitting >= WIDE:
            return fitting // WIDE * WIDE
        return max(1, fitting) if gentle else WIDE

    def _evaluate(self, tokens: list[int]) -> int:
        """Have the server read these tokens; return how many it had to."""
        answers: list[dict[str, Any]] = []
        begun = time.perf_counter()
        self._server.handle_completions(
            {"prompt": tokens, "n_predict": 0, "temperature": 0.0, "top_k": 1, "cache_prompt": True},
            answers.append,
        )
        taken = time.perf_counter() - begun
        if not answers or "error" in answers[0]:
            raise BackendError(str(answers[0]["error"].get("message")) if answers else "no answer")
        read = int(answers[0].get("timings", {}).get("prompt_n", 0))
        if read > 1:
            # What is slow now may be fast again: half of the news counts.
            self._seconds_a_token += (taken / read - self._seconds_a_token) / 2
        self._longest = max(self._longest, taken)
        return read

    def _connection(self) -> http.client.HTTPConnection:
        if self._address.startswith("unix://"):
            connection = http.client.HTTPConnection("localhost", timeout=60)
            connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.sock.settimeout(60)
            connection.sock.connect(os.fspath(self._socket))
            return connection
        host, _, port = self._address.removeprefix("http://").rpartition(":")
        return http.client.HTTPConnection(host, int(port), timeout=60)
