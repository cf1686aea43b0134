"""The command line of language models: what people and scripts get, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import psutil
import pytest

from jobcopilot.cli.app import run
from jobcopilot.inference.choosing import language_model
from jobcopilot.inference.http_api import HttpModel
from jobcopilot.inference.local import LocalModel
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime
from jobcopilot.settings import save_setting
from tests.fakes.hub_server import FILE, REPO, HubServer
from tests.fakes.tiny_model import tiny  # noqa: F401  # a fixture
from tests.unit.test_interviews_cli import Shell


class ModelShell(Shell):
    """Also tells what a command that fails says."""

    def refused(self, *words: str, on_stdout: bool = False) -> str:
        got = run(["--home", str(self._home), *words], lambda home, profile: 0)
        printed = self._capsys.readouterr()
        assert got in (1, 2), printed
        return printed.out if on_stdout else printed.err


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ModelShell:
    return ModelShell(tmp_path, capsys)


def test_the_list_says_what_suits_and_who_speaks(shell: ModelShell) -> None:
    listed = json.loads(shell("models", "list", "--json"))
    assert listed["use"] == "builtin"
    assert listed["total"] == len(listed["models"]) >= 6
    assert sum(model["best"] for model in listed["models"]) <= 1
    assert all(
        model["licence"] and model["size_bytes"] and model["memory_bytes"] for model in listed["models"]
    )
    assert "the built-in way does" in shell("models", "list")


@pytest.mark.slow
def test_a_model_from_the_file_to_the_check(shell: ModelShell, tiny: Path) -> None:  # noqa: F811
    pulled = json.loads(shell("models", "pull", str(tiny), "--json"))
    assert Path(pulled["path"]).read_bytes() == tiny.read_bytes()
    shell("models", "use", "tiny")
    assert shell("models", "path").strip() == pulled["path"]
    checked = json.loads(shell("models", "check", "--json"))
    (trial,) = checked["trials"]
    assert checked["ok"]
    assert trial["works"]
    assert trial["answer_tokens_a_second"] > 0
    assert trial["prompt_tokens_a_second"] > 0
    assert trial["memory_bytes"] > 10**7
    assert trial["stops_within_seconds"] is not None
    assert json.loads(shell("models", "list", "--json"))["use"] == "llama"
    shell("models", "remove", "tiny")
    assert "no such model file" in shell.refused("models", "path", "tiny")
    shell("models", "use", "builtin")


def test_a_pull_says_what_the_file_was_held_against(shell: ModelShell, tiny: Path) -> None:  # noqa: F811
    with HubServer(tiny.read_bytes()) as hub:
        source, host = f"{REPO}/{FILE}", hub.url.removeprefix("http://")
        assert f"Checked against the SHA-256 that {host} names." in shell(
            "models", "pull", source, "--mirror", hub.url
        )
        # It is here: nothing is fetched and nothing is checked.
        assert json.loads(shell("models", "pull", source, "--json"))["checked_against"] is None


def test_a_check_of_a_damaged_file_says_so(shell: ModelShell, tiny: Path, tmp_path: Path) -> None:  # noqa: F811
    strange = tmp_path / "strange.gguf"
    strange.write_bytes(tiny.read_bytes().replace(b"llama", b"zebra"))
    told = shell.refused("models", "check", str(strange), "--json", on_stdout=True)
    assert "unknown model architecture: 'zebra'" in json.loads(told)["trials"][0]["why"]
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(tiny.read_bytes()[:500_000])
    assert "cut off" in shell.refused("models", "check", str(cut))


def test_a_server_elsewhere_needs_a_clear_yes(shell: ModelShell) -> None:
    refused = shell.refused("models", "use", "http://example.com:8000/v1")
    assert "example.com:8000 would see" in refused
    assert "--agree example.com:8000" in refused
    shell.refused("models", "use", "http://example.com:8000/v1", "--agree", "example.com")
    said = json.loads(
        shell("models", "use", "http://example.com:8000/v1", "--agree", "example.com:8000", "--json")
    )
    assert said["model.consent"] == "example.com:8000"
    assert json.loads(shell("models", "use", "http://127.0.0.1:11434/v1", "--json"))["model.use"] == "http"


def test_what_is_not_known_is_told(shell: ModelShell) -> None:
    assert "qwen3-1.7b" in shell.refused("models", "pull", "nonsense")
    assert "Fetch it" in shell.refused("models", "use", "qwen3-1.7b")
    assert "belongs to a server" in shell.refused("models", "use", "qwen3-1.7b", "--agree", "x")


def test_the_runtime_follows_what_is_set(tiny: Path, tmp_path: Path) -> None:  # noqa: F811
    runtime = Runtime(find_home(tmp_path))
    assert language_model(runtime.settings.model, runtime.home) is None
    for setting, value in (("use", "llama"), ("name", str(tiny)), ("threads", 1), ("context", 1024)):
        save_setting(runtime.home.settings_file, f"model.{setting}", value)
    runtime.follow_model_settings()
    model = runtime.language_model
    assert isinstance(model, LocalModel)
    assert model.report().context == 1024
    engine = psutil.Process(model.engine_pid)
    save_setting(runtime.home.settings_file, "model.use", "http")
    runtime.follow_model_settings()
    engine.wait(10)
    assert isinstance(runtime.language_model, HttpModel)
    runtime.close()


def test_advice_about_a_file_leads_somewhere(shell: ModelShell, tmp_path: Path) -> None:
    words = tmp_path / "words.gguf"
    words.write_text("hello")
    (tmp_path / "folder.gguf").mkdir()
    assert "no whole GGUF" in shell.refused("models", "use", str(words))
    assert json.loads(shell("models", "list", "--json"))["use"] == "builtin"
    assert "no such file" in shell.refused("models", "pull", str(tmp_path / "none.gguf"))
    assert "no such model file" in shell.refused("models", "path", str(tmp_path / "folder.gguf"))
    # Nothing could be fetched under that name: the advice is to look what there is.
    assert "models list" in shell.refused("models", "path", "nonsense")
    default = next(m for m in json.loads(shell("models", "list", "--json"))["models"] if m["chosen"])
    assert f"models pull {default['name']}" in shell.refused("models", "path")
    assert "web address" in shell.refused("models", "pull", "qwen3-4b", "--mirror", "ftp://hub.example")
    assert "\n—" not in shell("models", "list")
