"""Make models with the shapes of real ones and random weights: their times and memory are true, their words are not.

    python shaped_models.py gguf qwen3-1.7b OUT.gguf      needs: gguf, numpy
    python shaped_models.py whisper base.en OUT_FOLDER    needs: ctranslate2, tokenizers, numpy

The GGUF is quantised as Q4_K_M is (Q4_K, with Q6_K where llama.cpp uses it). The Whisper folder is int8 and loads in
faster-whisper. Both come with a byte-level tokenizer; the GGUF with a ChatML template.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

# name: architecture, layers, width, feed-forward, heads, key-value heads, head width, vocabulary
LANGUAGE = {
    "tiny": ("llama", 2, 256, 512, 4, 2, 64, 512),
    "qwen3-0.6b": ("qwen3", 28, 1024, 3072, 16, 8, 128, 151936),
    "qwen3-1.7b": ("qwen3", 28, 2048, 6144, 16, 8, 128, 151936),
    "qwen3-4b": ("qwen3", 36, 2560, 9728, 32, 8, 128, 151936),
    "llama3.2-3b": ("llama", 28, 3072, 8192, 24, 8, 128, 128256),
}
# name: encoder layers, decoder layers, heads, width
WHISPER = {
    "tiny.en": (4, 4, 6, 384),
    "base.en": (6, 6, 8, 512),
    "small.en": (12, 12, 12, 768),
    "distil-small.en": (12, 4, 12, 768),
}
WHISPER_TEXT_TOKENS = 50256
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def byte_alphabet() -> list[str]:
    """The 256 printable stand-ins for bytes that byte-level BPE uses (Radford et al., 2019)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {b: chr(b) for b in plain}
    for b in range(256):
        table.setdefault(b, chr(256 + len([x for x in table if x not in plain])))
    return [table[b] for b in range(256)]


