"""The command `jobcopilot`: the app when called alone, the command line otherwise."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> int:
    """Run what the arguments ask for and return the exit code (0 done, 1 failed, 2 wrong usage)."""
    given = sys.argv[1:] if arguments is None else arguments
    face = _face_options(given)
    if face is None:
        # Only here: the app's first frame must not wait for the command line's libraries.
        from jobcopilot.cli.app import run

        return run(given, open_app)
    return open_app(face.get("--home"), face.get("--profile"))


def open_app(home: str | None, profile: str | None) -> int:
    """Open the app and return its exit code when it is left."""
    from jobcopilot.tui.start import start

    return start(home=home, profile=profile)


def _face_options(arguments: list[str]) -> dict[str, str] | None:
    """Return the options of a call without a command, or None when there is more to understand."""
    options: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=")
        if name not in ("--home", "--profile"):
            return None
        if not equals:
            value = next(rest, "")
        if not value or value.startswith("--"):
            return None
        options[name] = value
    return options


if __name__ == "__main__":
    sys.exit(main())
