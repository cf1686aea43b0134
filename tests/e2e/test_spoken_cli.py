"""`practice run --voice` and the commands before it, as a person types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.e2e.test_voice_listening import errors, words_of
from tests.fakes.speech import MODEL, SENTENCES, answer, write_wav

pytestmark = pytest.mark.system
SAID = (SENTENCES[0], SENTENCES[1], SENTENCES[4])


def jobcopilot(home: Path, *words: object, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "jobcopilot", "--home", str(home), *map(str, words)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=180, check=False,
        env={**os.environ, "COLUMNS": "120"},
    )  # fmt: skip
    assert not check or done.returncode == 0, done.stderr
    return done


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    said = [answer(SAID, [0.6, 0.6], before=0.8, after=3.5, seed=one, voices=("en-us",)) for one in range(4)]
    return write_wav(tmp_path / "said.wav", np.concatenate([one.sound for one in said]))


def test_a_session_is_spoken_from_a_recording(tmp_path: Path, recording: Path) -> None:
    home = tmp_path / "home"
    spoken = ["--voice", "--file", recording, "--fast", "--whisper", MODEL, "--hotwords", ""]
    done = jobcopilot(home, "practice", "run", "--questions", 1, "--seed", 3, *spoken, "--json")
    told: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    kinds = [one["event"] for one in told]
    assert kinds[0] == "state-changed"
    assert {"level-heard", "words-heard", "answer-heard", "began", "piece", "ended"} <= set(kinds)
    assert [one["state"] for one in told if one["event"] == "state-changed"][-1] == "over"
    answers = [one["message"] for one in told if one["event"] == "answer-heard"]
    assert all(errors(words_of(one["text"]), words_of(" ".join(SAID))) <= 0.1 for one in answers)
    report = json.loads(jobcopilot(home, "practice", "show", 1, "--json").stdout)
    assert [one["text"] for one in answers] == [
        one["text"] for one in report["messages"] if one["role"] == "person"
    ]


def test_a_session_is_left_where_the_recording_ends_and_taken_up_again(
    tmp_path: Path, recording: Path
) -> None:
    home = tmp_path / "home"
    silence = write_wav(tmp_path / "silence.wav", np.zeros(22_050, np.int16))
    run = ("practice", "run", "--questions", 1, "--seed", 3)
    hears = ("--fast", "--whisper", MODEL, "--hotwords", "")
    done = jobcopilot(home, *run, "--voice", "--file", silence, *hears)
    assert "Session 1 is kept" in done.stdout
    assert "The recording is over" in done.stderr
    done = jobcopilot(home, "practice", "resume", 1, "--voice", "--file", recording, *hears)
    assert "you: we migrated a database" in done.stdout
    assert "Report: jobcopilot practice report 1" in done.stdout


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--fast"], "go with --voice"),
        (["--voice", "--fast"], "faster than it was spoken"),
        (["--voice", "--file", "nothing.wav"], "no such recording"),
        (["--voice", "--answers", "-"], "spoken or read from a script"),
    ],
)
def test_options_that_do_not_fit_are_refused(tmp_path: Path, options: list[str], why: str) -> None:
    done = jobcopilot(tmp_path / "home", "practice", "run", *options, check=False)
    assert done.returncode != 0
    assert why in done.stderr


def test_the_microphone_is_tried_and_pauses_are_learned(tmp_path: Path, recording: Path) -> None:
    home = tmp_path / "home"
    read = answer((SENTENCES[1], SENTENCES[2]), [0.5], before=1.0, after=3.0, voices=("en-us",))
    file = write_wav(tmp_path / "read.wav", read.sound)
    hears = ("--whisper", MODEL, "--json")
    found = json.loads(jobcopilot(home, "voice", "rehearse", "--file", file, *hears).stdout)
    assert found["ok"]
    assert found["words_right"] >= 12
    other = jobcopilot(
        home, "voice", "rehearse", "--file", file, "--sentence", "nothing of that at all", *hears, check=False
    )
    assert other.returncode == 1
    assert [one["code"] for one in json.loads(other.stdout)["troubles"]] == ["words"]
    learned = json.loads(jobcopilot(home, "voice", "calibrate", "--file", recording, *hears).stdout)
    assert learned["new_pauses"] >= 4
    assert 1.2 <= learned["waits"]["after_finished"] <= learned["waits"]["after_open"] <= 4.0
