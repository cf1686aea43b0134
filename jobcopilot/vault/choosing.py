"""Which vault this machine has: the keyring where there is one, else the encrypted file."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jobcopilot.vault.encrypted_file import COST, FileVault
from jobcopilot.vault.port import VaultState
from jobcopilot.vault.system_keyring import KeyringVault, usable_backend

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

FILE_NAME: Final = "vault.json"
NAMES_NAME: Final = "keyring-names.json"


class HomeVault:
    """The vault of one home: new secrets go where they are safest, old ones are found where they were put.

    A home that began without a keyring keeps what is in its file; nothing is moved unasked.
    """

    def __init__(
        self,
        data: Path,
        *,
        find: Callable[[], KeyringBackend | None] = usable_backend,
        ask: Callable[[str], str | None] | None = None,
        cost: int = COST,
    ) -> None:
        """`find` looks for a keyring, once; `ask` puts the file's question to the person."""
        self._find = find
        self._looked = False
        self._backend: KeyringBackend | None = None
        self._guard = threading.Lock()
        self.keyring = KeyringVault(data / NAMES_NAME, self._keyring)
        self.file = FileVault(data / FILE_NAME, ask=ask, cost=cost)

    def get(self, name: str) -> str | None:
        """Return a secret, None where there is none. Raises `VaultLocked`, `VaultError`."""
        if name in self.keyring.names():
            return self.keyring.get(name)
        return self.file.get(name)

    def set(self, name: str, secret: str) -> None:
        """Keep a secret. Raises `VaultLocked`, `VaultError`, `StorageError`."""
        if self._in_file():
            self.file.set(name, secret)
            if name in self.keyring.names():
                self.keyring.forget_name(name)
        else:
            self.keyring.set(name, secret)

    def delete(self, name: str) -> None:
        """Forget a secret. Raises as `set` does."""
        if name in self.keyring.names():
            self.keyring.delete(name)
        else:
            self.file.delete(name)

    def unlock(self, passphrase: str = "") -> None:
        """Let this process read and write; see `port.Vault`."""
        if self._in_file():
            self.file.unlock(passphrase)
        else:
            self.keyring.unlock()

    def state(self) -> VaultState:
        """Return how it stands."""
        return self.file.state() if self._in_file() else self.keyring.state()

    def _in_file(self) -> bool:
        return self.file.file.exists() or self._keyring() is None

    def _keyring(self) -> KeyringBackend | None:
        with self._guard:
            if not self._looked:
                self._backend = self._find()
                self._looked = True
            return self._backend
