"""What a GGUF file says of itself, read before anything is loaded: a cut-off file is told in words, not by a crash.

Layout: github.com/ggml-org/ggml/blob/master/docs/gguf.md (version 2 and 3, little-endian).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from jobcopilot.inference.port import ModelMissing, ModelRefused
from jobcopilot.text import clean_line

_SCALARS: Final = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    4: "<I",
    5: "<i",
    6: "<f",
    7: "<?",
    10: "<Q",
    11: "<q",
    12: "<d",
}
_STRING, _ARRAY = 8, 9
# Kind of tensor: values a block, bytes a block (ggml.c, type_traits).
_BLOCKS: Final = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66),
    17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136),
    24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54),
    35: (256, 66), 39: (32, 17),
}  # fmt: skip
_MOST_PAIRS = 10_000
_MOST_TENSORS = 100_000
_LONGEST_STRING = 10_000_000
_ODD: Final = "a value in its head is of the wrong kind"
_RECURRENT: Final = frozenset({
    "mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7", "jamba", "falcon-h1", "granitehybrid", "lfm2",
    "lfm2moe", "nemotron_h", "nemotron_h_moe", "plamo2", "plamo3", "qwen3next", "qwen35", "qwen35moe", "kimi-linear",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class GgufFile:
    """What is worth knowing of a model file."""

    path: Path
    size_bytes: int
    architecture: str
    name: str = ""
    context: int = 0
    """Tokens that it was trained for."""
    layers: int = 0
    width: int = 0
    vocabulary: int = 0
    cache_bytes_a_token: int = 0
    chat_template: str | None = None
    recurrent: bool = False
    """Whether it cannot go back to a prefix: every turn is then read from the beginning."""
    values: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


class _Broken(Exception):
    """The bytes are no GGUF."""


def read_gguf(path: Path) -> GgufFile:
    """Read the head of a model file.

    Raises `ModelMissing` where there is none and `ModelRefused` where it is no whole GGUF language model.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as source:
            values, needed = _head(source, size)
        if needed <= size:
            return _described(path, size, values)
    except FileNotFoundError:
        raise ModelMissing(
            "The model file is not there",
            str(path),
            "Fetch it: jobcopilot models pull NAME (or choose another: jobcopilot models list)",
        ) from None
    except OSError as refused:
        raise ModelRefused(
            "The model file cannot be read", f"{path}: {refused.strerror}", "Check the path."
        ) from None
    except (_Broken, struct.error, ValueError, TypeError, OverflowError, MemoryError) as broken:
        kinds = {
            struct.error: "its head ends too early",
            ValueError: _ODD,
            TypeError: _ODD,
            OverflowError: _ODD,
        }
        raise ModelRefused(
            "The model file is no whole GGUF",
            f"{path}: {kinds.get(type(broken)) or broken}",
            "Get it again from where it came; one of the list: jobcopilot models pull NAME",
        ) from None
    raise ModelRefused(
        "The model file is cut off",
        f"{path} has {size:,} bytes of {needed:,}",
        "Get the whole file; one of the list: jobcopilot models pull NAME",
    )


