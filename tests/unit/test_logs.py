"""The log says where and what kind, never what the person wrote."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobcopilot.logs import LOG_BYTES, LOG_FILES, log_path, start_logging, stop_logging
from jobcopilot.paths import Home, find_home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    stop_logging()
    yield find_home(tmp_path)
    stop_logging()


def test_a_traceback_is_kept_without_the_texts_in_it(home: Home) -> None:
    start_logging(home)
    log = logging.getLogger("jobcopilot.test")
    try:
        try:
            int("my secret note")
        except ValueError as inner:
            raise RuntimeError("ada@example.org failed at https://acme.example/jobs?token=abc") from inner
    except RuntimeError:
        log.exception("the command failed")
    written = home.log_file.read_text()
    assert "RuntimeError" in written
    assert "ValueError" in written
    assert "test_logs.py" in written
    for private in ("my secret note", "ada@", "acme.example", "abc"):
        assert private not in written


def test_the_log_rotates(home: Home) -> None:
    start_logging(home)
    log = logging.getLogger("jobcopilot.test")
    for _ in range(50_000):
        log.info("%s", "x" * 90)
    sizes = [path.stat().st_size for path in home.logs.iterdir()]
    assert len(sizes) == LOG_FILES
    assert max(sizes) <= LOG_BYTES


def test_starting_twice_writes_once(home: Home) -> None:
    start_logging(home)
    start_logging(home)
    logging.getLogger("jobcopilot.test").info("once")
    assert home.log_file.read_text().count("once") == 1
    assert log_path() == str(home.log_file)


def test_a_folder_that_cannot_be_written_means_no_log() -> None:
    stop_logging()
    start_logging(find_home("/proc/nowhere"))
    logging.getLogger("jobcopilot.test").info("goes nowhere")
    assert log_path() is None
