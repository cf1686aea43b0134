"""Settings: environment beats file beats default; a change keeps the person's comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobcopilot.errors import BadInput, StorageError
from jobcopilot.paths import find_home
from jobcopilot.settings import VoiceSettings, load_settings, save_setting


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def test_defaults_without_a_file(file: Path) -> None:
    settings = load_settings(file)
    assert settings.profile == "default"
    assert settings.backup.keep == 7


def test_environment_beats_file_beats_default(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_setting(file, "profile", "work")
    save_setting(file, "backup.keep", 3)
    assert load_settings(file).profile == "work"
    monkeypatch.setenv("JOBCOPILOT_PROFILE", "night")
    monkeypatch.setenv("JOBCOPILOT_BACKUP__KEEP", "5")
    settings = load_settings(file)
    assert (settings.profile, settings.backup.keep) == ("night", 5)


def test_a_change_keeps_comments_and_order(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('# mine\ntheme = "nord"  # calm\n\n[board]\nview = "table"\n')
    save_setting(file, "board.view", "kanban")
    save_setting(file, "theme", "dracula")
    assert file.read_text() == '# mine\ntheme = "dracula"  # calm\n\n[board]\nview = "kanban"\n'
    save_setting(file, "theme", None)
    assert load_settings(file).theme == "jobcopilot-dark"


def test_a_wrong_value_is_named_with_its_place(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("[backup]\nkeep = 0\n")
    with pytest.raises(BadInput, match=r"backup\.keep") as told:
        load_settings(file)
    assert str(file) in told.value.message


def test_broken_toml_is_told_and_not_overwritten(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("theme = [unclosed")
    with pytest.raises(BadInput, match=r"settings\.toml"):
        load_settings(file)
    with pytest.raises(BadInput):
        save_setting(file, "theme", "nord")
    assert file.read_text() == "theme = [unclosed"


def test_a_folder_that_cannot_be_made_is_told() -> None:
    with pytest.raises(StorageError):
        save_setting(Path("/proc/nowhere/settings.toml"), "theme", "nord")


def test_home_puts_everything_under_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBCOPILOT_HOME", str(tmp_path / "a"))
    assert find_home().database == tmp_path / "a" / "data" / "jobcopilot.sqlite3"
    assert find_home(tmp_path / "b").settings_file == tmp_path / "b" / "config" / "settings.toml"
    monkeypatch.delenv("JOBCOPILOT_HOME")
    assert "jobcopilot" in str(find_home().database)
    assert not find_home(tmp_path / "b").data.exists(), "looking for the home makes nothing"


def test_who_ended_answers_by_a_key_still_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBCOPILOT_VOICE__HANDS_FREE", "false")
    assert load_settings(tmp_path / "none.toml").voice.turn_taking == "done"
    assert VoiceSettings.model_validate({"hands_free": False}).turn_taking == "done"
    assert VoiceSettings.model_validate({"hands_free": True}).turn_taking == "hands-free"
    assert (
        VoiceSettings.model_validate({"hands_free": False, "turn_taking": "push-to-talk"}).turn_taking
        == "push-to-talk"
    )
