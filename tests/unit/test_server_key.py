"""The key of a model's server: in the vault and nowhere else, for that server only, and behind the environment's."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from jobcopilot.cli.app import run
from jobcopilot.errors import UsageError
from jobcopilot.inference.http_api import HttpModel
from jobcopilot.paths import Home, find_home
from jobcopilot.runtime import Runtime
from jobcopilot.runtime.server_key import KEY_VARIABLE, keep_key
from jobcopilot.settings import load_settings, save_setting
from jobcopilot.vault.encrypted_file import PASSPHRASE_VARIABLE
from jobcopilot.vault.port import VaultLocked

KEY = "sk-4f0c-91aa-e7d2"
URL = "http://127.0.0.1:8099/v1"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = find_home(tmp_path)
    for name, value in (("vault", "file"), ("model.use", "http"), ("model.url", URL)):
        save_setting(home.settings_file, name, value)
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "a long passphrase")
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    return home


def used(home: Home) -> str:
    """The key that the server would be sent."""
    runtime = Runtime(home)
    model = runtime.model_for("http")
    assert isinstance(model, HttpModel)
    key: str = model.choice.key
    runtime.close()
    return key


def lying_about(home: Home) -> list[Path]:
    """Files of the home in which the key can be read."""
    return [
        file for file in home.data.parent.rglob("*") if file.is_file() and KEY.encode() in file.read_bytes()
    ]


def test_a_key_that_is_piped_in_lies_in_the_vault_and_in_no_file(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{KEY}\n"))
    assert run(["--home", str(home.data.parent), "models", "key", "--json"], lambda *_: 0) == 0
    assert json.loads(capsys.readouterr().out) == {"key": "kept", "server": URL}
    assert used(home) == KEY
    assert lying_about(home) == []
    assert load_settings(home.settings_file).model.secret == "model:127.0.0.1:8099"
    assert KEY not in repr(load_settings(home.settings_file))


def test_the_environment_goes_before_the_vault(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Runtime(home)
    keep_key(runtime.settings.model, KEY, runtime.vault, home.settings_file)
    monkeypatch.setenv(KEY_VARIABLE, "another")
    assert used(home) == "another"


def test_the_key_of_one_server_is_not_sent_to_another(home: Home) -> None:
    runtime = Runtime(home)
    keep_key(runtime.settings.model, KEY, runtime.vault, home.settings_file)
    save_setting(home.settings_file, "model.url", "http://127.0.0.1:9000/v1")
    assert used(home) == ""
    save_setting(home.settings_file, "model.url", URL)
    assert used(home) == KEY


def test_a_locked_vault_is_told_and_only_where_it_is_needed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = Runtime(home)
    keep_key(runtime.settings.model, KEY, runtime.vault, home.settings_file)
    monkeypatch.delenv(PASSPHRASE_VARIABLE)
    with pytest.raises(VaultLocked):
        used(home)
    save_setting(home.settings_file, "model.secret", None)
    assert used(home) == "", "no key, no vault"


def test_a_key_in_the_settings_file_is_told_of_and_moved(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    save_setting(home.settings_file, "model.key", KEY)
    assert used(home) == KEY
    root = ["--home", str(home.data.parent), "models"]
    assert run([*root, "list"], lambda *_: 0) == 0
    assert "stands in the settings file" in capsys.readouterr().out
    assert run([*root, "key"], lambda *_: 0) == 0
    assert "Kept in an encrypted file, for 127.0.0.1:8099 only" in capsys.readouterr().out
    assert (used(home), lying_about(home)) == (KEY, [])
    assert run([*root, "key", "--forget"], lambda *_: 0) == 0
    assert used(home) == ""
    assert Runtime(home).vault.get("model:127.0.0.1:8099") is None


@pytest.mark.parametrize("key", ["", "  \n", "two\nlines", "schlüssel", "\x1b[31m"])
def test_what_is_no_key_is_refused_before_anything_is_written(home: Home, key: str) -> None:
    before = home.settings_file.read_bytes()
    with pytest.raises(UsageError):
        keep_key(load_settings(home.settings_file).model, key, Runtime(home).vault, home.settings_file)
    assert home.settings_file.read_bytes() == before
