"""Secrets in one file that a passphrase encrypts, for machines without a keyring.

Key: scrypt (RFC 7914) with the cost that OWASP's "Password Storage" asks for; contents: Fernet (AES-128-CBC with
HMAC-SHA256), so that a file that was tampered with is refused. The key lives in this process only.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jobcopilot.database.file_lock import held
from jobcopilot.errors import StorageError, UsageError
from jobcopilot.vault.port import VaultError, VaultLocked, VaultState, WrongPassphrase

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

PASSPHRASE_VARIABLE: Final = "JOBCOPILOT_VAULT_PASSPHRASE"  # noqa: S105  # a name
SHORTEST_PASSPHRASE: Final = 8
COST: Final = 2**17
"""scrypt's N: 128 MiB and some tenths of a second for each guess."""
_MOST_COST: Final = 2**20
_FORMAT: Final = 1
_UNLOCK: Final = f"Open the app and unlock it there, or set {PASSPHRASE_VARIABLE}."


@dataclass(frozen=True, slots=True)
class _Sealed:
    """The file as it lies there."""

    cost: int
    salt: bytes
    content: bytes

    def as_bytes(self) -> bytes:
        return json.dumps(
            {
                "format": _FORMAT,
                "scrypt": {"n": self.cost, "r": 8, "p": 1, "salt": base64.b64encode(self.salt).decode()},
                "fernet": self.content.decode(),
            }
        ).encode()


