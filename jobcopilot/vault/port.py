"""What keeps passwords and tokens, whatever it is, and what may stand in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from jobcopilot.errors import JobcopilotError

VaultKind = Literal["keyring", "file"]


@dataclass(frozen=True, slots=True)
class VaultState:
    """How the vault stands."""

    kind: VaultKind
    locked: bool
    """Whether `get` and `set` would be refused now."""
    made: bool = True
    """Whether there is one yet; a file is made with the first passphrase."""
    detail: str = ""
    """The name of the keyring, or the path of the file."""


class VaultLocked(JobcopilotError):
    """The secrets cannot be read before the person unlocks them; whatever needs one waits."""


class WrongPassphrase(VaultLocked):
    """The passphrase is not the one that the file was made with."""


class VaultError(JobcopilotError):
    """The keyring or the file refuses, or is damaged."""


class Vault(Protocol):
    """Keeps secrets by name. Names are no secrets; what they stand for is in no setting, log or database."""

    def get(self, name: str) -> str | None:
        """Return a secret, None where there is none. Raises `VaultLocked`, `VaultError`."""
        ...

    def set(self, name: str, secret: str) -> None:
        """Keep a secret. Raises `VaultLocked`, `VaultError`, `StorageError`."""
        ...

    def delete(self, name: str) -> None:
        """Forget a secret; one that is not there is fine. Raises as `set` does."""
        ...

    def unlock(self, passphrase: str = "") -> None:
        """Let this process read and write.

        A keyring asks the person itself; a file needs the passphrase, and is made with it where there is none yet.
        Raises `WrongPassphrase`, or `VaultLocked` where the person did not unlock the keyring.
        """
        ...

    def state(self) -> VaultState:
        """Return how it stands; asks the person nothing."""
        ...
