"""Speaking aloud without a loudspeaker: sentences, the queue, whose program speaks, and what text can do to it."""

from __future__ import annotations

import queue
import shutil
import subprocess
import sys
import threading
import tomllib
import wave
from collections.abc import Callable
from importlib.metadata import requires
from pathlib import Path

import psutil
import pytest
from packaging.requirements import Requirement

from jobcopilot.paths import find_home
from jobcopilot.practice.spoken.port import SpokenHow
from jobcopilot.runtime import Runtime
from jobcopilot.runtime.spoken import _voice_of
from jobcopilot.voice.port import SpeechFailed, VoiceError
from jobcopilot.voice.speaking import (
    LONGEST,
    Began,
    Ended,
    Failed,
    QueuedSpeaker,
    SpeechEvent,
    choose_speech,
    make_speaker,
    speakable,
    voices,
    voices_folder,
)
from jobcopilot.voice.system_speech import SpeechCommand, SystemVoice, system_command

SECONDS = 60.0
HOSTILE = "-v de --help; \"quoted\" `touch /tmp/x` $(reboot) \\ 'single' %PATH% | & > out"


class ScriptedVoice:
    """Speaks until it is let go on; fails where its sentence says so."""

    name = "script"

    def __init__(self) -> None:
        self.go_on: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.cuts = 0
        self.closed = False

    def speak(self, sentence: str, cut: threading.Event, began: Callable[[], None]) -> bool:
        if "fail" in sentence:
            raise SpeechFailed("It failed", sentence)
        began()
        self.go_on.get(timeout=SECONDS)
        return not cut.is_set()

    def cut(self) -> None:
        self.cuts += 1
        self.go_on.put(None)

    def close(self) -> None:
        self.closed = True


class Heard:
    """What a speaker tells, waited for."""

    def __init__(self) -> None:
        self._told: queue.SimpleQueue[SpeechEvent] = queue.SimpleQueue()

    def __call__(self, event: SpeechEvent) -> None:
        self._told.put(event)

    def next(self) -> SpeechEvent:
        return self._told.get(timeout=SECONDS)

    @property
    def empty(self) -> bool:
        return self._told.empty()


def test_a_text_is_spoken_sentence_by_sentence() -> None:
    voice, heard = ScriptedVoice(), Heard()
    speaker = QueuedSpeaker(voice, heard)
    speaker.say("Tell me about a project. What did you do?", 3)
    assert heard.next() == Began("Tell me about a project.", 3)
    assert speaker.busy
    voice.go_on.put(None)
    ended = heard.next()
    assert isinstance(ended, Ended)
    assert (ended.sentence, ended.revision, ended.whole) == ("Tell me about a project.", 3, True)
    assert heard.next() == Began("What did you do?", 3)
    voice.go_on.put(None)
    assert isinstance(heard.next(), Ended)
    speaker.close()
    assert voice.closed
    assert not speaker.busy


def test_an_interrupt_cuts_what_sounds_and_forgets_what_waits() -> None:
    voice, heard = ScriptedVoice(), Heard()
    speaker = QueuedSpeaker(voice, heard)
    speaker.say("One. Two. Three.", 1)
    heard.next()
    speaker.interrupt()
    ended = heard.next()
    assert isinstance(ended, Ended)
    assert not ended.whole
    assert voice.cuts == 1
    speaker.say("Four.", 2)
    assert heard.next() == Began("Four.", 2), "two and three are forgotten"
    voice.go_on.put(None)
    heard.next()
    speaker.interrupt()
    assert voice.cuts == 1, "nothing sounded"
    speaker.close()
    speaker.say("Five.")
    assert heard.empty
    assert not speaker.busy


def test_a_sentence_that_fails_is_told_and_the_next_is_spoken() -> None:
    voice, heard = ScriptedVoice(), Heard()
    speaker = QueuedSpeaker(voice, heard)
    speaker.say("This must fail. This is heard.", 7)
    assert heard.next() == Failed("This must fail.", 7, "It failed", "This must fail.")
    assert heard.next() == Began("This is heard.", 7)
    speaker.close()
    assert isinstance(heard.next(), Ended)


def test_a_fault_of_the_voice_itself_silences_one_sentence_and_no_more() -> None:
    class Broken(ScriptedVoice):
        def speak(self, sentence: str, cut: threading.Event, began: Callable[[], None]) -> bool:
            if "breaks" in sentence:
                raise BrokenPipeError(32, "\x1b[31mBroken pipe")
            return super().speak(sentence, cut, began)

    voice, heard = Broken(), Heard()
    speaker = QueuedSpeaker(voice, heard)
    speaker.say("This breaks. This goes on.", 3)
    failed = heard.next()
    assert isinstance(failed, Failed)
    assert (failed.sentence, failed.revision) == ("This breaks.", 3)
    assert failed.message == "BrokenPipeError: [Errno 32] Broken pipe"
    assert failed.hint
    assert heard.next() == Began("This goes on.", 3)
    voice.go_on.put(None)
    assert isinstance(heard.next(), Ended)
    # Whoever is deaf while the voice sounds would have been so for good.
    speaker.close()
    assert not speaker.busy