class FileVault:
    """Keeps secrets in an encrypted file; locked until a passphrase is known to this process."""

    def __init__(
        self,
        file: Path,
        *,
        environment: Callable[[str], str | None] = os.environ.get,
        ask: Callable[[str], str | None] | None = None,
        cost: int = COST,
    ) -> None:
        """`ask` puts a question to the person and returns the passphrase, None where there is nobody to ask."""
        self.file = file
        self.ask = ask
        self._environment = environment
        self._cost = cost
        self._key: Fernet | None = None
        self._salt = b""
        self._guard = threading.RLock()

    def get(self, name: str) -> str | None:
        """Return a secret, None where there is none. Raises `VaultLocked`, `VaultError`."""
        with self._guard:
            if not self.file.exists():
                return None
            return self._read(self._ready()).get(name)

    def set(self, name: str, secret: str) -> None:
        """Keep a secret. Raises `VaultLocked`, `VaultError`, `StorageError`."""
        with self._guard:
            self._ready()
            self._change({name: secret})

    def delete(self, name: str) -> None:
        """Forget a secret. Raises as `set` does."""
        with self._guard:
            if self.file.exists() and name in self._read(self._ready()):
                self._change({name: None})

    def unlock(self, passphrase: str = "") -> None:
        """Read the file with a passphrase, or make it. Raises `WrongPassphrase`, `UsageError` for a short new one."""
        with self._guard:
            self._unlocked(passphrase)

    def _unlocked(self, passphrase: str) -> Fernet:
        if not self.file.exists():
            if len(passphrase) < SHORTEST_PASSPHRASE:
                raise UsageError(
                    "The passphrase is too short",
                    f"{len(passphrase)} characters",
                    f"It takes at least {SHORTEST_PASSPHRASE}; several words are best.",
                )
            salt = os.urandom(16)
            key = _fernet(passphrase, salt, self._cost)
            with self._alone():
                if not self.file.exists():
                    self._write(_Sealed(self._cost, salt, key.encrypt(b"{}")))
        sealed = self._sealed()
        key = _fernet(passphrase, sealed.salt, sealed.cost)
        _opened(key, sealed.content, self.file)
        self._key, self._salt = key, sealed.salt
        return key

    def lock(self) -> None:
        """Forget the key."""
        with self._guard:
            self._key = None

    def state(self) -> VaultState:
        """Return how it stands; a passphrase in the environment counts as known."""
        known = self._key is not None or bool(self._environment(PASSPHRASE_VARIABLE))
        return VaultState("file", locked=not known, made=self.file.exists(), detail=str(self.file))

    def names(self) -> frozenset[str]:
        """Return the names of what is kept. Raises `VaultLocked`."""
        with self._guard:
            return frozenset(self._read(self._ready())) if self.file.exists() else frozenset()

    def _ready(self) -> Fernet:
        """Return the key. Raises `VaultLocked` where nobody gives a passphrase."""
        # Another process may have made the file anew with another passphrase.
        if self._key is not None and self.file.exists() and self._sealed().salt == self._salt:
            return self._key
        self.lock()
        given = self._environment(PASSPHRASE_VARIABLE)
        if not given:
            given = self._asked()
        if not given:
            if not self.file.exists():
                raise VaultLocked(
                    "There is no keyring here, and no passphrase was chosen yet", str(self.file), _UNLOCK
                )
            raise VaultLocked("The encrypted file with the passwords is locked", str(self.file), _UNLOCK)
        return self._unlocked(given)

    def _asked(self) -> str | None:
        """Return what the person says; a new passphrase is asked for twice, for nobody sees what is typed."""
        if self.ask is None:
            return None
        if self.file.exists():
            return self.ask("Passphrase of the encrypted file that keeps your passwords")
        chosen = self.ask(
            f"There is no system keyring here. Choose a passphrase ({SHORTEST_PASSPHRASE} characters or more)"
            " for the encrypted file that will keep your passwords"
        )
        if (
            chosen
            and len(chosen) >= SHORTEST_PASSPHRASE
            and self.ask("The same passphrase once more") != chosen
        ):
            raise UsageError("The two passphrases differ", hint="Nothing was kept: do it again.")
        return chosen

    def _change(self, changes: dict[str, str | None]) -> None:
        assert self._key is not None
        with self._alone():
            sealed = self._sealed()
            if sealed.salt != self._salt:
                raise VaultLocked("The encrypted file was made anew meanwhile", str(self.file), _UNLOCK)
            kept = _opened(self._key, sealed.content, self.file) | changes
            content = json.dumps({name: one for name, one in kept.items() if one is not None}).encode()
            self._write(_Sealed(sealed.cost, sealed.salt, self._key.encrypt(content)))

    def _read(self, key: Fernet) -> dict[str, str]:
        return _opened(key, self._sealed().content, self.file)

    def _sealed(self) -> _Sealed:
        try:
            stored = json.loads(self.file.read_text("utf-8"))
            cost, salt = int(stored["scrypt"]["n"]), base64.b64decode(stored["scrypt"]["salt"], validate=True)
            sealed = _Sealed(cost, salt, str(stored["fernet"]).encode("ascii"))
            # A cost that no machine can pay, in a file that somebody else wrote, must not stop this one.
            whole = stored["format"] == _FORMAT and 2 <= cost <= _MOST_COST and cost & (cost - 1) == 0
        except OSError as refused:
            raise StorageError(
                "The encrypted file with the passwords cannot be read", f"{self.file}: {refused.strerror}"
            ) from refused
        except (ValueError, KeyError, TypeError) as damaged:
            raise _damaged(self.file) from damaged
        if not whole:
            raise _damaged(self.file)
        return sealed

    def _write(self, sealed: _Sealed) -> None:
        from jobcopilot.settings import write_atomically

        # The temporary file that replaces it is made for its owner alone (mkstemp: mode 600).
        write_atomically(self.file, sealed.as_bytes())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold off the other processes that would change the file between reading and writing."""
        with held(self.file.with_name(f"{self.file.name}.busy"), wait=True) as mine:
            if not mine:
                raise StorageError(
                    "The encrypted file is held by another program", str(self.file), "Try again in a moment."
                )
            yield


def _fernet(passphrase: str, salt: bytes, cost: int) -> Fernet:
    import unicodedata

    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    # The same words typed on another keyboard may be composed differently.
    words = unicodedata.normalize("NFC", passphrase).encode()
    return Fernet(base64.urlsafe_b64encode(Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(words)))


def _opened(key: Fernet, content: bytes, file: Path) -> dict[str, str]:
    from cryptography.fernet import InvalidToken

    try:
        opened = json.loads(key.decrypt(content))
    except InvalidToken:
        raise WrongPassphrase(
            "The passphrase is not the right one",
            str(file),
            "Try again. Who forgot it removes the file and gives the passwords anew.",
        ) from None
    except ValueError as damaged:
        raise _damaged(file) from damaged
    if not isinstance(opened, dict):
        raise _damaged(file)
    return {str(name): str(secret) for name, secret in opened.items()}


def _damaged(file: Path) -> VaultError:
    return VaultError(
        "The encrypted file with the passwords is damaged",
        str(file),
        "Restore it from a backup, or remove it and give the passwords again.",
    )
