"""The key of a model's server: in the vault, for one server only; a key in the environment goes before it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jobcopilot.errors import UsageError

if TYPE_CHECKING:
    from jobcopilot.settings import ModelSettings
    from jobcopilot.vault.port import Vault

KEY_VARIABLE: Final = "JOBCOPILOT_MODEL__KEY"


def secret_of(url: str) -> str:
    """Return under which name the vault keeps the key of a server. Raises `ModelUnreachable` for what is no address."""
    from jobcopilot.inference.http_api import host_of

    return f"model:{host_of(url)}"


def with_key(settings: ModelSettings, vault: Callable[[], Vault]) -> ModelSettings:
    """Return the settings with the server's key where one is in use; the vault is asked only where it keeps it.

    Raises `VaultLocked`, `VaultError`, `ModelUnreachable`.
    """
    if settings.use != "http" or not settings.secret or os.environ.get(KEY_VARIABLE):
        return settings
    if settings.secret != secret_of(settings.url):
        # Another server's key is not sent to this one.
        return settings
    return settings.model_copy(update={"key": vault().get(settings.secret) or settings.key})


def keep_key(settings: ModelSettings, key: str, vault: Vault, file: Path) -> str:
    """Keep the key of the server that is set, out of the settings file; return the server's host.

    Raises `UsageError` for an empty one, `VaultLocked` before anything is written.
    """
    from jobcopilot.settings import save_setting

    key = key.strip()
    if not key.isprintable() or not key or not key.isascii():
        raise UsageError("That is no key", hint="It is one line of letters, digits and signs.")
    name = secret_of(settings.url)
    vault.set(name, key)
    save_setting(file, "model.secret", name)
    save_setting(file, "model.key", None)
    return name.partition(":")[2]


def forget_key(settings: ModelSettings, vault: Vault, file: Path) -> None:
    """Forget the key of the server, wherever it lies. Raises `VaultLocked` before anything is written."""
    from jobcopilot.settings import save_setting

    if settings.secret:
        vault.delete(settings.secret)
    save_setting(file, "model.secret", None)
    save_setting(file, "model.key", None)


def in_the_open(settings: ModelSettings) -> bool:
    """Return whether a key stands in the settings file, where other programs can read it."""
    return bool(settings.key) and not os.environ.get(KEY_VARIABLE)
