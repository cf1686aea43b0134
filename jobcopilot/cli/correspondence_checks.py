"""What `doctor` says of calendars, mail and the vault that keeps their passwords: as it is written down here, without
asking any server."""

from __future__ import annotations

from collections.abc import Iterator

from jobcopilot.cli.checks import Check
from jobcopilot.errors import JobcopilotError
from jobcopilot.runtime import Runtime

CONNECT = "Your interviews in your own calendar: jobcopilot calendar connect --help"
SETUP = "To send letters, and reminders by e-mail: jobcopilot mail setup --help"
RETRY = "Try it again: jobcopilot calendar sync --retry"
NOBODY = "Nobody carries it out now: open the app, jobcopilot daemon install, or jobcopilot calendar sync"


def correspondence_checks(runtime: Runtime) -> Iterator[Check]:
    """Yield how every calendar stands, how the mail does, and whether their passwords can be read."""
    for name, look in (("calendars", _calendars), ("mail", _mail), ("passwords", _vault)):
        try:
            yield from look(runtime)
        except JobcopilotError as wrong:
            yield Check(name, False, f"{wrong.title}: {wrong.message}", wrong.hint)


def _calendars(runtime: Runtime) -> Iterator[Check]:
    from jobcopilot.calendars.views import KIND_WORDS
    from jobcopilot.cli.calendar_shapes import state_words
    from jobcopilot.cli.interview_shapes import Times
    from jobcopilot.reminders.presence import living

    found = runtime.calendars.status()
    if not found:
        yield Check("calendars", None, "none is connected", CONNECT)
    carried = any(one.role in ("app", "daemon") for one in living(runtime.home.data / "running"))
    times = Times(runtime)
    for one in found:
        account = one.account
        words = [f"{account.title} ({KIND_WORDS[account.kind]}): {state_words(one)}"]
        if account.synced_at is not None:
            words.append(f"last answer {times.said(account.synced_at)}")
        hint = account.hint
        if account.reason:
            words.append(account.reason)
            hint = account.hint or RETRY
        elif one.failed:
            words.append(runtime.calendars.failures(account.id)[0].reason)
            hint = RETRY
        elif one.differences:
            hint = "See both sides: jobcopilot calendar status"
        elif one.waiting and not carried:
            hint = NOBODY
        well = account.state == "fine" and not (
            one.failed or one.differences or (one.waiting and not carried)
        )
        yield Check("calendar", well, "; ".join(words), hint)


def _mail(runtime: Runtime) -> Iterator[Check]:
    state = runtime.mail_setup.state()
    if not state.set_up:
        yield Check("mail", None, "no outgoing mail is set up", SETUP)
        return
    words = [f"{state.server} as {state.sender}"]
    words.append(f"reminders to {state.reminders_to}" if state.reminders_to else "no reminders by e-mail")
    words += [
        f"{state.letters[name]} {'letter' if state.letters[name] == 1 else 'letters'} {told}"
        for name, told in (("waiting", "waiting"), ("failed", "not sent"), ("uncertain", "perhaps sent"))
        if state.letters.get(name)
    ]
    hint = ""
    if state.trouble:
        words.append(f"last trouble: {state.trouble}")
        hint = "See: jobcopilot letters list --state failed, and jobcopilot mail test"
    elif state.letters.get("uncertain"):
        hint = "Say what became of it: jobcopilot letters list --state uncertain"
    yield Check("mail", not hint, "; ".join(words), hint)


def _vault(runtime: Runtime) -> Iterator[Check]:
    from jobcopilot.vault.encrypted_file import PASSPHRASE_VARIABLE

    kept = [one.account for one in runtime.calendars.status() if one.account.secret]
    mail = runtime.mail_settings()
    if not kept and not mail.secret:
        return
    vault = runtime.vault.state()
    where = "the system's keyring" if vault.kind == "keyring" else f"an encrypted file ({vault.detail})"
    if not vault.locked:
        yield Check("passwords", True, f"in {where}, which can be read")
        return
    held_up = [f'the calendar "{one.name}"' for one in kept if one.state == "locked"]
    if runtime.mail_setup.state().letters.get("waiting"):
        held_up.append("a letter")
    yield Check(
        "passwords",
        not held_up,
        f"in {where}, locked from here" + (f"; waits for it: {', '.join(held_up)}" if held_up else ""),
        f"The app asks for it where it is needed; the daemon reads {PASSPHRASE_VARIABLE}."
        if vault.kind == "file"
        else "Unlock the keyring of your desktop, or let the app do it.",
    )
