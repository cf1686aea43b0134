"""What the person set: the environment beats the file, the file beats the defaults."""

from __future__ import annotations

import os
import tempfile
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from jobcopilot.errors import BadInput, StorageError


class BoardSettings(BaseModel):
    """How the board opens."""

    view: Literal["table", "kanban"] = "table"
    sort: str = "-match"
    query: str = ""


class BackupSettings(BaseModel):
    """How often the database is copied by itself."""

    daily: bool = True
    keep: int = Field(default=7, ge=1, le=365)


class InterviewSettings(BaseModel):
    """What interviews ask for, and how close together two may lie."""

    remind_minutes: list[Annotated[int, Field(ge=1, le=60 * 24 * 30)]] = Field(
        default_factory=lambda: [24 * 60, 2 * 60], max_length=8
    )
    """How long before each round one is reminded."""
    preparation_at: time = time(18)
    """When one is told, the day before, that preparation is still open."""
    buffer_minutes: int = Field(default=15, ge=0, le=12 * 60)
    travel_minutes: int = Field(default=45, ge=0, le=24 * 60)
    """What an interview on site needs before and after, beside the buffer."""
    thank_you_hours: int = Field(default=24, ge=1, le=24 * 14)
    follow_up_days: int = Field(default=7, ge=1, le=365)
    inquiry_days: int = Field(default=14, ge=1, le=365)
    application_days: list[Annotated[int, Field(ge=1, le=365)]] = Field(
        default_factory=lambda: [7, 14], max_length=8
    )
    """After how many days an application without an answer is asked after."""


class ReminderSettings(BaseModel):
    """When one does not want to be disturbed; read by `reminders.quiet` without this library."""

    quiet_from: str | time = ""
    quiet_to: str | time = ""
    two_hours_break_quiet: bool = True


class CalendarSettings(BaseModel):
    """How calendars are kept in step."""

    look_minutes: int = Field(default=5, ge=1, le=24 * 60)
    """How often it is looked whether a round was changed in the calendar's own program."""
    own_addresses: list[str] = Field(default_factory=list, max_length=20)
    """The person's e-mail addresses: whoever has one of these is no contact of an invitation."""


class MailSettings(BaseModel):
    """How letters leave and sound; the password is in the vault."""

    host: str = ""
    """The server for outgoing mail; empty: nothing is ever sent."""
    port: int = Field(default=0, ge=0, le=65535)
    """0: 587 with STARTTLS, 465 with TLS."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`none` is for a server on this very machine only."""
    username: str = ""
    secret: str = ""
    """Under which name the vault keeps the password; never the password itself."""
    address: str = ""
    """The person's own address, which letters come from."""
    name: str = ""
    """The person's name as recipients read it; empty: the profile's."""
    reminders: bool = False
    """Whether reminders of interviews come by e-mail, too."""
    reminders_to: str = ""
    """Where they go; empty: to the own address."""
    reminders_since: str = ""
    """What was due before this moment (ISO 8601) is not sent: set when they are turned on."""
    tone: Literal["warm", "plain", "formal"] = "warm"
    sign_off: str = Field(default="", max_length=100)
    """The line above the name; empty: what suits the tone."""
    signature: str = Field(default="", max_length=1000)
    """Lines below the name."""


class ModelSettings(BaseModel):
    """Which language model speaks, where one is wanted at all."""

    use: Literal["builtin", "llama", "http"] = "builtin"
    """None, one on this machine, or one behind a server."""
    name: str = ""
    """A name of the catalogue, or the path of a GGUF file; empty: the one that suits this machine."""
    engine: Literal["auto", "llama_cpp", "xllamacpp"] = "auto"
    context: int = Field(default=8192, ge=1024, le=1_000_000)
    """Tokens that conversation and answer may have; its memory grows with it."""
    threads: int = Field(default=0, ge=0, le=512)
    idle_minutes: int = Field(default=10, ge=1, le=24 * 60)
    """After how long without a question the model gives its memory back."""
    url: str = "http://127.0.0.1:8080/v1"
    server_model: str = ""
    key: str = Field(default="", repr=False)
    """Of the server, as JOBCOPILOT_MODEL__KEY. Nothing ever writes it here: without that, it lies in the vault."""
    secret: str = ""
    """Under which name the vault keeps the server's key, which is of that one server only; never the key itself."""
    consent: str = ""
    """The other machine (host:port) that answers may be sent to, as the person agreed."""
    silent_seconds: int = Field(default=120, ge=1, le=3600)
    mirror: str = ""
    """Where models are fetched from instead of huggingface.co."""