def test_text_that_would_command_a_speaker_is_only_words() -> None:
    assert speakable("[[volm 0]] Quiet\x1b[31m\x07\x00 now!-!QUIT") == ["[ [volm 0] ] Quiet now!", "QUIT"]
    assert speakable("**Why** `x`? <speak/> # \\o") == ["Why x ?", "speak/ o"]
    assert speakable("-- dashes") == ["-- dashes"]
    assert speakable(" \n...\n!") == []
    assert speakable("") == []


def test_a_sentence_without_an_end_is_parted() -> None:
    text = ", ".join(["and then we moved the next table to the new store"] * 20)
    parts = speakable(text)
    assert all(len(part) <= LONGEST for part in parts)
    assert " ".join(parts) == text
    assert parts[0].endswith(",")
    assert "".join(speakable("x" * 1000)) == "x" * 1000


@pytest.mark.parametrize(
    ("system", "programs", "name", "begins", "silence"),
    [
        ("darwin", {"say"}, "say", ("/bin/say", "-f", "-"), ()),
        ("linux", {"espeak-ng", "spd-say"}, "espeak-ng", ("/bin/espeak-ng", "-v", "en", "-s", "165", "--stdin"), ()),
        ("linux", {"spd-say"}, "spd-say", ("/bin/spd-say", "--wait", "--pipe-mode"), ("/bin/spd-say", "--cancel")),
        ("win32", {"powershell"}, "System.Speech", ("/bin/powershell", "-NoLogo", "-NoProfile", "-NonInteractive"), ()),
        ("win32", {"pwsh"}, "System.Speech", ("/bin/pwsh",), ()),
    ],
)  # fmt: skip
def test_each_system_speaks_what_stands_on_stdin(
    system: str, programs: set[str], name: str, begins: tuple[str, ...], silence: tuple[str, ...]
) -> None:
    command = system_command(system, lambda one: f"/bin/{one}" if one in programs else None)
    assert command is not None
    assert command.name == name
    assert command.words[: len(begins)] == begins
    assert command.silence == silence
    if system == "win32":
        assert command.words[-1].endswith("$voice.Speak([Console]::In.ReadToEnd())")
        assert '"' not in command.words[-1], "a quotation mark would be lost on Windows' command line"


def test_a_program_of_the_folder_that_the_person_is_in_does_not_speak(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Windows looks there first: a powershell.exe among the downloads would be run.
    (tmp_path / "powershell.EXE").touch()
    monkeypatch.chdir(tmp_path)
    for found in ("powershell.EXE", str(tmp_path / "powershell.EXE")):
        places = {"powershell": found}
        assert system_command("win32", places.get) is None
    other = system_command("win32", lambda one: "powershell.EXE" if one == "powershell" else "/system/pwsh")
    assert other is not None
    assert other.words[0] == "/system/pwsh"


@pytest.mark.parametrize("system", ["darwin", "linux", "win32"])
def test_a_system_without_speech_says_so(system: str) -> None:
    assert system_command(system, lambda _: None) is None


def test_another_voice_is_told_of_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "jobcopilot.voice.system_speech.system_command",
        lambda: SpeechCommand("say", (sys.executable, "--version")),
    )
    heard = Heard()
    runtime = Runtime(find_home(tmp_path))
    speaker = _voice_of(runtime, SpokenHow(voice="en_US-ljspeech-medium"))(heard)
    assert speaker is not None
    told = heard.next()
    assert isinstance(told, Failed)
    assert "say" in told.message
    assert heard.empty
    speaker.close()


