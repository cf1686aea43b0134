"""The vault: what it keeps comes back, nothing of it can be read without the key, and nothing hangs."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringLocked, PasswordDeleteError, PasswordSetError

from jobcopilot.errors import StorageError, UsageError
from jobcopilot.vault import system_keyring
from jobcopilot.vault.choosing import FILE_NAME, HomeVault
from jobcopilot.vault.encrypted_file import PASSPHRASE_VARIABLE, FileVault
from jobcopilot.vault.patience import within
from jobcopilot.vault.port import VaultError, VaultLocked, WrongPassphrase
from jobcopilot.vault.system_keyring import KeyringVault

CHEAP = 2**4
"""scrypt's N where its cost is not what is tested."""
WORDS = "correct horse battery"


class Memory(KeyringBackend):
    """A keyring that keeps what it is given."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.fault: Exception | None = None
        self.answers = threading.Event()
        self.answers.set()

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        if (service, username) not in self.kept:
            raise PasswordDeleteError("not there")
        del self.kept[service, username]

    def _fail(self) -> None:
        self.answers.wait(60)
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def ring() -> Memory:
    return Memory()


def file_vault(folder: Path, **given: Any) -> FileVault:
    return FileVault(folder / FILE_NAME, **{"cost": CHEAP, "environment": lambda _name: None, **given})


def home_vault(folder: Path, ring: Memory | None, **given: Any) -> HomeVault:
    vault = HomeVault(folder, find=lambda: ring, cost=CHEAP, **given)
    vault.file._environment = lambda _name: None
    return vault


# --- the keyring ------------------------------------------------------------------------------------------------


def test_what_is_kept_comes_back_from_the_keyring(tmp_path: Path, ring: Memory) -> None:
    vault = home_vault(tmp_path, ring)
    vault.set("mail:1", "pässwörd ✓")
    assert home_vault(tmp_path, ring).get("mail:1") == "pässwörd ✓"
    assert vault.state().kind == "keyring"
    vault.delete("mail:1")
    assert vault.get("mail:1") is None
    assert ring.kept == {}
    vault.delete("mail:1")
    assert not (tmp_path / FILE_NAME).exists()


def test_no_secret_lies_in_the_folder(tmp_path: Path, ring: Memory) -> None:
    home_vault(tmp_path, ring).set("mail:1", "sesame-open")
    assert all(b"sesame" not in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_a_keyring_that_hangs_is_given_up_and_says_so(tmp_path: Path, ring: Memory) -> None:
    vault = KeyringVault(tmp_path / "names.json", lambda: ring, patience=0.1)
    vault.set("mail:1", "a")
    ring.answers.clear()
    begun = time.monotonic()
    with pytest.raises(VaultLocked, match="does not answer"):
        vault.get("mail:1")
    assert time.monotonic() - begun < 5
    ring.answers.set()
    assert vault.get("mail:1") == "a"


@pytest.mark.parametrize("fault", [KeyringLocked("locked"), InitError("no collection")])
def test_a_locked_keyring_is_locked_and_not_empty(tmp_path: Path, ring: Memory, fault: Exception) -> None:
    vault = home_vault(tmp_path, ring)
    vault.set("mail:1", "a")
    ring.fault = fault
    with pytest.raises(VaultLocked, match="locked"):
        vault.get("mail:1")


def test_a_locked_secret_service_is_not_made_to_ask(
    tmp_path: Path, ring: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = home_vault(tmp_path, ring)
    vault.set("mail:1", "a")
    monkeypatch.setattr(system_keyring, "is_locked", lambda _backend: True)
    ring.fault = AssertionError("it was asked")
    with pytest.raises(VaultLocked, match="is locked"):
        vault.get("mail:1")
    assert vault.state().locked
    ring.fault = None
    monkeypatch.setattr(system_keyring, "is_locked", lambda _backend: False)
    vault.unlock()
    assert vault.get("mail:1") == "a"


@pytest.mark.parametrize("fault", [PasswordSetError("s3cret"), RuntimeError("s3cret in a text")])
def test_a_keyring_that_refuses_does_not_tell_the_secret(
    tmp_path: Path, ring: Memory, fault: Exception
) -> None:
    ring.fault = fault
    with pytest.raises(VaultError) as refused:
        home_vault(tmp_path, ring).set("mail:1", "s3cret")
    assert "s3cret" not in str(refused.value)
    assert not home_vault(tmp_path, ring).keyring.names()


def test_a_secret_removed_with_the_keyrings_own_program_can_be_forgotten(
    tmp_path: Path, ring: Memory
) -> None:
    vault = home_vault(tmp_path, ring)
    vault.set("mail:1", "a")
    ring.kept.clear()
    assert vault.get("mail:1") is None
    vault.delete("mail:1")
    assert not vault.keyring.names()


def test_what_the_keyring_keeps_is_locked_where_it_cannot_be_reached(tmp_path: Path, ring: Memory) -> None:
    home_vault(tmp_path, ring).set("mail:1", "a")
    elsewhere = home_vault(tmp_path, None)
    with pytest.raises(VaultLocked, match="cannot be reached"):
        elsewhere.get("mail:1")
    elsewhere.unlock(WORDS)
    elsewhere.set("mail:1", "b")
    assert elsewhere.get("mail:1") == "b"


def test_a_damaged_list_of_names_is_told(tmp_path: Path, ring: Memory) -> None:
    vault = home_vault(tmp_path, ring)
    vault.set("mail:1", "a")
    (tmp_path / "keyring-names.json").write_text("{not json")
    with pytest.raises(VaultError, match="cannot be read"):
        vault.get("mail:1")


def test_a_machine_without_a_keyring_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring.backends import fail, null

    for kind in (fail.Keyring, null.Keyring):
        useless = kind()
        monkeypatch.setattr("keyring.get_keyring", lambda found=useless: found)
        assert system_keyring.usable_backend() is None
    usable = Memory()
    monkeypatch.setattr("keyring.get_keyring", lambda: usable)
    assert system_keyring.usable_backend() is usable

    def broken() -> KeyringBackend:
        raise RuntimeError("no bus")

    monkeypatch.setattr("keyring.get_keyring", broken)
    assert system_keyring.usable_backend() is None
    never = threading.Event()
    monkeypatch.setattr("keyring.get_keyring", lambda: never.wait(30))
    assert system_keyring.usable_backend(0.05) is None
    never.set()


def test_patience_hands_on_what_a_call_raises() -> None:
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


# --- the encrypted file -----------------------------------------------------------------------------------------


def test_what_is_kept_comes_back_with_the_passphrase_alone(tmp_path: Path) -> None:
    vault = file_vault(tmp_path)
    vault.unlock(WORDS)
    vault.set("mail:1", "sesame-open")
    other = file_vault(tmp_path)
    with pytest.raises(VaultLocked, match="locked"):
        other.get("mail:1")
    with pytest.raises(WrongPassphrase, match="not the right one"):
        other.unlock(WORDS + "!")
    with pytest.raises(VaultLocked):
        other.get("mail:1")
    other.unlock(WORDS)
    assert other.get("mail:1") == "sesame-open"
    assert other.get("mail:2") is None
    assert b"sesame" not in (tmp_path / FILE_NAME).read_bytes()
    other.lock()
    with pytest.raises(VaultLocked):
        other.get("mail:1")


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    vault = file_vault(tmp_path)
    vault.unlock(WORDS)
    vault.set("a", "b")
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600


def test_a_first_use_asks_for_a_passphrase_and_a_short_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VaultLocked, match="no passphrase was chosen"):
        file_vault(tmp_path).set("a", "b")
    with pytest.raises(UsageError, match="too short"):
        file_vault(tmp_path).unlock("seven77")
    assert not (tmp_path / FILE_NAME).exists()
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return WORDS

    vault = file_vault(tmp_path, ask=ask)
    vault.set("a", "b")
    vault.set("c", "d")
    assert len(asked) == 2
    assert "Choose a passphrase" in asked[0]
    assert "once more" in asked[1]
    assert file_vault(tmp_path, environment={PASSPHRASE_VARIABLE: WORDS}.get).get("c") == "d"


def test_a_new_passphrase_that_is_mistyped_keeps_nothing(tmp_path: Path) -> None:
    given = iter([WORDS, f"{WORDS} "])
    with pytest.raises(UsageError, match="differ"):
        file_vault(tmp_path, ask=lambda _question: next(given)).set("a", "b")
    assert not (tmp_path / FILE_NAME).exists()


def test_an_empty_vault_asks_nobody(tmp_path: Path) -> None:
    vault = file_vault(tmp_path, ask=lambda _question: pytest.fail("asked"))
    assert vault.get("a") is None
    vault.delete("a")


def test_a_passphrase_composed_by_another_keyboard_is_the_same(tmp_path: Path) -> None:
    file_vault(tmp_path).unlock("caf\u00e9 caf\u00e9")
    file_vault(tmp_path).unlock("cafe\u0301 cafe\u0301")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "\x00\xff",
        json.dumps({"format": 1, "scrypt": {"n": 2**40, "salt": "AAAA"}, "fernet": "x"}),
        json.dumps({"format": 1, "scrypt": {"n": 3, "salt": "AAAA"}, "fernet": "x"}),
        json.dumps({"format": 2, "scrypt": {"n": 16, "salt": "AAAA"}, "fernet": "x"}),
    ],
)
def test_a_damaged_file_is_told_and_left_as_it_is(tmp_path: Path, content: str) -> None:
    file = tmp_path / FILE_NAME
    file.write_text(content, "utf-8")
    with pytest.raises(VaultError, match="damaged"):
        file_vault(tmp_path).unlock(WORDS)
    assert file.read_text("utf-8") == content


def test_a_file_that_was_tampered_with_is_refused(tmp_path: Path) -> None:
    vault = file_vault(tmp_path)
    vault.unlock(WORDS)
    vault.set("a", "b")
    stored = json.loads(vault.file.read_text())
    middle = len(stored["fernet"]) // 2
    flipped = "A" if stored["fernet"][middle] != "A" else "B"
    stored["fernet"] = stored["fernet"][:middle] + flipped + stored["fernet"][middle + 1 :]
    vault.file.write_text(json.dumps(stored))
    with pytest.raises(WrongPassphrase):
        file_vault(tmp_path).unlock(WORDS)


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = file_vault(tmp_path)
    vault.unlock(WORDS)
    vault.set("a", "b")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="could not be written"):
        vault.set("a", "c")
    monkeypatch.undo()
    assert vault.get("a") == "b"
    assert [file.name for file in tmp_path.iterdir() if not file.name.endswith(".busy")] == [FILE_NAME]


def test_a_file_that_was_made_anew_locks_those_who_knew_the_old_one(tmp_path: Path) -> None:
    vault = file_vault(tmp_path)
    vault.unlock(WORDS)
    vault.set("a", "b")
    vault.file.unlink()
    file_vault(tmp_path).unlock("another passphrase")
    with pytest.raises(VaultLocked):
        vault.get("a")


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    file_vault(tmp_path).unlock(WORDS)
    script = (
        "import sys; from pathlib import Path; from jobcopilot.vault.encrypted_file import FileVault\n"
        "vault = FileVault(Path(sys.argv[1]), cost=16); vault.unlock(sys.argv[2])\n"
        "[vault.set(f'{sys.argv[3]}:{n}', str(n)) for n in range(20)]"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path / FILE_NAME), WORDS, word])
        for word in "ab"
    ]
    assert [one.wait(60) for one in running] == [0, 0]
    vault = file_vault(tmp_path)
    vault.unlock(WORDS)
    assert vault.names() == {f"{word}:{n}" for word in "ab" for n in range(20)}


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=50), max_size=5))
@settings(max_examples=25, deadline=None)
def test_any_name_and_secret_come_back(
    tmp_path_factory: pytest.TempPathFactory, kept: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("vault")
    vault = file_vault(folder)
    vault.unlock(WORDS)
    for name, secret in kept.items():
        vault.set(name, secret)
    other = file_vault(folder)
    other.unlock(WORDS)
    assert {name: other.get(name) for name in kept} == kept


def test_a_home_that_began_with_a_file_stays_with_it(tmp_path: Path, ring: Memory) -> None:
    home = home_vault(tmp_path, None)
    home.unlock(WORDS)
    home.set("mail:1", "a")
    with_keyring = home_vault(tmp_path, ring)
    assert with_keyring.state().kind == "file"
    assert with_keyring.state().locked
    with_keyring.unlock(WORDS)
    assert with_keyring.get("mail:1") == "a"
    with_keyring.set("mail:2", "b")
    assert ring.kept == {}


def test_the_cost_is_what_owasp_asks_for(tmp_path: Path) -> None:
    vault = FileVault(tmp_path / FILE_NAME, environment=lambda _name: None)
    vault.unlock(WORDS)
    assert json.loads(vault.file.read_text())["scrypt"]["n"] == 2**17