class VoiceSettings(BaseModel):
    """How interviews are spoken; what is heard never leaves this machine."""

    device: str = ""
    """A microphone's name; empty: the system's choice."""
    api: str = ""
    """Its host API, where two share the name."""
    whisper: str = ""
    """A Whisper model's name or folder; empty: the best one here that keeps up."""
    turn_taking: Literal["hands-free", "done", "push-to-talk"] = "hands-free"
    """What ends an answer: silence, or the "I'm done" key; with push-to-talk a key opens the microphone, too, and
    nothing is heard before."""
    voice: str = ""
    """Who speaks for the interviewer: a voice's name, "system", or empty for nobody: the words are shown."""
    headphones: bool = False
    """Whether one may speak over the interviewer: the microphone is not muted then."""
    recordings: Literal["until deleted", "days", "none"] = "until deleted"
    """How long answers stay to be heard: until their session is deleted, for some days, or no longer than it takes
    to measure them. What is measured is a session that is over; one that was left is waited for, with "none" 30 days.
    """
    recording_days: int = Field(default=30, ge=1, le=3650)
    """For how many days, where it is days."""

    @model_validator(mode="before")
    @classmethod
    def _without_hands(cls, given: Any) -> Any:
        """Take what was set before there were three ways: whoever ended answers by a key still does."""
        if isinstance(given, dict) and "turn_taking" not in given:
            # The environment says it in letters.
            said = str(given.get("hands_free", "true")).strip().lower()
            if said in ("false", "0", "no", "off", "n", "f"):
                return {**given, "turn_taking": "done"}
        return given


class Settings(BaseSettings):
    """Everything that can be set, with its default."""

    model_config = SettingsConfigDict(
        env_prefix="JOBCOPILOT_", env_nested_delimiter="__", extra="ignore", validate_assignment=True
    )

    profile: str = "default"
    theme: str = "jobcopilot-dark"
    onboarded: bool = False
    """Whether the first three steps were taken or skipped."""
    board: BoardSettings = BoardSettings()
    backup: BackupSettings = BackupSettings()
    interviews: InterviewSettings = InterviewSettings()
    reminders: ReminderSettings = ReminderSettings()
    calendars: CalendarSettings = CalendarSettings()
    mail: MailSettings = MailSettings()
    model: ModelSettings = ModelSettings()
    voice: VoiceSettings = VoiceSettings()
    vault: Literal["auto", "file"] = "auto"
    """Where passwords lie: the system's keyring where there is one, or always the encrypted file."""
    keys: dict[str, str] = Field(default_factory=dict)
    """Command name to key (several joined by a comma), where the person chose another than the shipped one."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the environment before the file."""
        file = settings_cls.model_config.get("toml_file")
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file))


def load_settings(file: Path) -> Settings:
    """Read the settings file (missing is fine). Raises `BadInput` that names the file and the setting."""

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    try:
        return FromFile()
    except ValidationError as invalid:
        first = invalid.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(
            f"Setting {where} is not valid",
            f"{file} or the environment gives {first.get('input')!r}: {first['msg']}",
            "Correct it, or delete the line to return to the default.",
        ) from invalid
    except (ValueError, OSError) as unreadable:
        raise BadInput(
            "The settings file cannot be read", f"{file}: {unreadable}", "Correct or move it."
        ) from None


def save_setting(file: Path, name: str, value: Any) -> None:
    """Change one setting (dotted name) in the file, keeping the person's comments, atomically.

    `None` removes the entry. Raises `StorageError` where the folder cannot be written.
    """
    import tomlkit

    try:
        document = tomlkit.parse(file.read_text("utf-8")) if file.exists() else tomlkit.document()
    except ValueError as broken:
        raise BadInput(
            "The settings file cannot be read", f"{file}: {broken}", "Correct or move it."
        ) from broken
    *tables, key = name.split(".")
    place: Any = document
    for table in tables:
        if table not in place:
            place[table] = tomlkit.table()
        place = place[table]
    if value is None:
        place.pop(key, None)
    else:
        place[key] = value
    write_atomically(file, tomlkit.dumps(document).encode())


def write_atomically(file: Path, content: bytes) -> None:
    """Replace a file in one step, so that a crash leaves either the old or the new one."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            Path(temporary).replace(file)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as refused:
        raise StorageError(
            "The file could not be written",
            f"{file}: {refused.strerror}",
            "Free some space or choose another folder with --home.",
        ) from refused