def _described(path: Path, size: int, values: dict[str, Any]) -> GgufFile:
    architecture = clean_line(str(values.get("general.architecture", "")), 40)
    kind = clean_line(str(values.get("general.type", "")), 40)
    if not architecture or architecture == "clip" or kind in ("adapter", "mmproj", "imatrix"):
        raise ModelRefused(
            "The file is no language model",
            f"{path} is a {kind or architecture or 'GGUF without an architecture'}",
            "Choose an instruct model: jobcopilot models list",
        )
    if int(values.get("split.count", 1)) > 1:
        raise ModelRefused(
            "The model lies in several files",
            str(path),
            "Choose one that is a single file, or join its parts.",
        )

    def number(key: str, default: int = 0) -> int:
        found = values.get(f"{architecture}.{key}", default)
        return max(0, int(found)) if isinstance(found, (int, float)) else default

    layers, width, heads = (
        number("block_count"),
        number("embedding_length"),
        number("attention.head_count", 1),
    )
    head = width // max(1, heads)
    key, value = number("attention.key_length", head), number("attention.value_length", head)
    template = values.get("tokenizer.chat_template")
    if template is not None and not isinstance(template, str):
        raise TypeError
    grouped = values.get(f"{architecture}.attention.head_count_kv", heads)
    groups = sum(map(int, grouped)) if isinstance(grouped, list) else int(grouped) * layers
    return GgufFile(
        path=path,
        size_bytes=size,
        architecture=architecture,
        name=clean_line(str(values.get("general.name", "")), 120),
        context=number("context_length"),
        layers=layers,
        width=width,
        vocabulary=number("vocab_size") or int(values.get("tokenizer.ggml.tokens", 0) or 0),
        # Two bytes a number: the cache is kept as 16-bit floats.
        cache_bytes_a_token=groups * (key + value) * 2,
        chat_template=template,
        recurrent=architecture in _RECURRENT or any(".ssm." in name for name in values),
        values=values,
    )


def _head(source: BinaryIO, size: int) -> tuple[dict[str, Any], int]:
    """Return the key-value pairs, and how many bytes the whole file must have."""
    if source.read(4) != b"GGUF":
        raise _Broken("it does not begin like a GGUF")
    version = _number(source, "<I")
    if version not in (2, 3):
        raise _Broken(f"GGUF version {version} is not known")
    tensors, pairs = _number(source, "<Q"), _number(source, "<Q")
    if tensors > _MOST_TENSORS or pairs > _MOST_PAIRS:
        raise _Broken(f"{tensors} tensors and {pairs} values are not believable")
    values: dict[str, Any] = {}
    for _ in range(pairs):
        key = _string(source)
        values[key] = _value(source, _number(source, "<I"), size)
    end = 0
    for _ in range(tensors):
        _string(source)
        shape = [_number(source, "<Q") for _ in range(min(_number(source, "<I"), 8))]
        kind, offset = _number(source, "<I"), _number(source, "<Q")
        block, per_block = _BLOCKS.get(kind, (1, 0))
        elements = 1
        for dimension in shape:
            elements *= dimension
        end = max(end, offset + elements // block * per_block)
    alignment = int(values.get("general.alignment", 32)) or 32
    begin = -(-source.tell() // alignment) * alignment
    return values, begin + end


def _value(source: BinaryIO, kind: int, size: int) -> Any:
    if kind in _SCALARS:
        return _number(source, _SCALARS[kind])
    if kind == _STRING:
        return _string(source)
    if kind != _ARRAY:
        raise _Broken(f"a value of kind {kind} is not known")
    inner, count = _number(source, "<I"), _number(source, "<Q")
    if count > size:
        raise _Broken(f"a list of {count} values does not fit into the file")
    if inner in _SCALARS:
        width = struct.calcsize(_SCALARS[inner])
        raw = source.read(width * count)
        if len(raw) < width * count:
            raise _Broken("its head ends too early")
        return list(struct.unpack(f"<{count}{_SCALARS[inner][1:]}", raw)) if count <= 4096 else count
    if inner != _STRING:
        raise _Broken("a list of lists is not known")
    for _ in range(count):
        # A vocabulary: how many it has is enough.
        length = _number(source, "<Q")
        if length > _LONGEST_STRING:
            raise _Broken("its head is damaged")
        source.seek(length, 1)
    if source.tell() > size:
        raise _Broken("its head ends too early")
    return count


def _string(source: BinaryIO) -> str:
    length = _number(source, "<Q")
    if length > _LONGEST_STRING:
        raise _Broken("its head is damaged")
    raw = source.read(length)
    if len(raw) < length:
        raise _Broken("its head ends too early")
    return raw.decode("utf-8", "replace")


def _number(source: BinaryIO, form: str) -> Any:
    return struct.unpack(form, source.read(struct.calcsize(form)))[0]