def test_who_speaks_is_chosen_and_a_fallback_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_speech(tmp_path, "").kind == "none"
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr("jobcopilot.voice.system_speech.system_command", lambda: None)
    nobody = choose_speech(tmp_path, "en_US-ljspeech-medium")
    assert nobody.kind == "none"
    assert "no voice en_US-ljspeech-medium, and the system has no speech" in nobody.note
    assert nobody.hint
    assert make_speaker(nobody, Heard()) is None
    command = SpeechCommand("say", ("say",))
    monkeypatch.setattr("jobcopilot.voice.system_speech.system_command", lambda: command)
    instead = choose_speech(tmp_path, "en_US-ljspeech-medium")
    assert (instead.kind, instead.name) == ("system", "the system's speech, say")
    assert "there is no voice" in instead.note
    heard = Heard()
    speaker = make_speaker(instead, heard)
    assert speaker is not None
    told = heard.next()
    assert isinstance(told, Failed)
    assert (told.sentence, told.title) == ("", "Another voice speaks")
    assert "there is no voice en_US-ljspeech-medium; the system's speech, say speaks instead" in told.message
    speaker.close()
    assert choose_speech(tmp_path, "system").note == ""
    folder = voices_folder(tmp_path)
    folder.mkdir(parents=True)
    (folder / "amy.onnx").touch()
    assert choose_speech(tmp_path, "amy").kind == "system", "its .json is missing"
    (folder / "amy.onnx.json").touch()
    assert voices(tmp_path) == ["amy"]
    assert choose_speech(tmp_path, "amy").path == folder / "amy.onnx"
    assert choose_speech(tmp_path, str(folder / "amy.onnx")).kind == "neural"
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    without = choose_speech(tmp_path, "amy")
    assert (without.kind, without.note) == ("system", "Piper is not installed")


def python(code: str) -> SystemVoice:
    return SystemVoice(SpeechCommand("test", (sys.executable, "-c", code)))


def test_a_sentence_reaches_the_program_as_it_is(tmp_path: Path) -> None:
    out = tmp_path / "said"
    voice = python(f"import sys; open({str(out)!r}, 'wb').write(sys.stdin.buffer.read())")
    began: list[None] = []
    assert voice.speak(HOSTILE + " é", threading.Event(), lambda: began.append(None))
    assert out.read_text("utf-8") == HOSTILE + " é\n"
    assert began == [None]


def test_a_program_that_fails_is_told_in_its_words() -> None:
    never = threading.Event()
    with pytest.raises(SpeechFailed, match="test: no such voice"):
        python("import sys; print('no such voice', file=sys.stderr); sys.exit(2)").speak(
            "x", never, lambda: None
        )
    with pytest.raises(SpeechFailed, match="ended with code 3"):
        python("import sys; sys.exit(3)").speak("x", never, lambda: None)
    with pytest.raises(SpeechFailed, match="error: no device"):
        python("import sys; print('error: no device', file=sys.stderr)").speak("x", never, lambda: None)
    with pytest.raises(VoiceError):
        SystemVoice(SpeechCommand("gone", ("/no/such/program",))).speak("x", never, lambda: None)


def test_a_program_is_killed_in_the_middle(tmp_path: Path) -> None:
    voice = python("import threading; threading.Event().wait()")
    heard = Heard()
    speaker = QueuedSpeaker(voice, heard)
    speaker.say("A long sentence.")
    assert isinstance(heard.next(), Began)
    (running,) = [
        one for one in psutil.Process().children() if "threading.Event().wait()" in " ".join(one.cmdline())
    ]
    speaker.interrupt()
    ended = heard.next()
    assert isinstance(ended, Ended)
    assert not ended.whole
    assert not running.is_running() or running.status() == psutil.STATUS_ZOMBIE
    cut = threading.Event()
    cut.set()
    assert not voice.speak("Never begun.", cut, lambda: None)
    speaker.close()


@pytest.mark.system
@pytest.mark.parametrize("text", ["hello", HOSTILE, "--version", "-f /etc/passwd", 'it\'s "so"', "a\tb"])
def test_espeak_speaks_every_text(text: str, tmp_path: Path) -> None:
    path = tmp_path / "said.wav"
    espeak = system_command("linux")
    assert espeak is not None
    assert espeak.name == "espeak-ng"
    (sentence, *_) = speakable(text)
    voice = SystemVoice(SpeechCommand(espeak.name, (*espeak.words, "-w", str(path))))
    assert voice.speak(sentence, threading.Event(), lambda: None)
    with wave.open(str(path)) as file:
        samples = file.readframes(-1)
        assert file.getnframes() / file.getframerate() > 0.03 * len([c for c in sentence if c.isalnum()])
    assert max(samples) > 0


def test_whoever_installs_speech_alone_has_what_the_speaking_process_imports() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    waiting = [Requirement(one) for one in project["optional-dependencies"]["speech"]]
    there: set[str] = set()
    while waiting:
        wanted = waiting.pop()
        if wanted.name in there or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        there.add(wanted.name)
        waiting += [Requirement(one) for one in requires(wanted.name) or ()]
    script = (
        "import sys, jobcopilot.voice.engine.playing, sounddevice\n"
        "print(*{one.partition('.')[0] for one in sys.modules})"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    # Each is called as the package that brings it.
    needed = {"av", "numpy", "sounddevice"}
    assert needed <= set(ran.stdout.split())
    assert needed <= there