def write_gguf(name: str, path: Path) -> None:
    import gguf

    arch, layers, width, hidden, heads, kv_heads, head_width, vocabulary = LANGUAGE[name]
    kinds = gguf.GGMLQuantizationType
    rng = np.random.default_rng(0)
    out = gguf.GGUFWriter(str(path), arch)
    out.add_context_length(32768)
    out.add_embedding_length(width)
    out.add_block_count(layers)
    out.add_feed_forward_length(hidden)
    out.add_head_count(heads)
    out.add_head_count_kv(kv_heads)
    out.add_key_length(head_width)
    out.add_value_length(head_width)
    out.add_layer_norm_rms_eps(1e-6)
    out.add_rope_freq_base(1e6)
    out.add_vocab_size(vocabulary)
    if arch == "llama":
        out.add_rope_dimension_count(head_width)

    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    filler = [f"zz{i}" for i in range(vocabulary - 256 - len(special))]
    out.add_tokenizer_model("gpt2")
    out.add_tokenizer_pre("qwen2")
    out.add_token_list(byte_alphabet() + filler + special)
    out.add_token_types([1] * (vocabulary - len(special)) + [3] * len(special))
    out.add_token_merges(["z z"])
    out.add_bos_token_id(vocabulary - 3)
    out.add_eos_token_id(vocabulary - 1)
    out.add_add_bos_token(False)
    out.add_chat_template(CHATML)

    def blocks(count: int, kind: "gguf.GGMLQuantizationType") -> np.ndarray:
        """Random quantised blocks with small scales, so that activations stay finite."""
        size, small, smaller = (
            (144, np.float16(2e-4), np.float16(1e-3)) if kind == kinds.Q4_K else (210, np.float16(1e-4), None)
        )
        raw = rng.integers(0, 256, (count, size), dtype=np.uint8)
        if kind == kinds.Q4_K:
            raw[:, 0:2] = np.frombuffer(small.tobytes(), np.uint8)
            assert smaller is not None
            raw[:, 2:4] = np.frombuffer(smaller.tobytes(), np.uint8)
        else:
            raw[:, 192:208] = rng.integers(0, 8, (count, 16), dtype=np.uint8)
            raw[:, 208:210] = np.frombuffer(small.tobytes(), np.uint8)
        return raw

    def matrix(tensor: str, rows: int, columns: int, kind: "gguf.GGMLQuantizationType") -> None:
        out.add_tensor(tensor, blocks(rows * columns // 256, kind).reshape(rows, -1), raw_dtype=kind)

    def ones(tensor: str, length: int) -> None:
        out.add_tensor(tensor, np.ones(length, np.float32))

    matrix("token_embd.weight", vocabulary, width, kinds.Q6_K)
    ones("output_norm.weight", width)
    for layer in range(layers):
        p = f"blk.{layer}."
        better = kinds.Q6_K if layer % 2 == 0 else kinds.Q4_K
        ones(p + "attn_norm.weight", width)
        ones(p + "ffn_norm.weight", width)
        matrix(p + "attn_q.weight", heads * head_width, width, kinds.Q4_K)
        matrix(p + "attn_k.weight", kv_heads * head_width, width, kinds.Q4_K)
        matrix(p + "attn_v.weight", kv_heads * head_width, width, better)
        matrix(p + "attn_output.weight", width, heads * head_width, kinds.Q4_K)
        if arch == "qwen3":
            ones(p + "attn_q_norm.weight", head_width)
            ones(p + "attn_k_norm.weight", head_width)
        matrix(p + "ffn_gate.weight", hidden, width, kinds.Q4_K)
        matrix(p + "ffn_up.weight", hidden, width, kinds.Q4_K)
        matrix(p + "ffn_down.weight", width, hidden, better)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def write_whisper(name: str, folder: Path) -> None:
    from ctranslate2.specs import whisper_spec
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    encoder_layers, decoder_layers, heads, width = WHISPER[name]
    rng = np.random.default_rng(0)
    alphabet = byte_alphabet()
    special = [
        "endoftext",
        "startoftranscript",
        "translate",
        "transcribe",
        "startoflm",
        "startofprev",
        "nospeech",
        "notimestamps",
    ]
    text = alphabet + [f"zz{i}" for i in range(WHISPER_TEXT_TOKENS - 256)]
    marks = [f"<|{s}|>" for s in special] + [f"<|{i * 0.02:.2f}|>" for i in range(1501)]
    vocabulary = text + marks

    spec = whisper_spec.WhisperSpec(encoder_layers, heads, decoder_layers, heads)

    def normal(*shape: int) -> np.ndarray:
        return (rng.standard_normal(shape) * 0.02).astype(np.float32)

    def linear(layer: Any, rows: int, columns: int, bias: bool = True) -> None:
        layer.weight = normal(rows, columns)
        if bias:
            layer.bias = np.zeros(rows, np.float32)

    def norm(layer: Any) -> None:
        layer.gamma = np.ones(width, np.float32)
        layer.beta = np.zeros(width, np.float32)

    def attention(layer: Any, own: bool) -> None:
        norm(layer.layer_norm)
        for part, rows in zip(
            layer.linear, [3 * width, width] if own else [width, 2 * width, width], strict=True
        ):
            linear(part, rows, width)

    def feed_forward(layer: Any) -> None:
        norm(layer.layer_norm)
        linear(layer.linear_0, 4 * width, width)
        linear(layer.linear_1, width, 4 * width)

    spec.encoder.conv1.weight, spec.encoder.conv1.bias = normal(width, 80, 3), np.zeros(width, np.float32)
    spec.encoder.conv2.weight, spec.encoder.conv2.bias = normal(width, width, 3), np.zeros(width, np.float32)
    spec.encoder.position_encodings.encodings = normal(1500, width)
    norm(spec.encoder.layer_norm)
    for layer in spec.encoder.layer:
        attention(layer.self_attention, own=True)
        feed_forward(layer.ffn)
    spec.decoder.embeddings.weight = normal(len(vocabulary), width)
    spec.decoder.position_encodings.encodings = normal(448, width)
    norm(spec.decoder.layer_norm)
    for layer in spec.decoder.layer:
        attention(layer.self_attention, own=True)
        attention(layer.attention, own=False)
        feed_forward(layer.ffn)
    linear(spec.decoder.projection, len(vocabulary), width, bias=False)
    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids, spec.config.suppress_ids_begin = [], [WHISPER_TEXT_TOKENS]
    spec.config.alignment_heads, spec.config.lang_ids = [[decoder_layers - 1, 0]], []
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))

    tokenizer = Tokenizer(models.BPE(vocab={t: i for i, t in enumerate(text)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(marks)
    tokenizer.save(str(folder / "tokenizer.json"))


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in ("gguf", "whisper"):
        sys.exit(__doc__)
    (write_gguf if sys.argv[1] == "gguf" else write_whisper)(sys.argv[2], Path(sys.argv[3]))
