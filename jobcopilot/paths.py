"""Where data, settings, models and logs live; nothing is created or looked at on import."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "JOBCOPILOT_HOME"


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one installation: either all under one root, or where the platform puts them."""

    data: Path
    config: Path
    models: Path
    logs: Path

    @property
    def database(self) -> Path:
        """The SQLite file with everything the person tracked."""
        return self.data / "jobcopilot.sqlite3"

    @property
    def backups(self) -> Path:
        """Where the daily backups and those before a migration or a deletion lie."""
        return self.data / "backups"

    @property
    def settings_file(self) -> Path:
        """The TOML file that the person may edit."""
        return self.config / "settings.toml"

    @property
    def log_file(self) -> Path:
        """The log that error messages point to."""
        return self.logs / "jobcopilot.log"


def find_home(given: str | os.PathLike[str] | None = None) -> Home:
    """Return the folders for `given` (the `--home` option), else `JOBCOPILOT_HOME`, else the platform's own."""
    root = given or os.environ.get(HOME_VARIABLE)
    if root:
        base = Path(root).expanduser().absolute()
        return Home(data=base / "data", config=base / "config", models=base / "models", logs=base / "logs")
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("jobcopilot", appauthor=False)
    return Home(
        data=dirs.user_data_path,
        config=dirs.user_config_path,
        models=dirs.user_cache_path / "models",
        logs=dirs.user_log_path,
    )
