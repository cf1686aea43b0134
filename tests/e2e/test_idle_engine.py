"""An engine that nobody asks anything takes no memory: neither before the first question nor once it sleeps."""

# ruff: noqa: F401, F811  # fixtures are imported by name

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.tiny_model import tiny

pytestmark = pytest.mark.slow

APP = """
import gc, json, sys
from pathlib import Path
import psutil
from jobcopilot.inference.port import Request, Turn, whole_answer
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime
from jobcopilot.settings import save_setting

home, file, way = sys.argv[1:]
runtime = Runtime(find_home(Path(home)))
use = "builtin" if way == "without" else "llama"
for setting, value in (("use", use), ("name", file), ("threads", 1), ("context", 1024)):
    save_setting(runtime.home.settings_file, f"model.{setting}", value)
runtime.follow_model_settings()
model = runtime.language_model
if way == "slept":
    assert whole_answer(model.stream(Request((Turn("user", "hello"),), limit=8)))[1].finish in ("stop", "limit")
    assert psutil.Process().children()
    model.sleep()
assert model is None if way == "without" else model.state().phase == "asleep"
gc.collect()
this = psutil.Process()
print(json.dumps({"bytes": this.memory_full_info().uss, "children": len(this.children(recursive=True))}))
"""


def measured(way: str, home: Path, file: Path) -> tuple[int, int]:
    told = json.loads(
        subprocess.check_output([sys.executable, "-c", APP, str(home), str(file), way], timeout=120)
    )
    return told["bytes"], told["children"]


@pytest.mark.skipif(sys.platform != "linux", reason="what is its own alone is told by Linux")
def test_the_app_with_an_idle_engine_takes_no_more_than_without_one(tiny: Path, tmp_path: Path) -> None:
    without, _ = measured("without", tmp_path / "without", tiny)
    for way in ("never asked", "slept"):
        taken, children = measured(way, tmp_path / way, tiny)
        assert children == 0, "an idle engine has no process"
        # Nothing of a model; pages shared with other processes come and go, a megabyte either way.
        assert taken - without < 2_500_000, (way, taken, without)
