"""Make tone.onnx: a voice in Piper's form that hums 220 Hz for 50 ms a phoneme. Needs `pip install onnx`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

RATE, SAMPLES = 22_050, 1_102
here = Path(__file__).parent


def number(name: str, value: object, kind: type) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array(value, kind), name)


nodes = [
    helper.make_node("Gather", ["input_shape", "one"], ["length"], axis=0),
    helper.make_node("Mul", ["length", "samples"], ["count"]),
    helper.make_node("Range", ["zero", "count", "step"], ["places"]),
    helper.make_node("Cast", ["places"], ["times"], to=TensorProto.FLOAT),
    helper.make_node("Mul", ["times", "turn"], ["angles"]),
    helper.make_node("Sin", ["angles"], ["wave"]),
    helper.make_node("Mul", ["wave", "loud"], ["tone"]),
    helper.make_node("Reshape", ["tone", "shape"], ["output"]),
]
graph = helper.make_graph(
    [helper.make_node("Shape", ["input"], ["input_shape"]), *nodes],
    "tone",
    [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, None]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ],
    [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, None])],
    [
        number("zero", 0, np.int64), number("one", 1, np.int64), number("step", 1, np.int64),
        number("samples", SAMPLES, np.int64), number("turn", 2 * np.pi * 220 / RATE, np.float32),
        number("loud", 0.4, np.float32), number("shape", [1, 1, -1], np.int64),
    ],
)  # fmt: skip
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, here / "tone.onnx")
letters = "_^$ abcdefghijklmnopqrstuvwxyz.,!?'-"
config = {
    "audio": {"sample_rate": RATE}, "espeak": {"voice": "en-us"}, "phoneme_type": "text",
    "num_symbols": len(letters), "num_speakers": 1,
    "phoneme_id_map": {letter: [place] for place, letter in enumerate(letters)},
}  # fmt: skip
(here / "tone.onnx.json").write_text(json.dumps(config, indent=1) + "\n")
