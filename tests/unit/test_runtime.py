"""What a runtime keeps, and what it lets go where somebody else searches."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime

_OF_ONE = ("profile", "_books", "_profile", "_profile_id")
"""What parts of one profile hold."""


def test_no_part_of_whoever_searched_before_is_kept(tmp_path: Path) -> None:
    runtime = Runtime(find_home(tmp_path / "home"))
    runtime.open()
    runtime.profiles.create("grace")
    parts = {
        name
        for one in Runtime.__mro__
        for name, part in vars(one).items()
        if isinstance(part, cached_property)
    }
    made = {name: getattr(runtime, name) for name in sorted(parts - {"language_model", "settings"})}
    theirs = {name for name, part in made.items() if any(hasattr(part, held) for held in _OF_ONE)}
    assert theirs >= {"books", "bank", "recordings"}
    runtime.forget_profile("grace")
    assert theirs & runtime.__dict__.keys() == set()
    runtime.close()
