"""Secrets in the system's keyring: Keychain, Credential Manager, Secret Service, KWallet (`keyring`)."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from jobcopilot.vault.patience import within
from jobcopilot.vault.port import VaultError, VaultLocked, VaultState

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

log = logging.getLogger(__name__)

SERVICE: Final = "jobcopilot"
ANSWERS_WITHIN: Final = 5.0
"""Seconds for a keyring that is unlocked; the slowest takes some tenths."""
UNLOCKED_WITHIN: Final = 90.0
"""Seconds for the person to type a password into the keyring's own dialogue."""
_HINT: Final = (
    "Unlock the keyring of your desktop, or keep passwords in an encrypted file instead: JOBCOPILOT_VAULT=file,"
    ' or vault = "file" in the settings.'
)
Result = TypeVar("Result")


def usable_backend(seconds: float = ANSWERS_WITHIN) -> KeyringBackend | None:
    """Return the keyring that this machine has, None where there is none or it does not answer."""

    def look() -> KeyringBackend | None:
        import keyring
        import keyring.backends.fail
        import keyring.core

        found = keyring.get_keyring()
        failing = isinstance(found, keyring.backends.fail.Keyring)
        # What `keyring` itself does not recommend keeps secrets readable for everybody.
        return None if failing or not keyring.core.recommended(found) else found

    try:
        return within(seconds, look)
    except TimeoutError:
        log.warning("the system keyring does not answer")
    except Exception as broken:  # noqa: BLE001  # the boundary to platform code that raises what it likes
        log.info("there is no system keyring: %s", type(broken).__name__)
    return None


class KeyringVault:
    """Keeps secrets in a keyring; a list of their names lies in the data folder, so that absence can be told."""

    def __init__(
        self,
        names: Path,
        find: Callable[[], KeyringBackend | None] = usable_backend,
        *,
        patience: float = ANSWERS_WITHIN,
    ) -> None:
        self._names = names
        self._find = find
        self._patience = patience
        self._backend: KeyringBackend | None = None

    def get(self, name: str) -> str | None:
        """Return a secret, None where there is none. Raises `VaultLocked`, `VaultError`."""
        if name not in self.names():
            return None
        backend = self._open()
        return self._ask(partial(backend.get_password, SERVICE, name))

    def set(self, name: str, secret: str) -> None:
        """Keep a secret. Raises `VaultLocked`, `VaultError`, `StorageError`."""
        backend = self._open()
        self._ask(partial(backend.set_password, SERVICE, name, secret))
        self._keep_names(self.names() | {name})

    def delete(self, name: str) -> None:
        """Forget a secret. Raises as `set` does."""
        if name not in self.names():
            return
        from keyring.errors import PasswordDeleteError

        backend = self._open()
        try:
            self._ask(partial(backend.delete_password, SERVICE, name))
        except VaultError as refused:
            # Gone from the keyring already: somebody removed it with the keyring's own program.
            if not isinstance(refused.__cause__, PasswordDeleteError):
                raise
        self._keep_names(self.names() - {name})

    def unlock(self, passphrase: str = "") -> None:
        """Have the keyring ask the person. Raises `VaultLocked`."""
        backend = self._found()
        collection = getattr(backend, "get_preferred_collection", None)
        # Secret Service unlocks its collection when it is asked for; the others with the first secret read.
        wait = partial(backend.get_password, SERVICE, "unlock") if collection is None else collection
        self._ask(wait, seconds=max(self._patience, UNLOCKED_WITHIN))

    def state(self) -> VaultState:
        """Return how it stands."""
        try:
            backend = self._found()
            locked = within(self._patience, partial(is_locked, backend))
        except (VaultLocked, TimeoutError):
            return VaultState("keyring", locked=True, detail="does not answer")
        return VaultState("keyring", locked=locked, detail=str(getattr(backend, "name", "")))

    def names(self) -> frozenset[str]:
        """Return the names of what was kept. Raises `VaultError` for a damaged list."""
        try:
            return frozenset(json.loads(self._names.read_text("utf-8")))
        except FileNotFoundError:
            return frozenset()
        except (OSError, ValueError, TypeError) as damaged:
            raise VaultError(
                "The list of what the keyring keeps cannot be read",
                f"{self._names}: {damaged}",
                "Remove it, and give the passwords again.",
            ) from damaged

    def forget_name(self, name: str) -> None:
        """Strike a name from the list: its secret is kept elsewhere from now on."""
        self._keep_names(self.names() - {name})

    def _keep_names(self, names: frozenset[str]) -> None:
        from jobcopilot.settings import write_atomically

        write_atomically(self._names, json.dumps(sorted(names)).encode())

    def _found(self) -> KeyringBackend:
        if self._backend is None:
            self._backend = self._find()
        if self._backend is None:
            raise VaultLocked(
                "The system keyring cannot be reached from here",
                "it keeps the password",
                "Start Jobcopilot from your desktop, or give the password again.",
            )
        return self._backend

    def _open(self) -> KeyringBackend:
        """Return the keyring, if it can be read without asking the person."""
        backend = self._found()
        try:
            locked = within(self._patience, partial(is_locked, backend))
        except TimeoutError:
            raise _no_answer(self._patience) from None
        if locked:
            raise VaultLocked("The system keyring is locked", str(getattr(backend, "name", "")), _HINT)
        return backend

    def _ask(self, call: Callable[[], Result], *, seconds: float = 0) -> Result:
        from keyring.errors import InitError, KeyringError, KeyringLocked

        try:
            return within(seconds or self._patience, call)
        except TimeoutError:
            raise _no_answer(seconds or self._patience) from None
        except (KeyringLocked, InitError) as locked:
            raise VaultLocked("The system keyring is locked", str(locked), _HINT) from locked
        except KeyringError as refused:
            raise VaultError("The system keyring refuses", type(refused).__name__, _HINT) from refused
        except Exception as broken:  # noqa: BLE001  # the boundary to platform code, whose texts may hold the secret
            raise VaultError("The system keyring failed", type(broken).__name__, _HINT) from None


def is_locked(backend: object) -> bool:
    """Return whether reading would make the keyring ask the person, as far as that can be told without asking."""
    from contextlib import closing

    from keyring.backends import SecretService

    if not isinstance(backend, SecretService.Keyring):
        return False
    import secretstorage
    from secretstorage.exceptions import SecretStorageException

    with closing(secretstorage.dbus_init()) as bus:
        try:
            # Not `get_default_collection`: where there is none yet, that one asks the person to make one.
            return bool(secretstorage.get_collection_by_alias(bus, "default").is_locked())
        except SecretStorageException:
            return True


def _no_answer(seconds: float) -> VaultLocked:
    return VaultLocked(
        "The system keyring does not answer",
        f"not within {seconds:.0f} s",
        _HINT,
    )
