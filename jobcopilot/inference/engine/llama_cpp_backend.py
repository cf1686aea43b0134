"""llama-cpp-python: stops in the middle of a computation by llama.cpp's abort callback."""

from __future__ import annotations

import codecs
import ctypes
import random
import sys
from collections.abc import Sequence
from typing import Any

import llama_cpp

from jobcopilot.inference.engine.backend import BackendError, How, Loading, Off, Progress, Say, Written
from jobcopilot.inference.engine.grammar import grammar_of

STEP, GENTLE_STEP = 64, 16
"""Tokens read in one computation: what is broken off in the middle of one is read again. As fast as larger ones; those
that are read ahead are broken off by every question."""

_ERROR = 4
"""GGML_LOG_LEVEL_ERROR (ggml.h); the binding's own comment on it is out of date."""

_ONE_SIGN = "jobcopilot-one-sign"


def _one_sign(fault: UnicodeError) -> tuple[str, int]:
    """Put one mark for a broken sequence: llama.cpp's grammars count it as one sign, Python as one for each byte."""
    assert isinstance(fault, UnicodeDecodeError)
    continues = fault.object[fault.start] & 0xC0 == 0x80
    return ("" if continues else "\ufffd"), fault.start + 1


codecs.register_error(_ONE_SIGN, _one_sign)


class LlamaCppBackend:
    """One `Llama`, whose cache is kept from request to request."""

    def __init__(self, loading: Loading) -> None:
        self._log: list[str] = []
        # llama.cpp says why a file is refused in its log alone; the reference keeps the callback alive.
        self._log_callback = llama_cpp.llama_log_callback(self._hear)
        llama_cpp.llama_log_set(self._log_callback, ctypes.c_void_p(0))
        try:
            self._llm: Any = llama_cpp.Llama(
                loading.path,
                n_ctx=loading.context,
                n_batch=STEP,
                n_ubatch=STEP,
                n_threads=loading.threads,
                n_threads_batch=loading.threads,
                swa_full=True,
                # Mapped, the weights lie in memory twice: as in the file, and as the processor wants them.
                use_mmap=False,
                verbose=False,
            )
        except (ValueError, RuntimeError, AssertionError) as refused:
            raise BackendError(" ".join([*self._log[-3:], str(refused)])) from None
        llama_cpp.llama_log_set(self._log_callback, ctypes.c_void_p(0))
        self._threads = loading.threads
        self._off: Off | None = None
        # strlen looks at memory and returns how long the text in it is: 0 for an empty one, 1 for `Off` when set. As
        # the callback it costs the computing threads nothing, and never makes them wait for Python's lock.
        library = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
        self._look = llama_cpp.ggml_abort_callback(ctypes.cast(library.strlen, ctypes.c_void_p).value or 0)

    def _hear(self, level: int, text: bytes, _data: object) -> None:
        if level == _ERROR and len(self._log) < 50:
            self._log.append(text.decode("utf-8", "replace").strip())

    def tokens(self, text: str, *, marker: bool, first: bool) -> list[int]:
        """Return the tokens of a text."""
        return list(self._llm.tokenize(text.encode("utf-8", "replace"), add_bos=first, special=marker))

    def read(self, tokens: Sequence[int], off: Off, progress: Progress, *, gentle: bool) -> int:
        """Bring tokens into the cache."""
        self._obey(off)
        kept = self._common(tokens)
        if kept < self._llm.n_tokens and not self._llm._ctx.kv_cache_seq_rm(-1, kept, -1):
            # A recurrent model cannot forget a part.
            self._llm.reset()
            kept = 0
        self._llm.n_tokens = kept
        ctx = self._llm._ctx.ctx
        if gentle:
            llama_cpp.llama_set_n_threads(ctx, 1, 1)
        at = kept
        try:
            while at < len(tokens) and not off.is_set():
                progress(at, len(tokens))
                step = list(tokens[at : at + (GENTLE_STEP if gentle else STEP)])
                if not self._evaluated(step, off):
                    break
                at += len(step)
        finally:
            if gentle:
                llama_cpp.llama_set_n_threads(ctx, self._threads, self._threads)
        progress(at, len(tokens))
        return at - kept

    def write(self, tokens: Sequence[int], how: How, off: Off, say: Say, progress: Progress) -> Written:
        """Answer after these tokens."""
        # The last one is left for the sampler, which needs its logits.
        kept = self._common(tokens[:-1])
        self.read(tokens[:-1], off, progress, gentle=False)
        evaluated = len(tokens) - kept
        made: list[int] = []
        if off.is_set():
            return Written(self._llm.n_tokens - kept, 0, "cancelled")
        grammar = None
        if how.schema is not None:
            try:
                grammar = llama_cpp.LlamaGrammar.from_string(grammar_of(how.schema), verbose=False)
            except ValueError as refused:
                raise BackendError(f"the schema makes no grammar: {refused}") from refused
        self._llm.set_seed(how.seed if how.seed is not None else random.randrange(2**31))  # noqa: S311
        decode = codecs.getincrementaldecoder("utf-8")(_ONE_SIGN).decode
        finish = "stop"
        try:
            for token in self._llm.generate(list(tokens), temp=how.temperature, grammar=grammar):
                if llama_cpp.llama_token_is_eog(self._llm._model.vocab, token):
                    break
                text = decode(self._llm.detokenize([token], prev_tokens=made[-8:]))
                made.append(token)
                if say(text):
                    break
                if len(made) >= how.limit or self._llm.n_tokens + 1 >= self._llm.n_ctx():
                    finish = "limit"
                    break
                if off.is_set():
                    break
        except RuntimeError:
            if not off.is_set():
                raise
        say(decode(b"", True))
        return Written(evaluated, len(made), "cancelled" if off.is_set() else finish, made)

    def longest_step(self) -> float | None:
        """Return None: it stops at once."""
        return None

    def _obey(self, off: Off) -> None:
        if off is self._off:
            return
        self._off = off
        llama_cpp.llama_set_abort_callback(
            self._llm._ctx.ctx, self._look, ctypes.cast(off.memory, ctypes.c_void_p)
        )

    def _evaluated(self, step: list[int], off: Off) -> bool:
        try:
            self._llm.eval(step)
        except RuntimeError:
            if off.is_set():
                return False
            raise
        return True

    def _common(self, tokens: Sequence[int]) -> int:
        """Return how many of the tokens lie in the cache already."""
        held = self._llm._input_ids.tolist()
        kept = 0
        for mine, asked in zip(held, tokens, strict=False):
            if mine != asked:
                break
            kept += 1
        return kept
