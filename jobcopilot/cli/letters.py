"""`jobcopilot letters …`: thank-you notes, follow-ups and inquiries, drafted, edited and sent."""

from __future__ import annotations

import sys
import threading
from typing import Annotated, Any

import typer

from jobcopilot.cli.interrupting import stopping
from jobcopilot.cli.interview_shapes import Times
from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.errors import JobcopilotError, UsageError
from jobcopilot.mail.views import (
    KIND_WORDS,
    LETTER_KINDS,
    LETTER_STATES,
    STATE_WORDS,
    LetterState,
    LetterView,
)
from jobcopilot.runtime import Runtime

commands = typer.Typer(
    help="Thank-you notes, follow-ups and inquiries.", no_args_is_help=True, rich_markup_mode=None
)
LetterId = Annotated[int, typer.Argument(metavar="LETTER", help="Its number.")]


class NotSent(JobcopilotError):
    """A letter that was asked for by number did not leave."""


@commands.command("draft")
def draft(
    context: typer.Context,
    interview: Annotated[
        int | None, typer.Argument(metavar="[INTERVIEW]", help="The interview that it is about.")
    ] = None,
    kind: Annotated[str, typer.Option("--kind", help=", ".join(LETTER_KINDS))] = "thank_you",
    contact: Annotated[
        int | None, typer.Option("--contact", metavar="CONTACT", help="Whom it is for.")
    ] = None,
    job: Annotated[
        int | None,
        typer.Option("--job", metavar="JOB", help="With --kind application: the job you applied for."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Write a fresh one in the place of a draft that is there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Draft a letter from what you noted; nothing is sent."""
    runtime = opened(context)
    drafted = runtime.letters.draft(kind, round_id=interview, job_id=job, contact_id=contact, again=again)
    if as_json:
        print_json(letter_object(drafted.letter) | {"new": drafted.new, "remark": drafted.remark})
        return
    if not drafted.new:
        state = STATE_WORDS[drafted.letter.state]
        say(f"There is one already, letter {drafted.letter.id} ({state}); --again writes a fresh one.")
    if drafted.remark:
        say(drafted.remark)
    _show(runtime, drafted.letter)


@commands.command("show")
def show(
    context: typer.Context,
    letter: LetterId,
    mailto: Annotated[
        bool, typer.Option("--mailto", help="Print the address that opens it in a mail program.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show a letter."""
    from jobcopilot.mail.elsewhere import mailto as address_of

    runtime = opened(context)
    view = runtime.letters.get(letter)
    if as_json:
        print_json(letter_object(view) | {"mailto": address_of(view)})
    elif mailto:
        say(address_of(view))
    else:
        _show(runtime, view)


@commands.command("edit")
def edit(
    context: typer.Context,
    letter: LetterId,
    subject: Annotated[str | None, typer.Option("--subject")] = None,
    body: Annotated[
        str | None, typer.Option("--body", metavar="TEXT", help="The text; - reads it from standard input.")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="NAME", help="The recipient's name.")] = None,
    email: Annotated[str | None, typer.Option("--email", metavar="ADDRESS")] = None,
    as_json: AsJson = False,
) -> None:
    """Change a letter; without options, in your editor ($EDITOR)."""
    from jobcopilot.mail.elsewhere import edited

    runtime = opened(context)
    given = {"subject": subject, "body": body, "to": to, "email": email}
    changes: dict[str, object] = {name: value for name, value in given.items() if value is not None}
    if changes.get("body") == "-":
        changes["body"] = sys.stdin.read()
    if not changes:
        view = runtime.letters.get(letter)
        if not view.editable:
            raise UsageError("This letter cannot be changed any more", f"it is {STATE_WORDS[view.state]}")
        if as_json or not sys.stdin.isatty():
            raise UsageError("What is to be changed?", hint="Give --subject, --body, --to or --email.")
        written = edited(view)
        if written is None:
            say("Nothing was changed.")
            return
        changes = {"subject": written.subject, "body": written.body}
    _tell(runtime, runtime.letters.edit(letter, changes), as_json=as_json)


@commands.command("send")
def send(
    context: typer.Context,
    letter: LetterId,
    again: Annotated[
        bool, typer.Option("--again", help="Send it although it may have left already.")
    ] = False,
    sent: Annotated[
        bool, typer.Option("--sent", help="Send nothing: say that you sent it yourself, or that it arrived.")
    ] = False,
    now: Annotated[
        bool, typer.Option("--now", help="Do not wait the ten seconds in which Ctrl+C takes it back.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send a letter; it leaves after ten seconds, and Ctrl+C takes it back until then."""
    runtime = opened(context)
    if sent:
        _tell(runtime, runtime.letters.sent_by_hand(letter), as_json=as_json)
        return
    from jobcopilot.mail.letters import UNDO_SECONDS

    _unlock(runtime)
    wait = 0 if now else UNDO_SECONDS
    view = runtime.letters.send(letter, again=again, wait=wait)
    if wait and not as_json:
        say(f"It leaves in {wait} s. Ctrl+C takes it back.", at_once=True)
    with stopping() as stop:
        if stop.wait(wait):
            runtime.letters.take_back(letter)
            raise UsageError("Taken back: nothing was sent", view.subject)
        view = _delivered(runtime, letter, stop)
    if as_json:
        print_json(letter_object(view))
    if view.state != "sent":
        raise NotSent(f"The letter is {STATE_WORDS[view.state]}", view.error, view.hint)
    if not as_json:
        _tell(runtime, view, as_json=False)


@commands.command("list")
def list_letters(
    context: typer.Context,
    state: Annotated[str | None, typer.Option("--state", help=", ".join(LETTER_STATES))] = None,
    interview: Annotated[int | None, typer.Option("--interview", metavar="INTERVIEW")] = None,
    job: Annotated[int | None, typer.Option("--job", metavar="JOB")] = None,
    as_json: AsJson = False,
) -> None:
    """List letters, the latest first."""
    from jobcopilot.interviews.values import choice

    runtime = opened(context)
    chosen: LetterState | None = None if state is None else choice("state", state, LETTER_STATES)
    found = runtime.letters.list(state=chosen, round_id=interview, job_id=job)
    if as_json:
        print_json({"total": len(found), "letters": [letter_object(one) for one in found]})
        return
    times = Times(runtime)
    print_table(
        ("ID", "STATE", "WHAT", "TO", "COMPANY", "SUBJECT", "WHEN"),
        [
            (
                one.id,
                STATE_WORDS[one.state],
                KIND_WORDS[one.kind],
                one.recipient_name or one.recipient_email,
                one.company,
                one.subject,
                times.said(one.sent_at or one.updated_at),
            )
            for one in found
        ],
    )
    if not found:
        say("No letters yet. For example: jobcopilot letters draft INTERVIEW --kind thank_you")


@commands.command("deliver", hidden=True)
def deliver(context: typer.Context, as_json: AsJson = False) -> None:
    """Send what is due, letters and reminders: what the daemon runs."""
    runtime = opened(context)
    with stopping() as stop:
        report = runtime.send_mail(stop)
    if as_json:
        print_json(report)
    if report.reason:
        raise NotSent("Mail waits", report.reason)


def letter_object(view: LetterView) -> dict[str, Any]:
    """Return a letter as `--json` shows it."""
    return {
        "id": view.id,
        "kind": view.kind,
        "state": view.state,
        "job": view.job_id,
        "company": view.company,
        "job_title": view.job_title,
        "interview": view.round_id,
        "contact": view.contact_id,
        "followup": view.follow_up_id,
        "to": view.recipient_name,
        "email": view.recipient_email,
        "subject": view.subject,
        "body": view.body,
        "origin": view.origin,
        "leaves_at": view.leaves_at,
        "sent_at": view.sent_at,
        "sent_by": view.sent_by,
        "message_id": view.message_id,
        "error": view.error,
        "hint": view.hint,
    }


def _unlock(runtime: Runtime) -> None:
    """Ask for the passphrase before the ten seconds, not after them; without it the letter waits."""
    from jobcopilot.vault.port import VaultError, VaultLocked, WrongPassphrase

    secret = runtime.mail_settings().secret
    try:
        if secret:
            runtime.vault.get(secret)
    except WrongPassphrase:
        raise
    except (VaultLocked, VaultError):
        return


def _delivered(runtime: Runtime, letter: int, stop: threading.Event) -> LetterView:
    """Have a letter sent by this process, or wait a little for the one that is sending just now."""
    for _ in range(30):
        report = runtime.send_mail(stop, only=letter)
        if not report.busy:
            break
        stop.wait(1)
    return runtime.letters.get(letter)


def _tell(runtime: Runtime, view: LetterView, *, as_json: bool) -> None:
    if as_json:
        print_json(letter_object(view))
    else:
        times = Times(runtime)
        when = f" {times.said(view.sent_at)}" if view.sent_at is not None else ""
        say(f"Letter {view.id} to {view.recipient or 'nobody yet'}: {STATE_WORDS[view.state]}{when}.")


def _show(runtime: Runtime, view: LetterView) -> None:
    about = f"{view.stage} at {view.company}" if view.stage else f"{view.job_title} at {view.company}"
    say(f"Letter {view.id}, {KIND_WORDS[view.kind]}, {about}: {STATE_WORDS[view.state]}")
    if view.error:
        say(f"   {view.error}")
        if view.hint:
            say(f"   {view.hint}")
    if view.sent_at is not None:
        say(f"   {Times(runtime).said(view.sent_at)}")
    say(f"To:      {view.recipient or '—'}")
    say(f"Subject: {view.subject}")
    say()
    for line in view.body.split("\n"):
        say(line)
