"""What `doctor` says of speaking: microphone, models, what speaks, and whether anything of it crashes.

Everything native is tried in a process of its own. Nothing is fetched, nothing that is heard is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from jobcopilot.cli.checks import Check
from jobcopilot.errors import JobcopilotError
from jobcopilot.extras import EXTRAS
from jobcopilot.runtime import Runtime
from jobcopilot.settings import VoiceSettings

_LISTEN_SECONDS: Final = 2.2
"""Exact silence is told after two seconds."""


def voice_checks(runtime: Runtime) -> Iterator[Check]:
    """Yield what of speaking works; missing things are no fault: typing works without them."""
    if not next(extra for extra in EXTRAS if extra.name == "voice").installed:
        # Its line among the extras says how to install it.
        return
    try:
        wanted = runtime.settings.voice
    except JobcopilotError:
        # The line about the settings says it.
        return
    yield from _hearing(runtime, wanted)
    yield _speech(runtime, wanted)


def _hearing(runtime: Runtime, wanted: VoiceSettings) -> Iterator[Check]:
    """Try PortAudio, Silero and Whisper once, where a crash costs nothing; then listen for two seconds."""
    from jobcopilot.inference.machine import this_machine
    from jobcopilot.voice.listening import ask_once
    from jobcopilot.voice.models import find_model
    from jobcopilot.voice.port import SpeechModelMissing

    model, missing = None, None
    try:
        model = find_model(runtime.home.models, wanted.whisper, cores=this_machine().cores)
    except SpeechModelMissing as told:
        missing = told
    try:
        tried: dict[str, Any] = ask_once({"do": "probe", "model": str(model or "")})
    except JobcopilotError as told:
        yield Check("hearing", False, f"{told.title}: {told.message}", told.hint)
        return
    yield from _microphone(wanted, tried)
    yield Check("Silero", True, "tells speech from silence; tried, no crash")
    if missing is not None:
        yield Check("Whisper", None, f"{missing.title}: {missing.message}", missing.hint)
    elif model is not None:
        yield Check("Whisper", True, f"{model.name}, loaded in {tried['whisper']:.1f} s; tried, no crash")


def _microphone(wanted: VoiceSettings, tried: dict[str, Any]) -> Iterator[Check]:
    from jobcopilot.voice.listening import check_microphone

    if tried["no_devices"] is not None:
        told = tried["no_devices"]
        yield Check("PortAudio", None, f"{told['title']}: {told['message']}", told["hint"])
        return
    devices = tried["devices"]
    yield Check("PortAudio", True, f"{_counted(len(devices), 'microphone')}{_names(devices)}")
    if not devices:
        yield Check("microphone", None, "there is none", "Plug one in to speak; typing works.")
        return
    try:
        found = check_microphone(wanted.device, wanted.api, _LISTEN_SECONDS)
    except JobcopilotError as told:
        yield Check("microphone", False, f"{told.title}: {told.message}", told.hint)
        return
    detail = (
        f"{found['device']}, {found['rate']:,} Hz, loudest {found['peak']:.0%} in {found['seconds']:.0f} s"
    )
    if not found["troubles"]:
        note = next((one["note"] for one in devices if one["name"] == found["device"]), "")
        yield Check("microphone", True, detail, note)
    for trouble in found["troubles"]:
        yield Check(
            "microphone", False, f"{detail}. {trouble['title']}: {trouble['message']}", trouble["hint"]
        )


def _speech(runtime: Runtime, wanted: VoiceSettings) -> Check:
    from jobcopilot.voice.speaking import choose_speech

    choice = choose_speech(runtime.home.models, wanted.voice or "system")
    if choice.kind == "none":
        return Check("speech", None, f"{choice.note}; the interviewer's words are shown", choice.hint)
    if choice.note:
        return Check("speech", None, f"{choice.note}; {choice.name} speaks instead", choice.hint)
    return Check("speech", True, choice.name if wanted.voice else f"{choice.name} could speak; none is set")


def _names(devices: list[dict[str, Any]]) -> str:
    names = [f"{one['name']}{' (the default)' if one['default'] else ''}" for one in devices]
    return (
        ": " * bool(names) + ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
