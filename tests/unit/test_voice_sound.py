"""Sound on its way: resampled with memory, cut into blocks, kept on the disk, nothing lost and nothing added."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from jobcopilot.errors import BadInput
from jobcopilot.voice.edges import STEP, floor_of, refined
from jobcopilot.voice.engine.audio import Blocks, Resampler, decibels, read_audio, write_flac
from jobcopilot.voice.engine.microphone import Ring
from jobcopilot.voice.engine.recording import Recording, gaps_of, keep_as_flac, parts_of, pieces_of
from jobcopilot.voice.engine.sources import FileSource
from jobcopilot.voice.engine.watch import SoundWatch
from jobcopilot.voice.port import BLOCK, RATE, Span
from tests.fakes.speech import write_wav


def tone(rate: int, seconds: float, pitch: float = 440.0) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return (8_000 * np.sin(2 * np.pi * pitch * np.arange(round(rate * seconds)) / rate)).astype(np.int16)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_resampling_in_pieces_is_resampling_at_once(rate: int) -> None:
    sound = tone(rate, 2.0)
    whole = Resampler(rate)
    once = np.concatenate([whole.feed(sound), whole.flush()])
    pieces = Resampler(rate)
    size = round(rate * 0.032)
    many = np.concatenate(
        [*(pieces.feed(sound[at : at + size]) for at in range(0, sound.size, size)), pieces.flush()]
    )
    assert once.size == many.size == 2 * RATE
    assert np.abs(once.astype(int) - many.astype(int)).max() <= 1
    middle = once[RATE // 2 : RATE]
    assert np.abs(middle.astype(int) - tone(RATE, 2.0)[RATE // 2 : RATE]).max() < 400, "still the same tone"


def test_blocks_keep_every_sample_in_order() -> None:
    sound = np.arange(5_003, dtype=np.int16)
    cutter = Blocks()
    got = [block for at in range(0, sound.size, 100) for block in cutter.feed(sound[at : at + 100])]
    assert {block.size for block in got} == {BLOCK}
    assert np.array_equal(np.concatenate([*got, cutter.rest()]), sound)


def test_flac_gives_back_what_was_written(tmp_path: Path) -> None:
    sound = np.random.default_rng(0).integers(-32768, 32767, 70_001).astype(np.int16)
    path = tmp_path / "a.flac"
    assert write_flac(path, iter([sound[:1000], sound[1000:1001], sound[1001:]])) == sound.size
    assert np.array_equal(np.concatenate(list(read_audio(path))), sound)
    assert not list(tmp_path.glob("*.part"))


def test_a_file_that_is_no_recording_says_so(tmp_path: Path) -> None:
    path = tmp_path / "letter.wav"
    path.write_text("Dear Sir or Madam")
    with pytest.raises(BadInput, match="cannot be read"):
        list(read_audio(path))
    with pytest.raises(BadInput, match="is not there"):
        list(read_audio(tmp_path / "none.wav"))


def test_a_recording_goes_on_after_a_death_and_marks_the_gap(tmp_path: Path) -> None:
    sound = tone(RATE, 1.0)
    first = Recording(tmp_path, live=True)
    first.append(sound)
    first.release()
    (part,) = parts_of(tmp_path)
    died = time.time() - 2.0
    os.utime(part.path, (died, died))
    second = Recording(tmp_path, live=True)
    assert second.lost is not None
    begin, length = second.lost
    assert begin == RATE
    assert length == pytest.approx(2 * RATE, abs=0.5 * RATE)
    second.append(sound)
    assert np.array_equal(second.read(RATE - 100, RATE), sound[-100:])
    assert not second.read(RATE, second.begin).any()
    assert np.array_equal(second.read(second.begin, second.end), sound)
    second.release()
    assert gaps_of(parts_of(tmp_path)) == [(begin, length)]
    kept = keep_as_flac(tmp_path)
    heard = np.concatenate(list(read_audio(kept)))
    assert heard.size == second.end
    assert np.array_equal(heard[:RATE], sound)
    assert np.array_equal(heard[-RATE:], sound)
    assert [path.name for path in tmp_path.iterdir()] == ["recording.flac"]


@pytest.mark.skipif(os.name == "nt", reason="folders of a person are closed to others there")
def test_nobody_else_can_hear_a_recording(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        recording = Recording(tmp_path / "session-1" / "stream-1", live=True)
        recording.append(tone(RATE, 0.1))
        recording.release()
        kept = keep_as_flac(recording.folder)
    finally:
        os.umask(old)
    assert recording.folder.stat().st_mode & 0o077 == 0
    assert kept.stat().st_mode & 0o077 == 0


def test_a_recording_is_on_the_disk_before_its_parts_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = Recording(tmp_path, live=True)
    recording.append(tone(RATE, 0.1))
    recording.release()
    lay_there: list[list[str]] = []
    true = os.fsync

    def look(fd: int) -> None:
        lay_there.append(sorted(one.suffix for one in tmp_path.iterdir()))
        true(fd)

    monkeypatch.setattr(os, "fsync", look)
    keep_as_flac(tmp_path)
    # Where the power fails, a file that was renamed may be empty, and one that was deleted is gone.
    assert lay_there == [[".part", ".pcm"]]


def test_a_part_that_became_shorter_ends_where_it_does(tmp_path: Path) -> None:
    recording = Recording(tmp_path, live=True)
    recording.append(tone(RATE, 0.1))
    recording.release()
    (part,) = parts_of(tmp_path)
    os.truncate(part.path, part.length)
    assert sum(piece.size for piece in pieces_of([part])) == part.length // 2


def test_a_file_waits_and_leaves_no_gap(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "said.wav", tone(RATE, 1.3), RATE)
    folder = tmp_path / "kept"
    first = Recording(folder, live=False)
    for place, block in enumerate(FileSource(path).blocks(threading.Event())):
        if place == 10:
            break
        first.append(block)
    first.release()
    second = Recording(folder, live=False)
    assert second.lost is None
    for block in FileSource(path).blocks(threading.Event(), second.begin):
        second.append(block)
    second.finish()
    assert np.array_equal(second.read(0, second.end), tone(RATE, 1.3))
    second.release()


def test_the_ring_gives_what_came_and_counts_what_it_lost() -> None:
    ring = Ring(1_000)
    sound = np.arange(1, 5_001, dtype=np.int16)
    got = []
    for at in range(0, 3_000, 300):
        ring.write(sound[at : at + 300])
        got.append(ring.take())
    assert np.array_equal(np.concatenate(got), sound[:3_000])
    for at in range(3_000, 4_500, 300):
        ring.write(sound[at : at + 300])
    assert np.array_equal(ring.take(), sound[3_500:4_500])
    assert ring.missed == 500
    assert ring.take().size == 0


def test_zeros_and_clipping_are_told_once() -> None:
    watch = SoundWatch()
    zeros = [watch.feed(np.zeros(BLOCK, np.int16)) for _ in range(5 * RATE // BLOCK)]
    assert [one.code for one in zeros if one] == ["zeros"]
    loud = np.tile(np.array([32_767, -32_768], np.int16), BLOCK // 2)
    told = [watch.feed(loud) for _ in range(3 * RATE // BLOCK)]
    assert [one.code for one in told if one] == ["clipping"]
    quiet = SoundWatch()
    noise = np.random.default_rng(0).normal(0, 3, (200, BLOCK)).astype(np.int16)
    assert not any(quiet.feed(block) for block in noise)


def test_edges_move_to_the_sound() -> None:
    levels = [-60.0] * 1_000
    levels[100:200] = [-20.0] * 100
    levels[260:300] = [-20.0] * 40
    loose = [Span(0.9, 1.66), Span(2.05, 2.45)]
    first, second = refined(loose, levels, 0.0, floor_of(levels[:100]))
    edges = [first.start, first.end, second.start, second.end]
    assert edges == pytest.approx([100 * STEP, 200 * STEP, 260 * STEP, 300 * STEP])
    assert floor_of([]) == -70.0


def test_level_of_full_scale_and_of_nothing() -> None:
    assert decibels(np.full(BLOCK, 32_767, np.int16)) == pytest.approx(0.0, abs=0.01)
    assert decibels(np.zeros(BLOCK, np.int16)) == -96.0
