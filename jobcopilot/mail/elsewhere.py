"""Letters in other programs: the mail program by its address, and the person's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from jobcopilot.errors import UsageError
from jobcopilot.mail import values
from jobcopilot.mail.views import Draft, LetterView

_BELOW = "Everything below this line is the letter. Empty the file to change nothing."


def mailto(view: LetterView) -> str:
    """Return the address that opens a letter in the mail program (RFC 6068). Raises `FieldError` for a bad address."""
    address = values.address(view.recipient_email)
    body = view.body.replace("\r\n", "\n").replace("\n", "\r\n")
    return f"mailto:{quote(address, safe='@')}?subject={quote(view.subject, safe='')}&body={quote(body, safe='')}"


def editor_command() -> list[str]:
    """Return the person's editor: VISUAL, else EDITOR, else what the system surely has.

    Raises `UsageError` for one that is no command.
    """
    chosen = next((one for name in ("VISUAL", "EDITOR") if (one := os.environ.get(name, "").strip())), "")
    if not chosen:
        return ["notepad"] if sys.platform == "win32" else ["vi"]
    try:
        return shlex.split(chosen, posix=sys.platform != "win32")
    except ValueError as odd:
        raise UsageError(
            "The editor cannot be run", f"{chosen}: {odd}", "Set EDITOR to another one."
        ) from odd


def edited(view: LetterView) -> Draft | None:
    """Let the person edit a letter in their editor; return what came of it, None where nothing changed.

    Raises `UsageError` where the editor cannot be run. The file is the person's alone and gone afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="jobcopilot-") as folder:
        file = Path(folder) / f"letter-{view.id}.txt"
        before = f"Subject: {view.subject}\n# {_BELOW}\n\n{view.body}\n"
        file.write_text(before, "utf-8")
        command = editor_command()
        try:
            done = subprocess.run([*command, str(file)], check=False)  # noqa: S603  # the person's own choice
        except OSError as missing:
            raise UsageError(
                "The editor cannot be run", f"{command[0]}: {missing.strerror}", "Set EDITOR to another one."
            ) from missing
        if done.returncode != 0:
            raise UsageError("The editor ended with a fault; the letter is as it was", " ".join(command))
        try:
            after = file.read_text("utf-8", errors="replace")
        except OSError as gone:
            raise UsageError(
                "The editor left no file; the letter is as it was",
                f"{' '.join(command)}: {gone.strerror}",
                "Set EDITOR to one that waits until you are done, such as: code --wait",
            ) from gone
    return None if after == before or not after.strip() else parted(after, view)


def parted(text: str, view: LetterView) -> Draft:
    """Return subject and text of an edited file; where somebody took the subject's line out, it stays."""
    head, _, rest = text.lstrip("\n").partition("\n")
    subject = view.subject
    if head.casefold().startswith("subject:"):
        subject = head.partition(":")[2].strip()
    else:
        rest = text
    lines = rest.split("\n")
    body = "\n".join(one for one in lines if one.strip() != f"# {_BELOW}")
    return Draft(subject, body.strip("\n"))
